"""Many submissions, over any ``concurrent.futures.Executor``: received files -> tables -> a checked batch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from perfxl.chunk import Chunk, Read, check_elsewhere, check_files, judge_reads, originals, workbooks
from perfxl.extract import SheetRows, extract
from perfxl.lang import Lang, Text
from perfxl.model import Finding, FormSeen, Outcome, Severity, Status, Submission
from perfxl.profiles import DEFAULT, Profile, load
from perfxl.sources import Problem, Received, collect
from perfxl.tables import Tables, build
from perfxl.workers import spread

#: files handed to a worker at a time: rules cost as much for one file as for a few dozen
CHUNK = 128
#: the rank of a file with no finding at all
CLEAN = 9

NO_FORM = Text(
    "没有找到申报表：没有一张工作表像“{title}”的表式。请确认发的是不是申报表工作簿。",
    "No form was found: no sheet looks like one of “{title}”. Is this the right workbook?",
)
READ_NAME = Text("无法读取", "Cannot be read")
RETURN_NAME = Text("不是申报表", "Not a return")
DUPLICATE_NAME = Text("重复报送", "Sent twice")
DUPLICATE = Text("与“{other}”内容完全相同，只审核了一份。", "It is identical to “{other}”; one of them was checked.")


@dataclass(frozen=True)
class Batch:
    """A checked batch: everything that a report needs.

    ``paths`` maps display names to files; ``problems`` are inputs that gave no files at all.
    """

    profile: Profile
    lang: Lang
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    paths: Mapping[str, Path]
    problems: tuple[Problem, ...] = ()
    workbooks: tuple[tuple[str, SheetRows], ...] = field(default=(), repr=False)
    built: Tables | None = field(default=None, repr=False)

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
        return int(bool(unclean or any(f.severity is Severity.ERROR for f in self.findings)))

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
        raise FileNotFoundError(problems[0].say("en"))
    return build(form, [(item.file, extract(item.path.read_bytes(), form)) for item in files])


def check(
    inputs: str | Path | Sequence[str | Path],
    profile: str | Profile = DEFAULT,
    *,
    lang: Lang = "zh",
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    leave_out: Path | None = None,
) -> Batch:
    """Read and judge workbooks and folders of them. Never raises for what a file holds: that is in the result.

    ``executor`` spreads the reading over workers (they need the profile by name or path); ``progress(done, all)`` is
    called after each file.
    """
    form = load(profile) if isinstance(profile, str) else profile
    files, problems = collect(_listed(inputs), leave_out)
    chunks = []
    done = 0
    for chunk in _chunks(files, profile, lang, executor):
        chunks.append(chunk)
        done += len(chunk.reads)
        if progress is not None:
            progress(done, len(files))
    return _put_together(form, files, chunks, lang, problems)


def judge(profile: Profile, files: Sequence[Received], reads: Sequence[Read], lang: Lang) -> Batch:
    """Files and what was read of them -> the checked batch."""
    return _put_together(profile, files, [judge_reads(files, reads, profile, lang)], lang, ())


def _chunks(
    files: Sequence[Received], profile: str | Profile, lang: Lang, executor: Executor | None
) -> Iterable[Chunk]:
    if executor is None or not isinstance(profile, str):
        return [check_files(files, profile, lang)]
    size = min(CHUNK, max(1, -(-len(files) // (2 * (os.cpu_count() or 1)))))
    stretches = [files[start : start + size] for start in range(0, len(files), size)]
    return spread(stretches, partial(check_elsewhere, profile=profile, lang=lang), executor)


def _put_together(
    profile: Profile, files: Sequence[Received], chunks: Sequence[Chunk], lang: Lang, problems: Sequence[Problem]
) -> Batch:
    """One batch out of its chunks. A file that repeats one of another chunk was judged in vain: that is dropped."""
    reads = [got for chunk in chunks for got in chunk.reads]
    first = originals(files, reads)
    mine = set(first.values())
    findings = [finding for chunk in chunks for finding in chunk.findings if finding.file in mine]
    outcomes = [outcome for chunk in chunks for outcome in chunk.outcomes if outcome.file in mine]
    submissions, told = _submissions(profile, zip(files, reads, strict=True), first, findings, lang)
    order = {item.file: number for number, item in enumerate(files)}
    findings = sorted([*findings, *told], key=lambda finding: order[finding.file])
    return Batch(
        profile, lang, tuple(submissions.values()), tuple(findings), tuple(outcomes),
        {item.file: item.path for item in files}, tuple(problems), tuple(workbooks(files, reads)),
        chunks[0].tables if len(chunks) == 1 else None,
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
        worst[finding.file] = min(worst.get(finding.file, CLEAN), finding.severity.rank)
    submissions: dict[str, Submission] = {}
    told: list[Finding] = []
    for item, got in received:
        if first[got.sha256] != item.file:
            submission, finding = _duplicate(item, submissions[first[got.sha256]], lang)
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


def _submission(item: Received, got: Read, sheets: SheetRows, worst: int) -> Submission:
    status = Status.FAILED if worst == 0 else Status.PASSED_WITH_NOTES if worst < CLEAN else Status.PASSED
    forms = tuple(FormSeen(f.form, f.sheet, f.text("project_name"), f.blank) for f in sheets.forms)
    ignored = tuple(sheets.ignored)
    return Submission(item.file, got.sha256, status, sheets.unit, sheets.year, forms, ignored_sheets=ignored)


def _not_read(item: Received, got: Read, profile: Profile, lang: Lang) -> tuple[Submission, Finding]:
    """A file that is no workbook (FILE-01), or a workbook without a form (FILE-02)."""
    if got.reason is not None:
        status, code, name, message = Status.UNREADABLE, "FILE-01", READ_NAME, got.reason.say(lang)
    else:
        status, code, name = Status.NOT_A_RETURN, "FILE-02", RETURN_NAME
        message = NO_FORM.say(lang, title=profile.title.say(lang))
    ignored = tuple(got.sheets.ignored) if got.sheets else ()
    submission = Submission(item.file, got.sha256, status, ignored_sheets=ignored)
    return submission, Finding(code, name.say(lang), Severity.ERROR, item.file, "", message)


def _duplicate(item: Received, original: Submission, lang: Lang) -> tuple[Submission, Finding]:
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
    message = DUPLICATE.say(lang, other=original.file)
    return submission, Finding("FILE-04", DUPLICATE_NAME.say(lang), Severity.NOTICE, item.file, original.unit, message)
