"""A session with a mail server: encrypted, with its certificate checked, and every refusal explained."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from typing import Any

from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError, UnexpectedCommandStatusError
from imap_tools.mailbox import MailBox

import perfxl
from perfxl.model import Text
from perfxl.sources.mail import errors
from perfxl.sources.mail.account import INBOX, Account
from perfxl.sources.mail.charsets import clean, text_of
from perfxl.sources.mail.errors import MailError

#: names a file of certificates, beside those of the system, that an office's own server is checked with
CA_FILE = "PERFXL_CA_FILE"
#: seconds that the server may take for an answer
TIMEOUT = 60
#: characters of the server's own words that are shown, and folders that are named
MOST_WORDS, MOST_FOLDERS = 200, 30

#: what OpenSSL calls the reasons why a certificate does not pass
_EXPIRED, _OTHER_NAME = 10, (62, 64)
_UNSAFE = ("unsafe login", "please login again with id", "id command")


@contextmanager
def opened(account: Account, password: Callable[[str], str]) -> Iterator[MailBox]:
    """A mailbox after login. Raises ``MailError``; no message of it ever holds the password."""
    context = _context()
    secret = password(account.name)
    if not secret or any(ord(char) < 32 or ord(char) == 127 for char in secret):
        raise MailError(errors.BAD_PASSWORD)
    with _explained_connection(account):
        mailbox = MailBox(account.host, account.port, timeout=TIMEOUT, ssl_context=context)
    try:
        with explained(account, errors.OPENING):
            _login(mailbox, account, secret)
            _introduce(mailbox)
        yield mailbox
    finally:
        with suppress(IMAP4.error, OSError, UnexpectedCommandStatusError):
            mailbox.logout()
        with suppress(OSError):
            mailbox.client.shutdown()


def open_folder(mailbox: MailBox, account: Account, *, readonly: bool) -> str:
    """Open the folder of an account; its UIDVALIDITY, which is another one when the server has made it anew."""
    name = account.folder
    try:
        mailbox.folder.set(name, readonly=readonly)
    except MailboxFolderSelectError as error:
        words = said(error.command_result)
        if any(word in words.en.lower() for word in _UNSAFE):
            raise MailError(errors.UNSAFE_LOGIN, account=account.name, said=words) from error
        found = [folder for folder in mailbox.folder.list() if _levels(folder.name, folder.delim) == name.split("/")]
        if not found or found[0].name == name:
            shown = folders(mailbox)
            raise MailError(errors.NO_FOLDER, account=account.name, folder=name, said=words, folders=shown) from error
        mailbox.folder.set(found[0].name, readonly=readonly)
    _, validity = mailbox.client.response("UIDVALIDITY")
    return validity[0].decode("ascii", "replace") if validity and validity[0] else "0"


def folders(mailbox: MailBox) -> Text:
    """The folders of a mailbox for people."""
    names = [clean("/".join(_levels(folder.name, folder.delim))) for folder in mailbox.folder.list()]
    shown = names[:MOST_FOLDERS] + ["…"] * (len(names) > MOST_FOLDERS)
    return Text("、".join(shown) or INBOX, ", ".join(shown) or INBOX)


def _levels(name: str, delimiter: str) -> list[str]:
    return name.split(delimiter) if delimiter and delimiter != "NIL" else [name]


@contextmanager
def explained(account: Account, what: Text) -> Iterator[None]:
    """What the server refuses, and a connection that breaks, as ``MailError``; ``what`` is what is being done."""
    try:
        yield
    except UnexpectedCommandStatusError as error:
        words = said(error.command_result)
        raise MailError(errors.REFUSED, host=account.host, what=what, said=words) from error
    except TimeoutError as error:
        raise MailError(errors.LOST, host=account.host, error=errors.NO_ANSWER) from error
    except (IMAP4.abort, OSError) as error:
        raise MailError(errors.LOST, host=account.host, error=errors.HUNG_UP) from error
    except IMAP4.error as error:
        raise MailError(errors.REFUSED, host=account.host, what=what, said=_words(str(error).encode())) from error


def said(result: tuple[Any, ...]) -> Text:
    """The server's own words in an answer, in brackets; nothing where it gave none."""
    return _words(b" ".join(piece for piece in result[1] or () if isinstance(piece, bytes)))


def _words(raw: bytes) -> Text:
    words = clean(text_of(raw))[:MOST_WORDS]
    if not words:
        return errors.NOTHING_SAID
    return Text(errors.SAID.render("zh", words=words), errors.SAID.render("en", words=words))


@contextmanager
def _explained_connection(account: Account) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        why = {_EXPIRED: errors.EXPIRED} | dict.fromkeys(_OTHER_NAME, errors.OTHER_NAME)
        reason = why.get(error.verify_code, errors.NOT_TRUSTED)
        raise MailError(errors.CERTIFICATE, host=account.host, error=reason) from error
    except ssl.SSLError as error:
        trouble = error.reason or errors.HUNG_UP
        raise MailError(errors.NO_TLS, host=account.host, port=account.port, error=trouble) from error
    except (socket.gaierror, UnicodeError) as error:
        raise MailError(errors.NO_HOST, host=account.host) from error
    except (OSError, IMAP4.error) as error:
        kinds = ((ConnectionRefusedError, errors.REFUSES), (TimeoutError, errors.NO_ANSWER))
        reason = next((text for kind, text in kinds if isinstance(error, kind)), errors.HUNG_UP)
        raise MailError(errors.UNREACHABLE, host=account.host, port=account.port, error=reason) from error


def _context() -> ssl.SSLContext:
    """Certificates of the system are trusted, and those that the office names."""
    context = ssl.create_default_context()
    path = os.environ.get(CA_FILE)
    if path:
        try:
            context.load_verify_locations(cafile=path)
        except (OSError, ssl.SSLError) as error:
            raise MailError(errors.NO_CA_FILE, path=path, error=error.strerror or error) from error
    return context


def _login(mailbox: MailBox, account: Account, secret: str) -> None:
    try:
        if (account.user + secret).isascii():
            mailbox.login(account.user, secret, initial_folder=None)
        else:
            mailbox.login_utf8(account.user, secret, initial_folder=None)
    except IMAP4.abort:
        raise
    except MailboxLoginError as error:
        words = said(error.command_result)
    except IMAP4.error as error:
        words = _words(str(error).encode())
    else:
        return
    raise _refused(account, words, secret)  # out here it does not carry the answer, which may repeat the password


def _refused(account: Account, words: Text, secret: str) -> MailError:
    """A server may repeat what it was sent: the password is taken out of its words."""
    kept = Text(*(text.replace(secret, "***") for text in words))
    if any(word in kept.en.lower() for word in _UNSAFE):
        return MailError(errors.UNSAFE_LOGIN, account=account.name, said=kept)
    return MailError(errors.LOGIN_REFUSED, account=account.name, said=kept)


def _introduce(mailbox: MailBox) -> None:
    """Say who we are where the server asks for it: 163 and others open no folder before."""
    _, answers = mailbox.client.capability()
    if b"ID" in b" ".join(answer for answer in answers if answer).upper().split():
        mailbox.client.xatom("ID", f'("name" "perfxl" "version" "{perfxl.__version__}")')
