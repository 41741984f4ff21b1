"""The lists that a clerk fills in, each declared once for its reader, its blank workbook and its page in the docs.

A list is read from a workbook, whose columns are found by their heads, or from a TOML file; every value keeps its cell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from perfxl.clerk.errors import NOTHING, did_you_mean, file_bytes, file_text, suggestions
from perfxl.formats import Grid, Unreadable, as_text, read_grids
from perfxl.model import COMMA, Finding, Lang, Ref, Text, UserError, column_letters, listed
from perfxl.rules import Rule
from perfxl.untrusted import run
from perfxl.values import label_key, squeeze

#: so many known heads in one row make it the head of the list
ENOUGH_HEADS = 2
#: so many units are named in a message
SHOWN = 5

IN_A_CELL = Text("{file} 工作表“{sheet}”{cell}“{head}”：{problem}", "{file}, {sheet}!{cell}, {head}: {problem}")
IN_AN_ENTRY = Text("{file} 第 {number} 条 {key}：{problem}", "{file}, entry {number}, {key}: {problem}")
WHOLE = Text("{file}：{problem}", "{file}: {problem}")
NO_HEADS = Text("没有找到表头。第一行应有这些栏：{heads}。", "There is no head row. These columns are needed: {heads}.")
NO_COLUMN = Text("工作表“{sheet}”缺少“{head}”一栏。", "The sheet {sheet} lacks the column {head}.")
EMPTY = Text("未填写。", "It is empty.")
NOT_TOML = Text("不是正确的 TOML：{error}", "It is not TOML: {error}")
NO_ENTRIES = Text("没有 [[{table}]]，一条也读不到。", "There is no [[{table}]].")
NO_KEY = Text("无此项。{meant}", "There is no such key.{meant}")
NO_TEXT = Text("应是文字。", "It must be text.")
WRONG_KIND = Text("应是 .xlsx 工作簿或 .toml 文件。", "It must be an .xlsx workbook or a .toml file.")
NO_DATE = Text(
    "“{value}”无法识别为日期。请写成 2026-12-31 或 2026年12月31日。", "{value!r} is no date. Write 2026-12-31."
)
IN_TOML = Text("第 {number} 条：{message}", "Entry {number}: {message}")
ABSENT = Text(
    "有 {n} 条所列的单位不在本次审核的单位中，未使用：{units}。如属本批，请核对单位名称。",
    "The units of {n} entries are not among those checked: {units}. Check the names if they should be.",
)
QUOTED, QUOTED_NEAR = Text("“{unit}”", "“{unit}”"), Text("“{unit}”（{near}）", "“{unit}” ({near})")
AND_MORE = Text("等", " …")

_DATE = re.compile(r"((?:19|20)[0-9]{2})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})日?(?:00:00:00)?")


class ListColumn(NamedTuple):
    """A column of a list: how it is found in a file, and how the blank workbook and the docs present it."""

    #: its key in a TOML file
    key: str
    #: its head in a workbook
    label: Text
    #: other heads by which it is found
    synonyms: tuple[str, ...] = ()
    required: bool = True
    #: width in characters and style in the blank workbook; a column of width 0 is read, but not offered there
    width: float = 0
    style: str = "table_text"
    #: what to write, for the instructions
    how: Text = NOTHING
    example: str = ""
    #: what Excel and WPS show beside the cell, and the options of xlsxwriter for the entries that they accept
    prompt: Text = NOTHING
    accepts: Mapping[str, Any] = {"validate": "any"}

    @property
    def keys(self) -> frozenset[str]:
        """The head and its synonyms as they are compared."""
        return frozenset(label_key(text).casefold() for text in (*self.label, *self.synonyms))


#: the column that every list has
UNIT = ListColumn(
    "unit", Text("单位", "Unit"), ("单位名称", "预算单位", "预算单位名称", "部门名称", "部门", "单位全称"), width=30,
    style="text_left", example="某某局",
)  # fmt: skip


class ClerkList(NamedTuple):
    """A list: the name of its entries in a TOML file, its columns, and the texts of its blank workbook."""

    table: str
    columns: tuple[ListColumn, ...]
    sheet: Text
    title: Text
    note: Text = NOTHING
    #: the note on the sheet with the instructions
    how_note: Text = NOTHING
    #: how many entries the blank workbook has room for
    rows: int = 0


@dataclass(frozen=True)
class ListEntry:
    """A row of a list. ``number`` is the row of the sheet, or in a TOML file the number of the entry.

    ``values`` and ``columns`` (the number of the column on the sheet) are by the key of a ``ListColumn``.
    """

    file: str
    sheet: str
    number: int
    values: Mapping[str, object]
    columns: Mapping[str, int]

    def text(self, column: ListColumn) -> str:
        """A value as text, ``""`` for an empty one."""
        text = as_text(self.values.get(column.key, "")).strip().strip("　")
        return text if squeeze(text) else ""

    def needed(self, column: ListColumn) -> str:
        """A value as text. Raises ``UserError`` if it is empty."""
        if text := self.text(column):
            return text
        raise self.error(column, EMPTY)

    def day(self, column: ListColumn) -> date:
        """A value as a date, typed as one or written out. Raises ``UserError``."""
        value = self.values.get(column.key, "")
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        written = _DATE.fullmatch(squeeze(self.needed(column)))
        try:
            year, month, day = written.groups() if written else ("0", "0", "0")
            return date(int(year), int(month), int(day))
        except ValueError as error:
            raise self.error(column, NO_DATE, value=self.text(column)) from error

    def ref(self, column: ListColumn) -> tuple[Ref, ...]:
        """The cell of a value; none in a TOML file."""
        col = self.columns.get(column.key)
        return () if col is None else (Ref(self.file, self.sheet, self.number, col),)

    def error(self, column: ListColumn, problem: Text, **values: object) -> UserError:
        """The error for a value, with its place."""
        problem = problem.fill(**values)
        if not self.sheet:
            return UserError(IN_AN_ENTRY, file=self.file, number=self.number, key=column.key, problem=problem)
        col = self.columns.get(column.key, 0)
        cell = f"{column_letters(col)}{self.number}"
        return UserError(IN_A_CELL, file=self.file, sheet=self.sheet, cell=cell, head=column.label, problem=problem)


def read_entries(path: str | Path, kind: ClerkList) -> list[ListEntry]:
    """The rows of the list in a workbook, or its entries in a TOML file. Raises ``UserError``."""
    path = Path(path)
    if path.suffix.lower() == ".toml":
        return list(_toml_entries(path, kind))
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".xls", ".ods"):
        raise _whole(path, WRONG_KIND)
    try:
        grids = run(read_grids, file_bytes(path))
    except Unreadable as error:
        raise _whole(path, error.reason) from error
    return list(_sheet_entries(path, grids, kind.columns))


def _whole(path: Path, problem: Text, **values: object) -> UserError:
    return UserError(WHOLE, file=path.name, problem=problem.fill(**values))


def _toml_entries(path: Path, kind: ClerkList) -> Iterator[ListEntry]:
    try:
        data = tomllib.loads(file_text(path))
    except tomllib.TOMLDecodeError as error:
        raise _whole(path, NOT_TOML, error=error) from error
    found = data.get(kind.table)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise _whole(path, NO_ENTRIES, table=kind.table)
    known = {column.key: column for column in kind.columns}
    for number, item in enumerate(found, 1):
        entry = ListEntry(path.name, "", number, item, {})
        for key, value in item.items():
            if key not in known:
                raise entry.error(ListColumn(key, NOTHING), NO_KEY, meant=suggestions(key, known))
            if not isinstance(value, str | date):
                raise entry.error(known[key], NO_TEXT)
        yield entry


def _sheet_entries(path: Path, grids: Sequence[Grid], columns: Sequence[ListColumn]) -> Iterator[ListEntry]:
    """The rows below the first row of heads; a row in which no column is filled is none."""
    for grid in grids:
        for row, cells in grid.cells_by_row.items():
            labels = {label_key(cell.text).casefold(): cell.col for cell in reversed(cells)}
            found = {column.key: col for column in columns for label, col in labels.items() if label in column.keys}
            if len(found) >= ENOUGH_HEADS:
                yield from _rows(path, grid, row, found, columns)
                return
    raise _whole(path, NO_HEADS, heads=listed(column.label for column in columns))


def _rows(
    path: Path, grid: Grid, top: int, found: Mapping[str, int], columns: Sequence[ListColumn]
) -> Iterator[ListEntry]:
    for column in columns:
        if column.required and column.key not in found:
            raise _whole(path, NO_COLUMN, sheet=grid.sheet, head=column.label)
    for row in range(top + 1, grid.last_row + 1):
        cells = {key: grid.at(row, col) for key, col in found.items()}
        # a unit's name merged over its rows belongs to each of them, and to no empty one
        if any(cell.row == row and squeeze(cell.text) for cell in cells.values()):
            yield ListEntry(path.name, grid.sheet, row, {key: cell.value for key, cell in cells.items()}, found)


def notice(
    rule: Rule, entry: ListEntry, column: ListColumn, message: str, lang: Lang, related: Sequence[Ref] = ()
) -> Finding:
    """A finding about one value of one entry; where that has no cell, the message has the number of the entry."""
    if not entry.sheet:
        message = IN_TOML.render(lang, number=entry.number, message=message)
    return Finding(
        rule.code, rule.name.render(lang), rule.severity, entry.file, entry.text(UNIT), message, entry.ref(column),
        tuple(dict.fromkeys(related)), written=entry.text(column), fix=rule.fix.render(lang),
    )  # fmt: skip


def absent_units(rule: Rule, entries: Sequence[ListEntry], units: Collection[str], lang: Lang) -> Finding:
    """One finding for all entries of units that are not in the batch: often one file is checked with a whole list."""
    names = list(dict.fromkeys(entry.text(UNIT) for entry in entries))
    shown = []
    for unit in names[:SHOWN]:
        near = did_you_mean(unit, units).render(lang).strip()
        shown.append((QUOTED_NEAR if near else QUOTED).render(lang, unit=unit, near=near))
    more = AND_MORE.render(lang) if len(names) > SHOWN else ""
    message = ABSENT.render(lang, n=len(entries), units=COMMA.render(lang).join(shown) + more)
    cells = tuple(ref for entry in entries for ref in entry.ref(UNIT))
    name, fix = rule.name.render(lang), rule.fix.render(lang)
    return Finding(rule.code, name, rule.severity, entries[0].file, "", message, cells, fix=fix)
