"""Sending letters by SMTP, always encrypted, with reasons in plain words when the server says no."""

from __future__ import annotations

import re
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.utils import format_datetime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from perfxl.letters.headers import ADDRESS
from perfxl.letters.plain import line
from perfxl.letters.reasons import UNCERTAIN, Answer, Refused, answered, broken, decoded
from perfxl.model import Text

PORTS = {"smtps": 465, "smtp+starttls": 587}
#: seconds that a server may be silent
PATIENCE = 60.0
#: what this machine is called in the greeting: its own name may be no ASCII, and is nobody's business
GREETING = "[127.0.0.1]"
#: headers that are for the clerk's own mail program, or are told to nobody
PRIVATE = (b"x-unsent", b"bcc", b"date")

BAD_URL = Text(
    "发信服务器应写成 smtps://用户名@服务器:465 或 smtp+starttls://用户名@服务器:587。",
    "A server to send by is written smtps://user@host:465 or smtp+starttls://user@host:587.",
)
SECRET_IN_URL = Text(
    "发信服务器的地址里不要写密码。请去掉密码，程序会从密码库或环境变量读取，或当场询问。",
    "Write no password into the address of a server: it is read from the keyring or the environment, or asked for.",
)
PLAIN_SECRET = Text(
    "密码或授权码含有中文或全角字符，无法用于登录。请检查输入法，重新输入。",
    "The password or authorization code holds characters that no login takes (Chinese or full-width). Type it again.",
)
BAD_ADDRESS = Text("收件地址“{to}”不是一个邮箱地址。", "“{to}” is no mail address.")
NO_SENDER = Text(
    "登录用户名不是邮箱地址，信中也没有发件地址，无法发送。请在批次设置中写明发件人。",
    "The account is no mail address, and the letter is from none. Set the sender in the settings of the round.",
)
NO_STARTTLS = Text(
    "{host} 不提供加密（STARTTLS），没有登录，也没有发送密码和邮件。请改用 smtps:// 和 465 端口，或询问邮箱服务商。",
    "{host} offers no encryption (STARTTLS); neither password nor letter was sent. Use smtps:// at port 465, "
    "or ask the service.",
)
NO_LOGIN = Text(
    "{host} 不接受本程序支持的登录方式。请核对服务器名称和端口，或询问邮箱服务商。",
    "{host} offers no way to log in that perfxl knows. Check its name and port, or ask the service.",
)


class Smtp:
    """An account to send by: ``smtps://user@host:465`` or ``smtp+starttls://user@host:587``.

    Certificates are checked against the system's, or those of ``context``. ``now`` gives the date that goes on a
    letter. Raises ``Refused`` for a URL that is none; no error, text or log holds the password.
    """

    def __init__(
        self,
        url: str,
        password: str,
        *,
        context: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        parts = _parts(url)
        if not password.isascii():
            raise Refused(PLAIN_SECRET, permanent=True)
        self.host, self.port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        self.user = unquote(parts.username or "")
        self._starttls = parts.scheme == "smtp+starttls"
        self._password, self._patience, self._now = password, patience, now
        self._context = context or ssl.create_default_context()

    def __repr__(self) -> str:
        return f"Smtp({self.user!r} at {self.host}:{self.port})"

    def send(self, raw: bytes, to: str) -> None:
        """Send a composed letter to one address; it returns when the server has taken it.

        The sender of the envelope is the account, as 163 and QQ want it; a letter goes out without the mark of a
        draft and with the date of sending. Raises ``Refused``.
        """
        if not ADDRESS.fullmatch(to):
            raise Refused(BAD_ADDRESS.fill(to=line(to, 80)), permanent=True)
        letter, sender = outgoing(raw, self._now(), self.user)
        if not ADDRESS.fullmatch(sender):
            raise Refused(NO_SENDER, permanent=True)
        with self._session() as client:
            options = ["body=8bitmime"] if not letter.isascii() and client.has_extn("8bitmime") else []
            if client.has_extn("size"):
                options.append(f"size={len(letter)}")
            self._expect("from", client.mail(sender, options))
            self._expect("to", client.rcpt(to))
            self._deliver(client, letter)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection, encrypted and logged in. What fails before the letter is out is told as such."""
        client: smtplib.SMTP | None = None
        try:
            client = self._connected()
            yield client
        except smtplib.SMTPServerDisconnected as error:
            why = error.__context__  # smtplib makes the same of a broken line and of a silent server
            lost = why if isinstance(why, OSError) else ConnectionError()
            raise broken(lost, self.host, self.port) from error
        except smtplib.SMTPResponseException as error:
            raise self._refused("greeting", error.smtp_code, error.smtp_error) from None
        except OSError as error:
            raise broken(error, self.host, self.port) from error
        finally:
            if client is not None:
                with suppress(OSError):  # the letter is taken or refused; nothing hangs on the farewell
                    client.quit()
                client.close()

    def _connected(self) -> smtplib.SMTP:
        host, port, patience = self.host, self.port, self._patience
        if not self._starttls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, GREETING, timeout=patience, context=self._context)
        else:
            client = smtplib.SMTP(host, port, GREETING, timeout=patience)
        try:
            client.ehlo()
            if self._starttls:
                self._encrypt(client)
            self._log_in(client)
        except BaseException:
            client.close()
            raise
        return client

    def _encrypt(self, client: smtplib.SMTP) -> None:
        if not client.has_extn("starttls"):
            raise Refused(NO_STARTTLS.fill(host=self.host), permanent=True)
        code, _ = client.starttls(context=self._context)
        if code != 220:
            raise Refused(NO_STARTTLS.fill(host=self.host), permanent=True)
        client.ehlo()

    def _log_in(self, client: smtplib.SMTP) -> None:
        try:
            client.login(self.user, self._password)
        except smtplib.SMTPNotSupportedError:
            raise Refused(NO_LOGIN.fill(host=self.host), permanent=True) from None
        except smtplib.SMTPResponseException as error:
            raise self._refused("login", error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException:
            raise Refused(NO_LOGIN.fill(host=self.host), permanent=True) from None

    def _deliver(self, client: smtplib.SMTP, letter: bytes) -> None:
        """Hand the letter over. From the first byte of it on, a server that falls silent may have it."""
        self._expect("data", client.docmd("DATA"), 354)
        lines = letter if letter.endswith(b"\r\n") else letter + b"\r\n"
        try:
            client.send(re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n")
            answer = client.getreply()
        except OSError as error:
            raise Refused(UNCERTAIN.fill(host=self.host), permanent=False, uncertain=True) from error
        self._expect("data", answer)

    def _expect(self, step: str, answer: tuple[int, bytes], wanted: int = 250) -> None:
        code, text = answer
        if code not in (wanted, wanted + 1):  # 251: will be forwarded
            raise self._refused(step, code, text)

    def _refused(self, step: str, code: int, text: bytes | str) -> Refused:
        return answered(Answer(step, code, self._without_secret(decoded(text))))

    def _without_secret(self, text: str) -> str:
        """A server may repeat what it was told."""
        user, secret = self.user.encode(), self._password.encode()
        forms = [b64encode(b"\0%s\0%s" % (user, secret)).decode(), b64encode(secret).decode(), self._password]
        for form in filter(None, forms):
            text = text.replace(form, "***")
        return text


def outgoing(raw: bytes, now: datetime, user: str) -> tuple[bytes, str]:
    """The letter as it goes out, and the sender of its envelope: the account, or who it is from."""
    whole = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    head, gap, body = whole.partition(b"\r\n\r\n")
    headers = re.split(rb"\r\n(?![ \t])", head)
    names = [header.partition(b":")[0].strip().lower() for header in headers]
    kept = [header for header, name in zip(headers, names, strict=True) if name not in PRIVATE]
    dated = [b"Date: " + format_datetime(now).encode("ascii"), *kept]
    written = next((header for header, name in zip(headers, names, strict=True) if name == b"from"), b"")
    address = parseaddr(written.partition(b":")[2].decode("ascii", "replace"))[1]
    return b"\r\n".join(dated) + gap + body, user if ADDRESS.fullmatch(user) else address


def _parts(url: str) -> SplitResult:
    """The parts of the URL; what is wrong with it is told without repeating it."""
    try:
        parts = urlsplit(url)
        user = unquote(parts.username or "")
        bad = parts.scheme not in PORTS or not parts.hostname or not re.fullmatch("[!-~]+", user) or parts.port == 0
        (parts.hostname or "").encode("idna")
    except ValueError:
        raise Refused(BAD_URL, permanent=True) from None
    if bad or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise Refused(BAD_URL, permanent=True)
    if parts.password is not None:
        raise Refused(SECRET_IN_URL, permanent=True)
    return parts
