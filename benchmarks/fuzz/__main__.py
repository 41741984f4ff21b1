"""Whatever comes in: no crash, no hang, nothing lost, and no file that passes with a broken sum in it.

    python benchmarks/fuzz [--cases 10000] [--seconds 60] [--seed 1] [--first 0] [--keep DIR]

Damages files at random (see ``originals.py``, ``damage.py``, ``contents.py``) and has perfxl check them and write all
reports, some at a time in a process with limits of time and memory. What goes wrong is printed; the file is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE), *(str(ROOT / part) for part in ("tests", "tests/reports", "samples"))]

from contents import any_cells  # noqa: E402 -- the folders above must be known first
from damage import any_bytes, any_member, any_records, any_xml  # noqa: E402
from originals import EDITIONS, Original, originals  # noqa: E402
from verdict import Case, failures  # noqa: E402

#: cases in one process: the rules cost little more for these than for one
TOGETHER = 64
#: seconds of work and bytes beyond those that the process begins with, for one case
SECONDS, MEMORY = 10, 1 << 30
#: seconds that a case takes among others
USUAL = 0.1
DAMAGES = {"bytes": any_bytes, "records": any_records, "members": any_member, "xml": any_xml}


def main() -> int:
    """Run, print, and say whether nothing went wrong."""
    parser = argparse.ArgumentParser(description="Files damaged at random.")
    parser.add_argument("--cases", type=int, default=10_000, help="how many (default 10000)")
    parser.add_argument("--seconds", type=float, help="stop after so many, whatever is left")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case, to see one again")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"), help="where the files that fail are kept")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # our own zips are odd on purpose; those of perfxl are recorded
    os.environ["PERFXL_DEBUG"] = "1"  # a copy that cannot be made is not to be made in another way
    os.environ["PATH"] = ""  # no program beside perfxl: each would take seconds, and have faults of its own
    ends = time.monotonic() + given.seconds if given.seconds else float("inf")
    ran: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    wrong = 0
    first, last = given.first, given.first + given.cases
    while first < last and time.monotonic() < ends:
        upto = min(last, (first // TOGETHER + 1) * TOGETHER)
        cases = {case.name: case for case in (_case(given.seed, number) for number in range(first, upto))}
        ran.update(case.how for case in cases.values())
        for name, what in _tried(list(cases.values()), ended):
            wrong += 1
            print(f"FAILED {name or '+'.join(cases)}: {what}", flush=True)
            _keep(given.keep, [cases[name]] if name in cases else list(cases.values()))
        first = upto
    print(f"seed {given.seed}: {ran.total()} cases, {wrong} wrong; {_counted(ran)}; {_counted(ended)}")
    return int(wrong > 0)


def _case(seed: int, number: int) -> Case:
    """A case, the same for the same seed and number. Cases of one process are of one edition of the forms."""
    weights = [weight for _, weight in EDITIONS.values()]
    [profile] = random.Random(f"{seed}-of-{number // TOGETHER}").choices(list(EDITIONS), weights)
    dice = random.Random(f"{seed}-{number}")
    from_all = _originals(seed, profile)
    workbooks = [one for one in from_all if one.sheets]
    how = dice.choice(("bytes", "records", "members", "xml", "xml", "xml", "cells", "cells", "cells", "cells"))
    original = dice.choice(workbooks if how == "cells" or dice.random() < 0.4 else from_all)
    data = (
        any_cells(dice, original.data, original.sheets, original.spared) if how == "cells" else
        DAMAGES[how](dice, original.data)
    )  # fmt: skip
    return Case(f"{seed}-{number}.{original.ending}", data, original, how)


@cache
def _originals(seed: int, profile: str) -> Sequence[Original]:
    path, os.environ["PATH"] = os.environ["PATH"], os.defpath
    try:
        return originals(profile, random.Random(f"{seed}-{profile}"))
    finally:
        os.environ["PATH"] = path


def _counted(numbers: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.most_common())


def _tried(cases: Sequence[Case], ended: Counter[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the cases: in one process, and each in one of its own where that one dies."""
    found = _in_process(cases)
    if isinstance(found, tuple):
        yield from found[0]
        ended.update(found[1])
    elif len(cases) == 1:
        yield cases[0].name, f"the process ended with {found}"
    else:
        for case in cases:
            yield from _tried([case], ended)


def _in_process(cases: Sequence[Case]) -> tuple[list[tuple[str, str]], dict[str, int]] | str:
    """What was found and how the files ended, or how the process died."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name) / "in"
        folder.mkdir()
        for case in cases:
            (folder / case.name).write_bytes(case.data)
        answer = Path(name) / "answer.json"
        child = os.fork()
        if child == 0:
            ends: Counter[str] = Counter()
            try:
                _limit(len(cases))
                found = list(failures({case.name: case for case in cases}, folder, Path(name) / "out", ends))
            except Exception:
                found = [("", traceback.format_exc())]
            answer.write_text(json.dumps((found, ends)))
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if answer.exists():
            told, counts = json.loads(answer.read_text())
            return [(file, what) for file, what in told], counts
        return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"code {os.WEXITSTATUS(status)}"


def _limit(cases: int) -> None:
    """Bounds for this process. Time is that of the processor: others may be at work on the same machine."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, SECONDS + cases * USUAL)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))


def _keep(folder: Path, cases: Sequence[Case]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        path = folder / f"{case.original.profile}-{case.name}"
        path.write_bytes(case.data)


if __name__ == "__main__":
    sys.exit(main())
