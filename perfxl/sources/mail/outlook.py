"""Mails and attachments in Outlook's own formats: .msg (OLE, MAPI properties) and winmail.dat (TNEF).

TNEF is read here and not by tnefparse, which cuts zero bytes off the end of files, needs a code page that many senders
leave out, and copies the rest of the file once for each of its attributes.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime

import olefile

from perfxl.sources.mail import attachments
from perfxl.sources.mail.attachments import FoundFiles, MailFile, Origin, origin_of
from perfxl.sources.mail.body import Bodies, Letter
from perfxl.sources.mail.headers import Headers, clean, text_of

#: property numbers of MAPI
SUBJECT, HEADERS, SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0037, 0x007D, 0x0C1A, 0x0C1F, 0x5D01
MESSAGE_ID, REFERENCES, REPLY_TO, SUBMITTED, DELIVERED = 0x1035, 0x1039, 0x1042, 0x0039, 0x0E06
BODY, HTML, CODEPAGE, BODY_CODEPAGE = 0x1000, 0x1013, 0x3FFD, 0x3FDE
LONG_NAME, SHORT_NAME, SHOWN_NAME, KIND, CONTENT, CONTENT_ID, HIDDEN = (
    0x3707, 0x3704, 0x3001, 0x370E, 0x3701, 0x3712, 0x7FFE,
)  # fmt: skip
UNICODE, NARROW, BINARY, OBJECT = 0x001F, 0x001E, 0x0102, 0x000D

_PROPERTIES = "__properties_version1.0"
#: bytes before the list of properties: of a message, of a message in a message, of an attachment
_HEADS = (32, 24, 8)
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_DAMAGE = (OSError, ValueError, TypeError, LookupError, struct.error, OverflowError, RecursionError, AttributeError)

#: attributes of one file; Outlook writes some ten, and six for each attachment
MAX_ATTRIBUTES = 5_000

_BEGINS, _TITLE, _DATA, _MAPI_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_OF_ATTACHMENT = 2
#: bytes of a property by its type; those of other types begin with their length
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8,
          0x0040: 8, 0x0048: 16}  # fmt: skip
_MANY, _NAMED = 0x1000, 0x8000


def read_msg(raw: bytes, around: Origin | None, files: FoundFiles) -> Letter:
    """Take a .msg apart, with all mails in it; its files are added to ``files``. Never raises for what it holds."""
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            return _read_message(_Storage(ole, (), _HEADS[0]), around, files)
    except _DAMAGE:
        files.report(attachments.BROKEN)
        return Letter(Headers(()), "", "")


class _Storage:
    """A message or an attachment in the container."""

    def __init__(self, ole: olefile.OleFileIO, path: tuple[str, ...], head: int) -> None:
        self._ole = ole
        self.path = path
        self._fixed = dict(self._listed(head))

    def text(self, number: int) -> str:
        """A property of text, ``""`` if it is not there."""
        wide = self.stream(number, UNICODE)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return text_of(self.stream(number, NARROW) or b"", self.charset(CODEPAGE)).rstrip("\0")

    def number(self, number: int) -> int:
        """A property that is a number of 32 bits, 0 if it is not there."""
        return int.from_bytes(self._fixed.get(number, b"")[:4], "little")

    def time(self, number: int) -> datetime | None:
        """A property that is a time."""
        ticks = int.from_bytes(self._fixed.get(number, b"")[:8], "little")
        return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None

    def charset(self, number: int) -> str:
        """The code page that a property names."""
        page = self.number(number)
        return {0: "", 65001: "utf-8", 54936: "gb18030", 52936: "hz"}.get(page, f"cp{page}")

    def attached(self) -> Iterator[_Storage]:
        """The storages of the attachments, in their order."""
        depth = len(self.path)
        found = {entry[depth] for entry in self._ole.listdir() if tuple(entry[:depth]) == self.path}
        for name in sorted(name for name in found if name.lower().startswith("__attach_version1.0_#")):
            yield _Storage(self._ole, (*self.path, name), _HEADS[2])

    def message(self) -> _Storage | None:
        """The message that an attachment is, if it is one."""
        path = (*self.path, f"__substg1.0_{CONTENT:04X}{OBJECT:04X}")
        return _Storage(self._ole, path, _HEADS[1]) if self._ole.exists([*path, _PROPERTIES]) else None

    def stream(self, number: int, kind: int = BINARY) -> bytes | None:
        """A property of bytes, or of text with its bytes as they are stored."""
        path = [*self.path, f"__substg1.0_{number:04X}{kind:04X}"]
        if not self._ole.exists(path) or self._ole.get_type(path) != olefile.STGTY_STREAM:
            return None
        content: bytes = self._ole.openstream(path).read()
        return content

    def _listed(self, head: int) -> Iterator[tuple[int, bytes]]:
        """The properties that are no longer than 8 bytes, by number."""
        content = self._ole.openstream([*self.path, _PROPERTIES]).read()
        for start in range(head, len(content) - 15, 16):
            yield int.from_bytes(content[start + 2 : start + 4], "little"), content[start + 8 : start + 16]


def _read_message(message: _Storage, around: Origin | None, files: FoundFiles) -> Letter:
    headers = _headers(message)
    origin = origin_of(headers.author.address, headers.text("subject"), around)
    for attachment in message.attached():
        inner = attachment.message()
        if inner is None:
            _read_file(attachment, origin, files)
        elif len(origin.inside) >= attachments.MAX_DEPTH:
            files.report(attachments.TOO_DEEP)
        else:
            _read_message(inner, origin, files)
    bodies = Bodies()
    bodies.add("text/plain", message.text(BODY).encode(), "utf-8")
    page = message.stream(HTML)
    if page is None:
        bodies.add("text/html", message.text(HTML).encode(), "utf-8")
    else:
        bodies.add("text/html", page, message.charset(BODY_CODEPAGE))
    return bodies.letter(headers)


def _read_file(attachment: _Storage, origin: Origin, files: FoundFiles) -> None:
    name = attachment.text(LONG_NAME) or attachment.text(SHORT_NAME) or attachment.text(SHOWN_NAME)
    shown = bool(attachment.number(HIDDEN)) or bool(attachment.text(CONTENT_ID))
    data = attachment.stream(CONTENT)
    if data is not None:
        kind = attachment.text(KIND).lower() or "application/octet-stream"
        files.add(MailFile(clean(name), kind, data, shown), origin)


def _headers(message: _Storage) -> Headers:
    """The headers that the mail was sent with; what they lack, as in a mail never sent, from the properties."""
    sent = message_from_bytes(message.text(HEADERS).lstrip().encode() + b"\n\n")
    found = {name.lower() for name in sent}
    smtp, address = message.text(SENDER_SMTP), message.text(SENDER_ADDRESS)
    sender = next((one for one in (smtp, address) if "@" in one), "")
    times = {"date": message.time(SUBMITTED), "received": message.time(DELIVERED)}
    name = message.text(SENDER_NAME).replace('"', "")
    written = {
        "from": f'"{name}" <{sender}>' if sender else name,
        "subject": message.text(SUBJECT),
        "message-id": message.text(MESSAGE_ID),
        "references": message.text(REFERENCES),
        "in-reply-to": message.text(REPLY_TO),
    } | {name: "; " * (name == "received") + format_datetime(time) for name, time in times.items() if time}
    pairs = [(name, str(value).encode("utf-8", "surrogateescape")) for name, value in sent.raw_items()]
    return Headers([*pairs, *((name, text.encode()) for name, text in written.items() if text and name not in found)])


@dataclass(slots=True)
class _Packed:
    """One attachment of a winmail.dat while its attributes are read."""

    title: str = ""
    name: str = ""
    data: bytes = b""


def read_winmail(data: bytes, origin: Origin, files: FoundFiles) -> None:
    """Add the files of a winmail.dat to ``files``; one from which none can be read is reported, never ignored."""
    packed: list[_Packed] = []
    try:
        for level, number, content in _attributes(data):
            if level != _OF_ATTACHMENT:
                continue
            if number == _BEGINS or not packed:
                packed.append(_Packed())
            one = packed[-1]
            if number == _TITLE:
                one.title = clean(text_of(content.partition(b"\0")[0]))
            elif number == _DATA:
                one.data = content
            elif number == _MAPI_PROPERTIES:
                one.name = one.name or _long_name(content)
    except (struct.error, ValueError, IndexError):
        files.report(attachments.WINMAIL)  # what came before the damage counts all the same
    found = [MailFile(one.name or one.title, "application/octet-stream", one.data) for one in packed if one.data]
    if not found or len(found) < len(packed):
        files.report(attachments.WINMAIL)
    for file in found:
        if file.data.startswith(attachments.TNEF):  # no program packs twice: this would never end
            files.report(attachments.WINMAIL)
        else:
            files.add(file, origin)


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, number and content of each attribute."""
    if not data.startswith(attachments.TNEF):
        raise ValueError("no TNEF")
    place, count = 6, 0
    while place + 11 <= len(data):
        level, number, _, length = struct.unpack_from("<BHHI", data, place)
        content = data[place + 9 : place + 9 + length]
        count += 1
        if level not in (1, 2) or len(content) < length or count > MAX_ATTRIBUTES:
            raise ValueError("damaged")
        yield level, number, content
        place += 11 + length


def _long_name(content: bytes) -> str:
    """The name in full out of the properties of an attachment; the title is often a short one of DOS."""
    name = ""
    with suppress(struct.error, ValueError):  # the name before the damage, or the title
        for number, kind, value in _properties(content):
            if number == LONG_NAME and kind in (UNICODE, NARROW):
                text = value.decode("utf-16-le", "replace") if kind == UNICODE else text_of(value.partition(b"\0")[0])
                name = clean(text)
    return name


def _properties(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, type and first value of each property."""
    place = 4
    for _ in range(min(struct.unpack_from("<I", content)[0], MAX_ATTRIBUTES)):
        kind, number = struct.unpack_from("<HH", content, place)
        place += 4
        if number >= _NAMED:
            form, size = struct.unpack_from("<16xII", content, place)
            place += 24 + (0 if form == 0 else _padded(size))
        many, kind = kind & _MANY, kind & ~_MANY
        count = 1
        if many or kind not in _FIXED:
            count = struct.unpack_from("<I", content, place)[0]
            place += 4
        if count > MAX_ATTRIBUTES:
            raise ValueError("damaged")
        for index in range(count):
            size = _FIXED.get(kind, 0)
            if kind not in _FIXED:
                size = struct.unpack_from("<I", content, place)[0]
                place += 4
            if index == 0:
                yield number, kind, content[place : place + size]
            place += _padded(size)


def _padded(size: int) -> int:
    return -(-size // 4) * 4
