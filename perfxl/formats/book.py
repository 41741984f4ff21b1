"""A received file -> its sheets as grids of cells: each kind of file by the reader that knows it.

Values and merged areas of workbooks are read by python-calamine (Rust), at about 1/16 of openpyxl's time. What it does
not read (formulas, number formats, errors, hidden rows) comes from the modules of the formats.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, ZipError
from python_calamine import PasswordError as CalaminePasswordError

from perfxl.formats import biff, errors, ods
from perfxl.formats.cell_details import Details, SheetExtras
from perfxl.formats.documents import RowAddress
from perfxl.formats.errors import BROKEN_XML, DAMAGED, ENCRYPTED, Unreadable
from perfxl.formats.for_calamine import container, merged_areas
from perfxl.formats.grid import Grid
from perfxl.formats.guard import examine
from perfxl.formats.office import convert, program
from perfxl.formats.ole_files import container as container_of_records
from perfxl.formats.ole_files import workbook_records
from perfxl.formats.package import Package
from perfxl.formats.plain_sheets import make_plain, mend_values
from perfxl.formats.word import read_docx
from perfxl.formats.workbook_parts import Parts, workbook_parts
from perfxl.formats.xlsx_details import (
    CELL_IMAGES,
    Borders,
    CellsOfSheets,
    cells_without_value,
    hidden_lines,
    read_details,
)
from perfxl.formats.xlsx_volume import check_declared, check_volume
from perfxl.model import Text

#: the most of all sheets together: cells between A1 and the last one, all of which calamine visits; merged areas, and
#: the cells under them
_MOST = {"area": 20_000_000, "merges": 20_000, "covered": 1_000_000}
#: a sheet with fewer cells is kept as it is read
MANY_CELLS = 20_000

#: the value of a cell with a picture in it, and the formula by which WPS stores it
PICTURE = "[图片]"
_DISPIMG = re.compile(r"=(?:_xlfn\.)?DISPIMG\(")

NO_OFFICE = Text(
    "这是旧版或其他格式的文字文档（{ending}），本机没有能读它的 LibreOffice。"
    "请用 Word 或 WPS 打开，另存为 .docx 后重新报送。",
    "This document ({ending}) needs LibreOffice to be read, which is not installed. "
    "Open it in Word or WPS, save as .docx and send it again.",
)
#: kinds that only LibreOffice reads -> the ending that people know them by
_OLD_WORD = {"doc": ".doc", "rtf": ".rtf", "wordml": ".xml", "odt": ".odt"}
#: the filters that must read them: LibreOffice takes what it does not know for plain text
_FILTERS = {
    "doc": "MS Word 97", "rtf": "Rich Text Format", "wordml": "MS Word 2003 XML", "odt": "writer8",
    "xls": "MS Excel 97",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook or document as it was read.

    ``grids`` are the sheets in the order of the tabs, one without cells as an empty grid; a document is one grid.
    ``package`` is that of an .xlsx, from which more can be read; of the other formats ``details`` is all there is.
    Of a document, ``row_addresses`` are the sheet and row under which each row of the grid is reported, and ``parts``
    its lines and tables. ``unread`` names contents that are not read, such as text boxes.
    """

    grids: list[Grid]
    package: Package | None
    row_addresses: Sequence[RowAddress] = ()
    parts: Sequence[Grid] = ()
    unread: tuple[str, ...] = ()
    details: Details = field(default_factory=dict)

    def cells_without_value(self) -> CellsOfSheets:
        """Sheet -> the cells that may hold an error value or a formula without a result, which read as blank."""
        if self.package is not None:
            return cells_without_value(self.package)
        found: dict[str, set[tuple[int, int]]] = {}
        for (sheet, row, col), details in self.details.items():
            if details.has_no_value:
                found.setdefault(sheet, set()).add((row, col))
        return found

    def read_details(self, cells: CellsOfSheets, figures: CellsOfSheets | None = None) -> Details:
        """The details of cells, see ``xlsx_details.read_details``; of other formats, those that were read already."""
        if self.package is not None:
            return read_details(self.package, cells, figures)
        return {
            (sheet, row, col): details
            for (sheet, row, col), details in self.details.items()
            if (row, col) in cells.get(sheet, ())
            or ((details.formula or details.shown is not None) and (row, col) in (figures or {}).get(sheet, ()))
        }

    @property
    def sheets(self) -> Sequence[Grid]:
        """The sheets as findings name them."""
        return self.parts or self.grids


def read_book(data: bytes) -> Book:
    """Read all sheets of a workbook, or the lines and tables of a document.

    Raises ``Unreadable`` if the bytes are neither, or damaged, encrypted or too large.
    """
    kind, package, data = examine(data)
    if kind in _OLD_WORD:
        return read_book(_through_office(data, kind, "docx"))
    if kind in ("docx", "html", "mhtml", "xml2003"):
        return _document(kind, data, package)
    extras: Sequence[SheetExtras] = ()
    if kind == "fods":
        return _open_document(data, None)
    if package is None:
        return _xls(data)
    if kind == "xlsx":
        return _xlsx(package)
    if kind == "ods":
        return _open_document(data, package)
    extras = biff.sheets_of_xlsb(package)
    return _workbook(_grids(data, extras), extras, kind, package)


def _open_document(data: bytes, package: Package | None) -> Book:
    content = ods.content_of(data, package)
    extras = ods.sheets_of_ods(content)
    return _workbook(_grids(ods.container(content), extras), extras, "ods", package)


def _xls(data: bytes) -> Book:
    """A workbook of Excel 97 or before; what calamine cannot read of it, LibreOffice may."""
    try:
        records = workbook_records(data)
        biff.check_xls_volume(records)
        extras = biff.sheets_of_xls(records)
        return _workbook(_grids(container_of_records(records), extras), extras, "xls", None)
    except Unreadable as error:
        if error.kind != "damaged" or not program():
            raise
    return read_book(_through_office(data, "xls", "xlsx"))


def _xlsx(package: Package) -> Book:
    """A workbook in XML: its parts made plain, its cells read by calamine from a container of our own."""
    try:
        parts = workbook_parts(package)
    except BROKEN_XML as error:
        raise Unreadable(*DAMAGED) from error
    names = [tab.name for tab in parts.tabs]
    if len(set(names)) < len(names):
        raise Unreadable(*DAMAGED)  # two sheets of one name: which of them is meant by a finding?
    package.check((parts.main, parts.strings, parts.styles))
    check_declared(package, parts)
    make_plain(package, parts)
    check_volume(package, parts)
    try:
        grids = _grids_of_xlsx(package, parts)
    except Unreadable:
        mend_values(package, parts)
        grids = _grids_of_xlsx(package, parts)
    return _workbook(grids, (), "xlsx", package)


def _grids_of_xlsx(package: Package, parts: Parts) -> list[Grid]:
    extras = [SheetExtras(merged_areas(package.part(tab.part))) for tab in parts.tabs if tab.has_cells]
    read = iter(_grids(container(package, parts), extras))
    grids = []
    for tab in parts.tabs:
        grid = next(read) if tab.has_cells else Grid("", [], [])
        grids.append(Grid(tab.name, grid.rows, grid.merges, hidden=tab.hidden))
    return grids


def read_grids(data: bytes) -> list[Grid]:
    """The sheets alone, without what is read of them when it is asked for: a list of a clerk's. As ``read_book``."""
    grids = read_book(data).grids
    for grid in grids:
        grid.lines_below = None
    return grids


def _document(kind: str, data: bytes, package: Package | None) -> Book:
    """A document, or a workbook saved as text; the readers of text are imported only where one arrives."""
    unread: tuple[str, ...] = ()
    if package is not None:
        document, unread = read_docx(package)
    else:
        from perfxl.formats.spreadsheetml import read_spreadsheetml
        from perfxl.formats.web_pages import read_html, read_mhtml

        if kind == "xml2003":
            grids, details = read_spreadsheetml(data)
            return Book(grids, None, details=details)
        document = read_html(data) if kind == "html" else read_mhtml(data)
    return Book([document.grid], None, document.row_addresses, document.parts, unread)


def _workbook(grids: list[Grid], extras: Sequence[SheetExtras], kind: str, package: Package | None) -> Book:
    """The grids with what calamine does not read of them."""
    if package is not None and CELL_IMAGES in package:
        grids = [_with_pictures(grid) for grid in grids]
    details: Details = {}
    for grid, more in zip(grids, extras, strict=False):
        more.hide(grid)
        details.update({(grid.sheet, *place): found for place, found in more.details.items()})
    if package is None or kind != "xlsx":
        return Book(grids, None, details=details)
    hidden = hidden_lines(package)
    for grid in grids:
        hidden.get(grid.sheet, SheetExtras()).hide(grid)
        grid.lines_below = Borders(package, grid.sheet).below
    return Book(grids, package)


def _with_pictures(grid: Grid) -> Grid:
    """WPS keeps a picture in a cell as a formula of its own; people see a picture there and no formula."""
    rows = [
        [PICTURE if isinstance(value, str) and _DISPIMG.match(value) else value for value in row] for row in grid.rows
    ]
    return Grid(grid.sheet, rows, grid.merges, hidden=grid.hidden)


def _through_office(data: bytes, kind: str, to: str) -> bytes:
    """The file as LibreOffice saves it. Raises ``Unreadable`` where that is not installed or cannot read it."""
    office = program()
    if office is None:
        raise Unreadable(NO_OFFICE.fill(ending=_OLD_WORD[kind]), "word")
    done = convert(office, data, kind, to, _FILTERS.get(kind, ""))
    if done is None:
        raise Unreadable(*(DAMAGED if kind == "xls" else errors.DAMAGED_DOCUMENT))
    return done


def _grids(data: bytes, extras: Sequence[SheetExtras]) -> list[Grid]:
    """The sheets as calamine reads them."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(set(workbook.sheet_names)) < len(workbook.sheet_names):
            raise Unreadable(*DAMAGED)  # calamine would give the cells of one of them twice
        totals: Counter[str] = Counter()
        return [
            _grid(workbook, index, extras, totals) if meta.typ == SheetTypeEnum.WorkSheet else Grid(meta.name, [], [])
            for index, meta in enumerate(workbook.sheets_metadata)
        ]
    except CalaminePasswordError as error:
        raise Unreadable(*ENCRYPTED) from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise Unreadable(*DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # what calamine raises on a file that it did not expect
            raise Unreadable(*DAMAGED) from None
        raise


def _grid(workbook: CalamineWorkbook, index: int, extras: Sequence[SheetExtras], totals: Counter[str]) -> Grid:
    sheet = workbook.get_sheet_by_index(index)
    _count(totals, area=min(sheet.total_height, errors.MAX_ROWS) * min(sheet.total_width, errors.MAX_COLS))
    rows = sheet.to_python(skip_empty_area=False, nrows=errors.MAX_ROWS)
    ranges = sheet.merged_cell_ranges
    found = extras[index].merges if index < len(extras) else None
    if found is None:
        if ranges is None:
            raise Unreadable(*errors.UNKNOWN_MERGES)
        found = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]
    merges = [
        (top, left, min(bottom, errors.MAX_ROWS), min(right, errors.MAX_COLS))
        for top, left, bottom, right in found
        if top <= errors.MAX_ROWS and left <= errors.MAX_COLS
    ]
    covered = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in merges)
    _count(totals, merges=len(merges), covered=covered)
    hidden = workbook.sheets_metadata[index].visible != SheetVisibleEnum.Visible
    return Grid(sheet.name, _trimmed(rows), merges, hidden=hidden)


def _count(totals: Counter[str], **more: int) -> None:
    """Count what a sheet holds; raises ``Unreadable`` beyond ``_MOST``."""
    totals.update(more)
    if any(count > _MOST[name] for name, count in totals.items()):
        raise Unreadable(*errors.TOO_MANY_CELLS)


def _trimmed(rows: Sequence[Sequence[object]]) -> Sequence[Sequence[object]]:
    """The rows; those of a wide and high sheet without the blanks at their ends, of which there may be millions."""
    if not rows or (len(rows) * len(rows[0]) < MANY_CELLS and len(rows[0]) <= errors.MAX_COLS):
        return rows
    kept = []
    for row in rows:
        last = min(len(row), errors.MAX_COLS)
        while last and row[last - 1] == "":
            last -= 1
        kept.append(row[:last])
    return kept
