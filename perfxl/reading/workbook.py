"""Bytes of a workbook -> the rows of its forms; or, for people who ask why, each cell and what it was read as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from perfxl.formats import LINES, Cell, CellDetails, Grid, RowAddress, as_text, is_list, read_book
from perfxl.profiles import Form, Profile
from perfxl.reading.cell_formats import apply_formats, count_pictures
from perfxl.reading.cell_roles import CellRole, Parts, Reading, cell_roles
from perfxl.reading.choices import read_controls
from perfxl.reading.covers import cover_rows
from perfxl.reading.fields import Found, find_fields, find_year, read_matrices
from perfxl.reading.form_tables import find_header, read_indicators, read_tasks
from perfxl.reading.hidden_copies import without_hidden_copies
from perfxl.reading.labels import Labels, Recogniser, Segment
from perfxl.reading.levels import place_levels
from perfxl.reading.money_units import printed_units, settle_units
from perfxl.reading.old_copies import without_old_copies
from perfxl.reading.other_editions import other_edition
from perfxl.reading.pairing import Fixed, pair
from perfxl.reading.rows import AmountRow, FormRows, TextRow, WorkbookRows
from perfxl.reading.split_labels import with_areas, with_joined_labels
from perfxl.reading.unread import Leftovers, find_strays
from perfxl.values import name_key, parse_amount, squeeze

#: in a workbook of more forms, levels are read as being beside the first of their lines
MOST_FORMS = 100
#: a title alone is no form (a cover lists titles too): this many fields must be below it
ENOUGH_FIELDS = 3


def extract(data: bytes, profile: Profile, fixed: Fixed | None = None, file: str = "") -> WorkbookRows:
    """Read every form of a workbook; ``fixed`` are pairs of tasks and projects by unit, ``file`` its display name.

    Raises ``Unreadable`` when the bytes are not a workbook; a workbook without any form gives no forms. The list of
    problems in an annotated copy that comes back is no part of the return.
    """
    reader = reader_of(profile)
    result = WorkbookRows(file)
    book = read_book(data)
    found = reader.sheets(book.grids)
    own = [reading.segment for _, readings in found for reading in readings]
    result.other_edition = other_edition(book.grids, own, profile, lambda other: reader_of(other).recogniser)
    if result.other_edition is not None:
        result.ignored = [grid.sheet for grid in book.sheets if not is_list(grid)]
        return result
    for grid, readings in found:
        if is_list(grid):
            continue
        for reading in readings:
            if not reading.form.blank:
                reading.form.strays = find_strays(reading)
        result.forms += [reading.form for reading in readings]
        if book.row_addresses:
            for form in (reading.form for reading in readings):  # a document has words around its tables
                form.strays = [stray for stray in form.strays if stray.why != "outside"]
            result.ignored += _sheets_of_document(book.row_addresses, readings)
        elif not readings:
            result.ignored.append(grid.sheet)
            result.covers += [replace(row, file=file) for row in cover_rows(grid, profile) if not result.forms]
    result.ignored.extend(book.unread)
    for form in result.forms:
        form.file = file
    result.forms = without_old_copies(result.forms, profile)
    settle_units(result.forms, profile)
    apply_formats(book, profile, result.forms)
    read_controls(book, profile, result.forms)
    count_pictures(book, result.forms)
    pair(result.forms, profile, fixed.get(name_key(result.unit), ()) if fixed else ())
    return result


def _sheets_of_document(places: Sequence[RowAddress], readings: Sequence[Reading]) -> list[str]:
    """Give each form of a document its table for a sheet, and its rows their places; the tables that are no form's."""
    taken: set[str] = set()
    for form, _, segment, *_ in readings:
        form.places = places
        own = Counter(sheet for sheet, _ in places[segment.top - 1 : segment.bottom])
        tables = {sheet: count for sheet, count in own.items() if sheet != LINES}
        form.sheet = max(tables, key=tables.__getitem__, default=LINES)
        taken |= own.keys()
    return [sheet for sheet in dict.fromkeys(sheet for sheet, _ in places) if sheet not in taken]


class Reader:
    """Reads the sheets of any number of workbooks by one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.labels = {key: Labels(profile, form) for key, form in profile.forms.items()}
        self.recogniser = Recogniser(profile, tuple(self.labels.values()))

    def sheets(self, grids: Sequence[Grid]) -> list[tuple[Grid, list[Reading]]]:
        """The forms of each sheet from top to bottom; none on the list of problems of an annotated copy.

        Levels that are in the middle of their lines on one form are so on the others too.
        """
        found = [(grid, [] if is_list(grid) else self._forms(grid)) for grid in grids]
        if sum(len(readings) for _, readings in found) > MOST_FORMS:
            return found
        placed = [(grid, [self._with_levels(one) for one in readings]) for grid, readings in found]
        if any(reading.moved for _, readings in placed for reading in readings):
            return [(grid, [self._with_levels(one, middle=True) for one in readings]) for grid, readings in found]
        return placed

    def _forms(self, grid: Grid) -> list[Reading]:
        """The forms of a sheet from top to bottom, as their labels are beside their values."""
        return list(filter(None, (self._form(grid, segment) for segment in self.recogniser.segments(grid))))

    def _form(self, grid: Grid, segment: Segment) -> Reading | None:
        """One form, or ``None`` if what is under the title is none. Labels that are in pieces are put together."""
        reading = self._read(grid, segment)
        whole = with_joined_labels(reading) if reading is not None else None
        return (self._read(whole, segment) if whole else None) or reading

    def _with_levels(self, reading: Reading, *, middle: bool = False) -> Reading:
        """The form with each level over its lines, and the indicators of which that is not sure."""
        areas, doubtful, moved = place_levels(reading, middle=middle)
        if areas:
            reading = self._read(with_areas(reading.grid, reading.segment, areas), reading.segment) or reading
        return reading._replace(doubtful=doubtful, moved=moved)

    def _read(self, grid: Grid, segment: Segment) -> Reading | None:
        labels = self.labels[segment.form.key]
        title = segment.title or grid.cells_by_row[segment.top][0]
        form = FormRows(segment.form.key, grid.sheet, title.row, title.col, hidden=grid.hidden)
        years = list(find_year(grid, segment))
        year = int(text) if years and (text := as_text(years[0].value)).isdigit() else None
        tables = [read_tasks(grid, segment, labels, form)]
        header, last = find_header(grid, segment, labels), 0
        if header is not None:
            last = read_indicators(grid, segment, labels, form, header, year)
            tables.append(range(header.row, last + 1))
        figures, matrix = read_matrices(grid, segment, labels)
        taken = matrix.union(*tables)
        rows = [row for row in segment.rows if row not in taken]
        fields = [*figures, *find_fields(grid, segment, labels, rows)]
        if len(fields) < ENOUGH_FIELDS:
            return None
        for found in [*years, *fields]:
            self._add(form, found)
        without_hidden_copies(form, grid)
        form.units = list(printed_units(grid, segment, labels))
        parts = Parts(tables[0], header, last, frozenset(matrix))
        return cell_roles(form, grid, segment, labels, parts)

    def _add(self, form: FormRows, found: Found) -> None:
        field, label, at = found.field, found.field.plain_label, found.place
        if field.kind == "amount":
            amount = parse_amount(found.value, self.profile.measure, self.profile.words.placeholders)
            form.amounts.append(AmountRow(form, "fields", "field", 0, field.key, field.period, label, amount, *at))
            return
        text = as_text(found.value).strip()
        if text and field.note == text:
            form.printed.add(field.key)
        shown, written = text if squeeze(text) else "", as_text(found.written)
        form.texts.append(TextRow(form, field.key, shown, label, *at, written, found.label, *found.label_at))


@cache
def reader_of(profile: Profile) -> Reader:
    """The reader of a profile, made once in a process."""
    return Reader(profile)


class ExplainedCell(NamedTuple):
    """A cell with content: its text, the form that it is on (``None`` for none), and what it was read as.

    Beside the roles of ``CellRole`` there are those of ``Leftovers.role`` for cells that were left over; ``covered`` by
    a merged area; ``outside`` of the forms; ``ignored``, on a sheet without a form; ``own``, on the list of an
    annotated copy. ``hidden`` is a cell in a row or column, or on a sheet, that is not shown; ``without_value``
    one with an error value or a formula without a stored result, whose ``text`` is the error or the formula.
    """

    row: int
    col: int
    text: str
    form: Form | None
    seen: tuple[CellRole, ...]
    hidden: bool
    without_value: bool = False


class ExplainedSheet(NamedTuple):
    """A sheet with its cells in reading order; for a document, one of its tables."""

    sheet: str
    cells: list[ExplainedCell]


def explain(data: bytes, profile: Profile) -> list[ExplainedSheet]:
    """Every sheet of a workbook. Raises ``Unreadable`` as ``extract`` does."""
    reader, book = reader_of(profile), read_book(data)
    sheets = reader.sheets(book.grids)
    forms = without_old_copies([reading.form for _, readings in sheets for reading in readings], profile)
    settle_units(forms, profile)
    apply_formats(book, profile, forms)
    read_controls(book, profile, forms)
    details = book.read_details(book.cells_without_value()).items()
    found: dict[str, list[ExplainedCell]] = {grid.sheet: [] for grid in book.sheets}
    for grid, readings in sheets:
        without = {(row, col): one for (sheet, row, col), one in details if sheet == grid.sheet and one.has_no_value}
        for cell in _cells(grid, readings, without):
            sheet, row = book.row_addresses[cell.row - 1] if book.row_addresses else (grid.sheet, cell.row)
            found[sheet].append(cell._replace(row=row))
    return [ExplainedSheet(sheet, cells) for sheet, cells in found.items()]


def _cells(
    grid: Grid, readings: Sequence[Reading], without_value: Mapping[tuple[int, int], CellDetails]
) -> Iterator[ExplainedCell]:
    corrected = [cell_roles(reading.form, *reading[1:5]) for reading in readings]
    leftovers = [Leftovers(reading) for reading in corrected]
    away = "own" if is_list(grid) else "outside" if readings else "ignored"
    cells = [(cell, "") for cell in grid] + [(cell, "covered") for cell in grid.covered]
    cells += [(Cell(*place, *place, found.error or found.formula), "") for place, found in without_value.items()]
    for cell, role in sorted(cells, key=lambda pair: pair[0][:2]):
        form: Form | None = None
        seen: tuple[CellRole, ...] = (CellRole(role or away),)
        for reading, left in zip(corrected, leftovers, strict=True):
            if cell.row in reading.segment.rows:
                form = reading.labels.form
                whole = reading.grid.at(*cell.place)  # where a label was put together, that is its place
                known = reading.found.get(cell.place) or reading.found.get(whole.place)
                seen = (CellRole(role),) if role else tuple(known or [CellRole(left.role(cell))])
        hidden = grid.hidden or cell.row in grid.hidden_rows or cell.col in grid.hidden_cols
        yield ExplainedCell(*cell.place, cell.text, form, seen, hidden, cell.place in without_value)
