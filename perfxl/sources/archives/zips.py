"""Zip archives: the standard library unpacks them; names and lies are ours to see through."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import IO

from perfxl.sources.archives.member import (
    DAMAGED,
    LINK,
    TOO_MUCH,
    UNKNOWN_METHOD,
    VOLUMES,
    CannotUnpack,
    LockedError,
    Member,
)
from perfxl.sources.archives.names import decoded

_UTF8, _ENCRYPTED = 0x800, 0x1
_UNICODE_PATH = 0x7075
#: bytes of the directory of an archive, which is read as a whole
_MAX_DIRECTORY = 16 * 2**20
_END = b"PK\x05\x06"
#: what the name of the first part of an office document begins with
_OFFICE = (b"[content_types].xml", b"_rels", b"docprops", b"xl/", b"xl\\", b"word", b"customxml", b"mimetype")


def is_document(path: Path, head: bytes) -> bool:
    """Whether a zip is an office document, which is read as one file: by its first name, else by all of them."""
    length = int.from_bytes(head[26:28], "little")
    if head[30 : 30 + length].lower().startswith(_OFFICE):
        return True
    try:
        with _opened(path) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
    except CannotUnpack as error:
        return error.reason is DAMAGED  # the reader of workbooks says it better
    return bool(
        "[content_types].xml" in names
        or {"mimetype", "content.xml"} <= names
        or any(name.startswith(("xl/workbook.", "xl/worksheets/", "word/document.")) for name in names)
    )


def members(path: Path) -> Iterator[Member]:
    """The files of a zip archive."""
    with _opened(path) as archive:
        for info in archive.infolist():
            name = _name(info)
            if name.endswith(("/", "\\")):
                continue
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) == stat.S_IFLNK:
                yield Member(name, None, LINK)
            else:
                yield Member(name, partial(_stream, archive, info))


def _stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> AbstractContextManager[IO[bytes]]:
    if info.flag_bits & _ENCRYPTED:
        raise LockedError
    try:
        return archive.open(info)
    except NotImplementedError as error:
        raise CannotUnpack(UNKNOWN_METHOD) from error


def _opened(path: Path) -> zipfile.ZipFile:
    _refuse_huge_directory(path)
    try:
        return zipfile.ZipFile(path)
    except Exception as error:  # on a damaged directory the library raises what it likes
        raise CannotUnpack(VOLUMES if "disk" in str(error) else DAMAGED) from error


def _refuse_huge_directory(path: Path) -> None:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    place = tail.rfind(_END)
    if place >= 0 and int.from_bytes(tail[place + 12 : place + 16], "little") > _MAX_DIRECTORY:
        raise CannotUnpack(TOO_MUCH)


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a file. Without the mark for UTF-8 the library takes the bytes for those of an old PC: taken back."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    return _unicode_path(info.extra, raw) or decoded(raw)


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name in UTF-8 that some programs add beside the old one; ``""`` if there is none that belongs to it."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        field = extra[place + 4 : place + 4 + size]
        if kind == _UNICODE_PATH and size > 5 and int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
            return field[5:].decode("utf-8", "replace")
        place += 4 + size
    return ""
