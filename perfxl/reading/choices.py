"""The cells of a choice as one text: options and marks may stand in one cell, in several, or in rows of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from perfxl.formats import Cell, Grid
from perfxl.profiles import Field
from perfxl.reading.labels import Labels
from perfxl.reading.ticks import is_mark, is_option
from perfxl.values import squeeze

#: a cell that is a tick box holds one of these
_BOXES = {True: "☑", False: "□"}
#: a cell left empty between options and marks, where a mark would stand
EMPTY = "( )"


def choice_text(grid: Grid, label: Cell, field: Field, labels: Labels) -> str:
    """The texts of all the option cells right of a label, in the rows that the label spans, up to the next label."""
    rows = [_row(grid, label, row, field, labels) for row in range(label.row, label.last_row + 1)]
    lines: list[str] = []
    for number, cells in enumerate(rows):
        above, below = rows[number - 1] if number else [], rows[number + 1] if number + 1 < len(rows) else []
        if cells and all(map(_is_mark, cells)) and (_heads(above, cells) or _heads(below, cells)):
            continue  # each mark goes with the option in its column
        beside = [row for row in (above, below) if row and all(map(_is_mark, row)) and _heads(cells, row)]
        lines.append(" ".join(_with_mark(cell, beside) for cell in _spaced(grid, label, cells)))
    return " ".join(filter(None, lines))


def right_of(grid: Grid, label: Cell) -> Iterator[Cell]:
    """The cells right of a label, in the rows that it spans."""
    for row in range(label.row, label.last_row + 1):
        yield from (cell for cell in grid.cells_by_row.get(row, ()) if cell.col > label.last_col)


def _row(grid: Grid, label: Cell, row: int, field: Field, labels: Labels) -> list[Cell]:
    found = []
    for cell in grid.cells_by_row.get(row, ()):
        if cell.col > label.last_col:
            if isinstance(cell.value, str) and labels.is_label(cell.value) and not is_option(cell.value, field.options):
                break
            found.append(cell)
    return found


def _text(cell: Cell) -> str:
    return _BOXES[cell.value] if isinstance(cell.value, bool) else cell.text


def _is_mark(cell: Cell) -> bool:
    return is_mark(_text(cell))


def _heads(options: Sequence[Cell], marks: Sequence[Cell]) -> bool:
    """Whether each mark stands above or below one of the options, and no mark among these."""
    return not any(map(_is_mark, options)) and all(any(_meet(one, mark) for one in options) for mark in marks)


def _meet(one: Cell, other: Cell) -> bool:
    return one.col <= other.last_col and other.col <= one.last_col


def _with_mark(cell: Cell | None, rows: Sequence[Sequence[Cell]]) -> str:
    if cell is None:
        return EMPTY
    return _text(cell) + "".join(_text(mark) for row in rows for mark in row if _meet(cell, mark))


def _spaced(grid: Grid, label: Cell, cells: Sequence[Cell]) -> Iterator[Cell | None]:
    """The cells; where marks have cells of their own, with ``None`` for those left empty.

    An empty cell before the first option says that the marks stand before them; else there is one behind the last.
    """
    if not any(map(_is_mark, cells)):
        yield from cells
        return
    edge = label.last_col
    for cell in cells:
        if cell.col > edge + 1:
            yield None
        yield cell
        edge = cell.last_col
    first = cells[0].col == label.last_col + 1
    if first and not _is_mark(cells[-1]) and not squeeze(grid.at(cells[-1].row, edge + 1).text):
        yield None
