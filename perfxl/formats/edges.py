"""Lines drawn round cells: asked of a sheet only where the labels of a table leave a doubt."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from perfxl.formats.errors import Unreadable
from perfxl.formats.package import Package
from perfxl.formats.xlsx_details import local_name, sheet_parts
from perfxl.model import column_letters

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*>')
_STYLE = re.compile(rb'\ss="(\d{1,6})"')


class Edges:
    """The lines drawn above and below the cells of a sheet; read once, when first asked for."""

    def __init__(self, package: Package, sheet: str) -> None:
        self._package, self._sheet = package, sheet

    def below(self, col: int, rows: range) -> frozenset[int]:
        """Those of the rows, but for the last, below which a line is drawn in a column."""
        return self._drawn.get(column_letters(col).encode(), frozenset()).intersection(rows[:-1])

    @cached_property
    def _drawn(self) -> dict[bytes, frozenset[int]]:
        """Column -> the rows below which a line is drawn. A part that is not as it should be tells of none."""
        try:
            xml = self._package.part(sheet_parts(self._package).get(self._sheet, ""))
            lines = _lines_of_styles(self._package)
        except (ParseError, ValueError, LookupError, Unreadable):
            return {}
        found: dict[bytes, set[int]] = {}
        for cell in _CELL.finditer(xml):
            style = _STYLE.search(cell[0])
            top, bottom = lines[int(style[1])] if style and int(style[1]) < len(lines) else (False, False)
            if top or bottom:
                row = int(cell[2])
                found.setdefault(cell[1], set()).update([row - 1] * top, [row] * bottom)
        return {col: frozenset(rows) for col, rows in found.items()}


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
