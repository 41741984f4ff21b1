"""Where everything of a blank workbook stands: spots, sheets, and the pieces that are drawn on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perfxl.model import column_letters
from perfxl.profiles import Field


@dataclass(frozen=True)
class Spot:
    """One cell, or one merged area, of a sheet; rows and columns count from 1."""

    row: int
    col: int
    last_row: int
    last_col: int

    @property
    def cell(self) -> str:
        """Its first cell, which holds the value: ``D7``."""
        return f"{column_letters(self.col)}{self.row}"

    @property
    def area(self) -> str:
        """All of it: ``D7:G7``, or ``D7`` when it is one cell."""
        last = f"{column_letters(self.last_col)}{self.last_row}"
        return self.cell if last == self.cell else f"{self.cell}:{last}"

    @property
    def merged(self) -> bool:
        """Whether it covers more than one cell."""
        return (self.row, self.col) != (self.last_row, self.last_col)


@dataclass(frozen=True)
class IndicatorRow:
    """One row of the indicator table.

    ``level`` is the key of its second level; ``cells`` maps a period to its columns (``third``, ``value`` and
    whatever else the form's heads name).
    """

    level: str
    cells: Mapping[str, Mapping[str, Spot]]


@dataclass(frozen=True)
class SheetLayout:
    """Where one form stands on its sheet. ``number`` counts the sheets of a repeated form, else it is 0."""

    form: str
    sheet: str
    number: int
    title: Spot
    year: Spot
    #: field -> its input, choices aside
    fields: Mapping[str, Spot]
    #: choice field -> one spot an option, in the order of the options
    choices: Mapping[str, tuple[Spot, ...]]
    #: the rows of the task table: column -> spot
    tasks: tuple[Mapping[str, Spot], ...]
    #: the total row of the task table: amount column -> spot
    task_sum: Mapping[str, Spot]
    indicators: tuple[IndicatorRow, ...]

    @property
    def amounts_head(self) -> int:
        """Row of the heads right above the first task."""
        return next(iter(self.tasks[0].values())).row - 1


@dataclass(frozen=True)
class Piece:
    """One printed or fillable area: what it says, how it looks, and what may be typed there."""

    spot: Spot
    style: str
    text: str = ""
    field: Field | None = None
    #: what a drop-down offers
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A form sheet before it is written: the layout, what is drawn, and the measures of rows and columns."""

    layout: SheetLayout
    pieces: tuple[Piece, ...]
    widths: tuple[float, ...]
    heights: Mapping[int, float]

    @property
    def last_row(self) -> int:
        """The last row that is printed."""
        return max(piece.spot.last_row for piece in self.pieces)
