"""A clerk's list, from a workbook (columns found by their heads) or a TOML file; every value has its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from perfxl.clerk.errors import ClerkError, did_you_mean, file_bytes, file_text, suggestions
from perfxl.formats import Grid, Unreadable, read_book
from perfxl.formats.grid import as_text
from perfxl.model import Finding, Lang, Ref, Text, column_letters
from perfxl.rules import Rule
from perfxl.values import label_key, squeeze

#: so many known heads in one row make it the head of the list
ENOUGH_HEADS = 2

IN_A_CELL = Text("{file} 工作表“{sheet}”{cell}“{head}”：{problem}", "{file}, {sheet}!{cell}, {head}: {problem}")
IN_AN_ENTRY = Text("{file} 第 {number} 条 {key}：{problem}", "{file}, entry {number}, {key}: {problem}")
WHOLE = Text("{file}：{problem}", "{file}: {problem}")
NO_HEADS = Text("没有找到表头。第一行应有这些栏：{heads}。", "There is no head row. These columns are needed: {heads}.")
NO_COLUMN = Text("工作表“{sheet}”缺少“{head}”一栏。", "The sheet {sheet} lacks the column {head}.")
EMPTY = Text("没有填。", "It is empty.")
NOT_TOML = Text("不是正确的 TOML：{error}", "It is not TOML: {error}")
NO_ENTRIES = Text("没有 [[{table}]]，一条也读不到。", "There is no [[{table}]].")
NO_KEY = Text("没有这一项。{meant}", "There is no such key.{meant}")
NO_TEXT = Text("应是文字。", "It must be text.")
KIND = Text(
    "应是 .xlsx 工作簿或 .toml 文件。",
    "It must be an .xlsx workbook or a .toml file.",
)
NO_DATE = Text(
    "“{value}”读不出日期。请写成 2026-12-31 或 2026年12月31日。",
    "{value!r} is no date. Write 2026-12-31.",
)

_DATE = re.compile(r"((?:19|20)[0-9]{2})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})日?(?:00:00:00)?")


class ListColumn(NamedTuple):
    """A column: its key (that of the TOML file), its head in a workbook, and what else it may be called there."""

    key: str
    label: Text
    synonyms: tuple[str, ...] = ()
    required: bool = True

    @property
    def keys(self) -> frozenset[str]:
        """The head and its synonyms as they are compared."""
        return frozenset(label_key(text).casefold() for text in (*self.label, *self.synonyms))


@dataclass(frozen=True)
class ListEntry:
    """A row of the list. ``number`` is the row of the sheet, or of a TOML file the number of the entry."""

    file: str
    sheet: str
    number: int
    values: Mapping[str, object]
    columns: Mapping[str, int]
    heads: Mapping[str, ListColumn]

    def text(self, key: str) -> str:
        """A value as text, ``""`` for an empty one."""
        text = as_text(self.values.get(key, "")).strip().strip("　")
        return text if squeeze(text) else ""

    def needed(self, key: str) -> str:
        """A value as text; a ``ClerkError`` if it is empty."""
        text = self.text(key)
        if not text:
            raise self.fail(key, EMPTY)
        return text

    def day(self, key: str) -> date:
        """A value as a date, typed as one or written out."""
        value = self.values.get(key, "")
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        written = _DATE.fullmatch(squeeze(self.needed(key)))
        try:
            year, month, day = written.groups() if written else ("0", "0", "0")
            return date(int(year), int(month), int(day))
        except ValueError as error:
            raise self.fail(key, NO_DATE, value=self.text(key)) from error

    def ref(self, key: str) -> tuple[Ref, ...]:
        """The cell of a value; none in a TOML file."""
        return (Ref(self.file, self.sheet, self.number, self.columns[key]),) if key in self.columns else ()

    def fail(self, key: str, problem: Text, **values: object) -> ClerkError:
        """The complaint about a value, with its place."""
        said = problem.fill(**values)
        if not self.sheet:
            return ClerkError(IN_AN_ENTRY.fill(file=self.file, number=self.number, key=key, problem=said))
        cell = f"{column_letters(self.columns[key])}{self.number}" if key in self.columns else str(self.number)
        head = self.heads[key].label
        return ClerkError(IN_A_CELL.fill(file=self.file, sheet=self.sheet, cell=cell, head=head, problem=said))


def read_entries(path: str | Path, table: str, heads: Sequence[ListColumn]) -> list[ListEntry]:
    """The rows of the list in a workbook, or the entries ``[[table]]`` of a TOML file.

    Raises ``ClerkError`` when the file cannot be read or lacks a column.
    """
    path = Path(path)
    if path.suffix.lower() == ".toml":
        return list(_of_toml(path, table, heads))
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".xls", ".ods"):
        raise _whole(path, KIND)
    try:
        grids = read_book(file_bytes(path)).grids
    except Unreadable as error:
        raise _whole(path, error.reason) from error
    return list(_of_grids(path, grids, heads))


def _whole(path: Path, problem: Text, **values: object) -> ClerkError:
    return ClerkError(WHOLE.fill(file=path.name, problem=problem.fill(**values)))


def _of_toml(path: Path, table: str, heads: Sequence[ListColumn]) -> Iterator[ListEntry]:
    try:
        data = tomllib.loads(file_text(path))
    except tomllib.TOMLDecodeError as error:
        raise _whole(path, NOT_TOML, error=error) from error
    found = data.get(table)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise _whole(path, NO_ENTRIES, table=table)
    known = {head.key: head for head in heads}
    for number, item in enumerate(found, 1):
        entry = ListEntry(path.name, "", number, item, {}, known)
        for key, value in item.items():
            if key not in known:
                raise entry.fail(key, NO_KEY, meant=suggestions(key, known))
            if not isinstance(value, str | date):
                raise entry.fail(key, NO_TEXT)
        yield entry


def _of_grids(path: Path, grids: Sequence[Grid], heads: Sequence[ListColumn]) -> Iterator[ListEntry]:
    """The rows below the first row of heads; a row in which no column is filled is none."""
    for grid in grids:
        for row, cells in grid.cells_by_row.items():
            labels = {label_key(cell.text).casefold(): cell.col for cell in reversed(cells)}
            columns = {head.key: col for head in heads for key, col in labels.items() if key in head.keys}
            if len(columns) >= ENOUGH_HEADS:
                yield from _rows(path, grid, row, columns, heads)
                return
    wanted = Text("、".join(head.label.zh for head in heads), ", ".join(head.label.en for head in heads))
    raise _whole(path, NO_HEADS, heads=wanted)


def _rows(
    path: Path, grid: Grid, top: int, columns: Mapping[str, int], heads: Sequence[ListColumn]
) -> Iterator[ListEntry]:
    for head in heads:
        if head.required and head.key not in columns:
            raise _whole(path, NO_COLUMN, sheet=grid.sheet, head=head.label)
    known = {head.key: head for head in heads}
    for row in range(top + 1, grid.last_row + 1):
        cells = {key: grid.at(row, col) for key, col in columns.items()}
        # a unit's name merged over its rows belongs to each of them, and to no empty one
        if any(cell.row == row and squeeze(cell.text) for cell in cells.values()):
            values = {key: cell.value for key, cell in cells.items()}
            yield ListEntry(path.name, grid.sheet, row, values, columns, known)


IN_TOML = Text("第 {number} 条：{message}", "Entry {number}: {message}")
#: the column that every list of the clerk's has
UNIT = "unit"
ABSENT = Text(
    "有 {n} 条所列的单位不在这次审核的单位中，没有用到：{units}。如属本批，请核对单位名称。",
    "The units of {n} entries are not among those checked: {units}. Check the names if they should be.",
)
#: so many units are named in a message
SHOWN = 5


def notice(rule: Rule, entry: ListEntry, key: str, message: str, lang: Lang, related: Sequence[Ref] = ()) -> Finding:
    """A notice about one value of one entry; where that has no cell, its number is said."""
    if not entry.sheet:
        message = IN_TOML.render(lang, number=entry.number, message=message)
    return Finding(
        rule.code, rule.name.render(lang), rule.severity, entry.file, entry.text(UNIT), message, entry.ref(key),
        tuple(dict.fromkeys(related)), written=entry.text(key),
    )  # fmt: skip


def absent(rule: Rule, entries: Sequence[ListEntry], units: Collection[str], lang: Lang) -> Finding:
    """One notice about all the entries whose units are not there: one file alone is often checked by the whole list."""
    names = list(dict.fromkeys(entry.text(UNIT) for entry in entries))
    shown = [_asked(unit, units, lang) for unit in names[:SHOWN]]
    more = Text("等", " …").render(lang) if len(names) > SHOWN else ""
    message = ABSENT.render(lang, n=len(entries), units=Text("、", ", ").render(lang).join(shown) + more)
    cells = tuple(ref for entry in entries for ref in entry.ref(UNIT))
    return Finding(rule.code, rule.name.render(lang), rule.severity, entries[0].file, "", message, cells)


def _asked(unit: str, units: Collection[str], lang: Lang) -> str:
    """The unit's name, and which one it may be meant for."""
    near = did_you_mean(unit, units).render(lang).strip()
    return Text(f"“{unit}”" + (f"（{near}）" if near else ""), f"“{unit}”" + (f" ({near})" if near else "")).render(
        lang
    )
