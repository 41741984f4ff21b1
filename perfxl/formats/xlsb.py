"""What calamine does not read of an .xlsb (BIFF12): merged areas, number formats, errors, what is hidden; far cells.

Its formulas are compiled and are not read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from perfxl.formats.cell_details import BUILT_IN, CellDetails, NumberFormat, SheetExtras, number_format
from perfxl.formats.errors import BROKEN_XML, DAMAGED, TOO_MUCH, Unreadable
from perfxl.formats.limits import MAX_COLS, MAX_ROWS
from perfxl.formats.package import Package
from perfxl.formats.xls import ERRORS, short_number

# kinds of records
_ROW, _BLANK, _LAST_CELL = 0, 1, 11
#: cells with a number: short, plain, formula; with an error: plain, formula
_SHORT, _REAL, _FORMULA, _ERRORS = 2, 5, 9, (3, 11)
_SHEET, _MERGED, _COLUMNS = 156, 176, 60
_FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 44, 47, 617, 618
#: flags of a row, a run of columns
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x10, 0x01


def sheets_of_xlsb(package: Package) -> list[SheetExtras]:
    """All sheets in the order of the tabs. Raises ``Unreadable`` for one that is damaged or holds too much."""
    try:
        targets = {link.id: link.target for link in package.relationships("xl/workbook.bin")}
        formats = _formats(package.part("xl/styles.bin"))
        sheets = [body for kind, body in _records(package.part("xl/workbook.bin")) if kind == _SHEET]
        return [_sheet(package.part(targets[_text(body, 8)]), formats) for body in sheets]
    except (struct.error, *BROKEN_XML) as error:
        raise Unreadable(*DAMAGED) from error


def _formats(styles: bytes) -> list[NumberFormat]:
    """How each style of a cell shows numbers."""
    codes: dict[int, str] = {}
    numbers: list[int] = []
    of_cells = False
    for kind, body in _records(styles):
        if kind in (_BEGIN_STYLES, _END_STYLES):
            of_cells = kind == _BEGIN_STYLES
        elif kind == _FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body, 2)
        elif kind == _STYLE and of_cells:
            numbers.append(struct.unpack_from("<H", body, 2)[0])
    return [number_format(codes.get(number, BUILT_IN.get(number, ""))) for number in numbers]


def _sheet(data: bytes, formats: Sequence[NumberFormat]) -> SheetExtras:
    sheet, merges, row = SheetExtras(), [], 0
    for kind, body in _records(data):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body)
            if len(body) > 11 and body[11] & _HIDDEN_ROW:
                sheet.hide_rows(row + 1, row + 1)
        elif _BLANK < kind <= _LAST_CELL:
            col, style = struct.unpack_from("<II", body)
            if row >= MAX_ROWS or col >= MAX_COLS:
                raise Unreadable(*TOO_MUCH)  # calamine would keep a value for everything between A1 and this cell
            style &= 0xFF_FFFF
            if details := _details(kind, body, formats[style] if style < len(formats) else NumberFormat()):
                sheet.details[row + 1, col + 1] = details
        elif kind == _COLUMNS:
            first, last, flags = struct.unpack_from("<II8xH", body)
            if flags & _HIDDEN_COLUMN:
                sheet.hide_columns(first + 1, last + 1)
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            merges.append((top + 1, left + 1, bottom + 1, right + 1))
    sheet.merges = merges
    return sheet


def _details(kind: int, body: memoryview, form: NumberFormat) -> CellDetails | None:
    if kind in _ERRORS:
        return CellDetails(error=ERRORS.get(body[8], "#N/A"))
    if kind not in (_SHORT, _REAL, _FORMULA):
        return None
    (raw,) = struct.unpack_from("<I" if kind == _SHORT else "<d", body, 8)
    return form.details(short_number(raw) if kind == _SHORT else raw)


def _records(data: bytes) -> Iterator[tuple[int, memoryview]]:
    """Kind and content of every record; kind and size are numbers of seven bits a byte, the lowest first."""
    view, place = memoryview(data), 0
    while place < len(view):
        kind = view[place]
        place += 1
        if kind & 0x80:
            kind = kind & 0x7F | view[place] << 7
            place += 1
        size = shift = 0
        while shift < 28:
            byte = view[place]
            place += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield kind, view[place : place + size]
        place += size


def _text(body: memoryview, place: int) -> str:
    (length,) = struct.unpack_from("<I", body, place)
    return bytes(body[place + 4 : place + 4 + 2 * length]).decode("utf-16-le")
