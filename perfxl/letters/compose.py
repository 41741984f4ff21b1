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

from perfxl.letters import mail_text
from perfxl.letters.letter import KINDS, REMINDERS, REPLY, Letter, template_values
from perfxl.letters.mail_text import FOLD, attachment_name, header_text, mailbox, one_line
from perfxl.letters.templates import fill
from perfxl.model import Lang, Text, UserError
from perfxl.output_files import UNKNOWN_UNIT, safe_name, save

#: bytes of all attachments; base64 makes a third more of them, and many offices refuse mail above 30 MB
MOST_ATTACHED = 20 * 1024 * 1024
ANSWER = Text("回复：", "Re: ")
#: by suffix: the list of the system (``mimetypes``) differs from office to office
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
#: the name and the bytes of an attached file
Enclosure = tuple[str, bytes]


def compose(
    letter: Letter, sender: str, *, templates: Path | None, lang: Lang, message_id: str, date: datetime | None = None
) -> bytes:
    """The mail with its attachments; the same bytes for the same arguments.

    ``sender`` is an address, or a name and an address, else the signature is the name. Attachments beyond
    ``MOST_ATTACHED`` bytes are left out, the largest first, and listed in the letter. One to be verified gets no
    findings. Raises ``UserError`` for a mistake in a template or an address, ``OSError``, ``ValueError``.
    """
    if not mail_text.MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"{message_id!r} is no Message-ID")
    now = date or datetime.now().astimezone()
    if letter.kind == "to_verify":  # the address may be a stranger's
        letter = replace(letter, findings=(), closed=(), new=(), still=(), changed=(), attachments=())
    enclosed, left_out = _enclosures(letter)
    values = template_values(letter, lang, now, [name for name, _ in enclosed], left_out)
    filled = fill(letter.kind, values, templates, lang)
    subject = ANSWER.render(lang) + REPLY.sub("", filled.subject) if letter.original else filled.subject
    headers = _headers(letter, sender, subject, message_id, now)
    return _mail(headers, filled.body, enclosed, message_id)


def _enclosures(letter: Letter) -> tuple[list[Enclosure], list[str]]:
    """What is attached, and the names of the files that are left out because they are too large."""
    sizes = {path: path.stat().st_size for path in letter.attachments}
    room, kept = MOST_ATTACHED, set()
    for path in sorted(sizes, key=sizes.__getitem__):
        if sizes[path] <= room:
            room -= sizes[path]
            kept.add(path)
    enclosed = [(attachment_name(path), path.read_bytes()) for path in sizes if path in kept]
    return enclosed, [attachment_name(path) for path in sizes if path not in kept]


def _headers(letter: Letter, sender: str, subject: str, message_id: str, now: datetime) -> Headers:
    named = NAMED.fullmatch(one_line(sender))
    name, address = named.groups() if named else ("", sender)
    headers = [
        ("Date", format_datetime(now)),
        ("From", mailbox(name or letter.signature, _address(address, sender, SENDER), "From")),
    ]
    if letter.to:
        headers.append(("To", mailbox(letter.to_name, _address(letter.to, letter.to, RECIPIENT), "To")))
    headers += [("Subject", header_text(subject, "Subject")), ("Message-ID", message_id)]
    if letter.original:
        headers += mail_text.thread_headers(letter.original.message_id, letter.original.references)
    headers += [
        ("Auto-Submitted", "auto-generated" if letter.kind in REMINDERS else "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Unsent", "1"),
        ("MIME-Version", "1.0"),
    ]
    return headers


def _address(address: str, found: str, who: Text) -> str:
    if not mail_text.ADDRESS.fullmatch(address):
        raise UserError(NO_ADDRESS, who=who, found=one_line(found, 80))
    return address


def _mail(headers: Headers, body: str, enclosed: Sequence[Enclosure], message_id: str) -> bytes:
    plain: Headers = [("Content-Type", "text/plain; charset=utf-8")]
    text = body.replace("\n", "\r\n").encode("utf-8", "replace")
    if not enclosed:
        return _part(headers + plain, text)
    # no line of base64 begins with two hyphens, so the boundary occurs in no part
    boundary = f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}"
    parts = [_part(plain, text)]
    for name, data in enclosed:
        kind = TYPES.get(Path(name).suffix.lower(), OTHER_TYPE)
        parts.append(_part(mail_text.attachment_headers(name, kind), data))
    mixed = _lines([*headers, ("Content-Type", f'multipart/mixed;{FOLD}boundary="{boundary}"')])
    opened = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts)
    return b"%s\r\n%s--%s--\r\n" % (mixed, opened, boundary.encode())


def _part(headers: Headers, data: bytes) -> bytes:
    """Headers and a body in base64, which servers on the way leave unchanged."""
    body = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return _lines([*headers, ("Content-Transfer-Encoding", "base64")]) + b"\r\n" + body


def _lines(headers: Headers) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")


def write_draft(folder: Path, raw: bytes, *, number: str, unit: str, kind: str, lang: Lang = "zh") -> Path:
    """Write a composed letter as ``001_某某局_未通过.eml``, whether or not it is there; the path that was written."""
    name = safe_name(unit, UNKNOWN_UNIT.render(lang))
    return save(folder / f"{number}_{name}_{KINDS[kind].render(lang)}.eml", raw)
