"""A round over the sample mailbox, and what became of each of its mails, in the words of its expected.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.ledger import records
from perfxl.ledger.records import FileRecord
from perfxl.model import State, Status
from perfxl.rounds.folder import Round
from perfxl.rounds.versions import History, histories

KINDS = {
    Status.PASSED.value: "passed",
    Status.PASSED_WITH_NOTES.value: "passed_with_notes",
    Status.FAILED.value: "failed",
    Status.UNREADABLE.value: "unreadable",
    Status.NOT_A_RETURN.value: "not_a_return",
    State.NIL.value: "nil_return",
}
RETURNS = {"passed", "passed_with_notes", "failed", "nil_return"}


def results(round_: Round) -> list[list[dict[str, Any]]]:
    """What became of each mail, in the order of their arrival."""
    found, every = histories(round_), records.all_files(round_.ledger)
    came = sorted(records.all_messages(round_.ledger), key=lambda one: (one.received, one.id))
    return [list(_of(one, [each for each in every if each.message == one.id], found, round_)) for one in came]


def _of(message: Any, mine: list[FileRecord], found: dict[str, History], round_: Round) -> Iterator[dict[str, Any]]:
    units = round_.roster.sending(message.sender)
    sender = units[0].name if units else ""
    if message.automatic:
        yield _result("automatic", sender)
        return
    kinds = [KINDS[one.status] for one in mine]
    shown = [one for one, kind in zip(mine, kinds, strict=True) if kind in RETURNS or not RETURNS & set(kinds)]
    for one in shown:
        kind, name = KINDS[one.status], "" if one.status == State.NIL.value else one.name.partition("/")[0]
        again = next((again for history in found.values() for again, _ in history.repeats if again.id == one.id), None)
        if one.standing == records.TO_VERIFY:
            kind = "to_verify"
        elif again:
            kind = "identical"
        history = found.get(one.unit)
        version = history.number(one) if history and kind in RETURNS and kind != "nil_return" else 0
        yield _result(kind, one.unit, name, version)
    if not shown:
        yield _result("unreadable" if message.problems else "no_attachment", sender)


def _result(outcome: str, unit: str, attachment: str = "", version: int = 0) -> dict[str, Any]:
    return {"attachment": attachment, "unit": unit, "outcome": outcome, "version": version}
