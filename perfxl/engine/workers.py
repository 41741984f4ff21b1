"""Stretches of a batch spread over workers, and what becomes of them when a worker dies."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context, parent_process

from perfxl.engine.parts import Chunk, Read
from perfxl.model import Text
from perfxl.rules.across import Facts
from perfxl.sources import Received

Stretch = Sequence[Received]
#: reads and judges a stretch, in whatever process
Work = Callable[[Stretch], Chunk]

DIED = Text(
    "审核这个文件时程序意外中断（文件内容异常，或内存不足），其他文件不受影响。"
    "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
    "The program broke off at this file (odd contents, or too little memory); no other file is affected. "
    "Open it in Excel or WPS, save as .xlsx and send it again.",
)


def pool_of(number: int) -> ProcessPoolExecutor:
    """A pool of worker processes, spawned alike on every system: a fork of a process with threads may hang."""
    return ProcessPoolExecutor(number, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Ctrl-C is for the parent, which stops its workers; a worker whose parent was killed ends by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def spread(stretches: Sequence[Stretch], work: Work, executor: Executor) -> Iterator[Chunk]:
    """The chunks of all stretches, in their order. A file that kills its worker is one that cannot be read.

    A pool that has lost a worker gives up all that waits in it: that is done again, each stretch in a process of its
    own, so that only the one with the deadly file dies another time.
    """
    futures = [_submitted(executor, work, files) for files in stretches]
    with ThreadPoolExecutor(os.cpu_count()) as rescuers:
        rescued: dict[int, Future[list[Chunk]]] = {}
        for number, future in enumerate(futures):
            try:
                yield future.result()
            except BrokenExecutor:
                if not rescued:
                    lost = [n for n, other in enumerate(futures) if isinstance(other.exception(), BrokenExecutor)]
                    rescued = {n: rescuers.submit(_alone, stretches[n], work) for n in lost}
                yield from rescued[number].result()


def _submitted(executor: Executor, work: Work, files: Stretch) -> Future[Chunk]:
    try:
        return executor.submit(work, files)
    except BrokenExecutor as error:
        failed: Future[Chunk] = Future()
        failed.set_exception(error)
        return failed


def _alone(files: Stretch, work: Work) -> list[Chunk]:
    """A stretch in a process of its own; if that dies, each half of the stretch, down to the deadly file."""
    with pool_of(1) as pool:
        try:
            return [pool.submit(work, files).result()]
        except BrokenExecutor:
            pass
    if len(files) == 1:
        return [Chunk((Read(f"unread:{files[0].file}", None, DIED),), [], [], Facts({}, (), ()))]
    half = len(files) // 2
    return [*_alone(files[:half], work), *_alone(files[half:], work)]
