"""What was read of a workbook, cell by cell, and as what: for people who ask why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from perfxl.formats import Book, Cell, Grid, Truth, look_again, read_book
from perfxl.formats.flow import Place
from perfxl.formats.own import is_list
from perfxl.profiles import Form, Profile
from perfxl.reading.controls import read_controls
from perfxl.reading.doubts import settle
from perfxl.reading.strays import Judge
from perfxl.reading.trace import Reading, Seen, trace
from perfxl.reading.workbook import reader_of


class CellSeen(NamedTuple):
    """A cell with content: its text, the form it stands on (``None`` for none), and what it was read as.

    Beside the roles of ``Seen`` there are those of ``Judge.role`` for cells that were left over; ``covered`` by a
    merged area; ``outside`` of the forms; ``ignored``, on a sheet without a form; ``own``, on the list of an annotated
    copy. ``hidden`` is a cell in a row or column, or on a sheet, that is not shown; ``silent`` one of which nothing can
    be read, an error value or a formula without a stored result, whose ``text`` is the error or the formula.
    """

    row: int
    col: int
    text: str
    form: Form | None
    seen: tuple[Seen, ...]
    hidden: bool
    silent: bool = False


class SheetSeen(NamedTuple):
    """A sheet with its cells in reading order; for a document, one of its tables."""

    sheet: str
    cells: list[CellSeen]


def explain(data: bytes, profile: Profile) -> list[SheetSeen]:
    """Every sheet of a workbook. Raises ``Unreadable`` as ``extract`` does."""
    reader, book = reader_of(profile), read_book(data)
    sheets = reader.sheets(book.grids)
    forms = [reading.form for _, readings in sheets for reading in readings]
    settle(book, profile, forms)
    read_controls(book, profile, forms)
    silent = _silent(book)
    found: dict[str, list[CellSeen]] = {grid.sheet: [] for grid in book.sheets}
    for grid, readings in sheets:
        for cell in _cells(grid, readings, {place[1:]: t for place, t in silent.items() if place[0] == grid.sheet}):
            sheet, row = _place(book, grid, cell.row)
            found[sheet].append(cell._replace(row=row))
    return [SheetSeen(sheet, cells) for sheet, cells in found.items()]


def _silent(book: Book) -> dict[tuple[str, int, int], Truth]:
    truths = look_again(book.package, book.silent()) if book.package else book.truths
    return {place: truth for place, truth in truths.items() if truth.is_silent}


def _place(book: Book, grid: Grid, row: int) -> Place:
    return book.places[row - 1] if book.places else (grid.sheet, row)


def _cells(grid: Grid, readings: Sequence[Reading], silent: Mapping[tuple[int, int], Truth]) -> Iterator[CellSeen]:
    settled = [trace(reading.form, *reading[1:5]) for reading in readings]  # with what the second look told
    judges = [Judge(reading) for reading in settled]
    away = "own" if is_list(grid) else "outside" if readings else "ignored"
    cells = [(cell, "") for cell in grid] + [(cell, "covered") for cell in grid.covered]
    cells += [(Cell(*place, *place, truth.error or truth.formula), "") for place, truth in silent.items()]
    for cell, role in sorted(cells, key=lambda pair: pair[0][:2]):
        form: Form | None = None
        seen: tuple[Seen, ...] = (Seen(role or away),)
        for reading, judge in zip(settled, judges, strict=True):
            if reading.segment.top <= cell.row <= reading.segment.bottom:
                form = reading.labels.form
                whole = reading.grid.at(cell.row, cell.col)  # where a label was put together, that is its place
                known = reading.found.get((cell.row, cell.col)) or reading.found.get((whole.row, whole.col))
                seen = (Seen(role),) if role else tuple(known or [Seen(judge.role(cell))])
        hidden = grid.hidden or cell.row in grid.hidden_rows or cell.col in grid.hidden_cols
        yield CellSeen(cell.row, cell.col, cell.text, form, seen, hidden, (cell.row, cell.col) in silent)
