"""What the fast look does not tell of an .ods: which cells are merged, and whether a cell stands far away."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from perfxl.cells.far import MAX_COLS, MAX_ROWS
from perfxl.cells.grid import Merge
from perfxl.cells.package import Package
from perfxl.cells.refusal import damaged, too_much

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def merges_of(package: Package) -> list[list[Merge]]:
    """The merged areas of every sheet, in the order of the tabs."""
    from defusedxml.ElementTree import iterparse

    sheets: list[list[Merge]] = []
    row = col = 0
    try:
        for event, node in iterparse(io.BytesIO(package.part("content.xml")), ("start", "end")):
            name = node.tag.removeprefix(_TABLE)
            if event == "start":
                if name == "table":
                    sheets.append([])
                    row = 0
                elif name == "table-row":
                    row, col = row + 1, 1
                elif name == "table-cell" and sheets and (down := _number(node, "number-rows-spanned")):
                    across = max(_number(node, "number-columns-spanned"), 1)
                    sheets[-1].append((row, col, row + down - 1, col + across - 1))
            elif name in ("table-cell", "covered-table-cell"):
                _refuse_far(len(node), row, col)
                col += _number(node, "number-columns-repeated") or 1
            elif name == "table-row":
                row += (_number(node, "number-rows-repeated") or 1) - 1
                node.clear()
    except ParseError as error:
        raise damaged() from error
    return sheets


def _refuse_far(holds: int, row: int, col: int) -> None:
    """The fast look would make room for everything between A1 and this cell."""
    if holds and (row > MAX_ROWS or col > MAX_COLS):
        raise too_much()


def _number(node: Element, name: str) -> int:
    value = node.get(_TABLE + name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
