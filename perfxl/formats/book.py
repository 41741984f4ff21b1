"""The fast look: values and merged areas by python-calamine."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, ZipError
from python_calamine import PasswordError as CalaminePasswordError

from perfxl.formats.document import Place
from perfxl.formats.edges import Edges
from perfxl.formats.errors import damaged, damaged_document, encrypted, no_office, too_many_cells, unknown_merges
from perfxl.formats.far import MAX_COLS, MAX_ROWS, drop_far_cells
from perfxl.formats.grid import Grid, Merge
from perfxl.formats.guard import examine
from perfxl.formats.office import converted, program
from perfxl.formats.package import Package
from perfxl.formats.unseen import tell_hidden
from perfxl.formats.volume import MAX_AREAS, MAX_COVERED, MAX_PLACES, weigh
from perfxl.formats.xls import weigh_xls
from perfxl.formats.xlsx_details import Told, Truth, silent_places

#: a sheet with fewer places is kept as it is read
MANY_PLACES = 20_000

#: what a picture in a cell reads as, and how WPS stores it
PICTURE = "[图片]"
_WPS_PICTURES = "xl/cellimages.xml"
_DISPIMG = re.compile(r"=(?:_xlfn\.)?DISPIMG\(")
#: kinds that only LibreOffice reads -> the ending that people know them by
_OLD_WORD = {"doc": ".doc", "rtf": ".rtf", "wordml": ".xml", "odt": ".odt"}
#: the filters that must read them: LibreOffice takes what it does not know for plain text
_READERS = {
    "doc": "MS Word 97",
    "rtf": "Rich Text Format",
    "wordml": "MS Word 2003 XML",
    "odt": "writer8",
    "xls": "MS Excel 97",
}


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook after the fast look: its sheets in the order of the tabs, one without cells as an empty grid.

    ``package`` is kept for the second look; ``None`` where there is none to be had (.xls, .xlsb, .ods). A document
    is one grid; ``places`` are the sheet and the row under which each row of it is reported, and ``shown`` its sheets.
    ``unread`` names what it holds beside cells; ``truths`` is what the second look would tell, where it is known
    already.
    """

    grids: list[Grid]
    package: Package | None
    places: Sequence[Place] = ()
    shown: Sequence[Grid] = ()
    unread: tuple[str, ...] = ()
    truths: Mapping[tuple[str, int, int], Truth] = field(default_factory=dict)

    def silent(self) -> Mapping[str, Collection[tuple[int, int]]]:
        """Sheet -> the places that may hold an error value or a formula without a result, of which nothing shows."""
        if self.package is not None:
            return silent_places(self.package)
        found: dict[str, set[tuple[int, int]]] = {}
        for (sheet, *place), truth in self.truths.items():
            if truth.is_silent:
                found.setdefault(sheet, set()).add((place[0], place[1]))
        return found

    @property
    def sheets(self) -> Sequence[Grid]:
        """The sheets as findings name them."""
        return self.shown or self.grids


def read_book(data: bytes) -> Book:
    """Read all sheets of a workbook.

    Raises ``Unreadable`` when the bytes are no workbook, or a damaged or encrypted one.
    """
    kind, package = examine(data)
    if kind in _OLD_WORD:
        return read_book(_through_office(data, kind, "docx"))
    if kind in ("docx", "html", "mhtml", "xml2003"):
        return _other_book(kind, data, package)
    if kind == "xlsx" and package is not None:
        package.check()
        if drop_far_cells(package):
            data = package.save(level=1, leave_out="/media/")
        weigh(package)
    elif kind == "xls":
        weigh_xls(data)
    told = _told(kind, package, data)
    grids = _grids(data, kind, told)
    if grids is None:
        return read_book(_through_office(data, kind, "xlsx"))
    return _whole(grids, told, kind, package)


def _whole(grids: list[Grid], told: Sequence[Told], kind: str, package: Package | None) -> Book:
    """The book, with what calamine does not tell of its sheets."""
    if package is not None and any(name.lower() == _WPS_PICTURES for name in package.names):
        grids = [_with_pictures(grid) for grid in grids]
    if kind == "xlsx" and package is not None:
        tell_hidden(package, grids)
        for grid in grids:
            grid.edges = Edges(package, grid.sheet)
    for grid, one in zip(grids, told, strict=False):
        grid.hidden_rows, grid.hidden_cols = frozenset(one.hidden_rows), frozenset(one.hidden_cols)
    truths = {
        (g.sheet, *place): truth for g, one in zip(grids, told, strict=False) for place, truth in one.truths.items()
    }
    return Book(grids, package if kind == "xlsx" else None, truths=truths)


def _grids(data: bytes, kind: str, told: Sequence[Told]) -> list[Grid] | None:
    """The sheets as calamine reads them; ``None`` for an .xls that LibreOffice should read in its place."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(set(workbook.sheet_names)) < len(workbook.sheet_names):
            raise damaged()  # calamine would give the cells of one of them twice
        room = _Room()
        return [
            _grid(workbook, index, told, room) if meta.typ == SheetTypeEnum.WorkSheet else Grid(meta.name, [], [])
            for index, meta in enumerate(workbook.sheets_metadata)
        ]
    except CalaminePasswordError as error:
        raise encrypted() from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        if kind == "xls" and program():
            return None
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # calamine met a file it has no words for
            raise damaged() from None
        raise


def _with_pictures(grid: Grid) -> Grid:
    """WPS keeps a picture in a cell as a formula of its own; people see a picture there and no formula."""
    rows = [
        [PICTURE if isinstance(value, str) and _DISPIMG.match(value) else value for value in row] for row in grid.rows
    ]
    return Grid(grid.sheet, rows, grid.merges, hidden=grid.hidden)


def _told(kind: str, package: Package | None, data: bytes) -> Sequence[Told]:
    """What calamine does not tell of the sheets, by the order of the tabs; nothing of an .xlsx, asked later."""
    if kind == "xls":
        from perfxl.formats.xls_truths import sheets_of_xls

        return sheets_of_xls(data)
    if package is None or kind not in ("ods", "xlsb"):
        return ()
    from perfxl.formats import ods, xlsb

    return ods.sheets_of(package) if kind == "ods" else xlsb.sheets_of(package)


def _through_office(data: bytes, kind: str, to: str) -> bytes:
    """The file as LibreOffice writes it anew. Raises ``Unreadable`` where that is not installed or cannot read it."""
    office = program()
    if office is None:
        raise no_office(_OLD_WORD[kind])
    done = converted(office, data, kind, to, _READERS.get(kind, ""))
    if done is None:
        raise damaged() if kind == "xls" else damaged_document()
    return done


def _other_book(kind: str, data: bytes, package: Package | None) -> Book:
    """A document, a page or XML 2003: what reads them is loaded when first met."""
    if kind == "xml2003":
        from perfxl.formats.spreadsheetml import read_spreadsheetml

        grids, truths = read_spreadsheetml(data)
        return Book(grids, None, truths=truths)
    unread: tuple[str, ...] = ()
    if package is not None:
        from perfxl.formats.word import read_document

        flow, unread = read_document(package)
    else:
        from perfxl.formats.pages import read_archive, read_page

        flow = read_page(data) if kind == "html" else read_archive(data)
    return Book([flow.grid], None, flow.places, flow.shown, unread)


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


def _grid(workbook: CalamineWorkbook, index: int, others: Sequence[Told], room: _Room) -> Grid:
    """One sheet; ``others`` is what is known of all the sheets where calamine does not tell it."""
    sheet = workbook.get_sheet_by_index(index)
    room.take(min(sheet.total_height, MAX_ROWS) * min(sheet.total_width, MAX_COLS))
    rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS)
    told = sheet.merged_cell_ranges
    merges = others[index].merges if index < len(others) else None
    if merges is not None:
        found = merges
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
