"""What the ledger contains: messages, the files that came with them and their findings, and the replies.

Functions that take a ``Ledger`` run their own transaction; those that take a connection are part of the caller's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from perfxl.ledger.database import Ledger, now
from perfxl.ledger.tables import event_table, file_table, finding_table, message_table, reply_table, seen_table
from perfxl.model import Finding, ForBureau, Hint, Ref, Severity, State, Status, Text, Waived

#: kinds of messages: a mail, or a file that the clerk handed over
MAIL, FILE = "mail", "file"
#: states of a message: its bytes are in the folder; everything in it is in the ledger
STORED, DONE = "stored", "done"
#: whether a file counts for its unit, waits until the clerk has verified it, or is no return at all
COUNTED, TO_VERIFY, APART = "counted", "to_verify", "apart"
#: states of a reply; ``SENDING`` stays when sending was interrupted
DRAFTED, SENDING, SENT, REFUSED = "drafted", "sending", "sent", "refused"
#: what a letter about something else answers too; a draft that is not true any more
COVERED, WITHDRAWN = "covered", "withdrawn"

#: the event of a file that a clerk has verified
ACCEPTED = "accepted"

#: the results of a workbook that was recognised as a return
RETURNED = (Status.PASSED, Status.PASSED_WITH_NOTES, Status.FAILED)


@dataclass(frozen=True)
class MessageRecord:
    """A message in the ledger; ``id`` is 0 before it is entered, ``stored`` a path relative to the round's folder."""

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
    state: str = STORED

    @property
    def is_mail(self) -> bool:
        """Whether it is a mail, and not a file that was handed over."""
        return self.kind == MAIL

    @property
    def is_done(self) -> bool:
        """Whether everything in it is in the ledger."""
        return self.state == DONE


@dataclass(frozen=True)
class FileRecord:
    """A file in the ledger; ``id`` is 0 before it is entered.

    ``status`` is a value of ``model.Status`` or 零报. ``unit`` is the unit's name on the roster, ``written`` the one on
    the form; ``how`` is what it was attributed by: form, alias, sender, clerk, or ``""``. ``sender`` is the address
    that counts, ``place`` the file's number in its message, ``total`` the department's total in fen. ``whole`` is 0 for
    a workbook that may be a part of a return; ``parts`` are the numbers of the other parts, after which it came, so
    that it has the result and the findings for all; ``checked_with`` all files that were tried as such.
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
    whole: int = 1
    parts: tuple[int, ...] = ()
    checked_with: tuple[int, ...] = ()
    id: int = 0
    #: of its message
    received: str = ""

    @property
    def is_return(self) -> bool:
        """Whether it is a workbook that was recognised as a return."""
        return self.status in RETURNED

    @property
    def is_nil_return(self) -> bool:
        """Whether it stands for a mail that reports nothing (零报)."""
        return self.status == State.NIL


@dataclass(frozen=True)
class ReplyRecord:
    """A reply in the ledger. ``about`` names what is answered; ``stored`` is the draft, below the round's folder."""

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


_Record = TypeVar("_Record", MessageRecord, FileRecord, ReplyRecord)


def is_known(ledger: Ledger, key: str) -> bool:
    """Whether everything that came under a key is in the ledger."""
    query = sa.select(message_table.c.id).join(seen_table)
    query = query.where(seen_table.c.round == ledger.round, seen_table.c.key == key, message_table.c.state == DONE)
    with ledger.begin() as connection:
        return connection.scalar(query) is not None


def enter_message(ledger: Ledger, new: MessageRecord, key: str) -> tuple[MessageRecord, bool]:
    """Enter a message under the key of the way by which it came; the message in the ledger, and whether it is new."""
    is_new = ledger.insert_once(
        message_table, {"round": ledger.round, "identity": new.identity}, _row_of(new, message_table),
        lambda connection, number: ledger.log(connection, "entered", message=number),
    )  # fmt: skip
    [entered] = all_messages(ledger, message_table.c.identity == new.identity)
    ledger.insert_once(seen_table, {"round": ledger.round, "key": key}, {"message": entered.id})
    return entered, is_new


def finish_message(connection: sa.Connection, number: int) -> bool:
    """Mark a message as done; ``False`` when it was already. Its files belong into the same transaction."""
    waiting = (message_table.c.id == number, message_table.c.state == STORED)
    return bool(connection.execute(sa.update(message_table).where(*waiting).values(state=DONE)).rowcount)


def unfinished_messages(ledger: Ledger) -> list[MessageRecord]:
    """The messages whose intake was interrupted, in the order in which they were entered."""
    return all_messages(ledger, message_table.c.state == STORED)


def all_messages(ledger: Ledger, *where: sa.ColumnElement[bool]) -> list[MessageRecord]:
    """The messages that meet all conditions, in the order in which they were entered."""
    query = sa.select(message_table).where(message_table.c.round == ledger.round, *where).order_by(message_table.c.id)
    return _records(ledger, MessageRecord, query)


def add_file(connection: sa.Connection, new: FileRecord, findings: Sequence[Finding]) -> int:
    """Enter a file with its findings; its number."""
    inserted = connection.execute(sa.insert(file_table).values(**_row_of(new, file_table))).inserted_primary_key
    number = int(inserted[0]) if inserted else 0
    _add_findings(connection, number, findings)
    return number


def change_file(connection: sa.Connection, changed: FileRecord, findings: Sequence[Finding]) -> None:
    """Give a file another result, with the findings of the whole return that it completes."""
    values = _row_of(changed, file_table)
    connection.execute(sa.update(file_table).where(file_table.c.id == changed.id).values(**values))
    connection.execute(sa.delete(finding_table).where(finding_table.c.file == changed.id))
    _add_findings(connection, changed.id, findings)


def _add_findings(connection: sa.Connection, number: int, findings: Sequence[Finding]) -> None:
    rows = [
        {"file": number, "place": place, "code": each.code, "severity": each.severity.value,
         "data": finding_to_json(each)}
        for place, each in enumerate(findings)
    ]  # fmt: skip
    if rows:
        connection.execute(sa.insert(finding_table), rows)


def all_files(ledger: Ledger) -> list[FileRecord]:
    """All files of the round, oldest first: by the moment when their messages were received."""
    query = (
        sa.select(file_table, message_table.c.received)
        .join(message_table)
        .where(message_table.c.round == ledger.round)
        .order_by(message_table.c.received, message_table.c.id, file_table.c.place)
    )
    return _records(ledger, FileRecord, query)


def findings_of(ledger: Ledger, numbers: Iterable[int]) -> dict[int, list[Finding]]:
    """The findings of some files by their numbers, in reading order."""
    found: dict[int, list[Finding]] = {number: [] for number in numbers}
    query = sa.select(finding_table).where(finding_table.c.file.in_(found))
    with ledger.begin() as connection:
        for row in connection.execute(query.order_by(finding_table.c.file, finding_table.c.place)).mappings():
            found[row["file"]].append(finding_from_json(row["data"]))
    return found


def accept_file(connection: sa.Connection, file: FileRecord, unit: str) -> bool:
    """Count a file for a unit; ``False`` when it was changed since it was read."""
    columns = file_table.c
    unchanged = (columns.id == file.id, columns.standing == file.standing, columns.unit == file.unit)
    accepted = sa.update(file_table).where(*unchanged).values(standing=COUNTED, unit=unit, how="clerk")
    return bool(connection.execute(accepted).rowcount)


def accepted(ledger: Ledger, number: int) -> tuple[str, str, str] | None:
    """When a file was last counted by a clerk, for which unit and by whom; ``None`` if it never was."""
    columns = event_table.c
    query = sa.select(columns.at, columns.detail).order_by(columns.id.desc()).limit(1)
    query = query.where(columns.round == ledger.round, columns.what == ACCEPTED, columns.file == number)
    with ledger.begin() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    unit, _, who = row.detail.partition("\n")
    return row.at, unit, who


def add_reply(ledger: Ledger, new: ReplyRecord, covered: Iterable[tuple[str, int, int | None]] = ()) -> bool:
    """Enter a reply; ``False`` when the same thing was answered before, by this process or another.

    ``covered`` are the keys, messages and files of what it answers too.
    """
    row = _row_of(new, reply_table) | {"created": now(), "changed": now()}

    def enter_covered(connection: sa.Connection, _number: Any) -> None:
        ledger.log(connection, "drafted", new.stored, message=new.message, file=new.file)
        columns = reply_table.c
        query = sa.select(columns.about).where(columns.round == ledger.round)
        answered = set(connection.scalars(query))
        for about, message, file in covered:
            if about not in answered:
                values = {"about": about, "message": message, "file": file, "state": COVERED}
                connection.execute(sa.insert(reply_table).values(row | {"round": ledger.round} | values))

    return ledger.insert_once(reply_table, {"round": ledger.round, "about": new.about}, row, enter_covered)


def all_replies(ledger: Ledger) -> list[ReplyRecord]:
    """All replies, oldest first."""
    query = sa.select(reply_table).where(reply_table.c.round == ledger.round).order_by(reply_table.c.id)
    return _records(ledger, ReplyRecord, query)


def change_reply(ledger: Ledger, reply: ReplyRecord, state: str, reason: str = "", recipient: str = "") -> bool:
    """Give a reply another state, and a corrected recipient; ``False`` when it was changed since it was read."""
    unchanged = (reply_table.c.id == reply.id, reply_table.c.state == reply.state)
    values = {"state": state, "reason": reason, "changed": now(), "recipient": recipient or reply.recipient}
    with ledger.begin() as connection:
        changed = bool(connection.execute(sa.update(reply_table).where(*unchanged).values(**values)).rowcount)
        if changed:
            ledger.log(connection, state, reason or reply.stored, message=reply.message, file=reply.file)
    return changed


def finding_to_json(finding: Finding) -> str:
    """A finding with everything in it; amounts stay whole numbers. The keys stay as ledgers have them."""
    return _to_json(_finding_data(finding))


def finding_from_json(stored: str) -> Finding:
    """The finding of ``finding_to_json``."""
    return _finding(json.loads(stored))


def _finding_data(finding: Finding) -> dict[str, Any]:
    waived = finding.waived
    return {field.name: getattr(finding, field.name) for field in fields(finding)} | {
        "hints": [_hint_data(hint) for hint in finding.hints],
        "consequences": [_finding_data(other) for other in finding.consequences],
        "waived": [waived.reason, waived.by, waived.until.isoformat()] if waived else None,
        "for_bureau": list(astuple(finding.for_bureau)) if finding.for_bureau else None,
    }


def _finding(data: Mapping[str, Any]) -> Finding:
    waived = data["waived"]
    made: dict[str, Any] = {
        "severity": Severity(data["severity"]),
        "cells": _refs(data["cells"]), "related": _refs(data["related"]), "added": _refs(data["added"]),
        "hints": tuple(map(_hint, data["hints"])),
        "consequences": tuple(map(_finding, data.get("consequences", ()))),
        "notes": tuple((Ref(*ref), text) for ref, text in data.get("notes", ())),
        "for_bureau": ForBureau(*data["for_bureau"]) if data.get("for_bureau") else None,
        "waived": Waived(waived[0], waived[1], date.fromisoformat(waived[2])) if waived else None,
    }  # fmt: skip
    return Finding(**{**data, **made})


def _hint_data(hint: Hint) -> dict[str, Any]:
    return {
        "kind": hint.kind, "message": hint.message, "cells": hint.cells, "mend": hint.change,
        "among": [_hint_data(other) for other in hint.among],
    }  # fmt: skip


def _hint(data: Mapping[str, Any]) -> Hint:
    change = (Ref(*data["mend"][0]), data["mend"][1]) if data["mend"] else None
    return Hint(data["kind"], data["message"], _refs(data["cells"]), change, tuple(map(_hint, data["among"])))


def _refs(data: Iterable[Any]) -> tuple[Ref, ...]:
    return tuple(Ref(*ref) for ref in data)


def _to_json(value: object) -> str:
    """JSON that any database accepts: lone surrogates, of a name that is no UTF-8, are escaped."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")


def _text(data: Any) -> Text | None:
    return Text(*data) if data else None


#: the fields that are stored as JSON, and how their values are made of it
_JSON_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "references": tuple,
    "parts": tuple,
    "checked_with": tuple,
    "automatic": _text,
    "problems": lambda texts: tuple(map(_text, texts)),
    "why": _text,
}


def _row_of(record: MessageRecord | FileRecord | ReplyRecord, table: sa.Table) -> dict[str, Any]:
    """The columns of a record, without the number that the database gives."""
    names = {field.name for field in fields(record)} & set(table.columns.keys()) - {"id"}
    values = {name: getattr(record, name) for name in names}
    return {name: _to_json(value) if name in _JSON_FIELDS else value for name, value in values.items()}


def _records(ledger: Ledger, kind: type[_Record], query: sa.Select[Any]) -> list[_Record]:
    """The rows of a query as records."""
    with ledger.begin() as connection:
        rows = connection.execute(query).mappings().all()
    names = [field.name for field in fields(kind)]
    values = ({name: row[name] for name in names} for row in rows)
    json_fields = _JSON_FIELDS.keys() & names
    return [kind(**row | {name: _JSON_FIELDS[name](json.loads(row[name])) for name in json_fields}) for row in values]
