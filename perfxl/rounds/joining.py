"""Returns that came in several files, by one mail or by several: checked together, entered with the last of them."""

from __future__ import annotations

from dataclasses import replace

from perfxl.ledger import records
from perfxl.ledger.records import FileRecord
from perfxl.model import Severity, severities
from perfxl.rounds.checking import CheckedFile, check_parts, received
from perfxl.rounds.folder import Round
from perfxl.rounds.versions import histories


def join_returns(round_: Round) -> None:
    """Check the last part that each message brought with those that it completes, where that was not done yet."""
    for unit, history in histories(round_).items():
        for candidates in history.candidates() if unit else ():
            if candidates[-1].checked_with != tuple(one.id for one in candidates[:-1]):
                _join(round_, candidates)


def _join(round_: Round, candidates: list[FileRecord]) -> None:
    last = candidates[-1]
    files = received(round_, candidates)
    _, checked = check_parts(round_, files)
    by_id = {one.id: found for one, found in zip(candidates, checked, strict=True)}
    own = by_id[last.id]
    joined = [one for one in candidates if by_id[one.id].submission.file in own.submission.parts] or [last]
    found = [finding for one in joined for finding in by_id[one.id].findings]
    counts = severities(found)
    changed = replace(
        last, checked_with=tuple(one.id for one in candidates[:-1]),
        parts=tuple(one.id for one in joined if one.id != last.id), status=own.submission.status.value,
        total=_total([by_id[one.id] for one in joined]),
        errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], notices=counts[Severity.NOTICE],
    )  # fmt: skip
    with round_.ledger.begin() as connection:
        records.change_file(connection, changed, found)
        detail = "+".join(str(number) for number in changed.parts)
        round_.ledger.log(connection, "joined", detail, message=last.message, file=last.id)


def _total(checked: list[CheckedFile]) -> int | None:
    return next((one.total for one in checked if one.total is not None), None)
