"""Text that goes into a workbook: what XML and Excel forbid removed, cut to Excel's limit, measured."""

from __future__ import annotations

import math
import re

#: Excel's limit for the text of a cell and of a note, in UTF-16 units
LIMIT = 32_767

_FORBIDDEN = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Excel reads _x0041_ as the character with that code; this spells the underscore itself.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def printable(text: str) -> str:
    """The text with plain newlines and without what XML forbids."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean(text: str) -> str:
    """The same, and what Excel would take for an escape spelt out."""
    return _ESCAPE.sub("_x005F_", printable(text))


def size(text: str) -> int:
    """The length as Excel counts it: a character beyond U+FFFF counts twice."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int = LIMIT, tail: str = "…") -> str:
    """The text if it fits in the limit, else as much of it as fits before the tail."""
    if size(text) <= limit:
        return text
    room = max(limit - size(tail), 0)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + tail


def units(line: str) -> int:
    """The width of one line in Latin letters: a CJK letter, and all its punctuation, takes two."""
    return len(line) + sum(letter > "\u00ff" for letter in line)


def wrapped(text: str, width: float) -> int:
    """How many lines the text takes in a column of that many units."""
    # A line breaks before the letter or word that no longer fits: about two units of each line stay empty.
    usable = max(width - 2, 1)
    return sum(max(math.ceil(units(line) / usable), 1) for line in text.split("\n"))
