"""Many submissions: received files -> parts, read and checked in this process or in workers -> a checked batch."""

from __future__ import annotations

import errno
import gc
import hashlib
import logging
import os
import signal
import stat
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from perfxl.clerk import ClerkInputs, Config, edition, load_inputs
from perfxl.clerk.inputs import ClerkFiles
from perfxl.engine.run import run, run_across
from perfxl.formats import Unreadable
from perfxl.formats.errors import MAX_FILE
from perfxl.model import (
    Finding,
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
from perfxl.reading import Fixed, WorkbookRows, extract
from perfxl.rules import Rule, severity_of
from perfxl.rules.projects import Across, FileFacts, facts_of
from perfxl.rules.submissions import CANNOT_BE_READ, NOT_A_RETURN, SENT_TWICE
from perfxl.sources import Problem, Received, collect
from perfxl.sources.received import NOT_THERE
from perfxl.tables import Tables, build
from perfxl.values import shown_figure

_log = logging.getLogger("perfxl.faults")

#: files handed to a worker at a time: table rules cost as much for one file as for a few dozen
PART = 128
#: the rank of a file with no finding at all
CLEAN = 9
CANNOT_OPEN = Text("文件打不开（{error}）。", "The file cannot be opened ({error}).")
FAULT = Text(
    "程序读不了这个文件（{error}），其他文件不受影响。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
    "The program cannot read this file ({error}); no other file is affected. Open it in Excel or WPS, save as .xlsx "
    "and send it again.",
)
NOT_A_FILE = Text(
    "这不是普通文件（是设备或管道），没有读取。", "This is no ordinary file but a device or a pipe; it was not read."
)
TOO_LARGE = Text(
    "文件过大，不像申报表，没有打开。请删去图片等附件后重新报送。",
    "The file is too large for a return. Remove pictures and send it again.",
)
CHANGING = Text(
    "读取时文件正在被改动（可能还在复制或保存）。请稍候再审核一次。",
    "The file was being changed while it was read (is it still being copied or saved?). Please check it again.",
)
IN_THE_CLOUD = Text(
    "文件打不开，可能还在云端（网盘）。请先把它下载到本机，再审核一次。",
    "The file cannot be opened; it may still be in the cloud. Download it first and check again.",
)
DIED = Text(
    "审核这个文件时程序意外中断（文件内容异常，或内存不足），其他文件不受影响。"
    "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
    "The program broke off at this file (odd contents, or too little memory); no other file is affected. "
    "Open it in Excel or WPS, save as .xlsx and send it again.",
)
#: Windows: the provider of cloud files does not run, or does not answer
_CLOUD = range(358, 405)


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
    workbooks: tuple[WorkbookRows, ...] = ()
    built: Tables | None = None
    #: keeps the files that were unpacked from archives: ``paths`` is valid as long as this exists
    received: tuple[Received, ...] = ()
    #: the state of each unit, where the batch is the whole of a round
    progress: Progress | None = None

    @cached_property
    def tables(self) -> Tables:
        """The pandas tables of all its workbooks; made when they are first used, where workers did the check."""
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
        """One row a finding, in reading order.

        ``code``, ``name``, ``severity`` (error, warning, notice), ``file``, ``unit``, ``sheet``, ``cell`` (``D14``),
        ``stated``, ``computed`` (as written, money in 万元), ``difference_fen`` (0.01 yuan, ``Int64``), ``message``,
        ``hints`` (their messages, one a line), ``waived``.
        """
        columns = (
            "code", "name", "severity", "file", "unit", "sheet", "cell", "stated", "computed", "difference_fen",
            "message", "hints", "waived",
        )  # fmt: skip
        rows = [
            (
                item.code, item.name, item.severity.value, item.file, item.unit, item.ref.sheet if item.ref else "",
                item.ref.cell if item.ref else "", shown_figure(item.stated), shown_figure(item.computed),
                item.difference, item.message, "\n".join(hint.message for hint in item.hints), item.waived is not None,
            )
            for item in self.findings
        ]  # fmt: skip
        return _frame(rows, columns, {"difference_fen": "Int64", "waived": "bool"})

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
        """The exit code: 0 no error-level finding and every file read, 1 some, 2 nothing could be checked."""
        checked = [s for s in self.submissions if s.status.checked]
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


def _frame(rows: Sequence[tuple[Any, ...]], columns: Sequence[str], types: Mapping[str, str]) -> pd.DataFrame:
    """A frame with the same columns and types whether it has rows or none; ``object`` where ``types`` has none."""
    values = zip(*rows, strict=True) if rows else ((),) * len(columns)
    series = {
        name: pd.Series(list(column), dtype=types.get(name, "object"))
        for name, column in zip(columns, values, strict=True)
    }
    return pd.DataFrame(series)


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
    return check_collected(
        files, problems, profile, config=config, waivers=waivers, pairs=pairs, control=control, today=today,
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
    for part in _parts(files, PartSettings(profile, inputs.config, inputs.fixed), lang, executor):
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
    mine = set(first.values())
    findings = [finding for part in parts for finding in part.findings if finding.file in mine]
    outcomes = [outcome for part in parts for outcome in part.outcomes if outcome.file in mine]
    across = run_across(Across(profile, (part.facts for part in parts), mine, inputs.control), lang)
    order = {item.file: number for number, item in enumerate(files)}
    findings.extend(across.findings)
    findings.sort(key=lambda finding: (order[finding.file], finding.severity.rank))
    outcomes += across.outcomes
    books = workbooks(files, reads)
    settled, notices = inputs.settle(findings, books, profile, lang)
    submissions, of_files = _submissions(profile, zip(files, reads, strict=True), first, settled, lang)
    outcomes += [Outcome(finding.code, finding.file, Result.FAILED) for finding in of_files]
    findings = sorted([*settled, *of_files], key=lambda finding: order[finding.file])
    return Batch(
        profile, lang, tuple(submissions.values()), (*findings, *notices), tuple(outcomes),
        {item.file: item.path for item in files}, tuple(problems), tuple(books),
        parts[0].tables if len(parts) == 1 else None, tuple(files),
    )  # fmt: skip


def _submissions(
    profile: Profile,
    received: Iterable[tuple[Received, ReadResult]],
    first: Mapping[str, str],
    findings: Iterable[Finding],
    lang: Lang,
) -> tuple[dict[str, Submission], list[Finding]]:
    """What became of every file, and the findings about files as a whole that come with it."""
    worst: dict[str, int] = {}
    for finding in (finding for finding in findings if finding.waived is None):
        worst[finding.file] = min(worst.get(finding.file, CLEAN), finding.severity.rank)
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
            submission = _submission(item, got, got.rows, worst.get(item.file, CLEAN))
        submissions[item.file] = submission
    return submissions, of_files


def _listed(inputs: str | Path | Sequence[str | Path]) -> Sequence[str | Path]:
    return [inputs] if isinstance(inputs, str | Path) else inputs


def _submission(item: Received, got: ReadResult, sheets: WorkbookRows, worst: int) -> Submission:
    status = Status.FAILED if worst == 0 else Status.PASSED_WITH_NOTES if worst < CLEAN else Status.PASSED
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
    return submission, _of_file(NOT_A_RETURN, submission, profile, lang, title=profile.title.render(lang))


def _duplicate(item: Received, original: Submission, profile: Profile, lang: Lang) -> tuple[Submission, Finding]:
    """A file with the bytes of an earlier one shares its status and is counted once (FILE-04)."""
    submission = replace(original, file=item.file, duplicate_of=original.file, ignored_sheets=(), document=False)
    return submission, _of_file(SENT_TWICE, submission, profile, lang, other=original.file)


def _of_file(rule: Rule, submission: Submission, profile: Profile, lang: Lang, **values: str) -> Finding:
    """A finding about a whole file. It comes even where the profile switches its rule off: no file goes unexplained."""
    severity = severity_of(rule, profile) or rule.severity
    message = rule.message.render(lang, **values)
    return Finding(rule.code, rule.name.render(lang), severity, submission.file, submission.unit, message)


#: reads and checks a part, in whatever process
PartCheck = Callable[[Sequence[Received]], "BatchPart"]


@dataclass(frozen=True, slots=True)
class PartSettings:
    """What a batch is read and checked by, cheap to send to a worker: a profile by its name, the rest as plain data."""

    profile: str | Profile
    config: Config | None = None
    fixed: Fixed | None = None

    @property
    def edition(self) -> Profile:
        """The profile with the user's settings applied; made once in a process."""
        return edition(self.profile, self.config)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The rows of a file, or the reason why it could not be read."""

    sha256: str
    rows: WorkbookRows | None
    reason: Text | None


@dataclass(frozen=True, slots=True)
class BatchPart:
    """A part of a batch, read and checked. ``facts`` is for the rules that compare files of the whole batch.

    A worker does not send ``tables``: they are cheaper to make again.
    """

    reads: tuple[ReadResult, ...]
    findings: list[Finding]
    outcomes: list[Outcome]
    facts: FileFacts
    tables: Tables | None = None


def check_part(files: Sequence[Received], settings: PartSettings, lang: Lang) -> BatchPart:
    """Read and check some files. A file that cannot be read has a ``reason``; nothing is raised."""
    with _no_collector():
        return check_reads(files, [_read_file(item, settings) for item in files], settings.edition, lang)


def check_part_in_worker(files: Sequence[Received], settings: PartSettings, lang: Lang) -> BatchPart:
    """``check_part`` for another process."""
    return replace(check_part(files, settings, lang), tables=None)


def check_reads(files: Sequence[Received], reads: Sequence[ReadResult], profile: Profile, lang: Lang) -> BatchPart:
    """Check what was read. Of identical files only the first is checked."""
    tables = build(profile, workbooks(files, reads))
    checked = run(tables, lang)
    return BatchPart(tuple(reads), checked.findings, checked.outcomes, facts_of(tables.returns), tables)


def originals(files: Sequence[Received], reads: Sequence[ReadResult]) -> dict[str, str]:
    """Hash of the bytes -> the first file that has them."""
    return {got.sha256: item.file for item, got in reversed(list(zip(files, reads, strict=True)))}


def workbooks(files: Sequence[Received], reads: Sequence[ReadResult]) -> list[WorkbookRows]:
    """The files with forms, each content once."""
    first = originals(files, reads)
    return [
        got.rows
        for item, got in zip(files, reads, strict=True)
        if got.rows is not None and got.rows.forms and first[got.sha256] == item.file
    ]


@contextmanager
def _no_collector() -> Iterator[None]:
    """A batch makes millions of objects that all stay; searching them for garbage would take 40% of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _read_file(item: Received, settings: PartSettings) -> ReadResult:
    if item.reason is not None:
        return ReadResult(f"unread:{item.file}", None, item.reason)
    try:
        data = bytes_of(item.path)
    except (OSError, Unreadable) as error:
        reason = error.reason if isinstance(error, Unreadable) else _cannot_open(error)
        return ReadResult(f"unread:{item.file}", None, reason)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        return ReadResult(sha256, extract(data, settings.edition, settings.fixed, item.file), None)
    except Unreadable as error:
        return ReadResult(sha256, None, error.reason)
    except Exception as error:  # a fault of ours on one file must not cost the others
        _log.exception("%s could not be read", item.file)
        return ReadResult(sha256, None, FAULT.fill(error=f"{type(error).__name__}: {error}"))


def bytes_of(path: Path) -> bytes:
    """The bytes of a regular file that nobody is writing to."""
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would be read for ever
        raise Unreadable(NOT_A_FILE, "odd")
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        if before.st_size > MAX_FILE:
            raise Unreadable(TOO_LARGE, "large")
        data = file.read(MAX_FILE + 1)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise Unreadable(CHANGING, "changing")
    return data


def _cannot_open(error: OSError) -> Text:
    if error.errno == errno.EINVAL or getattr(error, "winerror", 0) in _CLOUD:
        return IN_THE_CLOUD
    return CANNOT_OPEN.fill(error=error.strerror or str(error))


def pool_of(number: int) -> ProcessPoolExecutor:
    """A pool of worker processes, spawned alike on every system: a fork of a process with threads may hang."""
    return ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=_start_worker)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, which stops its workers; end when the parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def check_parts(parts: Sequence[Sequence[Received]], check: PartCheck, executor: Executor) -> Iterator[BatchPart]:
    """The checked parts in their order. A file that kills its worker is one that cannot be read.

    A pool that lost a worker drops all that waits in it: that is done again, each part in a process of its own, so that
    only the one with the deadly file dies another time.
    """
    futures = [_submitted(executor, check, files) for files in parts]
    with ThreadPoolExecutor(os.cpu_count()) as rescuers:
        rescued: dict[int, Future[list[BatchPart]]] = {}
        for number, future in enumerate(futures):
            try:
                yield future.result()
            except BrokenExecutor:
                if not rescued:
                    lost = [n for n, other in enumerate(futures) if isinstance(other.exception(), BrokenExecutor)]
                    rescued = {n: rescuers.submit(_in_own_process, parts[n], check) for n in lost}
                yield from rescued[number].result()


def _submitted(executor: Executor, check: PartCheck, files: Sequence[Received]) -> Future[BatchPart]:
    try:
        return executor.submit(check, files)
    except BrokenExecutor as error:
        failed: Future[BatchPart] = Future()
        failed.set_exception(error)
        return failed


def _in_own_process(files: Sequence[Received], check: PartCheck) -> list[BatchPart]:
    """A part in a process of its own; if that dies, each half of it, down to the deadly file."""
    with pool_of(1) as pool:
        try:
            return [pool.submit(check, files).result()]
        except BrokenExecutor:
            pass
    if len(files) == 1:
        return [BatchPart((ReadResult(f"unread:{files[0].file}", None, DIED),), [], [], FileFacts({}, (), ()))]
    half = len(files) // 2
    return [*_in_own_process(files[:half], check), *_in_own_process(files[half:], check)]
