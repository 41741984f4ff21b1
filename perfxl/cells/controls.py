"""Tick boxes that lie on a sheet as controls, as Excel and WPS keep them for their own drawing."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from perfxl.cells.package import Package
from perfxl.cells.refusal import Unreadable
from perfxl.cells.second import sheet_parts

_DRAWING = re.compile(r"xl/drawings/[^/]+\.vml", re.IGNORECASE)
_SHAPE = re.compile(r"<v:shape\b.*?</v:shape>", re.IGNORECASE | re.DOTALL)
_BOX = re.compile(r"""<x:ClientData\s+ObjectType=["']Checkbox["']""", re.IGNORECASE)
_ANCHOR = re.compile(r"<x:Anchor>([\d\s,]+)</x:Anchor>", re.IGNORECASE)
_CHECKED = re.compile(r"<x:Checked>\s*1\s*</x:Checked>", re.IGNORECASE)
_CAPTION = re.compile(r"<v:textbox\b[^>]*>(.*?)</v:textbox>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


class TickBox(NamedTuple):
    """A tick box: the cell in which it begins, its words, and whether it is ticked."""

    row: int
    col: int
    caption: str
    ticked: bool


def tick_boxes(package: Package | None, sheets: Collection[str]) -> dict[str, list[TickBox]]:
    """Sheet name -> its tick boxes; nothing of a workbook that does not tell."""
    if package is None or not sheets or not any(map(_DRAWING.fullmatch, package.infos)):
        return {}
    try:
        parts = sheet_parts(package)
        return {sheet: list(_boxes(package, parts.get(sheet, ""))) for sheet in sheets}
    except (ParseError, ValueError, LookupError, Unreadable):
        return {}


def _boxes(package: Package, sheet: str) -> Iterator[TickBox]:
    from defusedxml.ElementTree import fromstring

    folder, name = posixpath.split(sheet)
    links = package.part(f"{folder}/_rels/{name}.rels")
    for link in fromstring(links) if links else ():
        if link.get("Type", "").endswith("/vmlDrawing"):
            target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
            # Excel writes no XML there that a parser would take
            for shape in _SHAPE.findall(package.part(target).decode("utf-8", "replace")):
                anchor = _ANCHOR.search(shape)
                if _BOX.search(shape) and anchor:
                    yield _box(shape, [int(number) for number in anchor[1].split(",")])


def _box(shape: str, anchor: list[int]) -> TickBox:
    """Left column, top row and how far into them, then right and bottom alike, all from 0."""
    caption = _CAPTION.search(shape)
    words = html.unescape(_TAG.sub("", caption[1])).strip() if caption else ""
    return TickBox(anchor[2] + 1, anchor[0] + 1, words, bool(_CHECKED.search(shape)))
