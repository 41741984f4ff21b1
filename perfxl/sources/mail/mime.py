"""The bytes of a mail -> the mail with its attachments: as it travels (RFC 5322 and MIME), or as Outlook saves it."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.generator import BytesGenerator
from email.message import Message
from email.policy import compat32
from io import BytesIO

from perfxl.model import Text
from perfxl.sources.mail import attachments
from perfxl.sources.mail.attachments import FoundFiles, Mail, MailFile, Origin, is_outlook, origin_of
from perfxl.sources.mail.body import OWN_NAMES, PRECEDENCE, SENDERS, SUBJECTS, Bodies, Letter, links_large
from perfxl.sources.mail.headers import Headers, address_of, from_base64, parameters, time_of

#: parts of one mail, of any kind, and bytes of the headers of one that cannot be parsed
MAX_PARTS = 2_000
MAX_HEAD = 1 << 20
#: steps that a mail may cost the parser, with all the mails in it: seconds, where hostile ones took minutes
MAX_STEPS = 8_000_000
#: steps for a line besides comparing it with the boundaries, and for one that may be a header or begin a part
_LINE, _HEADER = 2, 20

_LONE_RETURN = re.compile(rb"\r(?!\n)")
_BOUNDARY = re.compile(rb"(?i)boundary")
_BEGINS = re.compile(rb"(?m)^(?:--|[!-9;-~]{1,80}:)")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n|\r\r")
_BODIES = ("text/plain", "text/html")

BOUNCE = Text("退信，不作回复", "a bounce, not answered")
REPORT = Text("系统回执或退信，不作回复", "a receipt or bounce of a mail system, not answered")
ANSWER = Text("自动答复，不作回复", "an automatic answer, not answered")
SYSTEM = Text("系统自动发出的邮件，不作回复", "sent by a program, not answered")
NO_REPLY = Text("发件地址不收回复（no-reply），不作回复", "sent from an address that takes no answers, not answered")
BULK = Text("群发或订阅邮件，不作回复", "bulk mail or a mailing list, not answered")


def parse(raw: bytes, received: datetime | None = None) -> Mail:
    """Read a mail; ``received`` is when it arrived, if its store knows. What cannot be read is among ``problems``."""
    files = FoundFiles()
    letter = _read(raw, None, files)
    headers = letter.headers
    if not any(map(headers.first, ("from", "sender", "subject", "date", "received"))):
        files.report(attachments.NOT_A_MAIL)
    # one after the other, not one within the other: no depth of mails in mails exhausts the stack
    while files.mails or files.packed:
        if files.packed:
            from perfxl.sources.mail.outlook import read_winmail

            read_winmail(*files.packed.popleft(), files)
        else:
            _read(*files.mails.popleft(), files)
    author = headers.author
    subject = headers.text("subject")
    return Mail(
        message_id=headers.message_id,
        sender=author.address,
        sender_name=author.name,
        reply_to=address_of(headers.first("reply-to")).address,
        subject=subject,
        sent=time_of(headers.first("date")),
        received=received or headers.received,
        references=headers.references,
        automatic=_why_automatic(headers, author.address, subject),
        attachments=files.attachments(),
        problems=tuple(files.problems),
        text=letter.text,
    )


def _why_automatic(headers: Headers, sender: str, subject: str) -> Text | None:
    """Why a mail must not be answered, lest two programs answer each other for ever; ``None`` for one of a person."""
    name = sender.partition("@")[0]
    kind = headers.word("content-type")
    submitted = headers.word("auto-submitted")
    precedence = headers.first("precedence").strip().lower()
    answers = headers.first("x-autoreply") or headers.first("x-autorespond") or precedence == "auto_reply"
    if any(value.replace(" ", "") == "<>" for value in headers.all("return-path")) or name == "mailer-daemon":
        return BOUNCE
    if kind == "multipart/report":
        return REPORT
    if submitted == "auto-replied" or answers or SUBJECTS.match(subject.lower()):
        return ANSWER
    if submitted not in ("", "no"):
        return SYSTEM
    if SENDERS.fullmatch(name):
        return NO_REPLY
    if precedence in PRECEDENCE or headers.first("list-id") or headers.first("list-unsubscribe"):
        return BULK
    return None


def _read(mail: bytes | Message, around: Origin | None, files: FoundFiles) -> Letter:
    if isinstance(mail, bytes) and is_outlook(mail):
        from perfxl.sources.mail.outlook import read_msg

        letter = read_msg(mail, around, files)
    else:
        letter = _read_mime(mail, around, files)
    if links_large(letter.linked):
        files.report(attachments.LINKED)
    return letter


def _read_mime(mail: bytes | Message, around: Origin | None, files: FoundFiles) -> Letter:
    """Take a mail apart; what is in it is added to ``files``. Never raises for what a mail holds."""
    if isinstance(mail, bytes):
        too_large = len(mail) > attachments.MAX_MAIL
        files.steps += 0 if too_large else _steps(mail)
        if too_large or files.steps > MAX_STEPS:
            files.report(attachments.TOO_LARGE if too_large else attachments.TOO_TANGLED)
            return Letter(_headers_alone(mail), "", "")
    try:
        return _take_apart(mail if isinstance(mail, Message) else message_from_bytes(mail), around, files)
    except RecursionError:
        files.report(attachments.TOO_DEEP)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        files.report(
            attachments.BROKEN
        )  # what the parser of the standard library is known to raise on bytes that are no mail
    return Letter(_headers_alone(mail) if isinstance(mail, bytes) else Headers(()), "", "")


def _steps(raw: bytes) -> int:
    """What a mail will cost the parser, which compares each line with the boundaries of all parts around it."""
    lines = raw.count(b"\n") + len(_LONE_RETURN.findall(raw))
    return lines * (_LINE + len(_BOUNDARY.findall(raw))) + _HEADER * len(_BEGINS.findall(raw))


def _headers_alone(raw: bytes) -> Headers:
    return Headers.of(message_from_bytes(_HEAD_ENDS.split(raw[:MAX_HEAD], maxsplit=1)[0] + b"\n\n"))


def _take_apart(message: Message, around: Origin | None, files: FoundFiles) -> Letter:
    headers = Headers.of(message)
    origin = origin_of(headers.author.address, headers.text("subject"), around)
    bodies = Bodies()
    for count, part in enumerate(_leaves(message)):
        if count >= MAX_PARTS:
            files.report(attachments.TOO_MANY)
            break
        _read_part(part, origin, files, bodies)
    return bodies.letter(headers)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that are not multipart, in order, without recursion; a mail in the mail is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(piece for piece in reversed(inner) if isinstance(piece, Message))
        else:
            yield part


def _read_part(part: Message, origin: Origin, files: FoundFiles, bodies: Bodies) -> None:
    headers = Headers.of(part)
    kind = part.get_content_type()
    if kind in ("message/rfc822", "message/global"):
        files.add_mail(_mail_in(part, headers), origin)
        return
    name = headers.file_name
    disposition = headers.word("content-disposition")
    data = _data(part, headers)
    if kind.startswith("multipart/"):  # its boundary was not found
        files.report(attachments.BROKEN)
        bodies.add("text/plain", data, "")
    elif kind in _BODIES and (OWN_NAMES.fullmatch(name.lower()) or (not name and disposition != "attachment")):
        bodies.add(kind, data, parameters(headers.first("content-type")).get("charset", ""))
    elif name or disposition == "attachment" or data.strip():
        # what the text shows has an id by which the text names it; Apple's programs number the attachments as well
        shown = disposition == "inline" or (bool(headers.first("content-id")) and disposition != "attachment")
        files.add(MailFile(name, kind, data, shown), origin)


def _data(part: Message, headers: Headers) -> bytes:
    """The content of a part, decoded; undecoded where that fails, so that the reader of workbooks reports it."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return b""
    raw = str(payload).encode("utf-8", "surrogateescape")
    if headers.word("content-transfer-encoding") == "base64":
        return from_base64(raw)
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else raw


def _mail_in(part: Message, headers: Headers) -> bytes | Message:
    """A mail in the mail. The standard library takes an encoded one for plain: its bytes are put together again."""
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner else inner
    if not isinstance(message, Message):
        return str(message or "").encode("utf-8", "surrogateescape")
    encoding = headers.word("content-transfer-encoding")
    if encoding not in ("base64", "quoted-printable"):
        return message
    buffer = BytesIO()
    BytesGenerator(buffer, mangle_from_=False, policy=compat32.clone(max_line_length=0)).flatten(message)
    raw = buffer.getvalue()
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    return from_base64(raw) if not Headers.of(message) else message
