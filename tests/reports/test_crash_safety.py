"""A run that is killed at any moment: every file is the old one or the new one, and the next run goes on from there."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from containers import ROOT, TYPED
from draws import dice
from raw_books import edited

from perfxl.engine.batch import Batch, check
from perfxl.reports import annotated
from perfxl.reports.out_folder import WRITTEN_LIST, WrittenFiles

FILES = 5
KILLS = 12

#: forks, so that a kill costs no start of Python; what is found wrong after each kill is printed
KILLER = """
import ast, os, shutil, sys, time, zipfile
from pathlib import Path
from python_calamine import CalamineWorkbook
from perfxl import reports
from perfxl.output_files import clean_up
from perfxl.engine.batch import Batch, check

folder, work, moments = Path(sys.argv[1]), Path(sys.argv[2]), ast.literal_eval(sys.argv[3])

def files(out):
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}

def run(batch, out):
    clean_up(out)
    reports.write(batch, out)

def whole(name, data):
    if name.endswith(".xlsx"):
        path = work / "probe.xlsx"
        path.write_bytes(data)
        return zipfile.ZipFile(path).testzip() is None and bool(CalamineWorkbook.from_path(path).sheet_names)
    return data.rstrip().endswith(b"</html>")

old_batch = check(folder / "old")
new_batch = check(folder / "new")
run(old_batch, work / "warm")
run(old_batch, work / "old")
start = time.monotonic()
run(new_batch, work / "new")
lasts = time.monotonic() - start
old, new = files(work / "old"), files(work / "new")
assert old.keys() == new.keys() and old != new
wrong, killed, left, mixed = [], 0, 0, 0
for number, moment in enumerate(moments):
    out = work / f"out{number}"
    shutil.copytree(work / "old", out)
    child = os.fork()
    if child == 0:
        run(new_batch, out)
        os._exit(0)
    time.sleep(lasts * moment)
    os.kill(child, 9)
    killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    seen = files(out)
    left += any(name.endswith(".tmp") for name in seen)
    mixed += any(seen.get(name) == new[name] != old[name] for name in new if "批注" in name)
    for name, data in seen.items():
        if name.endswith((".tmp", ".jsonl")):
            continue
        timed = name.endswith(".html") or name == "汇总表.xlsx"
        if not (whole(name, data) if timed else data in (old[name], new[name])):
            wrong.append((number, name))
    wrong += [(number, name, "gone") for name in old if name not in seen]
    run(new_batch, out)
    after = files(out)
    wrong += [(number, name, "next run") for name in new if "批注" in name and after.get(name) != new[name]]
    wrong += [(number, name, "left") for name in after if name.endswith(".tmp")]
    shutil.rmtree(out)
print(repr((wrong, killed, left, mixed)))
"""


def book(number: int, amount: float) -> bytes:
    return edited(TYPED.read_bytes(), {"项目1!D7": amount + number})


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions of the same files."""
    folder = tmp_path_factory.mktemp("received")
    for edition, amount in (("old", 17.0), ("new", 99.0)):
        (folder / edition).mkdir()
        for number in range(FILES):
            (folder / edition / f"{number}.xlsx").write_bytes(book(number, amount))
    return folder


@pytest.fixture(scope="module")
def batch(received: Path) -> Batch:
    """The older files, checked."""
    return check(received / "old")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a fork")
def test_killed_at_any_moment_each_file_is_the_old_or_the_new(received: Path, tmp_path: Path) -> None:
    moments = [dice(number).random() for number in range(KILLS)]
    command = [sys.executable, "-c", KILLER, str(received), str(tmp_path), repr(moments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    wrong, killed, _, mixed = ast.literal_eval(done.stdout)
    assert wrong == []
    # the moments were such that there was something to survive
    assert killed > KILLS / 4
    assert mixed > 0


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
def test_a_killed_command_leaves_no_workers_behind(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.xlsx").write_bytes(book(number, 1.0) if number < 2 else TYPED.read_bytes())
    command = [sys.executable, "-m", "perfxl", "check", str(tmp_path), "--out", str(tmp_path / "out"), "--jobs", "2"]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    workers: set[int] = set()
    deadline = time.monotonic() + 60
    while len(workers) < 2 and run.poll() is None and time.monotonic() < deadline:
        workers = {pid for pid in children(run.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}
        time.sleep(0.02)
    assert len(workers) == 2
    time.sleep(3)  # the workers have to have begun
    run.send_signal(signal.SIGKILL)
    run.wait()
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in workers if alive(pid)]


def children(pid: int) -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.add(int(path.parent.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# ---------------------------------------------------------------- going on where it stopped


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the copies that are made."""
    counted: list[int] = []
    annotate = annotated.annotate

    def counting(*args: Any) -> bytes:
        counted.append(1)
        return annotate(*args)

    monkeypatch.setattr(annotated, "annotate", counting)
    return counted


def written(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in out.rglob("*_批注.xlsx")}


def test_what_would_come_out_the_same_is_not_made_again(
    received: Path, batch: Batch, tmp_path: Path, made: list[int]
) -> None:
    first = annotated.write(batch, tmp_path)
    assert len(made) == FILES
    before = written(tmp_path)
    assert annotated.write(check(received / "old"), tmp_path) == first
    assert (len(made), written(tmp_path)) == (FILES, before)


def test_a_run_that_was_broken_off_is_gone_on_with(
    batch: Batch, tmp_path: Path, made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    put = WrittenFiles.put

    def broken(self: WrittenFiles, *args: Any) -> Path:
        if len(made) == 4:
            raise KeyboardInterrupt
        return put(self, *args)

    monkeypatch.setattr(WrittenFiles, "put", broken)
    with pytest.raises(KeyboardInterrupt):
        annotated.write(batch, tmp_path)
    with (tmp_path / WRITTEN_LIST).open("a") as lines:
        lines.write('\n["单位/x", "half of a li')  # as a kill in the middle of a line leaves it
    monkeypatch.setattr(WrittenFiles, "put", put)
    made.clear()
    assert len(annotated.write(batch, tmp_path)) == FILES
    assert len(made) == FILES - 3
    made.clear()
    annotated.write(batch, tmp_path)
    assert made == []


@pytest.mark.parametrize("change", ["findings", "language", "edited", "gone", "list gone", "program"])
def test_what_would_come_out_otherwise_is_made_again(
    received: Path, batch: Batch, tmp_path: Path, made: list[int], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    paths = annotated.write(batch, tmp_path)
    good = {path: path.read_bytes() for path in paths}
    made.clear()
    expected = 1
    if change == "findings":
        number = next(n for n, f in enumerate(batch.findings) if f.file == "3.xlsx")
        kept = (*batch.findings[:number], *batch.findings[number + 1 :])
        batch = replace(batch, findings=kept)
    elif change == "language":
        batch, expected = check(received / "old", lang="en"), FILES
    elif change == "edited":
        paths[3].write_bytes(paths[3].read_bytes()[:-1])
    elif change == "gone":
        paths[3].unlink()
    elif change == "list gone":
        (tmp_path / WRITTEN_LIST).unlink()
        expected = FILES
    else:
        monkeypatch.setattr("perfxl.reports.out_folder._program", lambda: "another")
        expected = FILES
    again = annotated.write(batch, tmp_path)
    assert len(made) == expected
    if change in ("edited", "gone", "list gone", "program"):
        assert {path: path.read_bytes() for path in again} == good
