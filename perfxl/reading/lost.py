"""Cells of a form that do not hold what was meant: error values, formulas without a result, numbers cut by Excel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from perfxl.formats import Grid, Truth
from perfxl.formats.grid import as_text
from perfxl.reading.indicators import COST
from perfxl.reading.rows import FormRows, StrayRow
from perfxl.values.numerals import from_cell, inexact

Place = tuple[int, int]
Truths = Mapping[tuple[str, int, int], Truth]
#: so many cells of a form are told, no more
MOST_TOLD = 200


def between(form: FormRows, silent: Collection[Place]) -> set[Place]:
    """The places of which nothing shows that lie between the cells of a form; of figures their own rows tell it."""
    if not silent:
        return set()
    figures = _figures(form)
    spots = (
        _filled(form) | figures | {(form.title_row, form.title_col)} | {(t.label_row, t.label_col) for t in form.texts}
    )
    rows, cols = ([spot[axis] for spot in spots] for axis in (0, 1))
    top, bottom, left, right = min(rows), max(rows), min(cols), max(cols)
    inside = sorted(p for p in silent if top <= p[0] <= bottom and left <= p[1] <= right and p not in figures)
    return set(inside[:MOST_TOLD])


def lost(form: FormRows, grid: Grid, places: Collection[Place], truths: Truths) -> Iterator[StrayRow]:
    """What somebody should be told of, see ``StrayRow``: numbers that are too long, and what the second look found."""
    filled = _filled(form)
    spots = filled | {(line.row, line.col) for line in form.indicators if line.second != COST}
    numbers = ((spot, value) for spot in spots if is_number(value := grid.value(*spot)))
    long = [
        (spot, value) for spot, value in numbers if (number := from_cell(value)) is not None and inexact(number)
    ]  # fmt: skip
    for (row, col), value in sorted(long):
        yield StrayRow(form, "digits", as_text(value), row, col)
    for row, col in sorted(places):
        truth = truths.get((form.sheet, row, col))
        if truth is not None and truth.is_silent:
            why = "error" if truth.error else "no_result"
            beside = "" if (row, col) in filled else "_beside"
            yield StrayRow(form, why + beside, truth.error or truth.formula, row, col)


def _filled(form: FormRows) -> set[Place]:
    """The cells of words that are to be filled in."""
    found = {(text.row, text.col) for text in form.texts}
    found |= {(task.row, task.col) for task in form.tasks}
    found |= {(task.content_row, task.content_col) for task in form.tasks}
    found |= {(line.name_row, line.name_col) for line in form.indicators}
    return found | {(result.reason_row, result.reason_col) for result in form.results}


def _figures(form: FormRows) -> set[Place]:
    """The cells of figures, of which their own rows say that they cannot be read."""
    found = {(amount.row, amount.col) for amount in form.amounts} | {(line.row, line.col) for line in form.indicators}
    return found | {(result.actual_row, result.actual_col) for result in form.results}


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a cell holds a number, and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)
