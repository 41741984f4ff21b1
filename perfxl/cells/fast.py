"""The fast look: values and merged areas by python-calamine."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, ZipError
from python_calamine import PasswordError as CalaminePasswordError

from perfxl.cells.far import MAX_COLS, MAX_ROWS, drop_far_cells
from perfxl.cells.grid import Grid, Merge
from perfxl.cells.guard import examine
from perfxl.cells.ods import merges_of
from perfxl.cells.package import Package
from perfxl.cells.refusal import damaged, encrypted, too_many_cells, unknown_merges
from perfxl.cells.volume import MAX_AREAS, MAX_COVERED, MAX_PLACES, weigh
from perfxl.cells.xls import weigh_xls

#: a sheet with fewer places is kept as it is read
MANY_PLACES = 20_000


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook after the fast look: its sheets in the order of the tabs, one without cells as an empty grid.

    ``package`` is kept for the second look; ``None`` where there is none to be had (.xls, .xlsb, .ods).
    """

    grids: list[Grid]
    package: Package | None


def read_book(data: bytes) -> Book:
    """Read all sheets of a workbook.

    Raises ``Unreadable`` when the bytes are no workbook, or a damaged or encrypted one.
    """
    kind, package = examine(data)
    if kind == "xlsx" and package is not None:
        package.check()
        drop_far_cells(package)
        weigh(package)
        data = package.data
    elif kind == "xls":
        weigh_xls(data)
    merges = merges_of(package) if kind == "ods" and package is not None else None
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        room = _Room()
        grids = [
            _grid(workbook, index, merges, room) if meta.typ == SheetTypeEnum.WorkSheet else Grid(meta.name, [], [])
            for index, meta in enumerate(workbook.sheets_metadata)
        ]
    except CalaminePasswordError as error:
        raise encrypted() from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # calamine met a file it has no words for
            raise damaged() from None
        raise
    return Book(grids, package if kind == "xlsx" else None)


class _Room:
    """What all sheets together may take."""

    def __init__(self) -> None:
        self._places = self._areas = self._covered = 0

    def take(self, places: int) -> None:
        """So many places between A1 and the last cell of a sheet."""
        self._places += places
        if self._places > MAX_PLACES:
            raise too_many_cells()

    def cover(self, areas: list[Merge]) -> None:
        """The merged areas of a sheet."""
        self._areas += len(areas)
        self._covered += sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in areas)
        if self._areas > MAX_AREAS or self._covered > MAX_COVERED:
            raise too_many_cells()


def _grid(workbook: CalamineWorkbook, index: int, merges: list[list[Merge]] | None, room: _Room) -> Grid:
    """One sheet; ``merges`` are those of all the sheets where calamine does not tell them."""
    sheet = workbook.get_sheet_by_index(index)
    room.take(min(sheet.total_height, MAX_ROWS) * min(sheet.total_width, MAX_COLS))
    rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS)
    told = sheet.merged_cell_ranges
    if merges is not None:
        found = merges[index]
    elif told is not None:
        found = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in told]
    else:
        raise unknown_merges()
    areas = [
        (top, left, min(bottom, MAX_ROWS), min(right, MAX_COLS))
        for top, left, bottom, right in found
        if top <= MAX_ROWS and left <= MAX_COLS
    ]
    room.cover(areas)
    hidden = workbook.sheets_metadata[index].visible != SheetVisibleEnum.Visible
    return Grid(sheet.name, _filled(rows), areas, hidden=hidden)


def _filled(rows: Sequence[Sequence[object]]) -> Sequence[Sequence[object]]:
    """The rows; those of a wide and high sheet without the blanks at their ends, of which it would keep millions."""
    if not rows or (len(rows) * len(rows[0]) < MANY_PLACES and len(rows[0]) <= MAX_COLS):
        return rows
    kept = []
    for row in rows:
        last = min(len(row), MAX_COLS)
        while last and row[last - 1] == "":
            last -= 1
        kept.append(row[:last])
    return kept
