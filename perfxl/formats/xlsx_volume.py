"""How much an .xlsx holds, checked before it is read as a whole: a small file may ask for more memory than exists.

Cells far away from everything else are cut out first: calamine keeps a value for every cell between A1 and the last
one, and a stray blank in the last cell of a sheet would cost 17 billion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn
from xml.parsers import expat

from perfxl.formats import errors
from perfxl.formats.errors import BROKEN_XML, DAMAGED, UNSAFE, Unreadable
from perfxl.formats.package import Package, whole_number
from perfxl.formats.workbook_parts import Parts
from perfxl.model import column_number

#: bytes of the XML of all sheets
MAX_XML = 64 * 2**20
#: tags of a sheet with far cells, each of which has to be looked at
MAX_TAGS = 12_000_000
#: one cheap search shows whether there are far cells at all: a row or cell whose address is not plainly near
_NOT_NEAR = re.compile(rb'<c(?=[\s/>])(?! r="[A-I]?[A-Z][0-9]{1,4}")|<row(?=[\s/>])(?! r="[0-9]{1,4}")')
_PREFIXED = re.compile(rb":(?:row|c)[\s/>]")
_DATA_ENDS = re.compile(rb"</(?:[^\s<>/:]+:)?sheetData\s*>")
_CELL_ENDS = re.compile(rb"</(?:[^\s<>/:]+:)?c\s*>")
_ADDRESS = re.compile("([A-Za-z]{1,4})([0-9]{1,9})")
#: how many shared texts there are, as the part itself says
_DECLARED = re.compile(rb"""<(?:[^\s<>/:]+:)?sst\b[^>]*?\suniqueCount\s*=\s*["']\s*([0-9]{1,20})""")
_HEAD = 4096
_STRING_ENDS = re.compile(rb"</(?:[^\s<>/:]+:)?si\s*>")


def near_cells(xml: bytes) -> bytes:
    """A sheet whose rows are in order without the cells far away."""
    far = far_slices(xml)
    return without(xml, far) if far else xml


def without(xml: bytes, slices: Sequence[slice], mark: bytes = b"") -> bytes:
    """The XML without some slices of it, in their order; ``mark`` takes the place of each."""
    begins = [0, *(one.stop for one in slices)]
    ends = [*(one.start for one in slices), len(xml)]
    return mark.join(xml[begin:end] for begin, end in zip(begins, ends, strict=True))


def far_slices(xml: bytes) -> list[slice]:
    """The slices of a sheet's XML that hold far rows and cells, in their order."""
    if not _NOT_NEAR.search(xml) and not _PREFIXED.search(xml):
        return []
    if xml.count(b"<") > MAX_TAGS:
        raise Unreadable(*errors.TOO_MANY_CELLS)
    return _FarCells(xml).slices()


class _FarRowError(Exception):
    """The first far row begins; ``args[0]`` is its offset. Rows are in order, so nothing near follows."""


class _FarCells:
    """Parses the XML of a sheet and notes which bytes are far cells."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._row = self._col = 0
        self._found: list[tuple[int, int]] = []
        self._begin = -1
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def slices(self) -> list[slice]:
        """The far cells, and all from the first far row to the end of the rows; neighbours as one slice."""
        try:
            self._parser.Parse(self._xml, True)
        except BROKEN_XML as error:
            raise Unreadable(*DAMAGED) from error
        except _FarRowError as far:
            ends = [match.start() for match in _DATA_ENDS.finditer(self._xml, far.args[0])]
            if not ends:
                raise Unreadable(*DAMAGED) from None
            self._found.append((far.args[0], ends[-1]))
        found: list[slice] = []
        for start, stop in self._found:
            if found and found[-1].stop == start:
                start = found.pop().start
            found.append(slice(start, stop))
        return found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row = whole_number(attributes.get("r", "")) or self._row + 1
            self._col = 0
            if self._row > errors.MAX_ROWS:
                raise _FarRowError(self._parser.CurrentByteIndex)
        elif name == "c" and self._begin < 0:
            match = _ADDRESS.fullmatch(attributes.get("r", ""))
            self._col = column_number(match[1]) if match else self._col + 1
            if self._col > errors.MAX_COLS or (match and int(match[2]) > errors.MAX_ROWS):
                self._begin = self._parser.CurrentByteIndex

    def _end(self, tag: str) -> None:
        if self._begin >= 0 and tag.rpartition(":")[2] == "c":
            stop = self._parser.CurrentByteIndex  # behind <c/>, but before </c>
            if ends := _CELL_ENDS.match(self._xml, stop):
                stop = ends.end()
            self._found.append((self._begin, stop))
            self._begin = -1


def check_declared(package: Package, parts: Parts) -> None:
    """Raise ``Unreadable`` for an .xlsx that says it has more shared texts than its bytes can hold."""
    texts = package.part(parts.strings)
    declared = _DECLARED.search(texts[:_HEAD])
    if declared and int(declared[1]) > max(len(texts), errors.MAX_CELLS):
        raise Unreadable(*DAMAGED)


def check_volume(package: Package, parts: Parts) -> None:
    """Raise ``Unreadable`` for an .xlsx whose sheets hold more than any return."""
    sheets = [package.part(name) for name in parts.sheets]
    cells = sum(xml.count(b"<c") + xml.count(b":c") for xml in sheets)
    if cells > errors.MAX_CELLS or sum(map(len, sheets)) > MAX_XML:
        raise Unreadable(*errors.TOO_MANY_CELLS)
    lengths = [len(text) for text in _STRING_ENDS.split(package.part(parts.strings))]
    # most workbooks are far below the limit, whichever of their texts each cell has
    if cells * max(lengths) > errors.MAX_TEXT:
        whole = 0
        for xml in sheets:
            whole += sum(lengths[number] for number in _SharedTexts(xml).numbers if number < len(lengths))
            if whole > errors.MAX_TEXT:
                raise Unreadable(*errors.TOO_MANY_CELLS)


class _SharedTexts:
    """The numbers of the shared texts that the cells of a sheet have."""

    def __init__(self, xml: bytes) -> None:
        self.numbers: list[int] = []
        self._shared = False
        self._digits: list[str] | None = None
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(xml, True)
        except BROKEN_XML as error:
            raise Unreadable(*DAMAGED) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._shared = attributes.get("t") == "s"
        elif name == "v" and self._shared:
            self._digits = []

    def _text(self, text: str) -> None:
        if self._digits is not None:
            self._digits.append(text)

    def _end(self, _: str) -> None:
        if self._digits is not None:
            digits = "".join(self._digits).strip()
            if digits.isascii() and digits.isdigit() and len(digits) < 10:
                self.numbers.append(int(digits))
            self._digits = None


def _parser() -> expat.XMLParserType:
    """A parser that refuses a document type: entities are declared there, and no office program writes one."""

    def refuse(*_: object) -> NoReturn:
        raise Unreadable(*UNSAFE)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    return parser
