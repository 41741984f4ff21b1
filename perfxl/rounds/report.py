"""The summary of a round: all versions that count, checked together, with the findings that only the round can make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from perfxl import reports
from perfxl.engine.batch import Batch, check_collected
from perfxl.ledger.records import RETURNED, FileRecord
from perfxl.model import Finding, Lang, Outcome, Progress, Ref, Result, State, Status, Text, listed
from perfxl.rounds.answers import UNIT_REPORTS
from perfxl.rounds.checking import other_year, round_finding, with_findings
from perfxl.rounds.folder import Round
from perfxl.rounds.register import anonymise, register
from perfxl.rounds.versions import History, day_of, histories, progress_of
from perfxl.rules import Rule, catalogue
from perfxl.rules.submissions import SAME_AGAIN, SAME_FROM_TWO, TO_BE_VERIFIED, UNIT_MISSING
from perfxl.sources import Received

DAYS = Text("离截止日期还有 {n} 天。", "{n} days are left. ")
TODAY = Text("今天截止。", "Today is the last day. ")
OVER = Text("已过截止日期 {n} 天。", "The deadline passed {n} days ago. ")
#: rules whose findings at one unit's return name another one
BETWEEN_UNITS = ("DUP-07", SAME_FROM_TWO.code)
UNIT = Text(" --unit 单位名称", " --unit NAME")


def write_report(round_: Round, out: Path, lang: Lang = "zh", *, anonymous: bool = True) -> tuple[Batch, list[Path]]:
    """Write all reports of the round below a folder; the batch, and what was written.

    Those that go back to the units contain nothing of any other unit. Addresses of senders are made unreadable unless
    ``anonymous`` is false.
    """
    batch = round_batch(round_, lang, anonymous=anonymous)
    ours = [name for name in reports.REPORTS if name not in UNIT_REPORTS]
    return batch, [*reports.write(for_units(batch), out, UNIT_REPORTS), *reports.write(batch, out, ours)]


def round_batch(round_: Round, lang: Lang = "zh", *, anonymous: bool = True) -> Batch:
    """What counts, as one batch for the reports. Addresses of senders are made unreadable unless asked for."""
    found = histories(round_)
    chosen = [one for history in found.values() for one in _chosen(history)]
    files = _names(chosen)
    received = [Received(files[one.id], round_.below(one.stored)) for one in chosen]
    batch = check_collected(received, (), round_.profile_name, lang=lang, **round_.clerk_files)
    progress = replace(progress_of(round_, found, lang), arrivals=register(round_, lang, anonymous=anonymous))
    returned = [item for item in batch.submissions if item.status in RETURNED]
    extra = [finding for item in returned for finding in other_year(batch, item, round_.settings.year)]
    extra += _RoundFindings(round_, batch).all(found, files, progress)
    if anonymous:
        extra = [replace(one, message=anonymise(one.message)) for one in extra]
    return _with_round(batch, extra, progress)


def for_units(batch: Batch) -> Batch:
    """The batch without the findings at one unit that name another one."""
    findings = tuple(one for one in batch.findings if one.code not in BETWEEN_UNITS)
    noted = {one.file for one in findings if one.waived is None}
    submissions = tuple(
        replace(item, status=Status.PASSED)
        if item.status is Status.PASSED_WITH_NOTES and item.file not in noted
        else item
        for item in batch.submissions
    )
    return replace(batch, findings=findings, submissions=submissions)


def _chosen(history: History) -> Iterator[FileRecord]:
    """What counts of a unit, and what came after it and could not be read."""
    valid = history.valid
    if valid is not None:
        yield valid
    yield from (one for one in history.unreadable if valid is None or one.received > valid.received)


def _names(chosen: Iterable[FileRecord]) -> dict[int, str]:
    """The names by which files are reported, by their numbers: unit and name, and the number where two are alike."""
    names: dict[int, str] = {}
    for one in chosen:
        unit, name = one.unit or one.id, Path(one.stored).name
        names[one.id] = f"{unit}/{name}" if f"{unit}/{name}" not in names.values() else f"{unit}/{one.id}/{name}"
    return names


def _with_round(batch: Batch, extra: Sequence[Finding], progress: Progress) -> Batch:
    """The batch with the findings of the round before its others, and the statuses and outcomes that follow."""
    order = {item.file: number for number, item in enumerate(batch.submissions)}
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in extra:
        by_file[finding.file].append(finding)
    return replace(
        batch,
        submissions=tuple(with_findings(item, by_file[item.file]) for item in batch.submissions),
        findings=tuple(sorted((*extra, *batch.findings), key=lambda one: order.get(one.file, len(order)))),
        outcomes=(*batch.outcomes, *_outcomes(batch, extra)),
        progress=progress,
    )


def _outcomes(batch: Batch, extra: Iterable[Finding]) -> Iterator[Outcome]:
    """How the rules of the round ended on the returns that count; those about units that are missing have none."""
    hits = {(one.code, one.file) for one in extra}
    entries = [entry for entry in catalogue(batch.profile) if entry.rule.needs == "round" and entry.severity]
    for code in dict.fromkeys(entry.code for entry in entries):
        for item in batch.submissions:
            result = Result.FAILED if (code, item.file) in hits else Result.PASSED
            yield Outcome(code, item.file, result)


class _RoundFindings:
    """The findings about units and files that only the round can make."""

    def __init__(self, round_: Round, batch: Batch) -> None:
        self.round_, self.batch, self.lang = round_, batch, batch.lang

    def all(self, found: Mapping[str, History], files: Mapping[int, str], progress: Progress) -> Iterator[Finding]:
        """All of them; ``files`` are the names by which files are reported, by their numbers."""
        yield from self._missing(progress)
        for unit, history in found.items():
            for one in history.waiting:
                values = {"number": one.id, "why": one.why.render(self.lang) if one.why else ""}
                option = "" if unit else UNIT.render(self.lang)
                yield from self._found(TO_BE_VERIFIED, files.get(one.id, one.name), unit, [], unit=option, **values)
            for one, version in history.repeats:
                first = history.versions[version - 1]
                values = {"day": day_of(one.received) or "", "file": one.name, "version": version}
                yield from self._found(SAME_AGAIN, files.get(first.id, first.name), unit, [], **values)
        for one, units in self._shared(found):
            others = listed(sorted(units - {one.unit})).render(self.lang)
            values = {"unit": one.unit, "others": others, "file": one.name}
            yield from self._found(SAME_FROM_TWO, files.get(one.id, one.name), one.unit, [], **values)

    def _found(self, rule: Rule, file: str, of_unit: str, cells: Sequence[Ref], /, **values: object) -> list[Finding]:
        return round_finding(rule, self.batch.profile, self.lang, file, of_unit, cells, **values)

    def _missing(self, progress: Progress) -> Iterator[Finding]:
        """ROUND-01 at the unit's cell on the roster."""
        roster, days = self.round_.roster, self._days(progress.days_left)
        for unit, standing in zip(roster.units, progress.units, strict=True):
            if standing.state is State.MISSING:
                yield from self._found(UNIT_MISSING, roster.file, unit.name, [unit.ref], unit=unit.name, days=days)

    def _days(self, left: int | None) -> str:
        if left is None:
            return ""
        return TODAY.render(self.lang) if left == 0 else (DAYS if left > 0 else OVER).render(self.lang, n=abs(left))

    def _shared(self, found: Mapping[str, History]) -> Iterator[tuple[FileRecord, set[str]]]:
        """Workbooks that came from two units, each with those units; naming a unit on the form does not count."""
        units: dict[str, set[str]] = defaultdict(set)
        first: dict[str, FileRecord] = {}
        for history in found.values():
            for one in (*history.versions, *(repeat for repeat, _ in history.repeats), *history.waiting):
                sending = [unit.name for unit in self.round_.roster.sending(one.sender)]
                if one.sha256:
                    units[one.sha256].add(one.unit if one.unit in sending or not sending else sending[0])
                    first.setdefault(one.sha256, one)
        for digest, names in units.items():
            if len(names - {""}) > 1:
                yield first[digest], names - {""}
