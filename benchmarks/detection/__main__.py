"""Does perfxl find what is wrong, and nothing else? ``python benchmarks/detection [--workbooks 240] [--seed 1]``.

Each workbook is a department of its own, on the forms of one of the profiles. It is checked as it is, where no error
and no warning may be, and again with one mistake in it, where the right code must stand at the right cell, in a finding
or in what follows from one; both in the template's layout or in one that the unit made of it. Prints recall for each
kind of mistake, each profile and each layout, the false alarms of the clean workbooks, the workbooks that pass with a
mistake in them, and how many of the likely causes name a cell that was changed. The exit code is 0 when every mistake
is found, none passes, no false alarm is raised and the causes are right in ``HINTS_RIGHT`` of the cases.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.utils.cell import coordinate_to_tuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / part) for part in ("tests", "tests/rules", "samples")]

import moves  # noqa: E402 -- the folders above must be known first
from layouts import LAYOUTS, Layout, as_sent  # noqa: E402
from slips import ANY, KINDS, Slip, slip  # noqa: E402
from workbook_edits import Book  # noqa: E402
from worlds import World, make  # noqa: E402

from perfxl import check  # noqa: E402
from perfxl.model import Finding, Hint, Ref, Severity, Status  # noqa: E402

Sent = tuple[Path, moves.Where]
Tally = defaultdict[str, Counter[bool]]
#: the share of likely causes that must name a cell that was changed
HINTS_RIGHT = 0.95


@dataclass
class Score:
    """What has come of the workbooks so far."""

    found: Mapping[str, Tally] = field(
        default_factory=lambda: {by: defaultdict(Counter) for by in ("kind", "profile", "layout")}
    )
    alarms: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    hints: Counter[bool] = field(default_factory=Counter)
    wrong_hints: list[str] = field(default_factory=list)


def main() -> int:
    """Run, print, and say whether the aim was met."""
    turns = [(name, profile) for name, kind in KINDS.items() for profile in kind.profiles]
    parser = argparse.ArgumentParser(description="Recall and false alarms on made-up departments.")
    parser.add_argument("--workbooks", type=int, default=len(turns), help=f"how many (default {len(turns)})")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    score = Score()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.workbooks):
            dice = random.Random(f"{given.seed}-{number}")
            name, profile = turns[number % len(turns)]
            world = make(dice, profile)
            layout = as_sent if KINDS[name].as_sent else dice.choice(LAYOUTS)
            path, _ = _laid_out(world, {}, layout, Path(folder) / f"{number}-clean.xlsx", dice)
            found = check(path, profile).findings
            score.alarms += [
                f"{number} {layout.__name__}: {_say(f)}" for f in found if f.severity is not Severity.NOTICE
            ]
            made = slip(name, world, dice)
            if made is None:
                score.found["kind"][name].update()
                continue
            _judge(score, f"{number} {profile}, {layout.__name__}, {name}", world, made, layout, path, dice)
    return _report(score, given.workbooks)


def _laid_out(world: World, edits: Mapping[str, Any], layout: Layout, path: Path, dice: random.Random) -> Sent:
    """The workbook with the edits in a layout, and where its cells went."""
    path.write_bytes(Book(world.book, world.places).edited(edits))
    if layout is as_sent:
        return path, moves.stay
    pages, where = layout(moves.pages_of(path), world, dice)
    return moves.save(pages, path.with_stem(f"{path.stem}-moved")), where


def _judge(score: Score, title: str, world: World, made: Slip, layout: Layout, path: Path, dice: random.Random) -> None:
    """Check the workbook with the mistake, and enter what came of it."""
    path, where = _laid_out(world, made.edits, layout, path.with_stem(f"{path.stem}-wrong"), dice)
    batch = check(path, world.profile)
    findings = [one for finding in batch.findings for one in finding.with_consequences()]
    place, *changed = (_moved(world, name, where) for name in (made.place, *made.edits))
    ok = any(
        _is_it(finding, made.code) and place in _places((*finding.cells, *finding.related)) for finding in findings
    )
    for by, key in (("kind", made.kind), ("profile", world.profile.id), ("layout", layout.__name__)):
        score.found[by][key][ok] += 1
    if not ok:
        print(f"MISSED {title}: {made.code} at {made.place}: {made.edits}")
    if batch.submissions[0].status is Status.PASSED:
        score.passed.append(f"{title}: {made.edits}")
    for finding in findings:
        for hint in finding.hints:
            if told := _places(_named(hint)):
                right = bool(told & {place, *changed})
                score.hints[right] += 1
                score.wrong_hints += [] if right else [f"{title}, {finding.code}: {hint.message} (was {made.edits})"]


def _moved(world: World, name: str, where: moves.Where) -> moves.Place:
    sheet, cell = world.places.address(name).split("!")
    return where((sheet, *coordinate_to_tuple(cell)))


def _is_it(finding: Finding, code: str) -> bool:
    return finding.severity is not Severity.NOTICE if code == ANY else finding.code == code


def _named(hint: Hint) -> Iterator[Ref]:
    """The cell that a likely cause would have changed, or the cells that it names; those of all that may be it."""
    yield from (hint.change[0],) if hint.change else hint.cells
    for one in hint.among:
        yield from _named(one)


def _places(refs: Iterable[Ref]) -> set[moves.Place]:
    return {(ref.sheet, ref.row, ref.col) for ref in refs}


def _report(score: Score, workbooks: int) -> int:
    by_kind = score.found["kind"]
    hits, made = sum(c[True] for c in by_kind.values()), sum(c.total() for c in by_kind.values())
    for kind, counts in by_kind.items():
        print(f"{kind:42s} {KINDS[kind].code:13s} {counts[True]}/{counts.total()}")
    for word, lines in (("FALSE ALARM", score.alarms), ("PASSED", score.passed), ("WRONG CAUSE", score.wrong_hints)):
        print(*(f"{word} {line}" for line in lines), sep="\n", end="\n" if lines else "")
    for by in ("profile", "layout"):
        print(", ".join(f"{key} {counts[True]}/{counts.total()}" for key, counts in score.found[by].items()))
    share = score.hints[True] / (score.hints.total() or 1)
    print(f"{len(by_kind)} kinds of mistakes in {made} workbooks: recall at the cell {hits}/{made} = {hits / made:.1%}")
    alarms = len(score.alarms)
    print(f"{workbooks} clean workbooks: {alarms} false alarms = {alarms / workbooks:.2f} a workbook")
    print(f"passed with a mistake in them: {len(score.passed)}")
    print(f"likely causes that name a changed cell: {score.hints[True]}/{score.hints.total()} = {share:.1%}")
    missing = hits < made or any(not counts for counts in by_kind.values())
    return int(missing or bool(score.alarms or score.passed) or (bool(score.hints) and share < HINTS_RIGHT))


def _say(finding: Finding) -> str:
    return f"{finding.code} {', '.join(map(str, finding.cells))}: {finding.message}"


if __name__ == "__main__":
    sys.exit(main())
