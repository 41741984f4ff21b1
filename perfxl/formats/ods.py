"""What calamine does not read of an .ods: merged areas, formulas, percentages, errors, what is hidden; far cells."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from perfxl.formats import errors
from perfxl.formats.cell_details import CellDetails, SheetExtras
from perfxl.formats.errors import BROKEN_XML, DAMAGED, UNSAFE, Unreadable
from perfxl.formats.grid import Merge
from perfxl.formats.package import Package, whole_number
from perfxl.formats.plain_xml import in_utf8
from perfxl.values import from_cell

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_VALUE = f"{_OFFICE}value-type"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_ERROR_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
#: blanks and comments behind a tag that holds no text of a cell; those between the words of a paragraph count
_BETWEEN = re.compile(
    rb"(</?(?:table|office|calcext|draw|svg|dc|style|number):[^<>]*>|</text:p>)(?:\s|<!--(?:[^-]|-(?!->))*-->)+(?=<)"
)
_OBJECT = re.compile(rb"<draw:object\b(?!-).*?</draw:object>", re.DOTALL)
_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    f'manifest:full-path="/" manifest:media-type="{_TYPE}"/></manifest:manifest>'
)
_ADDRESS = re.compile(r"\[([^\]]*)\]")
_PREFIX = re.compile(r"[\w.]+:(?==)")
#: a shown text that is a figure and nothing else
_FIGURE = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?%?")
_QUOTED = re.compile(r'("[^"]*")')


def content_of(data: bytes, package: Package | None) -> bytes:
    """The XML with the sheets, in UTF-8, without the blanks and comments that people's tools put between its tags.

    Without a package it is one flat file (.fods), in which pictures and charts bring whole documents of their own.
    """
    xml = in_utf8(data if package is None else package.part("content.xml"))
    if package is None:
        xml = _OBJECT.sub(b"", xml)
    return _BETWEEN.sub(rb"\1", xml) if _BETWEEN.search(xml) else xml


def container(content: bytes) -> bytes:
    """What calamine is given: these sheets and nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        made.writestr("mimetype", _TYPE)
        made.writestr("content.xml", content)
        made.writestr("META-INF/manifest.xml", _MANIFEST)
    return out.getvalue()


def sheets_of_ods(content: bytes) -> list[SheetExtras]:
    """All sheets in the order of the tabs. Raises ``Unreadable`` for one that is damaged or holds too much."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    reader = _Reader()
    try:
        for event, node in iterparse(io.BytesIO(content), ("start", "end")):
            (reader.start if event == "start" else reader.end)(node)
    except DefusedXmlException as error:
        raise Unreadable(*UNSAFE) from error
    except BROKEN_XML as error:
        raise Unreadable(*DAMAGED) from error
    return reader.sheets


class _Reader:
    """Goes through the sheets; ``row`` and ``col`` are where it is."""

    def __init__(self) -> None:
        self.sheets: list[SheetExtras] = []
        self._row = self._col = self._times = 0
        self._cells = self._text = 0

    def start(self, node: Element) -> None:
        """A tag opens."""
        name = node.tag.removeprefix(_TABLE)
        if name == "table":
            self._merges: list[Merge] = []
            self.sheets.append(SheetExtras(self._merges))
            self._row, self._col = 0, 1
        elif name == "table-column" and self.sheets:
            following = self._col + (_number(node, "number-columns-repeated") or 1)
            if _is_hidden(node):
                self.sheets[-1].hide_columns(self._col, following - 1)
            self._col = following
        elif name == "table-row":
            self._row, self._col, self._times = self._row + 1, 1, _number(node, "number-rows-repeated") or 1
            if _is_hidden(node) and self.sheets:
                self.sheets[-1].hide_rows(self._row, self._row + self._times - 1)
        elif name == "table-cell" and self.sheets and (down := _number(node, "number-rows-spanned")):
            across = max(_number(node, "number-columns-spanned"), 1)
            self._merges.append((self._row, self._col, self._row + down - 1, self._col + across - 1))

    def end(self, node: Element) -> None:
        """A tag closes; its element is complete."""
        name = node.tag.removeprefix(_TABLE)
        if name in ("table-cell", "covered-table-cell"):
            across = _number(node, "number-columns-repeated") or 1
            last_row, last_col = self._row + self._times - 1, self._col + across - 1
            self._count(node, last_row, last_col, self._times * across)
            counted = node.get(_VALUE) is not None or self._times * across == 1  # of the others there may be millions
            if counted and self.sheets and (details := _details(node)):
                places = product(range(self._row, last_row + 1), range(self._col, last_col + 1))
                self.sheets[-1].details.update(dict.fromkeys(places, details))
            self._col += across
        elif name == "table-row":
            self._row += self._times - 1
            node.clear()

    def _count(self, node: Element, row: int, col: int, times: int) -> None:
        """Count a cell that is repeated so many times, up to this row and column, and its text.

        Calamine keeps a value for everything between A1 and the last cell.
        """
        if not len(node) and node.get(_VALUE) is None:
            return
        self._cells += times
        self._text += times * sum(len(text) for text in node.itertext())
        if row > errors.MAX_ROWS or col > errors.MAX_COLS:
            raise errors.far_cell(row, col)
        if self._cells > errors.MAX_CELLS or 2 * self._text > errors.MAX_TEXT:
            raise Unreadable(*errors.TOO_MANY_CELLS)


def _details(node: Element) -> CellDetails | None:
    kind, formula = node.get(_VALUE), node.get(f"{_TABLE}formula", "")
    if node.get(_ERROR_TYPE) == "error":
        return CellDetails(error="".join(node.itertext()).strip() or "#N/A")
    percent = kind == "percentage"
    shown = _shown(node, percent)
    if not formula and not percent and shown is None:
        return None
    result = kind is not None and (kind != "string" or node.find(_TEXT) is not None)
    return CellDetails(_in_excel_notation(formula), result=bool(formula) and result, percent=percent, shown=shown)


def _shown(node: Element, percent: bool) -> Decimal | None:
    """The figure that a cell shows, where it is not the stored one."""
    text = node.find(_TEXT)
    found = _FIGURE.fullmatch("".join(text.itertext()).strip()) if text is not None else None
    try:
        number = from_cell(float(node.get(f"{_OFFICE}value", ""))) if found else None
    except ValueError:
        return None
    if number is None or found is None:
        return None
    shown = Decimal(found[0].replace(",", "").rstrip("%"))
    return None if shown == number * (100 if percent else 1) else shown


def _in_excel_notation(formula: str) -> str:
    """``of:=SUM([.E15:.E23];[$'a b'.D7])`` -> ``=SUM(E15:E23,'a b'!D7)``."""

    def address(match: re.Match[str]) -> str:
        parts = []
        for part in match[1].split(":"):
            sheet, _, cell = part.rpartition(".")
            parts.append(f"{sheet.removeprefix('$')}!{cell}" if sheet else cell)
        return ":".join(parts)

    pieces = _QUOTED.split(_PREFIX.sub("", formula, count=1))
    return "".join(p if p.startswith('"') else _ADDRESS.sub(address, p).replace(";", ",") for p in pieces)


def _is_hidden(node: Element) -> bool:
    return node.get(f"{_TABLE}visibility", "visible") != "visible"


def _number(node: Element, name: str) -> int:
    return whole_number(node.get(_TABLE + name, ""))
