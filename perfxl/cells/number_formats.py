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
_LITERAL = re.compile(r'"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]')
_CONDITION = re.compile(r"\[[<>=]")
#: a place for a digit, which of all formats of dates only one with parts of a second has
_DIGIT = re.compile(r"(?<![0#?.])(?<!s\.)[0#?]", re.IGNORECASE)
#: one run of digits: what stands in it (0\.0000), scales it (0.00,) or divides it (# ?/?) shows another number
_PLAIN = re.compile(r"[^0#?.,/A-Za-z@]*[#0?,]*[#0?](?:\.([0#?]*))?[^0#?.,/A-Za-z@]*")


class NumberFormat(NamedTuple):
    """``digits`` tells a format with places for digits; ``decimals`` of each section, ``None`` where not known."""

    percent: bool = False
    digits: bool = False
    decimals: tuple[int | None, ...] = (None,)

    def shown(self, number: float) -> Decimal | None:
        """The number as it shows, of a share in percent; ``None`` where it shows all that is stored."""
        stored = from_cell(number)
        section = self.decimals[number < 0 and len(self.decimals) > 1]
        if stored is None or section is None or inexact(stored):
            return None
        stored *= 100 if self.percent else 1
        shown = stored.quantize(Decimal(1).scaleb(-section), ROUND_HALF_UP)
        return None if shown == stored else shown


@lru_cache(maxsize=4_096)
def number_format(code: str) -> NumberFormat:
    """What is told by the code of a format."""
    bare = _LITERAL.sub("\0", code[:LONGEST_CODE])
    sections = bare.split(";")
    known = (None,) if _CONDITION.search(code) else tuple(_decimals(section) for section in sections)
    return NumberFormat("%" in bare, bool(_DIGIT.search(bare)), known)


def _decimals(section: str) -> int | None:
    found = _PLAIN.fullmatch(section)
    return None if found is None else len(found[1] or "")
