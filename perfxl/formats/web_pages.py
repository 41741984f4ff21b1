"""Workbooks saved as web pages, often under the name .xls: HTML and MHTML (单个文件网页).

Nothing is fetched and nothing is run: a page is a tree of text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from typing import TYPE_CHECKING

from perfxl.formats.documents import Block, Document, DocumentTable, document_of, text_of
from perfxl.formats.errors import MAX_COLS, MAX_ROWS, TOO_MUCH, Reason, Unreadable
from perfxl.formats.grid import Merge
from perfxl.formats.package import whole_number

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
#: what people call GBK, which holds more characters than they think
_CHINESE = frozenset(("gb2312", "gbk", "x-gbk", "gb_2312-80", "cp936", "936", "windows-936", "gb18030"))
_USUAL = ("utf-8", "gb18030")
#: the declaration of the encoding is within so many bytes
_HEAD = 4096

_NO_TABLE = Reason.resave(
    "mhtml", "这是单个文件网页（MHTML），其中未找到表格。", "This is an MHTML page, and no table was found in it."
)
#: bytes of a page; one of ten forms has some 500 KB
_MAX_PAGE = 30 * 2**20
_SHEET_NAME = re.compile(r"<x:Name>\s*([^<]+?)\s*</x:Name>")
_BLANKS = re.compile("[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SILENT = frozenset(("head", "comment", "script", "style", "xml", "title", "template", "noscript", "object", "select"))
_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "big", "center", "code", "em", "font", "i", "ins", "label", "mark", "nobr", "s",
     "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "ruby", "rb")
)  # fmt: skip
_BODIES = frozenset(("tbody", "thead", "tfoot"))


def decoded(data: bytes) -> str:
    """The text of some bytes: by their byte order mark, by what they declare, else UTF-8 or GBK, whichever fits."""
    for mark, code in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(code, "replace")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace")
    match = _DECLARED.search(data[:_HEAD])
    name = match[1].decode("ascii") if match else ""
    declared = ["gb18030" if name.lower() in _CHINESE else name] if name else []
    # where some bytes fit no encoding: as declared, else as what leaves the fewest gaps
    for code, errors in [
        *((code, "strict") for code in (*declared, *_USUAL)),
        *((code, "replace") for code in declared),
    ]:
        with suppress(UnicodeError, LookupError):
            return data.decode(code, errors)
    return min((data.decode(code, "replace") for code in _USUAL), key=lambda text: text.count("\ufffd"))


def read_html(data: bytes) -> Document:
    """The lines and tables of an HTML page. Raises ``Unreadable`` if it is too large."""
    return _named(*_read_page(data))


def read_mhtml(data: bytes) -> Document:
    """An MHTML page with its frames, one after the other. Raises ``Unreadable`` if there is nothing in it."""
    blocks: list[Block] = []
    names: list[str] = []
    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            more, called = _read_page(_content(part))
            blocks += more
            names = names or called  # the page that holds the frames names them all
    if not blocks:
        raise Unreadable(*_NO_TABLE)
    return _named(blocks, names)


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if not charset or b"charset" in content[:4096].lower():
        return content
    return f"<meta charset={charset}>".encode() + content


def _read_page(data: bytes) -> tuple[list[Block], list[str]]:
    """The lines and tables of a page, and the names of the sheets that it was saved from."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    if len(data) > _MAX_PAGE:
        raise Unreadable(*TOO_MUCH)
    text = decoded(data)
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return [], []
    return list(_Page().blocks(root)), _SHEET_NAME.findall(text)


def _named(blocks: list[Block], names: list[str]) -> Document:
    """The document, its tables named after the sheets they were saved from where the names fit."""
    tables = [block for block in blocks if isinstance(block, DocumentTable)]
    if len(names) == len(tables) == len(set(names)):
        following = iter(names)
        blocks = [
            block._replace(name=next(following)) if isinstance(block, DocumentTable) else block for block in blocks
        ]
    return document_of(blocks)


class _Page:
    """Goes through a page and collects its lines and tables."""

    def __init__(self) -> None:
        self.line: list[str] = []

    def blocks(self, node: HtmlElement) -> Iterator[Block]:
        """Lines and tables below a node, in order; what is left of the last line too."""
        yield from self._below(node)
        yield from self._flush()

    def _below(self, node: HtmlElement) -> Iterator[Block]:
        self._add(node.text)
        for child in node:
            yield from self._one(child)
            self._add(child.tail)

    def _one(self, node: HtmlElement) -> Iterator[Block]:
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in _SILENT or _HIDDEN.search(node.get("style", "")):
            return
        if tag == "br":
            self.line.append("\n")
        elif tag == "input":
            if node.get("type", "").lower() in ("checkbox", "radio"):
                self.line.append("☑" if node.get("checked") is not None else "☐")
        elif tag in _INLINE or ":" in tag:
            yield from self._below(node)
        else:
            yield from self._flush()
            yield from self._table(node) if tag == "table" else self._below(node)
            yield from self._flush()

    def _add(self, text: str | None) -> None:
        if text:
            self.line.append(_BLANKS.sub(" ", text))

    def _flush(self) -> Iterator[str]:
        text = "".join(self.line)
        self.line = []
        if text.strip():
            yield "\n".join(line.strip(" ") for line in text.split("\n"))

    def _table(self, node: HtmlElement) -> Iterator[Block]:
        bodies = (part if part.tag in _BODIES else [part] for part in node)
        rows = [row for body in bodies for row in body if row.tag == "tr" and not _HIDDEN.search(row.get("style", ""))]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if all(len(row) <= 1 for row in cells) and any(
            next(row[0].iter("table"), None) is not None for row in cells if row
        ):
            for row in cells:  # a frame around the real table
                for cell in row:
                    yield from _Page().blocks(cell)
            return
        yield _grid(cells)


def _grid(rows: list[list[HtmlElement]]) -> DocumentTable:
    """The cells of a table in their rows and columns: a cell that spans rows pushes those below it to the right."""
    filled: list[list[object]] = []
    merges: list[Merge] = []
    taken: dict[int, int] = {}  # column -> the last row that a cell from above takes up
    for number, cells in enumerate(rows[:MAX_ROWS], 1):
        line: list[object] = []
        col = 1
        for cell in cells:
            while taken.get(col, 0) >= number:
                col += 1
            across = min(_span(cell, "colspan"), MAX_COLS)
            bottom = min(number + _span(cell, "rowspan") - 1, len(rows))
            if col > MAX_COLS:
                break
            line += [""] * (col + across - 1 - len(line))
            line[col - 1] = text_of(_Page().blocks(cell)).strip("\n \xa0")
            taken |= dict.fromkeys(range(col, col + across), bottom)
            if bottom > number or across > 1:
                merges.append((number, col, bottom, col + across - 1))
            col += across
        filled.append(line)
    return DocumentTable(filled, merges)


def _span(cell: HtmlElement, name: str) -> int:
    return max(1, whole_number(cell.get(name, "").strip(), 5))
