"""Word documents (.docx) -> lines and tables, as Word shows them.

Read from the XML of the main part and not through a library that loads the whole document: the bytes are counted,
and a broken picture, style or link elsewhere in the file does not matter. What was inserted under tracked changes
counts, what was deleted does not; boxes that are ticked become characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from perfxl.formats.document import Block, Flow, Table, laid_out
from perfxl.formats.errors import BROKEN_XML, Unreadable, damaged_document, too_much, unsafe
from perfxl.formats.grid import Merge
from perfxl.formats.package import Package
from perfxl.formats.word_columns import Columns
from perfxl.formats.word_text import Inline, local, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: the part that holds the document; some programs number it
MAIN = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
#: bytes of that part; ten forms have 2 MB
_MAX_MAIN = 40 * 2**20
#: what only wraps its contents
_WRAPS = frozenset(
    ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "body", "AlternateContent", "Choice")
)


def read_document(package: Package) -> tuple[Flow, tuple[str, ...]]:
    """The document as a grid, and what in it was not read."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    reader = _Reader()
    try:
        xml = package.part(next(name for name in package.names if MAIN.fullmatch(name)))
        if len(xml) > _MAX_MAIN:
            raise too_much()
        flow = laid_out(block for child in fromstring(xml) for block in reader.blocks(child))
    except DefusedXmlException as error:
        raise unsafe() from error
    except (*BROKEN_XML, RecursionError) as error:
        raise damaged_document() from error
    except Unreadable as error:
        raise damaged_document() if error.kind == "damaged" else error from None
    return flow, ("文本框",) if reader.inline.boxes else ()


class _Reader:
    """Walks through the document."""

    def __init__(self) -> None:
        self.inline = Inline()

    def blocks(self, node: Element) -> Iterator[Block]:
        """Lines and tables below a node, in order."""
        name = local(node)
        if name == "p":
            yield self.inline.text(node)
        elif name == "tbl":
            yield from self._table(node)
        elif name in _WRAPS:
            for child in node:
                yield from self.blocks(child)

    def _table(self, node: Element) -> Iterator[Block]:
        rows = [row for row in _below(node, "tr") if not _is_deleted(row)]
        cells = [list(_below(row, "tc")) for row in rows]
        if all(len(row) == 1 for row in cells) and any(True for row in cells for _ in _below(row[0], "tbl")):
            for row in cells:  # a frame around the real table
                for child in row[0]:
                    yield from self.blocks(child)
            return
        yield self._grid(node, rows, cells)

    def _grid(self, node: Element, rows: list[Element], cells: list[list[Element]]) -> Table:
        """A table with its merged areas, in the columns that people see."""
        spans = [_spans(row, members) for row, members in zip(rows, cells, strict=True)]
        columns = Columns(
            [value(col, "w") for grid in _below(node, "tblGrid") for col in _below(grid, "gridCol")], spans
        )
        filled: list[list[object]] = []
        merges: list[Merge] = []
        above: dict[int, Merge] = {}  # first column of a cell of the row above -> its area so far
        for number, (members, places) in enumerate(zip(cells, spans, strict=True), 1):
            line: list[object] = []
            here: dict[int, Merge] = {}
            for cell, (start, end) in zip(members, places, strict=True):
                left, right = columns.of(start, end)
                line += [""] * (right - len(line))
                if _goes_on(cell) and left in above:
                    top, _, _, width = above.pop(left)
                    here[left] = (top, left, number, max(width, right))
                else:
                    here[left] = (number, left, number, right)
                    line[left - 1] = self._text(cell)
            filled.append(line)
            merges += [merge for merge in above.values() if _spreads(merge)]
            above = here
        merges += [merge for merge in above.values() if _spreads(merge)]
        return Table(filled, merges)

    def _text(self, cell: Element) -> str:
        """The text of a cell; a table in it is a line a row."""
        lines: list[str] = []
        for child in cell:
            for block in self.blocks(child):
                if isinstance(block, str):
                    lines.append(block)
                else:
                    lines += [" ".join(str(item) for item in row if item) for row in block.rows]
        return "\n".join(lines).strip("\n")


def _below(node: Element, name: str) -> Iterator[Element]:
    """The nodes of a name right below, through what only wraps them."""
    for child in node:
        kind = local(child)
        if kind == name:
            yield child
        elif kind in _WRAPS:
            yield from _below(child, name)


def _property(node: Element, group: str, name: str) -> Element | None:
    return next((child for props in _below(node, group) for child in props if local(child) == name), None)


def _is_deleted(row: Element) -> bool:
    return _property(row, "trPr", "del") is not None


def _goes_on(cell: Element) -> bool:
    """Whether a cell only continues the merged one above it."""
    merge = _property(cell, "tcPr", "vMerge")
    return merge is not None and value(merge) != "restart"


def _spans(row: Element, cells: list[Element]) -> list[tuple[int, int]]:
    """The columns of the table's own grid that each cell takes, from 0, end not included."""
    before = _property(row, "trPr", "gridBefore")
    place = _whole(value(before)) if before is not None else 0
    spans = []
    for cell in cells:
        span = _property(cell, "tcPr", "gridSpan")
        end = place + max(1, _whole(value(span)) if span is not None else 1)
        spans.append((place, end))
        place = end
    return spans


def _spreads(merge: Merge) -> bool:
    top, left, bottom, right = merge
    return bottom > top or right > left


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
