"""Mails made byte by byte, as programs of many kinds write them."""

from __future__ import annotations

import base64
import io
import zipfile
from email.message import EmailMessage
from hashlib import sha256
from urllib.parse import quote

BOUNDARY = "=_part"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
HEAD = (
    b"From: =?utf-8?B?5byg5LiJ?= <Zhang.San@Edu.Example.gov.cn>\r\n"
    b"To: budget@example.gov.cn\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0800\r\n"
    b"Message-ID: <1@example.gov.cn>\r\n"
)


def workbook(mark: str = "") -> bytes:
    """A small container that begins like a workbook; ``mark`` makes its bytes other ones."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), f"<workbook>{mark}</workbook>")
    return buffer.getvalue()


BOOK = workbook()


def part(data: bytes, *headers: bytes | str, encoding: str = "base64") -> bytes:
    """A part of a mail: its headers as they are given, and its content."""
    lines = [line if isinstance(line, bytes) else line.encode() for line in headers]
    content = base64.encodebytes(data).replace(b"\n", b"\r\n") if encoding == "base64" else data
    if encoding:
        lines.append(f"Content-Transfer-Encoding: {encoding}".encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def text(content: str = "请查收。", charset: str = "utf-8", kind: str = "plain") -> bytes:
    return part(content.encode(charset), f"Content-Type: text/{kind}; charset={charset}")


def attached(name: str, data: bytes = BOOK, kind: str = "application/octet-stream") -> bytes:
    """An attachment as a program writes it that keeps to the rules."""
    return part(
        data, f"Content-Type: {kind}", f"Content-Disposition: attachment; filename*=utf-8''{quote(name)}"
    )  # fmt: skip


def mail(*parts: bytes, subject: bytes | str = "申报表", head: bytes = HEAD, kind: str = "multipart/mixed") -> bytes:
    """A whole mail of several parts."""
    raw = subject if isinstance(subject, bytes) else subject.encode()
    lines = head + b"Subject: " + raw + b"\r\nMIME-Version: 1.0\r\n"
    lines += f'Content-Type: {kind}; boundary="{BOUNDARY}"\r\n\r\n'.encode()
    # parts that are themselves of several parts need a boundary of their own
    boundary = BOUNDARY.encode()
    depth = max((piece.count(boundary) for piece in parts), default=0)
    own = boundary + b"x" * depth if depth else boundary
    lines = lines.replace(boundary, own)
    return lines + b"".join(b"--" + own + b"\r\n" + piece + b"\r\n" for piece in parts) + b"--" + own + b"--\r\n"


def forwarded(inner: bytes, encoding: str = "") -> bytes:
    """A mail as a part of another one."""
    return part(inner, "Content-Type: message/rfc822", "Content-Disposition: attachment", encoding=encoding)


def nested(depth: int, data: bytes = BOOK) -> bytes:
    """A workbook inside so many mails, each with a sender and a subject of its own; 0 is the mail that travels."""
    made = EmailMessage()
    made["From"], made["Subject"] = f"u{depth}@example.gov.cn", f"第{depth}层"
    made.set_content("见附件")
    made.add_attachment(data, maintype="application", subtype="octet-stream", filename="申报表.xlsx")
    for level in reversed(range(depth)):
        around = EmailMessage()
        around["From"], around["Subject"] = f"u{level}@example.gov.cn", f"第{level}层"
        around.set_content("转发")
        around.add_attachment(made)
        made = around
    return made.as_bytes()


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()
