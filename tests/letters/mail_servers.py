"""Mail servers on this machine: a real one (aiosmtpd) over TLS, and one that answers by a script."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, SECRET = "jx@cz.example.gov.cn", "abcd-SECRET-1234"


class Inbox:
    """Keeps what is delivered: (sender, recipients, bytes)."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not session.authenticated:
            return "530 who are you"
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 OK"


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: LoginPassword
) -> AuthResult:
    right = mechanism in ("LOGIN", "PLAIN") and (data.login, data.password) == (USER.encode(), SECRET.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def real(context: ssl.SSLContext, *, starttls: bool = False) -> Iterator[tuple[Inbox, int]]:
    """A server that wants a login over TLS, from the first byte or after STARTTLS: what it got, and its port."""
    inbox, loop = Inbox(), asyncio.new_event_loop()

    def one() -> SMTP:
        return SMTP(
            inbox,
            hostname="localhost",
            authenticator=_authenticate,
            auth_require_tls=starttls,
            tls_context=context if starttls else None,
            require_starttls=starttls,
            loop=loop,
        )

    async def begin() -> asyncio.Server:
        return await loop.create_server(one, "127.0.0.1", 0, ssl=None if starttls else context)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    try:
        yield inbox, server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


GREETS = "greets"
END = "."
USUAL = {
    GREETS: b"220 mail ready\r\n",
    "EHLO": b"250-mail\r\n250-SIZE 52428800\r\n250 AUTH LOGIN PLAIN\r\n",
    "AUTH": b"235 2.7.0 ok\r\n",
    "DATA": b"354 go on\r\n",
    "QUIT": b"221 bye\r\n",
}


class Scripted:
    """Answers by the first word of each line; ``b""`` breaks the connection off."""

    def __init__(self, context: ssl.SSLContext | None, script: Mapping[str, bytes]) -> None:
        self.heard: list[bytes] = []
        self._script, self._context = {**USUAL, **script}, context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            plain, _ = self._socket.accept()
            with plain, self._context.wrap_socket(plain, server_side=True) if self._context else plain as link:
                link.settimeout(10)
                self._talk(link)

    def _talk(self, link: socket.socket) -> None:
        if not self._script[GREETS]:
            return
        link.sendall(self._script[GREETS])
        in_data = False
        with link.makefile("rb") as lines:
            for line in lines:
                self.heard.append(line.rstrip(b"\r\n"))
                if in_data and line != b".\r\n":
                    continue
                verb = END if in_data else line[:4].decode("ascii", "replace").upper().strip()
                answer = self._script.get(verb, b"250 ok\r\n")
                in_data = verb == "DATA" and answer.startswith(b"354")
                if not answer:
                    return
                link.sendall(answer)
                if verb == "QUIT":
                    return
