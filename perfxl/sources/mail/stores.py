"""Where mails lie -> their bytes, each with a key by which it is known again."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from perfxl.sources.mail import mbox
from perfxl.sources.mail.errors import CANNOT_OPEN, NO_MAIL, NO_MAILS, NOT_THERE, OTHER_KIND, MailError
from perfxl.sources.mail.files import OLE, is_outlook
from perfxl.sources.mail.problems import MAX_MAIL
from perfxl.sources.received import MAIL_ENDINGS

_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s*[!-9;-~]{1,80}:")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
#: what a mail in a Maildir is called begins with the second of its arrival
_ARRIVED = re.compile(r"(\d{9,11})\.")
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as it lies in its store, byte by byte; ``received`` is when it arrived there, if the store knows.

    ``key`` is ``imap:<user>@<host>/<folder>;<uidvalidity>;<uid>`` or ``sha256:<hexadecimal digest of raw>``.
    """

    key: str
    raw: bytes = field(repr=False)
    received: datetime | None = None


def fetch(source: str, known: Callable[[str], bool], password: Callable[[str], str]) -> Iterator[Fetched]:
    """The mails of a source that are not ``known`` by their key: a file, a folder, a Maildir or ``imaps://…``.

    Nothing in the source is changed or marked. ``password`` is asked with ``user@host`` and for IMAP only. Raises
    ``MailError`` for a source that cannot be opened, and after all other mails for files that cannot.
    """
    scheme = _SCHEME.match(source)
    if scheme and scheme[1].lower() == "imaps":
        from perfxl.sources.mail import imap

        yield from (Fetched(*found) for found in imap.fetch(source, known, password))
        return
    if scheme:
        raise MailError(OTHER_KIND, scheme=scheme[1].lower())
    for raw, received in _local(Path(source)):
        key = f"sha256:{hashlib.sha256(raw).hexdigest()}"
        if not known(key):
            yield Fetched(key, raw, received)


def _local(path: Path) -> Iterator[tuple[bytes, datetime | None]]:
    if path.is_dir():
        maildir = all((path / name).is_dir() for name in ("cur", "new"))
        yield from _of_files(_in_maildir(path) if maildir else _in_folder(path), maildir=maildir)
    elif path.exists():
        if kind_of(path) == "":
            raise MailError(NO_MAIL, path=path)
        yield from _of_files([path], maildir=False)
    else:
        raise MailError(NOT_THERE, path=path)


def _of_files(files: list[Path], *, maildir: bool) -> Iterator[tuple[bytes, datetime | None]]:
    """The mails in files, one file after the other; those that cannot be opened are told of after all the others."""
    failed: list[tuple[Path, OSError]] = []
    for file in files:
        try:
            if not maildir and kind_of(file) == "mbox":
                for raw in mbox.messages(file):
                    yield raw, None
            else:
                with file.open("rb") as stream:
                    raw = stream.read(MAX_MAIL + 1)
                yield raw, _arrived(file.name) if maildir else None
        except OSError as error:
            failed.append((file, error))
    if failed:
        paths = "、".join(str(file) for file, _ in failed[:5]) + ("…" if len(failed) > 5 else "")
        raise MailError(CANNOT_OPEN, paths=paths, error=failed[0][1].strerror or failed[0][1])


def _in_folder(folder: Path) -> list[Path]:
    """The mails below a folder, in the order of their names. Other files are none of ours, nor what links lead to."""
    found: list[Path] = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__MACOSX")
        places = (Path(base) / name for name in sorted(names) if not name.startswith("._"))
        found.extend(place for place in places if place.suffix.lower() in MAIL_ENDINGS and _is_own(place))
    if not found:
        raise MailError(NO_MAILS, path=folder)
    return found


def _in_maildir(folder: Path) -> list[Path]:
    """The mails of a Maildir in the order of their names, which begin with the time of arrival. It may be empty."""
    found = [place for name in ("cur", "new") for place in (folder / name).iterdir()]
    return sorted((place for place in found if not place.name.startswith(".") and _is_own(place)), key=_by_name)


def _by_name(place: Path) -> str:
    return place.name


def _is_own(place: Path) -> bool:
    return place.is_file() and not place.is_symlink()


def _arrived(name: str) -> datetime | None:
    found = _ARRIVED.match(name)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


def kind_of(path: Path) -> str:
    """``mbox``, ``msg`` or ``eml`` by what a file holds, ``""`` if it is no mail."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if mbox.begins(head):
                return "mbox"
            if head.startswith(OLE):
                return "msg" if is_outlook(head + file.read(MAX_MAIL)) else ""
    except OSError:
        return "eml"  # the reader says why
    return "eml" if _HEADER.match(head) else ""
