"""Evaluations as people lay them out: figures in rows and columns, scores, and the last row with their total."""

from __future__ import annotations

import io

import openpyxl
import pytest

from perfxl.profiles import load
from perfxl.reading import extract

PROFILE = load("self_evaluation_2020")
HEAD = [
    "项目资金\n（万元）",
    "",
    "",
    "年初预算数",
    "全年预算数（A）",
    "全年执行数（B）",
    "分值",
    "执行率（B/A）",
    "得分",
]
FUNDS = [
    ["", "年度资金总额：", "", 30, 31, 27.9, 10, "90%", 9],
    ["", "其中：财政拨款", "", 28, 29, 26.1, "—", "—", "—"],
    ["", "上年结转资金", "", 0, 0, 0, "—", "—", "—"],
    ["", "其他资金", "", 2, 2, 1.8, "—", "—", "—"],
]
LINES = [
    [
        "绩效指标",
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    ],
    ["", "产出指标", "数量指标", "保洁河道条数", "12条", "12条", 50, 50, ""],
    ["", "效益指标", "社会效益指标", "受益居民数", "≥30000人", "28000人", 30, "28分", "两个社区尚未入住"],
    ["", "满意度指标", "", "居民满意度", "≥90%", "92%", 10, 10, ""],
]
TOTAL = ["总分", "", "", "", "", "", 100, 97, ""]
TOP = [
    ["项目支出绩效自评表"],
    ["（2023年度）"],
    ["项目名称", "河道保洁"],
    ["主管部门", "某市水务局", "", "", "实施单位", "某市河道管理站"],
]
GOALS = [
    ["年度总体目标", "预期目标", "", "", "", "实际完成情况"],
    ["", "保洁12条河道", "", "", "", "保洁12条河道，全年无断档"],
]


def read(rows, merges=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([None if value == "" else value for value in row])
    for area in merges:
        book.active.merge_cells(area)
    data = io.BytesIO()
    book.save(data)
    forms = extract(data.getvalue(), PROFILE).forms
    return forms[0] if forms else None


def money(form):
    return {
        row.column: (row.amount.fen or 0) / 1_000_000
        for row in form.amounts
        if row.table == "fields" and row.amount.state == "ok"
    }


def cells(form):
    return {row.field: (row.text, row.row, row.col) for row in form.texts}


READ = {
    "initial_total": 30, "total": 31, "spent_total": 27.9, "initial_fiscal": 28, "fiscal": 29, "spent_fiscal": 26.1,
    "initial_carried": 0, "carried": 0, "spent_carried": 0, "initial_other": 2, "other": 2, "spent_other": 1.8,
}  # fmt: skip


def test_every_figure_is_read_by_its_two_labels():
    form = read([*TOP, HEAD, *FUNDS, *GOALS, *LINES, TOTAL])
    assert form.kind == "project"
    assert money(form) == READ
    texts = cells(form)
    assert texts["rate_weight"] == ("10", 6, 7)
    assert texts["rate"] == ("90%", 6, 8)
    assert texts["rate_score"] == ("9", 6, 9)
    assert texts["total_score"] == ("97", 16, 8)
    assert texts["year_goal"][0] == "保洁12条河道"
    assert texts["done"][0] == "保洁12条河道，全年无断档"
    assert texts["implementer"][0] == "某市河道管理站"


def test_columns_in_another_order_and_one_more_among_them():
    order = [0, 1, 2, 5, 4, 3, 7, 6, 8]
    rows = [[*(row[n] for n in order[:4]), extra, *(row[n] for n in order[4:])] for row, extra in
            zip([HEAD, *FUNDS], ["调整数", 1, 1, 0, 0], strict=True)]  # fmt: skip
    form = read([*TOP, *rows, *GOALS, *LINES, TOTAL])
    assert money(form) == READ
    assert cells(form)["rate"] == ("90%", 6, 8)


def test_rows_in_another_order_a_blank_one_between_and_one_left_out():
    form = read([*TOP, HEAD, FUNDS[0], [], FUNDS[3], FUNDS[1], *GOALS, *LINES, TOTAL])
    assert money(form) == {key: value for key, value in READ.items() if not key.endswith("carried")}


def test_a_score_that_is_merged_over_its_rows_is_read_once():
    form = read([*TOP, HEAD, *FUNDS, *GOALS, *LINES, TOTAL], ["A5:A9", "B6:C6", "G6:G9", "H6:H9", "I6:I9"])
    assert money(form) == READ
    assert cells(form)["rate_score"] == ("9", 6, 9)


def test_an_amount_that_is_merged_over_two_rows_belongs_to_the_first():
    form = read([*TOP, HEAD, *FUNDS, *GOALS, *LINES, TOTAL], ["D7:D8"])
    assert money(form) == {key: value for key, value in READ.items() if key != "initial_carried"}
    blank = next(row for row in form.amounts if row.column == "initial_carried")
    assert (blank.amount.state, blank.row, blank.col) == ("blank", 8, 4)


def test_the_scores_of_the_indicators():
    form = read([*TOP, HEAD, *FUNDS, *GOALS, *LINES, TOTAL])
    assert [(r.second, r.name, r.target.text, r.actual.text, r.weight, r.score, r.reason) for r in form.results] == [
        ("quantity", "保洁河道条数", "12条", "12条", 50.0, 50.0, ""),
        ("social", "受益居民数", "≥30000人", "28000人", 30.0, 28.0, "两个社区尚未入住"),
        ("satisfaction", "居民满意度", "≥90%", "92%", 10.0, 10.0, ""),
    ]
    assert [(r.row, r.col, r.actual_col, r.reason_col, r.name_col) for r in form.results] == [
        (13, 8, 6, 9, 4), (14, 8, 6, 9, 4), (15, 8, 6, 9, 4),
    ]  # fmt: skip


def test_the_rows_of_the_figures_are_no_fields_of_the_rest():
    """其他资金 and 财政拨款 are labels of rows here: what stands right of them is an amount of a column."""
    form = read([*TOP, HEAD, *FUNDS, *GOALS, *LINES, TOTAL])
    assert len([row for row in form.texts if row.field in ("total_score", "done", "project_name")]) == 3
    assert {row.field for row in form.texts} == {
        "year", "project_name", "unit", "implementer", "rate_weight", "rate", "rate_score", "year_goal", "done",
        "total_score",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("total", "text", "col"),
    [
        (["总分：97"], "97", 1),
        (["总分", 97], "97", 2),
        (["合计得分", "", "", "", "", "", 100, "97分"], "97分", 8),
        (["总分", "", "", "", "", "", 100], "", 8),
    ],
)
def test_a_total_in_other_shapes(total, text, col):
    form = read([*TOP, HEAD, *FUNDS, *GOALS, *LINES, total])
    found = cells(form)["total_score"]
    assert (found[0], found[2]) == (text, col)


def test_a_form_without_the_figures_is_read_all_the_same():
    form = read([*TOP, *GOALS, *LINES, TOTAL])
    assert money(form) == {}
    assert cells(form)["total_score"][0] == "97"
    assert len(form.results) == 3
