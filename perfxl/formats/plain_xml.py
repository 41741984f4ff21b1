"""The XML of a workbook as Excel itself writes it, where another program wrote it in another way.

All that reads sheets here, and calamine too, expects the plain form: UTF-8, rows and cells in their order with their
addresses first, attributes in double quotes, a formula before its result, values without comments, blanks or entities.
A part that has it already costs a few searches; any other one is parsed and written anew.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from perfxl.formats import errors
from perfxl.formats.errors import BROKEN_XML, DAMAGED, TOO_MANY_CELLS, UNSAFE, Unreadable
from perfxl.formats.package import Package, whole_number
from perfxl.formats.workbook_parts import Parts
from perfxl.formats.xlsx_volume import near_cells
from perfxl.model import column_letters, column_number

#: tags of one part that are parsed, each of which has to be looked at
MAX_TAGS = 12_000_000
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
#: the root of a sheet begins within so many bytes
_HEAD = 2048
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_XML_HEAD = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
#: what plain parts have nowhere: comments and the like, single quotes round an attribute
_MARKS = (b"<!", b"='")
#: what plain sheets have nowhere: a prefix; blanks or an entity in a value; a formula behind its result
_PREFIXED = (b":row", b":c ")
_ODD_VALUE = re.compile(rb"<v(?:\s|>(?:\s|[^<&]*(?:&|(?<=\s)<)))")
_BEHIND_RESULT = re.compile(rb"</v>\s*<f")
_ANY_ROW, _ANY_CELL = re.compile(rb"<row[\s>/]"), re.compile(rb"<c[\s>/]")
_ROW, _CELL = re.compile(rb'<row r="([1-9][0-9]{0,8})"'), re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]*)"')
_NO_NUMBER = re.compile(rb't="s"[^>]*><v>(?![0-9]{1,9}</v>)')
_ROOT = re.compile(rb"<worksheet[\s>]")
_ADDRESS = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?")
_ITEM = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s>/]")
_LEAVE = ("str", "inlineStr", "d")


def make_plain(package: Package, parts: Parts) -> None:
    """Bring the parts of a workbook that are read into the plain form, the sheets without cells far away."""
    for part in (parts.strings, parts.styles):
        xml = package.part(part)
        if (plain := _plain(in_utf8(xml))) != xml:
            package.write(part, plain)
    for part in parts.sheets:
        xml = package.part(part)
        text = in_utf8(xml)
        if in_order(text):
            text = near_cells(text)
        if not is_plain(text):
            text = plain_sheet(text, number_of_texts(package, parts))
        if text != xml:
            package.write(part, text)


def mend_values(package: Package, parts: Parts) -> None:
    """Write the sheets anew though they look plain: some value in them is none."""
    for part in parts.sheets:
        package.write(part, plain_sheet(package.part(part), number_of_texts(package, parts)))


def number_of_texts(package: Package, parts: Parts) -> int:
    """How many shared texts a workbook has."""
    return len(_ITEM.findall(package.part(parts.strings)))


def in_utf8(xml: bytes) -> bytes:
    """The same XML in UTF-8. Raises ``Unreadable`` where its encoding cannot be known."""
    coding = _BOMS.get(xml[:2], "")
    if not coding and b"\0" in xml[:4]:
        coding = "utf-16-be" if xml[:1] == b"\0" else "utf-16-le"
    if not coding:
        declared = _ENCODING.match(xml[:200])
        if declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
            return xml
        coding = declared[1].decode()
        with suppress(UnicodeDecodeError):
            return _without_head(xml.decode())  # what it says is not so
    try:
        return _without_head(xml.decode(coding))
    except (UnicodeError, LookupError) as error:
        raise Unreadable(*DAMAGED) from error


def _without_head(xml: str) -> bytes:
    return _XML_HEAD.sub("", xml, count=1).encode()


def _plain(xml: bytes) -> bytes:
    """A part without sheets in the plain form."""
    return _Writer(xml).result() if any(mark in xml for mark in _MARKS) else xml


def is_plain(xml: bytes) -> bool:
    """Whether a sheet has the plain form, by searches that cost next to nothing."""
    if any(mark in xml for mark in (*_MARKS, *_PREFIXED)):
        return False
    if any(odd.search(xml) for odd in (_ODD_VALUE, _BEHIND_RESULT, _NO_NUMBER)):
        return False
    cells = _CELL.findall(xml)
    return len(set(cells)) == len(cells) == len(_ANY_CELL.findall(xml)) and in_order(xml)


def in_order(xml: bytes) -> bool:
    """Whether all rows of a sheet say their numbers, which go up."""
    if not _ROOT.search(xml[:_HEAD]):
        return False
    rows = list(map(int, _ROW.findall(xml)))
    return len(rows) == len(_ANY_ROW.findall(xml)) and all(map(int.__lt__, rows, rows[1:]))


def plain_sheet(xml: bytes, texts: int) -> bytes:
    """A sheet in the plain form, without cells far away; ``texts`` is the number of shared texts."""
    if xml.count(b"<") > MAX_TAGS:
        raise Unreadable(*TOO_MANY_CELLS)
    return _SheetWriter(xml, texts).result()


class _Writer:
    """Parses a part and writes it anew, without comments and instructions."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._prefix: str | None = None
        self._out: list[str] = []
        #: where tags and text go, ``None``: nowhere
        self._sink: list[str] | None = self._out
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = _refuse

    def result(self) -> bytes:
        """The part as it is written anew. Raises ``Unreadable`` if it is malformed."""
        try:
            self._parser.Parse(self._xml, True)
        except BROKEN_XML as error:
            raise Unreadable(*DAMAGED) from error
        return "".join(self._out).encode()

    def _name(self, tag: str) -> str:
        """The tag without the prefix that the whole part has."""
        if self._prefix is None:
            self._prefix = tag.rpartition(":")[0]
        before, _, name = tag.rpartition(":")
        return name if before == self._prefix else tag

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._sink is not None:
            self._sink.append(_tag(self._name(tag), attributes))

    def _end(self, tag: str) -> None:
        if self._sink is not None:
            self._sink.append(f"</{self._name(tag)}>")

    def _text(self, text: str) -> None:
        if self._sink is not None:
            self._sink.append(escape(text, {"\r": "&#13;"}))


class _SheetWriter(_Writer):
    """The same for a sheet, whose rows and cells are put in their order, each once: the last one counts."""

    def __init__(self, xml: bytes, texts: int) -> None:
        super().__init__(xml)
        self._texts = texts
        self._rows: dict[int, tuple[dict[str, str], dict[int, str]]] | None = None
        self._row = self._col = self._depth = self._cells = 0
        self._cell: dict[str, str] | None = None
        self._pieces: dict[str, tuple[dict[str, str], list[str]]] = {}

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._name(tag)
        if self._rows is None:
            super()._start(tag, attributes)
            if name == "sheetData":
                self._rows, self._sink = {}, None
        elif self._cell is not None:
            self._start_in_cell(name, attributes)
        elif name == "row":
            self._row, self._col = whole_number(attributes.get("r", "")) or self._row + 1, 0
            if self._row <= errors.MAX_ROWS:
                given, _ = self._rows.setdefault(self._row, ({}, {}))
                given.update(attributes)
        elif name == "c":
            self._cell, self._pieces, self._depth = attributes, {}, 0

    def _start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._sink = None
            if name in ("f", "v", "is"):
                self._sink = []
                self._pieces[name] = attributes, self._sink
        elif self._sink is not None and "is" in self._pieces and self._sink is self._pieces["is"][1]:
            self._sink.append(_tag(name, attributes))

    def _end(self, tag: str) -> None:
        name = self._name(tag)
        if self._rows is None:
            super()._end(tag)
        elif self._cell is not None and self._depth:
            if self._depth > 1 and self._sink is not None and self._sink is self._pieces.get("is", ({}, None))[1]:
                self._sink.append(f"</{name}>")
            self._depth -= 1
            if not self._depth:
                self._sink = None
        elif self._cell is not None:
            self._add(self._cell)
            self._cell = None
        elif name == "sheetData":
            self._out += self._written(self._rows)
            self._out.append("</sheetData>")
            self._rows, self._sink = None, self._out

    def _add(self, attributes: dict[str, str]) -> None:
        """Take a cell, unless it is far away."""
        found = _ADDRESS.fullmatch(attributes.get("r", ""))
        self._col = column_number(found[1].upper()) if found else self._col + 1
        row = int(found[2]) if found else self._row
        if self._rows is None or not 0 < row <= errors.MAX_ROWS or self._col > errors.MAX_COLS:
            return
        self._cells += 1
        if self._cells > errors.MAX_CELLS:
            raise Unreadable(*TOO_MANY_CELLS)
        address = f"{column_letters(self._col)}{row}"
        self._rows.setdefault(row, ({}, {}))[1][self._col] = self._cell_xml(address, attributes)

    def _cell_xml(self, address: str, attributes: dict[str, str]) -> str:
        kind, value = self._value(attributes.get("t", ""))
        given = {"r": address, **{key: text for key, text in attributes.items() if key not in ("r", "t")}}
        if kind:
            given["t"] = kind
        inside = "".join(
            f"{_tag(name, self._pieces[name][0])}{''.join(self._pieces[name][1])}</{name}>"
            for name in ("f", "is")
            if name in self._pieces
        )
        return f"{_tag('c', given)}{inside}{'' if value is None else f'<v>{value}</v>'}</c>"

    def _value(self, kind: str) -> tuple[str, str | None]:
        """Type and value of a cell as a reader may believe them; a text that is not there is an error value."""
        if "v" not in self._pieces:
            return kind if kind in (*_LEAVE, "e") or "f" in self._pieces else "", None
        text = "".join(self._pieces["v"][1])
        if kind in _LEAVE:
            return kind, text
        text = text.strip()
        if kind == "s":
            if not text:
                return "", None
            return ("s", text) if 0 <= _index(text) < self._texts else ("e", "#REF!")
        if kind == "b":
            return kind, str(int(text.lower() in ("1", "true")))
        if kind == "e":
            return kind, text
        return "" if not text or _NUMBER.fullmatch(text) else "str", text

    def _written(self, rows: dict[int, tuple[dict[str, str], dict[int, str]]]) -> list[str]:
        written = []
        for number, (attributes, cells) in sorted(rows.items()):
            written.append(_tag("row", {"r": str(number), **{k: v for k, v in attributes.items() if k != "r"}}))
            written += [cell for _, cell in sorted(cells.items())]
            written.append("</row>")
        return written


def _index(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _tag(name: str, attributes: dict[str, str]) -> str:
    given = "".join(f" {key}={_quoted(text)}" for key, text in attributes.items())
    return f"<{name}{given}>"


def _quoted(text: str) -> str:
    quoted = quoteattr(text)
    return quoted if quoted[0] == '"' else '"' + quoted[1:-1].replace('"', "&quot;") + '"'


def _refuse(*_: object) -> NoReturn:
    raise Unreadable(*UNSAFE)
