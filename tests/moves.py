"""Workbooks whose forms are moved about, and where every cell of theirs went.

A workbook is taken apart into pages (values, number formats, merged areas, row heights), changed, and written by
raw_books. Each change returns the new pages and a function from the old place of a cell to its new one, so that a test
can say exactly at which cell a finding must stand afterwards.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from raw_books import Sheet, written

from perfxl.engine.batch import check

ROOT = Path(__file__).parents[1]
TYPED = ROOT / "samples/hengyang-2020/中共衡阳市委编办_绩效目标申报表.xlsx"
PASTED = ROOT / "samples/hengyang-2020/中共衡阳市委编办_Word粘贴.xlsx"
CLEAN = ROOT / "samples/hengyang-2020/中共衡阳市委编办_绩效目标申报表.clean.xlsx"

Area = tuple[int, int, int, int]
Place = tuple[str, int, int]
Where = Callable[[Place], Place]
Rows = Callable[["Page"], Iterable[int]]


@dataclass
class Page:
    """One sheet. Rows and columns count from 1; merged areas are first row, first column, last row, last column."""

    name: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        return max([row for row, _ in self.cells] + [area[2] for area in self.merges], default=0)

    def text(self, row: int, col: int) -> str:
        """The text of a cell without blanks, as a person reads it."""
        return "".join(str(self.cells.get((row, col)) or "").split())

    def find(self, *starts: str) -> tuple[int, int]:
        """The first cell whose text begins so."""
        return min(place for place in self.cells if self.text(*place).startswith(starts))

    def holds(self, *starts: str) -> bool:
        return any(self.text(*place).startswith(starts) for place in self.cells)

    @property
    def is_form(self) -> bool:
        return self.holds("三级指标")

    @property
    def title(self) -> tuple[int, int]:
        return next(place for place in sorted(self.cells) if self.text(*place).endswith("绩效目标申报表"))

    @property
    def head(self) -> int:
        """The row that heads the indicators."""
        return self.find("三级指标")[0]

    @property
    def last_indicator(self) -> int:
        """The last row of the indicators: before the review, or whatever else follows them."""
        below = [row for row, col in self.cells if col == 1 and row > self.head]
        review = [row for row in below if "审核意见" in self.text(row, 1)]
        return (max(review) if review else min(below)) - 1

    def level_columns(self) -> list[int]:
        return [col for row, col in self.cells if row == self.head and self.text(row, col) in ("一级指标", "二级指标")]

    def levels(self) -> list[Area]:
        """The areas of the level labels, single cells among them."""
        columns = self.level_columns()
        merged = {area[:2]: area for area in self.merges}
        return [
            merged.get((row, col), (row, col, row, col))
            for (row, col), value in sorted(self.cells.items())
            if self.head < row <= self.last_indicator and col in columns and value is not None
        ]


@cache
def _loaded(path: Path) -> tuple[Page, ...]:
    pages = []
    for sheet in load_workbook(path):
        page = Page(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    page.cells[cell.row, cell.column] = cell.value
                    page.formats[cell.row, cell.column] = cell.number_format
        page.merges = [(a.min_row, a.min_col, a.max_row, a.max_col) for a in sheet.merged_cells.ranges]
        page.heights = {row: d.height for row, d in sheet.row_dimensions.items() if d.height}
        pages.append(page)
    return tuple(pages)


def pages_of(path: Path) -> list[Page]:
    """The pages of a workbook, to be changed at will."""
    return copy.deepcopy(list(_loaded(path)))


def save(pages: Sequence[Page], path: Path) -> Path:
    """Write the pages as a workbook."""
    path.write_bytes(written(Sheet(page.name, page.cells, page.formats, page.merges, page.heights) for page in pages))
    return path


# ---------------------------------------------------------------- changes


def stay(place: Place) -> Place:
    return place


def shifted(page: Page, rows: int, cols: int) -> Page:
    """The page with everything on it moved down and to the right."""
    return Page(
        page.name,
        {(row + rows, col + cols): value for (row, col), value in page.cells.items()},
        {(row + rows, col + cols): code for (row, col), code in page.formats.items()},
        [(top + rows, left + cols, bottom + rows, right + cols) for top, left, bottom, right in page.merges],
        {row + rows: height for row, height in page.heights.items()},
    )


def shift(pages: Sequence[Page], offsets: Callable[[int], tuple[int, int]]) -> tuple[list[Page], Where]:
    """Every page by the offset that its number gives."""
    by = {page.name: offsets(number) for number, page in enumerate(pages)}

    def where(place: Place) -> Place:
        sheet, row, col = place
        return sheet, row + by[sheet][0], col + by[sheet][1]

    return [shifted(page, *by[page.name]) for page in pages], where


def rename(pages: Sequence[Page], names: Callable[[int, str], str]) -> tuple[list[Page], Where]:
    """New names for all the pages."""
    new = {page.name: names(number, page.name) for number, page in enumerate(pages)}
    for page in pages:
        page.name = new[page.name]
    return list(pages), lambda place: (new[place[0]], *place[1:])


def stack(pages: Sequence[Page], name: str, gap: int) -> tuple[list[Page], Where]:
    """The forms one after another on one sheet; the other pages are left out."""
    whole, offset = Page(name), {}
    for page in (page for page in pages if page.is_form):
        offset[page.name] = whole.last_row + gap if whole.cells else 0
        moved = shifted(page, offset[page.name], 0)
        whole.cells |= moved.cells
        whole.formats |= moved.formats
        whole.merges += moved.merges
        whole.heights |= moved.heights
    return [whole], lambda place: (name, place[1] + offset[place[0]], place[2])


def insert_rows(pages: Sequence[Page], rows: Rows, *, grow_at_end: bool = False) -> tuple[list[Page], Where]:
    """A blank row before each of the given rows of every form.

    A merged area grows when the new row is inside it, and with ``grow_at_end`` also when it follows its last row.
    """
    where: dict[str, list[int]] = {}
    result = []
    for page in pages:
        new = where[page.name] = sorted(rows(page)) if page.is_form else []

        def moved(row: int, new: list[int] = new) -> int:
            return row + sum(at <= row for at in new)

        def moved_end(row: int, new: list[int] = new) -> int:
            return row + sum(at <= row + grow_at_end for at in new)

        result.append(
            Page(
                page.name,
                {(moved(row), col): value for (row, col), value in page.cells.items()},
                {(moved(row), col): code for (row, col), code in page.formats.items()},
                [(moved(a[0]), a[1], moved_end(a[2]) if a[2] > a[0] else moved(a[2]), a[3]) for a in page.merges],
                {moved(row): height for row, height in page.heights.items()},
            )
        )
    return result, lambda place: (place[0], place[1] + sum(at <= place[1] for at in where[place[0]]), place[2])


def insert_column(pages: Sequence[Page], at: int) -> tuple[list[Page], Where]:
    """A blank column before the given one of every form; a merged area grows when it is inside."""

    def moved(col: int) -> int:
        return col + (col >= at)

    result = [
        Page(
            page.name,
            {(row, moved(col)): value for (row, col), value in page.cells.items()},
            {(row, moved(col)): code for (row, col), code in page.formats.items()},
            [(top, moved(left), bottom, moved(right)) for top, left, bottom, right in page.merges],
            dict(page.heights),
        )
        if page.is_form
        else page
        for page in pages
    ]
    forms = {page.name for page in pages if page.is_form}
    return result, lambda place: (place[0], place[1], moved(place[2])) if place[0] in forms else place


def delete_row(pages: Sequence[Page], row_of: Callable[[Page], int]) -> tuple[list[Page], Where]:
    """One row less on every form; what stood in it goes to the first cell that is left."""
    gone = {page.name: row_of(page) for page in pages if page.is_form}
    first: dict[str, tuple[int, int]] = {}
    result = []
    for page in pages:
        row_gone = gone.get(page.name, 1 << 30)

        def up(row: int, row_gone: int = row_gone) -> int:
            return row - (row > row_gone)

        cells = {(up(row), col): value for (row, col), value in page.cells.items() if row != row_gone}
        first[page.name] = min(cells)
        merges = [(up(a[0]), a[1], up(a[2]), a[3]) for a in page.merges if not a[0] == row_gone == a[2]]
        formats = {(up(row), col): code for (row, col), code in page.formats.items() if row != row_gone}
        result.append(Page(page.name, cells, formats, merges, {up(r): h for r, h in page.heights.items()}))

    def where(place: Place) -> Place:
        sheet, row, col = place
        if row == gone.get(sheet):
            return (sheet, *first[sheet])
        return sheet, row - (row > gone.get(sheet, 1 << 30)), col

    return result, where


def unmerge_levels(pages: Sequence[Page], *, repeat: bool) -> list[Page]:
    """The areas of the first and second level taken apart, their text in the top cell only or in every row."""
    for page in pages:
        for top, left, bottom, right in page.levels() if page.is_form else ():
            if (top, left, bottom, right) in page.merges:
                page.merges.remove((top, left, bottom, right))
            for row in range(top + 1, bottom + 1) if repeat else ():
                page.cells[row, left] = page.cells[top, left]
    return list(pages)


def rewrite(pages: Sequence[Page], change: Callable[[str], str]) -> list[Page]:
    """Every text of the forms as ``change`` has it."""
    for page in pages:
        for place, value in page.cells.items():
            if page.is_form and isinstance(value, str):
                page.cells[place] = change(value)
    return list(pages)


def chained(*moves: Where) -> Where:
    """One change after another."""

    def where(place: Place) -> Place:
        for move in moves:
            place = move(place)
        return place

    return where


# ---------------------------------------------------------------- findings


def said(batch: Any, where: Where = stay, sheets: Iterable[str] = ()) -> Counter[Any]:
    """What a batch found, with every address moved: in the cells, in the hints and inside the messages.

    What a finding brought about counts by itself: which one is told first follows the sheets.
    """
    names = "|".join(re.escape(name) for name in sorted(sheets, key=len, reverse=True)) or "(?!)"
    places = re.compile(
        f"(?:“[^“”]+[.]xlsx”的)?“({names})”(?:表 | )([A-Z]+[0-9]+(?:[、至][A-Z]+[0-9]+)*)"
        "|(?<![A-Za-z0-9“])([A-Z]{1,3}[0-9]+)(?![A-Za-z0-9])"
    )

    def moved(*place: Any) -> str:
        sheet, row, col = where(place)
        return f"{sheet}!{get_column_letter(col)}{row}"

    def text(value: Any, own: str) -> Any:
        """The text with its addresses moved, as its parts in no order: a list in a message follows the sheets.

        A message names a sheet once before all of its cells, and not at all where it is that of the finding. Of some
        cells it quotes the first one.
        """
        if not isinstance(value, str):
            return value

        def spread(match: re.Match[str]) -> str:
            sheet = match[1] or own
            if not sheet:
                return match[0]
            return re.sub(
                "([A-Z]+)([0-9]+)",
                lambda cell: moved(sheet, int(cell[2]), column_index_from_string(cell[1])),
                match[2] or match[3],
            )

        return tuple(
            sorted(re.split("[：；、，（）。]|, |(?<=项目)|(?<=金额填写为)“[^”]*”", places.sub(spread, value)))
        )

    def cells(refs: Iterable[Any]) -> frozenset[Place]:
        return frozenset(where((ref.sheet, ref.row, ref.col)) for ref in refs)

    return Counter(
        (
            f.code, str(f.severity), text(f.stated, f.one_sheet), text(f.computed, f.one_sheet), f.difference,
            text(f.message, f.one_sheet), cells(f.cells), cells(f.related),
            frozenset((h.kind, text(h.message, f.one_sheet), cells(h.cells)) for h in f.hints),
        )
        for finding in batch.findings for f in finding.with_consequences()
    )  # fmt: skip


@cache
def original(path: Path) -> Any:
    """The check of a sample as it is."""
    return check(path)


def assert_same(path: Path, pages: Sequence[Page], where: Where, folder: Path) -> Any:
    """The moved workbook has the findings of the sample, each at the cell where its place went."""
    batch = check(save(pages, folder / "moved.xlsx"))
    assert not batch.problems
    before = said(original(path), where, [page.name for page in _loaded(path)])
    after = said(batch, sheets=[page.name for page in pages])
    assert before or path == CLEAN, "the sample has nothing to find"
    assert sorted(map(repr, (before - after).elements())) == []
    assert sorted(map(repr, (after - before).elements())) == []
    return batch
