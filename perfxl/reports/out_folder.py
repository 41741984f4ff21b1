"""The output folder of a check: one folder for each unit, files that need not be written again, files that failed."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import perfxl
from perfxl.model import Lang, Submission, Text
from perfxl.output_files import UNKNOWN_UNIT, free_name, safe_name, save

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

UNITS = Text("单位", "units")
#: the page of a unit
REPORT = Text("错误报告.html", "report.html")
NOT_SAVED = Text("未能写入 {path}：{error}。", "{path} could not be written: {error}.")
PATH_TOO_LONG = Text(
    "未能写入 {path}：路径太长。请用 --out 另选一个路径短些的文件夹，再审核一次。",
    "{path} could not be written: its path is too long. Choose a folder with a shorter path for --out and check again.",
)
#: how a cell is found in a file that has no sheets
DOCUMENT = Text(
    "原文件是文档：“表3!D14”指文档里第 3 张表的第 14 行第 4（D）列，“正文!A7”指表外文字的第 7 行（空行不计）。",
    "The original is a document: “表3!D14” is row 14, column 4 (D) of its third table; “正文!A7” is the seventh line "
    "outside the tables, blank ones not counted.",
)
#: the list of written files, below the output folder
WRITTEN_LIST = ".perfxl-written.jsonl"
_WINDOWS = os.name == "nt"
#: characters of a path on Windows, unless long paths are switched on
_LONGEST_PATH = 260
#: what a file was made of, and what it contains: two digests
_Entry = tuple[str, str]


class Written(list[Path]):
    """The paths of the files that were written, and what people should know about them."""

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        super().__init__(paths)
        self.remarks: list[str] = list(paths.remarks) if isinstance(paths, Written) else []


class Incomplete(Exception):  # noqa: N818 - the report was written, in part
    """A report of which some files could not be made: ``written`` are the others, ``reasons`` are for people."""

    def __init__(self, written: Sequence[Path], reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.written = Written(written)
        self.reasons = list(reasons)


def not_saved(error: OSError, path: Path, lang: Lang) -> str:
    """Why one file could not be written, for people. Raises the error if the other files would fail like it."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
        raise error
    if error.errno == errno.ENAMETOOLONG or (_WINDOWS and len(str(path.absolute())) >= _LONGEST_PATH):
        return PATH_TOO_LONG.render(lang, path=path)
    return NOT_SAVED.render(lang, path=path, error=error.strerror or type(error).__name__)


def by_unit(batch: Batch) -> Iterator[tuple[str, Path, list[Submission]]]:
    """(unit, its folder relative to the output folder, its submissions); unreadable files share a folder, unit ``""``.

    Files that repeat another byte for byte are left out: the other's reports are theirs.
    """
    groups: dict[str, list[Submission]] = {}
    for submission in batch.submissions:
        unit = submission.unit if submission.status.checked else ""
        if not submission.duplicate_of:
            groups.setdefault(unit, []).append(submission)
    taken: set[str] = set()
    for unit, submissions in groups.items():
        folder = free_name(safe_name(unit, UNKNOWN_UNIT.render(batch.lang)), taken)
        yield unit, Path(UNITS.render(batch.lang)) / folder, submissions


def names_of(submissions: Sequence[Submission]) -> dict[str, str]:
    """The names by which the files of a unit are told to it: without folders and archives, which may name others."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for one in submissions:
        name = one.file.rpartition("/")[2]
        stem, dot, suffix = name.rpartition(".")
        found[one.file] = free_name(stem, taken, dot + suffix) if stem else free_name(name, taken)
    return found


class WrittenFiles:
    """The files of one report below an output folder: one that would come out the same is not made again.

    Each file gets a line in ``WRITTEN_LIST`` as soon as it is in its place, so that the next run continues an
    interrupted one. At the end ``close`` writes a list of the files of this run only.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._list = out / WRITTEN_LIST
        self._earlier = _read(self._list)
        self._now: dict[str, _Entry] = {}

    def has(self, path: Path, made_of: str) -> bool:
        """Whether the file is there, complete, and was made of the same."""
        entry = self._earlier.get(self._name(path), ("", ""))
        with suppress(OSError):
            if entry[0] == made_of and _digest(path.read_bytes()) == entry[1]:
                self._now[self._name(path)] = entry
                return True
        return False

    def put(self, path: Path, made_of: str, data: bytes) -> Path:
        """Write the file and its line in the list; returns the path that was written. Raises ``OSError``."""
        written = save(path, data)
        if written == path:
            entry = self._now[self._name(path)] = (made_of, _digest(data))
            with suppress(OSError), self._list.open("a", encoding="utf-8") as lines:  # the file is good without it
                lines.write(_line(self._name(path), entry))
        return written

    def close(self) -> None:
        """Write the list of this run, if it differs from the earlier one."""
        if self._now != self._earlier:
            with suppress(OSError):
                save(self._list, "".join(_line(name, entry) for name, entry in self._now.items()).encode())

    def _name(self, path: Path) -> str:
        return path.relative_to(self._out).as_posix()


def made_of(*parts: object) -> str:
    """A digest of what a file is made of: these parts, and the program itself."""
    return _digest(repr((_program(), *parts)).encode("utf-8", "surrogatepass"))


@cache
def _program() -> str:
    """A digest of the version and the files of perfxl: another program may make another file of the same parts."""
    root = Path(perfxl.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    found = [(str(path.relative_to(root)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return _digest(repr((perfxl.__version__, found)).encode())


def _read(path: Path) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    with suppress(OSError):
        for line in path.read_text("utf-8", "replace").splitlines():
            with suppress(ValueError, TypeError):  # the last line of an interrupted run may be incomplete
                name, key, digest = json.loads(line)
                found[name] = (key, digest)
    return found


def _line(name: str, entry: _Entry) -> str:
    """A line of the list. The line end comes first, so that an incomplete line spoils only itself."""
    return "\n" + json.dumps([name, *entry])


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
