"""What an .xls holds, told from its records before it is read as a whole (see ``volume``)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence

from perfxl.formats.errors import damaged, too_many_cells
from perfxl.formats.far import MAX_COLS, MAX_ROWS
from perfxl.formats.volume import MAX_CELLS, MAX_TEXT

#: records that begin with the row and column of a cell: formula, text, number, truth value or error, text with formats
_CELL = frozenset((0x0006, 0x0204, 0x0203, 0x0205, 0x00D6, 0x00FD, 0x027E))
_MULTIPLE = 0x00BD
_SHARED = 0x00FD
_STRINGS, _CONTINUED = 0x00FC, 0x003C
_WIDE, _EXTENDED, _RICH = 0x01, 0x04, 0x08
#: what a number says that stands for an error, in .xlsb too
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def weigh_xls(data: bytes) -> None:
    """Raise ``Unreadable`` for an .xls whose cells stand too far away, or hold more than any return."""
    cells = shared = 0
    strings: list[bytes] = []
    last = 0
    for kind, body in records(stream(data)):
        if kind in _CELL or kind == _MULTIPLE:
            if len(body) < 6:
                raise damaged()
            row, col = struct.unpack_from("<HH", body)
            end = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MULTIPLE else col
            cells += max(end - col, 0) + 1
            shared += kind == _SHARED
            if row >= MAX_ROWS or end >= MAX_COLS or cells > MAX_CELLS:
                raise too_many_cells()
        elif kind == _STRINGS:
            strings = [body[8:]]
        elif kind == _CONTINUED and last in (_STRINGS, _CONTINUED) and strings:
            strings.append(body)
        last = kind
    if strings and shared * 2 * _longest(strings) > MAX_TEXT:
        raise too_many_cells()


def stream(data: bytes) -> bytes:
    """The records of the workbook. Raises ``Unreadable`` where there are none."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            name = next(path for path in ole.listdir() if path[0].lower() in ("workbook", "book"))
            return bytes(ole.openstream(name).read())
    except (OSError, ValueError, TypeError, LookupError, StopIteration, struct.error) as error:
        raise damaged() from error


def records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of every record."""
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


def short_number(raw: int) -> float:
    """A number in four bytes (RK): thirty bits of it, whether it is whole, whether it is to be divided by 100."""
    bits = raw & ~0x03
    if raw & 0x02:
        number = float((bits ^ 0x8000_0000) - 0x8000_0000 >> 2)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", bits << 32))
    return number / 100 if raw & 0x01 else number


def _longest(segments: Sequence[bytes]) -> int:
    """The letters of the longest shared text. A text may run over several records, and widen where one ends."""
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
