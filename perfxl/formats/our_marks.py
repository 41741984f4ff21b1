"""The list of problems that perfxl puts in front of an annotated copy: its headings, and how it is recognised.

An annotated copy may come back as a new submission; its list is then no form, and the marks it lists are removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from perfxl.formats.grid import Grid
from perfxl.model import Text

#: the title of the list, in its first cell, and the headings of its table
LIST = Text("问题清单", "Findings")
NUMBER = Text("序号", "No.")
SEVERITY = Text("级别", "Severity")
CODE = Text("编号", "Code")
PLACE = Text("位置", "Place")
PROBLEM = Text("问题", "Problem")
WAIVER = Text("豁免", "Waiver")
LIKELY, FIX = Text("可能原因", "Likely cause"), Text("怎么改", "What to do")
#: the heading above likely causes in copies that were made before
CAUSES = Text("可能原因 / 怎么改", "Likely cause / what to do")
#: what is written in place of the table where there are no problems
NOTHING = Text("未发现问题", "No problems found")

_FIRST = (NUMBER, SEVERITY, CODE)
#: the table begins within so many rows: above it are the title, a few lines about the file, an explanation
_HEAD = 20
_MARKED = re.compile(r".+![A-Z]{1,3}\d{1,7}")
_NUMBERED = re.compile(r"(?:^|\n)\d+\. ")


class ListedFinding(NamedTuple):
    """A line of an earlier list: the words for severity and code, the message, likely causes, why it is waived."""

    severity: str
    code: str
    message: str
    causes: tuple[str, ...]
    waived: str


def is_list(grid: Grid) -> bool:
    """Whether a sheet is such a list, under whatever name it has now."""
    return grid.at(1, 1).text in LIST and (
        _headings(grid) is not None or any(grid.at(row, 1).text in NOTHING for row in range(2, _HEAD))
    )


def listed_findings(grid: Grid) -> Iterator[ListedFinding]:
    """The lines of such a list."""
    found = _headings(grid)
    if found is None:
        return
    top, columns = found
    for row in range(top + 1, len(grid.rows) + 1):
        severity, code, message, causes, waived = (
            grid.at(row, columns[title]).text if title in columns else ""
            for title in (SEVERITY, CODE, PROBLEM, CAUSES, WAIVER)
        )
        if code and message:
            yield ListedFinding(severity, code, message, tuple(filter(None, _NUMBERED.split(causes))), waived)


def hidden_texts(grid: Grid) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of what such a list keeps for itself in its hidden columns: cells, and texts of notes."""
    ends = range(2, len(grid.rows[0]) + 1)
    first = next((col for col in ends if marked_cells(grid.at(1, col).text)), 0)
    for row, cells in enumerate(grid.rows, 1):
        for col in range(first, len(cells) + 1) if first else ():
            if text := grid.at(row, col).text:
                yield row, col, text


def marked_cells(text: str) -> list[str]:
    """The cells (``表!B2``) that a hidden text of such a list names, one a line; none if it is the text of a note."""
    lines = text.split("\n")
    return lines if all(map(_MARKED.fullmatch, lines)) else []


def _headings(grid: Grid) -> tuple[int, dict[Text, int]] | None:
    """The row of the table's headings and the column of each."""
    for row in range(2, min(_HEAD, len(grid.rows)) + 1):
        texts = [grid.at(row, col).text for col in range(1, len(grid.rows[row - 1]) + 1)]
        if any(texts[:3] == list(words) for words in zip(*_FIRST, strict=True)):
            titles = (*_FIRST, PLACE, PROBLEM, CAUSES, WAIVER)
            return row, {t: texts.index(word) + 1 for t in titles for word in t if word in texts}
    return None
