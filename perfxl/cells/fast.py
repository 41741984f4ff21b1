"""The fast look: values and merged areas by python-calamine."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, ZipError
from python_calamine import PasswordError as CalaminePasswordError

from perfxl.cells.far import MAX_COLS, MAX_ROWS, drop_far_cells
from perfxl.cells.flow import Place
from perfxl.cells.grid import Grid, Merge
from perfxl.cells.guard import examine
from perfxl.cells.ods import merges_of
from perfxl.cells.package import Package
from perfxl.cells.refusal import damaged, encrypted, unknown_merges


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook after the fast look: its sheets in the order of the tabs, one without cells as an empty grid.

    ``package`` is kept for the second look; ``None`` where there is none to be had (.xls, .xlsb, .ods). A document
    is one grid; ``places`` are the sheet and the row under which each row of it is reported, and ``shown`` its sheets.
    ``unread`` names what it holds beside cells.
    """

    grids: list[Grid]
    package: Package | None
    places: Sequence[Place] = ()
    shown: Sequence[Grid] = ()
    unread: tuple[str, ...] = ()

    @property
    def sheets(self) -> Sequence[Grid]:
        """The sheets as findings name them."""
        return self.shown or self.grids


def read_book(data: bytes) -> Book:
    """Read all sheets of a workbook.

    Raises ``Unreadable`` when the bytes are no workbook, or a damaged or encrypted one.
    """
    kind, package = examine(data)
    if kind == "docx" and package is not None:
        from perfxl.cells.word import read_document

        flow, unread = read_document(package)
        return Book([flow.grid], None, flow.places, flow.shown, unread)
    if kind == "xlsx" and package is not None:
        package.check()
        drop_far_cells(package)
        data = package.data
    merges = merges_of(package) if kind == "ods" and package is not None else None
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        grids = [
            _grid(workbook, index, merges) if meta.typ == SheetTypeEnum.WorkSheet else Grid(meta.name, [], [])
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


def _grid(workbook: CalamineWorkbook, index: int, merges: list[list[Merge]] | None) -> Grid:
    """One sheet; ``merges`` are those of all the sheets where calamine does not tell them."""
    sheet = workbook.get_sheet_by_index(index)
    rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS)
    areas = sheet.merged_cell_ranges
    if merges is not None:
        found = merges[index]
    elif areas is not None:
        found = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in areas]
    else:
        raise unknown_merges()
    return Grid(
        sheet.name,
        [row[:MAX_COLS] for row in rows] if rows and len(rows[0]) > MAX_COLS else rows,
        [
            (top, left, min(bottom, MAX_ROWS), min(right, MAX_COLS))
            for top, left, bottom, right in found
            if top <= MAX_ROWS and left <= MAX_COLS
        ],
    )
