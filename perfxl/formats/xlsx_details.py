"""The second look: what the fast look cannot tell, read from the raw XML of a sheet where there is a doubt.

The fast look shows a formula without a stored result, an error value and a blank cell alike as nothing, 95% as
0.95, and a figure with a ``d`` in its format as a date. Only a doubt that could change a finding is followed up;
most returns hold none, and then no XML is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from perfxl.formats.errors import Unreadable
from perfxl.formats.grid import Merge
from perfxl.formats.number_formats import BUILT_IN, NumberFormat, number_format
from perfxl.formats.package import Package
from perfxl.model import column_letters, column_number

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Address = tuple[int, int]
#: the sheets are listed in few tags of a part that may hold thousands of defined names
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s([^>]*?)/?>")
_PREFIX = re.compile(rb"\b\w+:(?=id=)")
_FORMULA = (b"<f", b":f")
_VALUE = (b"<v", b":v")
_STYLE = re.compile(rb"\ss=[\"']([0-9]+)")
_STORED = re.compile(rb"v>\s*(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*<")
_SILENT = (b't="e"', b"t='e'", b"f></c>", b"v></v>", b"/></c>")
_OPENING = re.compile(rb'<c (?:[^<>]*\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*>')
#: a formula has no more than half as many letters
_LONGEST_CELL = 16_384
#: so many cells of a sheet that may show nothing are looked at, no more
MOST_SILENT = 5_000


@dataclass(frozen=True, slots=True)
class Truth:
    """What a cell really holds.

    ``formula`` is its formula and ``result`` whether that has a stored result; ``error`` is ``#REF!`` or the like;
    ``percent`` whether its number is shown as a share; ``number`` what is stored under a format that only looks like
    that of a date; ``shown`` what people see of a number where that is not all, of a share in percent.
    """

    formula: str = ""
    result: bool = False
    error: str = ""
    percent: bool = False
    number: float | None = None
    shown: Decimal | None = None

    @property
    def is_silent(self) -> bool:
        """Whether the fast look shows nothing of it: an error, or a formula that nobody worked out."""
        return bool(self.error or (self.formula and not self.result))


@dataclass
class Told:
    """What a format tells of a sheet in one go: merged areas (``None``: ask calamine), what is hidden, cells."""

    merges: list[Merge] | None = None
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    truths: dict[Address, Truth] = field(default_factory=dict)


_NOTHING = Truth()


def look_again(
    package: Package | None,
    doubts: Mapping[str, Collection[Address]],
    figures: Mapping[str, Collection[Address]] | None = None,
) -> dict[tuple[str, int, int], Truth]:
    """Settle the doubts: sheet name -> (row, col) from 1. Cells of which there is nothing to tell are left out.

    ``figures`` are cells whose number is believed: only those are looked at that have a formula, or a number format
    that does not show all of the number.

    An .xls, .xlsb or .ods, and a part that is not as it should be, give nothing: the fast look stands as it is.
    """
    figures = figures or {}
    if package is None or not (any(doubts.values()) or any(figures.values())):
        return {}
    found: dict[tuple[str, int, int], Truth] = {}
    styles = _Styles(package)
    try:
        parts = sheet_parts(package)
        for sheet in {**doubts, **figures}:
            xml = package.part(parts.get(sheet, ""))
            cells = [cell for cell in doubts.get(sheet, ()) if _holds(_around(xml, *cell), _FORMULA + _VALUE)]
            cells += [cell for cell in figures.get(sheet, ()) if _is_special(_around(xml, *cell), styles)]
            asked = {_address(*cell): cell for cell in cells}
            if asked:
                for address, truth in _Sheet(styles, xml).truths(asked.keys()):
                    found[(sheet, *asked[address])] = truth
    except (ParseError, ValueError, LookupError, Unreadable):
        return {}
    return found


def silent_places(package: Package) -> dict[str, set[Address]]:
    """Where an .xlsx may hold an error value or a formula without a result, which the fast look shows as nothing.

    Told by a few searches that cost next to nothing; no XML is parsed. Of very many only the first are told.
    """
    marked = {name: package.part(name) for name in package.names if name.startswith("xl/worksheets/")}
    places = {name: set(_silent(xml)) for name, xml in marked.items()}
    try:
        parts = sheet_parts(package) if any(places.values()) else {}
    except (ParseError, ValueError, LookupError, Unreadable):
        return {}
    return {sheet: places[part] for sheet, part in parts.items() if places.get(part)}


def _silent(xml: bytes) -> Iterator[Address]:
    """An error is told by the type of its cell; a formula without a result ends its cell, or an empty value does."""
    left = MOST_SILENT
    for mark in _SILENT:
        place = xml.find(mark)
        while place >= 0 and left:
            left -= 1
            start = xml.rfind(b"<c ", max(0, place - _LONGEST_CELL), place)
            found = _OPENING.match(xml, start) if start >= 0 else None
            if found and b't="str"' not in found[0]:  # what gives no text is worked out
                yield int(found[2]), column_number(found[1].decode())
            place = xml.find(mark, place + 1)


def _address(row: int, col: int) -> str:
    return f"{column_letters(col)}{row}"


def _around(xml: bytes, row: int, col: int) -> bytes:
    """The XML of a cell and a little of what stands beside it; nothing is parsed."""
    start = xml.find(f'r="{_address(row, col)}"'.encode())
    if start < 0:
        return b""
    end = xml.find(b' r="', start + 3)
    return xml[max(xml.rfind(b"<", 0, start), 0) : end if end > 0 else len(xml)]


def _holds(stretch: bytes, marks: tuple[bytes, ...]) -> bool:
    return any(mark in stretch for mark in marks)


def _is_special(stretch: bytes, styles: _Styles) -> bool:
    """Whether the cell of a number has a formula, or shows another number than it holds."""
    if _holds(stretch, _FORMULA):
        return True
    style, stored = _STYLE.search(stretch), _STORED.search(stretch)
    if style is None or stored is None:
        return False
    return styles.number_format(int(style[1])).shown(float(stored[1])) is not None


def sheet_parts(package: Package) -> dict[str, str]:
    """Sheet name -> the part that holds it, by the package's own relationships."""
    from defusedxml.ElementTree import fromstring

    targets = {link.id: link.target for link in package.relationships("xl/workbook.xml")}
    parts = {}
    for tag in _SHEET_TAG.findall(package.part("xl/workbook.xml")):
        node = fromstring(b"<sheet " + _PREFIX.sub(b"", tag) + b"/>")
        parts[node.get("name", "")] = targets.get(node.get("id", ""), "")
    return parts


class _Styles:
    """The styles of the cells, which all sheets share."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def number_format(self, style: int) -> NumberFormat:
        """The number format of a cell style."""
        formats, codes = self._formats
        number = formats[style] if style < len(formats) else 0
        return number_format(codes.get(number, BUILT_IN.get(number, "")))

    @cached_property
    def _formats(self) -> tuple[list[int], dict[int, str]]:
        """The number formats of the cell styles, and the codes of those that the file defines itself."""
        from defusedxml.ElementTree import fromstring

        xml = self._package.part("xl/styles.xml")
        formats: list[int] = []
        codes: dict[int, str] = {}
        for group in fromstring(xml) if xml else ():
            if local_name(group) == "numFmts":
                codes = {int(node.get("numFmtId", -1)): node.get("formatCode", "") for node in group}
            elif local_name(group) == "cellXfs":
                formats = [int(node.get("numFmtId", 0)) for node in group]
        return formats, codes


class _Sheet:
    """The parsed XML of one sheet."""

    def __init__(self, styles: _Styles, xml: bytes) -> None:
        from defusedxml.ElementTree import fromstring

        self.styles = styles
        self.cells: dict[str, Element] = {
            node.get("r", ""): node for node in fromstring(xml).iter() if local_name(node) == "c"
        }

    def truths(self, addresses: Collection[str]) -> list[tuple[str, Truth]]:
        """What there is to tell of some cells."""
        told = [(address, self._truth(address)) for address in addresses if address in self.cells]
        return [(address, truth) for address, truth in told if truth != _NOTHING]

    def _truth(self, address: str) -> Truth:
        cell = self.cells[address]
        parts = {local_name(child): child for child in cell}
        kind = cell.get("t", "n")
        stored = (parts["v"].text or "").strip() if "v" in parts else ""
        if kind == "e":
            return Truth(error=stored or "#N/A")
        formula = "=" + self._formula(address, parts["f"]) if "f" in parts else ""
        if formula and not stored and kind != "str":
            return Truth(formula)
        told = Truth(formula, result=bool(formula))
        if kind != "n" or not stored:
            return told
        form, number = self.styles.number_format(int(cell.get("s") or 0)), float(stored)
        digits = form.digits and not form.percent
        return replace(told, percent=form.percent, number=number if digits else None, shown=form.shown(number))

    def _formula(self, address: str, node: Element) -> str:
        """The text of a formula; a cell that shares another's has none of its own."""
        if node.text or node.get("t") != "shared":
            return node.text or ""
        origin, text = self._shared.get(node.get("si", ""), ("", ""))
        if not text:
            return ""
        from openpyxl.formula.translate import Translator

        return str(Translator("=" + text, origin).translate_formula(address)).removeprefix("=")

    @cached_property
    def _shared(self) -> dict[str, tuple[str, str]]:
        """Number of a formula that several cells share -> the cell where it stands, and its text."""
        found: dict[str, tuple[str, str]] = {}
        for address, cell in self.cells.items():
            for node in cell:
                if local_name(node) == "f" and node.get("t") == "shared" and node.text:
                    found.setdefault(node.get("si", ""), (address, node.text))
        return found


def local_name(node: Element) -> str:
    """The tag without its namespace."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
