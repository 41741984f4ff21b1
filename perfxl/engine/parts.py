"""A part of a batch: files are read and checked in one go, in this process or in workers."""

from __future__ import annotations

import errno
import gc
import hashlib
import logging
import os
import pickle
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from multiprocessing import get_context, parent_process
from pathlib import Path

from perfxl import untrusted
from perfxl.clerk import Config, edition
from perfxl.engine.returns import Grouped, group
from perfxl.engine.run import run
from perfxl.formats import MAX_FILE, Unreadable
from perfxl.model import Finding, Lang, Outcome, Text
from perfxl.profiles import Profile
from perfxl.reading import Fixed, WorkbookRows, extract
from perfxl.rules.projects import FileFacts, facts_of
from perfxl.sources import Received
from perfxl.tables import Tables, build
from perfxl.untrusted import DIED

_log = logging.getLogger("perfxl.faults")

CANNOT_OPEN = Text("文件无法打开（{error}）。", "The file cannot be opened ({error}).")
FAULT = Text(
    "程序读不了这个文件（内容异常），其他文件不受影响。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
    "The program cannot read this file (odd contents); no other file is affected. Open it in Excel or WPS, save as "
    ".xlsx and send it again.",
)
NOT_A_FILE = Text(
    "这不是普通文件（是设备或管道），未读取。", "This is no ordinary file but a device or a pipe; it was not read."
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
    "文件无法打开，可能尚在云端（网盘）。请先把它下载到本机，再审核一次。",
    "The file cannot be opened; it may still be in the cloud. Download it first and check again.",
)
#: Windows: the provider of cloud files does not run, or does not answer
_CLOUD = range(358, 405)


#: reads and checks a part, in whatever process
PartCheck = Callable[[Sequence[Received]], "BatchPart"]


@dataclass(frozen=True)
class PartSettings:
    """What a batch is read and checked by, cheap to send to a worker: a profile by its name, the rest as plain data."""

    profile: str | Profile
    config: Config | None = None
    fixed: Fixed | None = None

    @property
    def edition(self) -> Profile:
        """The profile with the user's settings applied; made once in a process."""
        return edition(self.profile, self.config)

    @cached_property
    def packed(self) -> bytes:
        """The settings as they are sent to another process."""
        return pickle.dumps(PartSettings(self.profile, self.config, self.fixed))


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The rows of a file, or the reason why it could not be read."""

    sha256: str
    rows: WorkbookRows | None
    reason: Text | None


@dataclass(frozen=True, slots=True)
class BatchPart:
    """A part of a batch, read and checked. ``facts`` is for the rules that compare files of the whole batch.

    ``returns`` are the files of each return that was checked. A worker does not send ``groups`` and ``tables``: they
    are cheaper to make again.
    """

    reads: tuple[ReadResult, ...]
    findings: list[Finding]
    outcomes: list[Outcome]
    facts: FileFacts
    returns: tuple[tuple[str, ...], ...] = ()
    groups: tuple[Grouped, ...] | None = None
    tables: Tables | None = None


def check_part(files: Sequence[Received], settings: PartSettings, lang: Lang) -> BatchPart:
    """Read and check some files. A file that cannot be read has a ``reason``; nothing is raised."""
    with _no_collector():
        reads = [_read_file(item, settings) for item in files]
        return check_reads(files, reads, settings.edition, lang, settings.fixed)


def check_part_in_worker(files: Sequence[Received], settings: PartSettings, lang: Lang) -> BatchPart:
    """``check_part`` for another process."""
    return replace(check_part(files, settings, lang), groups=None, tables=None)


def check_reads(
    files: Sequence[Received], reads: Sequence[ReadResult], profile: Profile, lang: Lang, fixed: Fixed | None = None
) -> BatchPart:
    """Check what was read. Of identical files only the first is checked."""
    groups = returns_of(files, reads, profile, fixed)
    tables = build(profile, (each.rows for each in groups))
    checked = run(tables, lang)
    return BatchPart(
        tuple(reads), checked.findings, checked.outcomes, facts_of(tables.returns),
        tuple(each.files for each in groups), tuple(groups), tables,
    )  # fmt: skip


def originals(files: Sequence[Received], reads: Sequence[ReadResult]) -> dict[str, str]:
    """Hash of the bytes -> the first file that has them."""
    return {got.sha256: item.file for item, got in reversed(list(zip(files, reads, strict=True)))}


def returns_of(
    files: Sequence[Received], reads: Sequence[ReadResult], profile: Profile, fixed: Fixed | None
) -> list[Grouped]:
    """The files with forms, each content once, as returns."""
    first = originals(files, reads)
    pairs = list(zip(files, reads, strict=True))
    found = [
        (item, got.rows)
        for item, got in pairs
        if got.rows is not None and got.rows.forms and first[got.sha256] == item.file
    ]
    return group(found, profile, fixed, [item for item, got in pairs if got.rows is None])


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
        return ReadResult(sha256, extracted(data, settings, item.file), None)
    except Unreadable as error:
        return ReadResult(sha256, None, error.reason)
    except Exception:  # a fault of ours on one file must not cost the others
        _log.exception("%s could not be read", item.file)
        return ReadResult(sha256, None, FAULT)


def extracted(data: bytes, settings: PartSettings, file: str = "") -> WorkbookRows:
    """The rows of a workbook, read where its death costs nothing else. Raises ``Unreadable``."""
    return untrusted.run(_extract, data, settings.packed, file)


def _extract(data: bytes, packed: bytes, file: str) -> WorkbookRows:
    settings = _unpacked(packed)
    return extract(data, settings.edition, settings.fixed, file)


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> PartSettings:
    """The same object for the same settings, so that its profile is prepared once."""
    settings: PartSettings = pickle.loads(packed)  # noqa: S301 - from our own process
    return settings


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
    """Be a worker, which leaves Ctrl-C to the parent; end when the parent was killed."""
    untrusted.be_a_worker()
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
