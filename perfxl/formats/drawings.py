"""Pictures and tick boxes on the sheets of an .xlsx, from the parts with its drawings."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from perfxl.formats.errors import MALFORMED_PART
from perfxl.formats.package import Package, first_child, local_name
from perfxl.formats.xlsx_details import sheet_parts

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: the part in which WPS keeps pictures that are the value of a cell
CELL_IMAGES = "xl/cellimages.xml"
_DRAWING = re.compile(r"xl/drawings/[^/]+\.xml", re.IGNORECASE)
#: the formula of such a cell names its picture
_IN_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="[A-Z]+([0-9]+)"[^>]*>\s*<(?:\w+:)?f[^>]*>[^<]*DISPIMG\(')

_VML = re.compile(r"xl/drawings/[^/]+\.vml", re.IGNORECASE)
_SHAPE = re.compile(r"<v:shape\b", re.IGNORECASE)
_BOX = re.compile(r"""<x:ClientData\s+ObjectType=["']Checkbox["']""", re.IGNORECASE)
_ANCHOR = re.compile(r"<x:Anchor>([\d\s,]+)</x:Anchor>", re.IGNORECASE)
_CHECKED = re.compile(r"<x:Checked>\s*1\s*</x:Checked>", re.IGNORECASE)
_CAPTION = re.compile(r"<v:textbox\b[^>]{0,500}>(.{0,500}?)</v:textbox>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
#: tick boxes of a sheet that are read, and characters of one
MAX_BOXES = 1_000
MAX_BOX = 10_000


def picture_rows(package: Package | None, sheets: Collection[str]) -> dict[str, list[int]] | None:
    """Sheet name -> the row (from 1) in which each of its pictures begins.

    ``None`` where that cannot be known: .xls, .xlsb, .ods, or malformed parts.
    """
    if package is None:
        return None
    if not any(map(_DRAWING.fullmatch, package.names)) and CELL_IMAGES not in package:
        return {}
    try:
        parts = sheet_parts(package)
        return {
            sheet: [*_drawn(package, parts.get(sheet, "")), *_in_cells(package.part(parts.get(sheet, "")))]
            for sheet in sheets
        }
    except MALFORMED_PART:
        return None


def _in_cells(xml: bytes) -> list[int]:
    return [int(row) for row in _IN_CELL.findall(xml)]


def _drawn(package: Package, sheet: str) -> Iterator[int]:
    """The rows of the pictures in the drawings of a sheet; a shape that is filled with a picture counts too."""
    for drawing in package.related(sheet, "drawing"):
        for anchor in package.elements(drawing):
            if any(local_name(node) == "blip" for node in anchor.iter()):
                yield _first_row(anchor)


def _first_row(anchor: Element) -> int:
    """The row in which an anchored object begins; 1 for one that is placed by length."""
    row = first_child(first_child(anchor, "from"), "row")
    return int((row.text if row is not None else None) or 0) + 1


class TickBox(NamedTuple):
    """A tick box control: the cell in which it begins, its caption, and whether it is ticked."""

    row: int
    col: int
    caption: str
    ticked: bool


def tick_boxes(package: Package | None, sheets: Collection[str]) -> dict[str, list[TickBox]]:
    """Sheet name -> its tick boxes; empty for a workbook without a package or with malformed parts."""
    if package is None or not sheets or not any(map(_VML.fullmatch, package.names)):
        return {}
    try:
        parts = sheet_parts(package)
        drawings = {sheet: package.related(parts.get(sheet, ""), "vmlDrawing") for sheet in sheets}
        boxes = {
            drawing: list(islice(_boxes(package.part(drawing)), MAX_BOXES))
            for drawing in {one for several in drawings.values() for one in several}
        }
        return {sheet: [box for one in several for box in boxes[one]] for sheet, several in drawings.items()}
    except MALFORMED_PART:
        return {}


def _boxes(drawing: bytes) -> Iterator[TickBox]:
    """Read with patterns, as Excel does not write well-formed XML there. The last piece runs past its shape."""
    for piece in _SHAPE.split(drawing.decode("utf-8", "replace"))[1:]:
        shape = piece[:MAX_BOX]
        anchor = _ANCHOR.search(shape)
        if anchor and _BOX.search(shape):
            yield _box(shape, [int(number) for number in anchor[1].split(",")])


def _box(shape: str, anchor: list[int]) -> TickBox:
    """``anchor``: left column, offset in it, top row, offset in it, then right and bottom alike, all from 0."""
    caption = _CAPTION.search(shape)
    words = html.unescape(_TAG.sub("", caption[1])).strip() if caption else ""
    return TickBox(anchor[2] + 1, anchor[0] + 1, words, bool(_CHECKED.search(shape)))
