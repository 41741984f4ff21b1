"""Why a total differs: the true cause is offered, and only causes that make the figures meet."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from perfxl.batch import check
from perfxl.diagnose import MOST, Operand, added_cells, explain
from perfxl.model import Ref

SHEET = "部门整体支出"
AT = Ref("x.xlsx", SHEET, 25, 5)


def with_formula(samples, path, formula, result, **cells):
    """The clean sample with a formula in 金额合计·总额 that has this stored result, and other cells changed."""
    book = load_workbook(next(samples.glob("*clean.xlsx")))
    sheet = book[SHEET]
    assert sheet["B25"].value == "金额合计"
    sheet["E25"] = formula
    for cell, value in cells.items():
        sheet[cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    stored = re.compile(rb'(<c r="E25"[^>]*><f>[^<]*</f>)<v\s*/?>(?:</v>)?')
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, stored.sub(rb"\g<1><v>" + result.encode() + b"</v>", data))
    return next((f for f in check(path).findings if f.code == "SUM-10" and f.ref.cell == "E25"), None)


@pytest.mark.parametrize(
    ("formula", "result", "cells", "kinds", "named"),
    [
        ("=SUM(E15:E22)", "389.03", {}, ["range_misses"], ["E23"]),
        ("=E15+E16+E17+E18+E19+E20+E21+E22", "389.03", {}, ["range_misses"], ["E23"]),
        ("=SUM($E$15:$E$24)", "377.03", {"E16": "17万元"}, ["text_not_added"], ["E16"]),
        ("=SUM(E15:E22)", "372.03", {"E16": "17万元"}, ["range_misses", "text_not_added"], ["E23", "E16"]),
        ("=SUM(E15:E24)", "380.00", {}, ["stale_result"], ["E25"]),
    ],
)
def test_a_formula_tells_why(samples, tmp_path, formula, result, cells, kinds, named):
    finding = with_formula(samples, tmp_path / "x.xlsx", formula, result, **cells)
    hints = [hint for hint in finding.hints if hint.kind != "same_difference"]
    assert [hint.kind for hint in hints] == kinds
    assert [cell.cell for hint in hints for cell in hint.cells] == named
    assert all(formula in hint.message for hint in hints)


def test_a_right_formula_is_silent(samples, tmp_path):
    assert with_formula(samples, tmp_path / "x.xlsx", "=SUM(E15:E24)", "394.03") is None


def test_a_formula_that_does_more_than_add_is_no_explanation(samples, tmp_path):
    finding = with_formula(samples, tmp_path / "x.xlsx", "=ROUND(SUM(E15:E22),1)", "389.0")
    assert not {hint.kind for hint in finding.hints} & {"range_misses", "text_not_added", "stale_result"}


@pytest.mark.parametrize(
    "formula", ["=SUM(A1:A2)*2", "=A1-A2", "=Sheet1!A1", "=SUM(A:A)", "=12+3", "=SUM(A1:XFD1048576)"]
)
def test_other_formulas_are_not_judged(formula):
    assert added_cells(formula, AT) is None


def operand(row, fen, **more):
    return Operand(AT._replace(row=row), f"行{row}", fen, **more)


fens = st.integers(1, 10**9).map(lambda value: value * 10_000)  # two decimals of 万元


@given(st.lists(fens, min_size=2, max_size=12), st.data())
def test_a_row_counted_twice_or_left_out_is_among_the_causes(values, data):
    rows = [operand(number, fen) for number, fen in enumerate(values, 1)]
    row = data.draw(st.sampled_from(rows))
    for kind, stated in (("counted_twice", sum(values) + row.fen), ("left_out", sum(values) - row.fen)):
        hints = explain([operand(99, stated)], rows, "zh")
        same = sum(other.fen == row.fen for other in rows)
        assert (
            row.ref in {cell for hint in hints if hint.kind == kind for cell in hint.cells}
            or same > 1
            or len(hints) > MOST
        )


@given(st.lists(fens, min_size=1, max_size=8), st.data())
def test_what_is_offered_makes_the_figures_meet(values, data):
    rows = [operand(number, fen) for number, fen in enumerate(values, 1)]
    stated = data.draw(fens)
    if stated == sum(values):
        return
    for hint in explain([operand(99, stated)], rows, "zh"):
        if hint.kind in ("counted_twice", "left_out"):
            (cell,) = hint.cells
            row = next(row for row in rows if row.ref == cell)
            assert abs(stated - sum(values)) == row.fen
    assert len(explain([operand(99, stated)], rows, "zh")) <= MOST + 1


@given(st.lists(fens, min_size=1, max_size=8), st.data())
def test_a_figure_in_yuan_is_found(values, data):
    rows = [operand(number, fen) for number, fen in enumerate(values, 1)]
    wrong = data.draw(st.sampled_from(range(len(rows))))
    total = [operand(99, sum(values))]
    typed = [*rows]
    typed[wrong] = rows[wrong]._replace(fen=rows[wrong].fen * 10_000)
    assert ("wan_meant_yuan", (rows[wrong].ref,)) in [(h.kind, h.cells) for h in explain(total, typed, "zh")][:MOST]
    typed[wrong] = rows[wrong]._replace(fen=rows[wrong].fen // 10_000, measure="元")
    assert explain(total, typed, "zh")[0].kind == "yuan_written"
