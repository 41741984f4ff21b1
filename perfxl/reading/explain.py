"""What was read of a workbook, cell by cell, and as what: for people who ask why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from perfxl.formats import Book, Cell, CellDetails, Grid, read_book, read_details
from perfxl.formats.document import RowAddress
from perfxl.formats.our_marks import is_list
from perfxl.profiles import Form, Profile
from perfxl.reading.cell_formats import apply_formats
from perfxl.reading.cell_roles import CellRole, Reading, cell_roles
from perfxl.reading.choices import read_controls
from perfxl.reading.unread import Leftovers
from perfxl.reading.workbook import reader_of


class ExplainedCell(NamedTuple):
    """A cell with content: its text, the form it stands on (``None`` for none), and what it was read as.

    Beside the roles of ``CellRole`` there are those of ``Leftovers.role`` for cells that were left over; ``covered`` by
    a merged area; ``outside`` of the forms; ``ignored``, on a sheet without a form; ``own``, on the list of an
    annotated copy. ``hidden`` is a cell in a row or column, or on a sheet, that is not shown; ``silent`` one of which
    nothing can be read, an error value or a formula without a stored result, whose ``text`` is the error or the
    formula.
    """

    row: int
    col: int
    text: str
    form: Form | None
    seen: tuple[CellRole, ...]
    hidden: bool
    silent: bool = False


class ExplainedSheet(NamedTuple):
    """A sheet with its cells in reading order; for a document, one of its tables."""

    sheet: str
    cells: list[ExplainedCell]


def explain(data: bytes, profile: Profile) -> list[ExplainedSheet]:
    """Every sheet of a workbook. Raises ``Unreadable`` as ``extract`` does."""
    reader, book = reader_of(profile), read_book(data)
    sheets = reader.sheets(book.grids)
    forms = [reading.form for _, readings in sheets for reading in readings]
    apply_formats(book, profile, forms)
    read_controls(book, profile, forms)
    silent = _silent(book)
    found: dict[str, list[ExplainedCell]] = {grid.sheet: [] for grid in book.sheets}
    for grid, readings in sheets:
        for cell in _cells(grid, readings, {place[1:]: t for place, t in silent.items() if place[0] == grid.sheet}):
            sheet, row = _place(book, grid, cell.row)
            found[sheet].append(cell._replace(row=row))
    return [ExplainedSheet(sheet, cells) for sheet, cells in found.items()]


def _silent(book: Book) -> dict[tuple[str, int, int], CellDetails]:
    truths = read_details(book.package, book.cells_without_value()) if book.package else book.details
    return {place: truth for place, truth in truths.items() if truth.has_no_value}


def _place(book: Book, grid: Grid, row: int) -> RowAddress:
    return book.row_addresses[row - 1] if book.row_addresses else (grid.sheet, row)


def _cells(
    grid: Grid, readings: Sequence[Reading], silent: Mapping[tuple[int, int], CellDetails]
) -> Iterator[ExplainedCell]:
    settled = [cell_roles(reading.form, *reading[1:5]) for reading in readings]  # with the corrected rows
    judges = [Leftovers(reading) for reading in settled]
    away = "own" if is_list(grid) else "outside" if readings else "ignored"
    cells = [(cell, "") for cell in grid] + [(cell, "covered") for cell in grid.covered]
    cells += [(Cell(*place, *place, truth.error or truth.formula), "") for place, truth in silent.items()]
    for cell, role in sorted(cells, key=lambda pair: pair[0][:2]):
        form: Form | None = None
        seen: tuple[CellRole, ...] = (CellRole(role or away),)
        for reading, judge in zip(settled, judges, strict=True):
            if reading.segment.top <= cell.row <= reading.segment.bottom:
                form = reading.labels.form
                whole = reading.grid.at(cell.row, cell.col)  # where a label was put together, that is its place
                known = reading.found.get((cell.row, cell.col)) or reading.found.get((whole.row, whole.col))
                seen = (CellRole(role),) if role else tuple(known or [CellRole(judge.role(cell))])
        hidden = grid.hidden or cell.row in grid.hidden_rows or cell.col in grid.hidden_cols
        yield ExplainedCell(cell.row, cell.col, cell.text, form, seen, hidden, (cell.row, cell.col) in silent)
