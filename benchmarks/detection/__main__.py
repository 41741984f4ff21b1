"""Does perfxl find what is wrong, and nothing else? ``python benchmarks/detection [--workbooks 220] [--seed 1]``.

Each workbook is a department of its own. It is checked as it is, where no error and no warning may be, and again with
one mistake in it, where the right code must stand at the right cell. Prints recall for each kind of mistake and the
false alarms of the clean workbooks; the exit code is 0 when every mistake is found and no false alarm raised.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from openpyxl.utils.cell import coordinate_to_tuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("tests", "tests/rules", "samples")]

import moves  # noqa: E402 -- the folders above must be known first
from layouts import LAYOUTS, as_sent  # noqa: E402
from slips import KINDS, Slip, slip  # noqa: E402
from workbook_edits import Book  # noqa: E402
from worlds import World, make  # noqa: E402

from perfxl import check  # noqa: E402
from perfxl.model import Finding, Severity  # noqa: E402


def main() -> int:
    """Run, print, and say whether the aim was met."""
    parser = argparse.ArgumentParser(description="Recall and false alarms on made-up departments.")
    parser.add_argument("--workbooks", type=int, default=220, help="how many (default 220)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found: dict[str, Counter[bool]] = defaultdict(Counter)
    alarms: list[str] = []
    layouts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number, kind in enumerate(_kinds(given.workbooks)):
            dice = random.Random(f"{given.seed}-{number}")
            world = make(dice)
            path = Path(folder) / f"{number}.xlsx"
            path.write_bytes(world.book)
            alarms += [f"{number}: {_say(f)}" for f in check(path).findings if f.severity is not Severity.NOTICE]
            made = slip(kind, world, dice)
            if made is None:
                found[kind].update()
                continue
            ok, layout = _found(world, made, path, dice)
            layouts[layout] += 1
            found[kind][ok] += 1
            if not ok:
                print(f"MISSED {number} {kind}: {made.code} at {made.place}, {layout}: {dict(made.edits)}")
    return _report(found, alarms, layouts, given.workbooks)


def _kinds(workbooks: int) -> Iterator[str]:
    """The kinds in turn, until there are enough."""
    names = list(KINDS)
    return (names[number % len(names)] for number in range(workbooks))


def _found(world: World, made: Slip, path: Path, dice: random.Random) -> tuple[bool, str]:
    """Whether the mistake is found in the workbook, in a layout chosen by the die."""
    book = Book(world.book, world.places)
    path.write_bytes(book.edited(made.edits))
    layout = dice.choice(LAYOUTS)
    sheet, cell = world.places.address(made.place).split("!")
    place = (sheet, *coordinate_to_tuple(cell))
    if layout is not as_sent:
        pages, where = layout(moves.pages_of(path), dice)
        path = moves.save(pages, path.with_stem(f"{path.stem}-moved"))
        place = where(place)
    for finding in check(path).findings:
        if finding.code == made.code and place in {(c.sheet, c.row, c.col) for c in (*finding.cells, *finding.related)}:
            return True, layout.__name__
    return False, layout.__name__


def _report(found: dict[str, Counter[bool]], alarms: list[str], layouts: Counter[str], workbooks: int) -> int:
    hits, made = sum(c[True] for c in found.values()), sum(c.total() for c in found.values())
    for kind, counts in found.items():
        print(f"{kind:38s} {KINDS[kind][0]:13s} {counts[True]}/{counts.total()}")
    print(*(f"FALSE ALARM {alarm}" for alarm in alarms), sep="\n")
    print(f"layouts: {', '.join(f'{name} {n}' for name, n in layouts.most_common())}")
    print(f"{len(found)} kinds of mistakes in {made} workbooks: recall {hits}/{made} = {hits / made:.1%}")
    print(f"{workbooks} clean workbooks: {len(alarms)} false alarms = {len(alarms) / workbooks:.2f} a workbook")
    return int(hits < made or bool(alarms) or any(not counts for counts in found.values()))


def _say(finding: Finding) -> str:
    return f"{finding.code} {', '.join(map(str, finding.cells))}: {finding.message}"


if __name__ == "__main__":
    sys.exit(main())
