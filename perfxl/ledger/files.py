"""Queries about files: what a message held, to which unit each belongs, what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from perfxl.ledger.schema import file, finding, message
from perfxl.ledger.store import Ledger
from perfxl.ledger.written import finding_read, finding_written, text_read, text_written
from perfxl.model import Finding, Text

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


def add(connection: Connection, new: Filed, findings: Sequence[Finding]) -> int:
    """Enter a file with its findings; its number."""
    names = set(Filed.__dataclass_fields__) - {"id", "received", "why"}
    row = {name: getattr(new, name) for name in names} | {"why": text_written(new.why)}
    number = connection.execute(insert(file).values(**row)).inserted_primary_key
    if number is None:
        raise LookupError(new.name)
    rows = [
        {"file": number[0], "place": place, "code": each.code, "severity": each.severity.value,
         "data": finding_written(each)}
        for place, each in enumerate(findings)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(finding), rows)
    return int(number[0])


def files(ledger: Ledger) -> list[Filed]:
    """All files of the round, oldest first: by the moment when their messages were received."""
    query = (
        select(file, message.c.received)
        .join(message)
        .where(message.c.round == ledger.round)
        .order_by(message.c.received, message.c.id, file.c.place)
    )
    with ledger.begin() as connection:
        return [_filed(row) for row in connection.execute(query).mappings()]


def findings_of(ledger: Ledger, numbers: Iterable[int]) -> dict[int, list[Finding]]:
    """The findings of some files, in reading order."""
    wanted = list(numbers)
    found: dict[int, list[Finding]] = {number: [] for number in wanted}
    query = select(finding).where(finding.c.file.in_(wanted)).order_by(finding.c.file, finding.c.place)
    with ledger.begin() as connection:
        for row in connection.execute(query).mappings():
            found[row["file"]].append(finding_read(row["data"]))
    return found


def accept(connection: Connection, number: int, unit: str) -> bool:
    """Count a file that waited, for a unit; ``False`` when it does not wait any more."""
    waiting = (file.c.id == number, file.c.standing == TO_VERIFY)
    done = connection.execute(update(file).where(*waiting).values(standing=COUNTED, unit=unit, how="clerk"))
    return bool(done.rowcount)


def _filed(row: Any) -> Filed:
    values = {name: row[name] for name in Filed.__dataclass_fields__}
    return Filed(**values | {"why": text_read(row["why"])})
