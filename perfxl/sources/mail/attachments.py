"""A mail as it was read: its attachments, within limits, and what could not be read, in words for its sender."""

from __future__ import annotations

import hashlib
import io
import struct
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message

from perfxl.model import Text
from perfxl.sources.mail.body import OWN_ENDINGS, OWN_TYPES, RETURN_ENDINGS

#: bytes of one mail, files in one mail with all the mails in it, and how deep mails may be nested
MAX_MAIL = 100 * 2**20
MAX_FILES = 200
MAX_DEPTH = 8

WINMAIL = Text(
    "附件被 Outlook 打包成了 winmail.dat，取不出其中的文件。请改用纯文本/HTML 格式重发"
    "（Outlook：设置文本格式 → 纯文本），或换用网页邮箱发送。",
    "Outlook packed the attachments into winmail.dat, and the files in it cannot be had. Send the mail again as plain "
    "text or HTML (Outlook: Format Text, Plain Text), or from a web mailbox.",
)
LINKED = Text(
    "邮件里有超大附件（云附件、网盘）的下载链接，文件不在邮件里，链接没有打开。"
    "如果申报表在其中，请把工作簿作为普通附件重发。",
    "The mail holds a link to a large (cloud) attachment, not the file itself; the link was not opened. If the return "
    "is there, send the workbook again as an ordinary attachment.",
)
TOO_DEEP = Text(
    "邮件里一层套一层地附着邮件，超过 {n} 层，没有再往里读。请把工作簿直接作为附件重发。",
    "Mails lie in each other more than {n} deep; it was not read further. Send the workbook as an attachment.",
).fill(n=MAX_DEPTH)
TOO_LARGE = Text(
    "邮件超过 {n} MB，未读取。请只附工作簿重发。",
    "The mail is larger than {n} MB and was not read. Send it again with the workbook only.",
).fill(n=MAX_MAIL >> 20)
TOO_TANGLED = Text(
    "邮件的结构过于复杂（行数或层数过多），未读取。请新写一封邮件，只附工作簿重发。",
    "The mail is too tangled to be read (too many lines or parts in parts). Write a new mail with the workbook only.",
)
TOO_MANY = Text(
    "邮件里的文件超过 {n} 个，后面的未读取。请只附工作簿，分几封邮件重发。",
    "The mail holds more than {n} files; the rest was not read. Send only the workbooks, in several mails.",
).fill(n=MAX_FILES)
SEALED = Text(
    "邮件加了密，或整封签了名（S/MIME、PGP），取不出附件。请不要加密、不要签名，重发一次。",
    "The mail is encrypted or signed as a whole (S/MIME, PGP), and its attachments cannot be had. Send it "
    "again without.",
)
BROKEN = Text(
    "邮件内容已损坏，没有全部读出。请重发一次。", "The mail is damaged and not all of it could be read. Send it again."
)
NOT_A_MAIL = Text(
    "这不像一封邮件：没有发件人、主题和日期。请从邮箱里另存为 .eml 文件。",
    "This does not look like a mail: it has no sender, subject or date. Save it from the mailbox as an .eml file.",
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TNEF = b"\x78\x9f\x3e\x22"
#: the stream that every message of Outlook has
_OUTLOOK = "__properties_version1.0"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\xd7\xcd\xc6\x9a")
_NAMELESS = "未命名"
_SEALED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail; ``sha256`` is the hexadecimal digest of ``data``.

    ``name`` is what the sender called it: text to show, never a path. ``sender`` is the address of the innermost mail,
    which anybody who forwards a mail can write; ``inside`` holds the subjects of the mails around it, outermost first.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str
    sender: str
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: who sent it, what came with it, and the ``problems`` for which something could not be read.

    Addresses are in lower case; ``message_id`` and ``references`` keep their ``<>``; times have a zone. ``automatic``
    is why the mail must not be answered. ``text`` is what the sender wrote, without the mail that was answered.
    """

    message_id: str
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    sent: datetime | None
    received: datetime | None
    references: tuple[str, ...]
    automatic: Text | None
    attachments: tuple[Attachment, ...]
    problems: tuple[Text, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The place of a file in a mail: the sender of the innermost mail, and the subjects on the way to it."""

    sender: str
    inside: tuple[str, ...] = ()


def origin_of(sender: str, subject: str, around: Origin | None) -> Origin:
    """The origin of what is directly in a mail; ``around`` is that of the mail, ``None`` for the outermost."""
    return Origin(sender) if around is None else Origin(sender or around.sender, (*around.inside, subject))


@dataclass(frozen=True, slots=True)
class MailFile:
    """A part of a mail that is none of its texts. ``shown`` if the text shows it, as the logo in a signature."""

    name: str
    kind: str
    data: bytes
    shown: bool = False


@dataclass(slots=True)
class FoundFiles:
    """The files found so far. Mails in the mail, and winmail.dat, wait in queues until they are read in turn."""

    found: list[Attachment] = field(default_factory=list)
    pictures: list[Attachment] = field(default_factory=list)
    problems: list[Text] = field(default_factory=list)
    mails: deque[tuple[bytes | Message, Origin]] = field(default_factory=deque)
    packed: deque[tuple[bytes, Origin]] = field(default_factory=deque)
    #: what parsing the mails has cost so far
    steps: int = 0

    def add(self, file: MailFile, origin: Origin) -> None:
        """Add a file: as an attachment, as a mail or a winmail.dat to take apart, or not at all."""
        name, kind = file.name.lower(), file.kind
        if kind in OWN_TYPES or name.endswith(OWN_ENDINGS):
            return
        if kind == "application/ms-tnef" or file.data.startswith(TNEF) or name == "winmail.dat":
            self.packed.append((file.data, origin))
        elif is_outlook(file.data) or name.endswith(".eml"):
            self.add_mail(file.data, origin)
        elif (kind in _SEALED_TYPES or name == "smime.p7m") and not file.data.startswith((b"PK", OLE)):
            self.report(SEALED)
        else:
            self._keep(file, origin)

    def add_mail(self, mail: bytes | Message, origin: Origin) -> None:
        """Add a mail in the mail; one that is nested too deep is reported and not read."""
        if len(origin.inside) >= MAX_DEPTH:
            self.report(TOO_DEEP)
        elif len(self.mails) + len(self.found) + len(self.pictures) >= MAX_FILES:
            self.report(TOO_MANY)
        else:
            self.mails.append((mail, origin))

    def report(self, problem: Text) -> None:
        """Add something that could not be read; each only once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def attachments(self) -> tuple[Attachment, ...]:
        """The attachments. A picture beside a workbook is a scan of it; alone it is what was sent as a return."""
        return tuple(self.found or self.pictures)

    def _keep(self, file: MailFile, origin: Origin) -> None:
        if len(self.found) + len(self.pictures) >= MAX_FILES:
            self.report(TOO_MANY)
            return
        name = file.name or _NAMELESS + _ending(file.data)
        digest = hashlib.sha256(file.data).hexdigest()
        kept = Attachment(name, file.data, digest, origin.sender, origin.inside)
        if name.lower().endswith(RETURN_ENDINGS) or not _is_picture(file):
            self.found.append(kept)
        elif not file.shown:
            self.pictures.append(kept)


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


def _is_picture(file: MailFile) -> bool:
    """Whether a file is a picture: by its content, else by its type unless the content is an office file."""
    return file.data.startswith(_PICTURES) or (
        file.kind.startswith("image/") and not file.data.startswith((b"PK", OLE, b"%PDF"))
    )


def _ending(data: bytes) -> str:
    if data.startswith(b"PK"):
        return ".xlsx" if b"xl/workbook" in data else ".zip"
    return ".xls" if data.startswith(OLE) else ""
