"""Archives and saved mails -> the files in them, unpacked by counted bytes into a private folder, nested ones too.

What cannot be read, because it is damaged, locked or too much, is named and costs nothing else. Zip and tar archives
are read with the standard library; the readers of the other kinds are imported when one is met.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Literal

from perfxl.model import Text, listed
from perfxl.sources import archive_members
from perfxl.sources.archive_members import CannotUnpack, LockedError, Member, parts_of
from perfxl.sources.received import MAIL_ENDINGS, Received, is_ignored_path
from perfxl.sources.zip_tar import PACKERS, is_document, is_tar, tar_members, zip_members
from perfxl.temp_folders import TempFolder

#: how deep archives may be nested
MAX_DEPTH = 4

LOCKED = Text(
    "压缩包设有密码，{names}未读取。请去掉密码重新压缩后报送。",
    "The archive is protected by a password; {names} not read. Pack it again without one.",
)
TOO_DEEP = Text(
    "压缩包一层套一层，超过 {n} 层，没有再打开。请解压后报送其中的工作簿。",
    "Archives lie in each other more than {n} deep; this one was not opened. Send the workbooks in it.",
).fill(n=MAX_DEPTH)
NOTHING = Text("压缩包里没有文件。", "The archive holds no files.")

Kind = Literal["", "zip", "tar", "7z", "rar", "mail"]
_HEAD = 512
_PIECE = 1 << 18
_SEVEN_ZIP, _RAR = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PACKED_ENDINGS = (".gz", ".bz2", ".xz")


def kind_of(path: Path, name: str) -> Kind:
    """The kind of archive that a file called ``name`` is, by its content; ``""`` for others, such as documents."""
    try:
        if not path.is_file():
            return ""  # a pipe would be read for ever
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.startswith(_ZIP):
            return "" if is_document(path, head) else "zip"
    except OSError:
        return ""  # the reader of workbooks reports why
    if is_tar(head) or head.startswith(tuple(PACKERS)):
        return "tar"
    if head.startswith(_SEVEN_ZIP):
        return "7z"
    if head.startswith(_RAR):
        return "rar"
    return "mail" if _is_mail(path, name) else ""


def _is_mail(path: Path, name: str) -> bool:
    """Whether a file holds mails. Its name is asked first: any text may begin as a header does."""
    in_maildir = path.parent.name in ("cur", "new") and (path.parent.parent / "tmp").is_dir()
    if not (name.lower().endswith(MAIL_ENDINGS) or in_maildir):
        return False
    from perfxl.sources.mail.stores import kind_of  # what mails need is slow to import

    return kind_of(path) != ""


def _members(path: Path, kind: Kind) -> Iterator[Member]:
    if kind == "zip":
        return zip_members(path)
    if kind == "tar":
        return tar_members(path)
    if kind == "mail":
        from perfxl.sources.saved_mails import members

        return members(path)
    from perfxl.sources import rar_7z

    return rar_7z.rar_members(path) if kind == "rar" else rar_7z.seven_zip_members(path)


class Unpacker:
    """Takes one archive apart, with all the archives in it, within limits for the whole."""

    def __init__(self, folder: TempFolder) -> None:
        self._folder = folder
        self._members = self._archives = self._size = 0
        self._taken: set[str] = set()

    def files(self, item: Received, kind: Kind, depth: int = 1) -> Iterator[Received]:
        """The files in an archive, those that cannot be read with a reason; one for the whole archive comes last."""
        if kind == "mail":
            item = replace(item, mails=item.mails or item.path)
        locked: list[str] = []
        reason: Text | None = None
        before = self._members
        try:
            self._archives += 1
            if self._archives > archive_members.MAX_ARCHIVES:
                raise CannotUnpack(archive_members.TOO_MUCH)
            for member in _members(item.path, kind):
                parts = self._parts(member, item)
                if is_ignored_path(parts):
                    continue
                self._members += 1
                if self._members > archive_members.MAX_MEMBERS:
                    raise CannotUnpack(archive_members.TOO_MUCH)
                name = self._free("/".join((item.file, *parts)))
                try:
                    yield from self._member(member, name, item, depth)
                except LockedError:
                    locked.append(parts[-1])
        except CannotUnpack as error:
            reason = error.reason
        except Exception:  # the libraries raise many kinds of errors on damaged bytes; no other file is to suffer
            reason = archive_members.DAMAGED
        if reason is None and self._members == before:
            reason = NOTHING
        if locked:
            yield replace(item, reason=_locked(locked, whole=len(locked) == self._members - before))
        elif reason is not None:
            yield replace(item, reason=reason)

    def _member(self, member: Member, name: str, item: Received, depth: int) -> Iterator[Received]:
        if member.reason is not None or member.stream is None:
            yield replace(item, file=name, reason=member.reason)
            return
        path = self._folder.new_path()
        reason = self._copy(member.stream, path)
        item = replace(item, when=member.came or item.when)
        if reason is None and member.saved:
            with suppress(OSError, ValueError, OverflowError):  # the date may be any number
                os.utime(path, (member.saved, member.saved))
        if reason is not None:
            path.unlink(missing_ok=True)
            yield replace(item, file=name, reason=reason)
        elif not (kind := kind_of(path, name)):
            yield replace(item, file=name, path=path, folder=self._folder)
        elif depth >= MAX_DEPTH:
            path.unlink()
            yield replace(item, file=name, reason=TOO_DEEP)
        else:
            yield from self.files(replace(item, file=name, path=path, folder=self._folder), kind, depth + 1)

    def _copy(self, stream: Callable[[], AbstractContextManager[IO[bytes]]], path: Path) -> Text | None:
        """Write a member to disk by counted bytes; why it cannot be, if so."""
        size = 0
        try:
            with stream() as source, path.open("wb") as file:
                while piece := source.read(_PIECE):
                    size += len(piece)
                    self._size += len(piece)
                    if self._size > archive_members.MAX_UNPACKED:
                        raise CannotUnpack(archive_members.TOO_MUCH)
                    if size > archive_members.MAX_MEMBER:
                        return archive_members.TOO_LARGE
                    file.write(piece)
        except (CannotUnpack, LockedError) as error:
            path.unlink(missing_ok=True)
            if isinstance(error, LockedError) or error.reason in (archive_members.TOO_MUCH, archive_members.NO_TOOL):
                raise
            return error.reason
        except Exception:  # as above; the other members are not to suffer
            return archive_members.DAMAGED_MEMBER
        return None

    def _parts(self, member: Member, item: Received) -> list[str]:
        """The name of a member in pieces; a single packed file is called like its archive, without .gz."""
        if member.name:
            return parts_of(member.name)
        last = item.file.rpartition("/")[2]
        return [last[: -len(ending)] if (ending := Path(last).suffix) in _PACKED_ENDINGS else last]

    def _free(self, name: str) -> str:
        """A name that no other file of the archive has: an archive may hold two of one name."""
        free, number = name, 2
        folder, slash, last = name.rpartition("/")
        stem, dot, ending = last.rpartition(".")
        while free in self._taken:
            free = folder + slash + (f"{stem} ({number}){dot}{ending}" if dot else f"{last} ({number})")
            number += 1
        self._taken.add(free)
        return free


def _locked(names: list[str], *, whole: bool) -> Text:
    """The reason for files with a password; when it is all of them, the archive has it."""
    if whole:
        return archive_members.LOCKED_WHOLE
    some = listed(f"“{name}”" for name in names[:3])
    more = Text("等 {all} 个文件", " and {more} more were") if len(names) > 3 else Text("", " was")
    more = more.fill(all=len(names), more=len(names) - 3)
    return LOCKED.fill(names=Text(some.zh + more.zh, some.en + more.en))
