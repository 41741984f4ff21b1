"""What a number format draws beside the digits of a number or in their place: 95个, 017, 已填, nothing at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from perfxl.values import from_cell, inexact, written

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)'
    r"|(?P<digits>[0#?.][0#?.,]*)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
#: signs of currency say nothing of the figure
_COINS = str.maketrans("", "", "¥￥$€£ \u00a0")


class Drawing(NamedTuple):
    """What one section of a format draws.

    ``texts`` are what stands before, between and behind the places for digits; ``places`` how many there are of each,
    ``None`` for General; ``decimals`` those of the last. ``least`` digits are shown at least.
    """

    texts: tuple[str, ...]
    places: tuple[int, ...]
    decimals: int | None
    least: int

    @property
    def plain(self) -> bool:
        """Whether it draws the digits and nothing else."""
        return len(self.texts) == 2 and not any(self.texts) and self.least <= 1


def drawings_of(code: str) -> tuple[Drawing | None, ...]:
    """What each section of a format draws; ``None`` for one that draws the digits alone, or whatever is not known."""
    sections, start = list[str](), 0
    for token in _TOKEN.finditer(code):
        if token[0] == ";":
            sections.append(code[start : token.start()])
            start = token.end()
    sections.append(code[start:])
    if len(sections) == 1 and not sections[0]:
        return (None,)
    found = [_drawing(section) for section in sections[:3]]
    signed = [any(sign in text for text in one.texts for sign in "-(") for one in found[1:2] if one]
    return tuple(
        None if one is None or (one.plain and (n != 1 or signed == [True])) else one for n, one in enumerate(found)
    )


def _drawing(section: str) -> Drawing | None:
    texts, places = [""], list[int]()
    decimals: int | None = 0
    least = 0
    for token in _TOKEN.finditer(section):
        if token["digits"]:
            whole, _, part = token["digits"].partition(".")
            places.append(len(re.sub("[^0#?]", "", whole)))
            decimals = len(re.sub("[^0#?]", "", part))
            least += whole.count("0")
            texts.append("")
        elif token["general"]:
            places.append(1)
            decimals = None
            texts.append("")
        elif (other := token["other"]) and (other in "/@" or (other.isascii() and other.isalpha())):
            return None
        else:
            texts[-1] += token["quoted"] or token["escaped"] or (other if other and other != "%" else "")
    bare = (text.translate(_COINS) for text in texts)
    return Drawing(tuple(bare), tuple(places), decimals, least)


def draw(number: float, drawings: Sequence[Drawing | None]) -> str | None:
    """What people see of a number; ``None`` where that is its digits and its sign, or is not known."""
    stored = from_cell(number)
    if stored is None or inexact(stored):
        return None
    section = 1 if stored < 0 and len(drawings) > 1 else 2 if not stored and len(drawings) > 2 else 0
    drawing = drawings[section]
    if drawing is None:
        return None
    sign = "-" if stored < 0 and not section else ""
    figure = abs(stored)
    if drawing.decimals is None:
        text = written(figure)
    else:
        text = f"{figure.quantize(Decimal(1).scaleb(-drawing.decimals), ROUND_HALF_UP):f}"
    return sign + _spread(text, drawing)


def _spread(figure: str, drawing: Drawing) -> str:
    """The digits over their places: ``0000-0000000`` shows 7348866668 as 0734-8866668."""
    if not drawing.places:
        return "".join(drawing.texts)
    whole, point, part = figure.partition(".")
    digits = whole.zfill(drawing.least)
    pieces = []
    for places in reversed(drawing.places[1:]):
        digits, piece = digits[: max(0, len(digits) - places)], digits[max(0, len(digits) - places) :]
        pieces.append(piece)
    pieces.append(digits)
    pieces.reverse()
    pieces[-1] += point + part
    return "".join(text + piece for text, piece in zip(drawing.texts, [*pieces, ""], strict=True))
