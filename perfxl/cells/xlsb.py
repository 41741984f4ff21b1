"""What the fast look does not tell of an .xlsb: which cells are merged, and whether a cell stands far away."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator
from typing import NamedTuple

from perfxl.cells.far import MAX_COLS, MAX_ROWS
from perfxl.cells.grid import Merge
from perfxl.cells.package import Package
from perfxl.cells.refusal import BROKEN_XML, damaged, too_much

_ROW, _BLANK, _LAST_CELL = 0, 1, 11
_SHEET, _MERGED = 156, 176


class _Record(NamedTuple):
    kind: int
    body: memoryview


def merges_of(package: Package) -> list[list[Merge]]:
    """The merged areas of every sheet, in the order of the tabs."""
    from defusedxml.ElementTree import fromstring

    try:
        links = fromstring(package.part("xl/_rels/workbook.bin.rels"))
        targets = {node.get("Id"): node.get("Target", "") for node in links}
        found = []
        for record in _records(package.part("xl/workbook.bin")):
            if record.kind == _SHEET:
                target = targets[_text(record.body, 8)].replace("\\", "/")
                part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
                found.append(list(_merges(package.part(part))))
    except (struct.error, *BROKEN_XML) as error:
        raise damaged() from error
    return found


def _merges(sheet: bytes) -> Iterator[Merge]:
    row = 0
    for kind, body in _records(sheet):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body)
        elif _BLANK < kind <= _LAST_CELL:
            (col,) = struct.unpack_from("<I", body)
            if row >= MAX_ROWS or col >= MAX_COLS:
                raise too_much()  # the fast look would make room for everything between A1 and this cell
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            yield top + 1, left + 1, bottom + 1, right + 1


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
