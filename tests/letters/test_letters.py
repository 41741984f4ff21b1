"""What the letters say, about the real department and about made-up ones."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from email import message_from_bytes, policy
from pathlib import Path

import pytest

import perfxl
from perfxl.letters.compose import compose
from perfxl.letters.letter import KINDS, Letter, Original, main_findings
from perfxl.model import Finding, Ref, Severity, Text, Waived, cells_in_words, seen_from, severities

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2020, 3, 10, 9, tzinfo=CHINA)
FILE = "中共衡阳市委编办_绩效目标申报表.xlsx"
LETTER = Letter(
    kind="failed",
    unit="中共衡阳市委机构编制委员会办公室",
    to="unit@example.gov.cn",
    to_name="张三",
    original=Original("<a@unit.example>", (), "报送绩效目标申报表", datetime(2020, 3, 8, 17, tzinfo=UTC)),
    round_title="2020年部门预算绩效目标申报",
    year=2020,
    deadline=date(2020, 3, 31),
    signature="某某市财政局绩效科",
    contact="李四，0734-0000000",
    received=(FILE,),
)


@pytest.fixture(scope="module")
def found(samples: Path) -> dict[str, tuple[Finding, ...]]:
    return {lang: tuple(perfxl.check(samples / FILE, lang=lang).findings) for lang in ("zh", "en")}


def text(letter: Letter, lang: str = "zh", now: datetime = NOW, templates: Path | None = None) -> str:
    """Subject and body as a mail program shows them."""
    raw = compose(letter, "jx@cz.example.gov.cn", templates=templates, lang=lang, message_id="<1@x>", date=now)
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    return f"{mail['Subject']}\n\n{body}"


def reports(folder: Path) -> tuple[Path, ...]:
    paths = (folder / "中共衡阳市委编办_绩效目标申报表_批注.xlsx", folder / "错误报告.html")
    for path in paths:
        path.write_bytes(b"x")
    return paths


FAILED = """\
回复：【未通过，{errors} 处须改正】报送绩效目标申报表

中共衡阳市委机构编制委员会办公室 张三：

您好！贵单位于 2020年3月9日报送的“中共衡阳市委编办_绩效目标申报表.xlsx”已收到。经审核，有 {errors} 处错误必须改正，\
另有 {warnings} 处警告请核对，本次审核未通过。

主要问题如下（先列 3 处，其余 {rest} 处见附件）：
{main}
另有提示 {notices} 处，供参考，见附件。

随信附上：
1. 中共衡阳市委编办_绩效目标申报表_批注.xlsx
2. 错误报告.html

请于 2020年3月31日星期二前（含当日）改正后直接回复本邮件，重新报送工作簿。\
错误须逐处改正；警告请逐项核对，经核对无误的，无需改动。请勿改动表格的栏目和结构。

如有疑问，请联系：李四，0734-0000000。

某某市财政局绩效科
2020年3月10日

（本邮件由审核程序自动生成。）
"""
FAILED_EN = """\
Re: [Did not pass, {errors} to correct] 报送绩效目标申报表

To 中共衡阳市委机构编制委员会办公室, 张三:

Thank you for “中共衡阳市委编办_绩效目标申报表.xlsx” of 2020-03-09. It has {errors} error(s) that must be corrected, \
and {warnings} warning(s) to look at. It did not pass.

The most important (3 here, {rest} more in what is attached):
{main}
There are {notices} notice(s) for your information in what is attached.

Attached:
1. 中共衡阳市委编办_绩效目标申报表_批注.xlsx
2. 错误报告.html

Please, by Tuesday, 2020-03-31 (that day included), correct the workbook and send it as a reply to this mail. \
Every error must be corrected; warnings may stay where they are as things are. \
Please leave the columns and the layout of the forms as they are.

Questions: 李四，0734-0000000.

某某市财政局绩效科
2020-03-10

(This mail was made by a program.)
"""
LINE = Text("{n}. 【错误】{place}：{message}\n", "{n}. [error] {place}: {message}\n")
CAUSE = Text("   可能原因：{cause}\n", "   Likely cause: {cause}\n")
FIX = Text("   怎么改：{fix}\n", "   What to do: {fix}\n")
WITH_IT = Text("   连带问题：{cells}，须一并改正或随之消除。\n", "   With it go: {cells}.\n")
MORE = Text("{place} 等 {n} 处", "{place} and {more} more")


def listed_in(findings: tuple[Finding, ...], lang: str) -> str:
    """The main findings as the letter lists them."""
    lines = ""
    for n, one in enumerate(main_findings(findings, "zh"), 1):
        cells, place = len(one.cells), one.place(lang)
        place = MORE.render(lang, place=place, n=cells, more=cells - 1) if cells > 1 else place
        lines += LINE.render(lang, n=n, place=place, message=one.message)
        lines += "".join(CAUSE.render(lang, cause=hint.message) for hint in one.hints[:1])
        lines += FIX.render(lang, fix=one.fix)
        refs = list(dict.fromkeys(other.cells[0] for other in one.consequences if other.cells[0] not in one.cells))
        words = seen_from(cells_in_words(refs, lang), FILE, "", lang)
        lines += WITH_IT.render(lang, cells=words) if refs else ""
    return lines


def test_the_real_department_did_not_pass(found, tmp_path):
    letter = replace(LETTER, attachments=reports(tmp_path))
    for lang, words in (("zh", FAILED), ("en", FAILED_EN)):
        errors, warnings, notices = severities(found[lang]).values()
        assert text(replace(letter, findings=found[lang]), lang) == words.format(
            errors=errors, warnings=warnings, notices=notices,
            rest=errors + warnings - 3, main=listed_in(found[lang], lang),
        )  # fmt: skip


def test_no_letter_has_a_code_or_an_address_of_a_program(found):
    for lang in ("zh", "en"):
        for kind in KINDS:
            many = replace(LETTER, kind=kind, findings=found[lang], new=found[lang][:5], closed=found[lang][5:9])
            words = text(many, lang)
            assert not re.search(r"\b[A-Z]{3,}-\d\d\b", words), words
            assert not re.search(r"\S![A-Z]+\d", words), words


def test_a_second_version_says_what_became_of_the_first():
    errors = tuple(finding(row, sheet="部门整体支出") for row in range(1, 11))
    letter = replace(
        LETTER,
        findings=errors[3:],
        closed=errors[:2],
        new=errors[3:4],
        still=errors[4:],
        changed=("“部门整体支出”表 E25“金额合计”：“404.03”改为“394.03”",),
        version=2,
    )
    words = text(letter)
    assert words.startswith("回复：【未通过，7 处须改正】报送绩效目标申报表\n")
    assert f"“{FILE}”（第 2 次报送）已收到。经审核，有 7 处错误必须改正，本次审核未通过。\n" in words
    assert (
        "\n\n与上次报送相比：已改正 2 处，仍存在 6 处，新出现 1 处，改动单元格 1 个。\n"
        "- 已改正：“部门整体支出”表 A1 合计\n"
        "- 已改正：“部门整体支出”表 A2 合计\n"
        "- 新出现：“部门整体支出”表 A4 合计\n"
        "- 改动：“部门整体支出”表 E25“金额合计”：“404.03”改为“394.03”\n\n"
        "主要问题如下（先列 3 处，另有 4 处）：\n"
    ) in words
    long = replace(letter, closed=errors[:7], changed=tuple(f"D{row}：1 → 2" for row in range(1, 8)))
    assert text(long).count("- 已改正：") == text(long).count("- 改动：") == 5
    assert "- ……已改正的共 7 处\n" in text(long)
    assert "- ……改动的共 7 个单元格\n" in text(long)


def test_what_goes_with_a_finding_is_one_line():
    follows = finding(5, code="SUM-11", sheet="项目1")
    one = replace(finding(2), fix="核对后改正。", consequences=(follows,))
    assert (
        "1. 【错误】“表” A2：第 2 行。\n   怎么改：核对后改正。\n   连带问题：“项目1”表 A5，须一并改正或随之消除。\n\n"
    ) in text(replace(LETTER, findings=(one,)))


SUBJECTS = {
    "passed": ("审核通过", "Passed"),
    "passed_with_notes": ("审核通过，{others} 处请核对", "Passed, {others} to look at"),
    "failed": ("未通过，{errors} 处须改正", "Did not pass, {errors} to correct"),
    "unreadable": ("文件无法读取，请重新报送", "Cannot be read, please send again"),
    "not_a_return": ("附件不是申报表，请重新报送", "Not a return, please send again"),
    "to_verify": ("报送件待核实", "To be verified"),
    "no_attachment": ("邮件没有附件，请补发", "Nothing was attached, please send it"),
    "nil_return": ("零报已登记", "Nil return registered"),
    "identical": ("与已报文件相同，仍未通过", "The same file as before, still not passed"),
    "reminder_missing": ("催报", "Reminder"),
    "reminder_failed": ("请尽快改正，{errors} 处", "{errors} still to correct"),
    "reminder_unreadable": ("请重新报送", "Please send it again"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_kind_says_what_it_is_and_leaves_nothing_open(kind, lang, found, tmp_path):
    findings = found[lang]
    if kind == "passed_with_notes":
        findings = tuple(finding for finding in findings if finding.severity is not Severity.ERROR)
    for letter in (
        replace(LETTER, kind=kind, findings=findings, attachments=reports(tmp_path)),
        replace(LETTER, kind=kind, findings=findings, deadline=None, contact="", unit="", to_name="", received=()),
    ):
        words = text(letter, lang)
        errors, warnings, _ = severities(findings).values()
        zh, en = (subject.format(errors=errors, others=warnings) for subject in SUBJECTS[kind])
        assert words.startswith((f"回复：【{zh}】" if lang == "zh" else f"Re: [{en}] ") + "报送绩效目标申报表\n\n")
        assert not any(
            mark in words for mark in ("{", "}", "None", "\n\n\n", "  \n", "“”", "（）", "()", "，，", "。。")
        )
        assert words.endswith(
            "（本邮件由审核程序自动生成。）\n" if lang == "zh" else "(This mail was made by a program.)\n"
        )
    assert ("E25" in words) == (kind in ("failed", "identical", "reminder_failed"))


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2020, 3, 30), "距报送期限还有 1 天。\n\n请于 2020年3月31日星期二前（含当日）将填好的"),
        (date(2020, 3, 31), "报送材料。\n\n今天（2020年3月31日星期二）是报送期限，请务必于今天将填好的"),
        (date(2020, 4, 1), "报送材料。\n\n报送期限（2020年3月31日星期二）已过，请尽快将填好的"),
    ],
)
def test_a_reminder_knows_what_day_it_is(today, words):
    letter = replace(LETTER, kind="reminder_missing", original=None)
    assert words in text(letter, now=datetime(today.year, today.month, today.day, 9, tzinfo=CHINA))


def test_an_address_to_be_verified_gets_no_result(found, tmp_path):
    reason = "x@qq.example 不在应报单位名单中。"
    assert f"原因：{reason}\n" in text(replace(LETTER, kind="to_verify", reason=reason))
    words = (
        "{{ 错误数 }} {{ 主要问题 }} {{ 其余 }} {{ 已改正 }} {{ 仍存在 }} {{ 新出现 }} {{ 改动 }} {{ 附件 }} {{ 未附 }}"
    )
    (tmp_path / "待核实.txt").write_text(f"主题：待核实\n\n{words}\n", "utf-8")
    some = found["zh"][:2]
    letter = replace(LETTER, kind="to_verify", findings=some, closed=some, still=some, new=some, changed=("E25",))
    letter = replace(letter, attachments=reports(tmp_path))
    assert text(letter, templates=tmp_path) == "回复：待核实\n\n0 [] 0 [] [] [] [] [] []\n"


# ---- which findings


def finding(row: int, severity: Severity = Severity.ERROR, difference: int | None = None, **more) -> Finding:
    place = Ref(more.pop("file", "a.xlsx"), more.pop("sheet", "表"), row, 1)
    usual = {"code": "SUM-10", "name": "合计", "file": place.file, "unit": "某局", "message": f"第 {row} 行。"}
    return Finding(severity=severity, cells=(place,), difference=difference, **usual | more)


def test_the_main_findings_are_the_weightiest_in_reading_order():
    notice, warning = finding(1, Severity.NOTICE), finding(2, Severity.WARNING)
    first, second = finding(3), finding(4)
    assert main_findings([notice, warning, first, second], "zh") == [first, second, warning]
    assert main_findings([notice, warning], "zh") == [warning]
    assert main_findings([notice], "zh") == []


def test_notices_are_one_line_of_a_letter(tmp_path):
    notices = tuple(finding(row, Severity.NOTICE) for row in range(1, 5))
    letter = replace(LETTER, kind="passed_with_notes", findings=notices, new=notices, attachments=reports(tmp_path))
    words = text(letter)
    assert words.startswith("回复：【审核通过，有提示】")
    assert "审核通过。\n\n另有提示 4 处，供参考，见附件。\n\n随信附上：" in words
    assert "请核对" not in words
    passed = text(replace(letter, kind="passed"))
    assert "未发现错误和警告，审核通过，无需再次报送。另有提示 4 处，供参考，见附件。\n\n随信附上：" in passed
    assert "There are 4 notice(s) for your information." in text(replace(letter, attachments=()), "en")


def test_of_one_slip_that_several_sums_meet_one_finding_is_named():
    first, again, other_way = finding(1, difference=10), finding(2, difference=10), finding(3, difference=-10)
    another_sheet, another_file = finding(4, difference=10, sheet="项目1"), finding(5, difference=10, file="b.xlsx")
    same = [first, again, other_way]
    assert main_findings(same, "zh") == [first]
    assert main_findings([*same, another_sheet, another_file], "zh") == [first, another_sheet, another_file]


def test_waived_findings_are_not_listed_again():
    waived = replace(finding(1), waived=Waived("批复同意", "张三", date(2099, 12, 31)))
    words = text(replace(LETTER, findings=(waived, finding(2)), new=(waived,), still=(waived,), closed=(finding(9),)))
    assert "【未通过，1 处须改正】" in words
    assert "\n\n问题如下：\n1. 【错误】“表” A2：第 2 行。\n\n" in words
    assert "已改正 1 处，仍存在 0 处，新出现 0 处，改动单元格 0 个。\n- 已改正：“表” A9 合计\n" in words


def test_where_a_letter_is_about_several_files_their_names_are_given():
    whole = replace(finding(1, file="甲.xlsx"), cells=())
    many = replace(finding(2, file="乙.xlsx"), cells=tuple(Ref("乙.xlsx", "表", row, 2) for row in (3, 4, 5)))
    words = text(replace(LETTER, findings=(whole, many), received=("甲.xlsx", "乙.xlsx")))
    assert "“甲.xlsx”、“乙.xlsx”已收到" in words
    assert "1. 【错误】甲.xlsx：整个文件：第 1 行。\n2. 【错误】乙.xlsx：“表” B3 等 3 处：第 2 行。\n" in words


def test_what_a_unit_wrote_becomes_no_link():
    evil = replace(finding(1), message="“http://evil.example/a”和 WWW.evil.example，mailto:a@b，\n1. 【错误】伪造")
    words = text(replace(LETTER, findings=(evil,), unit="某局\n\n请汇款", received=("https://a.xlsx",)))
    assert "：“http：//evil.example/a”和 WWW．evil.example，mailto：a@b， 1. 【错误】伪造\n" in words
    assert "某局 请汇款 张三：\n" in words
    assert "“https：//a.xlsx”" in words
