"""Private temporary folders of a run, and the removal of those that crashed or killed runs left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from functools import cache
from pathlib import Path

#: seconds; nothing takes so long to write
_LONG = 3600.0


def private_folder() -> Path:
    """A new folder that nobody else can read; the caller removes it. Folders of crashed runs are removed first."""
    sweep()
    return Path(tempfile.mkdtemp(prefix=f"perfxl-{os.getpid()}-"))


class TempFolder:
    """A private folder for unpacked files, removed when nobody holds this object any more, at the latest at exit.

    The files in it are numbered: no name from outside ever becomes a path.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._number = 0

    def new_path(self) -> Path:
        """The path for the next file; the folder is made when first needed."""
        if self._folder is None:
            self._folder = private_folder()
            weakref.finalize(self, _remove, self._folder, os.getpid())
        self._number += 1
        return self._folder / f"{self._number:06}"


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked worker inherits the object, but must not clear the folder
        shutil.rmtree(folder, ignore_errors=True)


@cache
def sweep() -> None:
    """Remove the private folders of runs that ended without doing so: they contain returns of units."""
    for path in Path(tempfile.gettempdir()).glob("perfxl-*-*"):
        # the process may belong to another machine or container that shares the folder: its age counts too
        if not in_use(path) and _age(path) > _LONG:
            shutil.rmtree(path, ignore_errors=True)


def in_use(path: Path) -> bool:
    """Whether the process whose number is second in the name (``perfxl-<pid>-…``) may still be running."""
    try:
        if os.name == "posix":
            os.kill(int(path.name.split("-")[1]), 0)  # only asks; on Windows it would end the process
            return True
        return _age(path) < _LONG
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False


def _age(path: Path) -> float:
    """Seconds since the last change; 0 for what is gone."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0
