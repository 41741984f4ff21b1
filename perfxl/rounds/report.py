"""The summary of a round: all versions that count, checked together, with what only the round can say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from perfxl import reports
from perfxl.engine.batch import Batch, check_collected
from perfxl.ledger.records import Filed
from perfxl.model import Finding, Lang, Outcome, Progress, Result, Severity, State, Status, Text
from perfxl.rounds.answers import ENCLOSURES
from perfxl.rounds.checking import READABLE, other_year, said
from perfxl.rounds.folder import Round
from perfxl.rounds.register import mask, register
from perfxl.rounds.versions import History, day_of, histories, standing_of
from perfxl.rules import Rule
from perfxl.rules.catalogue import catalogue
from perfxl.rules.round import SAME_AGAIN, SAME_FROM_TWO, TO_BE_VERIFIED, UNIT_MISSING
from perfxl.sources import Received

DAYS = Text("离截止日期还有 {n} 天。", "{n} days are left. ")
TODAY = Text("今天截止。", "Today is the last day. ")
OVER = Text("已过截止日期 {n} 天。", "The deadline passed {n} days ago. ")
#: rules whose findings at one unit's return name another one
BETWEEN_UNITS = ("DUP-07", SAME_FROM_TWO.code)
UNIT = Text(" --unit 单位名称", " --unit NAME")


def round_batch(round_: Round, lang: Lang = "zh", *, masked: bool = True) -> Batch:
    """What counts, as one batch for the reports. Addresses of senders are ``masked`` unless asked for."""
    found = histories(round_)
    chosen = [one for history in found.values() for one in _chosen(history)]
    settings = round_.settings
    beside = {key: round_.folder / name for key in ("config", "waivers", "pairs") if (name := getattr(settings, key))}
    files = dict(_named(chosen))
    received = [Received(files[one.id], round_.below(one.stored)) for one in chosen]
    batch = check_collected(received, (), round_.profile_name, control=round_.roster.control, lang=lang, **beside)
    progress = replace(standing_of(round_, found, lang), arrivals=register(round_, lang, masked=masked))
    extra = [*_years(round_, batch), *_of_round(round_, found, files, progress, batch)]
    if masked:
        extra = [replace(one, message=mask(one.message)) for one in extra]
    return _joined(batch, extra, progress)


def _chosen(history: History) -> Iterator[Filed]:
    """What counts of a unit, and what came after it and could not be read."""
    valid = history.valid
    if valid is not None:
        yield valid
    yield from (one for one in history.unread if valid is None or one.received > valid.received)


def _named(chosen: Sequence[Filed]) -> Iterator[tuple[int, str]]:
    """The number of a file and the name to report it by: its unit and its own, told apart where two are alike."""
    taken: set[str] = set()
    for one in chosen:
        name = f"{one.unit or one.id}/{Path(one.stored).name}"
        name = name if name not in taken else f"{one.unit or one.id}/{one.id}/{Path(one.stored).name}"
        taken.add(name)
        yield one.id, name


def _joined(batch: Batch, extra: list[Finding], progress: Progress) -> Batch:
    """The batch with the findings of the round before its others, and the statuses that follow."""
    order = {item.file: number for number, item in enumerate(batch.submissions)}
    last = len(order)
    every = sorted((*extra, *batch.findings), key=lambda one: order.get(one.file, last))
    failed = {one.file for one in extra if one.severity is Severity.ERROR}
    noted = {one.file for one in extra}
    submissions = []
    for item in batch.submissions:
        status = item.status
        if status in READABLE and item.file in noted:
            worse = Status.FAILED if item.file in failed else Status.PASSED_WITH_NOTES
            status = worse if status is not Status.FAILED else status
        submissions.append(replace(item, status=status))
    outcomes = (*batch.outcomes, *_outcomes(batch, extra))
    return replace(batch, submissions=tuple(submissions), findings=tuple(every), outcomes=outcomes, progress=progress)


def _outcomes(batch: Batch, extra: list[Finding]) -> Iterator[Outcome]:
    """How the rules of the round ended on the returns that count; those about units that are missing have none."""
    hits = {(one.code, one.file) for one in extra}
    for code in {entry.code for entry in catalogue(batch.profile) if entry.rule.needs == "round" and entry.severity}:
        for item in batch.submissions:
            result = Result.FAILED if (code, item.file) in hits else Result.PASSED
            yield Outcome(code, item.file, result)


def _years(round_: Round, batch: Batch) -> Iterator[Finding]:
    for item in batch.submissions:
        if item.status in READABLE:
            yield from other_year(batch, item, round_.settings.year)


def _of_round(
    round_: Round, found: Mapping[str, History], files: Mapping[int, str], progress: Progress, batch: Batch
) -> Iterator[Finding]:
    lang = batch.lang

    def render(rule: Rule, where: str, of: str, /, **values: object) -> list[Finding]:
        return said(rule, batch.profile, lang, where, of, [], **values)

    yield from _missing(round_, progress, batch)
    for name, history in found.items():
        for one in history.waiting:
            why, unit = one.why.render(lang) if one.why else "", "" if name else UNIT.render(lang)
            yield from render(TO_BE_VERIFIED, files.get(one.id, one.name), name, number=one.id, why=why, unit=unit)
        for one, version in history.again:
            first = history.versions[version - 1]
            day = day_of(one.received) or ""
            yield from render(
                SAME_AGAIN, files.get(first.id, first.name), name, day=day, file=one.name, version=version
            )
    for one, units in _shared(round_, found):
        others = Text("、", ", ").render(lang).join(sorted(units - {one.unit}))
        where = files.get(one.id, one.name)
        yield from render(SAME_FROM_TWO, where, one.unit, unit=one.unit, others=others, file=one.name)


def _missing(round_: Round, progress: Progress, batch: Batch) -> Iterator[Finding]:
    """ROUND-01 at the unit's cell on the roster."""
    for unit, standing in zip(round_.roster.units, progress.units, strict=True):
        if standing.state is State.MISSING:
            yield from said(
                UNIT_MISSING, batch.profile, batch.lang, round_.roster.file, unit.name, [unit.ref],
                unit=unit.name, days=_days(progress, batch.lang),
            )  # fmt: skip


def _shared(round_: Round, found: Mapping[str, History]) -> Iterator[tuple[Filed, set[str]]]:
    """Workbooks that came from two units, each with those units; who only names another unit on its form is none."""
    units: dict[str, set[str]] = defaultdict(set)
    first: dict[str, Filed] = {}
    for history in found.values():
        for one in (*history.versions, *(again for again, _ in history.again), *history.waiting):
            sending = [unit.name for unit in round_.roster.sending(one.sender)]
            if one.sha256:
                units[one.sha256].add(one.unit if one.unit in sending or not sending else sending[0])
                first.setdefault(one.sha256, one)
    for digest, names in units.items():
        if len(names - {""}) > 1:
            yield first[digest], names - {""}


def _days(progress: Progress, lang: Lang) -> str:
    left = progress.days_left
    if left is None:
        return ""
    return TODAY.render(lang) if left == 0 else (DAYS if left > 0 else OVER).render(lang, n=abs(left))


def write_report(round_: Round, out: Path, lang: Lang = "zh", *, masked: bool = True) -> tuple[Batch, list[Path]]:
    """Write all reports of the round below a folder; the batch, and what was written.

    Those that go back to the units say nothing of any other unit.
    """
    batch = round_batch(round_, lang, masked=masked)
    ours = [name for name in reports.REPORTS if name not in ENCLOSURES]
    return batch, [*reports.write(for_units(batch), out, ENCLOSURES), *reports.write(batch, out, ours)]


def for_units(batch: Batch) -> Batch:
    """The batch without what names another unit than the one that is told."""
    findings = tuple(one for one in batch.findings if one.code not in BETWEEN_UNITS)
    told = {one.file for one in findings if one.waived is None}
    submissions = tuple(
        replace(item, status=Status.PASSED)
        if item.status is Status.PASSED_WITH_NOTES and item.file not in told
        else item
        for item in batch.submissions
    )
    return replace(batch, findings=findings, submissions=submissions)
