"""Rebuilds a workbook that cannot be edited as a package (.xls, .ods) as an .xlsx that can be annotated.

It has the same sheets, values and merged cells at the same addresses; widths and heights are such that all texts can be
read. The look of the original is not known: only its values were read.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from perfxl.formats import Grid, Unreadable, is_list, read_book
from perfxl.model import Finding, Hint, Ref
from perfxl.output_files import free_name
from perfxl.reports.package.markup import cut, printable, units, wrapped
from perfxl.reports.package.workbook import LONGEST_SHEET_NAME
from perfxl.workbook_styles import Styles, new_workbook

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

#: widths of columns, in Latin letters
_NARROWEST, _WIDEST = 9, 42
#: points of a line, of the space around lines, and of the highest row
_LINE, _PADDING, _TALLEST = 15.0, 4.0, 409.0
#: a sheet with more cells is no form, and its empty cells get no border
_BORDERED = 20_000
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
#: ``datetime`` is a ``date`` too
_DATES = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)


def rebuild(source: bytes, findings: Sequence[Finding]) -> tuple[bytes, list[Finding]]:
    """The bytes of the new workbook, and the findings with the names of its sheets.

    Sheets keep their names unless Excel does not allow them. A workbook that cannot be read has no sheets.
    """
    try:
        grids = [grid for grid in read_book(source).sheets if not is_list(grid)]
    except Unreadable:
        grids = []
    sheets = _names([grid.sheet for grid in grids])
    names = {grid.sheet: name for grid, name in reversed(list(zip(grids, sheets, strict=True)))}
    buffer = io.BytesIO()
    with new_workbook(buffer, nan_inf_to_errors=True) as workbook:
        styles = Styles(workbook, "rebuilt")
        for grid, name in zip(grids, sheets, strict=True):
            sheet = workbook.add_worksheet(name)
            _write(sheet, grid, styles)
            if grid.hidden:
                sheet.hide()
    return buffer.getvalue(), [_renamed(finding, names) for finding in findings]


def _write(sheet: Worksheet, grid: Grid, styles: Styles) -> None:
    plain, widths = styles.get("plain"), _widths(grid)
    for col in range(1, grid.last_col + 1):
        sheet.set_column(col - 1, col - 1, widths.get(col, _NARROWEST))
    for row, height in _heights(grid, widths).items():
        sheet.set_row(row - 1, height)
    if grid.last_row * grid.last_col <= _BORDERED:
        for row in range(grid.last_row):
            for col in range(grid.last_col):
                sheet.write_blank(row, col, None, plain)
    for top, left, bottom, right in grid.merges:
        if (top, left) != (bottom, right):
            with suppress(Exception):  # merged ranges overlap in damaged workbooks
                sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "", plain)
    for cell in (*grid.covered, *grid):
        value = cut(printable(cell.value)) if isinstance(cell.value, str) else cell.value
        style = next((kind.__name__ for kind in _DATES if isinstance(value, kind)), "plain")
        sheet.write(cell.row - 1, cell.col - 1, value, styles.get(style))


def _widths(grid: Grid) -> dict[int, int]:
    widths: dict[int, int] = {}
    for cell in grid:
        if cell.col == cell.last_col:
            longest = max(map(units, cell.text.split("\n"))) + 2
            widths[cell.col] = min(max(longest, _NARROWEST, widths.get(cell.col, 0)), _WIDEST)
    return widths


def _heights(grid: Grid, widths: Mapping[int, int]) -> dict[int, float]:
    """The height of rows with a text of several lines; no program finds it for merged cells by itself."""
    heights: dict[int, float] = {}
    for cell in grid:
        across = sum(widths.get(col, _NARROWEST) for col in range(cell.col, cell.last_col + 1))
        lines = wrapped(cell.text, across)
        rows = cell.last_row - cell.row + 1
        if lines > rows:
            needed = min((lines * _LINE + _PADDING) / rows, _TALLEST)
            for row in range(cell.row, cell.last_row + 1):
                heights[row] = max(heights.get(row, 0.0), needed)
    return heights


def _names(sheets: Iterable[str]) -> list[str]:
    """A name that Excel allows for each sheet, close to its own. A damaged workbook may have two of one name."""
    taken: set[str] = set()
    plain = (_NOT_IN_NAMES.sub("_", sheet)[:LONGEST_SHEET_NAME] or "_" for sheet in sheets)
    return [free_name(name, taken, longest=LONGEST_SHEET_NAME) for name in plain]


def _renamed(finding: Finding, names: Mapping[str, str]) -> Finding:

    def here(refs: Iterable[Ref]) -> tuple[Ref, ...]:
        return tuple(
            ref._replace(sheet=names.get(ref.sheet, ref.sheet)) if ref.file == finding.file else ref for ref in refs
        )

    def hint(one: Hint) -> Hint:
        change = (here([one.change[0]])[0], one.change[1]) if one.change else None
        return replace(one, cells=here(one.cells), change=change)

    return replace(
        finding, cells=here(finding.cells), related=here(finding.related), hints=tuple(map(hint, finding.hints)),
        notes=tuple((here([ref])[0], text) for ref, text in finding.notes),
        consequences=tuple(_renamed(other, names) for other in finding.consequences),
    )  # fmt: skip
