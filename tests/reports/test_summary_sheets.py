"""The sheets of the summary workbook, each against the findings and tables it was made from."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest
from containers import CLEAN
from raw_books import edited
from summary_books import FIRST, SAMPLES, TYPED, check, folder, opened, rows
from summary_books import edited as edited_return

from perfxl.model import Result, Severity, Status
from perfxl.reports import findings_json, summary
from perfxl.rules import all_rules
from perfxl.values import wan


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    return check(folder(tmp_path_factory.mktemp("round") / "in"))


@pytest.fixture(scope="module")
def made(batch):
    return opened(summary.workbook(batch))


def test_differences_show_what_was_stated_and_computed(batch, made):
    found = rows(made.values["差异"])
    assert len(found) == sum(f.stated is not None or f.computed is not None for f in batch.findings)
    known = [row for row in found if row["文件"] == TYPED and row["位置"] == "“部门整体支出”表 E25"]
    assert [(row["填报数"], row["计算数"], row["差额"], row["级别"]) for row in known] == [(404.03, 394.03, 10, "错误")]
    assert {row["差额"] for row in found} >= {10, -0.04, -15, -254}


def test_amounts_are_numbers_shown_with_the_decimals_they_have(made):
    sheet = made.values["差异"]
    formats = {}
    for row in sheet.iter_rows(min_row=FIRST):
        money = row[10].value is not None  # values such as 95% are compared too, without a difference
        for cell in row[8:11]:
            assert cell.value is None or isinstance(cell.value, int | float if money else str)
            formats[cell.value] = cell.number_format
    assert formats[404.03] == "#,##0.00;[Red]-#,##0.00"


def test_differences_lead_to_the_finding_and_to_the_report(batch, made):
    sheet = made.formulas["差异"]
    listed = made.values["问题清单"]
    for row in sheet.iter_rows(min_row=FIRST):
        inner, outer = row[13].hyperlink, row[14].hyperlink
        place = re.fullmatch(r"'问题清单'!A(\d+)", inner.location)
        target = [cell.value for cell in listed[int(place[1])]]
        assert target[0] == int(row[13].value[1:])
        assert target[12].partition("\n（此项提示")[0] == row[12].value
        assert outer.target.replace("\\", "/") == "单位/中共衡阳市委机构编制委员会办公室/错误报告.html"


def test_findings_are_all_there_those_that_ask_for_something_in_order(batch, made):
    found = rows(made.values["问题清单"])
    lines = [(row["编号"], row["文件"], row["问题"].partition("\n（此项提示")[0]) for row in found]
    every = [[(f.code, f.file, f.message) for f in (one, *one.consequences)] for one in batch.findings]
    assert sorted(lines) == sorted(line for lines in every for line in lines)
    asking = [one for one in batch.findings if one.severity is not Severity.NOTICE]
    told = [row for row in found if row["级别"] not in ("连带", "提示")]
    assert [(row["问题"], row["怎么改"]) for row in told] == [(f.message, f.fix) for f in asking]
    assert [row["序号"] for row in found if row["级别"] != "连带"] == list(range(1, len(batch.findings) + 1))
    gates = {"错误": "强制性审核", "警告": "提示性审核", "提示": "提示性审核", "连带": ""}
    assert all((row["审核类型"] or "") == gates[row["级别"]] for row in found)
    folded = [
        made.formulas["问题清单"].row_dimensions[FIRST + n] for n, row in enumerate(found) if row["级别"] == "连带"
    ]
    assert len(folded) > 5
    assert all(row.outlineLevel == 1 and row.hidden for row in folded)
    sums = [row for row in found if row["编号"] == "SUM-10"]
    assert sums
    assert all("E1" in row["涉及单元格"] or "F1" in row["涉及单元格"] for row in sums)


def test_notices_of_one_rule_are_one_line_of_a_file(batch, made):
    found = rows(made.values["问题清单"])
    heights = made.formulas["问题清单"].row_dimensions
    shown = Counter(
        (row["文件"], row["编号"], row["审核定义名称"])
        for n, row in enumerate(found) if row["级别"] == "提示" and not heights[FIRST + n].hidden
    )  # fmt: skip
    rules = Counter((f.file, f.code, f.name) for f in batch.findings if f.severity is Severity.NOTICE)
    assert shown == Counter(set(rules))
    several = {rule: n for rule, n in rules.items() if n > 1}
    assert several
    for n, row in enumerate(found):
        count = several.get((row["文件"], row["编号"], row["审核定义名称"]), 0)
        if count and not heights[FIRST + n].hidden:
            assert f"共 {count} 处" in row["问题"]
            assert all(heights[FIRST + n + down].outlineLevel == 1 for down in range(1, count))


def test_places_in_tables_are_in_words(made):
    for name in ("差异", "任务", "指标"):
        places = [row["位置"] for row in rows(made.values[name]) if row["位置"]]
        assert places
        assert all(re.fullmatch(r"“.+”(表)? [A-Z]+\d+", place) for place in places)


def test_totals_that_could_not_be_checked_are_counted(tmp_path):
    path = edited_return(tmp_path / "x.xlsx", {("部门整体支出", "D6"): "394.O3", ("项目1", "D7"): "十几"})
    found = check(path)
    places = [one for f in found.findings for one in f.with_consequences() if one.code == "AMOUNT-13"]
    assert len(places) > 2
    values = opened(summary.workbook(found)).values
    assert rows(values["单位"])[0]["备注"] == f"{len(places)} 处合计或比率尚未核对"
    assert any(
        f"有 {len(places)} 处合计或比率" in str(cell.value) for row in values["总览"].iter_rows() for cell in row
    )


def test_units_have_a_row_a_file_and_a_total_without_repeats(batch, made):
    found = rows(made.values["单位"])
    body, total, visible = found[: len(batch.submissions)], found[-2], found[-1]
    assert [row["文件"] for row in body] == [item.file for item in batch.submissions]
    by_file = {row["文件"]: row for row in body}
    assert by_file[TYPED]["资金总额"] == 394.03
    assert by_file[TYPED]["任务合计－资金总额"] == 10
    assert by_file[TYPED]["附件10 项目"] == 8
    assert by_file["重发.xlsx"]["备注"] == f"与“{TYPED}”内容相同"
    assert by_file["名单.xlsx"]["审核结果"] == Status.UNREADABLE.value
    # three different returns of one unit: one counts
    assert [row["计入合计"] for row in body].count("是") == 1
    assert (total["资金总额"], total["项目支出"], total["项目表合计"]) == (394.03, 60, 60)
    assert visible["资金总额"] == pytest.approx(3 * 394.03)
    assert visible["错误"] == sum(f.severity is Severity.ERROR for f in batch.findings)


def test_fund_forms_are_not_added_to_the_projects_a_second_time(made):
    found = rows(made.values["项目"])
    mine = [row for row in found if row["文件"] == TYPED]
    assert Counter(row["表"] for row in mine) == {"附件10 项目": 8, "附件11 专项资金": 1}
    assert [row["是否计入合计"] for row in mine if row["表"] == "附件11 专项资金"] == ["否：与项目表为同一项目"]
    assert sum(row["资金总额"] for row in mine) == 77
    assert found[-2]["资金总额"] == 60
    assert all(row["项目－任务"] == 0 for row in mine)
    domain = next(row for row in mine if row["项目名称"] == "中文域名注册管理")
    assert (domain["成本指标合计"], domain["配对任务"]) == (17, "提高本市机关事业单位中文域名的注册率和挂标率")
    assert (domain["数量"], domain["成本"], domain["生态效益"]) == (2, 4, 0)


def test_tasks_add_up_row_by_row(batch, made):
    found = rows(made.values["任务"])
    amounts = batch.tables.amounts
    per_form = amounts[(amounts["table"] == "tasks") & (amounts["role"] == "row") & (amounts["column"] == "total")]
    sums = [wan(int(fen)) for fen in per_form.groupby("form_id", sort=True)["fen"].sum()]
    assert [f"{row['总额']:.2f}" for row in found if row["类别"] == "各任务相加"] == sums
    mine = [row for row in found if row["文件"] == TYPED]
    assert [row["总额"] for row in mine[-3:]] == [394.03, 404.03, 10]
    assert [row["其他资金"] for row in mine[-3:]] == [0, None, None]  # nothing stated, nothing to compare
    assert [row["类别"] for row in mine[:2]] == ["基本支出", "项目"]


def test_indicators_are_all_there(batch, made):
    found = rows(made.values["指标"])
    frame = batch.tables.indicators
    assert len(found) == len(frame)
    assert [row["填报值"] or "" for row in found] == list(frame["value"])
    assert all(row["数值"] is None or isinstance(row["数值"], int | float) for row in found)
    mine = next(row for row in found if row["文件"] == TYPED and row["三级指标"] == "全市域名注册覆盖率")
    assert (mine["数值"], mine["计量单位"], mine["类型"], mine["二级指标"]) == (91.8, "%", "数值", "质量指标")


def test_long_numbers_have_no_exponent_and_lose_no_digit_without_a_word(tmp_path):
    cells = dict.fromkeys(("项目2!B5", "项目2!D16", "项目2!E16"), 430703198001010017)
    cells |= {"项目2!E31": 1380000000013900000000, "项目2!D15": "110101199003074518"}
    (tmp_path / "x.xlsx").write_bytes(edited(CLEAN.read_bytes(), cells))
    found = check(tmp_path / "x.xlsx")
    [told] = [f for f in found.findings if f.code == "COMPLETE-19"]
    assert [cell.cell for cell in told.cells] == ["B5", "D16", "E16", "E31"]
    values = opened(summary.workbook(found)).values
    cells = [cell.value for each in values for row in each.iter_rows() for cell in row if cell.value is not None]
    assert {"430703198001010000", "110101199003074518"} <= set(cells)
    assert not [value for value in cells if isinstance(value, float) and abs(value) >= 1e15]
    assert not [value for value in cells if isinstance(value, str) and re.search(r"\de\+?\d", value)]
    as_json = re.sub(r'"sha256": "\w+"', "", findings_json.as_json(found))
    assert not re.search(r"\d[eE]\+?\d", as_json)


def test_completeness_marks_what_is_missing(made):
    mine = [row for row in rows(made.values["完整性"]) if row["文件"] == TYPED]
    fund = {row["时期"]: row for row in mine if row["表"] == "附件11 专项资金"}
    assert fund["年度"]["经济效益"] == fund["年度"]["满意度"] == "✗"
    assert (fund["中长期"]["经济效益"], fund["中长期"]["满意度"]) == (1, 2)
    department = next(row for row in mine if row["表"] == "附件12 部门整体支出")
    assert (department["填报单位"], department["填报人"]) == ("✗", "✓")
    assert (department["数量"], department["成本"], department["生态效益"]) == (6, 3, "✗")


def test_files_that_were_not_checked_say_why(made, tmp_path):
    found = {row["文件"]: row for row in rows(made.values["未审核文件"])}
    assert {name: row["类别"] for name, row in found.items()} == {
        "名单.xlsx": "无法读取",
        "签到.xlsx": "不是申报表",
        "重发.xlsx": "重复报送",
    }
    assert all(row["原因"] and row["处理建议"] for row in found.values())
    clean = opened(summary.workbook(check(SAMPLES / TYPED)))
    assert "没有" in clean.values["未审核文件"]["A4"].value


def test_rules_say_how_they_ended(batch, made):
    found = {row["编号"]: row for row in rows(made.values["审核规则"])}
    assert list(found) == list(dict.fromkeys(rule.code for rule in all_rules(batch.profile) if rule.of_returns))
    results = Counter((outcome.code, outcome.result) for outcome in batch.outcomes)
    for code, row in found.items():
        assert row["通过"] == results[code, Result.PASSED]
        assert row["不通过"] == results[code, Result.FAILED]
        assert row["不适用"] == results[code, Result.NOT_APPLICABLE]
        assert row["未能执行"] == results[code, Result.CRASHED]
        assert bool(row["不适用或未能执行的原因"]) == bool(row["不适用"] or row["未能执行"])


def test_overview_counts(batch, made):
    cells = list(made.values["总览"].iter_rows(values_only=True))
    found = {}
    for label, number in pairwise(cells):
        for word, value in zip(label, number, strict=True):
            if isinstance(word, str):
                found.setdefault(word, value)
    files = {"收到文件": 6, "已审核": 3, "无法读取": 1, "不是申报表": 1, "重复报送": 1}
    assert {word: found[word] for word in files} == files
    assert (found["单位数"], found["资金总额"], found["项目表合计"]) == (1, 394.03, 60)
    assert found["错误"] == sum(f.severity is Severity.ERROR for f in batch.findings)
    text = "\n".join(str(cell) for row in cells for cell in row if cell)
    assert "优先办理" in text
    assert "“部门整体支出”表 E25" in text
