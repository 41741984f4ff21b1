"""The tables of the ledger. Moments are text in ISO 8601, in UTC, so that they sort; money is whole fen.

Where something lies is a path relative to the round's folder. No password and no body of a mail is stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy import (
    Text as TextType,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from perfxl.model import Text

#: goes up by one with every change of the tables
VERSION = 1

metadata = MetaData()

ledger_table = Table("perfxl_ledger", metadata, Column("version", Integer, primary_key=True))

round_table = Table(
    "round",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("profile", TextType, nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", TextType, nullable=False),
    Column("created", String(40), nullable=False),
)

#: a mail, or a file that the clerk handed over. ``identity`` tells whether it came before, by whatever way
message_table = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", String(64), ForeignKey("round.id"), nullable=False),
    Column("identity", String(80), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("message_id", TextType, nullable=False),
    Column("sender", TextType, nullable=False),
    Column("sender_name", TextType, nullable=False),
    Column("reply_to", TextType, nullable=False),
    Column("subject", TextType, nullable=False),
    Column("sent", String(40), nullable=False),
    Column("received", String(40), nullable=False),
    #: JSON: a list of Message-IDs; a text in both languages or null; a list of such texts
    Column("references", TextType, nullable=False),
    Column("automatic", TextType, nullable=False),
    Column("problems", TextType, nullable=False),
    Column("stored", TextType, nullable=False),
    #: stored: its bytes are here; done: all that it holds is in the ledger
    Column("state", String(8), nullable=False),
    UniqueConstraint("round", "identity"),
)

#: every way by which a message was met: UIDVALIDITY and UID in a mailbox, the digest of its bytes
seen_table = Table(
    "seen",
    metadata,
    Column("round", String(64), ForeignKey("round.id"), primary_key=True),
    Column("key", String(400), primary_key=True),
    Column("message", Integer, ForeignKey("message.id"), nullable=False),
)

#: one workbook, one file that is none, or one nil return (``stored`` is empty)
file_table = Table(
    "file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, ForeignKey("message.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("name", TextType, nullable=False),
    Column("stored", TextType, nullable=False),
    Column("sha256", String(64), nullable=False),
    #: the address that counts: of the mail, or of the forwarded mail that it lay in
    Column("sender", TextType, nullable=False),
    Column("status", String(16), nullable=False),
    Column("written", TextType, nullable=False),
    Column("unit", TextType, nullable=False),
    Column("how", String(8), nullable=False),
    #: counted, to_verify, or apart (nothing that could count)
    Column("standing", String(10), nullable=False),
    #: JSON: why it is to be verified, in both languages, or null
    Column("why", TextType, nullable=False),
    Column("year", Integer),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("notices", Integer, nullable=False),
    Column("total", BigInteger),
    UniqueConstraint("message", "place"),
)

finding_table = Table(
    "finding",
    metadata,
    Column("file", Integer, ForeignKey("file.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("data", TextType, nullable=False),
)

#: ``about`` is what is answered: the same thing is answered once
reply_table = Table(
    "reply",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", String(64), ForeignKey("round.id"), nullable=False),
    Column("about", String(120), nullable=False),
    Column("message", Integer, ForeignKey("message.id")),
    Column("file", Integer, ForeignKey("file.id")),
    Column("unit", TextType, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("recipient", TextType, nullable=False),
    Column("message_id", TextType, nullable=False),
    Column("stored", TextType, nullable=False),
    #: drafted, sending, sent or refused
    Column("state", String(10), nullable=False),
    Column("reason", TextType, nullable=False),
    Column("created", String(40), nullable=False),
    Column("changed", String(40), nullable=False),
    UniqueConstraint("round", "about"),
)

event_table = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", String(64), ForeignKey("round.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("what", String(20), nullable=False),
    Column("message", Integer),
    Column("file", Integer),
    Column("detail", TextType, nullable=False),
)


#: milliseconds that one process waits for another's transaction
PATIENCE = 60_000
#: one process at a time makes the tables; any number that nobody else uses
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


class LedgerError(Exception):
    """A ledger that cannot be used; ``reason`` says why in both languages."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Ledger:
    """The ledger of one round; several may share a database."""

    engine: Engine
    round: str

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction: all of it, or nothing. Raises ``LedgerError`` when the database is gone or stays busy."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise  # somebody was quicker: for the caller to say
        except DBAPIError as error:
            raise LedgerError(_said(NO_CONNECTION, self.engine.url, error)) from error

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def now() -> str:
    """The moment, as the ledger writes it."""
    return moment(datetime.now(UTC))


def moment(when: datetime | None) -> str:
    """A moment in UTC as text that sorts, ``""`` for none; one without a zone is local."""
    return when.astimezone(UTC).isoformat(timespec="microseconds") if when is not None else ""


def database_url(written: str) -> URL:
    """The URL of a database, without a password. Raises ``LedgerError``."""
    try:
        url = make_url(written)
    except ArgumentError as error:
        raise LedgerError(_filled(BAD_URL, url=written.partition("@")[2] or written)) from error
    if url.password is not None or "password" in url.query:
        raise LedgerError(HAS_PASSWORD)
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise LedgerError(_filled(BAD_URL, url=url.render_as_string()))
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def open_ledger(url: URL, round_id: str, password: Callable[[str], str | None] | None = None) -> Ledger:
    """Open the ledger, making its tables if there are none.

    ``password(account)`` is asked for a database with a user; ``None`` leaves it to the system. Raises ``LedgerError``.
    """
    if url.get_backend_name() == "postgresql" and url.username and password is not None:
        secret = password(f"{url.username}@{url.host or 'localhost'}")
        url = url.set(password=secret) if secret else url
    try:
        engine = create_engine(url)
    except ImportError as error:
        raise LedgerError(NO_DRIVER) from error
    except (SQLAlchemyError, NoSuchModuleError) as error:
        raise LedgerError(_said(NO_CONNECTION, url, error)) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _sqlite)
        event.listen(engine, "begin", _immediate)
    try:
        with engine.begin() as connection:
            _make(connection)
    except (SQLAlchemyError, LedgerError) as error:
        engine.dispose()
        raise error if isinstance(error, LedgerError) else LedgerError(_said(NO_CONNECTION, url, error)) from error
    return Ledger(engine, round_id)


def has_round(ledger: Ledger) -> bool:
    """Whether the database knows the round."""
    with ledger.begin() as connection:
        return connection.scalar(select(round_table.c.id).where(round_table.c.id == ledger.round)) is not None


def enter_round(ledger: Ledger, profile: str, year: int, title: str) -> None:
    """Write the round itself into its ledger, once."""
    if not has_round(ledger):
        values = {"id": ledger.round, "profile": profile, "year": year, "title": title, "created": now()}
        with ledger.begin() as connection:
            connection.execute(insert(round_table).values(**values))


def tell(connection: Connection, round_id: str, what: str, detail: str = "", **about: int | None) -> None:
    """Write down that something happened; ``about`` may have ``message`` and ``file``."""
    values = {"round": round_id, "at": now(), "what": what, "detail": detail, **about}
    connection.execute(insert(event_table).values(**values))


def _make(connection: Connection) -> None:
    """Make the tables, one process at a time, or check that they are of our version."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
    if not inspect(connection).has_table(ledger_table.name):
        metadata.create_all(connection)
        connection.execute(insert(ledger_table).values(version=VERSION))
    found = connection.scalar(select(ledger_table.c.version))
    if found != VERSION:
        raise LedgerError(_filled(OTHER_VERSION, found=found, wanted=VERSION))


def _sqlite(connection: Any, _record: Any) -> None:
    """Readers do not wait for writers, writers wait for each other, and a transaction begins when we say so."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", f"busy_timeout={PATIENCE}", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _immediate(connection: Connection) -> None:
    """Lock at once: two that read first and write then would meet."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _said(text: Text, url: URL, error: Exception) -> Text:
    """What the database says, in one line, without the password that may be in its address."""
    told = str(getattr(error, "orig", None) or error)
    secret = url.password
    told = told.replace(str(secret), "***") if secret else told
    return _filled(text, url=url.render_as_string(hide_password=True), error=" ".join(told.split())[:300])


def _filled(text: Text, **values: object) -> Text:
    return Text(text.zh.format(**values), text.en.format(**values))
