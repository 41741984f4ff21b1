"""The workbook part and the worksheet parts: sheets added and removed, formats of cells changed, sizes read."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, count
from typing import NamedTuple

from lxml import etree

from perfxl.formats import Package, Unreadable
from perfxl.formats.package import whole_number
from perfxl.formats.workbook_parts import main_part
from perfxl.formats.xlsx_volume import far_slices, without
from perfxl.model import Text, column_letters, column_number
from perfxl.output_files import free_name
from perfxl.reports.package import markup
from perfxl.reports.package.links import Relationships, remove_part
from perfxl.reports.package.markup import CannotAnnotate

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BEFORE_NAMES = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences"),
)
_SELECTED = re.compile(r"""(<(?:[\w.-]+:)?sheetView\s[^<>]*?\btabSelected\s*=\s*["'])(?:1|true)(?=["'])""")
#: characters
LONGEST_SHEET_NAME = 31
#: the kinds of parts that belong to one sheet and to no other
_OF_A_SHEET = ("comments", "drawing", "printerSettings", "table", "threadedComment", "vmlDrawing")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d+)")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LAST_SHEET_ID = 65_534
_BEFORE_LEGACY_DRAWING = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate"),
    *("customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations"),
    *("hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"),
)
#: placeholder for rows and cells beyond those of any form: there may be a million, and they are kept as they are
_FAR = b"<!--perfxl: far cells-->"
_NOT_XML = Text(
    "是二进制工作簿（.xlsb），无法加批注；请另存为 .xlsx",
    "a binary workbook (.xlsb) cannot be annotated; save it as .xlsx",
)
_NOT_A_WORKBOOK = Text("不是 Excel 工作簿，无法加批注", "not an Excel workbook, so it cannot be annotated")


class WorkbookPart:
    """``xl/workbook.xml``, whatever its name: the sheets in their order, defined names, views."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.part = main_part(package)
        if not self.part:
            raise markup.damaged("_rels/.rels")
        if self.part.lower().endswith(".bin"):
            raise CannotAnnotate(_NOT_XML)
        self._root = markup.with_usual_prefix(self.part, package.part(self.part))
        sheets = markup.child(self._root, "sheets")
        if markup.local(self._root) != "workbook" or sheets is None:
            raise CannotAnnotate(_NOT_A_WORKBOOK)
        self._sheets = sheets
        self.namespace = markup.namespace(self._root)
        self.folder = self.part.rpartition("/")[0]
        self.relationships = Relationships(package, self.part)
        #: sheet -> its part, ``""`` if it is missing
        self.parts = {
            node.get("name", ""): self.relationships.target(markup.relationship_id(node))
            for node in markup.children(sheets, "sheet")
        }

    def free_name(self, wanted: str) -> str:
        """The wanted sheet name, with a number behind it if a sheet has it already."""
        return free_name(wanted, {name.casefold() for name in self.parts}, longest=LONGEST_SHEET_NAME)

    def remove(self, name: str) -> None:
        """Remove a sheet and the parts that belong to it alone."""
        nodes = list(markup.children(self._sheets, "sheet"))
        place = next(index for index, node in enumerate(nodes) if node.get("name") == name)
        part = self.parts.pop(name)
        self._sheets.remove(nodes[place])
        self.relationships.remove(markup.relationship_id(nodes[place]))
        self._forget_names(place)
        markup.save_root(self._package, self.part, self._root)
        if part:
            self._remove_part(part)

    def put_in_front(self, name: str, sheet: bytes, title_row: int | None) -> None:
        """Add a sheet before all others and select it alone; ``title_row`` is repeated on each printed page."""
        part = self._package.free(f"{self._sheet_folder()}/sheet{{}}.xml".lstrip("/"))
        self._package.write(part, sheet)
        identifier = self.relationships.add("worksheet", part, self.namespace, _WORKSHEET)
        node = markup.make(self._sheets, "sheet", name=name, sheetId=str(self._free_id()))
        node.set(f"{{{markup.relationship_base(self.namespace)}}}id", identifier)
        self._sheets.insert(0, node)
        for local in self._local_names():  # contain the index of their sheet, which is one more now
            local.set("localSheetId", str(_number(local.get("localSheetId")) + 1))
        if title_row is not None:
            names = markup.need(self._root, "definedNames", _BEFORE_NAMES)
            titles = f"{quoted(name)}!${title_row}:${title_row}"
            names.insert(0, markup.make(names, "definedName", titles, name="_xlnm.Print_Titles", localSheetId="0"))
        for view in markup.below(self._root, "bookViews", "workbookView"):
            for attribute in ("activeTab", "firstSheet"):
                if view.get(attribute):
                    view.set(attribute, "0")
        markup.save_root(self._package, self.part, self._root)
        for other in filter(None, self.parts.values()):
            _deselect(self._package, other)

    def _sheet_folder(self) -> str:
        """The folder of the sheets that are there: no other one that differs from it in case only."""
        found = map(posixpath.dirname, self.relationships.parts("worksheet"))
        return next(found, f"{self.folder}/worksheets")

    def _free_id(self) -> int:
        numbers = {_number(node.get("sheetId")) for node in markup.children(self._sheets, "sheet")}
        behind = max(numbers, default=0) + 1
        return behind if behind <= _LAST_SHEET_ID else next(number for number in count(1) if number not in numbers)

    def _local_names(self) -> list[etree._Element]:
        return [node for node in markup.below(self._root, "definedNames", "definedName") if node.get("localSheetId")]

    def _forget_names(self, place: int) -> None:
        """Remove the defined names of a sheet; the index of the sheets behind it is one less."""
        for node in self._local_names():
            number = _number(node.get("localSheetId"))
            if number == place:
                node.getparent().remove(node)
            elif number > place:
                node.set("localSheetId", str(number - 1))
        names = markup.child(self._root, "definedNames")
        if names is not None and not len(names):
            self._root.remove(names)

    def _remove_part(self, part: str) -> None:
        if b"<f" in self._package.part(part):
            for one in self.relationships.of_kind("calcChain"):  # lists cells by sheet; Excel makes a new one
                self.relationships.remove(one.id)
                remove_part(self._package, one.target)
        own = Relationships(self._package, part)
        for one in own.all:
            if one.kind in _OF_A_SHEET and one.target in self._package:
                remove_part(self._package, one.target)
        remove_part(self._package, own.file)
        remove_part(self._package, part)


def quoted(sheet: str) -> str:
    """The name of a sheet in a formula or a link: ``'a''b'``."""
    return "'" + sheet.replace("'", "''") + "'"


def _deselect(package: Package, part: str) -> None:
    """Clear ``tabSelected`` of a sheet: Excel edits all selected sheets as one."""
    data = package.part(part)
    codec = markup.codec_of(data)
    head, mark, rest = markup.decoded(part, data).partition("sheetData")
    changed = _SELECTED.sub(r"\g<1>0", head)
    if changed != head:
        package.write(part, (changed + mark + rest).encode(codec))


def _number(text: str | None) -> int:
    return whole_number(text or "")


class CellRange(NamedTuple):
    """A rectangle of cells, first and last inclusive, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, col: int) -> bool:
        """Whether it contains a cell."""
        return self.top <= row <= self.bottom and self.left <= col <= self.right


class _ColumnRun(NamedTuple):
    """One ``<col>``: adjacent columns with one width and format."""

    first: int
    last: int
    pixels: int | None
    style: int


class SheetPart:
    """A worksheet part: its cells, merged ranges, formats, and sizes in pixels."""

    def __init__(self, package: Package, part: str) -> None:
        self.part = part
        self._package = package
        self._source = package.part(part)
        self._far: list[slice] = []
        with suppress(Unreadable):  # the error is reported when the part is parsed
            self._far = far_slices(self._source)
        self.root = markup.with_usual_prefix(part, without(self._source, self._far, _FAR))
        self._data = markup.need(self.root, "sheetData", _BEFORE_LEGACY_DRAWING[:5])
        self._rows = _Children(self._data, "row", _number)
        self._cells: dict[int, _Children] = {}
        refs = (node.get("ref", "") for node in markup.below(self.root, "mergeCells", "mergeCell"))
        self._merges = [area for area in map(parse_area, refs) if area]
        self._columns = [_column(node) for node in markup.below(self.root, "cols", "col")]
        sizes = markup.child(self.root, "sheetFormatPr")
        given = {} if sizes is None else sizes.attrib
        self._default_width = _pixels(given.get("defaultColWidth"), 7) or 64
        self._default_height = _pixels(given.get("defaultRowHeight"), 4 / 3) or 20

    def area(self, row: int, col: int) -> CellRange:
        """The merged range of a cell, else the cell alone."""
        return next((area for area in self._merges if area.holds(row, col)), CellRange(row, col, row, col))

    def restyle(self, row: int, col: int, style: int) -> None:
        """Set the number of a cell's format; a missing cell is made."""
        line = self._rows.get(row)
        if line is None:
            line = markup.make(self._data, "row", r=str(row))
            self._rows.add(row, line)
        cells = self._line(row, line)
        cell = cells.get(col)
        if cell is None:
            cell = markup.make(line, "c", r=f"{column_letters(col)}{row}")
            cells.add(col, cell)
            line.attrib.pop("spans", None)  # optional, and wrong once the row is longer
            self._widen(row, col)
        cell.set("s", str(style))

    def format(self, row: int, col: int) -> int:
        """The number of a cell's format; a missing cell has that of its row if it has one, else that of its column."""
        line = self._rows.get(row)
        cell = None if line is None else self._line(row, line).get(col)
        if cell is not None:
            return _number(cell.get("s"))
        if line is not None and _is_set(line, "customFormat"):
            return _number(line.get("s"))
        found = self._column(col)
        return found.style if found else 0

    def width(self, col: int) -> int:
        """Pixels of a column, 0 if it is hidden."""
        found = self._column(col)
        return self._default_width if found is None or found.pixels is None else found.pixels

    def height(self, row: int) -> int:
        """Pixels of a row, 0 if it is hidden."""
        node = self._rows.get(row)
        if node is None:
            return self._default_height
        if _is_set(node, "hidden"):
            return 0
        given = _pixels(node.get("ht"), 4 / 3)
        return self._default_height if given is None else given

    def legacy_drawing(self) -> str:
        """The relationship id of the part with the boxes of the notes, ``""`` if there is none."""
        node = markup.child(self.root, "legacyDrawing")
        return "" if node is None else markup.relationship_id(node)

    def set_legacy_drawing(self, identifier: str) -> None:
        """Set the relationship id of the part with the boxes of the notes."""
        base = markup.relationship_base(markup.namespace(self.root))
        node = markup.child(self.root, "legacyDrawing")
        if node is None:
            tag = etree.QName(markup.namespace(self.root) or None, "legacyDrawing")
            node = self.root.makeelement(tag, nsmap={"r": base})
            markup.insert_after(self.root, node, _BEFORE_LEGACY_DRAWING)
        node.attrib.pop(f"{{{base}}}id", None)  # it led nowhere, and may have another prefix
        node.set(f"{{{base}}}id", identifier)

    def save(self) -> None:
        """Write the part."""
        data = markup.serialise(self.root, self._source)
        near = data.split(_FAR) if self._far else [data]
        far = [self._source[part] for part in self._far]
        self._package.write(self.part, b"".join(chain.from_iterable(zip(near, [*far, b""], strict=True))))

    def _line(self, row: int, node: etree._Element) -> _Children:
        if row not in self._cells:
            self._cells[row] = _Children(node, "c", column_number)
        return self._cells[row]

    def _column(self, col: int) -> _ColumnRun | None:
        return next((run for run in self._columns if run.first <= col <= run.last), None)

    def _widen(self, row: int, col: int) -> None:
        node = markup.child(self.root, "dimension")
        area = parse_area(node.get("ref", "")) if node is not None else None
        if node is None or area is None or area.holds(row, col):
            return
        first = f"{column_letters(min(area.left, col))}{min(area.top, row)}"
        last = f"{column_letters(max(area.right, col))}{max(area.bottom, row)}"
        node.set("ref", f"{first}:{last}")


class _Children:
    """The rows of a sheet or the cells of a row, by number and in their order."""

    def __init__(self, parent: etree._Element, name: str, number: Callable[[str], int]) -> None:
        self._parent = parent
        self._nodes: dict[int, etree._Element] = {}
        last = 0
        for node in markup.children(parent, name):
            last = number(node.get("r", "")) or last + 1  # one without an address follows the previous one
            self._nodes.setdefault(last, node)
        self._order = sorted(self._nodes)

    def get(self, number: int) -> etree._Element | None:
        """The row or cell of that number."""
        return self._nodes.get(number)

    def add(self, number: int, node: etree._Element) -> None:
        """Place a row or cell behind the last one with a lower number."""
        place = bisect(self._order, number)
        if place:
            self._nodes[self._order[place - 1]].addnext(node)
        else:
            self._parent.insert(0, node)
        self._order.insert(place, number)
        self._nodes[number] = node


def parse_area(ref: str) -> CellRange | None:
    """The rectangle of ``B2:D4`` or ``B2``; ``None`` for anything else."""
    found = [_ADDRESS.fullmatch(end) for end in ref.split(":")]
    if not 1 <= len(found) <= 2 or found[0] is None or found[-1] is None:
        return None
    first, last = found[0], found[-1]
    top, bottom = sorted((int(first[2]), int(last[2])))
    left, right = sorted((column_number(first[1]), column_number(last[1])))
    return CellRange(top, left, bottom, right)


def on_a_sheet(row: int, col: int) -> bool:
    """Whether Excel has such a cell."""
    return 1 <= row <= _LAST_ROW and 1 <= col <= _LAST_COLUMN


def _is_set(node: etree._Element, attribute: str) -> bool:
    return node.get(attribute) in ("1", "true")


def _column(node: etree._Element) -> _ColumnRun:
    pixels = 0 if _is_set(node, "hidden") else _pixels(node.get("width"), 7)
    return _ColumnRun(_number(node.get("min")), _number(node.get("max")), pixels, _number(node.get("style")))


def _pixels(text: str | None, factor: float) -> int | None:
    try:
        return None if text is None else round(float(text) * factor)
    except (ValueError, OverflowError):
        return None
