"""Archives and saved mails -> the files in them, unpacked by counted bytes into a private folder, nested ones too.

What cannot be had, be it damaged, locked or too much, is named and costs nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from perfxl.model import Text
from perfxl.sources.archives.member import (
    DAMAGED,
    DAMAGED_MEMBER,
    LOCKED,
    LOCKED_WHOLE,
    MAX_ARCHIVES,
    MAX_DEPTH,
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_UNPACKED,
    NO_TOOL,
    NOTHING,
    TOO_DEEP,
    TOO_LARGE,
    TOO_MUCH,
    CannotUnpack,
    LockedError,
    Member,
)
from perfxl.sources.archives.names import parts_of
from perfxl.sources.received import MAIL_ENDINGS, Received, Shelf
from perfxl.sources.rubbish import is_rubbish_path

__all__ = ["kind_of", "unpack"]

_HEAD = 512
_PIECE = 1 << 18
_FIRST = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHERS = {
    b"7z\xbc\xaf\x27\x1c": "sevens",
    b"Rar!\x1a\x07": "rars",
    b"\x1f\x8b": "tars",
    b"BZh": "tars",
    b"\xfd7zXZ\0": "tars",
}
_PACKED_ENDINGS = (".gz", ".bz2", ".xz")


def kind_of(path: Path, name: str) -> str:
    """The module that takes a file called ``name`` apart, by its content; ``""`` if there is nothing to take apart.

    An office document is no archive. Of a mail the name counts too.
    """
    try:
        if not path.is_file():
            return ""  # a pipe would be read for ever
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.startswith(_FIRST):
            from perfxl.sources.archives.zips import is_document

            return "" if is_document(path, head) else "zips"
    except OSError:
        return ""  # the reader says why
    if head[257:262] == b"ustar":
        return "tars"
    packed = next((module for magic, module in _OTHERS.items() if head.startswith(magic)), "")
    return packed or ("mails" if _is_mail(path, name) else "")


def _is_mail(path: Path, name: str) -> bool:
    """Whether a file holds mails. Its name is asked first: any text may begin as a header does."""
    if not (name.lower().endswith(MAIL_ENDINGS) or _in_maildir(path)):
        return False
    from perfxl.sources.mail.stores import kind_of  # what mails need is slow to import

    return kind_of(path) != ""


def _in_maildir(path: Path) -> bool:
    return path.parent.name in ("cur", "new") and (path.parent.parent / "tmp").is_dir()


def unpack(item: Received, kind: str, shelf: Shelf) -> Iterator[Received]:
    """The files in an archive as received files; what cannot be read of it as files with a reason."""
    yield from _Unpacker(shelf).files(item, kind)


class _Unpacker:
    """Takes one archive apart, with all the archives in it, within bounds that hold for the whole."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.members = self.archives = self.size = 0
        self.taken: set[str] = set()

    def files(self, item: Received, kind: str, depth: int = 1) -> Iterator[Received]:
        """All files of one archive; a sentence about the archive as a whole comes last, under its own name."""
        if kind == "mails":
            item = replace(item, mails=item.mails or item.path)
        locked: list[str] = []
        reason: Text | None = None
        before = self.members
        try:
            self.archives += 1
            if self.archives > MAX_ARCHIVES:
                raise CannotUnpack(TOO_MUCH)
            members: Callable[[Path], Iterator[Member]]
            members = import_module(f"perfxl.sources.archives.{kind}").members
            for member in members(item.path):
                parts = self._parts(member, item)
                if is_rubbish_path(parts):
                    continue
                self.members += 1
                if self.members > MAX_MEMBERS:
                    raise CannotUnpack(TOO_MUCH)
                name = self._free("/".join((item.file, *parts)))
                try:
                    yield from self._member(member, name, item, depth)
                except LockedError:
                    locked.append(parts[-1])
        except CannotUnpack as error:
            reason = error.reason
        except Exception:  # the libraries raise what they like on damaged bytes; no other file is to suffer
            reason = DAMAGED
        if reason is None and self.members == before:
            reason = NOTHING
        if locked:
            yield replace(item, reason=_locked(locked, whole=len(locked) == self.members - before))
        elif reason is not None:
            yield replace(item, reason=reason)

    def _member(self, member: Member, name: str, item: Received, depth: int) -> Iterator[Received]:
        if member.reason is not None or member.stream is None:
            yield replace(item, file=name, reason=member.reason)
            return
        place = self.shelf.place()
        reason = self._copy(member, place)
        if reason is not None:
            place.unlink(missing_ok=True)
            yield replace(item, file=name, reason=reason)
        elif not (kind := kind_of(place, name)):
            yield replace(item, file=name, path=place, shelf=self.shelf)
        elif depth >= MAX_DEPTH:
            place.unlink()
            yield replace(item, file=name, reason=TOO_DEEP)
        else:
            yield from self.files(replace(item, file=name, path=place, shelf=self.shelf), kind, depth + 1)

    def _copy(self, member: Member, place: Path) -> Text | None:
        """Write a member down by counted bytes; why it could not be, if so."""
        size = 0
        try:
            with member.stream() as stream, place.open("wb") as file:  # type: ignore[misc]
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    self.size += len(piece)
                    if self.size > MAX_UNPACKED:
                        raise CannotUnpack(TOO_MUCH)
                    if size > MAX_MEMBER:
                        return TOO_LARGE
                    file.write(piece)
        except (CannotUnpack, LockedError) as error:
            place.unlink(missing_ok=True)
            if isinstance(error, LockedError) or error.reason in (TOO_MUCH, NO_TOOL):
                raise
            return error.reason
        except Exception:  # the libraries raise what they like on damaged bytes; the other members are not to suffer
            return DAMAGED_MEMBER
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
        while free in self.taken:
            free = folder + slash + (f"{stem} ({number}){dot}{ending}" if dot else f"{last} ({number})")
            number += 1
        self.taken.add(free)
        return free


def _locked(names: list[str], *, whole: bool) -> Text:
    """What to say of files with a password; when it is all of them, the archive has it."""
    if whole:
        return LOCKED_WHOLE
    shown = names[:3]
    more = len(names) - len(shown)
    zh = "、".join(f"“{name}”" for name in shown) + (f"等 {len(names)} 个文件" if more else "")
    en = ", ".join(f"“{name}”" for name in shown) + (f" and {more} more were" if more else " was")
    return Text(LOCKED.render("zh", names=zh), LOCKED.render("en", names=en))
