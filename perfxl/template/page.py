"""A form sheet while it is being laid out, row by row from the top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from perfxl.profiles import Field, Form, Profile
from perfxl.template.grid import Columns, Grid, text_width
from perfxl.template.spots import IndicatorRow, Piece, Spot

EMPTY_BOX, TICKED_BOX = "□", "☑"


@dataclass
class Page:
    """A sheet while it is being laid out; ``row`` is the next free one."""

    profile: Profile
    form: Form
    grid: Grid
    unit: str
    row: int = 1
    pieces: list[Piece] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    fields: dict[str, Spot] = field(default_factory=dict)
    choices: dict[str, tuple[Spot, ...]] = field(default_factory=dict)
    tasks: list[dict[str, Spot]] = field(default_factory=list)
    task_sum: dict[str, Spot] = field(default_factory=dict)
    indicators: list[IndicatorRow] = field(default_factory=list)

    @property
    def body(self) -> Columns:
        """The columns right of the labels."""
        return 2, self.grid.last

    def next(self, height: float) -> None:
        """Close the current row with its height."""
        self.heights[self.row] = height
        self.row += 1

    def put(self, columns: Columns, style: str, text: str = "", about: Field | None = None, rows: int = 1) -> Spot:
        """Draw one piece from the current row down."""
        spot = Spot(self.row, columns[0], self.row + rows - 1, columns[1])
        self.pieces.append(Piece(spot, style, text, about))
        return spot

    def cell(self, columns: Columns, style: str, options: tuple[str, ...]) -> Spot:
        """Draw a cell of a table with what may be chosen in it."""
        spot = Spot(self.row, columns[0], self.row, columns[1])
        self.pieces.append(Piece(spot, style, options=options))
        return spot

    def down(self, start: int, columns: Columns, style: str, text: str) -> None:
        """Draw one piece from row ``start`` to the row above the current one."""
        self.pieces.append(Piece(Spot(start, columns[0], self.row - 1, columns[1]), style, text))

    def value(self, about: Field, columns: Columns, style: str = "") -> None:
        """Draw the input of a field, or the options of a choice."""
        if about.kind == "choice":
            self.choices[about.key] = tuple(self._options(about, columns))
            return
        text = about.note if about.kind in ("review", "points") else self.unit if about.key == "unit" else ""
        self.fields[about.key] = self.put(columns, style or about.kind, text, about)

    def _options(self, about: Field, columns: Columns) -> Iterator[Spot]:
        needs = [text_width(option) + 3 for option in about.options]
        for option, part in zip(about.options, self.grid.split(columns, needs), strict=True):
            spot = Spot(self.row, part[0], self.row, part[1])
            offer = tuple(f"{option} {box}" for box in (EMPTY_BOX, TICKED_BOX))
            self.pieces.append(Piece(spot, "choice", offer[0], about, offer))
            yield spot
