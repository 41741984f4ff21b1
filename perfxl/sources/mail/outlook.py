"""A mail as Outlook saves it (.msg): properties in the streams of an OLE container, one storage for each attachment."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import compat32
from email.utils import format_datetime

import olefile

from perfxl.sources.mail import problems
from perfxl.sources.mail.charsets import clean, text_of
from perfxl.sources.mail.files import File, Files, Place, place_of
from perfxl.sources.mail.headers import Headers, author_of
from perfxl.sources.mail.mime import Bodies, Letter

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
_TROUBLE = (OSError, ValueError, TypeError, LookupError, struct.error, OverflowError, RecursionError, AttributeError)


def read(raw: bytes, around: Place | None, files: Files) -> Letter:
    """Take a saved mail apart, with all mails in it; never raises for what it holds."""
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            return _read_message(_Storage(ole, (), _HEADS[0]), around, files)
    except _TROUBLE:
        files.tell(problems.BROKEN)
        return Letter(Headers(()), "", "")


class _Storage:
    """A message or an attachment in the container."""

    def __init__(self, ole: olefile.OleFileIO, path: tuple[str, ...], head: int) -> None:
        self._ole = ole
        self.path = path
        self._fixed = dict(self._listed(head))

    def text(self, number: int) -> str:
        """A property of text, ``""`` if it is not there."""
        wide = self._stream(number, UNICODE)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return text_of(self._stream(number, NARROW) or b"", self.charset(CODEPAGE)).rstrip("\0")

    def data(self, number: int) -> bytes | None:
        """A property of bytes."""
        return self._stream(number, BINARY)

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

    def attachments(self) -> Iterator[_Storage]:
        """The storages of the attachments, in their order."""
        depth = len(self.path)
        found = {entry[depth] for entry in self._ole.listdir() if tuple(entry[:depth]) == self.path}
        for name in sorted(name for name in found if name.lower().startswith("__attach_version1.0_#")):
            yield _Storage(self._ole, (*self.path, name), _HEADS[2])

    def message(self) -> _Storage | None:
        """The message that an attachment is, if it is one."""
        path = (*self.path, f"__substg1.0_{CONTENT:04X}{OBJECT:04X}")
        return _Storage(self._ole, path, _HEADS[1]) if self._ole.exists([*path, _PROPERTIES]) else None

    def _stream(self, number: int, kind: int) -> bytes | None:
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


def _read_message(message: _Storage, around: Place | None, files: Files) -> Letter:
    headers = _headers(message)
    place = place_of(author_of(headers).address, headers.text("subject"), around)
    for attachment in message.attachments():
        inner = attachment.message()
        if inner is None:
            _read_file(attachment, place, files)
        elif len(place.inside) >= problems.MAX_DEPTH:
            files.tell(problems.TOO_DEEP)
        else:
            _read_message(inner, place, files)
    bodies = Bodies()
    bodies.add("text/plain", message.text(BODY).encode(), "utf-8")
    page = message.data(HTML)
    if page is None:
        bodies.add("text/html", message.text(HTML).encode(), "utf-8")
    else:
        bodies.add("text/html", page, message.charset(BODY_CODEPAGE))
    return bodies.letter(headers)


def _read_file(attachment: _Storage, place: Place, files: Files) -> None:
    name = attachment.text(LONG_NAME) or attachment.text(SHORT_NAME) or attachment.text(SHOWN_NAME)
    shown = bool(attachment.number(HIDDEN)) or bool(attachment.text(CONTENT_ID))
    data = attachment.data(CONTENT)
    if data is not None:
        kind = attachment.text(KIND).lower() or "application/octet-stream"
        files.add(File(clean(name), kind, data, shown), place)


def _headers(message: _Storage) -> Headers:
    """The headers that the mail travelled with; what they lack, as in a mail never sent, from the properties."""
    travelled = message_from_bytes(message.text(HEADERS).lstrip().encode() + b"\n\n", policy=compat32)
    found = {name.lower() for name in travelled}
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
    pairs = [(name, str(value).encode("utf-8", "surrogateescape")) for name, value in travelled.raw_items()]
    return Headers([*pairs, *((name, text.encode()) for name, text in written.items() if text and name not in found)])
