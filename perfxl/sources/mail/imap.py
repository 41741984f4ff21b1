"""Mails on a server: read without leaving a trace there; marked and added to only where that is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32
from imaplib import Internaldate2tuple
from time import mktime
from typing import Any

from imap_tools.errors import ImapToolsError, MailboxFetchError
from imap_tools.mailbox import MailBox

from perfxl.sources.mail import errors
from perfxl.sources.mail.account import account_of
from perfxl.sources.mail.errors import MailError
from perfxl.sources.mail.headers import Headers, message_id_of
from perfxl.sources.mail.known import known as known_words
from perfxl.sources.mail.problems import MAX_MAIL
from perfxl.sources.mail.session import explained, folders, open_folder, opened

#: mails that are marked with one command
MARKED_AT_ONCE = 100

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.IGNORECASE)
_UID = re.compile(r"\d{1,10}")


def fetch(
    source: str, known: Callable[[str], bool], password: Callable[[str], str]
) -> Iterator[tuple[str, bytes, datetime | None]]:
    """Key, bytes and time of arrival of each mail that is not known. The folder is opened for reading only."""
    account = account_of(source)
    with opened(account, password) as mailbox:
        with explained(account, errors.OPENING):
            validity = open_folder(mailbox, account, readonly=True)
        with explained(account, errors.SEARCHING):
            uids = mailbox.uids("ALL", charset=None)
        for uid in uids:
            key = account.prefix(validity) + uid
            if not known(key):
                with explained(account, errors.FETCHING):
                    found = _fetch_one(mailbox, uid)
                if found is not None:
                    yield key, *found


def mark_seen(source: str, keys: Iterable[str], password: Callable[[str], str]) -> int:
    """Mark mails as read, those of ``keys`` that lie in this folder; how many. Raises ``MailError``."""
    account = account_of(source)
    with opened(account, password) as mailbox:
        with explained(account, errors.OPENING):
            validity = open_folder(mailbox, account, readonly=False)
        # any validity: keys of a folder that was made anew would mark other mails
        places = [key.removeprefix(account.prefix("")[:-1]) for key in keys if key.startswith(account.prefix("")[:-1])]
        pairs = [place.partition(";") for place in places]
        if any(own != validity for own, _, _ in pairs):
            raise MailError(errors.OTHER_MAILBOX, folder=account.folder)
        uids = [uid for _, _, uid in pairs if _UID.fullmatch(uid)]
        for start in range(0, len(uids), MARKED_AT_ONCE):
            with explained(account, errors.MARKING):
                # not by the library's own command: it also expunges what others have marked as deleted
                some = ",".join(uids[start : start + MARKED_AT_ONCE])
                _check(mailbox.client.uid("STORE", some, "+FLAGS.SILENT", r"(\Seen)"))
    return len(uids)


def append_draft(source: str, raw: bytes, password: Callable[[str], str]) -> None:
    """Put a mail into the folder for drafts, once: one with the same Message-ID is not added again.

    Raises ``MailError``.
    """
    account = account_of(source)
    with opened(account, password) as mailbox, explained(account, errors.APPENDING):
        drafts = _drafts(mailbox)
        if drafts is None:
            raise MailError(errors.NO_DRAFTS, account=account.name, folders=folders(mailbox))
        mailbox.folder.set(drafts, readonly=True)
        if not _holds(mailbox, message_id_of(Headers.of(message_from_bytes(raw, policy=compat32)))):
            mailbox.append(raw, drafts, flag_set=[r"\Draft", r"\Seen"])


def _fetch_one(mailbox: MailBox, uid: str) -> tuple[bytes, datetime | None] | None:
    """A mail, without marking it; ``None`` if it is gone. Of one that is too large as much as shows that it is."""
    head = _answer(mailbox, uid, "(UID RFC822.SIZE INTERNALDATE)")
    size = _SIZE.search(head[0])
    whole = not size or int(size[1]) <= MAX_MAIL
    _, content = _answer(mailbox, uid, "(UID BODY.PEEK[])" if whole else f"(UID BODY.PEEK[]<0.{MAX_MAIL + 1}>)")
    if content is None:
        return None
    time = Internaldate2tuple(head[0])
    return content, datetime.fromtimestamp(mktime(time), UTC) if time else None


def _answer(mailbox: MailBox, uid: str, items: str) -> tuple[bytes, bytes | None]:
    """What the server says about one mail: its words, and the content that it sent with them."""
    _, data = _check(mailbox.client.uid("FETCH", uid, items))
    pieces = [piece for piece in data if piece]
    content = next((piece[1] for piece in pieces if isinstance(piece, tuple) and b"BODY[" in piece[0].upper()), None)
    words = b" ".join(piece[0] if isinstance(piece, tuple) else piece for piece in pieces)
    return words, content


def _check(result: tuple[str, Any]) -> tuple[str, Any]:
    if result[0] != "OK":
        raise MailboxFetchError(command_result=result, expected="OK")
    return result


def _drafts(mailbox: MailBox) -> str | None:
    """The folder for drafts: as the server says, else by its name."""
    found = mailbox.folder.list()
    said = [folder.name for folder in found if r"\drafts" in (flag.lower() for flag in folder.flags)]
    named = [folder.name for folder in found if folder.name.split(folder.delim)[-1].lower() in known_words().drafts]
    return next(iter([*said, *named]), None)


def _holds(mailbox: MailBox, message_id: str) -> bool:
    """Whether the open folder has a mail with this id. A server that cannot search for it has none."""
    bare = re.sub(r'[\\"<>\s]', "", message_id)
    if not bare or not bare.isascii():
        return False
    try:
        return bool(mailbox.uids(f'HEADER Message-ID "{bare}"', charset=None))
    except ImapToolsError:
        return False
