"""The tables of a ledger; moments are text in ISO 8601 and UTC, money is whole fen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa


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
    #: 1 for a workbook that is a return by itself, 0 for one that may be a part
    _column("whole", sa.Integer),
    #: JSON: the numbers of the files that are one return with it, and of those that it was checked with
    *_columns(sa.Text, "parts", "checked_with"),
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
    #: drafted, sending, sent, refused, covered or withdrawn
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
