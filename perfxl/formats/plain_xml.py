"""A part of a workbook as Excel itself writes its XML, where another program wrote it in another way.

XML allows very much that no office program writes: other quotes and encodings, comments and CDATA inside of a value,
prefixes, elements of others. Readers differ in what they make of it; what people see is what a real parser of XML
reads. A part that is plain already costs one search; any other is parsed and written anew.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape

from perfxl.formats.errors import BROKEN_XML, DAMAGED, MAX_TEXT, TOO_MANY_CELLS, UNSAFE, Unreadable

#: the namespaces of the standard, of both of its editions; some exports have none at all
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NAMESPACES = (MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main", "")
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: how attributes of other namespaces are written; all others are left out
_ATTRIBUTES = {
    "": "",
    LINKS: "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
    "http://www.w3.org/XML/1998/namespace": "xml:",
}
#: tags of a part that is not plain, each of which is looked at
MAX_TAGS = 6_000_000
#: depth of elements in it
_MAX_DEPTH = 100

_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_XML_HEAD = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
_TO_ESCAPE = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_DECLARATION = rb"(?:\xef\xbb\xbf)?+(?:<\?xml [^?<>]*+\?>)?+\s*+"
#: a text as Excel writes it: alone, or in runs with their looks, and its reading aids, which are no text
_TEXT = rb'<t(?: xml:space="preserve")?+>[^<]*+</t>|<t ?/>'
_LOOKS = rb"(?:<rPr ?/>|<rPr>(?:<\w+(?: [\w:]+=\"[^\"<>]*+\")*+ ?/>)*+</rPr>)?+"
_AIDS = rb"(?:<rPh [^<>]*+>(?:" + _TEXT + rb")</rPh>)*+(?:<phoneticPr[^<>]*+/>)?+"
PLAIN_TEXT = rb"(?:(?:" + _TEXT + rb")|(?:<r>" + _LOOKS + rb"(?:" + _TEXT + rb")</r>)*+)" + _AIDS
_PLAIN_TEXTS = re.compile(rb"\s*+(?:<si ?/>|<si>" + PLAIN_TEXT + rb"</si>)*+</sst>\s*+")
#: how many texts are declared decides nothing, but a number without measure asks for memory
_TOO_LONG = re.compile(rb"[0-9]{8}")


def plain_root(tag: str) -> re.Pattern[bytes]:
    """How a part begins that needs not be written anew: without other quotes, prefixes and anything before it."""
    main = "|".join(re.escape(name) for name in NAMESPACES if name).encode()
    return re.compile(
        _DECLARATION
        + rb"<%s(?: [\w:]+=\"[^\"<>&]*+\")*? xmlns=\"(?:%s)\"(?: [\w:]+=\"[^\"<>&]*+\")*+>" % (tag.encode(), main)
    )


_STRINGS_ROOT, _STYLES_ROOT = plain_root("sst"), plain_root("styleSheet")


def is_bare(xml: bytes, start: int = 0, end: int | None = None) -> bool:
    """Whether there are no comments, instructions and declarations, and no other namespaces by default."""
    return not any(xml.find(mark, start, end) >= 0 for mark in (b"<!", b"<?", b"xmlns="))


def plain_texts(xml: bytes) -> bytes:
    """The part of the shared texts in the plain form."""
    root = _STRINGS_ROOT.match(xml)
    if not xml or (root and not _TOO_LONG.search(root[0]) and _PLAIN_TEXTS.fullmatch(xml, root.end())):
        return xml
    return TextsWriter().written(xml)


def plain_styles(xml: bytes) -> bytes:
    """The part of the formats in the plain form."""
    root = _STYLES_ROOT.match(xml)
    if not xml or (root and is_bare(xml, root.end()) and b"='" not in xml):
        return xml
    return PlainWriter().written(xml)


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


class PlainWriter:
    """Parses a part and writes it in the usual way. What is not of the standard is left out."""

    def __init__(self) -> None:
        #: the names of the elements that are open
        self.path: list[str] = []
        self._foreign = 0
        self._out: list[str] = []
        self._text: list[str] | None = None
        self._letters = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def written(self, xml: bytes) -> bytes:
        """The part in the usual XML. Raises ``Unreadable`` for one that is malformed."""
        if xml.count(b"<") > MAX_TAGS:
            raise Unreadable(*TOO_MANY_CELLS)
        try:
            self._parser.Parse(xml, True)
        except BROKEN_XML as error:
            raise Unreadable(*DAMAGED) from error
        return "".join(self._out).encode()

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins, which is the last of ``path``."""
        self.write(opened(name, attributes, root=len(self.path) == 1))
        self.listen()

    def finish(self, name: str) -> None:
        """An element ends, which is no longer in ``path``."""
        self.write(f"{escape(self.heard())}</{name}>")

    def inside(self) -> None:
        """Any element begins inside of a text that is kept."""
        self.write(escape(self.heard()))

    def within_foreign(self, name: str) -> None:
        """An element of the standard begins inside of one that is not; it is left out."""

    def write(self, text: str) -> None:
        """Add to what is written."""
        self._out.append(text)

    def keep_place(self) -> int:
        """Keep a place in what is written, for something that comes later."""
        self._out.append("")
        return len(self._out) - 1

    def write_at(self, place: int, text: str) -> None:
        """Write at a place that was kept."""
        self._out[place] = text

    def listen(self) -> None:
        """Keep the text that comes now."""
        self._text = []
        self._parser.CharacterDataHandler = self._text.append

    def heard(self) -> str:
        """The text that was kept; no more is."""
        text = "".join(self._text or ())
        self._text = self._parser.CharacterDataHandler = None
        self._letters += len(text)
        if self._letters > MAX_TEXT:
            raise Unreadable(*TOO_MANY_CELLS)
        return text

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if self._text is not None:
            self.inside()
        if self._foreign or space not in NAMESPACES:
            if self._foreign and space in NAMESPACES:
                self.within_foreign(name)
            self._foreign += 1
            return
        self.path.append(name)
        if len(self.path) > _MAX_DEPTH:
            raise Unreadable(*DAMAGED)
        self.begin(name, attributes)

    def _end(self, _: str) -> None:
        if self._foreign:
            self._foreign -= 1
        else:
            self.finish(self.path.pop())


class TextsWriter(PlainWriter):
    """The same for the shared texts, of which nothing but the text is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """A text begins, or the list of all of them."""
        if len(self.path) == 1:
            self.write(opened(name, {}, root=True))
        elif name == "si" and len(self.path) > 2:
            raise Unreadable(*DAMAGED)
        elif is_text_of(self.path, "si"):
            self.listen()

    def finish(self, name: str) -> None:
        """A text ends, or the list."""
        if name == "t" and self._text is not None:
            self._pieces.append(self.heard())
        elif name == "si" and len(self.path) == 1:
            self.write(f"<si>{text_element(''.join(self._pieces))}</si>")
            self._pieces = []
        elif not self.path:
            self.write(f"</{name}>")

    def inside(self) -> None:
        """A text is text alone."""
        raise Unreadable(*DAMAGED)


def is_text_of(path: list[str], parent: str) -> bool:
    """Whether the open elements end in a text, alone or in a run, and not in its reading aid (拼音)."""
    return path[-1] == "t" and (path[-2:-1] == [parent] or path[-3:-1] == [parent, "r"])


def text_element(text: str) -> str:
    """The element of a text."""
    return f'<t xml:space="preserve">{escape(text, {chr(13): "&#13;"})}</t>'


def opened(name: str, attributes: Mapping[str, str], *, root: bool = False) -> str:
    """The tag that opens an element."""
    spaces = f' xmlns="{MAIN}" xmlns:r="{LINKS}"' if root else ""
    pieces = []
    for key, value in attributes.items():
        space, _, own = key.rpartition(" ")
        if space in _ATTRIBUTES:
            pieces.append(f' {_ATTRIBUTES[space]}{own}="{escape(value, _TO_ESCAPE)}"')
    return f"<{name}{spaces}{''.join(pieces)}>"


def refuse_doctype(*_: object) -> NoReturn:
    """Entities are declared in a document type, and no office program writes one."""
    raise Unreadable(*UNSAFE)
