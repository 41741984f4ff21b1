"""One stored file, checked by itself: what became of it, what was found, and what only the round can say of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from perfxl.engine.batch import Batch, check
from perfxl.formats import Unreadable
from perfxl.model import Finding, Lang, Ref, Severity, Status, Submission
from perfxl.profiles import Profile, built_in, load
from perfxl.reading import extract
from perfxl.rounds.folder import Round
from perfxl.rules import Rule, severity_of
from perfxl.rules.across import facts_of
from perfxl.rules.round import OTHER_PROFILE, OTHER_YEAR
from perfxl.tables import ref, rows

#: editions share most of their labels: one that is merely not filled in well finds no tenth more
CLEARLY_MORE = 1.1
READABLE = (Status.PASSED, Status.PASSED_WITH_NOTES, Status.FAILED)


@dataclass(frozen=True)
class Judged:
    """A workbook as the ledger wants it. ``total`` is the department's total in fen."""

    submission: Submission
    findings: tuple[Finding, ...]
    total: int | None
    path: Path


def judge_file(round_: Round, path: Path, lang: Lang = "zh") -> tuple[Batch, list[Judged]]:
    """Check a file of the round; an archive gives all that is in it. Hold on to the batch while paths are used."""
    settings = round_.settings
    beside = {key: round_.folder / name for key in ("config", "waivers", "pairs") if (name := getattr(settings, key))}
    batch = check([path], round_.profile_name, control=round_.roster.control, lang=lang, **beside)
    return batch, [_judged(round_, batch, item) for item in batch.submissions]


def _judged(round_: Round, batch: Batch, item: Submission) -> Judged:
    path = batch.paths[item.file]
    own: list[Finding] = []
    if item.status is not Status.UNREADABLE:
        own = [*other_profile(round_, path, item, batch.lang), *other_year(batch, item, round_.settings.year)]
    if item.status in READABLE and any(finding.severity is Severity.ERROR for finding in own):
        item = replace(item, status=Status.FAILED)
    totals = [fact.fen for fact in facts_of(batch.tables).totals if fact.file == item.file and fact.fen is not None]
    return Judged(item, (*own, *batch.of(item.file)), totals[0] if totals else None, path)


def other_year(batch: Batch, item: Submission, year: int) -> list[Finding]:
    """ROUND-03 at the cells that name another year than the round's."""
    if item.year is None or item.year == year:
        return []
    texts = batch.tables.texts
    years = {form.form_id: form.year for form in rows(batch.tables.forms)}
    fields = rows(texts, (texts["file"] == item.file) & (texts["field"] == "year"))
    cells = [ref(row) for row in fields if years[row.form_id] == item.year]
    if not cells:
        forms = batch.tables.forms
        cells = [ref(form) for form in rows(forms, forms["file"] == item.file) if form.year == item.year][:1]
    found = said(OTHER_YEAR, batch.profile, batch.lang, item.file, item.unit, cells, stated=item.year, computed=year)
    return [replace(one, stated=str(item.year), computed=str(year)) for one in found]


def other_profile(round_: Round, path: Path, item: Submission, lang: Lang) -> list[Finding]:
    """ROUND-04 of a file in which another built-in edition finds clearly more than the round's own."""
    data = path.read_bytes()
    own = _read_by(round_.profile, data)
    for other in map(load, built_in()):
        if other.id != round_.profile.id and _read_by(other, data) > own * CLEARLY_MORE:
            titles = {"found": other.title.render(lang), "wanted": round_.profile.title.render(lang)}
            return said(OTHER_PROFILE, round_.profile, lang, item.file, item.unit, [], **titles)
    return []


def _read_by(profile: Profile, data: bytes) -> int:
    """How many labelled cells a profile finds in a workbook: with the forms that it is made of, it finds the most."""
    try:
        forms = extract(data, profile).forms
    except Unreadable:
        return 0
    return sum(len(form.texts) + len(form.amounts) + len(form.results) for form in forms)


def said(
    rule: Rule, profile: Profile, lang: Lang, file: str, unit: str, cells: list[Ref], /, **values: object
) -> list[Finding]:
    """A finding by a rule of the round; none where the profile switches it off."""
    severity = severity_of(rule, profile)
    if severity is None:
        return []
    message = rule.message.render(lang, **values)
    return [Finding(rule.code, rule.name.render(lang), severity, file, unit, message, tuple(cells))]
