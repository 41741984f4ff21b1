"""Where the pictures of a sheet lie. Most returns hold none, which costs a look at the names of the parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from perfxl.formats.errors import Unreadable
from perfxl.formats.package import Package
from perfxl.formats.xlsx_details import local_name, sheet_parts

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DRAWING = re.compile(r"xl/drawings/[^/]+\.xml", re.IGNORECASE)
#: WPS keeps a picture inside a cell: its formula names it
_IN_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="[A-Z]+([0-9]+)"[^>]*>\s*<(?:\w+:)?f[^>]*>[^<]*DISPIMG\(')


def picture_rows(package: Package | None, sheets: Collection[str]) -> dict[str, list[int]] | None:
    """Sheet name -> the row (from 1) in which each of its pictures begins.

    ``None`` for a workbook that does not tell: .xls, .xlsb, .ods, or parts that are not as they should be.
    """
    if package is None:
        return None
    drawn = any(map(_DRAWING.fullmatch, package.names))
    in_cells = any(name.lower() == "xl/cellimages.xml" for name in package.names)
    if not (drawn or in_cells):
        return {}
    try:
        parts = sheet_parts(package)
        return {
            sheet: [*_drawn(package, parts.get(sheet, "")), *_in_cells(package.part(parts.get(sheet, "")))]
            for sheet in sheets
        }
    except (ParseError, ValueError, LookupError, Unreadable):
        return None


def _in_cells(xml: bytes) -> list[int]:
    return [int(row) for row in _IN_CELL.findall(xml)]


def _drawn(package: Package, sheet: str) -> Iterator[int]:
    """The rows of the pictures in the drawings of a sheet; a shape that is filled with a picture is one too."""
    from defusedxml.ElementTree import fromstring

    for target in package.related(sheet, "drawing"):
        drawing = package.part(target)
        for anchor in fromstring(drawing) if drawing else ():
            if any(local_name(node) == "blip" for node in anchor.iter()):
                yield _first_row(anchor)


def _first_row(anchor: Element) -> int:
    """The row in which an anchored thing begins; 1 for one that is placed by length."""
    start = next((child for child in anchor if local_name(child) == "from"), None)
    row = next((child.text for child in start if local_name(child) == "row"), None) if start is not None else None
    return int(row or 0) + 1
