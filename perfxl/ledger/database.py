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

from perfxl.model import Text, UserError

#: goes up by one with every change of the tables
VERSION = 1
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


def _column(name: str, kind: Any, to: str = "", *, key: bool = False) -> sa.Column[Any]:
    """A column that is never null; ``to`` is the column of another table whose values it has."""
    return sa.Column(name, kind, *([sa.ForeignKey(to)] if to else []), primary_key=key, nullable=False)


def _columns(kind: Any, *names: str) -> Iterator[sa.Column[Any]]:
    """Columns of one kind that are never null."""
    return (_column(name, kind) for name in names)


_ID, _MOMENT = sa.String(64), sa.String(40)
metadata = sa.MetaData()

ledger_table = sa.Table("perfxl_ledger", metadata, _column("version", sa.Integer, key=True))

round_table = sa.Table(
    "round",
    metadata,
    _column("id", _ID, key=True),
    _column("profile", sa.Text),
    _column("year", sa.Integer),
    _column("title", sa.Text),
    _column("created", _MOMENT),
)

#: a mail, or a file that the clerk handed over. ``identity`` is the same whatever way it comes by
message_table = sa.Table(
    "message",
    metadata,
    _column("id", sa.Integer, key=True),
    _column("round", _ID, "round.id"),
    _column("identity", sa.String(80)),
    _column("kind", sa.String(8)),
    *_columns(sa.Text, "message_id", "sender", "sender_name", "reply_to", "subject"),
    *_columns(_MOMENT, "sent", "received"),
    #: JSON: a list of Message-IDs; a text in both languages or null; a list of such texts
    *_columns(sa.Text, "references", "automatic", "problems"),
    _column("stored", sa.Text),
    #: stored: its bytes are in the folder; done: everything in it is in the ledger
    _column("state", sa.String(8)),
    sa.UniqueConstraint("round", "identity"),
)

#: every way by which a message came: UIDVALIDITY and UID in a mailbox, the digest of its bytes
seen_table = sa.Table(
    "seen",
    metadata,
    _column("round", _ID, "round.id", key=True),
    _column("key", sa.String(400), key=True),
    _column("message", sa.Integer, "message.id"),
)

#: one workbook, one file that is none, or one nil return (its ``stored`` is empty)
file_table = sa.Table(
    "file",
    metadata,
    _column("id", sa.Integer, key=True),
    _column("message", sa.Integer, "message.id"),
    #: its number in its message, from 0
    _column("place", sa.Integer),
    *_columns(sa.Text, "name", "stored"),
    _column("sha256", sa.String(64)),
    #: the address that counts: of the mail, or of the forwarded mail that contained the file
    _column("sender", sa.Text),
    _column("status", sa.String(16)),
    #: the unit's name on the form, and on the roster
    *_columns(sa.Text, "written", "unit"),
    _column("how", sa.String(8)),
    #: counted, to_verify, or apart (no return, so that it cannot count)
    _column("standing", sa.String(10)),
    #: JSON: why it has to be verified, in both languages, or null
    _column("why", sa.Text),
    sa.Column("year", sa.Integer),
    *_columns(sa.Integer, "errors", "warnings", "notices"),
    sa.Column("total", sa.BigInteger),
    sa.UniqueConstraint("message", "place"),
)

finding_table = sa.Table(
    "finding",
    metadata,
    _column("file", sa.Integer, "file.id", key=True),
    _column("place", sa.Integer, key=True),
    _column("code", sa.String(40)),
    _column("severity", sa.String(8)),
    _column("data", sa.Text),
)

#: ``about`` names what is answered: the same thing is answered once
reply_table = sa.Table(
    "reply",
    metadata,
    _column("id", sa.Integer, key=True),
    _column("round", _ID, "round.id"),
    _column("about", sa.String(120)),
    sa.Column("message", sa.Integer, sa.ForeignKey("message.id")),
    sa.Column("file", sa.Integer, sa.ForeignKey("file.id")),
    _column("unit", sa.Text),
    _column("kind", sa.String(20)),
    *_columns(sa.Text, "recipient", "message_id", "stored"),
    #: drafted, sending, sent or refused
    _column("state", sa.String(10)),
    _column("reason", sa.Text),
    *_columns(_MOMENT, "created", "changed"),
    sa.UniqueConstraint("round", "about"),
)

event_table = sa.Table(
    "event",
    metadata,
    _column("id", sa.Integer, key=True),
    _column("round", _ID, "round.id"),
    _column("at", _MOMENT),
    _column("what", sa.String(20)),
    sa.Column("message", sa.Integer),
    sa.Column("file", sa.Integer),
    _column("detail", sa.Text),
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
    """Make the tables, one process at a time, or check that they are of our version."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
    if not sa.inspect(connection).has_table(ledger_table.name):
        metadata.create_all(connection)
        connection.execute(sa.insert(ledger_table).values(version=VERSION))
    found = connection.scalar(sa.select(ledger_table.c.version))
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
