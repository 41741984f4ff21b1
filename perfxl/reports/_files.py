"""Where reports are written: the folder of each unit, and files of a report that could not be saved."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.model import Lang, Status, Submission, Text
from perfxl.output_files import UNKNOWN_UNIT, safe_name

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

UNITS = Text("单位", "units")
NOT_SAVED = Text("没有写成 {path}：{error}。", "{path} could not be written: {error}.")
PATH_TOO_LONG = Text(
    "没有写成 {path}：路径太长。请用 --out 另选一个路径短些的文件夹，再审核一次。",
    "{path} could not be written: its path is too long. Choose a folder with a shorter path for --out and check again.",
)
_WINDOWS = os.name == "nt"
#: letters of a path, which Windows does not exceed unless it is told to
_LONGEST_PATH = 260


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
