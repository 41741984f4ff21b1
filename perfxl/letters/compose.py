"""A letter as the bytes of a mail (RFC 5322): an ``.eml`` that Outlook and Foxmail open ready to send."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

from perfxl.clerk.errors import ClerkError
from perfxl.letters.headers import ADDRESS, FOLD, MESSAGE_ID, attached, file_name, mailbox, threading, words
from perfxl.letters.letter import REMINDERS, Letter
from perfxl.letters.plain import line
from perfxl.letters.templates import fill
from perfxl.letters.words import REPLY, context
from perfxl.model import Lang, Text

#: bytes of all attachments; base64 makes a third more of them, and many offices refuse mail above 30 MB
MOST_ATTACHED = 20 * 1024 * 1024
ANSWER = Text("回复：", "Re: ")
#: what goes on where the system's own list of types would differ from office to office
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xls": "application/vnd.ms-excel",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".doc": "application/msword",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}
OTHER_TYPE = "application/octet-stream"
NO_ADDRESS = Text(
    "{who}“{found}”不是一个邮箱地址，应形如 name@example.gov.cn。请在应报单位名单或批次设置中改正。",
    "{who} “{found}” is no mail address like name@example.gov.cn. Correct it in the roster or the settings of the "
    "round.",
)
#: a name and an address as the clerk writes them
NAMED = re.compile(r'"?([^"<>]*?)"?\s*<([^<>]*)>')
SENDER, RECIPIENT = Text("发件人", "The sender"), Text("收件人", "The recipient")

Headers = list[tuple[str, str]]


class Enclosure(NamedTuple):
    """A file that goes with the letter."""

    name: str
    data: bytes


def compose(
    letter: Letter,
    sender: str,
    *,
    templates: Path | None,
    lang: Lang,
    message_id: str,
    date: datetime | None = None,
) -> bytes:
    """The mail with its attachments, the same bytes for the same arguments.

    ``sender`` is an address, or a name and an address; without a name the letter's signature is one. ``templates``
    is the clerk's folder of templates; ``date`` knows its time zone and is now by default. Attachments of more than
    ``MOST_ATTACHED`` bytes in all are left out, the largest first, and the letter says so. An address that has to be
    verified gets no findings and no attachments. Raises ``ClerkError`` for a mistake in a template or an address,
    ``OSError`` for an attachment that cannot be read, ``ValueError`` for a ``message_id`` that is none.
    """
    if not MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"{message_id!r} is no Message-ID")
    now = date or datetime.now().astimezone()
    if letter.kind == "to_verify":  # the address may be anybody's
        letter = replace(letter, findings=(), closed=(), new=(), still=(), changed=(), attachments=())
    enclosed, left = _enclosures(letter)
    values = context(letter, lang, now, [one.name for one in enclosed], left)
    filled_in = fill(letter.kind, values, templates, lang)
    headers = _heading(letter, sender, _subject(letter, filled_in.subject, lang), message_id, now)
    return _mail(headers, filled_in.body, enclosed, message_id)


def _enclosures(letter: Letter) -> tuple[list[Enclosure], list[str]]:
    """What is attached, and the names of what is not because it is too much."""
    sizes = [(path.stat().st_size, number) for number, path in enumerate(letter.attachments)]
    room, kept = MOST_ATTACHED, set()
    for size, number in sorted(sizes):
        if size <= room:
            room -= size
            kept.add(number)
    every = list(enumerate(letter.attachments))
    enclosed = [Enclosure(file_name(path), path.read_bytes()) for number, path in every if number in kept]
    return enclosed, [file_name(path) for number, path in every if number not in kept]


def _subject(letter: Letter, subject: str, lang: Lang) -> str:
    """With the mark of a reply once."""
    answer = ANSWER.render(lang) if letter.original else ""
    return answer + (REPLY.sub("", subject) if answer else subject)


def _heading(letter: Letter, sender: str, subject: str, message_id: str, now: datetime) -> Headers:
    named = NAMED.fullmatch(line(sender))
    name, address = named.groups() if named else ("", sender)
    headers = [
        ("Date", format_datetime(now)),
        ("From", mailbox(name or letter.signature, _address(address, sender, SENDER), "From")),
    ]
    if letter.to:
        headers.append(("To", mailbox(letter.to_name, _address(letter.to, letter.to, RECIPIENT), "To")))
    headers += [("Subject", words(subject, "Subject")), ("Message-ID", message_id)]
    if letter.original:
        headers += threading(letter.original.message_id, letter.original.references)
    headers += [
        ("Auto-Submitted", "auto-generated" if letter.kind in REMINDERS else "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Unsent", "1"),
        ("MIME-Version", "1.0"),
    ]
    return headers


def _address(address: str, found: str, who: Text) -> str:
    if not ADDRESS.fullmatch(address):
        raise ClerkError(NO_ADDRESS.fill(who=who, found=line(found, 80)))
    return address


def _mail(headers: Headers, body: str, enclosed: Sequence[Enclosure], message_id: str) -> bytes:
    kind: Headers = [("Content-Type", "text/plain; charset=utf-8")]
    text = body.replace("\n", "\r\n").encode("utf-8", "replace")
    if not enclosed:
        return _part(headers + kind, text)
    # no line of base64 begins with two hyphens, so this is found in none of them
    boundary = f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"
    parts = [_part(kind, text), *(_part(attached(one.name, _type(one.name)), one.data) for one in enclosed)]
    mixed = _lines([*headers, ("Content-Type", f'multipart/mixed;{FOLD}boundary="{boundary}"')])
    opened = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return b"%s\r\n%s--%s--\r\n" % (mixed, opened, boundary.encode())


def _type(name: str) -> str:
    return TYPES.get(Path(name).suffix.lower(), OTHER_TYPE)


def _part(headers: Headers, data: bytes) -> bytes:
    """Headers and a body in base64, which no server on the way has a reason to touch."""
    body = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return _lines([*headers, ("Content-Transfer-Encoding", "base64")]) + b"\r\n" + body


def _lines(headers: Headers) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")
