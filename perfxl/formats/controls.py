"""Tick boxes that lie on a sheet as controls, as Excel and WPS keep them for their own drawing."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from perfxl.formats.errors import Unreadable
from perfxl.formats.package import Package
from perfxl.formats.xlsx_details import sheet_parts

_DRAWING = re.compile(r"xl/drawings/[^/]+\.vml", re.IGNORECASE)
_SHAPE = re.compile(r"<v:shape\b", re.IGNORECASE)
_BOX = re.compile(r"""<x:ClientData\s+ObjectType=["']Checkbox["']""", re.IGNORECASE)
_ANCHOR = re.compile(r"<x:Anchor>([\d\s,]+)</x:Anchor>", re.IGNORECASE)
_CHECKED = re.compile(r"<x:Checked>\s*1\s*</x:Checked>", re.IGNORECASE)
_CAPTION = re.compile(r"<v:textbox\b[^>]{0,500}>(.{0,500}?)</v:textbox>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
#: a sheet with more boxes is no form; what belongs to one box takes no more letters
MOST_BOXES = 1_000
LONGEST_BOX = 10_000


class TickBox(NamedTuple):
    """A tick box: the cell in which it begins, its words, and whether it is ticked."""

    row: int
    col: int
    caption: str
    ticked: bool


def tick_boxes(package: Package | None, sheets: Collection[str]) -> dict[str, list[TickBox]]:
    """Sheet name -> its tick boxes; nothing of a workbook that does not tell."""
    if package is None or not sheets or not any(map(_DRAWING.fullmatch, package.names)):
        return {}
    try:
        parts, drawings = sheet_parts(package), dict[str, list[TickBox]]()
        found = {sheet: package.related(parts.get(sheet, ""), "vmlDrawing") for sheet in sheets}
        for drawing in {one for drawings_of in found.values() for one in drawings_of}:
            drawings[drawing] = list(islice(_boxes(package.part(drawing)), MOST_BOXES))
        return {sheet: [box for one in own for box in drawings[one]] for sheet, own in found.items()}
    except (ParseError, ValueError, LookupError, Unreadable):
        return {}


def _boxes(drawing: bytes) -> Iterator[TickBox]:
    """Excel writes no XML there that a parser would take. What follows the last word of a shape is no part of it."""
    for piece in _SHAPE.split(drawing.decode("utf-8", "replace"))[1:]:
        shape = piece[:LONGEST_BOX]
        anchor = _ANCHOR.search(shape)
        if anchor and _BOX.search(shape):
            yield _box(shape, [int(number) for number in anchor[1].split(",")])


def _box(shape: str, anchor: list[int]) -> TickBox:
    """Left column, top row and how far into them, then right and bottom alike, all from 0."""
    caption = _CAPTION.search(shape)
    words = html.unescape(_TAG.sub("", caption[1])).strip() if caption else ""
    return TickBox(anchor[2] + 1, anchor[0] + 1, words, bool(_CHECKED.search(shape)))
