"""A stretch of a batch, read and judged in one go, in whatever process."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from perfxl.cells import Unreadable
from perfxl.cells.guard import MAX_FILE, unreadable
from perfxl.clerk import Config, edition
from perfxl.extract import Fixed, SheetRows, extract
from perfxl.judge import run
from perfxl.lang import Lang, Text
from perfxl.model import Finding, Outcome
from perfxl.profiles import Profile
from perfxl.rules.across import Facts, facts_of
from perfxl.sources import Received
from perfxl.tables import Tables, build

CANNOT_OPEN = Text("文件打不开（{error}）。", "The file cannot be opened ({error}).")


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
    sheets: SheetRows | None
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
    return Chunk(tuple(reads), checked.findings, checked.outcomes, facts_of(tables), tables)


def originals(files: Sequence[Received], reads: Sequence[Read]) -> dict[str, str]:
    """Hash of the bytes -> the first file that has them."""
    first: dict[str, str] = {}
    for item, got in zip(files, reads, strict=True):
        first.setdefault(got.sha256, item.file)
    return first


def workbooks(files: Sequence[Received], reads: Sequence[Read]) -> list[tuple[str, SheetRows]]:
    """The files that hold forms, each content once."""
    first = originals(files, reads)
    return [
        (item.file, got.sheets)
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
        return Read(f"unread:{item.file}", None, reason)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        return Read(sha256, extract(data, terms.form, terms.fixed), None)
    except Unreadable as error:
        return Read(sha256, None, error.reason)
    except Exception as error:  # a fault of ours on one file must not cost the others
        return Read(sha256, None, _cannot_open(error))


def _cannot_open(error: Exception) -> Text:
    detail = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
    return Text(CANNOT_OPEN.zh.format(error=detail), CANNOT_OPEN.en.format(error=detail))
