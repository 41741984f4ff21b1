"""Sign, value and measure in columns of their own are read as one value; what is no sign is left out."""

from __future__ import annotations

import io

import openpyxl
import pytest

from perfxl.profiles import load
from perfxl.reading import extract
from perfxl.reading.form_tables import points

TOP = [
    ["项目支出绩效目标表"], ["（2022年度）"], ["项目名称", "老旧水闸改造"], ["主管部门", "某市水务局"],
    ["年度总体目标", "改造水闸6座"], ["实施单位", "某市河道管理站"],
]  # fmt: skip


def value_of(head, line):
    book = openpyxl.Workbook()
    for row in [*TOP, ["一级指标", "二级指标", "三级指标", *head], ["产出指标", "质量指标", "工程质量", *line]]:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    (form,) = extract(data.getvalue(), load("mof_2021")).forms
    (found,) = form.indicators
    return found.parsed, found.weight


@pytest.mark.parametrize(
    ("sign", "value", "measure", "kind", "operator", "text"),
    [
        ("≥", 95, "%", "number", "≥", "≥95%"),
        ("＞＝", "95", "%", "number", "≥", ">=95%"),
        ("=", 6, "座", "number", "=", "=6座"),
        ("≤", 196, "万元", "money", "≤", "≤196万元"),
        ("≤", 50, "元/人", "unit_price", "≤", "≤50元/人"),
        ("定性", "优", None, "graded", "", "优"),
        ("正向", 95, "%", "number", "=", "95%"),
        ("定性", "≥95%", None, "number", "≥", "≥95%"),
        (None, "≥95%", None, "number", "≥", "≥95%"),
    ],
)
def test_three_cells_are_one_value(sign, value, measure, kind, operator, text):
    found, weight = value_of(["符号", "指标值", "计量单位", "分值"], [sign, value, measure, "10分"])
    assert (found.kind, found.operator, found.text, weight) == (kind, operator, text, 10.0)


def test_the_columns_may_stand_in_another_order():
    found, weight = value_of(["分值", "指标值", "计量单位", "运算符号"], [10, 95, "%", "≥"])
    assert (found.text, weight) == ("≥95%", 10.0)


def test_a_weight_that_is_merged_over_two_lines_is_counted_once():
    book = openpyxl.Workbook()
    head = ["一级指标", "二级指标", "三级指标", "指标值", "分值"]
    for row in [*TOP, head, ["产出指标", "质量指标", "工程质量", "95%", 10], ["", "", "验收质量", "95%", None]]:
        book.active.append(row)
    book.active.merge_cells("E8:E9")
    data = io.BytesIO()
    book.save(data)
    (form,) = extract(data.getvalue(), load("mof_2021")).forms
    assert [(line.name, line.weight, line.weight_row, line.weight_col) for line in form.indicators] == [
        ("工程质量", 10.0, 8, 5), ("验收质量", None, 0, 0),
    ]  # fmt: skip


def test_a_column_for_values_left_of_the_names_is_none():
    """The head row is overwritten in part: without a column of values there is no table, and no cell in column 0."""
    book = openpyxl.Workbook()
    for row in [*TOP, ["一级指标", "指标值", "三级指标", "备注"], ["产出指标", "质量指标", "工程质量", "≥95%"]]:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    (form,) = extract(data.getvalue(), load("mof_2021")).forms
    assert (form.indicators, form.open_lines) == ([], [])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_weight_that_is_no_figure_is_no_weight(value):
    assert points(value) is None
