"""Sending letters by SMTP, always encrypted; errors say what to do, with the answer of the server behind it."""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.utils import format_datetime, parseaddr
from functools import partial
from urllib.parse import SplitResult, unquote, urlsplit

from perfxl.letters.mail_text import ADDRESS, one_line
from perfxl.letters.refusals import SendError, UncertainError, connection_error, refusal
from perfxl.model import Text
from perfxl.sources.mail.headers import text_of

PORTS = {"smtps": 465, "smtp+starttls": 587}
#: seconds to wait for an answer of the server
PATIENCE = 60.0
#: the name of this machine in the greeting: its real one need not be ASCII and is private
GREETING = "[127.0.0.1]"
#: headers that are removed: for the clerk's own mail program, confidential, or replaced
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
UNCERTAIN = Text(
    "信已发出，但 {host} 确认收下之前连接中断，不能确定是否送达。"
    "请先到网页邮箱的“已发送”查看或电话询问对方，没有送达再重发。",
    "The letter went out, but the connection to {host} broke before it was confirmed: it may have arrived. Look into "
    "“sent” of the web mail or ask the unit before you send it again.",
)


class Smtp:
    """An account to send by: ``smtps://user@host:465`` or ``smtp+starttls://user@host:587``.

    Certificates are checked. Raises ``SendError`` for a malformed URL; no error, text or log contains the password.
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
            raise SendError(PLAIN_SECRET)
        self.host, self.port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        self.user = unquote(parts.username or "")
        self._starttls = parts.scheme == "smtp+starttls"
        self._password, self._patience, self._now = password, patience, now
        self._context = context or ssl.create_default_context()

    def send(self, raw: bytes, to: str) -> None:
        """Send a composed letter to one address; it returns when the server has accepted it. Raises ``SendError``.

        The sender of the envelope is the account, as 163 and QQ require.
        """
        if not ADDRESS.fullmatch(to):
            raise SendError(BAD_ADDRESS, to=one_line(to, 80))
        letter, sender = outgoing(raw, self._now(), self.user)
        if not ADDRESS.fullmatch(sender):
            raise SendError(NO_SENDER)
        with self._session() as client:
            options = ["body=8bitmime"] if not letter.isascii() and client.has_extn("8bitmime") else []
            if client.has_extn("size"):
                options.append(f"size={len(letter)}")
            self._expect("from", client.mail(sender, options))
            self._expect("to", client.rcpt(to))
            self._deliver(client, letter)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection, encrypted and logged in. Errors before the letter is sent become ``SendError``."""
        client: smtplib.SMTP | None = None
        try:
            client = self._connected()
            yield client
        except smtplib.SMTPServerDisconnected as error:
            why = error.__context__  # smtplib raises the same for a broken connection and for a timeout
            lost = why if isinstance(why, OSError) else ConnectionError()
            raise connection_error(lost, self.host, self.port) from error
        except smtplib.SMTPResponseException as error:
            raise self._error("greeting", error.smtp_code, error.smtp_error) from None
        except OSError as error:
            raise connection_error(error, self.host, self.port) from error
        finally:
            if client is not None:
                with suppress(OSError):  # the letter is accepted or refused; QUIT changes nothing
                    client.quit()
                client.close()

    def _connected(self) -> smtplib.SMTP:
        make = smtplib.SMTP if self._starttls else partial(smtplib.SMTP_SSL, context=self._context)
        client = make(self.host, self.port, GREETING, timeout=self._patience)
        try:
            client.ehlo()
            if self._starttls:
                if not client.has_extn("starttls") or client.starttls(context=self._context)[0] != 220:
                    raise SendError(NO_STARTTLS, host=self.host)
                client.ehlo()
            self._log_in(client)
        except BaseException:
            client.close()
            raise
        return client

    def _log_in(self, client: smtplib.SMTP) -> None:
        try:
            client.login(self.user, self._password)
        except smtplib.SMTPResponseException as error:
            raise self._error("login", error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException:
            raise SendError(NO_LOGIN, host=self.host) from None

    def _deliver(self, client: smtplib.SMTP, letter: bytes) -> None:
        """Transmit the letter. From its first byte on, a server that stops answering may have received it."""
        self._expect("data", client.docmd("DATA"), 354)
        lines = letter if letter.endswith(b"\r\n") else letter + b"\r\n"
        try:
            client.send(re.sub(rb"(?m)^\.", b"..", lines) + b".\r\n")
            answer = client.getreply()
        except OSError as error:
            raise UncertainError(UNCERTAIN, host=self.host) from error
        self._expect("data", answer)

    def _expect(self, step: str, answer: tuple[int, bytes], wanted: int = 250) -> None:
        code, text = answer
        if code not in (wanted, wanted + 1):  # 251: will be forwarded
            raise self._error(step, code, text)

    def _error(self, step: str, code: int, answer: bytes | str) -> SendError:
        return refusal(step, code, self._without_secret(answer if isinstance(answer, str) else text_of(answer)))

    def _without_secret(self, text: str) -> str:
        """The text without the password, which a server may repeat."""
        user, secret = self.user.encode(), self._password.encode()
        forms = [b64encode(b"\0%s\0%s" % (user, secret)).decode(), b64encode(secret).decode(), self._password]
        for form in filter(None, forms):
            text = text.replace(form, "***")
        return text


def outgoing(raw: bytes, now: datetime, user: str) -> tuple[bytes, str]:
    """The letter as it is sent, and the sender of its envelope: the account, else the address of its ``From``."""
    whole = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    head, gap, body = whole.partition(b"\r\n\r\n")
    headers = re.split(rb"\r\n(?![ \t])", head)
    names = [header.partition(b":")[0].strip().lower() for header in headers]
    kept = [header for header, name in zip(headers, names, strict=True) if name not in PRIVATE]
    dated = [b"Date: " + format_datetime(now).encode("ascii"), *kept]
    written = next((header for header, name in zip(headers, names, strict=True) if name == b"from"), b"")
    address = parseaddr(written.partition(b":")[2].decode("ascii", "replace"))[1]
    return b"\r\n".join(dated) + gap + body, user if ADDRESS.fullmatch(user) else address


def account_name(url: str) -> str:
    """``user@host`` of a server's address: the account to which its password belongs."""
    parts = urlsplit(url)
    return f"{unquote(parts.username or '')}@{parts.hostname or ''}"


def _parts(url: str) -> SplitResult:
    """The parts of the URL. Raises ``SendError``, whose text does not repeat the URL: it may contain a password."""
    try:
        parts = urlsplit(url)
        user = unquote(parts.username or "")
        bad = parts.scheme not in PORTS or not parts.hostname or not re.fullmatch("[!-~]+", user) or parts.port == 0
        (parts.hostname or "").encode("idna")
    except ValueError:
        raise SendError(BAD_URL) from None
    if bad or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise SendError(BAD_URL)
    if parts.password is not None:
        raise SendError(SECRET_IN_URL)
    return parts


class RateLimit:
    """At most ``per_minute`` letters in any minute: mail services lock accounts that send more. In seconds."""

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        if per_minute < 1:
            raise ValueError("at least one letter a minute")
        self._clock, self._sleep = clock, sleep
        self._sent: deque[float] = deque(maxlen=per_minute)

    def wait(self) -> None:
        """Wait until the next letter may be sent; to be called before each."""
        if len(self._sent) == self._sent.maxlen:
            rest = self._sent[0] + 60 - self._clock()
            if rest > 0:
                self._sleep(rest)
        self._sent.append(self._clock())
