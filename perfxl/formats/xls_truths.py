"""What the fast look does not tell of an .xls: how numbers are shown, errors, hidden rows and columns.

Its formulas are compiled; they are not told.
"""

from __future__ import annotations

import struct

from perfxl.formats.errors import Unreadable
from perfxl.formats.far import MAX_COLS, MAX_ROWS
from perfxl.formats.number_formats import BUILT_IN, number_format
from perfxl.formats.xls import ERRORS, records, short_number, stream
from perfxl.formats.xlsx_details import Told, Truth

_BEGIN, _END, _SHEET, _FORMAT, _STYLE = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_ROW, _COLUMNS = 0x0208, 0x007D
#: records of a cell with a number: plain, short, formula; many short ones of a row in one
_NUMBER, _SHORT, _FORMULA, _SHORTS = 0x0203, 0x027E, 0x0006, 0x00BD
_TRUTH_OR_ERROR = 0x0205
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01


def sheets_of_xls(data: bytes) -> list[Told]:
    """All sheets in the order of the tabs; none of a file whose records are not as they should be."""
    try:
        return _Reader().read(stream(data))
    except (Unreadable, struct.error, IndexError):
        return []


class _Reader:
    def __init__(self) -> None:
        self._starts: list[int] = []
        self._codes: dict[int, str] = {}
        self._styles: list[int] = []
        self._sheets: dict[int, Told] = {}

    def read(self, data: bytes) -> list[Told]:
        """Walk over the records: first those of the workbook, then sheet after sheet, charts inside of sheets."""
        here: Told | None = None
        depth = place = 0
        for kind, body in records(data):
            if kind == _BEGIN:
                depth += 1
                if depth == 1 and place in self._starts:
                    here = self._sheets[place] = Told()
            elif kind == _END:
                depth -= 1
                here = here if depth else None
            elif here is None:
                self._of_workbook(kind, body)
            elif depth == 1:
                self._of_sheet(here, kind, body)
            place += 4 + len(body)
        return [self._sheets.get(start, Told()) for start in self._starts]

    def _of_workbook(self, kind: int, body: bytes) -> None:
        if kind == _SHEET:
            self._starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _STYLE:
            self._styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT:
            (number,) = struct.unpack_from("<H", body)
            # letters of two bytes or one: what a format is told by is the same in both
            self._codes[number] = body[5:].decode("utf-16-le" if body[4] & 1 else "latin-1", "replace")

    def _of_sheet(self, sheet: Told, kind: int, body: bytes) -> None:
        if kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", body)
            if flags & _HIDDEN_ROW and row < MAX_ROWS:
                sheet.hidden_rows.add(row + 1)
        elif kind == _COLUMNS:
            first, last, flags = struct.unpack_from("<HH4xH", body)
            if flags & _HIDDEN_COLUMN:
                sheet.hidden_cols.update(range(first + 1, min(last, MAX_COLS - 1) + 2))
        elif kind == _SHORTS:
            row, col = struct.unpack_from("<HH", body)
            for number in range((len(body) - 6) // 6):
                style, raw = struct.unpack_from("<HI", body, 4 + 6 * number)
                self._shown(sheet, row, col + number, style, short_number(raw))
        elif kind in (_NUMBER, _SHORT, _FORMULA, _TRUTH_OR_ERROR):
            row, col, style = struct.unpack_from("<HHH", body)
            if error := _error(kind, body):
                sheet.truths[row + 1, col + 1] = Truth(error=error)
            elif kind != _TRUTH_OR_ERROR and not (kind == _FORMULA and body[12:14] == b"\xff\xff"):
                (raw,) = struct.unpack_from("<I" if kind == _SHORT else "<d", body, 6)
                self._shown(sheet, row, col, style, short_number(raw) if kind == _SHORT else raw)

    def _shown(self, sheet: Told, row: int, col: int, style: int, value: float) -> None:
        number = self._styles[style] if style < len(self._styles) else 0
        form = number_format(self._codes.get(number, BUILT_IN.get(number, "")))
        shown = form.shown(value)
        if form.percent or shown is not None:
            sheet.truths[row + 1, col + 1] = Truth(percent=form.percent, shown=shown)


def _error(kind: int, body: bytes) -> str:
    """The error that a cell shows, ``""`` for none."""
    if kind == _TRUTH_OR_ERROR and body[7]:
        return ERRORS.get(body[6], "#N/A")
    if kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return ERRORS.get(body[8], "#N/A")
    return ""
