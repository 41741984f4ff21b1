"""Files of the old Office format (.xls): the records of the workbook, and a plain container for them.

Calamine is given a container made here with nothing in it but the records: so it meets no odd directory, no macros, no
password that every program knows, and no code page where there is none.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from perfxl.formats.errors import DAMAGED, ENCRYPTED, Unreadable
from perfxl.formats.passwords import opened

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOF, _EOF, _FILEPASS, _CODEPAGE = 0x0809, 0x000A, 0x002F, 0x0042
#: the version of Excel 97 and later, in which all texts are in Unicode, and the code page that says so
_BIFF8, _UNICODE = 0x0600, 1200
_BIFF5 = 0x0500
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _SMALL = 512, 4096


def workbook_records(data: bytes) -> bytes:
    """The records of the workbook, without encryption. Raises ``Unreadable`` where there are none, or a password."""
    stream = data if data[:8] != OLE else _stream(data)
    version = struct.unpack_from("<H", stream, 4)[0] if len(stream) > 8 else 0
    if version not in (_BIFF5, _BIFF8) or stream[:2] != b"\x09\x08":
        raise Unreadable(*DAMAGED)  # Excel 4 and before, which LibreOffice reads
    if any(kind == _FILEPASS and any(body) for kind, _, body in _first_records(stream)):
        if data[:8] != OLE:
            raise Unreadable(*ENCRYPTED)
        stream = _stream(opened(data))
    return _in_unicode(stream) if version == _BIFF8 else stream


def _stream(data: bytes) -> bytes:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            paths = {path[0].lower(): path for path in ole.listdir() if len(path) == 1}
            return bytes(ole.openstream(paths.get("workbook") or paths["book"]).read())
    except (OSError, ValueError, TypeError, LookupError, struct.error) as error:
        raise Unreadable(*DAMAGED) from error


def _first_records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Kind, place and content of the records of the workbook itself, which come before those of the sheets."""
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield kind, place, stream[place + 4 : place + 4 + size]
        if kind == _EOF:
            return
        place += 4 + size


def _in_unicode(stream: bytes) -> bytes:
    """The records with the code page that the version has, whatever they say; some libraries write another one."""
    changed = bytearray(stream)
    for kind, place, body in _first_records(stream):
        if kind == _CODEPAGE and len(body) == 2:
            struct.pack_into("<H", changed, place + 4, _UNICODE)
    return bytes(changed)


def container(records: bytes) -> bytes:
    """A file of the old Office format that holds these records of a workbook."""
    name = "Workbook" if records[4:6] == struct.pack("<H", _BIFF8) else "Book"
    body = records.ljust(_SMALL, b"\0")
    sectors = -(-len(body) // _SECTOR)
    table = [*range(1, sectors), _END, _END]  # those of the records one after the other, then the directory
    tables = 1
    while len(table) + tables > tables * _SECTOR // 4:
        tables += 1
    # beyond 109 tables, their places stand in sectors of their own
    lists = max(0, -(-(tables - 109) // 127))
    while len(table) + tables + lists > tables * _SECTOR // 4:
        tables += 1
        lists = max(0, -(-(tables - 109) // 127))
    first = len(table)
    places = list(range(first, first + tables))
    table += [_TABLE] * tables + [_FREE - 3] * lists
    table += [_FREE] * (tables * _SECTOR // 4 - len(table))
    head = OLE + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack(
        "<9I", 0, tables, sectors, 0, _SMALL, _END, 0, first + tables if lists else _END, lists
    )  # fmt: skip
    head += struct.pack("<109I", *places[:109], *[_FREE] * (109 - len(places[:109])))
    more = b""
    for number in range(lists):
        here = places[109 + 127 * number : 236 + 127 * number]
        following = first + tables + number + 1 if number + 1 < lists else _END
        more += struct.pack("<128I", *here, *[_FREE] * (127 - len(here)), following)
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 0, len(body)) + bytes(_SECTOR - 256)
    return b"".join((
        head, body.ljust(sectors * _SECTOR, b"\0"), directory, struct.pack(f"<{len(table)}I", *table), more,
    ))  # fmt: skip


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = f"{name}\0".encode("utf-16-le")
    head = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return text.ljust(64, b"\0") + head + bytes(36) + struct.pack("<IQ", start, size)
