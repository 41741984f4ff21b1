"""Queries about messages: entered once, whatever way they come by, and done once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from perfxl.ledger.database import Ledger, file_table, finding_table, message_table, now, reply_table, seen_table, tell
from perfxl.model import Finding, Hint, Ref, Severity, Text, Waived

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


def is_known(ledger: Ledger, key: str) -> bool:
    """Whether all that came under a key is in the ledger."""
    query = (
        select(message_table.c.id).join(seen_table).where(seen_table.c.round == ledger.round, seen_table.c.key == key)
    )
    with ledger.begin() as connection:
        return connection.scalar(query.where(message_table.c.state == DONE)) is not None


def enter_message(ledger: Ledger, new: Entered, key: str) -> tuple[Entered, bool]:
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
                number = connection.execute(insert(message_table).values(**row)).inserted_primary_key
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
            if (
                connection.scalar(
                    select(seen_table.c.key).where(seen_table.c.round == ledger.round, seen_table.c.key == key)
                )
                is None
            ):
                connection.execute(insert(seen_table).values(round=ledger.round, key=key, message=number))
    except IntegrityError:
        return  # another process met it in the meantime


def finish_message(connection: Connection, number: int) -> bool:
    """Mark a message as done; ``False`` when it was already. Everything of it belongs into the same transaction."""
    done = connection.execute(
        update(message_table).where(message_table.c.id == number, message_table.c.state == STORED).values(state=DONE)
    )
    return bool(done.rowcount)


def unfinished_messages(ledger: Ledger) -> list[Entered]:
    """The messages whose taking in was interrupted, in their order."""
    return _some(ledger, message_table.c.state == STORED)


def all_messages(ledger: Ledger) -> list[Entered]:
    """All messages, in the order in which they were entered."""
    return _some(ledger)


def _some(ledger: Ledger, *where: Any) -> list[Entered]:
    query = select(message_table).where(message_table.c.round == ledger.round, *where).order_by(message_table.c.id)
    with ledger.begin() as connection:
        return [_entered(row) for row in connection.execute(query).mappings()]


def _by_identity(connection: Connection, round_id: str, identity: str) -> Entered | None:
    query = select(message_table).where(message_table.c.round == round_id, message_table.c.identity == identity)
    row = connection.execute(query).mappings().first()
    return _entered(row) if row is not None else None


def _entered(row: Any) -> Entered:
    values = {name: row[name] for name in Entered.__dataclass_fields__}
    return Entered(**values | {
        "references": tuple(json.loads(row["references"])),
        "automatic": text_read(row["automatic"]),
        "problems": texts_read(row["problems"]),
    })  # fmt: skip


COUNTED, TO_VERIFY, APART = "counted", "to_verify", "apart"


@dataclass(frozen=True)
class Filed:
    """A file in the ledger; ``id`` is 0 before it is entered.

    ``status`` is a word of ``model.Status`` or 零报. ``unit`` is the roster's name for the unit, ``written`` the form's
    own; ``how`` tells by what it was attributed: form, alias, sender, clerk, or ``""``. ``sender`` is the address that
    counts, ``total`` is fen.
    """

    message: int
    place: int
    name: str
    stored: str
    sha256: str
    sender: str
    status: str
    written: str = ""
    unit: str = ""
    how: str = ""
    standing: str = APART
    why: Text | None = None
    year: int | None = None
    errors: int = 0
    warnings: int = 0
    notices: int = 0
    total: int | None = None
    id: int = 0
    #: of its message
    received: str = ""


def add_file(connection: Connection, new: Filed, findings: Sequence[Finding]) -> int:
    """Enter a file with its findings; its number."""
    names = set(Filed.__dataclass_fields__) - {"id", "received", "why"}
    row = {name: getattr(new, name) for name in names} | {"why": text_written(new.why)}
    number = connection.execute(insert(file_table).values(**row)).inserted_primary_key
    if number is None:
        raise LookupError(new.name)
    rows = [
        {"file": number[0], "place": place, "code": each.code, "severity": each.severity.value,
         "data": finding_written(each)}
        for place, each in enumerate(findings)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(finding_table), rows)
    return int(number[0])


def all_files(ledger: Ledger) -> list[Filed]:
    """All files of the round, oldest first: by the moment when their messages were received."""
    query = (
        select(file_table, message_table.c.received)
        .join(message_table)
        .where(message_table.c.round == ledger.round)
        .order_by(message_table.c.received, message_table.c.id, file_table.c.place)
    )
    with ledger.begin() as connection:
        return [_filed(row) for row in connection.execute(query).mappings()]


def findings_of(ledger: Ledger, numbers: Iterable[int]) -> dict[int, list[Finding]]:
    """The findings of some files, in reading order."""
    wanted = list(numbers)
    found: dict[int, list[Finding]] = {number: [] for number in wanted}
    query = (
        select(finding_table)
        .where(finding_table.c.file.in_(wanted))
        .order_by(finding_table.c.file, finding_table.c.place)
    )
    with ledger.begin() as connection:
        for row in connection.execute(query).mappings():
            found[row["file"]].append(finding_read(row["data"]))
    return found


def accept_file(connection: Connection, number: int, unit: str) -> bool:
    """Count a file that waited, for a unit; ``False`` when it does not wait any more."""
    waiting = (file_table.c.id == number, file_table.c.standing == TO_VERIFY)
    done = connection.execute(update(file_table).where(*waiting).values(standing=COUNTED, unit=unit, how="clerk"))
    return bool(done.rowcount)


def _filed(row: Any) -> Filed:
    values = {name: row[name] for name in Filed.__dataclass_fields__}
    return Filed(**values | {"why": text_read(row["why"])})


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
        return set(connection.scalars(select(reply_table.c.about).where(reply_table.c.round == ledger.round)))


def add_reply(ledger: Ledger, new: Reply) -> bool:
    """Enter an answer; ``False`` when another process was quicker."""
    row = {name: getattr(new, name) for name in Reply.__dataclass_fields__ if name != "id"}
    row |= {"round": ledger.round, "created": now(), "changed": now()}
    try:
        with ledger.begin() as connection:
            connection.execute(insert(reply_table).values(**row))
            tell(connection, ledger.round, "drafted", new.stored, message=new.message, file=new.file)
    except IntegrityError:
        return False
    return True


def all_replies(ledger: Ledger) -> list[Reply]:
    """All answers, oldest first."""
    query = select(reply_table).where(reply_table.c.round == ledger.round).order_by(reply_table.c.id)
    with ledger.begin() as connection:
        return [_reply(row) for row in connection.execute(query).mappings()]


def change_reply(ledger: Ledger, one: Reply, state: str, reason: str = "", recipient: str = "") -> bool:
    """Give an answer another state; ``False`` when it is not in the state any more in which it was read.

    ``recipient`` is given where it went to another address than it was written to.
    """
    where = (reply_table.c.id == one.id, reply_table.c.state == one.state)
    values = {"state": state, "reason": reason, "changed": now(), "recipient": recipient or one.recipient}
    with ledger.begin() as connection:
        done = connection.execute(update(reply_table).where(*where).values(**values))
        if done.rowcount:
            tell(connection, ledger.round, state, reason or one.stored, message=one.message, file=one.file)
    return bool(done.rowcount)


def _reply(row: Any) -> Reply:
    return Reply(**{name: row[name] for name in Reply.__dataclass_fields__})


def texts_written(texts: Iterable[Text]) -> str:
    """Some texts in both languages."""
    return json.dumps(list(texts), ensure_ascii=False)


def texts_read(written: str) -> tuple[Text, ...]:
    """The texts of ``texts_written``."""
    return tuple(Text(*pair) for pair in json.loads(written))


def text_written(text: Text | None) -> str:
    """One text in both languages, or none."""
    return json.dumps(text, ensure_ascii=False)


def text_read(written: str) -> Text | None:
    """The text of ``text_written``."""
    pair = json.loads(written)
    return Text(*pair) if pair else None


def finding_written(finding: Finding) -> str:
    """A finding; amounts stay whole numbers."""
    data = {
        "code": finding.code, "name": finding.name, "severity": finding.severity.value, "file": finding.file,
        "unit": finding.unit, "message": finding.message, "cells": finding.cells, "related": finding.related,
        "stated": finding.stated, "computed": finding.computed, "difference": finding.difference,
        "hints": [_hint_written(hint) for hint in finding.hints], "written": finding.written,
        "waived": _waived_written(finding.waived), "added": finding.added,
    }  # fmt: skip
    # a name that is no UTF-8 holds lone surrogates: written as \udcxx, which JSON allows
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def finding_read(written: str) -> Finding:
    """The finding of ``finding_written``."""
    data = json.loads(written)
    return Finding(**data | {
        "severity": Severity(data["severity"]),
        "cells": _refs(data["cells"]), "related": _refs(data["related"]), "added": _refs(data["added"]),
        "hints": tuple(map(_hint_read, data["hints"])),
        "waived": _waived_read(data["waived"]),
    })  # fmt: skip


def _refs(data: Iterable[Any]) -> tuple[Ref, ...]:
    return tuple(Ref(*ref) for ref in data)


def _hint_written(hint: Hint) -> dict[str, Any]:
    return {
        "kind": hint.kind, "message": hint.message, "cells": hint.cells, "mend": hint.mend,
        "among": [_hint_written(other) for other in hint.among],
    }  # fmt: skip


def _hint_read(data: dict[str, Any]) -> Hint:
    mend = data["mend"]
    return Hint(
        data["kind"], data["message"], _refs(data["cells"]), (Ref(*mend[0]), mend[1]) if mend else None,
        tuple(map(_hint_read, data["among"])),
    )  # fmt: skip


def _waived_written(waived: Waived | None) -> list[str] | None:
    return [waived.reason, waived.by, waived.until.isoformat()] if waived else None


def _waived_read(data: list[str] | None) -> Waived | None:
    return Waived(data[0], data[1], date.fromisoformat(data[2])) if data else None
