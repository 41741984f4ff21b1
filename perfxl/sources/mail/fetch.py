"""Mails of a source that are not known yet: of files, folders and Maildirs, or of a mailbox on a server."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from perfxl.model import Text
from perfxl.sources.mail.stores import MailError, local_mails

OTHER_KIND = Text(
    "不支持这种地址：{scheme}://。邮箱请写成 imaps://用户名@服务器/INBOX（加密连接）。",
    "Addresses of the kind {scheme}:// are not supported. Write imaps://user@server/INBOX (an encrypted connection).",
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as its store has it, byte by byte; ``received`` is when it arrived there, if the store knows.

    ``key`` is ``imap:<user>@<host>/<folder>;<uidvalidity>;<uid>`` or ``sha256:<hexadecimal digest of raw>``.
    """

    key: str
    raw: bytes = field(repr=False)
    received: datetime | None = None


def fetch(source: str, known: Callable[[str], bool], password: Callable[[str], str]) -> Iterator[Fetched]:
    """The mails of a source that are not ``known`` by their key: a file, a folder, a Maildir or ``imaps://…``.

    Nothing there is changed. ``password(user@host)`` is for IMAP only. Raises ``MailError`` for a source that cannot be
    opened, and after all other mails for files that cannot.
    """
    scheme = _SCHEME.match(source)
    if scheme and scheme[1].lower() == "imaps":
        from perfxl.sources.mail import imap

        yield from (Fetched(*found) for found in imap.fetch(source, known, password))
        return
    if scheme:
        raise MailError(OTHER_KIND, scheme=scheme[1].lower())
    for raw, received in local_mails(Path(source)):
        key = f"sha256:{hashlib.sha256(raw).hexdigest()}"
        if not known(key):
            yield Fetched(key, raw, received)
