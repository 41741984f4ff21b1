"""Where reports are written: names that every system allows, and files that are whole or not there."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.model import Lang, Status, Submission, Text
from perfxl.temp_folders import in_use

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

UNITS = Text("单位", "units")
UNKNOWN_UNIT = Text("未识别单位", "unknown unit")
NOT_SAVED = Text("没有写成 {path}：{error}。", "{path} could not be written: {error}.")
PATH_TOO_LONG = Text(
    "没有写成 {path}：路径太长。请用 --out 另选一个路径短些的文件夹，再审核一次。",
    "{path} could not be written: its path is too long. Choose a folder with a shorter path for --out and check again.",
)
_WINDOWS = os.name == "nt"
#: letters of a path, which Windows does not exceed unless it is told to
_LONGEST_PATH = 260
#: what Windows forbids in names, control characters, marks that turn the direction of reading, halves of a character
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])( *\..*)?")
#: in UTF-8 bytes: room is left for a suffix within the 255 that a file name may have
_LONGEST = 180


def safe_name(text: str, fallback: str = "_") -> str:
    """A file or folder name that Windows, macOS and Linux allow, close to ``text``, never a path."""
    name = _FORBIDDEN.sub("_", text).strip(" .　")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    while len(name.encode()) > _LONGEST:
        name = name[:-1]
    return name.rstrip(" .") or fallback


class Incomplete(Exception):  # noqa: N818 - it says what is missing of a report
    """A report of which some files could not be made: those that were ``written``, and a reason for each other."""

    def __init__(self, written: Sequence[Path], reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.written = list(written)
        self.reasons = list(reasons)


def not_saved(error: OSError, path: Path, lang: Lang) -> str:
    """Why one file of many could not be written, for people. Raises the error where the others would meet it too."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
        raise error
    too_long = error.errno == errno.ENAMETOOLONG or (_WINDOWS and len(str(path.absolute())) >= _LONGEST_PATH)
    if too_long:
        return PATH_TOO_LONG.render(lang, path=path)
    return NOT_SAVED.render(lang, path=path, error=error.strerror or type(error).__name__)


def clean_up(out: Path) -> None:
    """Remove what runs that were broken off left half written."""
    for path in out.rglob(".perfxl-*.tmp"):
        if not in_use(path):
            with suppress(OSError):
                path.unlink()


def save(path: Path, data: bytes) -> Path:
    """Write a file beside its place and rename it: readers see the old file or the new one, never half of it.

    Where the old file is open in Excel or WPS, or may not be replaced, the new one gets a dated name beside it.
    Returns the path that was written. Raises ``OSError`` when the folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".perfxl-{os.getpid()}-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        try:
            Path(temporary).replace(path)
        except PermissionError:
            path = path.with_stem(f"{path.stem}_{datetime.now().astimezone():%Y%m%d-%H%M%S}")
            Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def by_unit(batch: Batch) -> Iterator[tuple[str, Path, list[Submission]]]:
    """(unit, its folder below the output, its submissions) for every unit; unreadable files have one of their own.

    A submission that repeats another byte for byte is left out: it has the other's reports.
    """
    groups: dict[str, list[Submission]] = {}
    for submission in batch.submissions:
        unread = submission.status in (Status.UNREADABLE, Status.NOT_A_RETURN)
        unit = "" if unread else submission.unit
        if not submission.duplicate_of:
            groups.setdefault(unit, []).append(submission)
    taken: set[str] = set()
    for unit, submissions in groups.items():
        name = folder = safe_name(unit, UNKNOWN_UNIT.render(batch.lang))
        number = 2
        while folder.casefold() in taken:
            folder, number = f"{name} ({number})", number + 1
        taken.add(folder.casefold())
        yield unit, Path(UNITS.render(batch.lang)) / folder, submissions
