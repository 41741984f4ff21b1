"""Many submissions, over any ``concurrent.futures.Executor``: received files -> tables -> a checked batch."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple, Unpack

import pandas as pd

from perfxl.clerk import ClerkFiles, ClerkInputs, load_inputs
from perfxl.engine.parts import (
    BatchPart,
    PartSettings,
    ReadResult,
    check_part,
    check_part_in_worker,
    check_parts,
    extracted,
    originals,
    returns_of,
)
from perfxl.engine.returns import Doubt, Grouped, group
from perfxl.engine.run import run, run_across
from perfxl.formats import Unreadable
from perfxl.model import (
    Finding,
    ForBureau,
    FormSeen,
    Lang,
    Outcome,
    Progress,
    Result,
    Severity,
    Status,
    Submission,
    Text,
    severities,
)
from perfxl.profiles import DEFAULT, Profile, load
from perfxl.reading import WorkbookRows
from perfxl.rules import Rule, severity_of
from perfxl.rules.projects import Across, FileFacts, facts_of
from perfxl.rules.submissions import CANNOT_BE_READ, NOT_A_RETURN, OF_PARTS, OTHER_EDITION, SENT_TWICE
from perfxl.sources import NOT_THERE, Problem, Received, collect
from perfxl.tables import Tables, build
from perfxl.values import shown_figure

#: files handed to a worker at a time: table rules cost as much for one file as for a few dozen
PART = 128


@dataclass(frozen=True)
class Batch:
    """A checked batch: everything that a report needs.

    ``paths`` maps display names to files; ``problems`` are inputs that gave no files at all. The last of ``findings``
    may be about a clerk's own file, which is no submission. ``submissions_frame``, ``findings_frame`` and
    ``outcomes_frame`` are the same as pandas tables.
    """

    profile: Profile
    lang: Lang
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    paths: Mapping[str, Path]
    problems: tuple[Problem, ...] = ()
    #: the rows of each return: of a workbook, or of several together
    workbooks: tuple[WorkbookRows, ...] = ()
    built: Tables | None = None
    #: keeps the files that were unpacked from archives: ``paths`` is valid as long as this exists
    received: tuple[Received, ...] = ()
    #: the state of each unit, where the batch is the whole of a round
    progress: Progress | None = None

    @cached_property
    def tables(self) -> Tables:
        """The pandas tables of all its returns; made when they are first used, where workers did the check."""
        return self.built or build(self.profile, self.workbooks)

    @cached_property
    def submissions_frame(self) -> pd.DataFrame:
        """One row a file.

        ``file``, ``unit``, ``year`` (``Int64``), ``status`` (通过 …), ``forms`` (their number), ``duplicate_of``.
        """
        columns = ("file", "unit", "year", "status", "forms", "duplicate_of")
        rows = [
            (item.file, item.unit, item.year, item.status.value, len(item.forms), item.duplicate_of)
            for item in self.submissions
        ]
        return _frame(rows, columns, {"year": "Int64", "forms": "int64"})

    @cached_property
    def findings_frame(self) -> pd.DataFrame:
        """One row a finding, in reading order; those that stand under it are counted, not listed.

        ``code``, ``name``, ``severity`` (error, warning, notice), ``file``, ``unit``, ``sheet``, ``cell`` (``D14``),
        ``stated``, ``computed`` (as written, money in 万元), ``difference_fen`` (0.01 yuan, ``Int64``), ``message``,
        ``hints`` (their messages, one a line), ``consequences`` (their number), ``waived``.
        """
        columns = (
            "code", "name", "severity", "file", "unit", "sheet", "cell", "stated", "computed", "difference_fen",
            "message", "hints", "consequences", "waived",
        )  # fmt: skip
        rows = [
            (
                item.code, item.name, item.severity.value, item.file, item.unit, item.ref.sheet if item.ref else "",
                item.ref.cell if item.ref else "", shown_figure(item.stated), shown_figure(item.computed),
                item.difference, item.told.message, "\n".join(hint.message for hint in item.hints),
                sum(1 for _ in item.with_consequences()) - 1, item.waived is not None,
            )
            for item in self.findings
        ]  # fmt: skip
        return _frame(rows, columns, {"difference_fen": "Int64", "consequences": "int64", "waived": "bool"})

    @cached_property
    def outcomes_frame(self) -> pd.DataFrame:
        """One row a rule and file.

        ``code``, ``file``, ``result`` (passed, failed, not applicable, crashed), ``reason``.
        """
        rows = [(item.code, item.file, item.result.value, item.reason) for item in self.outcomes]
        return _frame(rows, ("code", "file", "result", "reason"), {})

    def __repr__(self) -> str:
        by_status = Counter(item.status.label.render("en") for item in self.submissions)
        by_severity = severities(self.findings)
        counts = [f"{times} {status}" for status, times in by_status.items()]
        counts += [f"{by_severity[severity]} {severity.value}s" for severity in Severity]
        return f"<Batch of {len(self.submissions)} files by {self.profile.id}: {', '.join(counts)}>"

    def of(self, file: str) -> tuple[Finding, ...]:
        """The findings of one file, in reading order."""
        return self._by_file.get(file, ())

    @property
    def worst(self) -> int:
        """The exit code: 0 no error-level finding and every file read, 1 some, 2 there was nothing to read."""
        checked = [s for s in self.submissions if s.status.checked]
        if not self.submissions:
            return 2
        unclean = len(checked) < len(self.submissions) or self.problems
        return int(bool(unclean or severities(self.findings)[Severity.ERROR]))

    @cached_property
    def _by_file(self) -> Mapping[str, tuple[Finding, ...]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.file, []).append(finding)
        return {file: tuple(findings) for file, findings in found.items()}


def _frame(rows: Sequence[tuple[Any, ...]], columns: Sequence[str], types: Mapping[str, str]) -> pd.DataFrame:
    """A frame with the same columns and types whether it has rows or none; ``object`` where ``types`` has none."""
    return pd.DataFrame(rows, columns=list(columns), dtype=object).astype(types)


def read(inputs: str | Path | Iterable[str | Path], profile: str | Path | Profile = DEFAULT) -> Tables:
    """Read workbooks or folders of them into pandas tables (see ``perfxl.tables``).

    Raises ``Unreadable`` when a file cannot be read, also one in a folder, ``FileNotFoundError`` when it is not there.
    """
    form = profile if isinstance(profile, Profile) else load(str(profile))
    files, problems = collect(_listed(inputs))
    if problems:
        raise FileNotFoundError(problems[0].render("en"))
    for item in files:
        if item.reason is not None:
            raise Unreadable(item.reason, "archive")
    return read_received(files, form)


def read_received(files: Iterable[Received], profile: Profile) -> Tables:
    """``read`` for files that were received before. Raises ``Unreadable``."""
    settings = PartSettings(profile)
    books = [(item, extracted(item.path.read_bytes(), settings, item.file)) for item in files]
    return build(profile, (each.rows for each in group(books, profile)))


def check(
    inputs: str | Path | Iterable[str | Path],
    profile: str | Path | Profile = DEFAULT,
    *,
    config: str | Path | None = None,
    waivers: str | Path | None = None,
    pairs: str | Path | None = None,
    control: str | Path | Mapping[str, int] | None = None,
    today: date | None = None,
    lang: Lang = "zh",
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    leave_out: Path | None = None,
) -> Batch:
    """Read and check workbooks and folders of them. What is wrong with a file is in the result, never raised.

    Raises ``FileNotFoundError`` when a path is not there.

    ``config`` (.toml), ``waivers``, ``pairs`` (.xlsx or .toml) and ``control`` (.xlsx) are files of the clerk's own; a
    ``UserError`` says what is wrong with one. ``control`` may also give each unit's fen by ``name_key`` of its name.
    ``today`` decides which waivers have ended. ``executor`` spreads the work over processes (they need the profile by
    name or path); ``progress(done, all)`` is called after each file.
    """
    files, problems = collect(_listed(inputs), leave_out)
    if missing := [problem for problem in problems if problem.reason == NOT_THERE]:
        raise FileNotFoundError(missing[0].render(lang))
    name_or_profile = profile if isinstance(profile, Profile) else str(profile)
    return check_collected(
        files, problems, name_or_profile, config=config, waivers=waivers, pairs=pairs, control=control, today=today,
        lang=lang, executor=executor, progress=progress,
    )  # fmt: skip


def check_collected(
    collected: Sequence[Received],
    problems: Sequence[Problem],
    profile: str | Profile = DEFAULT,
    *,
    today: date | None = None,
    lang: Lang = "zh",
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    **clerk_files: Unpack[ClerkFiles],
) -> Batch:
    """``check`` for what was collected before."""
    settled, inputs = load_inputs(profile, **clerk_files, today=today)
    files = [item for item in collected if not inputs.owns(item.path)]
    parts = []
    done = 0
    fixed = inputs.pairs.fixed if inputs.pairs else None
    for part in _parts(files, PartSettings(profile, inputs.config, fixed), lang, executor):
        parts.append(part)
        done += len(part.reads)
        if progress is not None:
            progress(done, len(files))
    return put_together(settled, files, parts, lang, problems, inputs)


def _parts(
    files: Sequence[Received], settings: PartSettings, lang: Lang, executor: Executor | None
) -> Iterable[BatchPart]:
    if executor is None or not isinstance(settings.profile, str):
        return [check_part(files, settings, lang)]
    size = min(PART, max(1, -(-len(files) // (2 * (os.cpu_count() or 1)))))
    parts = [files[start : start + size] for start in range(0, len(files), size)]
    return check_parts(parts, partial(check_part_in_worker, settings=settings, lang=lang), executor)


def put_together(
    profile: Profile,
    files: Sequence[Received],
    parts: Sequence[BatchPart],
    lang: Lang,
    problems: Sequence[Problem],
    inputs: ClerkInputs,
) -> Batch:
    """One batch of its parts. What was found in a file that repeats one of another part is dropped."""
    reads = [got for part in parts for got in part.reads]
    first = originals(files, reads)
    groups, checked = _whole_returns(profile, files, reads, parts, lang, inputs)
    across = run_across(Across(profile, checked.facts, set(first.values()), inputs.control), lang)
    order = {item.file: number for number, item in enumerate(files)}
    doubts = [_doubt(each, profile, lang) for one in groups for each in one.doubts]
    findings = [*doubts, *checked.findings, *across.findings]
    findings.sort(key=lambda finding: (order[finding.file], finding.severity.rank))
    outcomes = [*checked.outcomes, *across.outcomes]
    outcomes += [Outcome(finding.code, finding.file, Result.FAILED) for finding in doubts]
    books = tuple(each.rows for each in groups)
    settled, notices = inputs.settle(findings, books, profile, lang)
    submissions, of_files = _submissions(profile, zip(files, reads, strict=True), first, settled, lang)
    submissions = _joined(submissions, groups)
    outcomes += [Outcome(finding.code, finding.file, Result.FAILED) for finding in of_files]
    findings = sorted([*settled, *of_files], key=lambda finding: order[finding.file])
    return Batch(
        profile, lang, tuple(submissions.values()), (*findings, *notices), tuple(outcomes),
        {item.file: item.path for item in files}, tuple(problems), books,
        parts[0].tables if len(parts) == 1 else None, tuple(files),
    )  # fmt: skip


class _Checked(NamedTuple):
    """What was found in all returns, before they are compared with each other."""

    findings: list[Finding]
    outcomes: list[Outcome]
    facts: list[FileFacts]


def _whole_returns(
    profile: Profile,
    files: Sequence[Received],
    reads: Sequence[ReadResult],
    parts: Sequence[BatchPart],
    lang: Lang,
    inputs: ClerkInputs,
) -> tuple[Sequence[Grouped], _Checked]:
    """The returns of the whole batch. One of which no worker saw all files is checked here."""
    if len(parts) == 1 and parts[0].groups is not None:
        return parts[0].groups, _Checked(parts[0].findings, parts[0].outcomes, [parts[0].facts])
    groups = returns_of(files, reads, profile, inputs.pairs.fixed if inputs.pairs else None)
    done = {names for part in parts for names in part.returns}
    late = build(profile, (each.rows for each in groups if each.files not in done))
    again = run(late, lang)
    mine = {name for each in groups if each.files in done for name in each.files}
    return groups, _Checked(
        [*(one for part in parts for one in part.findings if one.file in mine), *again.findings],
        [*(one for part in parts for one in part.outcomes if one.file in mine), *again.outcomes],
        [*(part.facts.only(mine) for part in parts), facts_of(late.returns)],
    )


def _doubt(doubt: Doubt, profile: Profile, lang: Lang) -> Finding:
    """FILE-05: what is not sure about the files of a return."""
    severity = severity_of(OF_PARTS, profile) or OF_PARTS.severity
    name, (message, fix) = OF_PARTS.name.render(lang), OF_PARTS.told(lang, doubt.message)
    of_others = ForBureau(*OF_PARTS.told(lang, doubt.for_bureau)) if doubt.for_bureau else None
    return Finding(
        OF_PARTS.code, name, severity, doubt.file, doubt.unit, message, doubt.cells, fix=fix, for_bureau=of_others
    )


def _joined(submissions: Mapping[str, Submission], groups: Iterable[Grouped]) -> dict[str, Submission]:
    """The files with those of the same return: they share unit, year and the worst status."""
    joined = dict(submissions)
    for each in groups:
        if each.rows.parts:
            worst = max((joined[name].status for name in each.files), key=list(Status).index)
            for name in each.files:
                joined[name] = replace(
                    joined[name], status=worst, unit=each.rows.unit, year=each.rows.year, parts=each.files
                )
    for name, item in joined.items():
        if item.duplicate_of:
            joined[name] = replace(item, status=joined[item.duplicate_of].status, parts=joined[item.duplicate_of].parts)
    return joined


def _submissions(
    profile: Profile,
    received: Iterable[tuple[Received, ReadResult]],
    first: Mapping[str, str],
    findings: Iterable[Finding],
    lang: Lang,
) -> tuple[dict[str, Submission], list[Finding]]:
    """What became of every file, and the findings about files as a whole that come with it."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.file, []).append(finding)
    submissions: dict[str, Submission] = {}
    of_files: list[Finding] = []
    for item, got in received:
        if first[got.sha256] != item.file:
            submission, finding = _duplicate(item, submissions[first[got.sha256]], profile, lang)
            of_files.append(finding)
        elif got.rows is None or not got.rows.forms:
            submission, finding = _not_read(item, got, profile, lang)
            of_files.append(finding)
        else:
            submission = _submission(item, got, got.rows, Status.of(by_file.get(item.file, ())))
        submissions[item.file] = submission
    return submissions, of_files


def _listed(inputs: str | Path | Iterable[str | Path]) -> Sequence[str | Path]:
    return [inputs] if isinstance(inputs, str | Path) else list(inputs)


def _submission(item: Received, got: ReadResult, sheets: WorkbookRows, status: Status) -> Submission:
    return Submission(
        item.file, got.sha256, status, sheets.unit, sheets.year,
        tuple(FormSeen(form.kind, form.sheet, form.name, form.blank) for form in sheets.forms),
        ignored_sheets=tuple(sheets.ignored), document=sheets.document,
    )  # fmt: skip


def _not_read(item: Received, got: ReadResult, profile: Profile, lang: Lang) -> tuple[Submission, Finding]:
    """A file that is no workbook (FILE-01), or a workbook without a form (FILE-02)."""
    ignored = tuple(got.rows.ignored) if got.rows else ()
    status = Status.UNREADABLE if got.reason is not None else Status.NOT_A_RETURN
    submission = Submission(item.file, got.sha256, status, ignored_sheets=ignored)
    if got.reason is not None:
        return submission, _of_file(CANNOT_BE_READ, submission, profile, lang, reason=got.reason.render(lang))
    values = {"title": profile.title.render(lang)}
    if got.rows is not None and got.rows.other_edition is not None:
        values["other"] = got.rows.other_edition.render(lang)
        return submission, _of_file(NOT_A_RETURN, submission, profile, lang, OTHER_EDITION, **values)
    return submission, _of_file(NOT_A_RETURN, submission, profile, lang, **values)


def _duplicate(item: Received, original: Submission, profile: Profile, lang: Lang) -> tuple[Submission, Finding]:
    """A file with the bytes of an earlier one shares its status and is counted once (FILE-04)."""
    submission = replace(original, file=item.file, duplicate_of=original.file, ignored_sheets=(), document=False)
    return submission, _of_file(SENT_TWICE, submission, profile, lang, other=original.file)


def _of_file(
    rule: Rule, submission: Submission, profile: Profile, lang: Lang, said: Text | None = None, /, **values: str
) -> Finding:
    """A finding about a whole file. It comes even where the profile switches its rule off: no file goes unexplained."""
    severity = severity_of(rule, profile) or rule.severity
    message, fix = rule.told(lang, said, **values)
    name = rule.name.render(lang)
    return Finding(rule.code, name, severity, submission.file, submission.unit, message, fix=fix)
