"""Queries about replies: each thing is answered once, and what becomes of the answer is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from perfxl.ledger.schema import reply
from perfxl.ledger.store import Ledger, now, tell

DRAFTED, SENDING, SENT, REFUSED = "drafted", "sending", "sent", "refused"


@dataclass(frozen=True)
class Reply:
    """An answer. ``about`` names what is answered; ``stored`` is the draft, below the round's folder."""

    about: str
    kind: str
    unit: str
    recipient: str
    message_id: str
    stored: str
    message: int | None = None
    file: int | None = None
    state: str = DRAFTED
    reason: str = ""
    created: str = ""
    changed: str = ""
    id: int = 0


def answered(ledger: Ledger) -> set[str]:
    """What was answered."""
    with ledger.begin() as connection:
        return set(connection.scalars(select(reply.c.about).where(reply.c.round == ledger.round)))


def add(ledger: Ledger, new: Reply) -> bool:
    """Enter an answer; ``False`` when another process was quicker."""
    row = {name: getattr(new, name) for name in Reply.__dataclass_fields__ if name != "id"}
    row |= {"round": ledger.round, "created": now(), "changed": now()}
    try:
        with ledger.begin() as connection:
            connection.execute(insert(reply).values(**row))
            tell(connection, ledger.round, "drafted", new.stored, message=new.message, file=new.file)
    except IntegrityError:
        return False
    return True


def replies(ledger: Ledger) -> list[Reply]:
    """All answers, oldest first."""
    query = select(reply).where(reply.c.round == ledger.round).order_by(reply.c.id)
    with ledger.begin() as connection:
        return [_reply(row) for row in connection.execute(query).mappings()]


def move(ledger: Ledger, one: Reply, state: str, reason: str = "", recipient: str = "") -> bool:
    """Give an answer another state; ``False`` when it is not in the state any more in which it was read.

    ``recipient`` is given where it went to another address than it was written to.
    """
    where = (reply.c.id == one.id, reply.c.state == one.state)
    values = {"state": state, "reason": reason, "changed": now(), "recipient": recipient or one.recipient}
    with ledger.begin() as connection:
        done = connection.execute(update(reply).where(*where).values(**values))
        if done.rowcount:
            tell(connection, ledger.round, state, reason or one.stored, message=one.message, file=one.file)
    return bool(done.rowcount)


def _reply(row: Any) -> Reply:
    return Reply(**{name: row[name] for name in Reply.__dataclass_fields__})
