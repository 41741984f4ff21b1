"""A file to read, and which files are no submissions but left behind by programs and systems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from perfxl.model import Text
from perfxl.temp_folders import TempFolder

NOT_THERE = Text(
    "没有这个文件或文件夹：{path}。请检查路径。", "There is no such file or folder: {path}. Check the path."
)
#: the endings of saved mails
MAIL_ENDINGS = (".eml", ".msg", ".mbox")

#: lock files of Excel and WPS, the halves that macOS splits its own data into, and what perfxl writes itself
_LEFT_BEHIND = ("~$", ".~", "._", ".perfxl-")
_SYSTEM = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
#: everything in a folder of this name was left behind by a program
SYSTEM_FOLDER = "__MACOSX"


@dataclass(frozen=True, slots=True)
class Received:
    """A file to read: its path, and the name ``file`` under which it is reported.

    ``reason`` is why it cannot be read, if that is known before; ``path`` is then that of the archive. ``mails`` is the
    file of mails with which it came. ``folder`` keeps what was unpacked; neither is sent to a worker. ``unit`` is the
    unit of which it is, and ``when`` the second since 1970 at which it came, where that is known beforehand.
    """

    file: str
    path: Path
    reason: Text | None = None
    folder: TempFolder | None = field(default=None, compare=False, repr=False)
    mails: Path | None = field(default=None, compare=False, repr=False)
    unit: str = ""
    when: float = 0.0

    def __reduce__(self) -> tuple[type[Received], tuple[str, Path, Text | None, None, None, str, float]]:
        """For a worker, which only reads."""
        return type(self), (self.file, self.path, self.reason, None, None, self.unit, self.when)


def is_ignored(name: str) -> bool:
    """Whether a file of this name was left behind by a program."""
    return name.startswith(_LEFT_BEHIND) or name.lower() in _SYSTEM


def is_ignored_path(parts: Sequence[str]) -> bool:
    """The same for a file with all its folders."""
    return not parts or is_ignored(parts[-1]) or SYSTEM_FOLDER in parts[:-1]


def is_open_elsewhere(path: Path) -> bool:
    """Whether Excel, WPS or LibreOffice has its lock file beside a file: somebody has it open."""
    locks = (f"~${path.name}", f".~{path.name}", f".~lock.{path.name}#")
    try:
        return any(path.with_name(name).exists() for name in locks)
    except OSError:
        return False
