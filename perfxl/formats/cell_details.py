"""What a cell holds besides its value: its formula, its error, how its number format shows the number.

Every format fills in the same ``CellDetails``; how the details are stored is the business of its own module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from perfxl.formats.drawn_figures import Section, chosen, draw, draw_text, sections_of
from perfxl.formats.errors import MAX_COLS, MAX_ROWS
from perfxl.formats.grid import Grid, Merge
from perfxl.values import from_cell

#: the built-in formats of figures by their number; those of dates, and General, have no places for digits
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_BUILT_IN |= dict.fromkeys((5, 6, 37, 38, 41, 42), "#,##0") | dict.fromkeys((7, 8, 39, 40, 43, 44), "#,##0.00")
#: characters of a number format; Excel accepts no more
MAX_FORMAT = 255
#: the place of the text of a cell in what its format shows
TYPED = "\0"
#: cells of one range; no form adds up more
MAX_RANGE = 10_000

#: a figure as a format draws it, between blanks and signs of currency
_FIGURE = re.compile(r"-?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:E[-+]?[0-9]+)?")
_PADDED = re.compile(r"-?0[0-9]")
#: the formats of nearly all figures
_SIMPLE = re.compile(r"(?:#,##0|0)(?:\.(0+))?(?:_.)*")
_NO_FIGURE = str.maketrans("", "", "¥￥$€£ \u00a0\u3000")


@dataclass(frozen=True, slots=True)
class CellDetails:
    """What a cell holds besides its value.

    ``formula`` is its formula and ``result`` whether a result is stored for it; ``error`` is ``#REF!`` or the like;
    ``percent`` whether its number is shown as a percentage; ``number`` the stored number where the format only looks
    like that of a date; ``shown`` what people see of a number where that is not all of it, of a percentage in percent;
    ``drawn`` all that a format shows that draws more than the digits, or other things in their place: ``95个``, ``""``.
    """

    formula: str = ""
    result: bool = False
    error: str = ""
    percent: bool = False
    number: float | None = None
    shown: Decimal | None = None
    drawn: str | None = None

    @property
    def has_no_value(self) -> bool:
        """Whether its value reads as blank though the cell is not: an error, or a formula that was not computed."""
        return bool(self.error or (self.formula and not self.result))

    @property
    def note(self) -> str:
        """Why it has no value, as a note of an amount or a value."""
        return "error_value" if self.error else "no_result"


#: sheet, row and column (from 1) -> the details of a cell
Details = dict[tuple[str, int, int], CellDetails]


@dataclass
class SheetExtras:
    """What a format has of a sheet that calamine does not read: merged areas (``None``: it does), hidden, details."""

    merges: list[Merge] | None = None
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    details: dict[tuple[int, int], CellDetails] = field(default_factory=dict)

    def hide_rows(self, first: int, last: int) -> None:
        """Add hidden rows, first and last inclusive; those beyond any form are left out."""
        self.hidden_rows.update(range(first, min(last, MAX_ROWS) + 1))

    def hide_columns(self, first: int, last: int) -> None:
        """Add hidden columns, likewise."""
        self.hidden_cols.update(range(first, min(last, MAX_COLS) + 1))

    def hide(self, grid: Grid) -> None:
        """Mark the hidden rows and columns of the grid of the sheet."""
        grid.hidden_rows, grid.hidden_cols = frozenset(self.hidden_rows), frozenset(self.hidden_cols)


class NumberFormat(NamedTuple):
    """How a number format shows numbers and texts; without sections as they are."""

    sections: tuple[Section, ...] = ()
    #: of a format that draws the digits alone, how many decimals
    decimals: int | None = None

    @property
    def digits(self) -> bool:
        """Whether it has places for digits, which of all formats of dates only one with parts of a second has."""
        return any(section.has("place") for section in self.sections)

    def is_percent(self, number: float) -> bool:
        """Whether it shows a number as a percentage."""
        stored = from_cell(number)
        section = chosen(self.sections, stored)[0] if stored is not None and self.sections else None
        return section is not None and section.has("percent")

    def details(self, number: float) -> CellDetails | None:
        """The details of a cell with this number and no formula; ``None`` if its value is all there is to know."""
        if not self.sections or (self.decimals is not None and number >= 0 and round(number, self.decimals) == number):
            return None
        found = _details(self, number)
        return None if found == CellDetails() else found

    def of_text(self) -> CellDetails | None:
        """The details of a cell with a text; ``None`` if it is shown as it is."""
        drawn = draw_text(TYPED, self.sections)
        return None if drawn.strip() == TYPED else CellDetails(drawn=drawn)


def _details(form: NumberFormat, number: float) -> CellDetails:
    """How a number is shown: as a percentage, as another figure, as something that is no figure alone."""
    stored, drawn = from_cell(number), draw(number, form.sections)
    percent = form.is_percent(number)
    if stored is None or drawn is None:
        return CellDetails(percent=percent)
    stored *= 100 if percent else 1
    bare = drawn.translate(_NO_FIGURE)
    if percent and bare.endswith("%"):
        bare = bare[:-1]
    section, _ = chosen(form.sections, stored)
    if section is None or not _FIGURE.fullmatch(bare) or _PADDED.match(bare):
        return CellDetails(percent=percent, drawn=drawn)
    figure = Decimal(bare.replace(",", ""))
    if figure == stored:
        return CellDetails(percent=percent)
    if (figure < 0) != (stored < 0 and bool(figure)) or (section.figures and not section.drawn_point):
        return CellDetails(percent=percent, drawn=drawn)
    return CellDetails(percent=percent, shown=figure)


@lru_cache(maxsize=4_096)
def number_format(code: str) -> NumberFormat:
    """Take the code of a format apart."""
    if not code or code == "General":
        return NumberFormat()
    simple = _SIMPLE.fullmatch(code)
    return NumberFormat(sections_of(code[:MAX_FORMAT]), len(simple[1] or "") if simple else None)


def format_of(number: int, codes: Mapping[int, str]) -> NumberFormat:
    """The format of a number; ``codes`` are those that the file defines itself."""
    return number_format(codes.get(number, _BUILT_IN.get(number, "")))


def summed_cells(formula: str) -> list[tuple[int, int]] | None:
    """The cells (row, column from 1) of its own sheet that a formula adds up; one that it names twice comes twice.

    ``None`` for a formula that does more than SUM and +.
    """
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.utils import range_boundaries

    try:
        tokens = Tokenizer(formula).items
    except (TokenizerError, IndexError):
        return None
    cells: list[tuple[int, int]] = []
    for token in tokens:
        if token.type == "FUNC" and token.value.upper() not in ("SUM(", ")"):
            return None
        if token.type.startswith("OPERATOR") and token.value != "+":
            return None
        if token.type != "OPERAND":
            continue
        if token.subtype != "RANGE" or "!" in token.value:
            return None
        try:
            left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(token.value.replace("$", "")))
        except (ValueError, TypeError):
            return None
        if not (left and top and right and bottom) or (right - left + 1) * (bottom - top + 1) > MAX_RANGE:
            return None
        cells += [(row, col) for row in range(top, bottom + 1) for col in range(left, right + 1)]
    return cells
