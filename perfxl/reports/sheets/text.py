"""Text from outside, made fit for a cell: allowed characters, allowed length, and how many lines it takes."""

from __future__ import annotations

import re
from functools import lru_cache

from perfxl.model import Lang, Text

#: Excel allows 32,767 UTF-16 units; the mark that something was cut needs a few of them
LONGEST = 32_000
CUT = Text("…（过长，其余未列出）", "… (too long, the rest is left out)")
#: stands where a character was that no workbook may hold
BOX = "□"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str, lang: Lang = "zh") -> str:
    """The text with forbidden characters shown as a box, every line end a line feed, cut with a mark if too long."""
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub(BOX, text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST // 2 and len(units := text.encode("utf-16-le")) > 2 * LONGEST:
        text = units[: 2 * LONGEST].decode("utf-16-le", "ignore") + CUT.render(lang)
    # what begins and ends so, the writer of the workbook would take for markup of its own
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


@lru_cache(maxsize=32_768)
def fitted(text: str, space: int, lang: Lang) -> tuple[str, int]:
    """The text made fit for a cell, and how many lines it takes there."""
    text = clean(text, lang)
    return text, lines(text, space) if 2 * len(text) > space or "\n" in text else 1


def width(text: str) -> int:
    """Columns that a line of text takes: two for a Chinese character, one for a Latin one."""
    return len(text.encode("gb18030", "replace"))


def room(columns: float, lang: Lang) -> int:
    """What a wrapped cell of that width holds in a line of 10 point text, in columns of ``width``.

    Widths count digits of the normal font: 11 point 宋体 is wider than the text, Calibri is not.
    """
    return max(2, int(columns * 1.15) - 2 if lang == "zh" else int(columns) - 2)


def lines(text: str, space: int) -> int:
    """How many lines a text takes where a line holds ``space`` columns."""
    return sum(max(1, -(-width(part) // space)) for part in text.split("\n"))
