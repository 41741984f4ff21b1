"""7z archives by py7zr. Files are packed together, so all are unpacked in one go and then handed out."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import py7zr
from py7zr.io import Py7zIO, WriterFactory

from perfxl.model import Text
from perfxl.sources.archives.member import (
    DAMAGED,
    DAMAGED_MEMBER,
    LOCKED_WHOLE,
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_UNPACKED,
    TOO_LARGE,
    TOO_MUCH,
    CannotUnpack,
    Member,
)
from perfxl.sources.archives.names import parts_of
from perfxl.sources.received import Shelf


def members(path: Path) -> Iterator[Member]:
    """The files of a 7z archive."""
    shelf = Shelf()
    factory = _Factory(shelf)
    sums: dict[str, int | None] = {}
    reason: Text | None = None
    try:
        with path.open("rb") as file, py7zr.SevenZipFile(file) as archive:
            sums.update(_sums(archive))
            archive.extract(targets=[name for name in sums if _stays_inside(name)], factory=factory)
    except CannotUnpack as error:
        reason = error.reason
    except py7zr.PasswordRequired:
        reason = LOCKED_WHOLE
    except Exception:  # the decoders raise what they like on bytes that are not theirs
        reason = DAMAGED
    for writer in factory.writers:
        writer.close()
        if writer.given > MAX_MEMBER:
            yield Member(writer.name, None, TOO_LARGE)
        elif writer.sum == (sums.get(writer.name) or writer.sum):
            yield Member(writer.name, partial(_read, writer.path))
        writer.path.unlink(missing_ok=True)
    for name in sums:
        if not _stays_inside(name):
            yield Member(name, None, DAMAGED_MEMBER)
    if reason is not None:
        raise CannotUnpack(reason)


def _sums(archive: py7zr.SevenZipFile) -> dict[str, int | None]:
    """The files that it holds and the check sum of each."""
    if archive.needs_password():
        raise CannotUnpack(LOCKED_WHOLE)
    infos = [info for info in archive.list() if not info.is_directory]
    if len(infos) > MAX_MEMBERS:
        raise CannotUnpack(TOO_MUCH)
    return {info.filename: info.crc32 for info in infos}


def _read(path: Path) -> IO[bytes]:
    return path.open("rb")


def _stays_inside(name: str) -> bool:
    """Whether the library unpacks it: one name that leads elsewhere would cost it all the others."""
    return "/".join(parts_of(name)) == name.replace("\\", "/")


class _Factory(WriterFactory):
    """Makes a file on the shelf for each file of the archive and counts what is written to all of them."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.writers: list[_Writer] = []

    @property
    def given(self) -> int:
        return sum(writer.given for writer in self.writers)

    def create(self, filename: str) -> Py7zIO:
        writer = _Writer(self, filename)
        self.writers.append(writer)
        return writer


class _Writer(Py7zIO):
    """Writes what belongs to one file, and no more than any return holds."""

    def __init__(self, factory: _Factory, name: str) -> None:
        self.factory, self.name = factory, name
        self.path = factory.shelf.place()
        self.given = self.sum = 0
        self._file: IO[bytes] = self.path.open("wb")

    def write(self, s: bytes | bytearray) -> int:
        self.given += len(s)
        self.sum = zlib.crc32(s, self.sum)
        if self.factory.given > MAX_UNPACKED:
            raise CannotUnpack(TOO_MUCH)
        if self.given <= MAX_MEMBER:
            self._file.write(s)
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def flush(self) -> None:
        self._file.flush()

    def size(self) -> int:
        return self.given

    def close(self) -> None:
        self._file.close()
