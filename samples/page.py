"""A sheet laid out cell by cell from the top, and how it is drawn."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

BASE = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "vcenter"}
STYLES = {
    "label": BASE | {"border": 1, "align": "center"},
    "text": BASE | {"border": 1, "align": "left"},
    "plain": BASE | {"align": "left", "text_wrap": False},
    "right": BASE | {"align": "right", "text_wrap": False},
    "centre": BASE | {"align": "center", "text_wrap": False},
    "title": BASE | {"align": "center", "font_size": 18, "bold": True},
    "heading": BASE | {"align": "center", "bold": True},
    "paragraph": BASE | {"align": "left", "valign": "top"},
}
LINE_HEIGHT = 16.0

Span = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """A cell or a merged range, 0-based, as it will be written."""

    row: int
    col: int
    last_row: int
    last_col: int
    text: str
    style: str


@dataclass
class Sheet:
    """A sheet being laid out from the top; ``row`` is the next free one."""

    widths: tuple[float, ...]
    cells: list[Cell] = field(default_factory=list)
    row: int = 0

    @property
    def across(self) -> Span:
        """All columns."""
        return 0, len(self.widths) - 1

    def put(self, span: Span, text: str, style: str = "text", rows: int = 1, down: int = 0) -> None:
        """Place a text over ``span`` and ``rows``, ``down`` rows below the next free one."""
        row = self.row + down
        self.cells.append(Cell(row, span[0], row + rows - 1, span[1], text, style))

    def pair(self, label: str, value: str, label_span: Span = (0, 0)) -> None:
        """A table row of a label and a value over the rest of the columns."""
        self.put(label_span, label, "label")
        self.put((label_span[1] + 1, self.across[1]), value)
        self.row += 1

    def line(self, text: str, style: str) -> None:
        """A paragraph over all columns."""
        self.put(self.across, text, style)
        self.row += 1


def write(target: xlsxwriter.worksheet.Worksheet, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    """Draw a sheet that has been laid out."""
    for col, width in enumerate(sheet.widths):
        target.set_column(col, col, width)
    for row, height in enumerate(_heights(sheet)):
        target.set_row(row, height)
    for cell in sheet.cells:
        style = formats[cell.style]
        if (cell.row, cell.col) == (cell.last_row, cell.last_col):
            target.write_string(cell.row, cell.col, cell.text, style)
        else:
            target.merge_range(cell.row, cell.col, cell.last_row, cell.last_col, "", style)
            target.write_string(cell.row, cell.col, cell.text, style)
    target.set_paper(9)
    target.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    target.fit_to_pages(1, 0)


def _heights(sheet: Sheet) -> list[float]:
    """Row heights that show every text; a text over several rows makes the last of them taller if need be."""
    heights = [18.0] * (max(cell.last_row for cell in sheet.cells) + 1)
    for cell in sorted(sheet.cells, key=lambda cell: cell.last_row - cell.row):
        style = STYLES[cell.style]
        if not style["text_wrap"]:
            continue
        count = lines(cell.text, sum(sheet.widths[cell.col : cell.last_col + 1]))
        need = count * LINE_HEIGHT * style["font_size"] / 10.5 + 4
        have = sum(heights[cell.row : cell.last_row + 1])
        heights[cell.last_row] += max(0.0, need - have)
    return heights


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of so many half-width characters."""
    return sum(max(1, math.ceil(_columns(line) * 1.05 / (width - 1))) for line in text.split("\n"))


def _columns(text: Iterable[str]) -> int:
    """How many half-width characters a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
