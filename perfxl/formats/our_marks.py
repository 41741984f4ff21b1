"""What perfxl itself puts into a workbook, so that it is known again when an annotated copy comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from perfxl.formats.grid import Grid
from perfxl.model import Text

#: the sheet in front of an annotated copy, told by its first cell and the headings of its table
LIST = Text("问题清单", "Findings")
NUMBER = Text("序号", "No.")
SEVERITY = Text("级别", "Severity")
CODE = Text("编号", "Code")
PLACE = Text("位置", "Place")
PROBLEM = Text("问题", "Problem")
WAIVER = Text("豁免", "Waiver")
CAUSES = Text("可能原因 / 怎么改", "Likely cause / what to do")
NOTHING = Text("未发现问题", "No problems found")

#: above its table there are the title, a few lines about the file, and one that explains the colours
_HEAD = 20
_NUMBERED = re.compile(r"(?:^|\n)\d+\. ")


class Listed(NamedTuple):
    """A line of an earlier list: the words for severity and code, the message, likely causes, why it is waived."""

    severity: str
    code: str
    message: str
    causes: tuple[str, ...]
    waived: str


def is_list(grid: Grid) -> bool:
    """Whether a sheet is a list of problems that an earlier check put in front, under whatever name it has now."""
    return grid.at(1, 1).text in (LIST.zh, LIST.en) and (
        _headings(grid) is not None or any(grid.at(row, 1).text in (NOTHING.zh, NOTHING.en) for row in range(2, _HEAD))
    )


def listed(grid: Grid) -> Iterator[Listed]:
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
            yield Listed(severity, code, message, tuple(filter(None, _NUMBERED.split(causes))), waived)


def _headings(grid: Grid) -> tuple[int, dict[Text, int]] | None:
    """The row of the table's headings and the column of each."""
    for row in range(2, min(_HEAD, len(grid.rows)) + 1):
        texts = [grid.at(row, col).text for col in range(1, len(grid.rows[row - 1]) + 1)]
        if texts[:3] in ([title.zh for title in _FIRST], [title.en for title in _FIRST]):
            titles = (*_FIRST, PLACE, PROBLEM, CAUSES, WAIVER)
            columns = {t: texts.index(w) + 1 for t in titles for w in (t.zh, t.en) if w in texts}
            return row, columns
    return None


_FIRST = (NUMBER, SEVERITY, CODE)
