"""The database of a round: its tables, how it is opened, and its transactions, which several processes may run.

Moments are text in ISO 8601 and UTC, so that they sort; money is whole fen. Paths are relative to the round's folder.
Neither passwords nor bodies of mails are kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from perfxl.ledger.tables import event_table, ledger_table, metadata, round_table
from perfxl.model import Text, UserError

#: goes up by one with every change of the tables
VERSION = 2
#: what makes a ledger of each earlier version one of the next
_UPGRADES = {
    1: (
        "ALTER TABLE file ADD COLUMN whole INTEGER DEFAULT 1 NOT NULL",
        "ALTER TABLE file ADD COLUMN parts TEXT DEFAULT '[]' NOT NULL",
        "ALTER TABLE file ADD COLUMN checked_with TEXT DEFAULT '[]' NOT NULL",
    ),
}
#: milliseconds that one process waits for another's transaction
BUSY_TIMEOUT = 60_000
#: the lock under which one process at a time makes the tables: any number that nobody else uses
_MAKING = 7_363_719

BAD_URL = Text(
    "数据库地址“{url}”不能用。请写成 postgresql://用户@主机/数据库，或写 sqlite。",
    "The address “{url}” is no database. Write postgresql://user@host/database, or sqlite.",
)
HAS_PASSWORD = Text(
    "数据库地址里不要写密码：它会留在文件里。请去掉密码，改用环境变量 PERFXL_DATABASE_PASSWORD 或系统钥匙串。",
    "Leave the password out of the database's address, which is kept in a file. "
    "Give it by PERFXL_DATABASE_PASSWORD or the keyring.",
)
NO_CONNECTION = Text("连不上台账数据库（{url}）：{error}", "The ledger ({url}) cannot be opened: {error}")
NO_DRIVER = Text(
    "还没有安装 PostgreSQL 的驱动。请先运行 pip install 'perfxl[postgresql]'。",
    "The driver of PostgreSQL is not installed. Run pip install 'perfxl[postgresql]' first.",
)
OTHER_VERSION = Text(
    "台账是第 {found} 版的，本程序用第 {wanted} 版。请用写这本台账的 perfxl，或升级 perfxl。",
    "The ledger has version {found}, this program uses version {wanted}. Use the perfxl that wrote it, or a newer one.",
)


@dataclass(frozen=True)
class Ledger:
    """The ledger of one round; several may share a database."""

    engine: sa.Engine
    round: str

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction. Raises ``UserError`` if the database is gone or busy, ``IntegrityError`` for a row twice."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise UserError(_no_connection(self.engine.url, error)) from error

    def insert_once(
        self,
        table: sa.Table,
        key: Mapping[str, object],
        values: Mapping[str, object],
        then: Callable[[sa.Connection, Any], None] = lambda _connection, _number: None,
    ) -> bool:
        """Insert a row unless one has this key, and call ``then(connection, its number)``; whether it was inserted."""
        try:
            with self.begin() as connection:
                same = sa.select(sa.literal(1)).where(*(table.c[name] == value for name, value in key.items()))
                if connection.scalar(same) is not None:
                    return False
                inserted = connection.execute(sa.insert(table).values({**values, **key})).inserted_primary_key
                then(connection, inserted[0] if inserted else None)
        except IntegrityError:
            return False  # another process inserted it in the meantime
        return True

    def log(self, connection: sa.Connection, what: str, detail: str = "", **about: int | None) -> None:
        """Record that something happened; ``about`` may give the numbers of ``message`` and ``file``."""
        values = {"round": self.round, "at": now(), "what": what, "detail": detail, **about}
        connection.execute(sa.insert(event_table).values(**values))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def now() -> str:
    """The present moment as the ledger stores it."""
    return moment(datetime.now(UTC))


def moment(when: datetime | None) -> str:
    """A moment in UTC as text that sorts, ``""`` for none; one without a zone is local."""
    return when.astimezone(UTC).isoformat(timespec="microseconds") if when is not None else ""


def database_url(written: str) -> URL:
    """The URL of a database, without a password. Raises ``UserError``."""
    try:
        url = make_url(written)
    except ArgumentError as error:
        raise UserError(BAD_URL, url=written.partition("@")[2] or written) from error
    if url.password is not None or "password" in url.query:
        raise UserError(HAS_PASSWORD)
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise UserError(BAD_URL, url=url.render_as_string())
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def open_ledger(url: URL, round_id: str, password: Callable[[str], str | None] | None = None) -> Ledger:
    """Open the ledger, with tables; ``password(account)`` is for a user of the database. Raises ``UserError``."""
    if url.get_backend_name() == "postgresql" and url.username and password is not None:
        secret = password(f"{url.username}@{url.host or 'localhost'}")
        url = url.set(password=secret) if secret else url
    try:
        engine = sa.create_engine(url)
    except ImportError as error:
        raise UserError(NO_DRIVER) from error
    except SQLAlchemyError as error:
        raise UserError(_no_connection(url, error)) from error
    if url.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
        sa.event.listen(engine, "begin", _begin_immediately)
    ledger = Ledger(engine, round_id)
    try:
        with ledger.begin() as connection:
            _make_tables(connection)
    except UserError:
        ledger.close()
        raise
    return ledger


def has_round(ledger: Ledger) -> bool:
    """Whether the database contains the round."""
    with ledger.begin() as connection:
        return connection.scalar(sa.select(round_table.c.id).where(round_table.c.id == ledger.round)) is not None


def enter_round(ledger: Ledger, profile: str, year: int, title: str) -> None:
    """Write the round itself into its ledger, once."""
    values = {"profile": profile, "year": year, "title": title, "created": now()}
    ledger.insert_once(round_table, {"id": ledger.round}, values)


def _make_tables(connection: sa.Connection) -> None:
    """Make the tables, one process at a time, or bring those of an earlier version up to ours."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
    if not sa.inspect(connection).has_table(ledger_table.name):
        metadata.create_all(connection)
        connection.execute(sa.insert(ledger_table).values(version=VERSION))
    found = connection.scalar(sa.select(ledger_table.c.version))
    while found in _UPGRADES:
        for statement in _UPGRADES[found]:
            connection.exec_driver_sql(statement)
        found += 1
        connection.execute(sa.update(ledger_table).values(version=found))
    if found != VERSION:
        raise UserError(OTHER_VERSION, found=found, wanted=VERSION)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """Readers do not wait for writers, writers wait for each other, and transactions begin only where we begin one."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_TIMEOUT}", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediately(connection: sa.Connection) -> None:
    """Lock at the beginning: two that read first and write later would block each other."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _no_connection(url: URL, error: Exception) -> Text:
    """The database's own message in one line, without the password that may be in its address."""
    message = str(getattr(error, "orig", None) or error)
    message = message.replace(str(url.password), "***") if url.password else message
    return NO_CONNECTION.fill(url=url.render_as_string(hide_password=True), error=" ".join(message.split())[:300])
