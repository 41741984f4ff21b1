"""The plan of a form sheet: the cells of its fields, tables and texts, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perfxl.model import column_letters
from perfxl.profiles import Field


@dataclass(frozen=True)
class CellArea:
    """One cell, or one merged area, of a sheet; rows and columns count from 1."""

    row: int
    col: int
    last_row: int
    last_col: int

    @property
    def cell(self) -> str:
        """Its first cell, which contains the value: ``D7``."""
        return f"{column_letters(self.col)}{self.row}"

    @property
    def ref(self) -> str:
        """All of it: ``D7:G7``, or ``D7`` if it is one cell."""
        last = f"{column_letters(self.last_col)}{self.last_row}"
        return self.cell if last == self.cell else f"{self.cell}:{last}"

    @property
    def merged(self) -> bool:
        """Whether it covers more than one cell."""
        return (self.row, self.col) != (self.last_row, self.last_col)


@dataclass(frozen=True)
class IndicatorCells:
    """The cells of one row of the indicator table.

    ``level`` is the key of its second level; ``cells`` maps a period to its columns (``third``, ``value`` and
    the other columns that the form has).
    """

    level: str
    cells: Mapping[str, Mapping[str, CellArea]]


@dataclass(frozen=True)
class SheetLayout:
    """The cells of one form on its sheet. ``number`` counts the sheets of a repeated form, else it is 0."""

    form: str
    sheet: str
    number: int
    title: CellArea
    year: CellArea
    #: field -> its input; choices are apart
    fields: Mapping[str, CellArea]
    #: choice field -> a cell for each option, in their order
    choices: Mapping[str, tuple[CellArea, ...]]
    #: the rows of the task table: column -> cell
    tasks: tuple[Mapping[str, CellArea], ...]
    #: the total row of the task table: amount column -> cell
    task_sum: Mapping[str, CellArea]
    indicators: tuple[IndicatorCells, ...]

    @property
    def amounts_head(self) -> int:
        """Row of the heads right above the first task."""
        return next(iter(self.tasks[0].values())).row - 1


@dataclass(frozen=True)
class Piece:
    """One printed or fillable area: its style, its text, and what may be typed there."""

    area: CellArea
    style: str
    text: str = ""
    field: Field | None = None
    #: of a drop-down
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetPlan:
    """A form sheet before it is written: ``widths`` of columns in digits, ``heights`` of rows in points."""

    layout: SheetLayout
    pieces: tuple[Piece, ...]
    widths: tuple[float, ...]
    heights: Mapping[int, float]

    @property
    def last_row(self) -> int:
        """The last row that is printed."""
        return max(piece.area.last_row for piece in self.pieces)
