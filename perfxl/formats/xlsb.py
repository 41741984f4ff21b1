"""What the fast look does not tell of an .xlsb: merged areas, how numbers are shown, errors, what is hidden; far cells.

Its formulas are compiled; they are not told.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from perfxl.formats.errors import BROKEN_XML, damaged, too_much
from perfxl.formats.far import MAX_COLS, MAX_ROWS
from perfxl.formats.number_formats import BUILT_IN, NumberFormat, number_format
from perfxl.formats.package import Package
from perfxl.formats.xls import ERRORS, short_number
from perfxl.formats.xlsx_details import Told, Truth

_ROW, _BLANK, _LAST_CELL = 0, 1, 11
#: cells with a number: short, plain, formula; with an error: plain, formula
_SHORT, _REAL, _FORMULA, _ERRORS = 2, 5, 9, (3, 11)
_SHEET, _MERGED, _COLUMNS = 156, 176, 60
_FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 44, 47, 617, 618
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x10, 0x01


class _Record(NamedTuple):
    kind: int
    body: memoryview


def sheets_of(package: Package) -> list[Told]:
    """All sheets in the order of the tabs. Raises ``Unreadable`` for one that is damaged or holds too much."""
    try:
        targets = {link.id: link.target for link in package.relationships("xl/workbook.bin")}
        formats = _formats(package.part("xl/styles.bin"))
        sheets = [body for kind, body in _records(package.part("xl/workbook.bin")) if kind == _SHEET]
        return [_sheet(package.part(targets[_text(body, 8)]), formats) for body in sheets]
    except (struct.error, *BROKEN_XML) as error:
        raise damaged() from error


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


def _sheet(data: bytes, formats: Sequence[NumberFormat]) -> Told:
    told, merges, row = Told(), [], 0
    for kind, body in _records(data):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body)
            if len(body) > 11 and body[11] & _HIDDEN_ROW and row < MAX_ROWS:
                told.hidden_rows.add(row + 1)
        elif _BLANK < kind <= _LAST_CELL:
            col, style = struct.unpack_from("<II", body)
            if row >= MAX_ROWS or col >= MAX_COLS:
                raise too_much()  # the fast look would make room for everything between A1 and this cell
            style &= 0xFF_FFFF
            if truth := _truth(kind, body, formats[style] if style < len(formats) else NumberFormat()):
                told.truths[row + 1, col + 1] = truth
        elif kind == _COLUMNS:
            first, last, flags = struct.unpack_from("<II8xH", body)
            if flags & _HIDDEN_COLUMN:
                told.hidden_cols.update(range(first + 1, min(last, MAX_COLS - 1) + 2))
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            merges.append((top + 1, left + 1, bottom + 1, right + 1))
    told.merges = merges
    return told


def _truth(kind: int, body: memoryview, form: NumberFormat) -> Truth | None:
    """What a cell holds beside its value, if there is anything to tell."""
    if kind in _ERRORS:
        return Truth(error=ERRORS.get(body[8], "#N/A"))
    if kind not in (_SHORT, _REAL, _FORMULA):
        return None
    (raw,) = struct.unpack_from("<I" if kind == _SHORT else "<d", body, 8)
    shown = form.shown(short_number(raw) if kind == _SHORT else raw)
    return Truth(percent=form.percent, shown=shown) if form.percent or shown is not None else None


def _records(data: bytes) -> Iterator[_Record]:
    """The records of a part: kind and size are numbers of seven bits a byte, the lowest first."""
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
        yield _Record(kind, view[place : place + size])
        place += size


def _text(body: memoryview, place: int) -> str:
    (length,) = struct.unpack_from("<I", body, place)
    return bytes(body[place + 4 : place + 4 + 2 * length]).decode("utf-16-le")
