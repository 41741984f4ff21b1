"""A stretch of a batch, read and judged in one go, in whatever process."""

from __future__ import annotations

import errno
import gc
import hashlib
import logging
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from perfxl.clerk import Config, edition
from perfxl.engine.run import run
from perfxl.formats import Unreadable
from perfxl.formats.guard import MAX_FILE, unreadable
from perfxl.model import Finding, Lang, Outcome, Text
from perfxl.profiles import Profile
from perfxl.reading import Fixed, WorkbookRows, extract
from perfxl.rules.across import Facts, facts_of
from perfxl.sources import Received
from perfxl.tables import Tables, build

_log = logging.getLogger("perfxl.faults")

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
#: Windows: the provider of cloud files does not run, or does not answer
_CLOUD = range(358, 405)


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a batch is read and judged, cheap to send to a worker: a profile by its name, the rest as plain data."""

    profile: str | Profile
    config: Config | None = None
    fixed: Fixed | None = None

    @property
    def form(self) -> Profile:
        """The profile with the user's file laid over it; made once in a process."""
        return edition(self.profile, self.config)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a file: its rows, or the reason why not."""

    sha256: str
    sheets: WorkbookRows | None
    reason: Text | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a worker sends home: what was read, what the rules said of it, and what rules across files must know.

    ``tables`` stays where it was made.
    """

    reads: tuple[Read, ...]
    findings: list[Finding]
    outcomes: list[Outcome]
    facts: Facts
    tables: Tables | None = None


def check_files(files: Sequence[Received], terms: Terms, lang: Lang) -> Chunk:
    """Read and judge some files; what goes wrong with one of them is part of the answer."""
    with _no_collector():
        return judge_reads(files, tuple(_read_one(item, terms) for item in files), terms.form, lang)


def check_elsewhere(files: Sequence[Received], terms: Terms, lang: Lang) -> Chunk:
    """The same for another process: without the tables, which are cheaper to make again than to send."""
    chunk = check_files(files, terms, lang)
    return Chunk(chunk.reads, chunk.findings, chunk.outcomes, chunk.facts)


def judge_reads(files: Sequence[Received], reads: Sequence[Read], profile: Profile, lang: Lang) -> Chunk:
    """What was read -> what the rules say of it. Identical files are judged once, the first of them."""
    tables = build(profile, workbooks(files, reads))
    checked = run(tables, lang)
    return Chunk(tuple(reads), checked.findings, checked.outcomes, facts_of(tables.returns), tables)


def originals(files: Sequence[Received], reads: Sequence[Read]) -> dict[str, str]:
    """Hash of the bytes -> the first file that has them."""
    first: dict[str, str] = {}
    for item, got in zip(files, reads, strict=True):
        first.setdefault(got.sha256, item.file)
    return first


def workbooks(files: Sequence[Received], reads: Sequence[Read]) -> list[WorkbookRows]:
    """The files that hold forms, each content once."""
    first = originals(files, reads)
    return [
        got.sheets
        for item, got in zip(files, reads, strict=True)
        if got.sheets is not None and got.sheets.forms and first[got.sha256] == item.file
    ]


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


def _read_one(item: Received, terms: Terms) -> Read:
    """Read one file; what goes wrong with it is part of the answer."""
    path = item.path
    if item.reason is not None:
        return Read(f"unread:{item.file}", None, item.reason)
    try:
        data = bytes_of(path)
    except (OSError, Unreadable) as error:
        reason = error.reason if isinstance(error, Unreadable) else _cannot_open(error)
        return Read(f"unread:{item.file}", None, reason)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        return Read(sha256, extract(data, terms.form, terms.fixed, item.file), None)
    except Unreadable as error:
        return Read(sha256, None, error.reason)
    except Exception as error:  # a fault of ours on one file must not cost the others
        _log.exception("%s could not be read", item.file)
        detail = f"{type(error).__name__}: {error}"
        return Read(sha256, None, Text(FAULT.zh.format(error=detail), FAULT.en.format(error=detail)))


def bytes_of(path: Path) -> bytes:
    """The bytes of a regular file that nobody is writing to."""
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device would be read for ever
        raise unreadable("odd", NOT_A_FILE.zh, NOT_A_FILE.en, resave=False)
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        if before.st_size > MAX_FILE:
            raise unreadable("large", TOO_LARGE.zh, TOO_LARGE.en, resave=False)
        data = file.read(MAX_FILE + 1)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise unreadable("changing", CHANGING.zh, CHANGING.en, resave=False)
    return data


def _cannot_open(error: OSError) -> Text:
    if error.errno == errno.EINVAL or getattr(error, "winerror", 0) in _CLOUD:
        return IN_THE_CLOUD
    detail = error.strerror or str(error)
    return Text(CANNOT_OPEN.zh.format(error=detail), CANNOT_OPEN.en.format(error=detail))
