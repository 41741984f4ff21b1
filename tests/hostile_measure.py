"""Check one file and write all its reports in a process of its own, and say what that took.

``python tests/hostile_measure.py`` prints the table of ``docs/limits.md``.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SCRIPT = """
import re, sys, time
from pathlib import Path
from perfxl import reports
from perfxl.engine.batch import check
start = time.process_time()
batch = check(Path(sys.argv[1]))
reports.write(batch, Path(sys.argv[2]))
seconds = time.process_time() - start
memory = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
item = batch.submissions[0]
print(repr((item.status.value, [(f.code, f.message) for f in batch.findings], seconds, memory)))
"""


class Measured(NamedTuple):
    """What came of a file; the memory is that of the whole process, some 90 MB of it before the file is opened."""

    status: str
    findings: list[tuple[str, str]]
    seconds: float
    megabytes: float


def measured(path: Path, out: Path) -> Measured:
    """Seconds of work (not of waiting) and the most memory of a check with all its reports."""
    command = [sys.executable, "-c", SCRIPT, str(path), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=600)
    assert done.returncode == 0, done.stderr[-1000:]
    return Measured(*ast.literal_eval(done.stdout))


def table() -> str:
    """The measured table, in Markdown."""
    from hostile_cases import CASES

    lines = ["| file | bytes sent | outcome | seconds | MB |", "|---|---:|---|---:|---:|"]
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(CASES):
            path = Path(folder) / f"{number}.{case.ending}"
            path.write_bytes(case.make())
            seen = measured(path, Path(folder) / "out")
            outcome = "refused" if seen.status == "无法读取" else "read"
            size = f"{path.stat().st_size:,}"
            lines.append(f"| {case.name} | {size} | {outcome} | {seen.seconds:.1f} | {seen.megabytes:.0f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())  # noqa: T201 - the command prints its table
