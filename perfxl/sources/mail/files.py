"""The files of a mail and of all mails in it: which of them count, within bounds that hold for the whole."""

from __future__ import annotations

import hashlib
import io
import struct
from collections import deque
from dataclasses import dataclass, field
from email.message import Message

from perfxl.model import Text
from perfxl.sources.mail import problems
from perfxl.sources.mail.known import known
from perfxl.sources.mail.message import Attachment

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TNEF = b"\x78\x9f\x3e\x22"
#: the stream that every message of Outlook has
_OUTLOOK = "__properties_version1.0"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\xd7\xcd\xc6\x9a")
_NAMELESS = "未命名"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a mail something lies: the sender of the innermost mail, and the subjects on the way to it."""

    sender: str
    inside: tuple[str, ...] = ()


def place_of(sender: str, subject: str, around: Place | None) -> Place:
    """The place of what lies directly in a mail; ``around`` is where that mail lies, ``None`` for the outermost."""
    return Place(sender) if around is None else Place(sender or around.sender, (*around.inside, subject))


@dataclass(frozen=True, slots=True)
class File:
    """A piece of a mail that is no text of it. ``shown`` if it is a part of the text, as the logo in a signature."""

    name: str
    kind: str
    data: bytes
    shown: bool = False


@dataclass(slots=True)
class Files:
    """What has been found so far. Mails in the mail wait in ``mails`` until they are read in their turn."""

    found: list[Attachment] = field(default_factory=list)
    pictures: list[Attachment] = field(default_factory=list)
    problems: list[Text] = field(default_factory=list)
    mails: deque[tuple[bytes | Message, Place]] = field(default_factory=deque)
    packed: deque[tuple[bytes, Place]] = field(default_factory=deque)
    #: what taking the mails apart has cost so far
    steps: int = 0

    def add(self, file: File, place: Place) -> None:
        """Take a file in: as an attachment, as a mail or a winmail.dat to take apart, or not at all."""
        name, kind = file.name.lower(), file.kind
        if kind in known().own_types or name.endswith(known().own_endings):
            return
        if kind == "application/ms-tnef" or file.data.startswith(TNEF) or name == "winmail.dat":
            self.packed.append((file.data, place))
        elif is_outlook(file.data) or name.endswith(".eml"):
            self.add_mail(file.data, place)
        elif is_sealed(kind, name, file.data):
            self.tell(problems.SEALED)
        else:
            self._keep(file, place)

    def add_mail(self, mail: bytes | Message, place: Place) -> None:
        """A mail in the mail; one that lies too deep is told of and not read."""
        if len(place.inside) >= problems.MAX_DEPTH:
            self.tell(problems.TOO_DEEP)
        elif len(self.mails) + len(self.found) + len(self.pictures) >= problems.MAX_FILES:
            self.tell(problems.TOO_MANY)
        else:
            self.mails.append((mail, place))

    def tell(self, problem: Text) -> None:
        """Something that could not be had; said once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def attachments(self) -> tuple[Attachment, ...]:
        """The attachments. A picture beside a workbook is a scan of it; alone it is what was sent for a return."""
        return tuple(self.found or self.pictures)

    def _keep(self, file: File, place: Place) -> None:
        if len(self.found) + len(self.pictures) >= problems.MAX_FILES:
            self.tell(problems.TOO_MANY)
            return
        name = file.name or _NAMELESS + _ending(file.data)
        digest = hashlib.sha256(file.data).hexdigest()
        kept = Attachment(name, file.data, digest, place.sender, place.inside)
        if name.lower().endswith(known().return_endings) or not is_picture(file):
            self.found.append(kept)
        elif not file.shown:
            self.pictures.append(kept)


def is_picture(file: File) -> bool:
    """Whether a file is a picture: by its content, else by its type unless the content is an office file."""
    return file.data.startswith(_PICTURES) or (
        file.kind.startswith("image/") and not file.data.startswith((b"PK", OLE, b"%PDF"))
    )


def is_outlook(data: bytes) -> bool:
    """Whether a file is a message that Outlook saved (.msg), and no workbook in the same container."""
    if not data.startswith(OLE) or _OUTLOOK.encode("utf-16-le") not in data:
        return False
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return bool(ole.exists(_OUTLOOK))
    except (OSError, ValueError, TypeError, LookupError, struct.error, RecursionError):
        return False


def is_sealed(kind: str, name: str, data: bytes) -> bool:
    """Whether this is the content of an encrypted mail."""
    sealed = kind in ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
    return (sealed or name == "smime.p7m") and not data.startswith((b"PK", OLE))


def _ending(data: bytes) -> str:
    if data.startswith(b"PK"):
        return ".xlsx" if b"xl/workbook" in data else ".zip"
    return ".xls" if data.startswith(OLE) else ""
