"""A worksheet part: a cell found or made where it belongs, its format changed, its size on the screen."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple

from lxml import etree

from perfxl.formats import Unreadable
from perfxl.formats.limits import far_slices, without
from perfxl.formats.package import Package
from perfxl.model import column_letters, column_number
from perfxl.reports.package import markup
from perfxl.reports.package.opc import parsed

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_BEFORE_LEGACY_DRAWING = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate"),
    *("customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations"),
    *("hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"),
)


#: stands in for rows and cells past those of any form, which may be a million and are kept as they are
_FAR = b"<!--perfxl: far cells-->"


class Area(NamedTuple):
    """A rectangle of cells, first and last inclusive, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, col: int) -> bool:
        """Whether the cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= col <= self.right


class _Columns(NamedTuple):
    """One ``<col>``: a run of columns with one width and format."""

    first: int
    last: int
    pixels: int | None
    style: int


class Sheet:
    """One worksheet being marked."""

    def __init__(self, package: Package, part: str) -> None:
        self.part = part
        self._package = package
        self._source = package.part(part)
        self._far = _far_slices(self._source)
        self.root = parsed(part, without(self._source, self._far, _FAR))
        data = markup.child(self.root, "sheetData")
        self._data = data if data is not None else self._new_data()
        self._rows = _Line(self._data, "row", _number)
        self._cells: dict[int, _Line] = {}
        refs = (node.get("ref", "") for node in _below(self.root, "mergeCells"))
        self._merges = [area for area in map(parse_area, refs) if area]
        self._columns = [_column(node) for node in _below(self.root, "cols")]
        sizes = markup.child(self.root, "sheetFormatPr")
        given = {} if sizes is None else sizes.attrib
        self._default_width = _pixels(given.get("defaultColWidth"), 7) or 64
        self._default_height = _pixels(given.get("defaultRowHeight"), 4 / 3) or 20

    def area(self, row: int, col: int) -> Area:
        """The merged range that holds a cell, else the cell alone."""
        return next((area for area in self._merges if area.holds(row, col)), Area(row, col, row, col))

    def restyle(self, row: int, col: int, style: int) -> None:
        """Give a cell, made if it is missing, another format."""
        self._cell(row, col).set("s", str(style))

    def format(self, row: int, col: int) -> int:
        """The number of a cell's format; what is missing shows that of its row or column."""
        line = self._rows.get(row)
        cell = None if line is None else self._line(row, line).get(col)
        return self._inherited(line, col) if cell is None else _number(cell.get("s"))

    def width(self, col: int) -> int:
        """Pixels of a column, 0 if it is hidden."""
        found = self._column(col)
        return self._default_width if found is None or found.pixels is None else found.pixels

    def height(self, row: int) -> int:
        """Pixels of a row, 0 if it is hidden."""
        node = self._rows.get(row)
        if node is None:
            return self._default_height
        if node.get("hidden") in ("1", "true"):
            return 0
        given = _pixels(node.get("ht"), 4 / 3)
        return self._default_height if given is None else given

    def legacy_drawing(self) -> str:
        """The relationship id of the part that draws the notes, ``''`` if there is none."""
        node = markup.child(self.root, "legacyDrawing")
        return "" if node is None else markup.relationship_id(node)

    def set_legacy_drawing(self, base: str, identifier: str) -> None:
        """Point at the part that draws the notes."""
        node = markup.child(self.root, "legacyDrawing")
        if node is None:
            tag = etree.QName(markup.namespace(self.root) or None, "legacyDrawing")
            node = self.root.makeelement(tag, nsmap={"r": base})
            markup.insert_after(self.root, node, _BEFORE_LEGACY_DRAWING)
        node.set(f"{{{base}}}id", identifier)

    def save(self) -> None:
        """Write the part."""
        data = markup.serialise(self.root, self._source)
        near = data.split(_FAR) if self._far else [data]
        far = [self._source[stretch] for stretch in self._far]
        self._package.write(self.part, b"".join(chain.from_iterable(zip(near, [*far, b""], strict=True))))

    def _cell(self, row: int, col: int) -> etree._Element:
        line = self._row(row)
        cells = self._line(row, line)
        cell = cells.get(col)
        if cell is None:
            cell = markup.make(line, "c", r=f"{column_letters(col)}{row}")
            cells.add(col, cell)
            line.attrib.pop("spans", None)  # a hint for faster loading, wrong as soon as the row grows
            self._widen(row, col)
        return cell

    def _line(self, row: int, node: etree._Element) -> _Line:
        if row not in self._cells:
            self._cells[row] = _Line(node, "c", column_number)
        return self._cells[row]

    def _row(self, row: int) -> etree._Element:
        node = self._rows.get(row)
        if node is None:
            node = markup.make(self._data, "row", r=str(row))
            self._rows.add(row, node)
        return node

    def _inherited(self, line: etree._Element | None, col: int) -> int:
        """The format that an empty cell shows: its row's if it has one of its own, else its column's."""
        if line is not None and line.get("customFormat") in ("1", "true"):
            return _number(line.get("s"))
        found = self._column(col)
        return found.style if found else 0

    def _column(self, col: int) -> _Columns | None:
        return next((run for run in self._columns if run.first <= col <= run.last), None)

    def _widen(self, row: int, col: int) -> None:
        node = markup.child(self.root, "dimension")
        area = parse_area(node.get("ref", "")) if node is not None else None
        if node is None or area is None or area.holds(row, col):
            return
        first = f"{column_letters(min(area.left, col))}{min(area.top, row)}"
        last = f"{column_letters(max(area.right, col))}{max(area.bottom, row)}"
        node.set("ref", f"{first}:{last}")

    def _new_data(self) -> etree._Element:
        node = markup.make(self.root, "sheetData")
        markup.insert_after(self.root, node, _BEFORE_LEGACY_DRAWING[:5])
        return node


class _Line:
    """The rows of a sheet, or the cells of a row, by number and in order."""

    def __init__(self, parent: etree._Element, name: str, number: Callable[[str], int]) -> None:
        self._parent = parent
        self._nodes: dict[int, etree._Element] = {}
        last = 0
        for node in markup.children(parent, name):
            last = number(node.get("r", "")) or last + 1  # without an address it follows the one before it
            self._nodes.setdefault(last, node)
        self._order = sorted(self._nodes)

    def get(self, number: int) -> etree._Element | None:
        """The row or cell of that number."""
        return self._nodes.get(number)

    def add(self, number: int, node: etree._Element) -> None:
        """Place a row or cell behind the last with a lower number."""
        place = bisect(self._order, number)
        if place:
            self._nodes[self._order[place - 1]].addnext(node)
        else:
            self._parent.insert(0, node)
        self._order.insert(place, number)
        self._nodes[number] = node


def parse_area(ref: str) -> Area | None:
    """The rectangle of ``B2:D4`` or ``B2``; ``None`` for anything else."""
    found = [_ADDRESS.fullmatch(end) for end in ref.split(":")]
    if not 1 <= len(found) <= 2 or found[0] is None or found[-1] is None:
        return None
    first, last = found[0], found[-1]
    top, bottom = sorted((int(first[2]), int(last[2])))
    left, right = sorted((column_number(first[1]), column_number(last[1])))
    return Area(top, left, bottom, right)


def on_a_sheet(row: int, col: int) -> bool:
    """Whether Excel has such a cell."""
    return 1 <= row <= _LAST_ROW and 1 <= col <= _LAST_COLUMN


def _column(node: etree._Element) -> _Columns:
    hidden = node.get("hidden") in ("1", "true")
    pixels = 0 if hidden else _pixels(node.get("width"), 7)
    return _Columns(_number(node.get("min")), _number(node.get("max")), pixels, _number(node.get("style")))


def _below(root: etree._Element, name: str) -> Sequence[etree._Element]:
    holder = markup.child(root, name)
    return [] if holder is None else [node for node in holder if markup.local(node)]


def _far_slices(xml: bytes) -> list[slice]:
    try:
        return far_slices(xml)
    except Unreadable:
        return []  # parsing it reports what is wrong


def _pixels(text: str | None, factor: float) -> int | None:
    try:
        return None if text is None else round(float(text) * factor)
    except (ValueError, OverflowError):
        return None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
