"""Cells whose values alone could mislead: read again with their formats and formulas, and the rows corrected."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeGuard

from perfxl.formats import Book, CellDetails, Grid, as_text, computed_sum, picture_rows, read_details, summed_cells
from perfxl.profiles import Profile
from perfxl.reading.rows import COST, AmountRow, FormRows, StrayRow
from perfxl.values import Amount, Value, from_cell, inexact, parse_amount, parse_value, squeeze, written

#: beside a measure % a larger number is no share that is stored as a fraction: 95 is 95%, not 9500%
MOST_STORED = 2

CellAddress = tuple[str, int, int]

Cells = dict[str, set[tuple[int, int]]]


def apply_formats(book: Book, profile: Profile, forms: Sequence[FormRows]) -> None:
    """Look again at every doubtful cell and correct the rows of the forms."""
    grids = {grid.sheet: grid for grid in book.grids}
    silent = book.cells_without_value()
    doubts: Cells = {}
    figures: Cells = {}
    unseen = [between(form, silent.get(form.sheet, ())) for form in forms]
    for form, places in zip(forms, unseen, strict=True):
        if (grid := grids.get(form.sheet)) is not None:
            doubts.setdefault(form.sheet, places.copy()).update(places, _doubtful(form, grid, profile))
        figures.setdefault(form.sheet, set()).update((a.row, a.col) for a in form.amounts if a.amount.number)
    truths = read_details(book.package, doubts, figures) if book.package else _told(book, doubts, figures)
    for form, places in zip(forms, unseen, strict=True):
        if (grid := grids.get(form.sheet)) is not None:
            form.strays += unusable_cells(form, grid, places, truths)
            if truths:
                _correct(form, grid, truths, profile)


def _correct(form: FormRows, grid: Grid, truths: Mapping[CellAddress, CellDetails], profile: Profile) -> None:
    """The rows of a form as its cells truly are."""
    for place, amount in enumerate(form.amounts):
        if truth := truths.get((form.sheet, amount.row, amount.col)):
            row = _true_amount(amount, truth, profile)
            form.amounts[place] = replace(row, again=_again(row, grid, truths, profile))
    for place, text in enumerate(form.texts):
        if (truth := truths.get((form.sheet, text.row, text.col))) and truth.percent:
            form.texts[place] = replace(text, text=_share(grid.value(text.row, text.col), truth))
    for place, line in enumerate(form.indicators):
        if truth := truths.get((form.sheet, line.row, line.col)):
            value = _true_value(line.parsed, grid.value(line.row, line.col), truth, profile, money=line.second == COST)
            form.indicators[place] = replace(line, parsed=value)
    targets = {(line.item, line.period): line.parsed for line in form.indicators}
    for place, result in enumerate(form.results):
        actual, truth = result.actual, truths.get((form.sheet, result.actual_row, result.actual_col))
        if truth:
            actual = _true_value(actual, grid.value(result.actual_row, result.actual_col), truth, profile)
        form.results[place] = replace(result, target=targets[result.item, result.period], actual=actual)


def _told(book: Book, doubts: Cells, figures: Cells) -> dict[tuple[str, int, int], CellDetails]:
    """The same from a format that told on the first look."""
    return {
        place: truth
        for place, truth in book.details.items()
        if place[1:] in doubts.get(place[0], ())
        or ((truth.formula or truth.shown is not None) and place[1:] in figures.get(place[0], ()))
    }


def _doubtful(form: FormRows, grid: Grid, profile: Profile) -> Iterator[tuple[int, int]]:
    """A blank may hide a formula without result, a number a share, and a date is a figure shown in an odd way."""
    rates = {field.key for field in profile.forms[form.kind].fields.values() if field.kind == "rate"}
    for amount in form.amounts:
        value = amount.amount
        if value.state == "blank" or "date" in value.notes:
            yield amount.row, amount.col
    for text in form.texts:
        if text.field in rates and is_number(grid.value(text.row, text.col)):
            yield text.row, text.col
    for line in form.indicators:
        if _is_doubtful(line.parsed, grid.value(line.row, line.col)):
            yield line.row, line.col
    for result in form.results:
        if _is_doubtful(result.actual, grid.value(result.actual_row, result.actual_col)):
            yield result.actual_row, result.actual_col


def _is_doubtful(value: Value, stored: object) -> bool:
    """Of a number: 0.95 may be what 95% is stored as, also beside a measure in a column of its own."""
    if value.kind in ("empty", "date"):
        return True
    return is_number(stored) and (_is_bare(value) or (value.measure == "%" and abs(stored) <= MOST_STORED))


def _is_bare(value: Value) -> bool:
    """A number with nothing beside it."""
    return value.kind == "number" and not value.measure and len(value.numbers) == 1


def _true_amount(row: AmountRow, truth: CellDetails, profile: Profile) -> AmountRow:
    if truth.number is not None and "date" in row.amount.notes:
        return replace(row, amount=parse_amount(truth.number, profile.measure, profile.words.placeholders))
    if row.amount.state != "blank":
        if truth.shown is None or truth.percent:
            return replace(row, formula=truth.formula)
        notes = (*row.amount.notes, "scaled") if _is_scaled(row.amount, truth.shown) else row.amount.notes
        amount = replace(row.amount, notes=notes)
        return replace(row, amount=amount, formula=truth.formula, shown=f"{truth.shown:f}")
    if truth.result or not (truth.formula or truth.error):
        return row
    note = "error_value" if truth.error else "no_result"
    text = truth.error or truth.formula
    return replace(row, amount=replace(row.amount, state="unreadable", text=text, notes=(note,)))


def _is_scaled(amount: Amount, shown: Decimal) -> bool:
    """Whether a cell shows another number than its own, and not only a rounded one."""
    last = Decimal(1).scaleb(int(shown.as_tuple().exponent))
    return amount.number and abs(Decimal(amount.text) - shown) * 2 > last


def _again(row: AmountRow, grid: Grid, truths: Mapping[CellAddress, CellDetails], profile: Profile) -> int | None:
    """What a formula that only adds gives now; not known where it takes in itself, or a formula without result."""
    cells = summed_cells(row.formula) if row.formula else None
    if not cells or (row.row, row.col) in cells:
        return None
    if any((t := truths.get((grid.sheet, *cell))) and not t.result and (t.formula or t.error) for cell in cells):
        return None
    number = computed_sum(row.formula, grid)
    return None if number is None else parse_amount(number, profile.measure, profile.words.placeholders).fen


def _true_value(value: Value, stored: object, truth: CellDetails, profile: Profile, *, money: bool = False) -> Value:
    """The value as people see it; money is what is stored, for sums are made of that."""
    if is_number(stored) and (truth.percent or (truth.shown is not None and not money)):
        return _as_shown(value, stored, truth, profile)
    if truth.number is not None and value.kind == "date":
        return parse_value(truth.number, profile.words)
    if value.kind == "empty" and truth.has_no_value:
        note = "error_value" if truth.error else "no_result"
        return Value("unread", "", (), "", False, truth.error or truth.formula, (note,))
    return value


def _as_shown(value: Value, stored: object, truth: CellDetails, profile: Profile) -> Value:
    """A number as its format shows it, between the sign and the measure that stand in columns of their own."""
    sign, digits, measure = value.text.partition(as_text(stored))
    if not digits or (truth.percent and squeeze(measure) not in ("", "%")):
        return value
    if truth.percent:
        return parse_value(f"{sign}{_share(stored, truth)}", profile.words)
    if not sign and not measure:
        return parse_value(truth.shown, profile.words)
    return parse_value(f"{sign}{truth.shown:f}{measure}", profile.words)


def _share(stored: object, truth: CellDetails) -> str:
    """A number that is shown as a percentage, as it is shown."""
    number = truth.shown if truth.shown is not None else Decimal(as_text(stored)) * 100
    return f"{written(number)}%"


Position = tuple[int, int]
Truths = Mapping[tuple[str, int, int], CellDetails]
#: at most so many cells of a form are reported
MOST_TOLD = 200


def between(form: FormRows, silent: Collection[Position]) -> set[Position]:
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


def unusable_cells(form: FormRows, grid: Grid, places: Collection[Position], truths: Truths) -> Iterator[StrayRow]:
    """The cells to report, see ``StrayRow``: numbers that are too long, error values, formulas without a result."""
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
        if truth is not None and truth.has_no_value:
            why = "error" if truth.error else "no_result"
            beside = "" if (row, col) in filled else "_beside"
            yield StrayRow(form, why + beside, truth.error or truth.formula, row, col)


def _filled(form: FormRows) -> set[Position]:
    """The cells of words that are to be filled in."""
    found = {(text.row, text.col) for text in form.texts}
    found |= {(task.row, task.col) for task in form.tasks}
    found |= {(task.content_row, task.content_col) for task in form.tasks}
    found |= {(line.name_row, line.name_col) for line in form.indicators}
    return found | {(result.reason_row, result.reason_col) for result in form.results}


def _figures(form: FormRows) -> set[Position]:
    """The cells of figures, of which their own rows say that they cannot be read."""
    found = {(amount.row, amount.col) for amount in form.amounts} | {(line.row, line.col) for line in form.indicators}
    return found | {(result.actual_row, result.actual_col) for result in form.results}


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a cell holds a number, and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def count_pictures(book: Book, forms: Sequence[FormRows]) -> None:
    """Count the pictures of each form; one between two forms of a sheet belongs to the upper."""
    rows = picture_rows(book.package, {form.sheet for form in forms})
    if rows is None:
        return
    for form in forms:
        form.pictures = 0
        here = [other for other in forms if other.sheet == form.sheet]
        for row in rows.get(form.sheet, ()):
            above = [other for other in here if other.title_row <= row]
            if form is (max(above, key=lambda other: other.title_row) if above else here[0]):
                form.pictures += 1
