"""The cells whose fast reading could change a finding, and their rows put right after the second look."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from perfxl.cells import Book, Truth, look_again
from perfxl.extract.rows import AmountRow, FormRows, IndicatorRow
from perfxl.profiles import Profile
from perfxl.values import parse_amount, parse_value

Cells = dict[str, set[tuple[int, int]]]


def settle(book: Book, profile: Profile, forms: Sequence[FormRows]) -> None:
    """Look again at every doubtful cell and correct the rows of the forms."""
    doubts: Cells = {}
    figures: Cells = {}
    for form in forms:
        doubts.setdefault(form.sheet, set()).update(_doubtful(form))
        figures.setdefault(form.sheet, set()).update((a.row, a.col) for a in form.amounts if a.amount.number)
    truths = look_again(book.package, doubts, figures) if book.package else _told(book, doubts, figures)
    for form in forms if truths else ():
        for place, amount in enumerate(form.amounts):
            if truth := truths.get((form.sheet, amount.row, amount.col)):
                form.amounts[place] = _true_amount(amount, truth, profile)
        for place, line in enumerate(form.indicators):
            if truth := truths.get((form.sheet, line.row, line.col)):
                form.indicators[place] = _true_value(line, truth, profile)


def _told(book: Book, doubts: Cells, figures: Cells) -> dict[tuple[str, int, int], Truth]:
    """The same from a format that told on the first look."""
    return {
        place: truth
        for place, truth in book.truths.items()
        if place[1:] in doubts.get(place[0], ()) or (truth.formula and place[1:] in figures.get(place[0], ()))
    }


def _doubtful(form: FormRows) -> Iterator[tuple[int, int]]:
    """A blank may be a formula without a result, a bare number a percentage, a date a figure in an odd format."""
    for amount in form.amounts:
        if amount.amount.state == "blank" or "date" in amount.amount.notes:
            yield amount.row, amount.col
    for line in form.indicators:
        if line.value.kind in ("empty", "date") or _is_bare(line):
            yield line.row, line.col


def _is_bare(line: IndicatorRow) -> bool:
    """A number with nothing beside it: 0.95 may be what 95% is stored as."""
    value = line.value
    return value.kind == "number" and not value.measure and len(value.numbers) == 1


def _true_amount(row: AmountRow, truth: Truth, profile: Profile) -> AmountRow:
    if truth.number is not None and "date" in row.amount.notes:
        return row._replace(amount=parse_amount(truth.number, profile.measure, profile.words.placeholders))
    if row.amount.state != "blank":
        return row._replace(formula=truth.formula)
    if truth.result or not (truth.formula or truth.error):
        return row
    note = "error_value" if truth.error else "no_result"
    text = truth.error or truth.formula
    return row._replace(amount=dataclasses.replace(row.amount, state="unreadable", text=text, notes=(note,)))


def _true_value(row: IndicatorRow, truth: Truth, profile: Profile) -> IndicatorRow:
    if truth.percent and _is_bare(row):
        shown = f"{(row.value.numbers[0] * 100).normalize():f}%"
        return row._replace(value=parse_value(shown, profile.words))
    if truth.number is not None and row.value.kind == "date":
        return row._replace(value=parse_value(truth.number, profile.words))
    if row.value.kind == "empty" and not truth.result and (truth.formula or truth.error):
        return row._replace(value=parse_value(truth.error or truth.formula, profile.words))
    return row
