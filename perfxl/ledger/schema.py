"""The tables of the ledger. Moments are text in ISO 8601, in UTC, so that they sort; money is whole fen.

Where something lies is a path relative to the round's folder. No password and no body of a mail is stored here.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String, Table, Text, UniqueConstraint

#: goes up by one with every change of the tables
VERSION = 1

metadata = MetaData()

ledger = Table("perfxl_ledger", metadata, Column("version", Integer, primary_key=True))

round_ = Table(
    "round",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("profile", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("created", String(40), nullable=False),
)

#: a mail, or a file that the clerk handed over. ``identity`` tells whether it came before, by whatever way
message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", String(64), ForeignKey("round.id"), nullable=False),
    Column("identity", String(80), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sent", String(40), nullable=False),
    Column("received", String(40), nullable=False),
    #: JSON: a list of Message-IDs; a text in both languages or null; a list of such texts
    Column("references", Text, nullable=False),
    Column("automatic", Text, nullable=False),
    Column("problems", Text, nullable=False),
    Column("stored", Text, nullable=False),
    #: stored: its bytes are here; done: all that it holds is in the ledger
    Column("state", String(8), nullable=False),
    UniqueConstraint("round", "identity"),
)

#: every way by which a message was met: UIDVALIDITY and UID in a mailbox, the digest of its bytes
seen = Table(
    "seen",
    metadata,
    Column("round", String(64), ForeignKey("round.id"), primary_key=True),
    Column("key", String(400), primary_key=True),
    Column("message", Integer, ForeignKey("message.id"), nullable=False),
)

#: one workbook, one file that is none, or one nil return (``stored`` is empty)
file = Table(
    "file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, ForeignKey("message.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("stored", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    #: the address that counts: of the mail, or of the forwarded mail that it lay in
    Column("sender", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("written", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("how", String(8), nullable=False),
    #: counted, to_verify, or apart (nothing that could count)
    Column("standing", String(10), nullable=False),
    #: JSON: why it is to be verified, in both languages, or null
    Column("why", Text, nullable=False),
    Column("year", Integer),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("notices", Integer, nullable=False),
    Column("total", BigInteger),
    UniqueConstraint("message", "place"),
)

finding = Table(
    "finding",
    metadata,
    Column("file", Integer, ForeignKey("file.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("data", Text, nullable=False),
)

#: ``about`` is what is answered: the same thing is answered once
reply = Table(
    "reply",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", String(64), ForeignKey("round.id"), nullable=False),
    Column("about", String(120), nullable=False),
    Column("message", Integer, ForeignKey("message.id")),
    Column("file", Integer, ForeignKey("file.id")),
    Column("unit", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("stored", Text, nullable=False),
    #: drafted, sending, sent or refused
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", String(40), nullable=False),
    Column("changed", String(40), nullable=False),
    UniqueConstraint("round", "about"),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", String(64), ForeignKey("round.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("what", String(20), nullable=False),
    Column("message", Integer),
    Column("file", Integer),
    Column("detail", Text, nullable=False),
)
