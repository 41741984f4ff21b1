"""A worker that dies on one file: that file is one finding, all others are checked as ever."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from containers import CLEAN, TYPED

from perfxl.engine import batch as batches
from perfxl.engine.batch import Batch, check
from perfxl.engine.parts import BatchPart, PartSettings, check_part_in_worker
from perfxl.model import Lang, Severity, Status
from perfxl.sources import Received

FILES = 5


def deadly(files: Sequence[Received], settings: PartSettings, lang: Lang) -> BatchPart:
    """As ever, but a file with such a name ends the process: what a crash in a library, or a lack of memory, does."""
    if any("毒" in item.file for item in files):
        os._exit(3)
    return check_part_in_worker(files, settings, lang)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(FILES):
        (tmp_path / f"{number:02}.xlsx").write_bytes((TYPED if number == 4 else CLEAN).read_bytes())
    return tmp_path


def checked(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Batch:
    monkeypatch.setattr(batches, "check_part_in_worker", deadly)
    monkeypatch.setattr(batches, "PART", 2)
    seen: list[tuple[int, int]] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        batch = check(folder, executor=pool, progress=lambda done, whole: seen.append((done, whole)))
    number = len(batch.submissions)
    assert seen[-1] == (number, number)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    return batch


def told(batch: Batch) -> list[tuple[object, ...]]:
    return [(f.code, f.file, f.message, f.cells) for f in batch.findings]


@pytest.mark.parametrize("names", [["毒.xlsx"], pytest.param(["00毒.xlsx", "03毒.xlsx"], marks=pytest.mark.slow)])
def test_the_deadly_file_is_one_finding_and_no_other_is_lost(
    folder: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]
) -> None:
    alone = check(folder)
    for name in names:
        (folder / name).write_bytes(CLEAN.read_bytes())
    batch = checked(folder, monkeypatch)
    dead = [f for f in batch.findings if f.file in names]
    assert [(f.code, f.severity, f.file, f.cells) for f in dead] == [
        ("FILE-01", Severity.ERROR, name, ()) for name in names
    ]
    assert all("意外中断" in f.message and "其他文件不受影响" in f.message for f in dead)
    assert {s.file for s in batch.submissions if s.status is Status.UNREADABLE} == set(names)
    assert [row for row in told(batch) if row[1] not in names] == told(alone)
    assert [s for s in batch.submissions if s.file not in names] == list(alone.submissions)
    assert len(batch.outcomes) == len(alone.outcomes) + len(names)


def test_a_pool_that_is_broken_before_it_is_asked_costs_nothing(folder: Path) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        with pytest.raises(Exception, match="terminated abruptly"):
            pool.submit(os._exit, 1).result()
        batch = check(folder, executor=pool)
    assert told(batch) == told(check(folder))


def test_any_executor_will_do(folder: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    pool: Executor
    with ThreadPoolExecutor(2) as pool:
        assert told(check(folder, executor=pool)) == told(check(folder))
