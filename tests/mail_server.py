"""A real mail server: Dovecot as an ordinary process on loopback, with TLS by a certificate authority of its own."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme
from imap_tools.imap_utf7 import utf7_encode
from programs import DOVECOT

PASSWORD = '秘密-S3cret"\\'  # noqa: S105 - of a server that lives for one test
USER = "budget"

_CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
mail_location = maildir:{home}/mail/%u
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
auth_failure_delay = 0
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owners} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = .
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Server:
    """The server that runs: where it listens, its CA, and the folder in which its mails lie."""

    port: int
    ca: Path
    home: Path

    def url(self, folder: str = "INBOX", user: str = USER, host: str = "localhost") -> str:
        return f"imaps://{user}@{host}:{self.port}/{folder}"

    def deliver(self, raw: bytes, folder: str = "", flags: str = "") -> None:
        """Put a mail into a folder of the mailbox as another server would; ``.Drafts`` is one within the inbox."""
        box = self.home / "mail" / USER / _utf7(folder)
        for place in (self.home / "mail" / USER, box):
            for name in ("cur", "new", "tmp"):
                (place / name).mkdir(parents=True, exist_ok=True)
        place = box / ("cur" if flags else "new")
        name = f"{int(time.time())}.{time.monotonic_ns()}.host"
        (place / (f"{name}:2,{flags}" if flags else name)).write_bytes(raw)
        self._hand_over()

    def files(self, folder: str = "") -> set[str]:
        """What the mails of a folder are called, with the marks that the server puts into their names."""
        box = self.home / "mail" / USER / folder
        return {place.name for name in ("cur", "new") for place in (box / name).iterdir()}

    def empty(self, *, anew: bool = False) -> None:
        """Take all mails and folders away; ``anew`` so that the inbox gets another UIDVALIDITY."""
        self.cut_off()
        shutil.rmtree(self.home / "mail" / USER, ignore_errors=True)
        if anew:  # Dovecot takes the second for it: it must be another one
            box = self.home / "mail" / USER
            box.mkdir()
            (box / "dovecot-uidlist").write_text(f"3 V4242424242 N1 G{'5' * 32}\n")
            self._hand_over()

    def cut_off(self) -> None:
        """End every session."""
        for process in Path("/proc").glob("[0-9]*/status"):
            with suppress(OSError):
                status = dict(line.split(":\t", 1) for line in process.read_text().splitlines() if ":\t" in line)
                if status["Name"] == "imap" and self._is_ours(int(status["PPid"])):
                    os.kill(int(process.parent.name), signal.SIGKILL)

    def log(self) -> str:
        """What the server has written down of itself."""
        return (self.home / "log").read_text("utf-8", "replace")

    def _is_ours(self, process: int) -> bool:
        return str(self.home) in Path(f"/proc/{process}/cmdline").read_text()

    def _hand_over(self) -> None:
        """To the user who reads mails, if that is not the one who runs the tests."""
        owner = (self.home / "mail").stat()
        for place in (self.home / "mail" / USER).rglob("*"):
            os.chown(place, owner.st_uid, owner.st_gid)
        os.chown(self.home / "mail" / USER, owner.st_uid, owner.st_gid)


def _utf7(folder: str) -> str:
    return utf7_encode(folder).decode()


@contextmanager
def running() -> Iterator[Server]:
    """Start the server, wait until it answers, and end it."""
    home = Path(tempfile.mkdtemp(prefix="perfxl-dovecot-"))
    try:
        port = _free_port()
        authority = trustme.CA()
        authority.cert_pem.write_to_path(home / "ca.pem")
        certificate = authority.issue_cert("localhost")
        certificate.private_key_pem.write_to_path(home / "server.key")
        for blob in certificate.cert_chain_pems:
            blob.write_to_path(home / "server.pem", append=True)
        (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", "utf-8")
        (home / "mail").mkdir()
        (home / "dovecot.conf").write_text(_CONFIG.format(home=home, port=port, **_owners(home)), "utf-8")
        process = subprocess.Popen([str(DOVECOT), "-F", "-c", home / "dovecot.conf"], stderr=subprocess.PIPE)
        try:
            _wait(process, port, home)
            yield Server(port, home / "ca.pem", home)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            assert process.stderr
            process.stderr.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _owners(home: Path) -> dict[str, object]:
    """Who runs what: as root the users that the package made, and nobody for the mails; else all by ourselves."""
    if os.geteuid() == 0:
        home.chmod(0o755)
        nobody = pwd.getpwnam("nobody")
        os.chown(home / "mail", nobody.pw_uid, nobody.pw_gid)
        owners = {"owner": nobody.pw_uid, "owners": nobody.pw_gid}
        return {"internal": "dovecot", "group": "dovecot", "login": "dovenull", **owners}
    me, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    return {"internal": me, "group": group, "login": me, "owner": os.geteuid(), "owners": os.getegid()}


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, home: Path) -> None:
    context = ssl.create_default_context(cafile=home / "ca.pem")
    for _ in range(300):
        if process.poll() is not None:
            assert process.stderr
            raise RuntimeError(process.stderr.read().decode())
        try:
            with (
                socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
                context.wrap_socket(plain, server_hostname="localhost") as talk,
            ):
                if talk.recv(100).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.1)
    log = home / "log"
    raise RuntimeError(log.read_text("utf-8", "replace") if log.exists() else "Dovecot does not answer")
