"""Mails made byte by byte, each as one kind of program writes it: nothing in them depends on the day they are made."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import quote

CHINA = timezone(timedelta(hours=8))
BUREAU = "yusuan@czj.example.gov.cn"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def word(text: str, charset: str = "utf-8", codec: str = "utf-8", kind: str = "B") -> str:
    """An encoded word of RFC 2047; programs in China write GBK and call it gb2312."""
    raw = text.encode(codec)
    said = base64.b64encode(raw).decode() if kind == "B" else "".join(f"={octet:02X}" for octet in raw)
    return f"=?{charset}?{kind}?{said}?="


def part(data: bytes, *headers: str | bytes) -> bytes:
    """A part of a mail in base64."""
    lines = [line if isinstance(line, bytes) else line.encode() for line in headers]
    lines.append(b"Content-Transfer-Encoding: base64")
    return b"\r\n".join(lines) + b"\r\n\r\n" + base64.encodebytes(data).replace(b"\n", b"\r\n")


def text(said: str, charset: str = "utf-8", kind: str = "plain") -> bytes:
    """The text of a mail."""
    codec = "gb18030" if charset.startswith("gb") else charset
    return part(said.replace("\n", "\r\n").encode(codec), f"Content-Type: text/{kind}; charset={charset}")


# ---------------------------------------------------------------- one way of attaching after the other


def rfc2231(name: str, data: bytes) -> bytes:
    """Thunderbird: RFC 2231 in UTF-8."""
    return part(data, f"Content-Type: {XLSX}", f"Content-Disposition: attachment; filename*=utf-8''{quote(name)}")


def rfc2047(name: str, data: bytes) -> bytes:
    """Foxmail: an encoded word called gb2312 that holds GBK, in both headers."""
    said = word(name, "gb2312", "gbk")
    return part(
        data, f'Content-Type: application/octet-stream;\r\n\tname="{said}"',
        f'Content-Disposition: attachment;\r\n\tfilename="{said}"',
    )  # fmt: skip


def continued(name: str, data: bytes) -> bytes:
    """Older Outlook: RFC 2231 in GBK, cut into pieces wherever 15 characters are full."""
    octets = "".join(f"%{octet:02X}" for octet in name.encode("gbk"))
    pieces = [octets[place : place + 15] for place in range(0, len(octets), 15)]
    lines = [
        f" filename*{number}*={'' if number else 'gbk' + chr(39) * 2}{piece}" for number, piece in enumerate(pieces)
    ]
    return part(data, f"Content-Type: {XLSX}", "Content-Disposition: attachment;\r\n" + ";\r\n".join(lines))


def raw_gbk(name: str, data: bytes) -> bytes:
    """An office system of its own: the bytes of GBK as they are."""
    return part(
        data, f"Content-Type: {XLSX}", b'Content-Disposition: attachment; filename="' + name.encode("gbk") + b'"'
    )


def raw_utf8(name: str, data: bytes) -> bytes:
    """Another one: those of UTF-8."""
    return part(data, b'Content-Type: application/octet-stream; name="' + name.encode() + b'"')


def inline(name: str, data: bytes) -> bytes:
    """A phone: shown in the text."""
    return part(
        data,
        f'Content-Type: {XLSX}; name="{word(name)}"',
        f"Content-Disposition: inline; filename*=utf-8''{quote(name)}",
    )


def nameless_type(name: str, data: bytes) -> bytes:
    """A web mailbox: the name only beside the type, quoted-printable."""
    return part(data, f'Content-Type: application/octet-stream; name="{word(name, kind="Q")}"')


WAYS: tuple[Callable[[str, bytes], bytes], ...] = (
    rfc2231, rfc2047, continued, raw_gbk, raw_utf8, inline, nameless_type,
)  # fmt: skip


# ---------------------------------------------------------------- whole mails


def multipart(kind: str, *parts: bytes) -> bytes:
    """Several parts as one; what parts them follows from what they hold."""
    mark = hashlib.sha256(b"".join(parts)).hexdigest()[:20].encode()
    body = b"".join(b"--" + mark + b"\r\n" + piece + b"\r\n" for piece in parts)
    return (
        b"Content-Type: multipart/"
        + kind.encode()
        + b'; boundary="'
        + mark
        + b'"\r\n\r\n'
        + body
        + b"--"
        + mark
        + b"--\r\n"
    )


def with_logo(said: str) -> bytes:
    """A text in HTML with a logo in its signature."""
    page = f"<p>{said}</p><p>--<br><img src='cid:logo'></p>"
    logo = part(
        PNG, 'Content-Type: image/png; name="image001.png"', "Content-ID: <logo>", "Content-Disposition: inline"
    )
    return multipart("related", text(page, kind="html"), logo)


def mail(
    sender: str, name: str, subject: str, sent: datetime, body: bytes, *headers: str, raw_subject: bytes = b"",
    message_id: str = "", arrived: datetime | None = None,
) -> bytes:  # fmt: skip
    """A mail to the bureau: its headers, those of the server that took it in first, and its body with its own."""
    said = raw_subject or word(subject).encode()
    own = hashlib.sha256(f"{sender}{subject}{sent}".encode()).hexdigest()[:16]
    lines = [
        f"Received: from mail.example.gov.cn by mx.czj.example.gov.cn; {format_datetime(arrived or sent)}".encode(),
        f"From: {word(name)} <{sender}>".encode(),
        f"To: <{BUREAU}>".encode(),
        b"Subject: " + said,
        f"Date: {format_datetime(sent)}".encode(),
        f"Message-ID: {message_id or f'<{own}@{sender.partition(chr(64))[2]}>'}".encode(),
        *(header.encode() for header in headers),
        b"MIME-Version: 1.0",
    ]
    return b"\r\n".join(lines) + b"\r\n" + body


def forwarded(inner: bytes, *, encoded: bool = False) -> bytes:
    """A mail attached to another one, in base64 where a gateway has made it so."""
    head = "Content-Type: message/rfc822"
    if encoded:
        return part(inner, head, "Content-Disposition: attachment")
    return head.encode() + b"\r\nContent-Disposition: attachment\r\n\r\n" + inner
