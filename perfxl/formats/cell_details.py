"""What a cell holds besides its value: its formula, its error, how its number format shows the number.

Every format fills in the same ``CellDetails``; how the details are stored is the business of its own module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from perfxl.formats.drawn_figures import Drawing, draw, drawings_of
from perfxl.formats.errors import MAX_COLS, MAX_ROWS
from perfxl.formats.grid import Grid, Merge, as_text, is_number
from perfxl.values import from_cell, inexact

#: the built-in formats of figures by their number; those of dates, and General, have no places for digits
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_BUILT_IN |= dict.fromkeys((5, 6, 37, 38, 41, 42), "#,##0") | dict.fromkeys((7, 8, 39, 40, 43, 44), "#,##0.00")
#: characters of a number format; Excel accepts no more
MAX_FORMAT = 255
#: cells of one range; no form adds up more
MAX_RANGE = 10_000

_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.|\[[^\]]*\]')
_CONDITION = re.compile(r"\[[<>=]")
#: a place for a digit, which of all formats of dates only one with parts of a second has
_DIGIT = re.compile(r"(?<![0#?.])(?<!s\.)[0#?]", re.IGNORECASE)
#: a point that is only drawn between the digits: 0!.0000 shows 39403 as 3.9403
_DRAWN_POINT = "\1"
#: one run of digits, of which commas behind it or before its point leave three out each; a fraction is not known
_PLAIN = re.compile(r"[^0#?.,/A-Za-z@\x01]*[#0?,]*[#0?](,*)(?:\.([0#?]*)|\x01([0#?]+))?(,*)[^0#?.,/A-Za-z@]*")


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


class Section(NamedTuple):
    """How many decimals are shown of a number, and how many of its digits are moved behind the point or left out."""

    decimals: int
    moved: int = 0


class NumberFormat(NamedTuple):
    """``digits`` is set for a format with places for digits; a section is ``None`` where what it shows is not known.

    ``drawings`` are what its sections draw beside the digits or in their place.
    """

    percent: bool = False
    digits: bool = False
    sections: tuple[Section | None, ...] = (None,)
    drawings: tuple[Drawing | None, ...] = (None,)

    def shown(self, number: float) -> Decimal | None:
        """The number as it is shown, of a percentage in percent; ``None`` where that is all that is stored."""
        stored = from_cell(number)
        section = self.sections[number < 0 and len(self.sections) > 1]
        if stored is None or section is None or inexact(stored):
            return None
        stored *= 100 if self.percent else 1
        shown = stored.scaleb(-section.moved).quantize(Decimal(1).scaleb(-section.decimals), ROUND_HALF_UP)
        return None if shown == stored else shown

    def details(self, number: float) -> CellDetails | None:
        """The details of a cell with this number and no formula; ``None`` if its value is all there is to know."""
        shown, drawn = self.shown(number), self.drawn(number)
        plain = not self.percent and shown is None and drawn is None
        return None if plain else CellDetails(percent=self.percent, shown=shown, drawn=drawn)

    def drawn(self, number: float) -> str | None:
        """What the cell shows, where that is not only the digits of the number with its sign."""
        moved = any(section and section.moved for section in self.sections)
        return draw(number, self.drawings) if any(self.drawings) and not moved else None


@lru_cache(maxsize=4_096)
def number_format(code: str) -> NumberFormat:
    """Take the code of a format apart."""
    bare = _LITERAL.sub(lambda found: _DRAWN_POINT if "." in (found[1], found[2]) else "\0", code[:MAX_FORMAT])
    sections = bare.split(";")
    known = (None,) if _CONDITION.search(code) else tuple(_section(section) for section in sections)
    drawings = () if _CONDITION.search(code) else drawings_of(code[:MAX_FORMAT])
    return NumberFormat("%" in bare, bool(_DIGIT.search(bare)), known, drawings)


def format_of(number: int, codes: Mapping[int, str]) -> NumberFormat:
    """The format of a number; ``codes`` are those that the file defines itself."""
    return number_format(codes.get(number, _BUILT_IN.get(number, "")))


def _section(section: str) -> Section | None:
    found = _PLAIN.fullmatch(section)
    if found is None:
        return None
    before_point, decimals, drawn, behind = (part or "" for part in found.groups())
    return Section(len(decimals or drawn), len(drawn) + 3 * len(before_point + behind))


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


def computed_sum(formula: str, grid: Grid) -> Decimal | None:
    """What a formula that only adds gives with the values that the sheet holds now.

    ``None`` for any other formula, and where a cell holds something that programs may treat differently. SUM skips
    text, + does not.
    """
    cells = summed_cells(formula)
    if not cells:
        return None
    whole = Decimal(0)
    for row, col in cells:
        value = grid.value(row, col)
        if is_number(value):
            whole += Decimal(as_text(value))
        elif not (value in ("", None) or (isinstance(value, str) and "+" not in formula)):
            return None
    return whole
