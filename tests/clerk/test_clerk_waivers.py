"""``--waivers``: what is waived stays seen and counts no more; a waiver that does nothing is told."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

import lxml.html
import openpyxl
import pytest
from clerk_files import CLEAN, TYPED, UNIT, places, sheet, waivers, written

import perfxl
from perfxl import reports
from perfxl.model import Severity, Status, UserError, Waived
from perfxl.reports.findings_json import as_json

TODAY = date(2026, 6, 30)
LATER = date(2026, 12, 31)
REASON, BY = "批复文件同意保留", "张三"
WAIVED = Waived(REASON, BY, LATER)


def row(code, where=None, unit=UNIT, until=LATER, reason=REASON, by=BY):
    return (unit, code, where, reason, by, until)


def checked(path, *rows, source=TYPED, today=TODAY, **options):
    return perfxl.check(source, waivers=waivers(path / "豁免.xlsx", *rows), today=today, **options)


def with_level(path):
    """Settings by which the clean sample has one finding."""
    config = path / "设置.toml"
    config.write_text('[severity]\nCOMPLETE-14 = "notice"\n', "utf-8")
    return config


@pytest.fixture(scope="module")
def plain():
    return perfxl.check(TYPED)


def all_of(batch):
    """Its findings and all that stand under them."""
    return [one for finding in batch.findings for one in finding.with_consequences()]


def told(batch):
    """The notices about the clerk's file: code, cell, unit."""
    return [(f.code, str(f.ref), f.unit) for f in batch.findings if f.file == "豁免.xlsx"]


# ---------------------------------------------------------------- what is waived


def test_a_unit_and_a_code_waive_all_findings_of_the_rule(tmp_path, plain):
    batch = checked(tmp_path, row("SUM-10"))
    waived = [f for f in batch.findings if f.waived]
    assert places(waived) == {("SUM-10", "部门整体支出!E25"), ("SUM-10", "部门整体支出!F25")}
    assert {f.waived for f in waived} == {WAIVED}
    assert {f.severity for f in waived} == {Severity.ERROR}
    assert batch.findings[-2:] == tuple(waived), "they stand behind the others"
    assert places(all_of(batch)) == places(all_of(plain))
    assert told(batch) == []


def test_a_cell_is_taken_out_of_a_finding_with_many(tmp_path, plain):
    batch = checked(tmp_path, row("QUALITY-05", "专项资金!E30"))
    [before] = [f for f in plain.findings if f.code == "QUALITY-05"]
    rest, waived = [f for f in batch.findings if f.code == "QUALITY-05"]
    assert (rest.waived, waived.waived) == (None, WAIVED)
    assert [str(ref) for ref in waived.cells] == ["专项资金!E30"]
    assert set(rest.cells) | set(waived.cells) == set(before.cells)
    assert (rest.written, waived.written) == (before.written, "")
    assert waived.message == f"{before.message}本条仅涉及其中的“专项资金”表 E30。"
    assert rest.message.startswith(f"{before.message}本条仅涉及其中的“项目1”表 E24、")


def test_a_finding_that_is_waived_whole_is_worded_as_before(tmp_path, plain):
    waived = [f.message for f in checked(tmp_path, row("QUALITY-05")).findings if f.waived]
    assert waived == [f.message for f in plain.findings if f.code == "QUALITY-05"]


@pytest.mark.parametrize("where", ["专项资金!$E$30", " 专项资金！e30 ", "'专项资金'!E30"])
def test_a_cell_may_be_written_in_several_ways(tmp_path, where):
    batch = checked(tmp_path, row("QUALITY-05", where))
    assert places(f for f in batch.findings if f.waived) == {("QUALITY-05", "专项资金!E30")}


def test_a_project_stands_for_its_forms_and_its_task(tmp_path, plain):
    batch = checked(tmp_path, row("QUALITY-05", "中文域名注册 管理"), row("AMOUNT-06", "中文域名注册管理"))
    waived = places(f for f in batch.findings if f.waived)
    wanted = {
        place for place in places(plain.findings)
        if place[0] in ("QUALITY-05", "AMOUNT-06") and re.match("(项目1|专项资金)!", place[1])
    }  # fmt: skip
    task = {("AMOUNT-06", f"部门整体支出!{column}16") for column in "EFG"}
    assert waived == wanted | task


def test_the_nearest_waiver_gives_the_reason(tmp_path):
    batch = checked(
        tmp_path,
        row("AMOUNT-06", reason="整个单位"),
        row("AMOUNT-06", "中文域名注册管理", reason="这个项目"),
        row("AMOUNT-06", "项目1!D7", reason="这一格"),
    )
    reasons = {str(ref): f.waived.reason for f in batch.findings if f.code == "AMOUNT-06" for ref in f.cells}
    assert (reasons["项目1!D7"], reasons["项目1!D8"], reasons["项目2!D7"]) == ("这一格", "这个项目", "整个单位")


def test_another_unit_another_project_another_cell_waive_nothing(tmp_path, plain):
    batch = checked(
        tmp_path,
        row("SUM-10", unit="中共衡阳市委组织部"),
        row("QUALITY-05", "没有的项目"),
        row("SUM-10", "部门整体支出!E24"),
        row("SUM-01"),
    )
    assert not [f for f in batch.findings if f.waived]
    assert [f for f in batch.findings if f.file == TYPED.name] == list(plain.findings)


def test_it_counts_no_more_in_status_and_exit_code(tmp_path, plain):
    errors = {f.code for f in all_of(plain) if f.severity is Severity.ERROR}
    others = {f.code for f in all_of(plain)} - errors
    failed = checked(tmp_path, *map(row, sorted(errors)[1:]))
    assert (failed.submissions[0].status, failed.worst) == (Status.FAILED, 1)
    noted = checked(tmp_path, *map(row, errors))
    assert (noted.submissions[0].status, noted.worst) == (Status.PASSED_WITH_NOTES, 0)
    passed = checked(tmp_path, *map(row, errors | others))
    assert (passed.submissions[0].status, passed.worst) == (Status.PASSED, 0)
    assert len(passed.findings) == len(all_of(plain))


def test_what_stood_under_a_waived_finding_stands_by_itself(tmp_path, plain):
    [lead] = [f for f in plain.findings if f.code == "SUM-10"]
    assert places(lead.consequences) == {("SUM-10", "部门整体支出!F25"), ("SUM-11", "部门整体支出!E25")}
    batch = checked(tmp_path, row("SUM-10", "部门整体支出!E25"))
    [left] = [f for f in batch.findings if f.code == "SUM-10" and not f.waived]
    assert (str(left.ref), places(left.consequences)) == ("部门整体支出!F25", {("SUM-11", "部门整体支出!E25")})


def test_a_consequence_is_waived_by_itself(tmp_path):
    batch = checked(tmp_path, row("SUM-11"))
    [waived] = [f for f in batch.findings if f.waived]
    [lead] = [f for f in batch.findings if f.code == "SUM-10"]
    assert (waived.code, waived.consequences) == ("SUM-11", ())
    assert places(lead.consequences) == {("SUM-10", "部门整体支出!F25")}


# ---------------------------------------------------------------- what does nothing


def test_the_last_day_counts_and_the_next_does_not(tmp_path, plain):
    assert not told(checked(tmp_path, row("SUM-10"), today=LATER))
    batch = checked(tmp_path, row("SUM-10"), today=date(2027, 1, 1))
    assert [f for f in batch.findings if f.file == TYPED.name] == list(plain.findings)
    [notice] = [f for f in batch.findings if f.file == "豁免.xlsx"]
    assert (notice.code, str(notice.ref), notice.unit) == ("WAIVER-01", "豁免!G4", UNIT)
    assert [str(ref) for ref in notice.related] == ["部门整体支出!E25", "部门整体支出!F25"]
    assert "2026年12月31日到期" in notice.message
    assert "2 处问题照常计入" in notice.message
    assert notice.severity is Severity.NOTICE


def test_an_unused_waiver_is_told_at_its_row(tmp_path):
    batch = checked(tmp_path, row("SUM-10"), row("SUM-01"), row("SUM-10", "部门整体支出!E24"), source=TYPED)
    assert told(batch) == [("WAIVER-02", "豁免!B5", UNIT), ("WAIVER-02", "豁免!B6", UNIT)]
    near = batch.findings[-1]
    assert "“部门整体支出”表 E25、F25" in near.message
    assert [str(ref) for ref in near.related] == ["部门整体支出!E25", "部门整体支出!F25"]


def test_units_that_sent_nothing_are_one_notice(tmp_path):
    rows = (row("SUM-10", unit="某某局"), row("SUM-01", unit="中共衡阳市委机构编制委员会"), row("SUM-10"))
    batch = checked(tmp_path, *rows, row("SUM-02", unit="某某局", until=date(2020, 1, 1)))
    assert told(batch) == [("WAIVER-02", "豁免!A4", "")]
    [notice] = [f for f in batch.findings if f.file == "豁免.xlsx"]
    assert [str(ref) for ref in notice.cells] == ["豁免!A4", "豁免!A5", "豁免!A7"]
    assert "3 条" in notice.message
    assert f"“中共衡阳市委机构编制委员会”（是否为 {UNIT}？）" in notice.message


def test_such_a_notice_touches_no_units_status(tmp_path):
    batch = checked(tmp_path, row("COMPLETE-14"), row("SUM-10"), source=CLEAN, config=with_level(tmp_path))
    assert batch.submissions[0].status is Status.PASSED
    assert told(batch) == [("WAIVER-02", "豁免!B5", UNIT)]


# ---------------------------------------------------------------- how the file may look


def test_a_list_made_by_hand(tmp_path):
    """Other words, another order, a title above, a unit merged over its rows, dates as text, lines left empty."""
    path = sheet(
        tmp_path / "我的清单.xlsx",
        ["2026年豁免清单"],
        ["到期日", "部门名称", "原因", "编号", "批准", "位置"],
        ["2026年12月31日", UNIT, REASON, "sum-10", BY, None],
        ["2026/12/31", None, REASON, "QUALITY-05", BY, "专项资金!E30"],
        [None, None, None, None, None, None],
        [datetime(2026, 12, 31), UNIT, REASON, "COMPLETE-14", BY, "　"],
        merged=["B3:B5"],
    )
    batch = perfxl.check(TYPED, waivers=path, today=TODAY, config=with_level(tmp_path))
    waived = places(f for f in batch.findings if f.waived == WAIVED)
    assert waived == {
        ("SUM-10", "部门整体支出!E25"), ("SUM-10", "部门整体支出!F25"), ("QUALITY-05", "专项资金!E30"),
        ("COMPLETE-14", "部门整体支出!D49"),
    }  # fmt: skip


TOML = f"""
[[waiver]]
unit = "{UNIT}"
code = "SUM-10"
reason = "{REASON}"
by = "{BY}"
until = 2026-12-31

[[waiver]]
unit = "{UNIT}"
code = "SUM-01"
where = "中文域名注册管理"
reason = "{REASON}"
by = "{BY}"
until = "2026-12-31"
"""


def test_toml(tmp_path):
    batch = perfxl.check(TYPED, waivers=written(tmp_path / "豁免.toml", TOML), today=TODAY)
    assert {f.code for f in batch.findings if f.waived == WAIVED} == {"SUM-10"}
    notice = batch.findings[-1]
    assert (notice.code, notice.file, notice.cells) == ("WAIVER-02", "豁免.toml", ())
    assert notice.message.startswith("第 2 条：")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (("", "SUM-10", None, "r", "b", LATER), "工作表“豁免”A4“单位”：未填写"),
        ((UNIT, "", None, "r", "b", LATER), "工作表“豁免”B4“规则编号”：未填写"),
        ((UNIT, "SUM10", None, "r", "b", LATER), "工作表“豁免”B4“规则编号”：没有规则“SUM10”。是否为 SUM-10"),
        ((UNIT, "SUM-10", "E25", "r", "b", LATER), "工作表“豁免”D4“项目或单元格”：“E25”没有写工作表"),
        ((UNIT, "SUM-10", None, " ", "b", LATER), "工作表“豁免”E4“理由”：未填写"),
        ((UNIT, "SUM-10", None, "r", None, LATER), "工作表“豁免”F4“批准人”：未填写"),
        ((UNIT, "SUM-10", None, "r", "b", None), "工作表“豁免”G4“有效期至”：未填写"),
        ((UNIT, "SUM-10", None, "r", "b", "明年"), "工作表“豁免”G4“有效期至”：“明年”无法识别为日期"),
        ((UNIT, "SUM-10", None, "r", "b", "2026-02-30"), "工作表“豁免”G4“有效期至”：“2026-02-30”无法识别为日期"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_row_and_column(tmp_path, values, words):
    path = waivers(tmp_path / "豁免.xlsx", values)
    with pytest.raises(UserError) as caught:
        perfxl.check(CLEAN, waivers=path)
    assert caught.value.reason.zh.startswith(f"豁免.xlsx {words}")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.toml", "[[waiver]]\nunits = 'x'", "a.toml 第 1 条 units：无此项。是否为 unit？"),
        ("a.toml", "[[waiver]]\ncell = 'x'", "a.toml 第 1 条 cell：无此项。可用的有 unit、code、where、"),
        ("a.toml", "[[waiver]]\nunit = 3", "a.toml 第 1 条 unit：应是文字"),
        ("a.toml", "[[waiver]]\nunit = 'x'", "a.toml 第 1 条 code：未填写"),
        ("a.toml", "waivers = []", "a.toml：没有 [[waiver]]"),
        ("a.toml", "[[waiver", "a.toml：不是正确的 TOML"),
        ("a.csv", "单位", "a.csv：应是 .xlsx 工作簿或 .toml 文件"),
        ("a.xlsx", "单位", "a.xlsx：这是文本文件"),
    ],
)
def test_what_is_no_list_of_waivers(tmp_path, name, text, words):
    with pytest.raises(UserError) as caught:
        perfxl.check(CLEAN, waivers=written(tmp_path / name, text))
    assert caught.value.reason.zh.startswith(words)


def test_a_workbook_without_the_heads_or_without_one_of_them(tmp_path):
    for rows, words in (
        ([["姓名", "电话"]], "没有找到表头"),
        ([["单位", "规则编号", "理由", "批准人"]], "工作表“Sheet1”缺少“有效期至”一栏"),
    ):
        with pytest.raises(UserError) as caught:
            perfxl.check(CLEAN, waivers=sheet(tmp_path / "a.xlsx", *rows))
        assert words in caught.value.reason.zh


def test_the_blank_list_waives_nothing_and_says_nothing(tmp_path, plain):
    assert checked(tmp_path).findings == plain.findings


# ---------------------------------------------------------------- where it is shown


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("waived")
    batch = checked(folder, row("SUM-10"), row("QUALITY-05", "专项资金!E30"), row("SUM-01"))
    reports.write(batch, folder / "out")
    return batch, folder / "out"


SENTENCE = "豁免理由：批复文件同意保留（批准人：张三，有效期至 2026年12月31日）"


def test_in_json(shown):
    batch, _ = shown
    found = json.loads(as_json(batch))["findings"]
    waived = {(f["code"], f["cell"]) for f in found if f["waived"]}
    assert waived == {("SUM-10", "E25"), ("SUM-10", "F25"), ("QUALITY-05", "E30")}
    assert [f["waived"] for f in found if f["code"] == "SUM-10"] == [
        {"reason": REASON, "by": BY, "until": "2026-12-31"}
    ] * 2
    assert (found[-1]["file"], found[-1]["sheet"], found[-1]["cell"]) == ("豁免.xlsx", "豁免", "B6")


def test_in_the_summary(shown, plain):
    _, out = shown
    book = openpyxl.load_workbook(out / "汇总表.xlsx", data_only=True)
    for name, count in (("问题清单", 3), ("差异", 2)):
        head, *rows = book[name].iter_rows(min_row=3, values_only=True)
        found = [dict(zip(head, values, strict=True)) for values in rows]
        assert sum(item["级别"] == "已豁免" for item in found) == count
        assert [item["级别"] == "已豁免" for item in found] == [item["豁免"] == SENTENCE for item in found]
    units = dict(zip(*list(book["单位"].iter_rows(min_row=3, max_row=4, values_only=True)), strict=True))
    errors = sum(f.severity is Severity.ERROR for f in plain.findings)
    assert (units["错误"], units["备注"]) == (errors, "已豁免 3 处")
    overview = [cell for values in book["总览"].iter_rows(values_only=True) for cell in values if cell]
    assert any("另有 3 处问题已豁免" in str(cell) for cell in overview)
    applied = {values[0]: values for values in book["审核规则"].iter_rows(min_row=4, values_only=True)}
    assert (applied["SUM-10"][9], applied["SUM-10"][10]) == (0, "已豁免 2 处")


def test_in_the_annotated_copy(shown):
    _, out = shown
    [path] = (out / "单位" / UNIT).glob("*_批注.xlsx")
    book = openpyxl.load_workbook(path)
    cell = book["部门整体支出"]["F25"]
    assert cell.comment.text.startswith("【已豁免 SUM-10 ")
    assert cell.comment.text.endswith(SENTENCE)
    assert cell.fill.fgColor.rgb == "FFEDEDED", "a notice marks no cell"
    both = book["部门整体支出"]["E25"]
    assert "【错误 SUM-11 " in both.comment.text
    assert "【已豁免 SUM-10 " in both.comment.text
    assert both.fill.fgColor.rgb == "FFF8CBAD", "the open error at the cell gives the colour"
    assert book["专项资金"]["E30"].fill.fgColor.rgb == "FFEDEDED"
    rows = [[str(value) for value in values if value] for values in book["问题清单"].iter_rows(values_only=True)]
    assert any("另有 3 条已豁免" in text for values in rows for text in values)
    assert sum("已豁免" in values and SENTENCE in values for values in rows) == 3


def test_on_the_page_of_the_unit(shown, plain):
    _, out = shown
    html = lxml.html.fromstring((out / "单位" / UNIT / "错误报告.html").read_text("utf-8"))
    text = re.sub(r"\s+", " ", html.text_content())
    errors = sum(f.severity is Severity.ERROR for f in plain.findings)
    assert f"错误 {errors} 处" in text
    assert "另有 3 处经批准豁免" in text
    [section] = [part for part in html.iter("section") if part.get("class") == "waived"]
    assert len(section.find_class("item")) == 3
    assert [part.text_content() for part in section.find_class("waiver")] == [SENTENCE] * 3
    assert not [part for part in html.find_class("waiver") if part not in section.find_class("waiver")]
    assert "发现问题 2 处（其中豁免 2 处）" in text


def test_a_return_in_which_all_is_waived(tmp_path):
    batch = checked(tmp_path, row("COMPLETE-14"), source=CLEAN, config=with_level(tmp_path))
    reports.write(batch, tmp_path / "out", ["unit_report"])
    text = (tmp_path / "out" / "单位" / UNIT / "错误报告.html").read_text("utf-8")
    assert "无须处理的问题" in text
    assert "没有发现问题" not in text


def test_without_waivers_no_report_speaks_of_them(tmp_path):
    reports.write(perfxl.check(CLEAN), tmp_path)
    assert "豁免" not in (tmp_path / "单位" / UNIT / "错误报告.html").read_text("utf-8")
    for path in tmp_path.rglob("*.xlsx"):
        for page in openpyxl.load_workbook(path).worksheets:
            assert not [c for values in page.iter_rows(values_only=True) for c in values if "豁免" in str(c)]
