"""The cells whose fast reading could change a finding, and their rows put right after the second look."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from perfxl.cells import Book, Grid, Truth, look_again
from perfxl.cells.formulas import added, worked_out
from perfxl.extract.rows import AmountRow, FormRows
from perfxl.profiles import Profile
from perfxl.values import Value, parse_amount, parse_value

Place = tuple[str, int, int]

Cells = dict[str, set[tuple[int, int]]]


def settle(book: Book, profile: Profile, forms: Sequence[FormRows]) -> None:
    """Look again at every doubtful cell and correct the rows of the forms."""
    doubts: Cells = {}
    figures: Cells = {}
    for form in forms:
        doubts.setdefault(form.sheet, set()).update(_doubtful(form))
        figures.setdefault(form.sheet, set()).update((a.row, a.col) for a in form.amounts if a.amount.number)
    truths = look_again(book.package, doubts, figures) if book.package else _told(book, doubts, figures)
    grids = {grid.sheet: grid for grid in book.grids} if truths else {}
    for form in forms if truths else ():
        for place, amount in enumerate(form.amounts):
            if truth := truths.get((form.sheet, amount.row, amount.col)):
                row = _true_amount(amount, truth, profile)
                form.amounts[place] = row._replace(again=_again(row, grids[form.sheet], truths, profile))
        for place, line in enumerate(form.indicators):
            if truth := truths.get((form.sheet, line.row, line.col)):
                form.indicators[place] = line._replace(value=_true_value(line.value, truth, profile))
        targets = {(line.item, line.period): line.value for line in form.indicators}
        for place, result in enumerate(form.results):
            actual, truth = result.actual, truths.get((form.sheet, result.actual_row, result.actual_col))
            actual = _true_value(actual, truth, profile) if truth else actual
            form.results[place] = result._replace(target=targets[result.item, result.period], actual=actual)


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
        if _is_doubtful(line.value):
            yield line.row, line.col
    for result in form.results:
        if _is_doubtful(result.actual):
            yield result.actual_row, result.actual_col


def _is_doubtful(value: Value) -> bool:
    return value.kind in ("empty", "date") or _is_bare(value)


def _is_bare(value: Value) -> bool:
    """A number with nothing beside it: 0.95 may be what 95% is stored as."""
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


def _again(row: AmountRow, grid: Grid, truths: Mapping[Place, Truth], profile: Profile) -> int | None:
    """What a formula that only adds gives now; not known where it takes in itself, or a formula without result."""
    cells = added(row.formula) if row.formula else None
    if not cells or (row.row, row.col) in cells:
        return None
    if any((t := truths.get((grid.sheet, *cell))) and not t.result and (t.formula or t.error) for cell in cells):
        return None
    number = worked_out(row.formula, grid)
    return None if number is None else parse_amount(number, profile.measure, profile.words.placeholders).fen


def _true_value(value: Value, truth: Truth, profile: Profile) -> Value:
    if truth.percent and _is_bare(value):
        shown = f"{(value.numbers[0] * 100).normalize():f}%"
        return parse_value(shown, profile.words)
    if truth.number is not None and value.kind == "date":
        return parse_value(truth.number, profile.words)
    if value.kind == "empty" and not truth.result and (truth.formula or truth.error):
        note = "error_value" if truth.error else "no_result"
        return Value("unread", "", (), "", False, truth.error or truth.formula, (note,))
    return value
