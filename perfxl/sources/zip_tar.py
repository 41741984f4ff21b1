"""Zip and tar archives, and single packed files (.gz .bz2 .xz), by the standard library."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from perfxl.sources import archive_members
from perfxl.sources.archive_members import CannotUnpack, LockedError, Member, decoded_name

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: how a packed stream begins -> what unpacks it
PACKERS: dict[bytes, Callable[[IO[bytes]], io.BufferedIOBase]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}
_UTF8, _ENCRYPTED = 0x800, 0x1
_UNICODE_PATH = 0x7075
_END = b"PK\x05\x06"
#: parts by which programs know a zip that is one file to people: office files, fixed pages, forms of Apple, programs
_PARTS = ("xl/workbook.", "xl/worksheets/", "word/document.")
_ONE_FILE = frozenset(
    ("[content_types].xml", "mimetype", "ofd.xml", "index.zip", "index.apxl", "fixeddocseq.fdseq",
     "androidmanifest.xml", "meta-inf/manifest.mf")
)  # fmt: skip
#: how the name of the first part of an office document begins
_OFFICE = (b"[content_types].xml", b"_rels", b"docprops", b"xl/", b"xl\\", b"word", b"customxml", b"mimetype")


def is_document(path: Path, head: bytes) -> bool:
    """Whether a zip is an office document, which is read as one file: by its first name, else by all of them."""
    length = int.from_bytes(head[26:28], "little")
    if head[30 : 30 + length].lower().startswith(_OFFICE):
        return True
    try:
        with _opened_zip(path) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
    except CannotUnpack as error:
        return error.reason is archive_members.DAMAGED  # the reader of workbooks has a better message
    return bool(
        names & _ONE_FILE
        or {"meta-inf/manifest.xml", "content.xml"} <= names
        or any(name.startswith(_PARTS) or name.endswith(".iwa") for name in names)
    )


def zip_members(path: Path) -> Iterator[Member]:
    """The files of a zip archive. Raises ``CannotUnpack``."""
    with _opened_zip(path) as archive:
        for info in archive.infolist():
            name = _zip_name(info)
            if name.endswith(("/", "\\")):
                continue
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) == stat.S_IFLNK:
                yield Member(name, None, archive_members.LINK)
            else:
                yield Member(name, partial(_zip_stream, archive, info), saved=_saved(info))


def _saved(info: zipfile.ZipInfo) -> float:
    try:
        return datetime(*info.date_time).astimezone().timestamp()
    except (ValueError, OverflowError, OSError):  # a damaged date
        return 0.0


def _zip_stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> AbstractContextManager[IO[bytes]]:
    if info.flag_bits & _ENCRYPTED:
        raise LockedError
    try:
        return archive.open(info)
    except NotImplementedError as error:
        raise CannotUnpack(archive_members.UNKNOWN_METHOD) from error


def _opened_zip(path: Path) -> zipfile.ZipFile:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    place = tail.rfind(_END)
    if place >= 0 and int.from_bytes(tail[place + 12 : place + 16], "little") > archive_members.MAX_DIRECTORY:
        raise CannotUnpack(archive_members.TOO_MUCH)
    try:
        return zipfile.ZipFile(path)
    except Exception as error:  # the library raises many kinds of errors on a damaged directory
        raise CannotUnpack(archive_members.VOLUMES if "disk" in str(error) else archive_members.DAMAGED) from error


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name of a file. Without the mark for UTF-8 the library decodes the bytes as CP437, which is undone."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    return _unicode_path(info.extra, raw) or decoded_name(raw)


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


_BLOCK = 512


def is_tar(head: bytes) -> bool:
    """Whether a file with this beginning is a tar archive."""
    return head[257:262] == b"ustar"


def tar_members(path: Path) -> Iterator[Member]:
    """The files of a tar archive, packed or not, as a counted stream; another packed file is one without a name."""
    with path.open("rb") as file:
        head = file.peek(8)[:8]
        unpacker = next((opened for magic, opened in PACKERS.items() if head.startswith(magic)), None)
        counted = _Counted(unpacker(file) if unpacker else file)
        stream = io.BufferedReader(counted, _BLOCK * 32)
        if not is_tar(stream.peek(_BLOCK)):
            yield Member("", lambda: nullcontext(stream))
            return
        with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
            for info in archive:
                name = decoded_name(info.name.encode("utf-8", "surrogateescape"))
                if info.isfile():
                    yield Member(name, partial(_tar_stream, archive, info), saved=float(info.mtime))
                elif info.issym() or info.islnk():
                    yield Member(name, None, archive_members.LINK)


def _tar_stream(archive: tarfile.TarFile, info: tarfile.TarInfo) -> AbstractContextManager[IO[bytes]]:
    stream = archive.extractfile(info)
    if stream is None:
        raise CannotUnpack(archive_members.DAMAGED)
    return stream


class _Counted(io.RawIOBase):
    """A stream that stops once it has given more than any archive of returns holds; skipped bytes count too."""

    def __init__(self, inner: io.BufferedIOBase) -> None:
        self._inner = inner
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        piece = self._inner.read(len(room))
        self._given += len(piece)
        if self._given > archive_members.MAX_UNPACKED + archive_members.MAX_UNPACKED // 8:
            raise CannotUnpack(archive_members.TOO_MUCH)
        room[: len(piece)] = piece
        return len(piece)
