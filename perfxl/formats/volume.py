"""How much a workbook holds, told before it is read as a whole: a small file may ask for more memory than there is.

A return of ten forms has some 5,000 cells and 200 KB of text. Past these bounds a workbook is refused: what is read
of it, and its annotated copy, would otherwise grow without end.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from perfxl.formats.errors import BROKEN_XML, damaged, too_many_cells
from perfxl.formats.far import is_sheet, refuse_declaration
from perfxl.formats.package import Package

#: cells of all sheets that have something or a format of their own
MAX_CELLS = 300_000
#: bytes of the XML of all sheets
MAX_XML = 64 * 2**20
#: bytes of all texts, one that stands in several cells as often as it stands there
MAX_TEXT = 32 * 2**20
#: places between A1 and the last cell of each sheet, which the fast look all visits
MAX_PLACES = 20_000_000
#: merged areas of all sheets, and the places under them
MAX_AREAS = 20_000
MAX_COVERED = 1_000_000

_STRINGS = "xl/sharedstrings.xml"
_STRING_END = re.compile(rb"</(?:[^\s<>/:]+:)?si\s*>")


def weigh(package: Package) -> None:
    """Raise ``Unreadable`` for an .xlsx whose sheets hold more than any return."""
    sheets = [package.part(name) for name in package.names if is_sheet(package, name)]
    cells = sum(xml.count(b"<c") + xml.count(b":c") for xml in sheets)
    if cells > MAX_CELLS or sum(map(len, sheets)) > MAX_XML:
        raise too_many_cells()
    strings = b"".join(package.part(name) for name in package.names if name.lower() == _STRINGS)
    lengths = [len(text) for text in _STRING_END.split(strings)]
    # most workbooks are far from it, whichever of their texts stands in each cell
    if cells * max(lengths) > MAX_TEXT:
        _weigh_texts(sheets, lengths)


def _weigh_texts(sheets: list[bytes], lengths: list[int]) -> None:
    whole = 0
    for xml in sheets:
        for number in _Shown(xml).numbers:
            whole += lengths[number] if number < len(lengths) else 0
        if whole > MAX_TEXT:
            raise too_many_cells()


class _Shown:
    """The numbers of the shared texts that the cells of a sheet show."""

    def __init__(self, xml: bytes) -> None:
        self.numbers: list[int] = []
        self._shared = False
        self._digits: list[str] | None = None
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = refuse_declaration
        try:
            parser.Parse(xml, True)
        except BROKEN_XML as error:
            raise damaged() from error

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
