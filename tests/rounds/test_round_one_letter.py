"""One letter to a unit about what counts: drafts that are not true any more are withdrawn, and never sent."""

from __future__ import annotations

import multiprocessing
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from clerk_files import sheet
from round_files import HEADS, mail, new_round, no_password, saved, workbook

from perfxl.ledger import records
from perfxl.letters.smtp import RateLimit
from perfxl.model import UserError
from perfxl.rounds.answers import draft_answers, remind
from perfxl.rounds.folder import Round, open_round
from perfxl.rounds.intake import collect_mails
from perfxl.rounds.report import register, write_report
from perfxl.rounds.sending import send
from perfxl.rounds.versions import accept, histories

JIA, YI, BING = "jia@example.gov.cn", "yi@example.gov.cn", "bing@example.gov.cn"
GOOD, BAD, BROKEN = workbook("甲局", clean=True), workbook("甲局"), b"PK\3\4 cut off"


@pytest.fixture
def round_(tmp_path):
    made = new_round(tmp_path / "R", contact="李四，0734-0000000")
    yield made
    made.ledger.close()


def take(round_: Round, folder: Path, *mails: bytes) -> list[str]:
    """Take mails in; the kinds of the letters that are written."""
    collect_mails(round_, str(saved(folder, *mails)), no_password)
    return [one.kind for one in draft_answers(round_).drafted]


def drafts(round_: Round) -> dict[str, str]:
    found = {}
    for path in sorted((round_.folder / "草稿").glob("*.eml")):
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        found[path.name] = f"{letter['Subject']}\n{letter.get_body().get_content()}"
    return found


def returned(number: int, data: bytes, sender: str = JIA, **more: str) -> bytes:
    return mail(number, sender, f"第{number}次", (f"{number}.xlsx", data), **more)


@pytest.mark.parametrize(
    ("sent", "kind", "words"),
    [
        ((GOOD, BAD, GOOD), "passed", ("3.xlsx", "审核通过")),
        ((BAD, workbook("甲局", amounts=(("项目1", "D7", 9.0),)), GOOD), "passed", ("3.xlsx", "审核通过")),
        ((BAD, GOOD, BAD), "failed", ("3.xlsx", "未通过")),
        ((BAD, BAD), "identical", ("仍未通过", "处错误必须改正", "1. 【错误】")),
        ((GOOD, GOOD), "identical", ("审核通过", "无需再次报送")),
        ((BROKEN, GOOD), "passed", ("2.xlsx",)),
        ((GOOD, BROKEN), "passed", ("1.xlsx", "“2.xlsx”无法读取")),
        ((BROKEN, BROKEN + b"2"), "unreadable", ("“2.xlsx”", "“1.xlsx”无法读取", "暂不视为已报送")),
    ],
)
def test_what_comes_in_one_run_is_one_letter(round_, tmp_path, sent, kind, words):
    assert take(round_, tmp_path / "m", *(returned(n, data) for n, data in enumerate(sent, 1))) == [kind]
    [text] = drafts(round_).values()
    assert [word for word in words if word not in text] == []
    assert draft_answers(round_).drafted == []


def test_overtaken_drafts_are_withdrawn_and_not_sent(round_, tmp_path):
    assert take(round_, tmp_path / "1", returned(1, BAD)) == ["failed"]
    remind(round_)
    assert len([name for name in drafts(round_) if "甲局" in name]) == 2
    old = records.all_replies(round_.ledger)
    collect_mails(round_, str(saved(tmp_path / "2", returned(2, GOOD))), no_password)
    about_jia = [one for one in old if one.unit == "甲局"]
    sent = list(send(round_, about_jia, lambda: pytest.fail("no server is asked"), RateLimit(9)))
    assert [bool(one.reason) for one in sent] == [True, True]
    assert [one.kind for one in draft_answers(round_).drafted] == ["passed"]
    assert [name for name in drafts(round_) if "甲局" in name] == ["002_甲局_通过.eml"]
    assert len(list((round_.folder / "草稿" / "已撤回").iterdir())) == 2
    states = [one.state for one in records.all_replies(round_.ledger) if one.unit == "甲局"]
    assert states == ["withdrawn", "withdrawn", "drafted"]


@pytest.mark.parametrize(
    ("subject", "text", "kinds"),
    [
        ("咨询", "请问申报表什么时候截止？", []),
        ("谢谢", "收到，谢谢！", []),
        ("报送", "申报表见附件，请查收。", ["no_attachment"]),
        ("通知", "周五来人。", []),
    ],
)
def test_a_mail_without_a_file_gets_its_own_letter_or_none(round_, tmp_path, subject, text, kinds):
    assert take(round_, tmp_path / "m", mail(1, JIA, subject, text=text)) == kinds
    assert bool(register(round_)[0].answer) is True


def test_the_form_of_another_unit_is_told_to_the_one_that_sent_it(round_, tmp_path):
    assert take(round_, tmp_path / "m", returned(1, GOOD, BING)) == ["to_verify"]
    [(name, text)] = drafts(round_).items()
    assert name == "001_丙局_待核实.eml"
    assert text.partition("\n")[2].startswith("丙局：")
    assert "申报表填写的单位是“甲局”，与发件邮箱登记的单位不一致。" in text
    assert "丙局" not in {one.unit for one in remind(round_).drafted}


def test_an_unreadable_file_is_reminded_as_such(round_, tmp_path):
    take(round_, tmp_path / "m", returned(1, BROKEN))
    [reminder] = [one for one in remind(round_).drafted if one.unit == "甲局"]
    text = drafts(round_)[Path(reminder.stored).name]
    assert (reminder.kind, "0 处" in text, "无法读取" in text) == ("reminder_unreadable", False, True)


def test_a_unit_that_is_gone_from_the_roster_is_told_everywhere(round_, tmp_path):
    take(round_, tmp_path / "m", returned(1, GOOD))
    sheet(round_.folder / "应报单位.xlsx", HEADS, ("新局", "", JIA, "", "", "", ""), name="应报单位")
    again = open_round(round_.folder)
    [row] = register(again)
    assert (row.result, "不在现行的应报单位名单中" in row.remark) == ("待核实", True)
    assert [one.id for one in histories(again)[""].waiting] == [1]
    assert draft_answers(again).drafted == []
    batch, _ = write_report(again, tmp_path / "out")
    assert "ROUND-05" in {one.code for one in batch.findings}
    accept(again, [1], "新局")
    assert histories(again)["新局"].state == "通过"
    with pytest.raises(UserError, match="was counted for “新局” by"):
        accept(again, [1], "新局")
    again.ledger.close()


def _accept(folder: Path, unit: str, start: object, told: object) -> None:
    mine = open_round(folder)
    start.wait()  # type: ignore[attr-defined]
    try:
        accept(mine, [1], unit)
        told.put("")  # type: ignore[attr-defined]
    except UserError as error:
        told.put(error.reason.zh)  # type: ignore[attr-defined]
    mine.ledger.close()


def test_of_two_clerks_at_once_the_second_hears_of_the_first(round_, tmp_path):
    take(round_, tmp_path / "m", returned(1, GOOD, "who@example.com"))
    context = multiprocessing.get_context("spawn")
    start, told = context.Barrier(2), context.Queue()
    clerks = [context.Process(target=_accept, args=(round_.folder, unit, start, told)) for unit in ("甲局", "乙局")]
    for clerk in clerks:
        clerk.start()
    first, second = sorted(told.get(timeout=60) for _ in clerks)
    for clerk in clerks:
        clerk.join()
    [file] = records.all_files(round_.ledger)
    assert (first, f"计入“{file.unit}”，本次未作改动" in second) == ("", True)
