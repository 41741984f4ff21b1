"""A sheet as a grid of cells with its merged areas resolved, and the few queries that readers of forms need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import NamedTuple, TypeGuard

from perfxl.values import squeeze, written


class Cell(NamedTuple):
    """A cell with a value, or the anchor of a merged area. All numbers count from 1.

    ``value`` is as calamine returns it (str, int, float, bool, date …), ``""`` for nothing.
    """

    row: int
    col: int
    last_row: int
    last_col: int
    value: object

    @property
    def place(self) -> tuple[int, int]:
        """Row and column."""
        return self.row, self.col

    @property
    def text(self) -> str:
        """The value as text, ``""`` for nothing; a whole number without ``.0``."""
        return as_text(self.value)


def as_text(value: object) -> str:
    """A cell value as text: whole numbers without ``.0``, floats without binary noise or exponent, dates as ISO."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float):
        text = f"{value:.15g}"
        return written(Decimal(text)) if "e" in text else text
    return str(value)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a cell holds a number, and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


#: no label is longer; longer texts are not even compared
LONGEST_LABEL = 60

Merge = tuple[int, int, int, int]


class Grid:
    """One sheet. ``rows[r][c]`` are values from A1 on (0-based); ``merges`` are 1-based inclusive corners.

    ``hidden`` marks a sheet that is not shown, ``hidden_rows`` and ``hidden_cols`` are rows and columns of it.
    """

    def __init__(
        self, sheet: str, rows: Sequence[Sequence[object]], merges: Sequence[Merge], *, hidden: bool = False
    ) -> None:
        self.sheet = sheet
        self.hidden = hidden
        self.rows = rows
        self.merges = merges
        self.hidden_rows: frozenset[int] = frozenset()
        self.hidden_cols: frozenset[int] = frozenset()
        #: of a column and some rows, those below which a line is drawn; ``None`` where lines are not known
        self.lines_below: Callable[[int, range], frozenset[int]] | None = None

    @cached_property
    def _merged(self) -> Mapping[tuple[int, int], Cell]:
        """Every merged position -> the cell that is shown there."""
        found: dict[tuple[int, int], Cell] = {}
        for top, left, bottom, right in self.merges:
            places = product(range(top, bottom + 1), range(left, right + 1))
            found |= dict.fromkeys(places, Cell(top, left, bottom, right, self.value(top, left)))
        return found

    def value(self, row: int, col: int) -> object:
        """The value stored at a position, ``""`` for none and under a merged area."""
        rows = self.rows
        return rows[row - 1][col - 1] if 0 < row <= len(rows) and 0 < col <= len(rows[row - 1]) else ""

    def at(self, row: int, col: int) -> Cell:
        """The cell that is shown at a position: the anchor of the merged area that covers it, if any."""
        return self._merged.get((row, col)) or Cell(row, col, row, col, self.value(row, col))

    @cached_property
    def cells_by_row(self) -> Mapping[int, tuple[Cell, ...]]:
        """Row -> its non-blank cells from left to right, merged areas once, at their anchor."""
        return self._laid_out[0]

    @property
    def covered(self) -> Sequence[Cell]:
        """Cells with values that are covered by merged areas and not shown."""
        return self._laid_out[1]

    @cached_property
    def _laid_out(self) -> tuple[Mapping[int, tuple[Cell, ...]], Sequence[Cell]]:
        found: dict[int, tuple[Cell, ...]] = {}
        covered: list[Cell] = []
        merged = self._merged
        for row, values in enumerate(self.rows, 1):
            if values.count("") == len(values):
                continue
            cells = []
            for col, value in enumerate(values, 1):
                if value == "" or value is None or (isinstance(value, str) and not squeeze(value)):
                    continue
                cell = merged.get((row, col)) or Cell(row, col, row, col, value)
                if cell.row == row and cell.col == col:
                    cells.append(cell)
                else:
                    covered.append(Cell(row, col, row, col, value))
            if cells:
                found[row] = tuple(cells)
        return found, covered

    @cached_property
    def short_texts(self) -> Sequence[tuple[int, int, str]]:
        """Row, column and text of every cell that may be a label: all that is needed of most sheets."""
        return [
            (row, col, value)
            for row, values in enumerate(self.rows, 1)
            if values.count("") < len(values)
            for col, value in enumerate(values, 1)
            if isinstance(value, str) and 1 < len(value) <= LONGEST_LABEL
        ]

    def row(self, number: int) -> tuple[Cell, ...]:
        """The non-blank cells of a row from left to right."""
        return self.cells_by_row.get(number, ())

    def __iter__(self) -> Iterator[Cell]:
        """All non-blank cells, row by row."""
        for cells in self.cells_by_row.values():
            yield from cells

    @property
    def last_row(self) -> int:
        """The last row with a value, 0 on an empty sheet."""
        return max(self.cells_by_row, default=0)

    @cached_property
    def last_col(self) -> int:
        """The last column that any cell or merged area of the sheet reaches."""
        return max((cell.last_col for cell in self), default=0)
