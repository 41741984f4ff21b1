"""Cells far from everything else: a stray blank in the last cell of a sheet must not cost 17 billion cells.

The fast look keeps a value for every cell between A1 and the last one, so the cells past what any form holds are
cut out of a sheet's XML before. Whether there are any is told by one search that costs next to nothing: it finds
a row or cell that does not plainly stand near.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

from perfxl.cells.package import Package
from perfxl.cells.refusal import damaged, unsafe

#: rows and columns past these hold nothing of a form
MAX_ROWS = 5_000
MAX_COLS = 256

#: the root element of a part stands within so many bytes
HEAD = 2048

_NOT_NEAR = re.compile(rb'<c(?=[\s/>])(?! r="[A-I]?[A-Z][0-9]{1,4}")|<row(?=[\s/>])(?! r="[0-9]{1,4}")')
_PREFIXED = re.compile(rb":(?:row|c)[\s/>]")
_END = re.compile(rb"</(?:[^\s<>/:]+:)?sheetData\s*>")
_ADDRESS = re.compile("([A-Za-z]{1,4})([0-9]{1,9})")
_SHEET = re.compile(rb"[<:]worksheet[\s>]")


def drop_far_cells(package: Package) -> None:
    """Cut the far cells out of every sheet of an .xlsx, so that it can be read in little memory."""
    changed = {}
    for name in package.infos:
        if not is_sheet(package, name):
            continue
        xml = package.part(name)
        if _NOT_NEAR.search(xml) or _PREFIXED.search(xml):
            near = _Cutter(xml).result()
            if len(near) < len(xml):
                changed[name] = near
    if changed:
        package.replace(changed)


def is_sheet(package: Package, name: str) -> bool:
    """Whether a part is a worksheet, by what it holds: a workbook may keep its sheets wherever it likes."""
    return bool(_SHEET.search(package.head(name, HEAD)))


class _FarRowError(Exception):
    """The first far row begins; ``args[0]`` is its place. Rows are in order, so nothing near follows."""


class _Cutter:
    """Walks through the XML of a sheet and notes which bytes are far cells."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        self.row = self.col = 0
        self.cuts: list[tuple[int, int]] = []
        self.cut_from = -1
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse

    def result(self) -> bytes:
        """The XML without its far cells."""
        try:
            self.parser.Parse(self.xml, True)
        except expat.ExpatError as error:
            raise damaged() from error
        except _FarRowError as far:
            place: int = far.args[0]
            end = max((match.start() for match in _END.finditer(self.xml, place)), default=-1)
            if end < 0:
                raise damaged() from None
            self.cuts.append((place, end))
        kept, begin = [], 0
        for start, end in self.cuts:
            kept.append(self.xml[begin:start])
            begin = end
        return b"".join([*kept, self.xml[begin:]])

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else self.row + 1
            self.col = 0
            if self.row > MAX_ROWS:
                raise _FarRowError(self.parser.CurrentByteIndex)
        elif name == "c" and self.cut_from < 0:
            match = _ADDRESS.fullmatch(attributes.get("r", ""))
            self.col = _number(match[1]) if match else self.col + 1
            if self.col > MAX_COLS or (match and int(match[2]) > MAX_ROWS):
                self.cut_from = self.parser.CurrentByteIndex

    def _end(self, tag: str) -> None:
        if self.cut_from >= 0 and tag.rpartition(":")[2] == "c":
            self.cuts.append((self.cut_from, self.xml.index(b">", self.parser.CurrentByteIndex) + 1))
            self.cut_from = -1


def _refuse(*_: object) -> NoReturn:
    raise unsafe()


def _number(letters: str) -> int:
    """The number of a column: ``A`` -> 1, ``AB`` -> 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
