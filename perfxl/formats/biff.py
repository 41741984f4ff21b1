"""What calamine does not read of an .xls (BIFF8) and of an .xlsb (BIFF12), from their records.

Volume, merged areas of an .xlsb, number formats, errors, what is hidden. Formulas are compiled and are not read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from perfxl.formats import errors
from perfxl.formats.cell_details import CellDetails, NumberFormat, SheetExtras, format_of
from perfxl.formats.errors import BROKEN_XML, DAMAGED, Unreadable
from perfxl.formats.package import Package

#: error values by their number
_ERROR_VALUES = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip

# kinds of records, by their names in [MS-XLS]
_BOF, _EOF, _BOUNDSHEET, _FORMAT, _XF = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_ROW, _COLINFO = 0x0208, 0x007D
_FORMULA, _NUMBER, _LABEL, _BOOLERR, _RSTRING, _LABELSST, _RK = 0x0006, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, 0x027E
_MULRK = 0x00BD
_SST, _CONTINUE = 0x00FC, 0x003C
#: the records that begin with the row and column of one cell
_CELLS = frozenset((_FORMULA, _NUMBER, _LABEL, _BOOLERR, _RSTRING, _LABELSST, _RK))
#: flags of a row, a run of columns, a text
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01
_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08
# the same of an .xlsb, by their numbers in [MS-XLSB]
_B_ROW, _B_BLANK, _B_LAST_CELL = 0, 1, 11
#: cells with a number: short, plain, formula; with an error: plain, formula
_B_SHORT, _B_REAL, _B_FORMULA, _B_ERRORS = 2, 5, 9, (3, 11)
_B_SHEET, _B_MERGED, _B_COLUMNS = 156, 176, 60
_B_FORMAT, _B_STYLE, _B_BEGIN_STYLES, _B_END_STYLES = 44, 47, 617, 618
#: flags of a row, a run of columns
_B_HIDDEN_ROW, _B_HIDDEN_COLUMN = 0x10, 0x01


def check_xls_volume(stream: bytes) -> None:
    """Raise ``Unreadable`` for the records of an .xls that has cells too far away, or more than any return."""
    cells = shared = 0
    strings: list[bytes] = []
    in_strings = False
    for kind, body in _records(stream):
        if kind in _CELLS or kind == _MULRK:
            if len(body) < 6:
                raise Unreadable(*DAMAGED)
            row, col = struct.unpack_from("<HH", body)
            end = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MULRK else col
            cells += max(end - col, 0) + 1
            shared += kind == _LABELSST
            if row >= errors.MAX_ROWS or end >= errors.MAX_COLS:
                raise errors.far_cell(row + 1, end + 1)
            if cells > errors.MAX_CELLS:
                raise Unreadable(*errors.TOO_MANY_CELLS)
        elif kind == _SST:
            strings = [body[8:]]
        elif kind == _CONTINUE and in_strings:  # of others, such as text boxes, it is the rest of those
            strings.append(body)
        in_strings = kind == _SST or (kind == _CONTINUE and in_strings)
    if strings and shared * 2 * _longest(strings) > errors.MAX_TEXT:
        raise Unreadable(*errors.TOO_MANY_CELLS)


def _longest(segments: Sequence[bytes]) -> int:
    """The characters of the longest shared text. A text may run over several records, and widen where one ends."""
    longest, number, place = 0, 0, 0
    while number < len(segments):
        segment = segments[number]
        if place + 3 > len(segment):
            number, place = number + 1, 0
            continue
        letters, flags = struct.unpack_from("<HB", segment, place)
        longest = max(longest, letters)
        place += 3
        rest = 0
        if flags & _RICH and place + 2 <= len(segment):
            rest += 4 * struct.unpack_from("<H", segment, place)[0]
            place += 2
        if flags & _EXTENDED and place + 4 <= len(segment):
            rest += struct.unpack_from("<I", segment, place)[0]
            place += 4
        width = 2 if flags & _WIDE else 1
        while letters and number < len(segments):
            here = min(letters, (len(segments[number]) - place) // width)
            letters, place = letters - here, place + here * width
            if letters:
                number, place = number + 1, 1
                width = 2 if number < len(segments) and segments[number][:1] == b"\x01" else 1
        while rest and number < len(segments):
            here = min(rest, len(segments[number]) - place)
            rest, place = rest - here, place + here
            if rest:
                number, place = number + 1, 0
    return longest


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of every record."""
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


def _short_number(raw: int) -> float:
    """A number in four bytes (RK): thirty bits of it, whether it is whole, whether it is to be divided by 100."""
    bits = raw & ~0x03
    if raw & 0x02:
        number = float((bits ^ 0x8000_0000) - 0x8000_0000 >> 2)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", bits << 32))
    return number / 100 if raw & 0x01 else number


def sheets_of_xls(stream: bytes) -> list[SheetExtras]:
    """All sheets in the order of the tabs; none of a file with malformed records."""
    try:
        return _XlsReader().read(stream)
    except (Unreadable, struct.error, IndexError):
        return []


class _XlsReader:
    def __init__(self) -> None:
        self._starts: list[int] = []
        self._codes: dict[int, str] = {}
        self._styles: list[int] = []
        self._sheets: dict[int, SheetExtras] = {}

    def read(self, data: bytes) -> list[SheetExtras]:
        """Go through the records: first those of the workbook, then sheet after sheet, with charts inside of sheets."""
        here: SheetExtras | None = None
        depth = place = 0
        for kind, body in _records(data):
            if kind == _BOF:
                depth += 1
                if depth == 1 and place in self._starts:
                    here = self._sheets[place] = SheetExtras()
            elif kind == _EOF:
                depth -= 1
                here = here if depth else None
            elif here is None:
                self._of_workbook(kind, body)
            elif depth == 1:
                self._of_sheet(here, kind, body)
            place += 4 + len(body)
        return [self._sheets.get(start, SheetExtras()) for start in self._starts]

    def _of_workbook(self, kind: int, body: bytes) -> None:
        if kind == _BOUNDSHEET:
            self._starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _XF:
            self._styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT:
            (number,) = struct.unpack_from("<H", body)
            # characters of two bytes or one: the parts of a format that matter are the same in both
            self._codes[number] = body[5:].decode("utf-16-le" if body[4] & 1 else "latin-1", "replace")

    def _of_sheet(self, sheet: SheetExtras, kind: int, body: bytes) -> None:
        if kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", body)
            if flags & _HIDDEN_ROW:
                sheet.hide_rows(row + 1, row + 1)
        elif kind == _COLINFO:
            first, last, flags = struct.unpack_from("<HH4xH", body)
            if flags & _HIDDEN_COLUMN:
                sheet.hide_columns(first + 1, last + 1)
        elif kind == _MULRK:
            row, col = struct.unpack_from("<HH", body)
            for number in range((len(body) - 6) // 6):
                style, raw = struct.unpack_from("<HI", body, 4 + 6 * number)
                self._add_number(sheet, row, col + number, style, _short_number(raw))
        elif kind in (_NUMBER, _RK, _FORMULA, _BOOLERR):
            row, col, style = struct.unpack_from("<HHH", body)
            if error := _error(kind, body):
                sheet.details[row + 1, col + 1] = CellDetails(error=error)
            elif kind != _BOOLERR and not (kind == _FORMULA and body[12:14] == b"\xff\xff"):
                (raw,) = struct.unpack_from("<I" if kind == _RK else "<d", body, 6)
                self._add_number(sheet, row, col, style, _short_number(raw) if kind == _RK else raw)

    def _add_number(self, sheet: SheetExtras, row: int, col: int, style: int, value: float) -> None:
        number = self._styles[style] if style < len(self._styles) else 0
        if details := format_of(number, self._codes).details(value):
            sheet.details[row + 1, col + 1] = details


def _error(kind: int, body: bytes) -> str:
    """The error that a cell shows, ``""`` for none."""
    if kind == _BOOLERR and body[7]:
        return _ERROR_VALUES.get(body[6], "#N/A")
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return _ERROR_VALUES.get(body[8], "#N/A")
    return ""


def sheets_of_xlsb(package: Package) -> list[SheetExtras]:
    """All sheets in the order of the tabs. Raises ``Unreadable`` for one that is damaged or holds too much."""
    try:
        targets = {link.id: link.target for link in package.relationships("xl/workbook.bin")}
        formats = _xlsb_formats(package.part("xl/styles.bin"))
        sheets = [body for kind, body in _long_records(package.part("xl/workbook.bin")) if kind == _B_SHEET]
        return [_xlsb_sheet(package.part(targets[_text(body, 8)]), formats) for body in sheets]
    except (struct.error, *BROKEN_XML) as error:
        raise Unreadable(*DAMAGED) from error


def _xlsb_formats(styles: bytes) -> list[NumberFormat]:
    """How each style of a cell shows numbers."""
    codes: dict[int, str] = {}
    numbers: list[int] = []
    of_cells = False
    for kind, body in _long_records(styles):
        if kind in (_B_BEGIN_STYLES, _B_END_STYLES):
            of_cells = kind == _B_BEGIN_STYLES
        elif kind == _B_FORMAT:
            codes[struct.unpack_from("<H", body)[0]] = _text(body, 2)
        elif kind == _B_STYLE and of_cells:
            numbers.append(struct.unpack_from("<H", body, 2)[0])
    return [format_of(number, codes) for number in numbers]


def _xlsb_sheet(data: bytes, formats: Sequence[NumberFormat]) -> SheetExtras:
    sheet, merges, row = SheetExtras(), [], 0
    for kind, body in _long_records(data):
        if kind == _B_ROW:
            (row,) = struct.unpack_from("<I", body)
            if len(body) > 11 and body[11] & _B_HIDDEN_ROW:
                sheet.hide_rows(row + 1, row + 1)
        elif _B_BLANK < kind <= _B_LAST_CELL:
            col, style = struct.unpack_from("<II", body)
            if row >= errors.MAX_ROWS or col >= errors.MAX_COLS:
                raise errors.far_cell(row + 1, col + 1)  # calamine keeps a value for everything between it and A1
            style &= 0xFF_FFFF
            if details := _xlsb_details(kind, body, formats[style] if style < len(formats) else NumberFormat()):
                sheet.details[row + 1, col + 1] = details
        elif kind == _B_COLUMNS:
            first, last, flags = struct.unpack_from("<II8xH", body)
            if flags & _B_HIDDEN_COLUMN:
                sheet.hide_columns(first + 1, last + 1)
        elif kind == _B_MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            merges.append((top + 1, left + 1, bottom + 1, right + 1))
    sheet.merges = merges
    return sheet


def _xlsb_details(kind: int, body: memoryview, form: NumberFormat) -> CellDetails | None:
    if kind in _B_ERRORS:
        return CellDetails(error=_ERROR_VALUES.get(body[8], "#N/A"))
    if kind not in (_B_SHORT, _B_REAL, _B_FORMULA):
        return None
    (raw,) = struct.unpack_from("<I" if kind == _B_SHORT else "<d", body, 8)
    return form.details(_short_number(raw) if kind == _B_SHORT else raw)


def _long_records(data: bytes) -> Iterator[tuple[int, memoryview]]:
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
