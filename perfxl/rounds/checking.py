"""One stored file, checked by itself: its result, its findings, and those that only the round can make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from perfxl.engine.batch import Batch, check, check_collected
from perfxl.formats import Unreadable
from perfxl.ledger.records import RETURNED, FileRecord
from perfxl.model import Finding, ForBureau, Lang, Ref, Status, Submission, Text
from perfxl.profiles import Profile, built_in, load
from perfxl.reading import extract
from perfxl.reading.rows import FormRows
from perfxl.rounds.folder import Round
from perfxl.rules import Rule, severity_of
from perfxl.rules.projects import facts_of
from perfxl.rules.submissions import OTHER_PROFILE, OTHER_YEAR
from perfxl.sources import Received
from perfxl.untrusted import run

#: editions share most of their labels: a form of the right one that is merely incomplete has no tenth more in another
CLEARLY_MORE = 1.1


@dataclass(frozen=True)
class CheckedFile:
    """A workbook after the check. ``total`` is the department's total in fen."""

    submission: Submission
    findings: tuple[Finding, ...]
    total: int | None
    path: Path


def check_file(round_: Round, path: Path, lang: Lang = "zh") -> tuple[Batch, list[CheckedFile]]:
    """Check a file of the round; an archive gives all that is in it, which exists as long as the batch does."""
    batch = check([path], round_.profile_name, lang=lang, **round_.clerk_files)
    return batch, [_checked(round_, batch, item) for item in batch.submissions]


def check_parts(round_: Round, files: Sequence[Received], lang: Lang = "zh") -> tuple[Batch, list[CheckedFile]]:
    """Check files of one unit, which may be parts of one return, together."""
    batch = check_collected(files, (), round_.profile_name, lang=lang, **round_.clerk_files)
    checked = [_checked(round_, batch, item) for item in batch.submissions]
    worst = max(
        (one.submission.status for one in checked if one.submission.parts), key=list(Status).index, default=None
    )
    return batch, [
        replace(one, submission=replace(one.submission, status=worst)) if worst and one.submission.parts else one
        for one in checked
    ]


def received(round_: Round, files: Sequence[FileRecord]) -> list[Received]:
    """Stored files of one unit as files to check, with the moment at which each came; named as the unit sent them."""
    sent = [one.name for one in files]
    names = {one.id: one.name if sent.count(one.name) == 1 else f"{one.id}/{one.name}" for one in files}
    return [
        Received(names[one.id], round_.below(one.stored), unit=one.unit, when=second_of(one.received)) for one in files
    ]


def second_of(moment: str) -> float:
    """A moment as the ledger stores it, in seconds since 1970."""
    return datetime.fromisoformat(moment).timestamp()


def _checked(round_: Round, batch: Batch, item: Submission) -> CheckedFile:
    path = batch.paths[item.file]
    own: list[Finding] = []
    if item.status.checked:  # FILE-02 names the edition of a workbook that has no form of the round's
        own = [*other_profile(round_, batch, path, item), *other_year(batch, item, round_.settings.year)]
    facts = facts_of(batch.tables.returns)
    totals = [fact.fen for fact in facts.totals if fact.file == item.file and fact.fen is not None]
    return CheckedFile(with_findings(item, own), (*own, *batch.of(item.file)), totals[0] if totals else None, path)


def with_findings(item: Submission, findings: Sequence[Finding]) -> Submission:
    """A submission with the status that it has after more findings."""
    if item.status not in RETURNED or not findings:
        return item
    return replace(item, status=max(item.status, Status.of(findings), key=RETURNED.index))


def other_year(batch: Batch, item: Submission, year: int) -> list[Finding]:
    """ROUND-03 at the cells that name another year than the round's."""
    if item.year is None or item.year == year:
        return []
    here = [form for form in batch.tables.form_rows if form.file == item.file and form.year == item.year]
    cells = [row.ref for form in here if not form.blank for row in form.texts if row.field == "year"]
    cells = cells or [form.title_ref for form in here][:1]
    values = {"stated": item.year, "computed": year}
    found = round_finding(batch, OTHER_YEAR, item.file, item.unit, cells, **values)
    return [replace(one, stated=str(item.year), computed=str(year)) for one in found]


def other_profile(round_: Round, batch: Batch, path: Path, item: Submission) -> list[Finding]:
    """ROUND-04 of a file in which another built-in edition finds clearly more than the round's own."""
    own = _cells(form for form in batch.tables.form_rows if form.file == item.file)
    other = _other_edition(path, item.sha256, round_.profile.id, own)
    if other is None:
        return []
    titles = {"found": load(other).title.render(batch.lang), "wanted": round_.profile.title.render(batch.lang)}
    return round_finding(batch, OTHER_PROFILE, item.file, item.unit, **titles)


@lru_cache(maxsize=1024)  # a file is checked as it comes in, and again when its answer is drafted
def _other_edition(path: Path, sha256: str, own_profile: str, own: int) -> str | None:
    """The first built-in edition but the own that finds clearly more than ``own`` labelled cells in a workbook."""
    try:
        return run(_found_in, path.read_bytes(), own_profile, own)
    except Unreadable:
        return None


def _found_in(data: bytes, own_profile: str, own: int) -> str | None:
    for other in map(load, built_in()):
        if other.id != own_profile and _cells_found(other, data) > own * CLEARLY_MORE:
            return other.id
    return None


def _cells_found(profile: Profile, data: bytes) -> int:
    try:
        return _cells(extract(data, profile).forms)
    except Unreadable:
        return 0


def _cells(forms: Iterable[FormRows]) -> int:
    """How many labelled cells were found in a workbook: the most if it is on the forms of the profile."""
    return sum(len(form.texts) + len(form.amounts) + len(form.results) for form in forms)


def round_finding(
    batch: Batch, rule: Rule, file: str, unit: str, cells: Sequence[Ref] = (), for_bureau: Text | None = None, /,
    **values: object,
) -> list[Finding]:  # fmt: skip
    """A finding by a rule of the round; ``[]`` where the profile switches the rule off."""
    severity = severity_of(rule, batch.profile)
    if severity is None:
        return []
    name, (message, fix) = rule.name.render(batch.lang), rule.told(batch.lang, **values)
    of_others = ForBureau(*rule.told(batch.lang, for_bureau, **values)) if for_bureau else None
    return [Finding(rule.code, name, severity, file, unit, message, tuple(cells), fix=fix, for_bureau=of_others)]
