"""Figures that are no figures: a letter for a digit (9O%, l2条), a point too many or another mark for it (21..60)."""

from __future__ import annotations

import re

from perfxl.values.text import one_line_each

_LETTERS = (
    r"(?<![A-Za-z])[0-9.]+(?P<nought>[OoQ〇○]+)(?![A-Za-z])|(?<![A-Za-z0-9])(?P<first>[OoQ])(?=[0-9]*[.%])"
    r"|(?<![A-Za-z])(?P<one>[lI|])(?=[0-9.])"
)
_LETTER = re.compile(_LETTERS)
_POINTS = re.compile(r"(?<=[0-9])(?:[.,。，．、·;:]{2,}|[。·])(?=[0-9])")
_COMMA = re.compile(r"[0-9],(?:[0-9]{1,2}(?![0-9,])|[0-9]{4,})|[0-9]+\.[0-9]+\.[0-9]+")
#: a list or a sentence has commas of its own
LONGEST = 16


def is_mistyped(text: str) -> bool:
    """Whether a figure of the text cannot be what was meant."""
    line = one_line_each(text).replace(" ", "")
    return len(line) <= LONGEST and any(slip.search(line) for slip in (_LETTER, _POINTS, _COMMA))


def put_right(text: str) -> str:
    """The text with digits for letters and one point for several; ``""`` where what is meant is open."""
    line = one_line_each(text).replace(" ", "")
    whole = _POINTS.sub(".", _LETTER.sub(_digit, _LETTER.sub(_digit, line)))
    return "" if whole == line or is_mistyped(whole) else whole


def _digit(found: re.Match[str]) -> str:
    if found["nought"]:
        return found[0].replace(found["nought"], "0" * len(found["nought"]))
    return "0" if found["first"] else "1"
