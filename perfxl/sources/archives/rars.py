"""RAR archives by rarfile, which needs a program beside it for all that is really packed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import IO

import rarfile

from perfxl.sources.archives.member import (
    DAMAGED,
    LINK,
    LOCKED_WHOLE,
    MAX_MEMBER,
    NO_TOOL,
    TOO_LARGE,
    VOLUMES,
    CannotUnpack,
    LockedError,
    Member,
)


def members(path: Path) -> Iterator[Member]:
    """The files of a RAR archive."""
    try:
        archive = rarfile.RarFile(path)
    except rarfile.NeedFirstVolume as error:
        raise CannotUnpack(VOLUMES) from error
    except rarfile.PasswordRequired as error:
        raise CannotUnpack(LOCKED_WHOLE) from error
    except Exception as error:  # the library raises what it likes on bytes that are not RAR's
        raise CannotUnpack(DAMAGED) from error
    with archive:
        infos = archive.infolist()
        if not infos and archive.needs_password():
            raise CannotUnpack(LOCKED_WHOLE)
        for info in infos:
            if info.is_symlink():
                yield Member(info.filename, None, LINK)
            elif info.is_file():
                large = (info.file_size or 0) > MAX_MEMBER
                yield Member(info.filename, partial(_stream, archive, info), TOO_LARGE if large else None)


def _stream(archive: rarfile.RarFile, info: rarfile.RarInfo) -> AbstractContextManager[IO[bytes]]:
    if info.needs_password():
        raise LockedError
    try:
        stream: IO[bytes] = archive.open(info)
    except rarfile.RarCannotExec as error:
        raise CannotUnpack(NO_TOOL) from error
    except rarfile.NeedFirstVolume as error:
        raise CannotUnpack(VOLUMES) from error
    return stream
