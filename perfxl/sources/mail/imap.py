"""Mails on an IMAP server: read without a trace, marked and added to only on demand; refusals are explained."""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from imaplib import IMAP4, Internaldate2tuple
from time import mktime
from typing import Any
from urllib.parse import unquote

from imap_tools import errors
from imap_tools.mailbox import MailBox

import perfxl
from perfxl.model import Text, listed
from perfxl.sources.mail.attachments import MAX_MAIL
from perfxl.sources.mail.body import DRAFTS
from perfxl.sources.mail.headers import Headers, clean, text_of
from perfxl.sources.mail.stores import MailError

PORT = 993
INBOX = "INBOX"
_SCHEME = "imaps://"
_PLACE = re.compile(r"(?P<host>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?")
#: the variable that names a file of certificates for an office's own server, beside those of the system
CA_FILE = "PERFXL_CA_FILE"
#: seconds that the server may take for an answer
TIMEOUT = 60
#: characters of the server's own words that are shown, and folders that are named
MAX_ANSWER, MAX_FOLDERS = 200, 30

#: codes of OpenSSL for why a certificate does not pass
_EXPIRED, _OTHER_NAME = 10, (62, 64)
_UNSAFE = ("unsafe login", "please login again with id", "id command")
#: mails that are marked with one command
MARKED_AT_ONCE = 100

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.IGNORECASE)
_UID = re.compile(r"\d{1,10}")

BAD_ADDRESS = Text(
    "邮箱地址不完整：{source}。请写成 imaps://用户名@服务器/INBOX，例如 imaps://budget@mail.example.gov.cn/INBOX。",
    "The address is not complete: {source}. Write imaps://user@server/INBOX, as imaps://budget@mail.example.gov.cn/INBOX.",
)
PASSWORD_IN_ADDRESS = Text(
    "请不要把密码写在邮箱地址里，命令记录会留下它。请去掉冒号和密码，perfxl 会另行询问；这个密码也建议改掉。",
    "Do not write the password into the address: it stays in the list of commands. Leave it out, perfxl asks for it; "
    "and better change that password.",
)
ONLY_IMAP = Text(
    "只有 imaps:// 邮箱里的邮件可以标记，也只有那里有草稿箱：{source}。",
    "Only mails of an imaps:// mailbox can be marked, and only there is a folder for drafts: {source}.",
)
BAD_PASSWORD = Text(
    "密码是空的，或含有换行等不可见字符。请重新输入，注意复制时不要带上换行。",
    "The password is empty or holds invisible characters such as a line break. Enter it again.",
)
LOGIN_REFUSED = Text(
    "邮箱 {account} 登录失败{said}。请检查用户名和密码。163、126、QQ 和企业邮箱要用“授权码”，不是网页登录密码："
    "请在网页邮箱的“设置 → POP3/SMTP/IMAP”里开启 IMAP 服务并生成授权码。",
    "Login to {account} was refused{said}. Check user and password. 163, 126, QQ and company mail want a code of their "
    "own (授权码), not the password of the web page: switch IMAP on in the settings of the web mailbox and make one.",
)
UNSAFE_LOGIN = Text(
    "邮箱 {account} 拒绝了这个程序{said}。请在网页邮箱的“设置 → POP3/SMTP/IMAP”里开启 IMAP 服务，用新生成的授权码再试；"
    "仍不行，请联系邮箱客服，或把邮件另存为 .eml 文件后读取文件夹。",
    "The mailbox {account} refused this program{said}. Switch IMAP on in the settings of the web mailbox, make a new "
    "code (授权码) and try again; else ask the provider, or save the mails as .eml files and read the folder.",
)
NO_HOST = Text(
    "找不到邮箱服务器 {host}。请检查地址是否写对、网络是否接通。",
    "The mail server {host} cannot be found. Check its name and the network.",
)
UNREACHABLE = Text(
    "连不上邮箱服务器 {host} 的 {port} 端口（{error}）。请检查网络和防火墙，或向信息中心核对服务器地址和端口。",
    "The mail server {host} cannot be reached at port {port} ({error}). Check network and firewall, or ask for the "
    "right server and port.",
)
CERTIFICATE = Text(
    "服务器 {host} 的安全证书通不过检查（{error}），为防止密码泄露没有登录。单位自建的邮箱请向信息中心要根证书文件，"
    "把它的路径写进环境变量 PERFXL_CA_FILE。",
    "The certificate of {host} does not pass ({error}); to keep the password safe there was no login. For an office's "
    "own mail server get its root certificate and put the path of its file into the variable PERFXL_CA_FILE.",
)
NO_TLS = Text(
    "服务器 {host} 的 {port} 端口不能建立加密连接（{error}）。加密的 IMAP 一般是 993 端口，请检查地址。",
    "The server {host} gives no encrypted connection at port {port} ({error}). Encrypted IMAP is mostly port 993.",
)
NO_CA_FILE = Text(
    "环境变量 PERFXL_CA_FILE 指的证书文件无法读取：{path}（{error}）。请检查路径，文件应为 PEM 格式。",
    "The certificates that PERFXL_CA_FILE names cannot be read: {path} ({error}). Check the path; the format is PEM.",
)
NO_FOLDER = Text(
    "邮箱 {account} 里没有文件夹“{folder}”{said}。现有：{folders}。",
    "The mailbox {account} has no folder “{folder}”{said}. There are: {folders}.",
)
NO_DRAFTS = Text(
    "邮箱 {account} 里找不到草稿箱。现有：{folders}。请先在网页邮箱里存一封草稿，再试一次。",
    "The mailbox {account} has no folder for drafts. There are: {folders}. Save a draft in the web mailbox first.",
)
OTHER_MAILBOX = Text(
    "文件夹“{folder}”已被服务器重建（UIDVALIDITY 变了），没有标记任何邮件。请先重新收取一次。",
    "The server has made the folder “{folder}” anew (other UIDVALIDITY); nothing was marked. Receive it again first.",
)
LOST = Text(
    "和邮箱服务器 {host} 的连接中断（{error}）。已经收到的不会重收，请再运行一次。",
    "The connection to {host} was lost ({error}). What was received is not received again; run it once more.",
)
REFUSED = Text(
    "邮箱服务器 {host} 没有执行{what}{said}。请稍后再试。",
    "The mail server {host} did not carry out {what}{said}. Try again later.",
)

SAID = Text("（服务器答复：{words}）", " (the server said: {words})")
NOTHING_SAID = Text("", "")
REFUSES = Text("连接被拒绝", "connection refused")
NO_ANSWER = Text("没有应答", "no answer")
HUNG_UP = Text("对方挂断", "the server hung up")
EXPIRED = Text("证书已过期", "it has expired")
OTHER_NAME = Text("证书上的名称与服务器地址不符", "it was made for another name")
NOT_TRUSTED = Text("证书不是受信任的机构签发的", "it was not issued by anybody who is trusted")
SEARCHING = Text("查找邮件", "the search for mails")
FETCHING = Text("读取邮件", "the reading of a mail")
MARKING = Text("标记邮件", "the marking of mails")
APPENDING = Text("存草稿", "the saving of a draft")
OPENING = Text("打开邮箱", "the opening of the mailbox")


@dataclass(frozen=True, slots=True)
class Account:
    """A folder of a mailbox, ``imaps://user@host[:port]/folder``; its levels are separated by ``/`` on all servers."""

    user: str
    host: str
    port: int
    folder: str

    @property
    def name(self) -> str:
        """``user@host``: what a password belongs to."""
        return f"{self.user}@{self.host}"

    @property
    def prefix(self) -> str:
        """How the keys of all mails of the folder begin; UIDVALIDITY and UID follow."""
        return f"imap:{self.name}/{self.folder};"


def account_of(source: str) -> Account:
    """Parse an address, whose user may contain an @. Raises ``MailError`` if it is none or contains a password."""
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


def fetch(
    source: str, known: Callable[[str], bool], password: Callable[[str], str]
) -> Iterator[tuple[str, bytes, datetime | None]]:
    """Key, bytes and time of arrival of each mail that is not known. The folder is opened for reading only."""
    account = account_of(source)
    with opened(account, password) as mailbox:
        with explained(account, OPENING):
            validity = open_folder(mailbox, account, readonly=True)
        with explained(account, SEARCHING):
            uids = mailbox.uids("ALL", charset=None)
        for uid in uids:
            key = f"{account.prefix}{validity};{uid}"
            if not known(key):
                with explained(account, FETCHING):
                    found = _fetch_one(mailbox, uid)
                if found is not None:
                    yield key, *found


def mark_seen(source: str, keys: Iterable[str], password: Callable[[str], str]) -> int:
    """Mark mails as read, those of ``keys`` that are in this folder; returns how many. Raises ``MailError``."""
    account = account_of(source)
    with opened(account, password) as mailbox:
        with explained(account, OPENING):
            validity = open_folder(mailbox, account, readonly=False)
        # whatever the validity: keys of a folder that was recreated would mark other mails
        pairs = [key.removeprefix(account.prefix).partition(";") for key in keys if key.startswith(account.prefix)]
        if any(own != validity for own, _, _ in pairs):
            raise MailError(OTHER_MAILBOX, folder=account.folder)
        uids = [uid for _, _, uid in pairs if _UID.fullmatch(uid)]
        for start in range(0, len(uids), MARKED_AT_ONCE):
            with explained(account, MARKING):
                # not by the library's own command: it also expunges what others have marked as deleted
                some = ",".join(uids[start : start + MARKED_AT_ONCE])
                _check(mailbox.client.uid("STORE", some, "+FLAGS.SILENT", r"(\Seen)"))
    return len(uids)


def append_draft(source: str, raw: bytes, password: Callable[[str], str]) -> None:
    """Add a mail to the folder for drafts, unless it has one with that Message-ID already. Raises ``MailError``."""
    account = account_of(source)
    with opened(account, password) as mailbox, explained(account, APPENDING):
        drafts = _drafts(mailbox)
        if drafts is None:
            raise MailError(NO_DRAFTS, account=account.name, folders=folders(mailbox))
        mailbox.folder.set(drafts, readonly=True)
        if not _holds(mailbox, Headers.of(message_from_bytes(raw)).message_id):
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
    """The answer of the server about one mail: its words, and the content that came with them."""
    _, data = _check(mailbox.client.uid("FETCH", uid, items))
    pieces = [piece for piece in data if piece]
    content = next((piece[1] for piece in pieces if isinstance(piece, tuple) and b"BODY[" in piece[0].upper()), None)
    words = b" ".join(piece[0] if isinstance(piece, tuple) else piece for piece in pieces)
    return words, content


def _check(result: tuple[str, Any]) -> tuple[str, Any]:
    if result[0] != "OK":
        raise errors.MailboxFetchError(command_result=result, expected="OK")
    return result


def _drafts(mailbox: MailBox) -> str | None:
    """The folder for drafts: as the server marks it, else by its name."""
    found = mailbox.folder.list()
    marked = [folder.name for folder in found if r"\drafts" in (flag.lower() for flag in folder.flags)]
    named = [folder.name for folder in found if folder.name.split(folder.delim)[-1].lower() in DRAFTS]
    return next(iter([*marked, *named]), None)


def _holds(mailbox: MailBox, message_id: str) -> bool:
    """Whether the open folder has a mail with this id. A server that cannot search for it has none."""
    bare = re.sub(r'[\\"<>\s]', "", message_id)
    if not bare or not bare.isascii():
        return False
    try:
        return bool(mailbox.uids(f'HEADER Message-ID "{bare}"', charset=None))
    except errors.ImapToolsError:
        return False


@contextmanager
def opened(account: Account, password: Callable[[str], str]) -> Iterator[MailBox]:
    """A mailbox after login. Raises ``MailError``, whose message never contains the password."""
    context = _context()
    secret = password(account.name)
    if not secret or any(ord(char) < 32 or ord(char) == 127 for char in secret):
        raise MailError(BAD_PASSWORD)
    with _explained_connection(account):
        mailbox = MailBox(account.host, account.port, timeout=TIMEOUT, ssl_context=context)
    try:
        with explained(account, OPENING):
            _login(mailbox, account, secret)
            _introduce(mailbox)
        yield mailbox
    finally:
        with suppress(IMAP4.error, OSError, errors.UnexpectedCommandStatusError):
            mailbox.logout()
        with suppress(OSError):
            mailbox.client.shutdown()


def open_folder(mailbox: MailBox, account: Account, *, readonly: bool) -> str:
    """Open the folder of an account; returns its UIDVALIDITY, which changes when the server recreates the folder."""
    name = account.folder
    try:
        mailbox.folder.set(name, readonly=readonly)
    except errors.MailboxFolderSelectError as error:
        words = _answer_words(error.command_result)
        if any(word in words.en.lower() for word in _UNSAFE):
            raise MailError(UNSAFE_LOGIN, account=account.name, said=words) from error
        found = [folder for folder in mailbox.folder.list() if _levels(folder.name, folder.delim) == name.split("/")]
        if not found or found[0].name == name:
            shown = folders(mailbox)
            raise MailError(NO_FOLDER, account=account.name, folder=name, said=words, folders=shown) from error
        mailbox.folder.set(found[0].name, readonly=readonly)
    _, validity = mailbox.client.response("UIDVALIDITY")
    return validity[0].decode("ascii", "replace") if validity and validity[0] else "0"


def folders(mailbox: MailBox) -> Text:
    """The folders of a mailbox for people."""
    names = [clean("/".join(_levels(folder.name, folder.delim))) for folder in mailbox.folder.list()]
    shown = names[:MAX_FOLDERS] + ["…"] * (len(names) > MAX_FOLDERS)
    return listed(shown or [INBOX])


def _levels(name: str, delimiter: str) -> list[str]:
    return name.split(delimiter) if delimiter and delimiter != "NIL" else [name]


@contextmanager
def explained(account: Account, what: Text) -> Iterator[None]:
    """Turn refusals of the server and broken connections into ``MailError``; ``what`` is what is being done."""
    try:
        yield
    except errors.UnexpectedCommandStatusError as error:
        words = _answer_words(error.command_result)
        raise MailError(REFUSED, host=account.host, what=what, said=words) from error
    except TimeoutError as error:
        raise MailError(LOST, host=account.host, error=NO_ANSWER) from error
    except (IMAP4.abort, OSError) as error:
        raise MailError(LOST, host=account.host, error=HUNG_UP) from error
    except IMAP4.error as error:
        raise MailError(REFUSED, host=account.host, what=what, said=_words(str(error).encode())) from error


def _answer_words(result: tuple[Any, ...]) -> Text:
    """The server's own words in an answer, in brackets; empty where it gave none."""
    return _words(b" ".join(piece for piece in result[1] or () if isinstance(piece, bytes)))


def _words(raw: bytes) -> Text:
    words = clean(text_of(raw))[:MAX_ANSWER]
    return SAID.fill(words=words) if words else NOTHING_SAID


@contextmanager
def _explained_connection(account: Account) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        why = {_EXPIRED: EXPIRED} | dict.fromkeys(_OTHER_NAME, OTHER_NAME)
        reason = why.get(error.verify_code, NOT_TRUSTED)
        raise MailError(CERTIFICATE, host=account.host, error=reason) from error
    except ssl.SSLError as error:
        trouble = error.reason or HUNG_UP
        raise MailError(NO_TLS, host=account.host, port=account.port, error=trouble) from error
    except (socket.gaierror, UnicodeError) as error:
        raise MailError(NO_HOST, host=account.host) from error
    except (OSError, IMAP4.error) as error:
        kinds = ((ConnectionRefusedError, REFUSES), (TimeoutError, NO_ANSWER))
        reason = next((text for kind, text in kinds if isinstance(error, kind)), HUNG_UP)
        raise MailError(UNREACHABLE, host=account.host, port=account.port, error=reason) from error


def _context() -> ssl.SSLContext:
    """The certificates of the system are trusted, and those in the file that ``CA_FILE`` names."""
    context = ssl.create_default_context()
    path = os.environ.get(CA_FILE)
    if path:
        try:
            context.load_verify_locations(cafile=path)
        except (OSError, ssl.SSLError) as error:
            raise MailError(NO_CA_FILE, path=path, error=error.strerror or error) from error
    return context


def _login(mailbox: MailBox, account: Account, secret: str) -> None:
    try:
        if (account.user + secret).isascii():
            mailbox.login(account.user, secret, initial_folder=None)
        else:
            mailbox.login_utf8(account.user, secret, initial_folder=None)
    except IMAP4.abort:
        raise
    except errors.MailboxLoginError as error:
        words = _answer_words(error.command_result)
    except IMAP4.error as error:
        words = _words(str(error).encode())
    else:
        return
    # raised here it does not chain the answer, in which a server may repeat the password
    kept = Text(*(text.replace(secret, "***") for text in words))
    unsafe = any(word in kept.en.lower() for word in _UNSAFE)
    raise MailError(UNSAFE_LOGIN if unsafe else LOGIN_REFUSED, account=account.name, said=kept)


def _introduce(mailbox: MailBox) -> None:
    """Send the name of the program where the server supports it: 163 and others open no folder before."""
    _, answers = mailbox.client.capability()
    if b"ID" in b" ".join(answer for answer in answers if answer).upper().split():
        mailbox.client.xatom("ID", f'("name" "perfxl" "version" "{perfxl.__version__}")')
