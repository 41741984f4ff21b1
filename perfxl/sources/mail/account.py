"""The address of a mailbox, ``imaps://user@host[:port]/folder``, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from perfxl.sources.mail.errors import BAD_ADDRESS, ONLY_IMAP, PASSWORD_IN_ADDRESS, MailError

PORT = 993
INBOX = "INBOX"
_SCHEME = "imaps://"
_PLACE = re.compile(r"(?P<host>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Account:
    """A folder of a mailbox; its levels are parted by ``/``, whatever the server does."""

    user: str
    host: str
    port: int
    folder: str

    @property
    def name(self) -> str:
        """``user@host``: what a password belongs to."""
        return f"{self.user}@{self.host}"

    def prefix(self, validity: str) -> str:
        """With what the keys of all mails of the folder begin."""
        return f"imap:{self.name}/{self.folder};{validity};"


def account_of(source: str) -> Account:
    """Take an address apart. The user may hold an @ (``imaps://zhangsan@example.com@imap.example.com/INBOX``).

    Raises ``MailError`` for one that is not complete, that is no mailbox, or that holds a password.
    """
    if not source.lower().startswith(_SCHEME):
        raise MailError(ONLY_IMAP, source=source)
    place, _, folder = source[len(_SCHEME) :].partition("/")
    user, _, server = place.rpartition("@")
    if ":" in user:
        raise MailError(PASSWORD_IN_ADDRESS)
    found = _PLACE.fullmatch(server)
    port = int(found["port"] or PORT) if found else 0
    user, folder = unquote(user), unquote(folder).strip("/") or INBOX
    if not found or not 0 < port < 65536 or not user or not (user + folder).isprintable():
        raise MailError(BAD_ADDRESS, source=source)
    return Account(user, found["host"].strip("[]").lower(), port, INBOX if folder.upper() == INBOX else folder)
