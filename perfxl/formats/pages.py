"""Web pages with an Excel name: HTML tables, and the MHTML that Excel and WPS save (单个文件网页).

Nothing is fetched and nothing is run: the page is a tree of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import TYPE_CHECKING

from perfxl.formats.document import Block, Flow, Table, laid_out
from perfxl.formats.encoded import decoded
from perfxl.formats.errors import too_much, unreadable
from perfxl.formats.far import MAX_COLS, MAX_ROWS
from perfxl.formats.grid import Merge

if TYPE_CHECKING:
    from lxml.html import HtmlElement

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


def read_page(data: bytes) -> Flow:
    """An HTML page."""
    return _named(*_page(data))


def read_archive(data: bytes) -> Flow:
    """An MHTML page with its frames, one after the other."""
    blocks: list[Block] = []
    names: list[str] = []
    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            more, called = _page(_content(part))
            blocks += more
            names = names or called  # the page that holds the frames names them all
    if not blocks:
        raise unreadable(
            "mhtml",
            "这是单个文件网页（MHTML），其中没有读到表格。",
            "This is an MHTML page, and no table was found in it.",
        )
    return _named(blocks, names)


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if not charset or b"charset" in content[:4096].lower():
        return content
    return f"<meta charset={charset}>".encode() + content


def _page(data: bytes) -> tuple[list[Block], list[str]]:
    """Lines and tables of a page, and the names that it gives to its sheets."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    if len(data) > _MAX_PAGE:
        raise too_much()
    text = decoded(data)
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return [], []
    return list(_Walk().blocks(root)), _SHEET_NAME.findall(text)


def _named(blocks: list[Block], names: list[str]) -> Flow:
    """Tables called like the sheets they were saved from, where that is plain."""
    tables = [block for block in blocks if isinstance(block, Table)]
    if len(names) == len(tables) == len(set(names)):
        calls = iter(names)
        blocks = [block._replace(name=next(calls)) if isinstance(block, Table) else block for block in blocks]
    return laid_out(blocks)


class _Walk:
    """Walks through a page and collects its lines."""

    def __init__(self) -> None:
        self.line: list[str] = []

    def blocks(self, node: HtmlElement) -> Iterator[Block]:
        """Lines and tables below a node, in order; what is left of the last line too."""
        yield from self._below(node)
        yield from self._flush()

    def _below(self, node: HtmlElement) -> Iterator[Block]:
        self._say(node.text)
        for child in node:
            yield from self._one(child)
            self._say(child.tail)

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

    def _say(self, text: str | None) -> None:
        if text:
            self.line.append(_BLANKS.sub(" ", text))

    def _flush(self) -> Iterator[str]:
        text = "".join(self.line)
        self.line = []
        if text.strip():
            yield "\n".join(line.strip(" ") for line in text.split("\n"))

    def _table(self, node: HtmlElement) -> Iterator[Block]:
        rows = [row for row in _rows(node) if not _HIDDEN.search(row.get("style", ""))]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
        if all(len(row) <= 1 for row in cells) and any(
            next(row[0].iter("table"), None) is not None for row in cells if row
        ):
            for row in cells:  # a frame around the real table
                for cell in row:
                    yield from _Walk().blocks(cell)
            return
        yield _grid(cells)


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in _BODIES:
            yield from (row for row in child if row.tag == "tr")


def _grid(rows: list[list[HtmlElement]]) -> Table:
    """The cells of a table in their places: a cell that spans rows pushes those below it aside."""
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
            line[col - 1] = _text(cell)
            taken |= dict.fromkeys(range(col, col + across), bottom)
            if bottom > number or across > 1:
                merges.append((number, col, bottom, col + across - 1))
            col += across
        filled.append(line)
    return Table(filled, merges)


def _text(cell: HtmlElement) -> str:
    """The text of a cell; a table in it is a line a row."""
    lines = []
    for block in _Walk().blocks(cell):
        if isinstance(block, str):
            lines.append(block)
        else:
            lines += [" ".join(str(item) for item in row if item) for row in block.rows]
    return "\n".join(lines).strip("\n \xa0")


def _span(cell: HtmlElement, name: str) -> int:
    text = cell.get(name, "").strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
