"""Queries about messages: entered once, whatever way they come by, and done once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from perfxl.ledger.schema import message, seen
from perfxl.ledger.store import Ledger, tell
from perfxl.ledger.written import text_read, text_written, texts_read, texts_written
from perfxl.model import Text

STORED, DONE = "stored", "done"


@dataclass(frozen=True)
class Entered:
    """A message in the ledger. Moments are as ``store.moment`` writes them; ``stored`` is below the round's folder."""

    id: int
    identity: str
    kind: str
    message_id: str
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    sent: str
    received: str
    references: tuple[str, ...]
    automatic: Text | None
    problems: tuple[Text, ...]
    stored: str
    state: str


def known(ledger: Ledger, key: str) -> bool:
    """Whether all that came under a key is in the ledger."""
    query = select(message.c.id).join(seen).where(seen.c.round == ledger.round, seen.c.key == key)
    with ledger.begin() as connection:
        return connection.scalar(query.where(message.c.state == DONE)) is not None


def enter(ledger: Ledger, new: Entered, key: str) -> tuple[Entered, bool]:
    """Enter a message (its ``id`` is given by the ledger) under a key; the message as it stands, and if it is new."""
    row = {name: getattr(new, name) for name in Entered.__dataclass_fields__ if name != "id"} | {
        "round": ledger.round,
        "references": json.dumps(new.references),
        "automatic": text_written(new.automatic),
        "problems": texts_written(new.problems),
    }
    try:
        with ledger.begin() as connection:
            found = _by_identity(connection, ledger.round, new.identity)
            if found is None:
                number = connection.execute(insert(message).values(**row)).inserted_primary_key
                tell(connection, ledger.round, "entered", message=number[0] if number else None)
    except IntegrityError:
        found = None  # another process entered it in the meantime
    with ledger.begin() as connection:
        entered = _by_identity(connection, ledger.round, new.identity)
        if entered is None:
            raise LookupError(new.identity)
    _meet(ledger, key, entered.id)
    return entered, found is None


def _meet(ledger: Ledger, key: str, number: int) -> None:
    """Remember the way by which a message came."""
    try:
        with ledger.begin() as connection:
            if connection.scalar(select(seen.c.key).where(seen.c.round == ledger.round, seen.c.key == key)) is None:
                connection.execute(insert(seen).values(round=ledger.round, key=key, message=number))
    except IntegrityError:
        return  # another process met it in the meantime


def finish(connection: Connection, number: int) -> bool:
    """Mark a message as done; ``False`` when it was already. Everything of it belongs into the same transaction."""
    done = connection.execute(
        update(message).where(message.c.id == number, message.c.state == STORED).values(state=DONE)
    )
    return bool(done.rowcount)


def unfinished(ledger: Ledger) -> list[Entered]:
    """The messages whose taking in was interrupted, in their order."""
    return _some(ledger, message.c.state == STORED)


def messages(ledger: Ledger) -> list[Entered]:
    """All messages, in the order in which they were entered."""
    return _some(ledger)


def _some(ledger: Ledger, *where: Any) -> list[Entered]:
    query = select(message).where(message.c.round == ledger.round, *where).order_by(message.c.id)
    with ledger.begin() as connection:
        return [_entered(row) for row in connection.execute(query).mappings()]


def _by_identity(connection: Connection, round_id: str, identity: str) -> Entered | None:
    query = select(message).where(message.c.round == round_id, message.c.identity == identity)
    row = connection.execute(query).mappings().first()
    return _entered(row) if row is not None else None


def _entered(row: Any) -> Entered:
    values = {name: row[name] for name in Entered.__dataclass_fields__}
    return Entered(**values | {
        "references": tuple(json.loads(row["references"])),
        "automatic": text_read(row["automatic"]),
        "problems": texts_read(row["problems"]),
    })  # fmt: skip
