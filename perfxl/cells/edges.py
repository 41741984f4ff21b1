"""Lines drawn round cells: asked of a sheet only where the labels of a table leave a doubt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from perfxl.cells.package import Package
from perfxl.cells.refusal import Unreadable
from perfxl.cells.second import local_name, sheet_parts
from perfxl.model import column_letters

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_STYLE = re.compile(rb'\ss="(\d{1,6})"')


def drawn_below(package: Package, sheet: str, col: int, rows: range) -> frozenset[int]:
    """Those of the rows, but for the last, below which a line is drawn in a column.

    A part that is not as it should be tells of none.
    """
    try:
        xml = package.part(sheet_parts(package).get(sheet, ""))
        lines = _lines_of_styles(package)
    except (ParseError, ValueError, LookupError, Unreadable):
        return frozenset()
    cell = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*\s)?r="%s(\d{1,7})"[^<>]*>' % column_letters(col).encode())
    above, below = set(), set()
    for found in cell.finditer(xml):
        row, style = int(found[1]), _STYLE.search(found[0])
        top, bottom = lines[int(style[1])] if style and int(style[1]) < len(lines) else (False, False)
        if top:
            above.add(row)
        if bottom:
            below.add(row)
    return frozenset(row for row in rows[:-1] if row in below or row + 1 in above)


def _lines_of_styles(package: Package) -> list[tuple[bool, bool]]:
    """For each style of a cell, whether it draws a line above and below."""
    from defusedxml.ElementTree import fromstring

    xml = package.part("xl/styles.xml")
    borders: list[tuple[bool, bool]] = []
    styles: list[int] = []
    for group in fromstring(xml) if xml else ():
        if local_name(group) == "borders":
            borders = [(_draws(border, "top"), _draws(border, "bottom")) for border in group]
        elif local_name(group) == "cellXfs":
            styles = [int(node.get("borderId") or 0) for node in group]
    return [borders[number] if number < len(borders) else (False, False) for number in styles]


def _draws(border: Element, side: str) -> bool:
    return any(local_name(line) == side and line.get("style", "none") != "none" for line in border)
