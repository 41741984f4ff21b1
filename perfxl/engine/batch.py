"""Many submissions, over any ``concurrent.futures.Executor``: received files -> tables -> a checked batch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path

from perfxl.clerk import ClerkInputs, load_inputs
from perfxl.engine.parts import Chunk, Read, Terms, check_elsewhere, check_files, judge_reads, originals, workbooks
from perfxl.engine.run import run_across
from perfxl.engine.workers import spread
from perfxl.formats import Unreadable
from perfxl.model import Finding, FormSeen, Lang, Outcome, Progress, Result, Severity, Status, Submission, severities
from perfxl.profiles import DEFAULT, Profile, load
from perfxl.reading import WorkbookRows, extract
from perfxl.rules import Rule, severity_of
from perfxl.rules.across import Across
from perfxl.rules.file import CANNOT_BE_READ, NOT_A_RETURN, SENT_TWICE
from perfxl.sources import Problem, Received, collect
from perfxl.tables import Tables, build

#: files handed to a worker at a time: rules cost as much for one file as for a few dozen
CHUNK = 128
#: the rank of a file with no finding at all
CLEAN = 9


@dataclass(frozen=True)
class Batch:
    """A checked batch: everything that a report needs.

    ``paths`` maps display names to files; ``problems`` are inputs that gave no files at all. The last of ``findings``
    may speak of a clerk's own file, which is no submission.
    """

    profile: Profile
    lang: Lang
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    paths: Mapping[str, Path]
    problems: tuple[Problem, ...] = ()
    workbooks: tuple[WorkbookRows, ...] = field(default=(), repr=False)
    built: Tables | None = field(default=None, repr=False)
    #: holds on to what was unpacked from archives: it lies in ``paths`` for as long as this is here
    received: tuple[Received, ...] = field(default=(), repr=False)
    #: how the units of a round stand, where the batch is all that counts of one
    progress: Progress | None = None

    @cached_property
    def tables(self) -> Tables:
        """The pandas tables of all its workbooks; made when first asked for, where workers did the judging."""
        return self.built or build(self.profile, self.workbooks)

    def of(self, file: str) -> tuple[Finding, ...]:
        """The findings of one file, in reading order."""
        return self._by_file.get(file, ())

    @property
    def worst(self) -> int:
        """The exit code: 0 no error-level finding and every file read, 1 some, 2 nothing could be checked."""
        checked = [s for s in self.submissions if s.status not in (Status.UNREADABLE, Status.NOT_A_RETURN)]
        if not checked:
            return 2
        unclean = len(checked) < len(self.submissions) or self.problems
        return int(bool(unclean or severities(self.findings)[Severity.ERROR]))

    @cached_property
    def _by_file(self) -> Mapping[str, tuple[Finding, ...]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.file, []).append(finding)
        return {file: tuple(findings) for file, findings in found.items()}


def read(inputs: str | Path | Sequence[str | Path], profile: str | Profile = DEFAULT) -> Tables:
    """Read workbooks or folders of them into pandas tables (see ``perfxl.tables``).

    Raises ``Unreadable`` when a file given by its own path cannot be read, ``FileNotFoundError`` when it is not there.
    """
    form = load(profile) if isinstance(profile, str) else profile
    files, problems = collect(_listed(inputs))
    if problems:
        raise FileNotFoundError(problems[0].render("en"))
    for item in files:
        if item.reason is not None:
            raise Unreadable(item.reason, "archive")
    return build(form, (extract(item.path.read_bytes(), form, file=item.file) for item in files))


def check(
    inputs: str | Path | Sequence[str | Path],
    profile: str | Profile = DEFAULT,
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
    """Read and judge workbooks and folders of them. Never raises for what a file holds: that is in the result.

    ``config`` (.toml), ``waivers``, ``pairs`` (.xlsx or .toml) and ``control`` (.xlsx) are files of the clerk's own; a
    ``ClerkError`` says what is wrong with one. ``control`` may also give each unit's fen by ``name_key`` of its name.
    ``today`` decides which waivers have ended. ``executor`` spreads the work over processes (they need the profile by
    name or path); ``progress(done, all)`` is called after each file.
    """
    files, problems = collect(_listed(inputs), leave_out)
    return check_collected(
        files, problems, profile, config=config, waivers=waivers, pairs=pairs, control=control, today=today,
        lang=lang, executor=executor, progress=progress,
    )  # fmt: skip


def check_collected(
    collected: Sequence[Received],
    problems: Sequence[Problem],
    profile: str | Profile = DEFAULT,
    *,
    config: str | Path | None = None,
    waivers: str | Path | None = None,
    pairs: str | Path | None = None,
    control: str | Path | Mapping[str, int] | None = None,
    today: date | None = None,
    lang: Lang = "zh",
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Batch:
    """``check`` for what was collected before."""
    form, beside = load_inputs(profile, config, waivers, pairs, control, today)
    files = [item for item in collected if not beside.owns(item.path)]
    chunks = []
    done = 0
    for chunk in _chunks(files, Terms(profile, beside.config, beside.fixed), lang, executor):
        chunks.append(chunk)
        done += len(chunk.reads)
        if progress is not None:
            progress(done, len(files))
    return _put_together(form, files, chunks, lang, problems, beside)


def judge(profile: Profile, files: Sequence[Received], reads: Sequence[Read], lang: Lang) -> Batch:
    """Files and what was read of them -> the checked batch."""
    return _put_together(profile, files, [judge_reads(files, reads, profile, lang)], lang, (), ClerkInputs())


def _chunks(files: Sequence[Received], terms: Terms, lang: Lang, executor: Executor | None) -> Iterable[Chunk]:
    if executor is None or not isinstance(terms.profile, str):
        return [check_files(files, terms, lang)]
    size = min(CHUNK, max(1, -(-len(files) // (2 * (os.cpu_count() or 1)))))
    stretches = [files[start : start + size] for start in range(0, len(files), size)]
    return spread(stretches, partial(check_elsewhere, terms=terms, lang=lang), executor)


def _put_together(
    profile: Profile,
    files: Sequence[Received],
    chunks: Sequence[Chunk],
    lang: Lang,
    problems: Sequence[Problem],
    beside: ClerkInputs,
) -> Batch:
    """One batch out of its chunks. A file that repeats one of another chunk was judged in vain: that is dropped."""
    reads = [got for chunk in chunks for got in chunk.reads]
    first = originals(files, reads)
    mine = set(first.values())
    findings = [finding for chunk in chunks for finding in chunk.findings if finding.file in mine]
    outcomes = [outcome for chunk in chunks for outcome in chunk.outcomes if outcome.file in mine]
    across = run_across(Across(profile, (chunk.facts for chunk in chunks), mine, beside.control), lang)
    order = {item.file: number for number, item in enumerate(files)}
    findings.extend(across.findings)
    findings.sort(key=lambda finding: (order[finding.file], finding.severity.rank))
    outcomes += across.outcomes
    books = workbooks(files, reads)
    settled, notices = beside.settle(findings, books, profile, lang)
    submissions, told = _submissions(profile, zip(files, reads, strict=True), first, settled, lang)
    outcomes += [Outcome(finding.code, finding.file, Result.FAILED) for finding in told]
    findings = sorted([*settled, *told], key=lambda finding: order[finding.file])
    return Batch(
        profile, lang, tuple(submissions.values()), (*findings, *notices), tuple(outcomes),
        {item.file: item.path for item in files}, tuple(problems), tuple(books),
        chunks[0].tables if len(chunks) == 1 else None, tuple(files),
    )  # fmt: skip


def _submissions(
    profile: Profile,
    received: Iterable[tuple[Received, Read]],
    first: Mapping[str, str],
    findings: Iterable[Finding],
    lang: Lang,
) -> tuple[dict[str, Submission], list[Finding]]:
    """What became of every file, and the findings about files as a whole that come with it."""
    worst: dict[str, int] = {}
    for finding in findings:
        if finding.waived is not None:
            continue
        worst[finding.file] = min(worst.get(finding.file, CLEAN), finding.severity.rank)
    submissions: dict[str, Submission] = {}
    told: list[Finding] = []
    for item, got in received:
        if first[got.sha256] != item.file:
            submission, finding = _duplicate(item, submissions[first[got.sha256]], profile, lang)
            told.append(finding)
        elif got.sheets is None or not got.sheets.forms:
            submission, finding = _not_read(item, got, profile, lang)
            told.append(finding)
        else:
            submission = _submission(item, got, got.sheets, worst.get(item.file, CLEAN))
        submissions[item.file] = submission
    return submissions, told


def _listed(inputs: str | Path | Sequence[str | Path]) -> Sequence[str | Path]:
    return [inputs] if isinstance(inputs, str | Path) else inputs


def _submission(item: Received, got: Read, sheets: WorkbookRows, worst: int) -> Submission:
    status = Status.FAILED if worst == 0 else Status.PASSED_WITH_NOTES if worst < CLEAN else Status.PASSED
    forms = tuple(FormSeen(f.kind, f.sheet, f.name, f.blank) for f in sheets.forms)
    ignored = tuple(sheets.ignored)
    return Submission(
        item.file, got.sha256, status, sheets.unit, sheets.year, forms, ignored_sheets=ignored,
        document=sheets.document,
    )  # fmt: skip


def _not_read(item: Received, got: Read, profile: Profile, lang: Lang) -> tuple[Submission, Finding]:
    """A file that is no workbook (FILE-01), or a workbook without a form (FILE-02)."""
    ignored = tuple(got.sheets.ignored) if got.sheets else ()
    status = Status.UNREADABLE if got.reason is not None else Status.NOT_A_RETURN
    submission = Submission(item.file, got.sha256, status, ignored_sheets=ignored)
    if got.reason is not None:
        return submission, _of_file(CANNOT_BE_READ, submission, profile, lang, reason=got.reason.render(lang))
    return submission, _of_file(NOT_A_RETURN, submission, profile, lang, title=profile.title.render(lang))


def _duplicate(item: Received, original: Submission, profile: Profile, lang: Lang) -> tuple[Submission, Finding]:
    """A file with the bytes of an earlier one shares its status and is counted once (FILE-04)."""
    submission = Submission(
        item.file,
        original.sha256,
        original.status,
        original.unit,
        original.year,
        original.forms,
        original.file,
    )
    return submission, _of_file(SENT_TWICE, submission, profile, lang, other=original.file)


def _of_file(rule: Rule, submission: Submission, profile: Profile, lang: Lang, **values: str) -> Finding:
    """A finding about a whole file. It comes even where the profile switches its rule off: no file goes unexplained."""
    severity = severity_of(rule, profile) or rule.severity
    message = rule.message.render(lang, **values)
    return Finding(rule.code, rule.name.render(lang), severity, submission.file, submission.unit, message)
