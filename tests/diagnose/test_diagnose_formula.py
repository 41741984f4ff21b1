"""A total that a formula gives: the formula tells why it differs."""

from __future__ import annotations

import pytest
from containers import put_cells
from hypothesis import assume, given
from hypothesis import strategies as st
from raw_books import edited

from perfxl.diagnose import Operand, added_cells, explain
from perfxl.engine.batch import check
from perfxl.model import Ref
from perfxl.values import wan

SHEET = "部门整体支出"
AT = Ref("x.xlsx", SHEET, 25, 5)


def with_formula(samples, path, formula, result, **cells):
    """The clean sample with a formula in 金额合计·总额 that has this stored result, and other cells changed."""
    data = edited(next(samples.glob("*clean.xlsx")).read_bytes(), {f"{SHEET}!{a}": v for a, v in cells.items()})
    total = f'<c r="E25" {{s}}><f>{formula.removeprefix("=")}</f><v>{result}</v></c>'
    path.write_bytes(put_cells(data, SHEET, {"E25": total}))
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
    hints = [hint for hint in finding.hints if hint.kind != "culprit"]
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
    return Operand(AT._replace(row=row), f"行{row}", fen, number=True, **more)


def stated(fen, formula):
    return [Operand(AT._replace(row=99), "合计", fen, number=True, formula=formula)]


FENS = st.lists(st.integers(1, 10**7).map(lambda cents: cents * 10_000), min_size=3, max_size=12)


@given(FENS, st.data())
def test_a_range_that_misses_rows_or_text_is_told_with_them(fens, data):
    rows = [operand(row, fen) for row, fen in enumerate(fens, 1)]
    first = data.draw(st.integers(1, len(rows) - 1))
    last = data.draw(st.integers(first, len(rows)))
    text = data.draw(st.sets(st.sampled_from(range(len(rows))), max_size=2))
    rows = [row._replace(number=n not in text) for n, row in enumerate(rows)]
    missed = [row for row in rows if not first <= row.ref.row <= last]
    texts = [row for row in rows if row not in missed and not row.number]
    result = sum(row.fen for row in rows if row not in missed and row not in texts)
    assume(missed or texts)
    hints = explain(stated(result, f"=SUM(E{first}:E{last})"), rows, "zh")
    wanted = [("range_misses", missed), ("text_not_added", texts)]
    assert [(hint.kind, list(hint.cells)) for hint in hints] == [
        (kind, [row.ref for row in found]) for kind, found in wanted if found
    ]


@given(FENS, st.data())
def test_a_range_that_adds_a_row_twice_is_told_with_it(fens, data):
    rows = [operand(row, fen) for row, fen in enumerate(fens, 1)]
    row = data.draw(st.sampled_from(rows))
    total = stated(sum(fens) + row.fen, f"=SUM(E1:E{len(rows)})+{row.ref.cell}")
    assert [(h.kind, h.cells) for h in explain(total, rows, "zh")] == [("range_adds_twice", (row.ref,))]


@given(FENS, st.data())
def test_a_range_that_takes_in_a_subtotal_is_told_with_its_cell(fens, data):
    place = data.draw(st.integers(2, len(fens)))
    first = data.draw(st.integers(0, place - 2))
    rows = [operand(n + 1 + (n >= place), fen) for n, fen in enumerate(fens)]
    total = stated(sum(fens) + sum(fens[first:place]), f"=SUM(E1:E{len(fens) + 1})")
    [hint] = explain(total, rows, "zh")
    assert (hint.kind, hint.cells) == ("range_takes_subtotal", (AT._replace(row=place + 1),))
    assert f"E{first + 1}:E{place}" in hint.message


@given(FENS, st.integers(-(10**6), 10**6).filter(bool))
def test_an_old_result_is_told_with_the_new_one(fens, cents):
    rows = [operand(row, fen) for row, fen in enumerate(fens, 1)]
    [hint] = explain(stated(sum(fens) + cents * 10_000, f"=SUM(E1:E{len(rows)})"), rows, "zh")
    assert (hint.kind, hint.cells) == ("stale_result", (AT._replace(row=99),))
    assert wan(sum(fens)) in hint.message


def test_an_old_result_of_a_formula_that_is_wrong_itself_explains_nothing():
    rows = [operand(row, fen * 1_000_000) for row, fen in enumerate((17, 10, 5), 1)]
    assert explain(stated(30_000_000, "=SUM(E1:E2)"), rows, "zh") == ()


def test_a_figure_that_a_formula_gives_is_not_mistyped():
    rows = [operand(1, 124_000_000, formula="=SUM(A1:A2)"), operand(2, 10_000_000)]
    [hint] = explain([operand(99, 135_000_000)], rows, "zh")
    assert (hint.kind, [cell.row for cell in hint.cells]) == ("mistyped_digit", [99])
