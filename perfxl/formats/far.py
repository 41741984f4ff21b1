"""Cells far from everything else: a stray blank in the last cell of a sheet must not cost 17 billion cells.

The fast look keeps a value for every cell between A1 and the last one, so the cells past what any form holds are
cut out of a sheet's XML before. Whether there are any is told by one search that costs next to nothing: it finds
a row or cell that does not plainly stand near.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

from perfxl.formats.errors import BROKEN_XML, damaged, too_many_cells, unsafe
from perfxl.formats.package import Package
from perfxl.model import column_number

#: rows and columns past these hold nothing of a form
MAX_ROWS = 5_000
MAX_COLS = 256

#: tags of a sheet with far cells, each of which has to be looked at
MAX_TAGS = 12_000_000

#: the root element of a part stands within so many bytes
HEAD = 2048

_NOT_NEAR = re.compile(rb'<c(?=[\s/>])(?! r="[A-I]?[A-Z][0-9]{1,4}")|<row(?=[\s/>])(?! r="[0-9]{1,4}")')
_PREFIXED = re.compile(rb":(?:row|c)[\s/>]")
_END = re.compile(rb"</(?:[^\s<>/:]+:)?sheetData\s*>")
_ADDRESS = re.compile("([A-Za-z]{1,4})([0-9]{1,9})")
_SHEET = re.compile(rb"[<:]worksheet[\s>]")


def drop_far_cells(package: Package) -> bool:
    """Cut the far cells out of every sheet of an .xlsx, so that it can be read in little memory; whether any were."""
    changed = False
    for name in package.names:
        if not is_sheet(package, name):
            continue
        xml = package.part(name)
        if far := far_stretches(xml):
            begins = [0, *(stretch.stop for stretch in far)]
            ends = [*(stretch.start for stretch in far), len(xml)]
            package.write(name, b"".join(xml[begin:end] for begin, end in zip(begins, ends, strict=True)))
            changed = True
    return changed


def far_stretches(xml: bytes) -> list[slice]:
    """The stretches of a sheet's XML that hold far rows and cells, in their order."""
    if not _NOT_NEAR.search(xml) and not _PREFIXED.search(xml):
        return []
    if xml.count(b"<") > MAX_TAGS:
        raise too_many_cells()
    return _Cutter(xml).stretches()


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
        self.parser.StartDoctypeDeclHandler = refuse_declaration

    def stretches(self) -> list[slice]:
        """The far rows and cells; those that follow each other as one."""
        far = self._far_rows()
        found: list[slice] = []
        for start, stop in self.cuts if far is None else [*self.cuts, far]:
            if found and found[-1].stop == start:
                start = found.pop().start
            found.append(slice(start, stop))
        return found

    def _far_rows(self) -> tuple[int, int] | None:
        """The stretch from the first far row to the end of the rows; on the way there the far cells are noted."""
        try:
            self.parser.Parse(self.xml, True)
        except BROKEN_XML as error:
            raise damaged() from error
        except _FarRowError as far:
            place: int = far.args[0]
            end = max((match.start() for match in _END.finditer(self.xml, place)), default=-1)
            if end < 0:
                raise damaged() from None
            return place, end
        return None

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
            self.col = column_number(match[1]) if match else self.col + 1
            if self.col > MAX_COLS or (match and int(match[2]) > MAX_ROWS):
                self.cut_from = self.parser.CurrentByteIndex

    def _end(self, tag: str) -> None:
        if self.cut_from >= 0 and tag.rpartition(":")[2] == "c":
            self.cuts.append((self.cut_from, self.xml.index(b">", self.parser.CurrentByteIndex) + 1))
            self.cut_from = -1


def refuse_declaration(*_: object) -> NoReturn:
    """For a parser that meets a document type: entities are declared there, and no office program writes one."""
    raise unsafe()
