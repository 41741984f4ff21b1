"""What calamine does not read of an .xlsx, from the raw XML.

Cell details, hidden rows and columns, borders, pictures and tick boxes.

Calamine reads a formula without a stored result, an error value and a blank cell alike as nothing, 95% as 0.95, and
a figure with a ``d`` in its number format as a date. Details are read only for cells where they could change a
finding; most workbooks have no such cell, and then no XML is parsed. Malformed parts are ignored: values stay as read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from perfxl.formats.cell_details import CellDetails, Details, NumberFormat, SheetExtras, format_of
from perfxl.formats.errors import MALFORMED_PART
from perfxl.formats.package import Package, first_child, local_name
from perfxl.formats.workbook_parts import workbook_parts
from perfxl.model import column_letters, column_number

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


Address = tuple[int, int]
#: sheet -> the row and column (from 1) of some of its cells
CellsOfSheets = Mapping[str, Collection[Address]]

#: cells of a sheet without a value that are looked at
MAX_WITHOUT_VALUE = 5_000
#: bytes of the XML of one cell: twice the characters of the longest formula
_MAX_CELL = 16_384

_FORMULA, _FORMULA_OR_VALUE = re.compile(rb"[<:]f"), re.compile(rb"[<:][fv]")
_STYLE = re.compile(rb"\ss=[\"']([0-9]{1,6})[\"']")
_STORED = re.compile(rb"v>\s*(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*<")
_TEXTS = ("s", "str", "inlineStr")
_TEXT = re.compile(rb"\st=[\"'](?:s|str|inlineStr)[\"']")
#: an error is marked by the type of its cell; a formula without a result ends its cell, or an empty value does
_WITHOUT_VALUE = (b't="e"', b"t='e'", b"f></c>", b"v></v>", b"/></c>")
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^<>]*\s)?r="([A-Z]{1,3})(\d{1,7})"[^<>]*>')
_ROW_OR_COLUMN = re.compile(rb"<(?:\w+:)?(row|col)\s([^<>]*)>")
#: what is not shown: it says so, or has no height or width
_HIDDEN = re.compile(rb'\b(?:hidden\s*=\s*["\'](?:1|true)|(?:ht|width)\s*=\s*["\']0(?:\.0*)?)["\']')
_MAY_HIDE = (b"hidden=", b'ht="0', b'width="0')
_NUMBER = re.compile(rb'\b(r|min|max)\s*=\s*["\'](\d{1,7})["\']')
_NOTHING = CellDetails()


def read_details(package: Package | None, cells: CellsOfSheets, figures: CellsOfSheets | None = None) -> Details:
    """The details of cells; cells that have none are left out.

    ``figures`` are cells whose number is taken as it is: of those only the ones with a formula, or with a number format
    that does not show all of the number, are read. Without a package, and for malformed parts, the result is empty.
    """
    figures = figures or {}
    if package is None or not (any(cells.values()) or any(figures.values())):
        return {}
    found: Details = {}
    styles = _Styles(package)
    try:
        parts = sheet_parts(package)
        for sheet in {**cells, **figures}:
            xml = package.part(parts.get(sheet, ""))
            asked = [cell for cell in cells.get(sheet, ()) if _FORMULA_OR_VALUE.search(_around(xml, *cell))]
            asked += [cell for cell in figures.get(sheet, ()) if _is_special(_around(xml, *cell), styles)]
            if asked:
                read = _Sheet(styles, xml)
                every = {(sheet, *cell): read.details(_address(*cell)) for cell in asked}
                found |= {place: details for place, details in every.items() if details != _NOTHING}
    except MALFORMED_PART:
        return {}
    return found


def cells_without_value(package: Package) -> dict[str, set[Address]]:
    """Sheet -> the cells that may hold an error value or a formula without a result, at most ``MAX_WITHOUT_VALUE``.

    A few searches find them, which cost next to nothing; no XML is parsed.
    """
    try:
        sheets = sheet_parts(package)
    except MALFORMED_PART:
        return {}
    found = {sheet: set(_without_value(package.part(part))) for sheet, part in sheets.items() if part}
    return {sheet: places for sheet, places in found.items() if places}


def _without_value(xml: bytes) -> Iterator[Address]:
    left = MAX_WITHOUT_VALUE
    for mark in _WITHOUT_VALUE:
        place = xml.find(mark)
        while place >= 0 and left:
            left -= 1
            start = xml.rfind(b"<c ", max(0, place - _MAX_CELL), place)
            found = _CELL.match(xml, start) if start >= 0 else None
            if found and b't="str"' not in found[0]:  # a formula that gives an empty text has its result
                yield int(found[2]), column_number(found[1].decode())
            place = xml.find(mark, place + 1)


def _address(row: int, col: int) -> str:
    return f"{column_letters(col)}{row}"


def _around(xml: bytes, row: int, col: int) -> bytes:
    """The XML of a cell and a little of what is beside it; nothing is parsed."""
    start = xml.find(f'r="{_address(row, col)}"'.encode())
    if start < 0:
        return b""
    end = xml.find(b' r="', start + 3)
    return xml[max(xml.rfind(b"<", 0, start), 0) : end if end > 0 else len(xml)]


def _is_special(xml: bytes, styles: _Styles) -> bool:
    """Whether the cell of a number has a formula, or shows another number than it holds."""
    if _FORMULA.search(xml):
        return True
    style, stored = _STYLE.search(xml), _STORED.search(xml)
    form = styles.number_format(int(style[1]) if style else 0)
    if _TEXT.search(xml):
        return form.of_text() is not None
    return stored is not None and form.details(float(stored[1])) is not None


def sheet_parts(package: Package) -> dict[str, str]:
    """Sheet name -> the part that holds it, by the package's own relationships."""
    return {tab.name: tab.part for tab in workbook_parts(package).tabs}


class _Styles:
    """The styles of cells, which all sheets share; read when first asked for."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def number_format(self, style: int) -> NumberFormat:
        """The number format of a cell style."""
        numbers, codes = self._formats
        return format_of(numbers[style] if style < len(numbers) else 0, codes)

    @cached_property
    def lines(self) -> list[tuple[bool, bool]]:
        """For each cell style, whether it draws a line above and below."""
        borders = [(_draws(border, "top"), _draws(border, "bottom")) for border in self._lists.get("borders", ())]
        numbers = [int(node.get("borderId") or 0) for node in self._lists.get("cellXfs", ())]
        return [borders[number] if number < len(borders) else (False, False) for number in numbers]

    @cached_property
    def _formats(self) -> tuple[list[int], dict[int, str]]:
        """The number formats of the cell styles, and the codes of those that the file defines itself."""
        codes = {int(node.get("numFmtId", -1)): node.get("formatCode", "") for node in self._lists.get("numFmts", ())}
        return [int(node.get("numFmtId", 0)) for node in self._lists.get("cellXfs", ())], codes

    @cached_property
    def _lists(self) -> dict[str, list[Element]]:
        styles = workbook_parts(self._package).styles
        return {local_name(group): list(group) for group in self._package.elements(styles)}


class _Sheet:
    """The parsed XML of one sheet."""

    def __init__(self, styles: _Styles, xml: bytes) -> None:
        from defusedxml.ElementTree import fromstring

        self._styles = styles
        self._cells: dict[str, Element] = {
            node.get("r", ""): node for node in fromstring(xml).iter() if local_name(node) == "c"
        }

    def details(self, address: str) -> CellDetails:
        """The details of a cell; none where it is not there."""
        cell = self._cells.get(address)
        if cell is None:
            return _NOTHING
        parts = {local_name(child): child for child in cell}
        kind = cell.get("t", "n")
        stored = (parts["v"].text or "").strip() if "v" in parts else ""
        if kind == "e":
            return CellDetails(error=stored or "#N/A")
        formula = "=" + self._formula(address, parts["f"]) if "f" in parts else ""
        if formula and not stored and kind != "str":
            return CellDetails(formula)
        details = CellDetails(formula, result=bool(formula))
        form = self._styles.number_format(int(cell.get("s") or 0))
        if kind in _TEXTS:
            seen = form.of_text() or _NOTHING
            return replace(details, drawn=seen.drawn)
        if kind != "n" or not stored:
            return details
        number = float(stored)
        seen = form.details(number) or _NOTHING
        return replace(
            details, percent=seen.percent, number=number if form.digits and not seen.percent else None,
            shown=seen.shown, drawn=seen.drawn,
        )  # fmt: skip

    def _formula(self, address: str, node: Element) -> str:
        """The text of a formula; a cell that shares the formula of another has no text of its own."""
        if node.text or node.get("t") != "shared":
            return node.text or ""
        origin, text = self._shared.get(node.get("si", ""), ("", ""))
        if not text:
            return ""
        from openpyxl.formula.translate import Translator

        return str(Translator("=" + text, origin).translate_formula(address)).removeprefix("=")

    @cached_property
    def _shared(self) -> dict[str, tuple[str, str]]:
        """Number of a shared formula -> the cell that has its text, and the text."""
        found: dict[str, tuple[str, str]] = {}
        for address, cell in self._cells.items():
            for node in cell:
                if local_name(node) == "f" and node.get("t") == "shared" and node.text:
                    found.setdefault(node.get("si", ""), (address, node.text))
        return found


def hidden_lines(package: Package) -> dict[str, SheetExtras]:
    """Sheet name -> its hidden rows and columns, of an .xlsx; most have none, which one search shows."""
    try:
        parts = sheet_parts(package)
    except MALFORMED_PART:
        return {}
    found: dict[str, SheetExtras] = {}
    for sheet, part in parts.items():
        xml, extras = package.part(part), found.setdefault(sheet, SheetExtras())
        may_hide = any(mark in xml for mark in _MAY_HIDE)
        for kind, attributes in _ROW_OR_COLUMN.findall(xml) if may_hide else ():
            if not _HIDDEN.search(attributes):
                continue
            numbers = {name: int(number) for name, number in _NUMBER.findall(attributes)}
            if kind == b"row" and b"r" in numbers:
                extras.hide_rows(numbers[b"r"], numbers[b"r"])
            elif b"min" in numbers and b"max" in numbers:
                extras.hide_columns(numbers[b"min"], numbers[b"max"])
    return found


class Borders:
    """The lines drawn above and below the cells of a sheet; read when first asked for."""

    def __init__(self, package: Package, sheet: str) -> None:
        self._package, self._sheet = package, sheet

    def below(self, col: int, rows: range) -> frozenset[int]:
        """Those of the rows, without the last, below which a line is drawn in a column."""
        return self._drawn.get(column_letters(col).encode(), frozenset()).intersection(rows[:-1])

    @cached_property
    def _drawn(self) -> dict[bytes, frozenset[int]]:
        """Column -> the rows below which a line is drawn."""
        try:
            xml = self._package.part(sheet_parts(self._package).get(self._sheet, ""))
            lines = _Styles(self._package).lines
        except MALFORMED_PART:
            return {}
        found: dict[bytes, set[int]] = {}
        for cell in _CELL.finditer(xml):
            style = _STYLE.search(cell[0])
            above, below = lines[int(style[1])] if style and int(style[1]) < len(lines) else (False, False)
            if above or below:
                row = int(cell[2])
                found.setdefault(cell[1], set()).update([row - 1] * above, [row] * below)
        return {col: frozenset(rows) for col, rows in found.items()}


def _draws(border: Element, side: str) -> bool:
    return any(local_name(line) == side and line.get("style", "none") != "none" for line in border)


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
            sheet: [*_drawn(package, part), *(int(row) for row in _IN_CELL.findall(package.part(part)))]
            for sheet in sheets
            for part in (parts.get(sheet, ""),)
        }
    except MALFORMED_PART:
        return None


def _drawn(package: Package, sheet: str) -> Iterator[int]:
    """The rows of the pictures in the drawings of a sheet; a shape that is filled with a picture counts too."""
    for drawing in package.related(sheet, "drawing"):
        for anchor in package.elements(drawing):
            if any(local_name(node) == "blip" for node in anchor.iter()):
                row = first_child(first_child(anchor, "from"), "row")  # none of one that is placed by length
                yield int((row.text if row is not None else None) or 0) + 1


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
    """Read with patterns, as Excel does not write well-formed XML there. The last piece runs past its shape.

    An anchor is the left column, the offset in it, the top row, the offset in it, then right and bottom alike, from 0.
    """
    for piece in _SHAPE.split(drawing.decode("utf-8", "replace"))[1:]:
        shape = piece[:MAX_BOX]
        anchor = _ANCHOR.search(shape)
        if anchor and _BOX.search(shape):
            left, _, top, *_ = (int(number) for number in anchor[1].split(","))
            caption = _CAPTION.search(shape)
            words = html.unescape(_TAG.sub("", caption[1])).strip() if caption else ""
            yield TickBox(top + 1, left + 1, words, bool(_CHECKED.search(shape)))
