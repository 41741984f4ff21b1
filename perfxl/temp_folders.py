"""What a run keeps beside its results while it works, and the end of what runs that were killed left of it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

#: seconds; nothing takes so long to write
_LONG = 3600.0


def private_folder() -> Path:
    """A new folder that nobody else can read, to be removed by whoever asks. Those of the dead go before."""
    sweep()
    return Path(tempfile.mkdtemp(prefix=f"perfxl-{os.getpid()}-"))


@cache
def sweep() -> None:
    """Remove the private folders of runs that ended without doing so: there are returns of units in them."""
    for path in Path(tempfile.gettempdir()).glob("perfxl-*-*"):
        # the process may be one of another machine or container that shares the folder: its age has to tell too
        if not in_use(path) and _age(path) > _LONG:
            shutil.rmtree(path, ignore_errors=True)


def in_use(path: Path) -> bool:
    """Whether the run that began something may still be at it: the number of its process is second in the name."""
    try:
        if os.name == "posix":
            os.kill(int(path.name.split("-")[1]), 0)  # asks only; on Windows it would end the process
            return True
        return _age(path) < _LONG
    except PermissionError:
        return True
    except (OSError, ValueError, OverflowError):
        return False


def _age(path: Path) -> float:
    """Seconds since something was last changed; none for what is gone."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0
