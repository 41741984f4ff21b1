"""The clerk's own templates are filled in a process of its own, which a mistake in one cannot keep busy for ever."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

try:
    import resource
except ImportError:  # Windows: the time is bounded, the memory by the system
    resource = None  # type: ignore[assignment]

#: seconds that a letter may take, and bytes of memory beyond what the process has at the beginning
SECONDS, MEMORY = 10.0, 256 * 2**20
#: characters of a letter
LONGEST_LETTER = 1_000_000

_Value = TypeVar("_Value")
_pool: ProcessPoolExecutor | None = None


class TooMuch(Exception):  # noqa: N818 - the letter is too much, nothing failed
    """The work did not end in its time or memory."""


def bounded(work: Callable[..., _Value], *values: Any) -> _Value:
    """``work(*values)`` in the process, which stays for the next. Raises ``TooMuch``, and what the work raises."""
    global _pool
    if _pool is None:
        _pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _bound_memory)
        with suppress(BrokenProcessPool):
            _pool.submit(_nothing).result(60)  # starting it is no work
    try:
        return _pool.submit(work, *values).result(SECONDS)
    except (TookTooLong, BrokenProcessPool, MemoryError) as error:
        for process in list(getattr(_pool, "_processes", {}).values()):
            process.kill()
        _pool.shutdown(wait=False, cancel_futures=True)
        _pool = None
        raise TooMuch from error


def _nothing() -> None:
    pass


def _bound_memory() -> None:
    """Let this process have so much more memory than now."""
    if resource is None:
        return
    with suppress(OSError, ValueError, IndexError):  # a system that tells no sizes
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
