"""RAR archives by rarfile, which needs a program for all that is really compressed, and 7z archives by py7zr."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import IO

import py7zr
import rarfile
from py7zr.io import Py7zIO, WriterFactory

from perfxl.model import Text
from perfxl.sources import archive_members
from perfxl.sources.archive_members import CannotUnpack, LockedError, Member
from perfxl.temp_folders import TempFolder


def rar_members(path: Path) -> Iterator[Member]:
    """The files of a RAR archive. Raises ``CannotUnpack``."""
    try:
        archive = rarfile.RarFile(path)
    except rarfile.NeedFirstVolume as error:
        raise CannotUnpack(archive_members.VOLUMES) from error
    except rarfile.PasswordRequired as error:
        raise CannotUnpack(archive_members.LOCKED_WHOLE) from error
    except Exception as error:  # the library raises many kinds of errors on bytes that are not RAR's
        raise CannotUnpack(archive_members.DAMAGED) from error
    with archive:
        infos = archive.infolist()
        if not infos and archive.needs_password():
            raise CannotUnpack(archive_members.LOCKED_WHOLE)
        for info in infos:
            if info.is_symlink():
                yield Member(info.filename, None, archive_members.LINK)
            elif info.is_file():
                too_large = archive_members.TOO_LARGE if (info.file_size or 0) > archive_members.MAX_MEMBER else None
                yield Member(info.filename, partial(_rar_stream, archive, info), too_large)


def _rar_stream(archive: rarfile.RarFile, info: rarfile.RarInfo) -> AbstractContextManager[IO[bytes]]:
    if info.needs_password():
        raise LockedError
    try:
        stream: IO[bytes] = archive.open(info)
    except rarfile.RarCannotExec as error:
        raise CannotUnpack(archive_members.NO_TOOL) from error
    except rarfile.NeedFirstVolume as error:
        raise CannotUnpack(archive_members.VOLUMES) from error
    return stream


def seven_zip_members(path: Path) -> Iterator[Member]:
    """The files of a 7z archive, which are packed together and so unpacked in one go. Raises ``CannotUnpack``."""
    factory = _Files(TempFolder())
    sums: dict[str, int | None] = {}
    reason: Text | None = None
    try:
        with path.open("rb") as packed, py7zr.SevenZipFile(packed) as archive:
            sums.update(_checksums(archive))
            archive.extract(targets=[name for name in sums if _stays_inside(name)], factory=factory)
    except CannotUnpack as error:
        reason = error.reason
    except py7zr.PasswordRequired:
        reason = archive_members.LOCKED_WHOLE
    except Exception:  # the decoders raise many kinds of errors on bytes that are not theirs
        reason = archive_members.DAMAGED
    for file in factory.files:
        file.close()
        if file.given > archive_members.MAX_MEMBER:
            yield Member(file.name, None, archive_members.TOO_LARGE)
        elif file.checksum == (sums.get(file.name) or file.checksum):
            yield Member(file.name, file.reopened)
        file.path.unlink(missing_ok=True)
    for name in sums:
        if not _stays_inside(name):
            yield Member(name, None, archive_members.DAMAGED_MEMBER)
    if reason is not None:
        raise CannotUnpack(reason)


def _checksums(archive: py7zr.SevenZipFile) -> dict[str, int | None]:
    """The files of the archive and the checksum of each."""
    if archive.needs_password():
        raise CannotUnpack(archive_members.LOCKED_WHOLE)
    infos = [info for info in archive.list() if not info.is_directory]
    if len(infos) > archive_members.MAX_MEMBERS:
        raise CannotUnpack(archive_members.TOO_MUCH)
    return {info.filename: info.crc32 for info in infos}


def _stays_inside(name: str) -> bool:
    """Whether the library unpacks it: one name that leads elsewhere would cost all the others."""
    return "/".join(archive_members.parts_of(name)) == name.replace("\\", "/")


class _Files(WriterFactory):
    """Makes a temporary file for each file of the archive and counts what is written to all of them."""

    def __init__(self, folder: TempFolder) -> None:
        self.folder = folder
        self.files: list[_File] = []

    @property
    def given(self) -> int:
        return sum(file.given for file in self.files)

    def create(self, filename: str) -> Py7zIO:
        file = _File(self, filename)
        self.files.append(file)
        return file


class _File(Py7zIO):
    """Writes what belongs to one file, and no more than any return holds."""

    def __init__(self, factory: _Files, name: str) -> None:
        self.factory, self.name = factory, name
        self.path = factory.folder.new_path()
        self.given = self.checksum = 0
        self._file: IO[bytes] = self.path.open("wb")

    def write(self, s: bytes | bytearray) -> int:
        self.given += len(s)
        self.checksum = zlib.crc32(s, self.checksum)
        if self.factory.given > archive_members.MAX_UNPACKED:
            raise CannotUnpack(archive_members.TOO_MUCH)
        if self.given <= archive_members.MAX_MEMBER:
            self._file.write(s)
        return len(s)

    def reopened(self) -> IO[bytes]:
        """What was written, to be read."""
        return self.path.open("rb")

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
