"""What the fast look does not tell of an .ods: which cells are merged, and whether a cell stands far away."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from perfxl.cells.far import MAX_COLS, MAX_ROWS
from perfxl.cells.grid import Merge
from perfxl.cells.package import Package
from perfxl.cells.refusal import BROKEN_XML, damaged, too_many_cells
from perfxl.cells.volume import MAX_CELLS, MAX_TEXT

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_VALUE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def merges_of(package: Package) -> list[list[Merge]]:
    """The merged areas of every sheet, in the order of the tabs."""
    from defusedxml.ElementTree import iterparse

    sheets: list[list[Merge]] = []
    volume = _Volume()
    row = col = times = 0
    try:
        for event, node in iterparse(io.BytesIO(package.part("content.xml")), ("start", "end")):
            name = node.tag.removeprefix(_TABLE)
            if event == "start":
                if name == "table":
                    sheets.append([])
                    row = 0
                elif name == "table-row":
                    row, col, times = row + 1, 1, _number(node, "number-rows-repeated") or 1
                elif name == "table-cell" and sheets and (down := _number(node, "number-rows-spanned")):
                    across = max(_number(node, "number-columns-spanned"), 1)
                    sheets[-1].append((row, col, row + down - 1, col + across - 1))
            elif name in ("table-cell", "covered-table-cell"):
                across = _number(node, "number-columns-repeated") or 1
                volume.add(node, row + times - 1, col + across - 1, times * across)
                col += across
            elif name == "table-row":
                row += times - 1
                node.clear()
    except BROKEN_XML as error:
        raise damaged() from error
    return sheets


class _Volume:
    """What the cells hold so far; the fast look makes room for everything between A1 and the last of them."""

    def __init__(self) -> None:
        self._cells = self._text = 0

    def add(self, node: Element, row: int, col: int, times: int) -> None:
        """A cell that stands so many times, the last of them here."""
        if not len(node) and node.get(_VALUE) is None:
            return
        self._cells += times
        self._text += times * sum(len(text) for text in node.itertext())
        if row > MAX_ROWS or col > MAX_COLS or self._cells > MAX_CELLS or 2 * self._text > MAX_TEXT:
            raise too_many_cells()


def _number(node: Element, name: str) -> int:
    value = node.get(_TABLE + name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
