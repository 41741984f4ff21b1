"""Many submissions, over any ``concurrent.futures.Executor``: received files -> tables -> a checked batch."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from numbers import Integral
from pathlib import Path

from perfxl.cells import Unreadable
from perfxl.cells.guard import MAX_FILE, unreadable
from perfxl.extract import SheetRows, extract
from perfxl.judge import run
from perfxl.lang import Lang, Text
from perfxl.model import Finding, FormSeen, Outcome, Severity, Status, Submission
from perfxl.profiles import DEFAULT, Profile, load
from perfxl.sources import Problem, Received, collect
from perfxl.tables import Tables, build, rows

#: files handed to a worker at a time: enough to make the way there cheap, few enough to spread the work
CHUNK = 8
#: the rank of a file with no finding at all
CLEAN = 9

NO_FORM = Text(
    "没有找到申报表：没有一张工作表像“{title}”的表式。请确认发的是不是申报表工作簿。",
    "No form was found: no sheet looks like one of “{title}”. Is this the right workbook?",
)
CANNOT_OPEN = Text("文件打不开（{error}）。", "The file cannot be opened ({error}).")
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
    tables: Tables
    submissions: tuple[Submission, ...]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    paths: Mapping[str, Path]
    problems: tuple[Problem, ...] = ()

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


@dataclass(frozen=True, slots=True)
class _Read:
    """What a worker sends home of a file."""

    sha256: str
    sheets: SheetRows | None
    reason: Text | None


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
    reads = []
    with _no_collector():
        for item in _read_all(files, profile, executor):
            reads.append(item)
            if progress is not None:
                progress(len(reads), len(files))
        return judge(form, files, reads, lang, problems)


def judge(
    profile: Profile,
    files: Sequence[Received],
    reads: Sequence[_Read],
    lang: Lang,
    problems: Sequence[Problem] = (),
) -> Batch:
    """Files and what was read of them -> the checked batch. Identical files are judged once."""
    originals = {got.sha256: item.file for item, got in reversed(list(zip(files, reads, strict=True)))}
    workbooks = [
        (item.file, got.sheets)
        for item, got in zip(files, reads, strict=True)
        if got.sheets is not None and got.sheets.forms and originals[got.sha256] == item.file
    ]
    tables = build(profile, workbooks)
    checked = run(tables, lang)
    submissions, told = _submissions(profile, zip(files, reads, strict=True), originals, tables, checked.findings, lang)
    order = {item.file: number for number, item in enumerate(files)}
    findings = sorted([*checked.findings, *told], key=lambda finding: order[finding.file])
    return Batch(
        profile, lang, tables, tuple(submissions.values()), tuple(findings), tuple(checked.outcomes),
        {item.file: item.path for item in files}, tuple(problems),
    )  # fmt: skip


def _submissions(
    profile: Profile,
    received: Iterable[tuple[Received, _Read]],
    originals: Mapping[str, str],
    tables: Tables,
    findings: Iterable[Finding],
    lang: Lang,
) -> tuple[dict[str, Submission], list[Finding]]:
    """What became of every file, and the findings about files as a whole that come with it."""
    worst: dict[str, int] = {}
    for finding in findings:
        worst[finding.file] = min(worst.get(finding.file, CLEAN), finding.severity.rank)
    about = {row.file: row for row in rows(tables.submissions)}
    submissions: dict[str, Submission] = {}
    told: list[Finding] = []
    for item, got in received:
        if originals[got.sha256] != item.file:
            submission, finding = _duplicate(item, submissions[originals[got.sha256]], lang)
            told.append(finding)
        elif got.sheets is None or not got.sheets.forms:
            submission, finding = _not_read(item, got, profile, lang)
            told.append(finding)
        else:
            row = about[item.file]
            submission = _submission(item, got, got.sheets, row.unit, row.year, worst.get(item.file, CLEAN))
        submissions[item.file] = submission
    return submissions, told


@contextmanager
def _no_collector() -> Iterator[None]:
    """A batch makes millions of objects, all of which stay: to look for garbage among them takes 40% of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _listed(inputs: str | Path | Sequence[str | Path]) -> Sequence[str | Path]:
    return [inputs] if isinstance(inputs, str | Path) else inputs


def _read_all(files: Sequence[Received], profile: str | Profile, executor: Executor | None) -> Iterable[_Read]:
    work = partial(_read_one, profile=profile)
    paths = [item.path for item in files]
    if executor is None or not isinstance(profile, str):
        return map(work, paths)
    return executor.map(work, paths, chunksize=CHUNK)


def _read_one(path: Path, profile: str | Profile) -> _Read:
    """Read one file, in whatever process; what goes wrong with it is part of the answer."""
    form = load(profile) if isinstance(profile, str) else profile
    try:
        if path.stat().st_size > MAX_FILE:
            raise unreadable(
                "large",
                "文件过大，不像申报表，没有打开。",
                "The file is too large for a return.",
                resave=False,
            )
        data = path.read_bytes()
    except (OSError, Unreadable) as error:
        reason = error.reason if isinstance(error, Unreadable) else _cannot_open(error)
        return _Read(f"unread:{path}", None, reason)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        return _Read(sha256, extract(data, form), None)
    except Unreadable as error:
        return _Read(sha256, None, error.reason)
    except Exception as error:  # a fault of ours on one file must not cost the others
        return _Read(sha256, None, _cannot_open(error))


def _cannot_open(error: Exception) -> Text:
    detail = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
    return Text(CANNOT_OPEN.zh.format(error=detail), CANNOT_OPEN.en.format(error=detail))


def _submission(item: Received, got: _Read, sheets: SheetRows, unit: str, year: object, worst: int) -> Submission:
    status = Status.FAILED if worst == 0 else Status.PASSED_WITH_NOTES if worst < CLEAN else Status.PASSED
    forms = tuple(FormSeen(f.form, f.sheet, f.text("project_name"), f.blank) for f in sheets.forms)
    return Submission(
        item.file, got.sha256, status, unit, int(year) if isinstance(year, Integral) else None, forms,
        ignored_sheets=tuple(sheets.ignored),
    )  # fmt: skip


def _not_read(item: Received, got: _Read, profile: Profile, lang: Lang) -> tuple[Submission, Finding]:
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
