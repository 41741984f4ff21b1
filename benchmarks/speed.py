"""How fast a batch is checked, as ratios against two peers, all measured in one run on the same files.

    python benchmarks/speed.py [--files 500] [--rounds 3]

Every job is a whole process, start-up included; the jobs take turns, and the medians are compared.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import make

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent / "samples" / "hengyang-2020" / "中共衡阳市委编办_绩效目标申报表.xlsx"
CALAMINE, OPENPYXL = "calamine to lists", "openpyxl sums"
BATCH, SINGLE, REPORTS = "perfxl batch", "perfxl batch, one process", "perfxl, all reports written"
START = "perfxl, one workbook, all reports"


def jobs(folder: Path, out: Path) -> dict[str, list[str]]:
    python, perfxl = [sys.executable], [sys.executable, "-m", "perfxl"]
    return {
        CALAMINE: [*python, str(HERE / "peers" / "calamine_lists.py"), str(folder)],
        BATCH: [*python, str(HERE / "batch.py"), str(folder), str(os.cpu_count())],
        SINGLE: [*python, str(HERE / "batch.py"), str(folder), "1"],
        OPENPYXL: [*python, str(HERE / "peers" / "openpyxl_sums.py"), str(folder)],
        REPORTS: [*perfxl, "check", str(folder), "--out", str(out / "all")],
        START: [*perfxl, "check", str(SAMPLE), "--out", str(out / "one")],
    }


def once(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return seconds


def machine() -> str:
    names = [line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    return f"{os.cpu_count()} x {names[0] if names else platform.machine()}, Python {platform.python_version()}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="perfxl-bench-"))
    try:
        folder = work / "in"
        folder.mkdir()
        make(SAMPLE, folder, given.files)
        times: dict[str, list[float]] = {name: [] for name in jobs(folder, work)}
        for number in range(given.rounds):
            for name, command in jobs(folder, work).items():
                if name in (OPENPYXL, REPORTS) and number:
                    continue  # by far the longest: one round is enough to tell
                times[name].append(once(command))
    finally:
        shutil.rmtree(work)
    report({name: statistics.median(found) for name, found in times.items()}, given.files)


def report(seconds: dict[str, float], files: int) -> None:
    print(f"{files} copies of the sample (13 sheets, 10 forms each), {machine()}")
    for name, value in seconds.items():
        each = f"{value / files * 1000:8.2f} ms a workbook" if name != START else ""
        print(f"  {name:36}{value:8.2f} s {each}")
    print(f"{BATCH} / {CALAMINE}: {seconds[BATCH] / seconds[CALAMINE]:.2f}   (aim: at most 3)")
    print(f"{SINGLE} / {CALAMINE}: {seconds[SINGLE] / seconds[CALAMINE]:.2f}")
    print(f"{OPENPYXL} / {BATCH}: {seconds[OPENPYXL] / seconds[BATCH]:.2f}   (aim: at least 8)")
    print(f"{OPENPYXL} / {REPORTS}: {seconds[OPENPYXL] / seconds[REPORTS]:.2f}")


if __name__ == "__main__":
    main()
