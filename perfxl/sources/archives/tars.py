"""Tar archives and single packed files (.gz .bz2 .xz), read as a stream: nothing is unpacked that is not counted."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

from perfxl.sources.archives.member import DAMAGED, LINK, MAX_UNPACKED, TOO_MUCH, CannotUnpack, Member
from perfxl.sources.archives.names import decoded

#: how a packed stream begins -> what unpacks it
_PACKERS: dict[bytes, Callable[[IO[bytes]], io.BufferedIOBase]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 512
_MAGIC = slice(257, 262)


def is_tar(head: bytes) -> bool:
    """Whether these bytes begin a tar archive."""
    return head[_MAGIC] == b"ustar"


def members(path: Path) -> Iterator[Member]:
    """The files of a tar archive, packed or not; a packed file that is no tar is the only one, without a name."""
    with path.open("rb") as file:
        head = file.peek(8)[:8]
        unpacker = next((opened for magic, opened in _PACKERS.items() if head.startswith(magic)), None)
        counted = _Counted(unpacker(file) if unpacker else file)
        stream = io.BufferedReader(counted, _BLOCK * 32)
        if is_tar(stream.peek(_BLOCK)):
            yield from _of_tar(stream)
        else:
            yield Member("", lambda: nullcontext(stream))


def _of_tar(stream: IO[bytes]) -> Iterator[Member]:
    with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
        for info in archive:
            name = decoded(info.name.encode("utf-8", "surrogateescape"))
            if info.isfile():
                yield Member(name, lambda info=info: _open(archive, info))  # type: ignore[misc]
            elif info.issym() or info.islnk():
                yield Member(name, None, LINK)


def _open(archive: tarfile.TarFile, info: tarfile.TarInfo) -> AbstractContextManager[IO[bytes]]:
    stream = archive.extractfile(info)
    if stream is None:
        raise CannotUnpack(DAMAGED)
    return stream


class _Counted(io.RawIOBase):
    """A stream that ends the reading once it has given more than any archive of returns holds, skipped bytes too."""

    def __init__(self, inner: io.BufferedIOBase) -> None:
        self._inner = inner
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        piece = self._inner.read(len(room))
        self._given += len(piece)
        if self._given > MAX_UNPACKED + MAX_UNPACKED // 8:
            raise CannotUnpack(TOO_MUCH)
        room[: len(piece)] = piece
        return len(piece)
