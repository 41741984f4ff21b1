"""A table on a sheet: title, note, frozen head with filter, typed rows, total rows; goes on on further sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from xlsxwriter.worksheet import Worksheet

from perfxl.model import Text, column_letters
from perfxl.reports.sheets.book import LINKS, Book
from perfxl.reports.sheets.text import fitted, lines, room, width
from perfxl.values import FEN_PER_WAN

#: rows of a table on one sheet, below Excel's 1,048,576
ROWS = 1_000_000
#: where the head stands, from 0; the first row of data is the next
HEAD = 2
FIRST = HEAD + 1
#: points that a line of 10 point text takes, and the space around it
LINE_HEIGHT, PADDING, HIGHEST = 14.6, 6, 409


class Column(NamedTuple):
    """A column: its head, its width in characters, what stands in it.

    ``kind``: ``text``, ``centre``, ``count`` (whole numbers), ``number`` or ``money`` (whole numbers are fen).
    """

    head: Text
    width: float
    kind: str = "text"


class Formula(NamedTuple):
    """A live formula with its stored result: fen in a column of money."""

    text: str
    value: int | str


class Link(NamedTuple):
    """A link with words of ours; ``target`` comes from ``path_link`` or ``cell_link``, ``""`` for no link."""

    target: str
    words: str


class Toned(NamedTuple):
    """A cell that stands out."""

    value: Any
    tone: str


class Table:
    """Writes rows from the top down; nothing is ever written above the last row."""

    def __init__(
        self, book: Book, name: Text, title: Text, note: Text, columns: Sequence[Column], frozen: int = 0
    ) -> None:
        self.name = book.render(name)
        self.columns = [self._fitted(column, book) for column in columns]
        self._rooms = [room(column.width, book.lang) for column in self.columns]
        self._book, self._styles = book, book.styles
        self._title, self._note = book.render(title), book.render(note)
        self._frozen = frozen
        self._sheets = 0
        self._writers: dict[type, Callable[..., int]] = {
            str: self._text, int: self._whole, float: self._figure, Formula: self._formula, Link: self._link,
            type(None): self._blank,
        }  # fmt: skip
        self._open()

    @staticmethod
    def _fitted(column: Column, book: Book) -> Column:
        """Wide enough for the longest word of an English head."""
        longest = max((width(word) for word in column.head.en.split()), default=0) if book.lang == "en" else 0
        return column._replace(width=max(column.width, longest + 2))

    def _open(self) -> None:
        """Begin a sheet, or the next one when the last is full."""
        self._sheets += 1
        name = self.name if self._sheets == 1 else f"{self.name} ({self._sheets})"
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
        self.sheet.repeat_rows(HEAD)
        self.next = FIRST
        self._end = 0

    def need(self, count: int) -> None:
        """Keep the next rows together on one sheet."""
        if self.next + count > FIRST + ROWS and self.next > FIRST:
            self._filter()
            self._open()

    def row(self, values: Iterable[Any], tone: str = "") -> int:
        """Write a row of text, numbers, ``Formula``, ``Link``, ``Toned`` and ``None``; its number from 0."""
        self.need(1)
        return self._write(values, tone)

    def _write(self, values: Iterable[Any], tone: str) -> int:
        number, deepest = self.next, 1
        for col, value in enumerate(values):
            plain, cell_tone = value if type(value) is Toned else (value, tone)
            took = self._writers[type(plain)](number, col, plain, self.columns[col], cell_tone)
            if took > deepest:
                deepest = took
        if deepest > 1:
            self.sheet.set_row(number, min(HIGHEST, LINE_HEIGHT * deepest + PADDING))
        self.next += 1
        return number

    def line(self, text: Text, tone: str = "faint") -> None:
        """One sentence over the whole width, where there are no rows to show."""
        last = len(self.columns) - 1
        self.sheet.merge_range(self.next, 0, self.next, last, self._book.render(text), self._styles.get("centre", tone))
        self.next += 1

    def totals(self, label: Text, sums: Mapping[int, tuple[str, int]], *, where: int = 0) -> int:
        """Write a total row below the filter: column -> formula with ``{range}`` and its result; its number from 0."""
        self._filter()
        values: list[Any] = [None] * len(self.columns)
        values[where] = self._book.render(label)
        for col, (formula, value) in sums.items():
            letters = column_letters(col + 1)
            text = formula.replace("{range}", f"{letters}{FIRST + 1}:{letters}{self._end}")
            values[col] = Formula(f"=ROUND({text},6)" if self.columns[col].kind == "money" else f"={text}", value)
        return self._write(values, "total")

    def close(self) -> None:
        """Set the filter. Call it when all rows are written."""
        self._filter()

    def _filter(self) -> None:
        if not self._end:
            self._end = self.next
            self.sheet.autofilter(HEAD, 0, max(HEAD, self._end - 1), len(self.columns) - 1)

    def _text(self, row: int, col: int, value: str, column: Column, tone: str) -> int:
        # what somebody wrote where a number belongs stands where the number would
        kind = "number" if column.kind in ("money", "count") else column.kind
        text, took = fitted(value, self._rooms[col], self._book.lang)
        self.sheet.write_string(row, col, text, self._styles.get(kind, tone))
        return took

    def _whole(self, row: int, col: int, value: int, column: Column, tone: str) -> int:
        if column.kind == "money":
            self.sheet.write_number(row, col, value / FEN_PER_WAN, self._styles.money(value, tone))
        else:
            self.sheet.write_number(row, col, value, self._styles.get(column.kind, tone))
        return 1

    def _figure(self, row: int, col: int, value: float, column: Column, tone: str) -> int:
        self.sheet.write_number(row, col, value, self._styles.get(column.kind, tone))
        return 1

    def _formula(self, row: int, col: int, value: Formula, column: Column, tone: str) -> int:
        result = value.value
        if column.kind == "money" and isinstance(result, int):
            style = self._styles.money(result, tone)
            self.sheet.write_formula(row, col, value.text, style, result / FEN_PER_WAN)
        else:
            self.sheet.write_formula(row, col, value.text, self._styles.get(column.kind, tone), result)
        return 1

    def _link(self, row: int, col: int, value: Link, column: Column, tone: str) -> int:
        if value.target and self._links:
            self._links -= 1
            self.sheet.write_url(row, col, value.target, self._styles.get("link"), value.words)
        else:
            self.sheet.write_string(row, col, value.words, self._styles.get("centre", tone))
        return 1

    def _blank(self, row: int, col: int, _: None, column: Column, tone: str) -> int:
        self.sheet.write_blank(row, col, None, self._styles.get(column.kind, tone))
        return 1


def cell(row: int, col: int) -> str:
    """The address of a cell (row and column from 0)."""
    return f"{column_letters(col + 1)}{row + 1}"


def fixed(row: int, col: int) -> str:
    """The address of a cell (row and column from 0) that stays when a formula is copied."""
    return f"${column_letters(col + 1)}${row + 1}"


def counting(mark: int, last: int, word: str) -> str:
    """A formula for ``totals``: the rows that have a word in the column ``mark``; ``last`` is the last row, from 1."""
    return f'SUMIF({fixed(FIRST, mark)}:{fixed(last - 1, mark)},"{word}",{{range}})'


def place(name: str, index: int) -> tuple[str, int]:
    """Sheet and row (from 0) of the row number ``index`` of a table, on whichever of its sheets that is."""
    number, rest = divmod(index, ROWS)
    return (name if number == 0 else f"{name} ({number + 1})"), FIRST + rest
