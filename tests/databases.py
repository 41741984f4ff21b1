"""Real databases for the tests: an SQLite file, and a PostgreSQL cluster of our own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

PASSWORD = "a secret of the tests"  # noqa: S105


def _program(name: str) -> str | None:
    """A program of PostgreSQL, which Debian keeps off the path."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name) or next((found for home in homes if (found := shutil.which(name, path=str(home)))), None)


INITDB, POSTGRES = _program("initdb"), _program("postgres")


def _owner() -> dict[str, int]:
    """PostgreSQL does not run as root: its own user does it then."""
    if os.getuid():
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[str]:
    """A cluster on loopback that asks for the password; its URL, without one and without a database."""
    owner, folder = _owner(), Path(tempfile.mkdtemp(prefix="perfxl-pg-"))
    secret = folder / "password"
    secret.write_text(PASSWORD)
    for path in (folder, secret):
        os.chown(path, owner.get("user", -1), owner.get("group", -1))
    data, port = folder / "data", free_port()
    making = [INITDB, "-D", data, "-U", "clerk", "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C"]
    subprocess.run(making, check=True, capture_output=True, cwd=folder, **owner)
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", f"unix_socket_directories={folder}"]
    log = (folder / "log").open("wb")
    server = subprocess.Popen([POSTGRES, "-D", data, "-p", str(port), *options], stderr=log, cwd=folder, **owner)
    try:
        _wait(port)
        yield f"postgresql://clerk@127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)  # at once, whoever is still connected
        server.wait()
        log.close()
        shutil.rmtree(folder)


def connect(port: int, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1", port=port, user="clerk", password=PASSWORD, dbname=database, autocommit=True
    )


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            connect(port).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("PostgreSQL did not start")


def new_database(url: str, name: str) -> str:
    """Make a database in a cluster; its URL."""
    with connect(int(url.rpartition(":")[2])) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{url}/{name}"


def environment() -> Mapping[str, str]:
    """What gives a child process the password."""
    return {**os.environ, "PERFXL_DATABASE_PASSWORD": PASSWORD}
