"""Does perfxl find what is wrong, and nothing else? ``python benchmarks/detection [--workbooks 240] [--seed 1]``.

Each workbook is a department of its own, on the forms of one of the profiles. It is checked as it is, where no error
and no warning may be, and again with one mistake in it, where the right code must stand at the right cell; both in
the template's layout or in one that the unit made of it. Prints recall for each kind of mistake, each profile and each
layout, and the false alarms of the clean workbooks; the exit code is 0 when every mistake is found and no false alarm
raised.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("tests", "tests/rules", "samples")]

import moves  # noqa: E402 -- the folders above must be known first
from layouts import LAYOUTS, Layout, as_sent  # noqa: E402
from slips import KINDS, Slip, slip  # noqa: E402
from workbook_edits import Book  # noqa: E402
from worlds import World, make  # noqa: E402

from perfxl import check  # noqa: E402
from perfxl.model import Finding, Severity  # noqa: E402

Sent = tuple[Path, moves.Where]
Tally = defaultdict[str, Counter[bool]]
#: name of a cell -> sheet, row and column where it stands
Cells = dict[str, tuple[str, int, int]]
#: the least share of causes offered that must be right
RIGHT = 0.95


def main() -> int:
    """Run, print, and say whether the aim was met."""
    turns = [(name, profile) for name, kind in KINDS.items() for profile in kind.profiles]
    parser = argparse.ArgumentParser(description="Recall and false alarms on made-up departments.")
    parser.add_argument("--workbooks", type=int, default=len(turns), help=f"how many (default {len(turns)})")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tallies: dict[str, Tally] = {"kind": defaultdict(Counter), "profile": defaultdict(Counter)}
    tallies |= {"layout": defaultdict(Counter), "hints": defaultdict(Counter)}
    alarms: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.workbooks):
            dice = random.Random(f"{given.seed}-{number}")
            name, profile = turns[number % len(turns)]
            world = make(dice, profile)
            layout = as_sent if KINDS[name].as_sent else dice.choice(LAYOUTS)
            path, _ = _laid_out(world, {}, layout, Path(folder) / f"{number}-clean.xlsx", dice)
            found = check(path, profile).findings
            alarms += [f"{number} {layout.__name__}: {_say(f)}" for f in found if f.severity is not Severity.NOTICE]
            made = slip(name, world, dice)
            if made is None:
                tallies["kind"][name].update()
                continue
            found, edited = _sent(world, made, layout, Path(folder) / f"{number}.xlsx", dice)
            ok = _is_found(world, made, found, edited)
            tallies["hints"]["right"].update(_hints(found, edited))
            for by, key in (("kind", name), ("profile", profile), ("layout", layout.__name__)):
                tallies[by][key][ok] += 1
            if not ok:
                print(
                    f"MISSED {number} {profile}, {layout.__name__}, {name}: {made.code} at {made.place}: {made.edits}"
                )
    return _report(tallies, alarms, given.workbooks)


def _laid_out(world: World, edits: Mapping[str, Any], layout: Layout, path: Path, dice: random.Random) -> Sent:
    """The workbook with the edits in a layout, and where its cells went."""
    path.write_bytes(Book(world.book, world.places).edited(edits))
    if layout is as_sent:
        return path, moves.stay
    pages, where = layout(moves.pages_of(path), world, dice)
    return moves.save(pages, path.with_stem(f"{path.stem}-moved")), where


def _sent(world: World, made: Slip, layout: Layout, path: Path, dice: random.Random) -> tuple[list[Finding], Cells]:
    """All findings of the workbook with the mistake, and where each edited cell went."""
    path, where = _laid_out(world, made.edits, layout, path, dice)
    cells = {}
    for name in {made.place, *made.edits}:
        sheet, cell = world.places.address(name).split("!")
        cells[name] = where((sheet, *coordinate_to_tuple(cell)))
    return [one for finding in check(path, world.profile).findings for one in finding.with_consequences()], cells


def _is_found(world: World, made: Slip, found: list[Finding], cells: Cells) -> bool:
    """Whether the mistake is found, with its code and at its cell."""
    return any(
        finding.code == made.code
        and cells[made.place] in {(c.sheet, c.row, c.col) for c in (*finding.cells, *finding.related)}
        for finding in found
    )


def _hints(found: list[Finding], cells: Cells) -> list[bool]:
    """Whether each cause that is offered, where one cell was edited, is a change of this cell."""
    if len(cells) != 1:
        return []
    named = [
        [hint.change[0]] if hint.change else hint.cells for finding in found for hint in finding.hints if hint.cells
    ]
    return [not {(c.sheet, c.row, c.col) for c in one}.isdisjoint(cells.values()) for one in named]


def _report(tallies: Mapping[str, Tally], alarms: list[str], workbooks: int) -> int:
    by_kind = tallies["kind"]
    hits, made = sum(c[True] for c in by_kind.values()), sum(c.total() for c in by_kind.values())
    for kind, counts in by_kind.items():
        print(f"{kind:42s} {KINDS[kind].code:13s} {counts[True]}/{counts.total()}")
    print(*(f"FALSE ALARM {alarm}" for alarm in alarms), sep="\n")
    for by in ("profile", "layout"):
        print(", ".join(f"{key} {counts[True]}/{counts.total()}" for key, counts in tallies[by].items()))
    print(f"{len(by_kind)} kinds of mistakes in {made} workbooks: recall {hits}/{made} = {hits / made:.1%}")
    print(f"{workbooks} clean workbooks: {len(alarms)} false alarms = {len(alarms) / workbooks:.2f} a workbook")
    hints = tallies["hints"]["right"]
    share = hints[True] / (hints.total() or 1)
    print(f"causes offered that are right: {hints[True]} of {hints.total()} = {share:.1%} (at least {RIGHT:.0%})")
    return int(hits < made or share < RIGHT or bool(alarms) or any(not counts for counts in by_kind.values()))


def _say(finding: Finding) -> str:
    return f"{finding.code} {', '.join(map(str, finding.cells))}: {finding.message}"


if __name__ == "__main__":
    sys.exit(main())
