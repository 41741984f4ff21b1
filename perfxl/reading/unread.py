"""Which cells of a form were left over: read as nothing, though they hold what may be meant as a value.

What may be on a form beside its values is ignored: notes, headings, marks, page numbers, words beside the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from perfxl.formats import LONGEST_LABEL, Cell, Grid, is_number
from perfxl.profiles import Profile
from perfxl.reading.cell_roles import CellRoles, Parts, Reading
from perfxl.reading.fields import EMPTY_REVIEW, MOST_BLANK
from perfxl.reading.hidden_copies import HIDDEN_COPY
from perfxl.reading.labels import Segment
from perfxl.reading.rows import MOST_STRAYS, FormRows, IndicatorRow, StrayRow
from perfxl.values import is_placeholder, parse_value, squeeze, without_dates

#: what opens a note, which goes on to the end of the form where nothing of the form follows
_NOTE = re.compile(
    r"(?:备?注|附注|说明|填[报表写](?:说明|要求)|编制说明|(?:温馨)?提示)(?:[0-9一二三四五]{0,2}[:、.]|$)"
)
_BRACKETED = re.compile(r"[(\[【〔].*[)\]】〕]")
_PAGE = re.compile(r"[-–—·]*(?:第?\d{1,3}页?)[-–—·/,]*(?:共?\d{1,3}页?)?[-–—·]*")
_MONEY_WORD = re.compile(r"(?:人民币)?[百千]?[万亿]?元|%")
#: 县级配套：5万元
_NAMED = re.compile(r"[^\d:≥≤<>=]{1,20}:(?=[≥≤<>=~]*-?\d)")
_FIGURE = re.compile(r"[≥≤<>=~]*[-¥]?\d|(?:约|不低于|不少于|不高于|不超过|大于|小于|至少|最多)\d")
_MEASURED = frozenset(("number", "range", "money", "unit_price", "ratio", "frequency"))
#: what adds to a form: 另报：…, or a figure with its measure: 另有5万元, 培训人数300人
_MORE = re.compile(r"补[充报]|另[报有外行]|追加|新增|增加|漏[报填列]|遗漏|未列|其他(?:说明|事项|指标)")
_COUNTED = re.compile(r"\d(?:万|亿|千|百)?(?:元|个|人|次|家|名|项|件|台|套|份|期|户|吨|公里|米|亩|平方|%|条|处|场|篇)")
#: what a check of the sheet says of it
_CHECKED = re.compile(r"[✓✔√✗✘×☑☒]|正确|错误|一致|平|差|合计|核对|校验|审核|检查")
#: a longer text is a sentence, whatever figures it holds
LONGEST_FIGURE = 16
#: what is filled in; a label that was not used may be in a note
FILLED = frozenset(("value", "task", "line", "level", "unused"))
#: a small whole number left of a table numbers its rows
MOST_ROWS = 99


def find_strays(reading: Reading) -> list[StrayRow]:
    """The cells of a form to report, in reading order; the reasons are those of ``StrayRow``."""
    copied = {row for row, _, _ in reading.form.hidden_copies}
    reading = reading._replace(rest=[cell for cell in reading.rest if cell.row not in copied]) if copied else reading
    form, grid, segment, _, parts, found, rest, doubtful, _ = reading
    lines = [("level", line) for line in _without_level(form, parts)]
    lines += [("unsure", line) for line in form.indicators if (line.name_row, line.name_col) in doubtful]
    strays = [StrayRow(form, why, line.name, line.name_row, line.name_col) for why, line in lines]
    left = Leftovers(reading) if rest else None
    unread, outside = (left.unread(), left.outside()) if left else ((), ())
    strays += [StrayRow(form, "unread", cell.text, *cell.place) for cell in islice(unread, MOST_STRAYS)]
    strays += [StrayRow(form, "outside", cell.text, *cell.place) for cell in islice(outside, MOST_STRAYS)]
    covered = (
        cell
        for cell in grid.covered
        if cell.row in segment.rows and squeeze(cell.text) != squeeze(grid.at(*cell.place).text)
    )
    strays += [StrayRow(form, "covered", cell.text, *cell.place) for cell in islice(covered, MOST_STRAYS)]
    strays += _hidden(form, grid, found)
    strays += [StrayRow(form, HIDDEN_COPY, name, row, col) for row, col, name in form.hidden_copies]
    return sorted(strays, key=lambda stray: (stray.row, stray.col))


def _without_level(form: FormRows, parts: Parts) -> Iterator[IndicatorRow]:
    """Indicators without a level, neither beside them nor above, in a table that has columns for it.

    A second level is missed only where others of the table have one.
    """
    columns = parts.periods[0] if parts.periods else None
    if columns is None or not (columns.first or columns.second):
        return
    seconds = columns.second and any(line.second_text for line in form.indicators)
    for line in form.indicators:
        nothing = not line.first_text and not line.second_text
        if line.name and (nothing or (seconds and not line.second_text and not line.second)):
            yield line


def _hidden(form: FormRows, grid: Grid, found: CellRoles) -> Iterator[StrayRow]:
    """Values that were read from hidden rows or columns."""
    if not (grid.hidden_rows or grid.hidden_cols):
        return
    for row, col in found:
        cell = grid.at(row, col)
        rows, cols = range(cell.row, cell.last_row + 1), range(cell.col, cell.last_col + 1)
        by_row, by_col = grid.hidden_rows.issuperset(rows), grid.hidden_cols.issuperset(cols)
        filled = squeeze(cell.text) and any(seen.role in ("value", "task", "line") for seen in found[row, col])
        if filled and (by_row or by_col):
            yield StrayRow(form, "hidden_row" if by_row else "hidden_col", cell.text, row, col)


class Leftovers:
    """The cells left over on one form: why they were, and which of them look like values."""

    def __init__(self, reading: Reading) -> None:
        form, self._grid, segment, self._labels, parts, self._found, self._rest = reading[:7]
        self._fields = self._labels.form.fields
        self._empty = {(t.row, t.col) for t in form.texts if not squeeze(t.written)}
        self._empty |= {(a.row, a.col) for a in form.amounts if a.table == "fields" and a.amount.state == "blank"}
        own = {(t.row, t.col) for t in form.texts if (t.row, t.col) == (t.label_row, t.label_col)}
        self._apart = self._empty - own
        self._tables = parts.rows
        self._set_frame(segment)
        self._cols: dict[int, list[int]] = {}
        for row, col in self._found:
            self._cols.setdefault(row, []).append(col)
        self._going_on: set[tuple[int, int]] = set()

    def _set_frame(self, segment: Segment) -> None:
        """The area that was read: first and last row, first and last column; and the first row of notes."""
        year = {key for key, field in self._fields.items() if field.kind == "year"}
        own = [
            self._grid.at(*place)
            for place, seen in self._found.items()
            if not all(one.role == "title" or one.key in year for one in seen)
        ]
        self._top, self._left = min(cell.row for cell in own), min(cell.col for cell in own)
        self._right = max(cell.last_col for cell in own)
        self._bottom = max(row for (row, _), seen in self._found.items() if any(one.role in FILLED for one in seen))
        below = range(self._bottom + 1, segment.bottom + 1)
        notes = (row for row in below for cell in self._grid.row(row) if _NOTE.match(squeeze(cell.text)))
        self._notes = next(notes, segment.bottom + 1)

    def unread(self) -> Iterator[Cell]:
        """Those that look like values, each with the words left of it that may be meant as its label."""
        before: Cell | None = None
        for cell in self._rest:
            role = self.role(cell)
            if role == "unread":
                if before is not None and (before.row, before.last_col + 1) == cell.place:
                    yield before
                yield cell
            before = cell if role == "text" else None

    def outside(self) -> Iterator[Cell]:
        """Words beside or below the table that seem to add to it; a bare figure may be what somebody works out."""
        for cell in self._rest:
            away = cell.col > self._right or cell.col < self._left or cell.row > self._bottom
            if away and self.role(cell) in ("beside", "text"):
                text = without_dates(squeeze(cell.text))
                if not _CHECKED.match(text) and (_MORE.match(text) or _COUNTED.search(text)):
                    yield cell

    def role(self, cell: Cell) -> str:
        """``unread``, or what it is instead: ``mark``, ``note``, ``heading``, ``beside`` the table, or ``text``."""
        text = squeeze(cell.text)
        if self._is_void(text):
            return "mark"
        figure = is_figure(cell.value, self._labels.profile)
        if cell.row >= self._notes or _NOTE.match(text) or (_BRACKETED.fullmatch(text) and not figure):
            return "note"
        if cell.row < self._top:
            return "unread" if figure and "元" in text else "heading"
        alone = len(self._grid.row(cell.row)) == 1
        if (cell.row > self._bottom or "页" in text) and alone and _PAGE.fullmatch(text):
            return "mark"
        outside = cell.col > self._right or cell.col < self._left
        # next to the table a 0 is what a check of the sheet's author gives when all is well
        if outside and not (cell.col == self._right + 1 and ((figure and cell.value) or self._is_misplaced(cell))):
            return "beside"
        if cell.row in self._tables:
            return "mark" if self._numbers_a_row(cell, text) else "unread"
        return "unread" if figure or self._is_misplaced(cell) else "text"

    def _is_void(self, text: str) -> bool:
        """Marks, dashes, a lone character, what a review holds before anybody has written in it."""
        if len(text) == 1 and not text.isdigit():
            return True
        known = EMPTY_REVIEW.fullmatch(text) or _MONEY_WORD.fullmatch(text) or not re.search(r"\w", text)
        return bool(known) or is_placeholder(text, self._labels.profile.words.placeholders)

    def _numbers_a_row(self, cell: Cell, text: str) -> bool:
        """A small whole number left of all that was read in the row."""
        first = min((col for col in self._cols.get(cell.row, ()) if col > self._left), default=0)
        return cell.col < first and text.isdigit() and int(text) <= MOST_ROWS

    def _is_misplaced(self, cell: Cell) -> bool:
        """Words below or right of a value that is empty, or going on below a long one in a row without a label."""
        row = cell.row - 1
        while row > cell.row - MOST_BLANK and row not in self._grid.cells_by_row:
            row -= 1
        above = self._grid.at(row, cell.col)
        if above.place in self._apart:
            return True
        beside = max((col for col in self._cols.get(cell.row, ()) if col < cell.col), default=0)
        if beside:
            return (cell.row, beside) in self._empty
        seen = self._found.get(above.place, ())
        long = any(one.role == "value" and self._fields[one.key].kind == "long_text" for one in seen)
        goes_on = bool(long and above.text) or above.place in self._going_on
        if goes_on:
            self._going_on.add(cell.place)
        return goes_on


def is_figure(value: object, profile: Profile) -> bool:
    """Whether a cell holds a number, or a short text that is one with its sign and measure: ``县级配套：5万元``."""
    if is_number(value):
        return True
    if not isinstance(value, str) or len(value) > LONGEST_LABEL:
        return False
    text = squeeze(value)
    text = text[1:-1] if _BRACKETED.fullmatch(text) else text
    named = _NAMED.match(text)
    bare = text[named.end() :] if named else text
    if len(bare) > LONGEST_FIGURE or not _FIGURE.match(bare):
        return False
    read = parse_value(bare, profile.words)
    return read.kind in _MEASURED and "embedded" not in read.notes and bool(read.measure or not named)
