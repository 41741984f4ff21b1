"""Advice is tried: what a message, a hint or an example tells people to write is written, and checked again.

The workbooks are those in which the cases of the rules are found. Whatever a finding proposes in quotes (如“≥95%”) is
typed into its cell, a hint that names one cell and a difference is applied to that cell, and each right example of a
rule is typed into the sample: nothing new may be said at that cell, and a hint must do away with its finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from case_files import STANDARD, Base, Bench, Case, cases

from perfxl.engine.batch import check
from perfxl.model import Finding, Ref
from perfxl.values import wan

PROPOSED = re.compile(r"如((?:“[^“”]+”)+)")
QUOTED = re.compile(r"“([^“”]+)”")
#: examples of what is wrong, of names, and of values for another kind of indicator than that of the case
NOT_ADVICE = {
    ("CROSS-13", "（市直）"), ("QUALITY-08", "达标率100%"), ("QUALITY-11", "检查率达100%"),
    ("QUALITY-12", "注册率和挂标率"), ("QUALITY-15", "≤3次"), ("QUALITY-18", "域名注册率"),
    ("QUALITY-18", "受益单位数"),
}  # fmt: skip
#: rules that quote what stands on the sheet as an example
QUOTING = ("AMOUNT-14",)
#: what is said of a form as a whole, of texts and of other forms, and changes with any edit
ELSEWHERE = re.compile("QUALITY-02|DUP-|NARRATIVE-|CROSS-|SUM-13|SUM-14|SUM-15")


@dataclass(frozen=True)
class Advice:
    """What a finding proposes for its cells: a text, or by how many fen to change the amount there."""

    case: Case
    finding: Finding
    cells: tuple[Ref, ...]
    value: str | int

    @property
    def cell(self) -> Ref:
        return self.cells[0]

    def __str__(self) -> str:
        return (
            f"{self.finding.code} {self.case.file}: {self.case.name}: {', '.join(map(str, self.cells))} ← {self.value}"
        )


def proposals(case: Case, finding: Finding) -> Iterator[Advice]:
    """The literal suggestions of a finding, and its hints that name one cell and a figure."""
    said = f"{finding.message}\n{finding.fix}"
    for found in PROPOSED.finditer(said) if finding.cells and finding.code not in QUOTING else ():
        for value in QUOTED.findall(found[1]):
            whole = "…" not in value and not value.isalpha() and value != "%"
            if whole and (finding.code, value) not in NOT_ADVICE:
                yield Advice(case, finding, finding.cells[:1], value)
    for hint in finding.hints:
        if hint.change is not None:
            cell, by = hint.change
            yield Advice(case, finding, hint.cells if cell in hint.cells else (cell,), by)


class Tried:
    """The advice of the findings of one base workbook, and what is found once each piece of it is followed."""

    def __init__(self, base: Base, wanted: Sequence[Case], folder: Path, most: int) -> None:
        self.bench = bench = Bench(*base, folder / "cases", wanted)
        seen = Counter[tuple[str, str]]()
        self.chosen: list[Advice] = []
        for case in wanted:
            for finding in bench.new(case)[0]:
                for advice in proposals(case, finding):
                    hints = ",".join(hint.kind for hint in finding.hints)
                    kind = finding.code, advice.value if isinstance(advice.value, str) else hints
                    typed = isinstance(advice.value, str) or None not in map(self._amount, advice.cells)
                    if seen[kind] < most and typed:
                        seen[kind] += 1
                        self.chosen.append(advice)
        (folder / "followed").mkdir()
        for number, advice in enumerate(self.chosen):
            edits = dict(advice.case.edit)
            for cell in advice.cells:
                edits = {name: value for name, value in edits.items() if not self._is_at(name, cell)}
                edits[str(cell)] = self._value(advice, cell)
            (folder / "followed" / f"{number:04}.xlsx").write_bytes(bench.book.edited(edits))
        self.batch = check(folder / "followed", bench.profile)

    def _is_at(self, name: str, cell: Ref) -> bool:
        places = self.bench.places
        return name not in places.sheets and str(cell) in places.addresses(name) and "*" not in name

    def _value(self, advice: Advice, cell: Ref) -> str | float:
        """What is typed: the text, or the amount that the hint asks for."""
        if isinstance(advice.value, str):
            return advice.value
        return float(wan((self._amount(cell) or 0) + advice.value))

    def _amount(self, cell: Ref) -> int | None:
        """The amount that stands in a cell: a hint may be about the unit in a label instead."""
        book = next(book for book in self.bench.batch.tables.returns if book.file == cell.file)
        return next((row.fen for row in book.amounts if row.ref == cell and row.state == "ok"), None)

    def wrong(self) -> dict[str, list[str]]:
        """Advice that brings a finding to its cell that was not there, or a hint that leaves its finding."""
        found = {}
        for number, advice in enumerate(self.chosen):
            before = [(f.code, f.message) for f in self.bench.of(advice.case).of(advice.finding.file)]
            codes = {code for code, _ in before}
            after = self.batch.of(f"{number:04}.xlsx")
            new = [f"{f.code} {f.message}" for f in after if self._new_at(f, advice.cell) and f.code not in codes]
            left = self._left(advice.finding, after)
            if bad := new + (left if isinstance(advice.value, int) else []):
                found[str(advice)] = bad
        return found

    @staticmethod
    def _left(finding: Finding, after: Iterable[Finding]) -> list[str]:
        """What the hint should have done away with: the finding, and all that is said to follow from it."""
        settled = {(one.code, str(one.ref), one.message) for one in finding.with_consequences()}
        still = (one for found in after for one in found.with_consequences())
        return [one.message for one in still if (one.code, str(one.ref), one.message) in settled]

    @staticmethod
    def _new_at(finding: Finding, cell: Ref) -> bool:
        return str(cell) in map(str, finding.cells) and not ELSEWHERE.match(finding.code)


def alone() -> dict[Base, list[Case]]:
    """The cases of each base workbook, but for those that are checked with others beside them."""
    found: dict[Base, list[Case]] = {}
    for case in cases():
        if not case.apart and case.expect:
            found.setdefault(case.bench, []).append(case)
    return found


#: the cases that are tried each time: those of the rules about indicator values
VALUES = [case for case in alone()[STANDARD, "clean", ()] if case.file.startswith(("quality", "complete_12", "date"))]


def test_a_value_that_is_proposed_is_right(tmp_path):
    tried = Tried((STANDARD, "clean", ()), VALUES, tmp_path, 1)
    assert len(tried.chosen) >= 15
    assert tried.wrong() == {}


@pytest.mark.slow
@pytest.mark.parametrize("base", alone(), ids=str)
def test_whatever_is_proposed_is_right(base, tmp_path):
    assert Tried(base, alone()[base], tmp_path, 3).wrong() == {}
