"""A mail as it travels (RFC 5322 and MIME): its headers, its text, and the files in its parts."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.generator import BytesGenerator
from email.message import Message
from email.policy import compat32
from io import BytesIO

from perfxl.sources.mail import problems
from perfxl.sources.mail.body import of_html, own, plain
from perfxl.sources.mail.charsets import from_base64
from perfxl.sources.mail.files import File, Files, Place, place_of
from perfxl.sources.mail.headers import Headers, author_of
from perfxl.sources.mail.known import known
from perfxl.sources.mail.names import name_of, parameters

#: parts of one mail, whatever they are, and bytes of the headers of one that cannot be taken apart
MAX_PARTS = 2_000
MAX_HEAD = 1 << 20
#: steps that a mail may cost the parser, with all the mails in it: seconds, where hostile ones took minutes
MAX_STEPS = 8_000_000
#: steps for a line beside the boundaries that it is compared with, and for one that may be a header or begin a part
_LINE, _HEADER = 2, 20

_LONE_RETURN = re.compile(rb"\r(?!\n)")
_BOUNDARY = re.compile(rb"(?i)boundary")
_BEGINS = re.compile(rb"(?m)^(?:--|[!-9;-~]{1,80}:)")

_HEAD_ENDS = re.compile(rb"\r?\n\r?\n|\r\r")
_BODIES = ("text/plain", "text/html")


@dataclass(frozen=True, slots=True)
class Letter:
    """The headers of one mail, what its sender wrote, and the same with the addresses of all links."""

    headers: Headers
    text: str
    linked: str


@dataclass(slots=True)
class Bodies:
    """The texts of one mail, plain and as HTML: mostly the same said twice."""

    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    def add(self, kind: str, data: bytes, charset: str) -> None:
        """Take in a body of the type text/html or text/plain."""
        if kind == "text/html":
            self.pages.append(of_html(data, charset))
        else:
            self.texts.append(plain(data, charset))

    def letter(self, headers: Headers) -> Letter:
        """The plain text where there is any."""
        plain_ones = any(text.strip() for text in self.texts)
        shown = own("\n".join(self.texts if plain_ones else self.pages))
        return Letter(headers, shown, "\n".join(map(own, (*self.texts, *self.pages))))


def read(mail: bytes | Message, around: Place | None, files: Files) -> Letter:
    """Take a mail apart; its files and the mails in it go into ``files``. Never raises for what a mail holds.

    ``around`` is where the mail lies, ``None`` for one that lies in no other.
    """
    if isinstance(mail, bytes):
        too_large = len(mail) > problems.MAX_MAIL
        files.steps += 0 if too_large else steps(mail)
        if too_large or files.steps > MAX_STEPS:
            files.tell(problems.TOO_LARGE if too_large else problems.TOO_TANGLED)
            return Letter(_headers_alone(mail), "", "")
    try:
        return _take_apart(mail if isinstance(mail, Message) else _parsed(mail), around, files)
    except RecursionError:
        files.tell(problems.TOO_DEEP)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        files.tell(problems.BROKEN)  # the parser of the standard library is known to trip over what is no mail
    return Letter(_headers_alone(mail) if isinstance(mail, bytes) else Headers(()), "", "")


def steps(raw: bytes) -> int:
    """What a mail will cost the parser, which compares each line with the boundaries of all parts around it."""
    lines = raw.count(b"\n") + len(_LONE_RETURN.findall(raw))
    return lines * (_LINE + len(_BOUNDARY.findall(raw))) + _HEADER * len(_BEGINS.findall(raw))


def _parsed(raw: bytes) -> Message:
    return message_from_bytes(raw, policy=compat32)


def _headers_alone(raw: bytes) -> Headers:
    return Headers.of(_parsed(_HEAD_ENDS.split(raw[:MAX_HEAD], maxsplit=1)[0] + b"\n\n"))


def _take_apart(message: Message, around: Place | None, files: Files) -> Letter:
    headers = Headers.of(message)
    place = place_of(author_of(headers).address, headers.text("subject"), around)
    bodies = Bodies()
    for count, part in enumerate(_leaves(message)):
        if count >= MAX_PARTS:
            files.tell(problems.TOO_MANY)
            break
        _read_part(part, place, files, bodies)
    return bodies.letter(headers)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order, without recursion; a mail in the mail is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(piece for piece in reversed(inner) if isinstance(piece, Message))
        else:
            yield part


def _read_part(part: Message, place: Place, files: Files, bodies: Bodies) -> None:
    headers = Headers.of(part)
    kind = part.get_content_type()
    if kind in ("message/rfc822", "message/global"):
        files.add_mail(_mail_in(part, headers), place)
        return
    name = name_of(headers)
    disposition = headers.first("content-disposition").partition(";")[0].strip().lower()
    data = _data(part, headers)
    if kind.startswith("multipart/"):  # its boundary is not where it says
        files.tell(problems.BROKEN)
        bodies.add("text/plain", data, "")
    elif kind in _BODIES and (known().own_names.fullmatch(name.lower()) or (not name and disposition != "attachment")):
        bodies.add(kind, data, parameters(headers.first("content-type")).get("charset", ""))
    elif name or disposition == "attachment" or data.strip():
        # what the text shows has an id by which the text names it; Apple's programs number the attachments as well
        shown = disposition == "inline" or (bool(headers.first("content-id")) and disposition != "attachment")
        files.add(File(name, kind, data, shown), place)


def _data(part: Message, headers: Headers) -> bytes:
    """The content of a part, decoded. What cannot be is given as it stands: the reader of workbooks says what it is."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return b""
    raw = str(payload).encode("utf-8", "surrogateescape")
    encoding = _encoding(headers)
    if encoding == "base64":
        return from_base64(raw)
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else raw


def _encoding(headers: Headers) -> str:
    return headers.first("content-transfer-encoding").partition(";")[0].strip().lower()


def _mail_in(part: Message, headers: Headers) -> bytes | Message:
    """A mail in the mail. The standard library takes an encoded one for plain: its bytes are put together again."""
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner else inner
    if not isinstance(message, Message):
        return str(message or "").encode("utf-8", "surrogateescape")
    encoding = _encoding(headers)
    if encoding not in ("base64", "quoted-printable"):
        return message
    buffer = BytesIO()
    BytesGenerator(buffer, mangle_from_=False, policy=compat32.clone(max_line_length=0)).flatten(message)
    raw = buffer.getvalue()
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    return from_base64(raw) if not Headers.of(message) else message
