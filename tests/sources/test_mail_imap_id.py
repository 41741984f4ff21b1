"""B055: a server that opens no folder before it is told who asks, as 163 does; Dovecot cannot play it."""

import socketserver
import ssl
import threading
from contextlib import contextmanager

import pytest
import trustme
from mails import mail, text

from perfxl.sources.mail.fetch import fetch
from perfxl.sources.mail.stores import MailError

SECRET = "geheim-1"  # noqa: S105 - of a server that lives for one test
RAW = mail(text(), subject="一")
NO = b"NO SELECT Unsafe Login. Please contact kefu@188.com for help"


class Talk(socketserver.StreamRequestHandler):
    """One session by the book of RFC 3501, as far as reading needs it."""

    def handle(self):
        known = False
        self.render(b"* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.strip().partition(b" ")
            command = rest.split(b" ")[0].upper()
            self.server.commands.append(rest.decode("utf-8", "replace"))
            if command == b"CAPABILITY":
                self.render(b"* CAPABILITY IMAP4rev1" + (b" ID" if self.server.advertises else b" IDLE"))
            elif command == b"LOGIN" and self.server.refusal:
                self.render(tag + b" " + self.server.refusal.replace(b"{all}", rest))
                continue
            elif command == b"ID":
                known = self.server.satisfied
                self.render(b'* ID ("name" "mail")')
            elif command in (b"SELECT", b"EXAMINE"):
                if not known and self.server.strict:
                    self.render(tag + b" " + NO)
                    continue
                self.render(b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok")
            elif rest.upper().startswith(b"UID SEARCH"):
                self.render(b"* SEARCH 5")
            elif rest.upper().startswith(b"UID FETCH"):
                self.fetch(rest.upper())
            elif command == b"LOGOUT":
                self.render(b"* BYE")
            self.render(tag + b" OK done")

    def fetch(self, rest: bytes):
        self.render(b"* 9 EXISTS")  # something else may come in between
        if b"BODY" in rest:
            self.render(b"* 1 FETCH (UID 5 BODY[] {%d}\r\n" % len(RAW) + RAW + b" FLAGS ())")
        else:
            self.render(b'* 1 FETCH (UID 5 RFC822.SIZE %d INTERNALDATE "23-Nov-2026 10:00:00 +0800")' % len(RAW))

    def render(self, line: bytes):
        self.wfile.write(line + b"\r\n")


@contextmanager
def scripted(monkeypatch, tmp_path, *, strict=True, advertises=True, satisfied=True, refusal=b""):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("PERFXL_CA_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.commands = []
        server.strict, server.advertises, server.satisfied, server.refusal = strict, advertises, satisfied, refusal
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def received(server, known=()):
    url = f"imaps://zhangsan@163.example.com@localhost:{server.server_address[1]}/INBOX"
    return list(fetch(url, set(known).__contains__, lambda _: SECRET))


def verbs(server):
    return [command.split(" ")[0].upper() for command in server.commands]


def test_who_asks_is_told_before_a_folder_is_opened(monkeypatch, tmp_path):
    with scripted(monkeypatch, tmp_path) as server:
        found = received(server)
        said = verbs(server)
    assert [one.raw for one in found] == [RAW]
    assert found[0].key == "imap:zhangsan@163.example.com@localhost/INBOX;7;5"
    assert found[0].received.isoformat() == "2026-11-23T02:00:00+00:00"
    assert said.index("LOGIN") < said.index("ID") < said.index("EXAMINE")
    assert "SELECT" not in said
    assert all("BODY[]" not in command or ".PEEK" in command for command in server.commands)


def test_what_is_known_is_not_even_asked_for(monkeypatch, tmp_path):
    with scripted(monkeypatch, tmp_path) as server:
        assert received(server, ["imap:zhangsan@163.example.com@localhost/INBOX;7;5"]) == []
        assert not [command for command in server.commands if "FETCH" in command.upper()]


def test_nobody_is_told_who_does_not_ask(monkeypatch, tmp_path):
    with scripted(monkeypatch, tmp_path, strict=False, advertises=False) as server:
        assert [one.raw for one in received(server)] == [RAW]
        assert "ID" not in verbs(server)


@pytest.mark.parametrize("how", [{"satisfied": False}, {"advertises": False}, {"refusal": NO}])
def test_a_server_that_still_refuses_is_told_with_advice(monkeypatch, tmp_path, how):
    with scripted(monkeypatch, tmp_path, **how) as server, pytest.raises(MailError) as caught:
        received(server)
    said = caught.value.reason.zh
    assert said.startswith("邮箱 zhangsan@163.example.com@localhost 拒绝了这个程序（服务器答复：")
    assert "Unsafe Login" in said
    assert all(word in said for word in ("授权码", "开启 IMAP"))


def test_words_of_a_server_in_gbk_are_readable_and_hold_no_password(monkeypatch, tmp_path):
    refusal = "NO 密码错误或没有使用授权码 ".encode("gbk") + b"{all}"
    with scripted(monkeypatch, tmp_path, refusal=refusal) as server, pytest.raises(MailError) as caught:
        received(server)
    assert "密码错误或没有使用授权码" in caught.value.reason.zh
    assert "***" in caught.value.reason.zh
    assert SECRET not in "".join((*caught.value.reason, repr(caught.value), str(caught.value.__context__)))
