"""What a number format shows of a number: whether as a share, and with how many decimals."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from perfxl.values.numerals import from_cell, inexact

#: the built-in formats of figures by their number; those of dates, and General, have no places for digits
BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
BUILT_IN |= dict.fromkeys((5, 6, 37, 38, 41, 42), "#,##0") | dict.fromkeys((7, 8, 39, 40, 43, 44), "#,##0.00")
#: Excel takes no longer format
LONGEST_CODE = 255
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.|\[[^\]]*\]')
_CONDITION = re.compile(r"\[[<>=]")
#: a place for a digit, which of all formats of dates only one with parts of a second has
_DIGIT = re.compile(r"(?<![0#?.])(?<!s\.)[0#?]", re.IGNORECASE)
#: a point that is only drawn between the digits: 0!.0000 shows 39403 as 3.9403
_DRAWN_POINT = "\1"
#: one run of digits, of which commas behind it or before its point leave three out each; a fraction is not known
_PLAIN = re.compile(r"[^0#?.,/A-Za-z@\x01]*[#0?,]*[#0?](,*)(?:\.([0#?]*)|\x01([0#?]+))?(,*)[^0#?.,/A-Za-z@]*")


class Section(NamedTuple):
    """How many decimals are shown of a number, and how many of its digits are moved behind the point or left out."""

    decimals: int
    moved: int = 0


class NumberFormat(NamedTuple):
    """``digits`` tells a format with places for digits; ``sections`` are ``None`` where what they show is not known."""

    percent: bool = False
    digits: bool = False
    sections: tuple[Section | None, ...] = (None,)

    def shown(self, number: float) -> Decimal | None:
        """The number as it shows, of a share in percent; ``None`` where it shows all that is stored."""
        stored = from_cell(number)
        section = self.sections[number < 0 and len(self.sections) > 1]
        if stored is None or section is None or inexact(stored):
            return None
        stored *= 100 if self.percent else 1
        shown = stored.scaleb(-section.moved).quantize(Decimal(1).scaleb(-section.decimals), ROUND_HALF_UP)
        return None if shown == stored else shown


@lru_cache(maxsize=4_096)
def number_format(code: str) -> NumberFormat:
    """What is told by the code of a format."""
    bare = _LITERAL.sub(lambda found: _DRAWN_POINT if "." in (found[1], found[2]) else "\0", code[:LONGEST_CODE])
    sections = bare.split(";")
    known = (None,) if _CONDITION.search(code) else tuple(_section(section) for section in sections)
    return NumberFormat("%" in bare, bool(_DIGIT.search(bare)), known)


def _section(section: str) -> Section | None:
    found = _PLAIN.fullmatch(section)
    if found is None:
        return None
    before_point, decimals, drawn, behind = (part or "" for part in found.groups())
    return Section(len(decimals or drawn), len(drawn) + 3 * len(before_point + behind))
