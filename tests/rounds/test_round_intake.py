"""What becomes of a mail: whose it is, whether it counts, what is reported of it, where it is stored."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from clerk_files import sheet
from round_files import SENDER, mail, new_round, no_password, saved, workbook

from perfxl.ledger import records
from perfxl.ledger.records import FileRecord
from perfxl.model import Finding, Severity, Status, Submission
from perfxl.rounds.answers import draft_answers, remind
from perfxl.rounds.checking import with_findings
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import collect_files, collect_mails
from perfxl.rounds.versions import histories
from perfxl.sources import collect

CLEAN = workbook("甲局", clean=True)


@pytest.fixture
def round_(tmp_path):
    made = new_round(tmp_path / "R")
    yield made
    made.ledger.close()


def take(round_: Round, folder: Path, *mails: bytes) -> list[FileRecord]:
    """Take in mails; the files that came of them."""
    before = {one.id for one in records.all_files(round_.ledger)}
    collect_mails(round_, str(saved(folder, *mails)), no_password)
    return [one for one in records.all_files(round_.ledger) if one.id not in before]


def zipped(**members: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.xlsx", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("written", "sender", "unit", "how", "standing", "why"),
    [
        ("甲局", "jia@example.gov.cn", "甲局", "form", "counted", ""),
        (" 甲 局", "JIA@example.gov.cn", "甲局", "form", "counted", ""),
        ("甲办", "jia@example.gov.cn", "甲局", "alias", "counted", ""),
        ("乙局", "both@example.gov.cn", "乙局", "form", "counted", ""),
        ("丙局", "both@example.gov.cn", "丙局", "form", "counted", ""),
        ("甲局", "who@example.com", "甲局", "form", "to_verify", "发件邮箱 who@example.com 不属于名单中“甲局”的邮箱。"),
        (
            "甲局", "yi@example.gov.cn", "甲局", "form", "to_verify",
            "申报表填写的单位是“甲局”，发件邮箱 yi@example.gov.cn 在名单中属于“乙局”。",
        ),
        (
            "丁局", "jia@example.gov.cn", "", "", "to_verify",
            "申报表填写的单位“丁局”不在应报单位名单中（发件邮箱 jia@example.gov.cn 属于“甲局”）。",
        ),
        ("丁局", "who@example.com", "", "", "to_verify", "申报表填写的单位“丁局”不在应报单位名单中。"),
        ("", "jia@example.gov.cn", "甲局", "sender", "counted", ""),
        (
            "", "both@example.gov.cn", "", "", "to_verify",
            "申报表未填写单位名称，按发件邮箱 both@example.gov.cn 也无法确定单位。",
        ),
    ],
)  # fmt: skip
def test_whose_a_return_is(round_, tmp_path, written, sender, unit, how, standing, why):
    [one] = take(round_, tmp_path / "m", mail(1, sender, "申报表", ("申报表.xlsx", workbook(written, clean=True))))
    assert (one.unit, one.how, one.standing, one.why.zh if one.why else "") == (unit, how, standing, why)


def forwarded(outer: str, inner: str) -> bytes:
    from email import message_from_bytes

    letter = message_from_bytes(mail(2, outer, "转发"))
    inside = message_from_bytes(mail(1, inner, "申报表", ("申报表.xlsx", CLEAN)))
    from email.message import EmailMessage

    made = EmailMessage()
    for name in ("From", "Subject", "Message-ID", "Date"):
        made[name] = letter[name]
    made.set_content("见附件")
    made.add_attachment(inside)
    return made.as_bytes()


@pytest.mark.parametrize(
    ("outer", "inner", "standing", "sender"),
    [
        ("who@example.com", "jia@example.gov.cn", "to_verify", "who@example.com"),  # anybody can make that up
        (SENDER, "jia@example.gov.cn", "counted", "jia@example.gov.cn"),
        (SENDER, "who@example.com", "to_verify", "who@example.com"),
        ("jia@example.gov.cn", "who@example.com", "counted", "jia@example.gov.cn"),
    ],
)
def test_a_forwarded_mail_proves_only_who_forwarded_it(round_, tmp_path, outer, inner, standing, sender):
    [one] = take(round_, tmp_path / "m", forwarded(outer, inner))
    assert (one.standing, one.sender) == (standing, sender)


@pytest.mark.parametrize(
    ("sender", "subject", "text", "found"),
    [
        ("yi@example.gov.cn", "零报", "", ("乙局", "counted")),
        ("yi@example.gov.cn", "报告", "我局今年没有项目，作零 报 处理。", ("乙局", "counted")),
        ("jia@example.gov.cn", "零报", "", ("甲局", "to_verify")),
        ("who@example.com", "零报", "", ("", "to_verify")),
        ("both@example.gov.cn", "零报", "", ("", "to_verify")),
        ("yi@example.gov.cn", "回复：可以零报的单位", "请问能否零报？", None),
        ("yi@example.gov.cn", "说明", "我局不是零报，申报表稍后报送。", None),
        ("yi@example.gov.cn", "您好", "请查收。", None),
    ],
)
def test_nil_returns(round_, tmp_path, sender, subject, text, found):
    taken = take(round_, tmp_path / "m", mail(1, sender, subject, text=text))
    assert [(one.unit, one.standing) for one in taken if one.status == "零报"] == ([found] if found else [])


def test_a_workbook_after_a_nil_return_counts_and_the_reverse(round_, tmp_path):
    nil = mail(2, "yi@example.gov.cn", "零报")
    take(round_, tmp_path / "a", nil, mail(3, "yi@example.gov.cn", "申报表", ("a.xlsx", workbook("乙局", clean=True))))
    assert histories(round_)["乙局"].state == "通过"
    take(round_, tmp_path / "b", mail(4, "yi@example.gov.cn", "还是零报"))
    assert histories(round_)["乙局"].state == "零报"


def test_the_latest_received_counts_in_whatever_order_it_is_read(round_, tmp_path):
    first, second = workbook("甲局"), CLEAN
    take(round_, tmp_path / "a", mail(5, "jia@example.gov.cn", "新", ("a.xlsx", second)))
    take(round_, tmp_path / "b", mail(3, "jia@example.gov.cn", "旧", ("a.xlsx", first)))
    history = histories(round_)["甲局"]
    assert ([one.status for one in history.versions], history.state) == (["未通过", "通过"], "通过")
    take(round_, tmp_path / "c", mail(6, "jia@example.gov.cn", "又是旧的", ("b.xlsx", first)))
    history = histories(round_)["甲局"]
    assert [one.status for one in history.versions] == ["未通过", "通过", "未通过"]
    assert (history.repeats, history.state) == ([], "已报未通过")
    take(round_, tmp_path / "d", mail(7, "jia@example.gov.cn", "还是旧的", ("c.xlsx", first)))
    assert [version for _, version in histories(round_)["甲局"].repeats] == [3]


def test_an_archive_gives_each_unit_its_own(round_, tmp_path):
    packed = zipped(甲=CLEAN, 乙=workbook("乙局", clean=True), 丙=workbook("丙局", clean=True))
    taken = take(round_, tmp_path / "m", mail(1, "both@example.gov.cn", "三个单位", ("全部.zip", packed)))
    assert {(one.unit, one.standing) for one in taken} == {
        ("甲局", "to_verify"), ("乙局", "counted"), ("丙局", "counted"),
    }  # fmt: skip
    found = records.findings_of(round_.ledger, [one.id for one in taken])
    # what goes to one unit contains no word of another
    for one in taken:
        others = {"甲局", "乙局", "丙局"} - {one.written}
        assert not [each for each in found[one.id] if any(name in each.message for name in others)]


def test_names_from_outside_never_lead_out_of_the_folder(round_, tmp_path):
    names = (
        "../../../etc/x.xlsx",
        "C:\\x.xlsx",
        "con.xlsx",
        "",
        ".",
        "a\r\nBcc: x@example.com.xlsx",
        "申报表.xlsx" * 40,
    )
    mails = [
        mail(number, "jia@example.gov.cn", "../..", ("x.xlsx", workbook("甲局", clean=True, year=str(2000 + number))))
        .replace(b'filename="x.xlsx"', b'filename="' + name.encode().replace(b"\\", b"\\\\") + b'"')
        for number, name in enumerate(names, 1)
    ]  # fmt: skip
    before = set(tmp_path.iterdir())
    take(round_, tmp_path / "m", *mails)
    draft_answers(round_)
    assert set(tmp_path.iterdir()) - before == {tmp_path / "m"}
    for one in (*records.all_files(round_.ledger), *records.all_replies(round_.ledger)):
        assert round_.below(one.stored).is_file()
    for path in (round_.folder / "草稿").glob("*.eml"):
        head = path.read_bytes().partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nbcc:" not in head


def test_two_mails_with_one_id_are_two_and_one_mail_in_two_ways_is_one(round_, tmp_path):
    one = mail(1, "jia@example.gov.cn", "申报表", ("a.xlsx", CLEAN))
    other = mail(1, "jia@example.gov.cn", "补充", text="另有说明")
    take(round_, tmp_path / "a", one, other)
    assert len(records.all_messages(round_.ledger)) == 2
    # as another program saved it: with a line on top and other line ends
    take(round_, tmp_path / "b", b"X-Mailer-Status: read\r\n" + one.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert len(records.all_messages(round_.ledger)) == 2
    assert len(records.all_files(round_.ledger)) == 1


def test_the_form_of_another_year_is_told_at_its_cells(round_, tmp_path):
    [one] = take(
        round_,
        tmp_path / "m",
        mail(1, "jia@example.gov.cn", "x", ("a.xlsx", workbook("甲局", clean=True, year="2019"))),
    )
    [finding] = [each for each in records.findings_of(round_.ledger, [one.id])[one.id] if each.code == "ROUND-03"]
    assert (one.status, one.year, finding.stated, finding.computed) == ("未通过", 2019, "2019", "2020")
    assert [str(ref) for ref in finding.cells][:2] == ["部门整体支出!A3", "项目1!A3"]
    assert finding.message == "申报表填写的年度为 2019 年度，本次应报送 2020 年度。"


@pytest.mark.parametrize(
    ("edition", "status", "code"),
    [
        ("mof-2015", "未通过", "ROUND-04"), ("mof-2021", "不是申报表", "FILE-02"),
        ("self-evaluation-2020", "不是申报表", "FILE-02"),
    ],
)  # fmt: skip
def test_the_forms_of_another_edition_are_told(round_, tmp_path, edition, status, code):
    other = next((Path(__file__).parents[2] / "samples" / edition).glob("*.clean.xlsx")).read_bytes()
    [one] = take(round_, tmp_path / "m", mail(1, "jia@example.gov.cn", "x", ("表.xlsx", other)))
    found = [
        each for each in records.findings_of(round_.ledger, [one.id])[one.id] if each.code in ("ROUND-04", "FILE-02")
    ]
    assert (one.status, [each.code for each in found]) == (status, [code])
    assert re.search("本次下发的模板重新填报|本次要审核的确是", found[0].fix)


def test_a_workbook_that_is_none_is_told(round_, tmp_path):
    book = sheet(tmp_path / "x.xlsx", ("姓名", "电话"), ("张三", "0734-0000000")).read_bytes()
    [one] = take(round_, tmp_path / "m", mail(1, "jia@example.gov.cn", "x", ("通讯录.xlsx", book)))
    codes = [each.code for each in records.findings_of(round_.ledger, [one.id])[one.id]]
    assert (one.status, one.unit, one.standing, codes) == ("不是申报表", "甲局", "apart", ["FILE-02"])
    [answer] = draft_answers(round_).drafted
    assert answer.kind == "not_a_return"


def test_files_that_are_handed_over_need_no_sender_and_get_no_answer(round_, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(CLEAN)
    (tmp_path / "b.zip").write_bytes(zipped(乙=workbook("乙局", clean=True)))
    received = collect([tmp_path / "a.xlsx", tmp_path / "b.zip"])[0]
    assert [one.new for one in collect_files(round_, received)] == [True, True]
    assert [one.new for one in collect_files(round_, received)] == [False, False]
    assert {(one.unit, one.standing, one.name) for one in records.all_files(round_.ledger)} == {
        ("甲局", "counted", "a.xlsx"), ("乙局", "counted", "乙.xlsx"),
    }  # fmt: skip
    assert draft_answers(round_).drafted == []


def test_an_answer_goes_to_the_unit_and_to_nobody_else(round_, tmp_path):
    take(
        round_, tmp_path / "m",
        mail(1, "jia@example.gov.cn", "一", ("a.xlsx", CLEAN), Reply_To="thief@example.com"),
        mail(2, "yi@example.gov.cn", "二", ("b.xlsx", workbook("乙局", clean=True)), Reply_To="both@example.gov.cn"),
        mail(3, "jia@example.gov.cn", "三", ("c.xlsx", workbook("甲局")), Auto_Submitted="auto-replied"),
        mail(4, "who@example.com", "四", text="推销"),
    )  # fmt: skip
    assert [(one.unit, one.recipient) for one in draft_answers(round_).drafted] == [
        ("甲局", "jia@example.gov.cn"), ("乙局", "both@example.gov.cn"),
    ]  # fmt: skip
    assert draft_answers(round_).drafted == []


def test_who_is_missing_or_failed_is_reminded_once_a_day(round_, tmp_path):
    take(round_, tmp_path / "m", mail(1, "jia@example.gov.cn", "一", ("a.xlsx", workbook("甲局"))))
    written, without, _ = remind(round_)
    assert [(one.unit, one.kind, one.recipient) for one in written] == [
        ("甲局", "reminder_failed", "jia@example.gov.cn"),
        ("乙局", "reminder_missing", "yi@example.gov.cn"),
        ("丙局", "reminder_missing", "bing@example.gov.cn"),
    ]
    assert without == []
    assert remind(round_) == ([], [], [])


def test_findings_of_the_round_set_the_status_of_a_return():
    item = Submission("a.xlsx", "0" * 64, Status.PASSED, "甲局")
    notice = Finding("ROUND-03", "年度", Severity.NOTICE, "a.xlsx", "甲局", "")
    warning, error = (replace(notice, severity=severity) for severity in (Severity.WARNING, Severity.ERROR))
    statuses = [with_findings(item, [notice, *more]).status for more in ([], [warning], [warning, error])]
    assert statuses == ["通过", "通过(有提示)", "未通过"]
    failed, unreadable = (replace(item, status=status) for status in (Status.FAILED, Status.UNREADABLE))
    assert [with_findings(one, [notice]) for one in (failed, unreadable)] == [failed, unreadable]
