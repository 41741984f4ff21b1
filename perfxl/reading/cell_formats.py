"""Cells whose values alone could mislead: read again with their formats and formulas, and the rows corrected."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from perfxl.formats import (
    TYPED,
    Book,
    CellDetails,
    Grid,
    UnknownError,
    as_text,
    is_number,
    picture_rows,
    worked_out,
)
from perfxl.profiles import Profile
from perfxl.reading.rows import COST, MOST_STRAYS, AmountRow, FormRows, StrayRow
from perfxl.values import Value, from_cell, inexact, parse_amount, parse_value, squeeze, written

#: beside a measure % a larger number is no share that is stored as a fraction: 95 is 95%, not 9500%
MOST_STORED = 2

#: 017 for 17
_PADDED = re.compile(r"\D*0[0-9]")
_FIGURES = re.compile(r"\.?[0-9]+(?:\.[0-9]+)?")
_DASHES = re.compile(r"(?<=[0-9])[- ()](?=[0-9])")

Position = tuple[int, int]
Cells = dict[str, set[Position]]
Details = Mapping[tuple[str, int, int], CellDetails]


def apply_formats(book: Book, profile: Profile, forms: Sequence[FormRows]) -> None:
    """Read the details of every doubtful cell, correct the rows of the forms and add the cells that are unusable."""
    grids = {grid.sheet: grid for grid in book.grids}
    without_value = book.cells_without_value()
    checks = [
        _Check(form, grids[form.sheet], profile, without_value.get(form.sheet, ()))
        for form in forms
        if form.sheet in grids
    ]
    doubtful: Cells = {}
    figures: Cells = {}
    for check in checks:
        sheet, amounts = check.form.sheet, check.form.amounts
        doubtful.setdefault(sheet, set()).update(check.without_value, check.doubtful())
        figures.setdefault(sheet, set()).update((row.row, row.col) for row in amounts if row.text)
        figures[sheet].update(check.numbers())
    details = book.read_details(doubtful, figures)
    for check in checks:
        check.form.strays += check.unusable(details)
        if details:
            check.correct(details, grids, without_value)


class _Check:
    """The cells of a form.

    ``words`` are those of words that are to be filled in, ``figures`` those whose own rows report that they cannot be
    read; ``without_value`` are other cells between them that may hold an error or a formula without a result.
    """

    def __init__(self, form: FormRows, grid: Grid, profile: Profile, without_value: Collection[Position]) -> None:
        self.form, self.grid, self.profile = form, grid, profile
        self.words = {(text.row, text.col) for text in form.texts}
        self.words |= {(task.row, task.col) for task in form.tasks}
        self.words |= {(task.content_row, task.content_col) for task in form.tasks}
        self.words |= {(line.name_row, line.name_col) for line in form.indicators}
        self.words |= {(result.reason_row, result.reason_col) for result in form.results}
        self.amounts = {(amount.row, amount.col) for amount in form.amounts}
        self.figures = set(self.amounts)
        self.figures |= {(line.row, line.col) for line in form.indicators}
        self.figures |= {(result.actual_row, result.actual_col) for result in form.results}
        self.without_value = self._inside(without_value) if without_value else []

    def _inside(self, cells: Collection[Position]) -> list[Position]:
        labels = {(text.label_row, text.label_col) for text in self.form.texts}
        own = self.words | self.figures | labels | {(self.form.title_row, self.form.title_col)}
        rows, cols = (range(min(numbers), max(numbers) + 1) for numbers in zip(*own, strict=True))
        return sorted(p for p in cells if p[0] in rows and p[1] in cols and p not in self.figures)[:MOST_STRAYS]

    def doubtful(self) -> Iterator[Position]:
        """A blank may hide a formula without result, a number a share, and a date is a figure shown in an odd way."""
        fields = self.profile.forms[self.form.kind].fields
        for amount in self.form.amounts:
            if amount.state == "blank" or "date" in amount.notes:
                yield amount.row, amount.col
        for text in self.form.texts:
            if fields[text.field].kind == "rate" and is_number(self.grid.value(text.row, text.col)):
                yield text.row, text.col
        values = [(line.parsed, line.row, line.col) for line in self.form.indicators]
        values += [(result.actual, result.actual_row, result.actual_col) for result in self.form.results]
        for value, row, col in values:
            if _is_doubtful(value, self.grid.value(row, col)):
                yield row, col

    def numbers(self) -> Iterator[Position]:
        """The numbers that are no amounts, which a format may show as something else: a year 2020 is none of them."""
        fields = self.profile.forms[self.form.kind].fields
        places = [(text.row, text.col) for text in self.form.texts if fields[text.field].kind != "year"]
        places += [(line.row, line.col) for line in self.form.indicators]
        places += [(result.actual_row, result.actual_col) for result in self.form.results]
        return (place for place in places if is_number(self.grid.value(*place)))

    def unusable(self, details: Details) -> Iterator[StrayRow]:
        """The cells to report, see ``StrayRow``: too long numbers, error values, formulas without a result."""
        values = {(line.row, line.col) for line in self.form.indicators if line.second != COST}
        for row, col in sorted(self.words | values):
            value = self.grid.value(row, col)
            if is_number(value) and (number := from_cell(value)) is not None and inexact(number):
                yield StrayRow(self.form, "digits", as_text(value), row, col)
        for row, col in self.without_value:
            found = details.get((self.form.sheet, row, col))
            if found is not None and found.has_no_value:
                why = "error" if found.error else "no_result"
                beside = "" if (row, col) in self.words else "_beside"
                yield StrayRow(self.form, why + beside, found.error or found.formula, row, col)
        for row, col in sorted({*self.numbers()} - self.amounts):
            found = details.get((self.form.sheet, row, col))
            if found and found.drawn is not None and _is_another(self.grid.value(row, col), found.drawn):
                yield StrayRow(self.form, "drawn", f"{as_text(self.grid.value(row, col))}\n{found.drawn}", row, col)

    def correct(self, details: Details, grids: Mapping[str, Grid], unknown: Mapping[str, Collection[Position]]) -> None:
        """The rows of the form as its cells are shown and calculated; ``unknown`` are cells that have no value."""
        form, grid, profile = self.form, self.grid, self.profile
        for place, amount in enumerate(form.amounts):
            if found := details.get((form.sheet, amount.row, amount.col)):
                row = _true_amount(amount, _of_text(found, grid.value(amount.row, amount.col)), profile)
                form.amounts[place] = replace(row, again=_again(row, grids, unknown, profile))
        for place, text in enumerate(form.texts):
            found, stored = details.get((form.sheet, text.row, text.col)), grid.value(text.row, text.col)
            if found and found.percent:
                form.texts[place] = replace(text, text=_share(stored, found))
            elif found and found.drawn is not None and is_number(stored) and not _is_another(stored, found.drawn):
                form.texts[place] = replace(text, text=found.drawn.strip())
        for place, line in enumerate(form.indicators):
            if found := details.get((form.sheet, line.row, line.col)):
                stored = grid.value(line.row, line.col)
                value = _true_value(line.parsed, stored, found, profile, money=line.second == COST)
                form.indicators[place] = replace(line, parsed=value)
        targets = {(line.item, line.period): line.parsed for line in form.indicators}
        for place, result in enumerate(form.results):
            at = result.actual_row, result.actual_col
            found, actual = details.get((form.sheet, *at)), result.actual
            actual = _true_value(actual, grid.value(*at), found, profile) if found else actual
            form.results[place] = replace(result, target=targets[result.item, result.period], actual=actual)


def _is_doubtful(value: Value, stored: object) -> bool:
    """Of a number: 0.95 may be what 95% is stored as, also beside a measure in a column of its own."""
    bare = value.kind == "number" and not value.measure and len(value.numbers) == 1
    share = bare or (value.measure == "%" and is_number(stored) and abs(stored) <= MOST_STORED)
    return value.kind in ("empty", "date") or (is_number(stored) and share)


def _true_amount(row: AmountRow, details: CellDetails, profile: Profile) -> AmountRow:
    measure = row.form.measure or profile.measure
    if details.number is not None and "date" in row.notes:
        return replace(row, amount=parse_amount(details.number, measure, profile.words.placeholders))
    if row.state != "blank":
        row = _with_what_is_seen(row, details, profile)
        if details.shown is None or details.percent:
            return replace(row, formula=details.formula)
        last = Decimal(1).scaleb(int(details.shown.as_tuple().exponent))
        scaled = row.number and abs(Decimal(row.text) - details.shown) * 2 > last  # and not only rounded
        amount = replace(row.amount, notes=(*row.notes, "scaled")) if scaled else row.amount
        return replace(row, amount=amount, formula=details.formula, shown=f"{details.shown:f}")
    if not details.has_no_value:
        return row
    amount = replace(row.amount, state="unreadable", text=details.error or details.formula, notes=(details.note,))
    return replace(row, amount=amount, formula=details.formula)


def _of_text(details: CellDetails, stored: object) -> CellDetails:
    """The details with the text of the cell in what its format shows of texts."""
    if details.drawn is None or not isinstance(stored, str):
        return details
    return replace(details, drawn=details.drawn.replace(TYPED, stored))


def _with_what_is_seen(row: AmountRow, details: CellDetails, profile: Profile) -> AmountRow:
    """The amount with what its cell displays, where that is not the amount: another figure, a word, nothing."""
    if row.state != "ok":
        return row
    seen = _share(Decimal(row.text), details) if details.percent else details.drawn
    if seen is None or (not row.fen and not any(digit in seen for digit in "123456789")):
        return row
    amount = parse_amount(seen, row.form.measure or profile.measure)
    step = parse_amount(Decimal(1).scaleb(-(amount.decimals or 0)), amount.measure or profile.measure).fen or 0
    same = amount.state == "ok" and 2 * abs((amount.fen or 0) - (row.fen or 0)) <= step
    negative = (row.fen or 0) < 0 and seen.startswith("(")
    if (same and not _PADDED.match(seen)) or negative:
        return row
    return replace(row, amount=replace(row.amount, notes=(*row.notes, "drawn")), seen=seen.strip())


def _is_another(stored: object, drawn: str) -> bool:
    """Whether a format shows another number than a cell holds, or none; 0734-8866668 and 95个 are no others."""
    number = Decimal(as_text(stored))
    digits = _DASHES.sub("", drawn.replace(",", "")) if number == number.to_integral_value() else drawn
    figures = _FIGURES.findall(digits)
    if len(figures) != 1 or (drawn.startswith("-") and number > 0):
        return bool(number) or bool(figures)
    figure = Decimal(figures[0])
    return bool(abs(figure - abs(number)) * 2 > Decimal(1).scaleb(int(figure.as_tuple().exponent)))


def _again(
    row: AmountRow, grids: Mapping[str, Grid], unknown: Mapping[str, Collection[Position]], profile: Profile
) -> int | None:
    """What a formula gives now; not known where it takes in itself, or a formula without result."""

    def value_of(sheet: str, line: int, col: int) -> Decimal | None:
        place, grid = (line, col), grids.get(sheet or row.form.sheet)
        itself = place == (row.row, row.col) and grid is not None and grid.sheet == row.form.sheet
        if grid is None or itself or place in unknown.get(grid.sheet, ()):
            raise UnknownError
        value = grid.value(line, col)
        if is_number(value):
            return Decimal(as_text(value))
        if value not in ("", None) and not isinstance(value, str | bool):
            raise UnknownError  # a date is a number
        return Decimal(0) if value in ("", None) else None

    number = worked_out(row.formula, value_of) if row.formula else None
    measure = row.form.measure or profile.measure
    return None if number is None else parse_amount(number, measure, profile.words.placeholders).fen


def _true_value(value: Value, stored: object, details: CellDetails, profile: Profile, *, money: bool = False) -> Value:
    """The value as people see it; money is what is stored, for sums are made of that."""
    if is_number(stored) and details.drawn is not None and not details.percent and not money:
        return _as_drawn(value, stored, details.drawn, profile)
    rounded = details.shown is not None and not money and is_number(stored) and _is_doubtful(value, stored)
    if is_number(stored) and (details.percent or rounded):
        return _as_shown(value, stored, details, profile)
    if details.number is not None and value.kind == "date":
        return parse_value(details.number, profile.words)
    if value.kind == "empty" and details.has_no_value:
        return Value("unread", "", (), "", False, details.error or details.formula, (details.note,))
    return value


def _as_drawn(value: Value, stored: object, drawn: str, profile: Profile) -> Value:
    """A number with the measure that its format draws beside it; what the format shows in its place is not believed."""
    sign, digits, measure = value.text.partition(as_text(stored))
    if not digits or _is_another(stored, drawn):
        return value
    return parse_value(f"{sign}{drawn}{'' if drawn.endswith(measure) else measure}", profile.words)


def _as_shown(value: Value, stored: object, details: CellDetails, profile: Profile) -> Value:
    """A number as its format shows it, between a sign and a measure that have columns of their own."""
    sign, digits, measure = value.text.partition(as_text(stored))
    if not digits or (details.percent and squeeze(measure) not in ("", "%")):
        return value
    if details.percent:
        return parse_value(f"{sign}{_share(stored, details)}", profile.words)
    if not sign and not measure:
        return parse_value(details.shown, profile.words)
    return parse_value(f"{sign}{details.shown:f}{measure}", profile.words)


def _share(stored: object, details: CellDetails) -> str:
    """A number that is shown as a percentage, as it is shown."""
    number = details.shown if details.shown is not None else Decimal(as_text(stored)) * 100
    return f"{written(number)}%"


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
