"""The summary workbook and its tables: title, note, frozen heads with a filter, typed rows, totals, links.

A text from outside gets no more characters than a workbook may contain; a row is as high as its texts need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from types import MappingProxyType
from typing import Any, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.utility import xl_rowcol_to_cell as cell
from xlsxwriter.worksheet import Worksheet

from perfxl.model import Lang, Text
from perfxl.values import FEN_PER_WAN
from perfxl.workbook_styles import BODY_FONT, Styles, new_workbook, set_page

#: heads of columns that many sheets have
NUMBER, UNIT, FILE = Text("序号", "No."), Text("单位", "Unit"), Text("文件", "File")
#: inches
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
FOOT = Text("&L{title}&C第 &P 页，共 &N 页&R&A", "&L{title}&CPage &P of &N&R&A")
#: rows of a table on one sheet, and links on one sheet: below the 1,048,576 and the 65,530 that Excel allows
ROWS, LINKS = 1_000_000, 65_000
#: the row of the heads, from 0; the first row of data is the next
HEAD = 2
FIRST = HEAD + 1
#: styles of amounts, which are fen
MONEY = ("money", "money_figure")
#: points of a line of 10 point text, of the space around it, and of the highest row
LINE_HEIGHT, PADDING, HIGHEST = 14.6, 6, 409
#: UTF-16 units of a text: below the 32,767 that Excel allows, with room for the mark of a cut
LONGEST = 32_000
CUT = Text("…（过长，其余未列出）", "… (too long, the rest is left out)")
#: shown in place of a character that a workbook cannot contain
BOX = "□"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class SheetTexts(NamedTuple):
    """The name of a sheet, the title and the note above its table, and the text for a table without rows."""

    name: Text
    title: Text
    note: Text
    empty: Text | None = None


class TableColumn(NamedTuple):
    """A column: its head, its width in characters, the kind of its values, and the key by which it is looked up.

    ``kind``: ``text``, ``centre``, ``count`` (whole numbers), ``number`` or ``money`` (whole numbers are fen).
    """

    head: Text
    width: float
    kind: str = "text"
    key: str = ""


class CellFormula(NamedTuple):
    """A formula and its result, which is stored with it: fen in a column of money."""

    text: str
    value: int | str


class CellLink(NamedTuple):
    """A link with words of ours; ``target`` is ``""`` for no link."""

    target: str
    words: str


class Toned(NamedTuple):
    """A value in a tone of the style table."""

    value: Any
    tone: str


class SummaryBook:
    """The workbook in memory. ``frugal`` keeps no cells: they must be written row after row."""

    def __init__(self, lang: Lang, title: str, when: datetime, *, frugal: bool = False) -> None:
        self.lang = lang
        self.when = when
        self._target = BytesIO()
        self.workbook = new_workbook(self._target, font=BODY_FONT.render(lang), frugal=frugal)
        self.workbook.set_properties({"title": title, "created": when.replace(tzinfo=None)})
        self.workbook.set_size(28_000, 16_000)
        if frugal:
            self.workbook.use_zip64()
        self.styles = Styles(self.workbook, "report", lang)
        self._foot = FOOT.render(lang, title=title.replace("&", "&&"))

    def render(self, text: Text, **values: object) -> str:
        """A text in the language of the workbook."""
        return text.render(self.lang, **values)

    def sheet(self, name: str) -> Worksheet:
        """A new sheet that prints on A4 across, one page wide, with page numbers."""
        sheet = self.workbook.add_worksheet(name)
        set_page(sheet, landscape=True, margins=MARGINS)
        sheet.set_footer(self._foot)
        sheet.set_default_row(20)
        return sheet

    def style(self, value: Any, kind: str, tone: str = "") -> Format:
        """The format of a cell with such a value."""
        if isinstance(value, CellLink):
            return self.styles.get("link") if value.target else self.styles.get("centre", tone)
        number = value.value if isinstance(value, CellFormula) else value
        if kind in MONEY and isinstance(number, int):
            return self.styles.money(number, tone, kind)
        return self.styles.get(kind, tone)

    def put(self, sheet: Worksheet, row: int, col: int, value: Any, kind: str, tone: str = "") -> None:
        """Write a cell: a clean text, a number, a ``CellFormula``, a ``CellLink`` or ``None``."""
        style = self.style(value, kind, tone)
        if isinstance(value, str):
            sheet.write_string(row, col, value, style)
        elif value is None:
            sheet.write_blank(row, col, None, style)
        elif isinstance(value, CellFormula):
            sheet.write_formula(row, col, value.text, style, _in_wan(value.value, kind))
        elif not isinstance(value, CellLink):
            sheet.write_number(row, col, _in_wan(value, kind), style)
        elif value.target:
            sheet.write_url(row, col, value.target, style, value.words)
        else:
            sheet.write_string(row, col, value.words, style)

    def data(self) -> bytes:
        """The bytes of the finished workbook."""
        self.workbook.close()
        return self._target.getvalue()


class SheetTable:
    """A table that is written from the top down; a full sheet is continued on a further one (``问题清单 (2)``)."""

    def __init__(
        self, book: SummaryBook, texts: SheetTexts, columns: Sequence[TableColumn], frozen: int = 0, note: str = ""
    ) -> None:
        """``note`` is the filled note of ``texts``, if it has values."""
        self._name, self._title = book.render(texts.name), book.render(texts.title)
        self._note = note or book.render(texts.note)
        self.columns = [_wide_enough(column, book) for column in columns]
        #: key of a column -> its number, from 0
        self.at = {column.key: number for number, column in enumerate(columns) if column.key}
        self._rooms = [room(column.width, book.lang) for column in self.columns]
        self._book, self._styles = book, book.styles
        self._empty = texts.empty
        self._frozen = frozen
        self._sheets = self._rows = 0
        self._open()

    def _open(self) -> None:
        self._sheets += 1
        name = self._name if self._sheets == 1 else f"{self._name} ({self._sheets})"
        self.sheet: Worksheet = self._book.sheet(name)
        self._links = LINKS
        for number, column in enumerate(self.columns):
            self.sheet.set_column(number, number, column.width)
        self.sheet.set_row(0, 30)
        self.sheet.write_string(0, 0, self._title, self._styles.get("title"))
        self.sheet.set_row(1, 18)
        self.sheet.write_string(1, 0, self._note, self._styles.get("note"))
        head = self._styles.get("head")
        deepest = 1
        for number, column in enumerate(self.columns):
            words = self._book.render(column.head)
            self.sheet.write_string(HEAD, number, words, head)
            deepest = max(deepest, lines(words, self._rooms[number] - 1))
        self.sheet.set_row(HEAD, LINE_HEIGHT * deepest + PADDING + 4)
        self.sheet.freeze_panes(FIRST, self._frozen)
        self.sheet.outline_settings(symbols_below=False)
        self.sheet.repeat_rows(HEAD)
        self.next = FIRST
        self._end = 0

    def need(self, count: int) -> None:
        """Keep the next rows together on one sheet."""
        if self.next + count > FIRST + ROWS and self.next > FIRST:
            self._filter()
            self._open()

    def row(self, values: Iterable[Any], tone: str = "", *, folded: bool = False) -> None:
        """Write a row of texts, numbers, ``CellFormula``, ``CellLink``, ``Toned`` and ``None``.

        A ``folded`` row is hidden under the one above until it is opened.
        """
        self.need(1)
        self._rows += 1
        self._write(values, tone, {"level": 1, "hidden": True} if folded else {})

    def _write(self, values: Iterable[Any], tone: str, outline: Mapping[str, Any] = MappingProxyType({})) -> int:
        number, deepest = self.next, 1
        for col, value in enumerate(values):
            plain, cell_tone = value if type(value) is Toned else (value, tone)
            kind = self.columns[col].kind
            if type(plain) is str:
                plain, took = fitted(plain, self._rooms[col], self._book.lang)
                deepest = max(deepest, took)
                # a text that was written in place of a number is aligned like one
                kind = "number" if kind in ("money", "count") else kind
            elif type(plain) is CellLink and plain.target:
                plain = plain if self._links > 0 else CellLink("", plain.words)
                self._links -= 1
            self._book.put(self.sheet, number, col, plain, kind, cell_tone)
        if deepest > 1 or outline:
            self.sheet.set_row(number, min(HIGHEST, LINE_HEIGHT * deepest + PADDING), None, dict(outline))
        self.next += 1
        return number

    def totals(self, label: Text, sums: Mapping[str, tuple[str, int]]) -> int:
        """Write a row of totals below the filter, its label in the second column; returns its number, from 0.

        ``sums`` are a formula with ``{range}`` and its result for the key of each column.
        """
        self._filter()
        values: list[Any] = [None, self._book.render(label), *[None] * (len(self.columns) - 2)]
        for key, (formula, value) in sums.items():
            letters = xl_col_to_name(self.at[key])
            text = formula.replace("{range}", f"{letters}{FIRST + 1}:{letters}{self._end}")
            money = self.columns[self.at[key]].kind == "money"
            values[self.at[key]] = CellFormula(f"=ROUND({text},6)" if money else f"={text}", value)
        return self._write(values, "total")

    def close(self, empty_tone: str = "faint") -> None:
        """Finish the table when all rows are written: the text for no rows, and the filter."""
        if self._empty and not self._rows:
            last, style = len(self.columns) - 1, self._styles.get("centre", empty_tone)
            self.sheet.merge_range(self.next, 0, self.next, last, self._book.render(self._empty), style)
            self.next += 1
        self._filter()

    def _filter(self) -> None:
        if not self._end:
            self._end = self.next
            self.sheet.autofilter(HEAD, 0, max(HEAD, self._end - 1), len(self.columns) - 1)


def _in_wan(value: Any, kind: str) -> Any:
    return value / FEN_PER_WAN if kind in MONEY and isinstance(value, int) else value


def _wide_enough(column: TableColumn, book: SummaryBook) -> TableColumn:
    """The column, wide enough for the longest word of an English head."""
    words = book.render(column.head).split() if book.lang == "en" else ()
    return column._replace(width=max(column.width, max(map(width, words), default=0) + 2))


def counting(mark: int, last: int, word: str) -> str:
    """A formula for ``totals``: only rows with a word in the column ``mark``; ``last`` is the last row, from 1."""
    first, end = (cell(row, mark, row_abs=True, col_abs=True) for row in (FIRST, last - 1))
    return f'SUMIF({first}:{end},"{word}",{{range}})'


def row_link(name: str, index: int) -> str:
    """The target of a link to row number ``index`` of a table."""
    number, rest = divmod(index, ROWS)
    return f"internal:'{name if number == 0 else f'{name} ({number + 1})'}'!A{FIRST + rest + 1}"


def clean(text: str, lang: Lang = "zh") -> str:
    """The text with boxes for forbidden characters and line feeds for all line ends; too long a text ends in a mark."""
    if _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub(BOX, text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST // 2 and len(units := text.encode("utf-16-le")) > 2 * LONGEST:
        text = units[: 2 * LONGEST].decode("utf-16-le", "ignore") + CUT.render(lang)
    # xlsxwriter takes such a text for the markup of a rich string
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


@lru_cache(maxsize=32_768)
def fitted(text: str, space: int, lang: Lang) -> tuple[str, int]:
    """The cleaned text, and how many lines of ``space`` columns it takes."""
    text = clean(text, lang)
    return text, lines(text, space) if 2 * len(text) > space or "\n" in text else 1


def width(text: str) -> int:
    """Columns of a line of text: two for a Chinese character, one for a Latin one."""
    return len(text.encode("gb18030", "replace"))


def room(columns: float, lang: Lang) -> int:
    """Columns of 10 point text in a line of a cell whose width is given in digits of the default font.

    11 point 宋体 is wider than that text, Calibri is not.
    """
    return max(2, int(columns * 1.15) - 2 if lang == "zh" else int(columns) - 2)


def lines(text: str, space: int) -> int:
    """How many lines of ``space`` columns a text takes."""
    return sum(max(1, -(-width(part) // space)) for part in text.split("\n"))
