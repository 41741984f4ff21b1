"""Word documents (.docx) -> lines and tables, as Word shows them.

Read from the XML of the main part and not through a library that loads the whole document: the bytes are counted, and
a broken picture, style or link elsewhere does not matter. What was inserted under tracked changes counts, what was
deleted does not; ticked boxes become characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from perfxl.formats.documents import Block, Document, DocumentTable, document_of, text_of
from perfxl.formats.errors import BROKEN_XML, DAMAGED_DOCUMENT, MAX_COLS, TOO_MUCH, UNSAFE, Unreadable
from perfxl.formats.grid import Merge
from perfxl.formats.package import Package, first_child, local_name, whole_number
from perfxl.formats.workbook_parts import main_part

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: bytes of that part; ten forms have 2 MB
_MAX_MAIN = 40 * 2**20
#: what only wraps its contents
_WRAPS = frozenset(
    ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "body", "AlternateContent", "Choice")
)

#: borders nearer than this (twentieths of a point; 4 mm) are one: no column is narrower
_NEAR = 227
Span = tuple[int, int]

TICKED, UNTICKED = "☑", "☐"
#: font -> code of a symbol -> what it looks like
_SYMBOLS = {
    "wingdings": {
        0xFE: TICKED, 0xFD: "☒", 0xFC: "√", 0xFB: "×", 0xA8: "□", 0x6F: "□", 0x71: "□", 0x72: "□", 0xA1: "○",
    },
    "wingdings 2": {0x50: "√", 0x52: TICKED, 0x53: "☒", 0x54: "☒", 0x4F: "×", 0x51: "×", 0xA3: "□", 0x2A: "□"},
    "symbol": {0xD6: "√", 0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xA5: "∞"},
}  # fmt: skip
_PRIVATE = re.compile("[\uf020-\uf0ff]")
#: a circle or square with a tick in it, written as a formula
_BOXED = re.compile(r"\\o.*?[(（].*?[□○◻].*?[,，;；].*?[√✓✔].*?[)）]", re.IGNORECASE | re.DOTALL)
_PLAIN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
#: properties, what was deleted, and what is shown elsewhere on the page
_SILENT = frozenset(
    ("del", "moveFrom", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt", "rubyPr", "tbl", "Fallback",
     "footnoteReference", "endnoteReference", "annotationRef", "ffData")
)  # fmt: skip
_DRAWN = frozenset(("drawing", "pict", "object", "shape", "wsp"))
_YES = frozenset(("1", "true", "on"))


def read_docx(package: Package) -> tuple[Document, tuple[str, ...]]:
    """The document, and the kinds of contents that were not read. Raises ``Unreadable`` if it is damaged."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    reader = _Reader()
    try:
        xml = package.part(main_part(package))
        if len(xml) > _MAX_MAIN:
            raise Unreadable(*TOO_MUCH)
        document = document_of(block for child in fromstring(xml) for block in reader.blocks(child))
    except DefusedXmlException as error:
        raise Unreadable(*UNSAFE) from error
    except (*BROKEN_XML, RecursionError) as error:
        raise Unreadable(*DAMAGED_DOCUMENT) from error
    except Unreadable as error:
        raise Unreadable(*DAMAGED_DOCUMENT) if error.kind == "damaged" else error from None
    return document, ("文本框",) if reader.text_boxes else ()


class _Reader:
    """Goes through the document in order: tables; paragraphs with fields, symbols, tick boxes, tracked changes."""

    def __init__(self) -> None:
        self.text_boxes = 0  # which are only counted
        self._fields: list[list[str] | None] = []  # of each open field its code, ``None`` once its result begins

    def blocks(self, node: Element) -> Iterator[Block]:
        """Lines and tables below a node, in order."""
        name = local_name(node)
        if name == "p":
            yield "".join(self._pieces(node))
        elif name == "tbl":
            yield from self._table(node)
        elif name in _WRAPS:
            for child in node:
                yield from self.blocks(child)

    def _table(self, node: Element) -> Iterator[Block]:
        rows = [row for row in _below(node, "tr") if _property(row, "trPr", "del") is None]
        cells = [list(_below(row, "tc")) for row in rows]
        if all(len(row) == 1 for row in cells) and any(True for row in cells for _ in _below(row[0], "tbl")):
            for row in cells:  # a frame around the real table
                for child in row[0]:
                    yield from self.blocks(child)
            return
        yield self._grid(node, rows, cells)

    def _grid(self, node: Element, rows: list[Element], cells: list[list[Element]]) -> DocumentTable:
        """A table with its merged areas, in the columns that people see."""
        spans = [_spans(row, members) for row, members in zip(rows, cells, strict=True)]
        columns = _Columns(
            [_attribute(col, "w") for grid in _below(node, "tblGrid") for col in _below(grid, "gridCol")], spans
        )
        filled: list[list[object]] = []
        merges: list[Merge] = []
        above: dict[int, Merge] = {}  # first column of a cell of the row above -> its area so far
        for number, (members, places) in enumerate(zip(cells, spans, strict=True), 1):
            line: list[object] = []
            here: dict[int, Merge] = {}
            for cell, (start, end) in zip(members, places, strict=True):
                left, right = columns.of(start, end)
                line += [""] * (right - len(line))
                if _goes_on(cell) and left in above:
                    top, _, _, width = above.pop(left)
                    here[left] = (top, left, number, max(width, right))
                else:
                    here[left] = (number, left, number, right)
                    line[left - 1] = text_of(block for child in cell for block in self.blocks(child)).strip("\n")
            filled.append(line)
            merges += [merge for merge in above.values() if _spreads(merge)]
            above = here
        merges += [merge for merge in above.values() if _spreads(merge)]
        return DocumentTable(filled, merges)

    def _pieces(self, node: Element) -> Iterator[str]:
        for child in node:
            name = local_name(child)
            if name in _SILENT:
                continue
            if name in _PLAIN:
                yield _PLAIN[name]
            elif name == "r":
                yield from self._run(child)
            elif name == "t":
                yield _PRIVATE.sub(lambda match: _symbol("wingdings", ord(match[0])), child.text or "")
            elif name in _DRAWN:
                self.text_boxes += any(local_name(inner) == "txbxContent" for inner in child.iter())
            elif name == "sdt" and (box := _check_box(child)):
                yield box
            elif name == "sym":
                code, font = _attribute(child, "char"), _attribute(child, "font").lower()
                yield _symbol(font, int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else ""
            elif name == "fldChar":
                yield self._field(child)
            elif name == "instrText" and self._fields and (codes := self._fields[-1]) is not None:
                codes.append(child.text or "")
            else:
                yield from self._pieces(child)

    def _run(self, run: Element) -> Iterator[str]:
        """A run in a font of symbols has letters that only look like ticks; a hidden run is left out."""
        pieces = list(self._pieces(run))
        properties = first_child(run, "rPr")
        named = {local_name(child): child for child in properties} if properties is not None else {}
        if "vanish" in named and _attribute(named["vanish"]).lower() not in ("0", "false", "off"):
            return
        fonts = {text.lower() for text in named["rFonts"].attrib.values()} if "rFonts" in named else set()
        font = next((font for font in ("wingdings", "wingdings 2") if font in fonts), "")
        yield from ("".join(_symbol(font, ord(char)) for char in piece) if font else piece for piece in pieces)

    def _field(self, node: Element) -> str:
        """What the beginning, the middle or the end of a field shows: a tick box that it is."""
        kind, shown = _attribute(node, "fldCharType"), ""
        if kind == "begin":
            self._fields.append([])
            box = next((inner for inner in node.iter() if local_name(inner) == "checkBox"), None)
            if box is not None:
                states = {local_name(child): _attribute(child) or "1" for child in box}
                shown = TICKED if states.get("checked", states.get("default", "0")) in _YES else UNTICKED
        elif kind in ("separate", "end") and self._fields:
            codes = self._fields.pop()
            shown = TICKED if codes is not None and _BOXED.search("".join(codes)) else ""
            self._fields += [None] if kind == "separate" else []
        return shown


def _below(node: Element, name: str) -> Iterator[Element]:
    """The nodes of a name right below, through what only wraps them."""
    for child in node:
        kind = local_name(child)
        if kind == name:
            yield child
        elif kind in _WRAPS:
            yield from _below(child, name)


def _property(node: Element, group: str, name: str) -> Element | None:
    return next((child for props in _below(node, group) for child in props if local_name(child) == name), None)


def _goes_on(cell: Element) -> bool:
    """Whether a cell only continues the merged one above it."""
    merge = _property(cell, "tcPr", "vMerge")
    return merge is not None and _attribute(merge) != "restart"


def _spans(row: Element, cells: list[Element]) -> list[tuple[int, int]]:
    """The columns of the table's own grid that each cell takes, from 0, end not included."""
    place = whole_number(_attribute(_property(row, "trPr", "gridBefore")), 4)
    spans = []
    for cell in cells:
        end = place + max(1, whole_number(_attribute(_property(cell, "tcPr", "gridSpan")), 4))
        spans.append((place, end))
        place = end
    return spans


def _spreads(merge: Merge) -> bool:
    top, left, bottom, right = merge
    return bottom > top or right > left


class _Columns:
    """The columns of a table as people see them, from 1.

    The grid of a table has a line wherever any row has a border. Borders that were dragged by hand miss each other by
    a hair, and then the cells of one visible column are in different columns of the grid.
    """

    def __init__(self, widths: Sequence[str], spans: Sequence[Sequence[Span]]) -> None:
        """``widths`` as the file gives them; ``spans`` are the cells of each row in columns of the grid."""
        borders = sorted({border for row in spans for span in row for border in span})
        places = _places(widths, borders)
        self._columns: dict[int, int] = {}
        column, last = 0, next(iter(borders), 0)
        for border in borders:
            if places[border] - places[last] >= _NEAR:
                column, last = column + 1, border
            self._columns[border] = column
        if any(self._columns[start] == self._columns[end] for row in spans for start, end in row):
            self._columns = {border: number for number, border in enumerate(borders)}  # a cell would be gone

    def of(self, start: int, end: int) -> Span:
        """The first and the last column of a cell."""
        left = min(self._columns[start] + 1, MAX_COLS)
        return left, max(left, min(self._columns[end], MAX_COLS))


def _places(widths: Sequence[str], borders: Sequence[int]) -> dict[int, int]:
    """The distance of each border from the left; as far apart as can be where the file does not give widths."""
    known = [whole_number(width, 6) for width in widths]
    if not borders or borders[-1] > len(known) or not all(known):
        return {border: border * _NEAR for border in borders}
    return {border: sum(known[:border]) for border in borders}


def _attribute(node: Element | None, name: str = "val") -> str:
    """An attribute by its local name, ``""`` if there is none, or no node."""
    attributes = node.attrib if node is not None else {}
    return next((text for key, text in attributes.items() if key.rpartition("}")[2] == name), "")


def _check_box(control: Element) -> str:
    """The state of a content control that is a tick box, ``""`` for any other."""
    box = first_child(first_child(control, "sdtPr"), "checkbox")
    if box is None:
        return ""
    checked = first_child(box, "checked")
    return TICKED if checked is not None and (_attribute(checked) or "1").lower() in _YES else UNTICKED


def _symbol(font: str, code: int) -> str:
    """What a character of a font of symbols looks like; itself where that is not known."""
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    return _SYMBOLS.get(font, _SYMBOLS["wingdings"]).get(low, chr(code))
