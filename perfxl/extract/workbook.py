"""Bytes of a workbook -> the rows of its forms."""

from __future__ import annotations

from functools import cache

from perfxl.cells import Grid, read_book
from perfxl.cells.grid import as_text
from perfxl.cells.own import is_list
from perfxl.extract.doubts import settle
from perfxl.extract.fields import Found, find_fields, find_year
from perfxl.extract.indicators import find_header, read_indicators
from perfxl.extract.labels import Labels
from perfxl.extract.pairing import pair
from perfxl.extract.recognise import Recogniser, Segment
from perfxl.extract.rows import AmountRow, FormRows, SheetRows, TextRow
from perfxl.extract.tasks import read_tasks
from perfxl.profiles import Profile
from perfxl.values import parse_amount, squeeze

#: a title alone is no form (a cover lists titles too): this many fields must stand under it
ENOUGH_FIELDS = 3


def extract(data: bytes, profile: Profile) -> SheetRows:
    """Read every form of a workbook.

    Raises ``Unreadable`` when the bytes are not a workbook; a workbook without any form gives no forms. The list of
    problems in an annotated copy that comes back is no part of the return.
    """
    reader = _reader(profile)
    result = SheetRows()
    book = read_book(data)
    for grid in book.grids:
        if is_list(grid):
            continue
        segments = reader.recogniser.segments(grid)
        forms = [form for segment in segments if (form := reader.form(grid, segment)) is not None]
        result.forms.extend(forms)
        if not forms:
            result.ignored.append(grid.sheet)
    settle(book, profile, result.forms)
    pair(result.forms, profile)
    return result


class _Reader:
    """Reads the sheets of any number of workbooks by one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.labels = {key: Labels(profile, form) for key, form in profile.forms.items()}
        self.recogniser = Recogniser(profile, tuple(self.labels.values()))

    def form(self, grid: Grid, segment: Segment) -> FormRows | None:
        """One form, or ``None`` if what stands under the title is none."""
        labels = self.labels[segment.form.key]
        title = segment.title or grid.cells_by_row[segment.top][0]
        form = FormRows(segment.form.key, grid.sheet, title.row, title.col, hidden=grid.hidden)
        years = list(find_year(grid, segment))
        year = int(text) if years and (text := as_text(years[0].value)) else None
        tables = [read_tasks(grid, segment, labels, form)]
        header = find_header(grid, segment, labels)
        if header is not None:
            last = read_indicators(grid, segment, labels, form, header, year)
            tables.append(range(header.row, last + 1))
        taken = {row for table in tables for row in table}
        rows = [row for row in range(segment.top, segment.bottom + 1) if row not in taken]
        fields = list(find_fields(grid, segment, labels, rows))
        if len(fields) < ENOUGH_FIELDS:
            return None
        for found in [*years, *fields]:
            self._add(form, found)
        return form

    def _add(self, form: FormRows, found: Found) -> None:
        field = found.field
        if field.kind == "amount":
            amount = parse_amount(found.value, self.profile.measure, self.profile.words.placeholders)
            form.amounts.append(AmountRow("fields", "field", 0, field.key, field.period, amount, found.row, found.col))
        else:
            text = as_text(found.value).strip().strip("　")
            form.texts.append(TextRow(field.key, text if squeeze(text) else "", found.label, found.row, found.col))


@cache
def _reader(profile: Profile) -> _Reader:
    return _Reader(profile)
