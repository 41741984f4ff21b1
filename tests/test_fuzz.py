"""The fuzzer itself: some cases go well, and it sees each thing that it is there to see."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from containers import ROOT, put_cells
from hypothesis import given, settings
from hypothesis import strategies as st

from perfxl.engine import batch as batches
from perfxl.engine.batch import Batch, check, read
from perfxl.model import Finding, Severity

FUZZ = ROOT / "benchmarks" / "fuzz"
PROFILE = "mof_2015"
POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="the fuzzer forks")


@pytest.fixture(scope="module", autouse=True)
def _paths() -> Iterator[None]:
    added = [str(FUZZ), str(ROOT / "tests" / "reports"), str(ROOT / "samples")]
    sys.path[:0] = added
    yield
    for path in added:
        sys.path.remove(path)


@POSIX
@pytest.mark.slow
def test_cases_go_well_and_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    command = [sys.executable, str(FUZZ), "--cases", "24", "--seed", "5", "--keep", str(tmp_path / "kept")]
    told = [subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT) for _ in range(2)]
    assert [done.returncode for done in told] == [0, 0], told[0].stdout + told[0].stderr
    assert "24 cases, 0 wrong" in told[0].stdout
    assert told[0].stdout == told[1].stdout
    assert not (tmp_path / "kept").exists()


@pytest.fixture
def broken() -> Any:
    return broken_book()


@cache
def broken_book() -> Any:
    """A workbook with a broken sum, as the fuzzer makes it."""
    import originals

    [clean] = (ROOT / "samples" / "mof-2015").glob("*.clean.xlsx")
    for data in originals._broken(clean, PROFILE, random.Random(1)):
        made = originals._workbook(data, PROFILE)
        if len({sheet for sheet, _ in made.spared}) == 1:
            return made
    raise AssertionError("no sum within one form was broken")


def seen(broken: Any, tmp_path: Path) -> list[str]:
    import verdict

    case = verdict.Case("x.xlsx", broken.data, broken, "none")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.xlsx").write_bytes(broken.data)
    return [what for _, what in verdict.failures({"x.xlsx": case}, tmp_path / "in", tmp_path / "out", Counter())]


def test_nothing_is_said_of_what_is_right(broken: Any, tmp_path: Path) -> None:
    assert seen(broken, tmp_path) == []


def sums_are_silent(batch: Batch) -> Batch:
    kept = tuple(finding for finding in batch.findings if finding.severity is not Severity.ERROR)
    passed = tuple(replace(item, status=type(item.status).PASSED) for item in batch.submissions)
    return replace(batch, findings=kept, submissions=passed)


def a_file_is_lost(batch: Batch) -> Batch:
    return replace(batch, submissions=())


def a_sheet_is_lost(batch: Batch) -> Batch:
    return replace(batch, submissions=tuple(replace(item, forms=item.forms[1:]) for item in batch.submissions))


def python_is_spoken(batch: Batch) -> Batch:
    return replace(batch, findings=tuple(replace(f, message="KeyError: 3") for f in batch.findings))


def a_cell_is_nowhere(batch: Batch) -> Batch:
    moved = (replace(f, cells=tuple(cell._replace(col=0) for cell in f.cells)) for f in batch.findings)
    return replace(batch, findings=tuple(moved))


@pytest.mark.parametrize(("harm", "says"), [
    (sums_are_silent, "通过, though"), (a_file_is_lost, "comes out as"),
    (a_sheet_is_lost, "nothing is said of its sheets"), (python_is_spoken, "speaks Python"),
    (a_cell_is_nowhere, "col=0"),
])  # fmt: skip
def test_what_would_be_wrong_is_seen(
    broken: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: object, says: str
) -> None:
    put_together = batches.put_together
    monkeypatch.setattr(batches, "put_together", lambda *args: harm(put_together(*args)))  # type: ignore[operator]
    assert any(says in what for what in seen(broken, tmp_path))


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize(("fault", "how"), [("while True: pass", "SIGPROF"), ("os._exit(3)", "code 3"),
                                            ("bytearray(1 << 40)", "MemoryError")])  # fmt: skip
def test_a_case_that_hangs_dies_or_takes_too_much_is_seen(tmp_path: Path, fault: str, how: str) -> None:
    code = (
        f"import sys; sys.argv = ['fuzz', '--cases', '1', '--keep', {str(tmp_path)!r}]\n"
        f"import os, runpy; sys.path.insert(0, {str(FUZZ)!r})\n"
        f"fuzz = runpy.run_path({str(FUZZ)!r}, run_name='fuzz')\n"
        "def faulty(*_):\n    "
        f"{fault}\n"
        "case = fuzz['Case']('x.xlsx', b'', fuzz['Original']('xlsx', 'mof_2015', b'', None), 'bytes')\n"
        "space = fuzz['main'].__globals__\n"
        "space.update(_case=lambda *_: case, failures=faulty, SECONDS=1)\n"
        "sys.exit(fuzz['main']())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1, done.stderr
    assert how in done.stdout
    assert len(list(tmp_path.iterdir())) == 1


# ---------------------------------------------------------------- anything in the cells

LETTERS = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("万元%≥（）：、。—/0123456789.年月日")
CONTENTS = st.text(LETTERS, max_size=30) | st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 10_000), CONTENTS), min_size=1, max_size=12))
def test_the_broken_sum_is_told_whatever_else_is_typed(edits: list[tuple[int, str]]) -> None:
    """Into any cells to be filled in but its own: the same code, cell, figures and difference."""
    broken = broken_book()
    data = broken.data
    free = [place for place in fillable(data) if place not in broken.spared]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        for (sheet, cell), typed in {free[number % len(free)]: typed for number, typed in edits}.items():
            raw = f'<c r="{cell}" {{s}} t="inlineStr"><is><t xml:space="preserve">{escape(typed)}</t></is></c>'
            data = put_cells(data, sheet, {cell: raw})
        path.write_bytes(data)
        batch = check(path, PROFILE)
    assert said_of(broken.broken) in [said_of(finding) for finding in batch.findings]


@cache
def fillable(data: bytes) -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        path.write_bytes(data)
        tables = read(path, PROFILE)
    places = [(row.sheet, row.cell) for table in (tables.texts, tables.indicators) for row in table.itertuples()]
    assert len(places) > 50
    return places


def said_of(finding: Finding) -> tuple[object, ...]:
    return finding.code, [str(cell) for cell in finding.cells], finding.stated, finding.computed, finding.difference
