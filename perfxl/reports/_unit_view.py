"""What a unit's page shows, worked out: the template only lays it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from perfxl.model import Finding, Lang, Outcome, Ref, Result, Severity, Submission, Text
from perfxl.reports._cells import Cells, by_sheet, ranges
from perfxl.rules import rules_of
from perfxl.values import wan

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

#: what a cell says is cut here: the page names the cell, and nobody reads more of it twice
LONGEST = 160
#: more labels than this are a list, not a name
MOST_LABELS = 3

STATED, OTHER, GAP = Text("填报数", "stated"), Text("核对数", "compared with"), Text("相差", "difference")


class Place(NamedTuple):
    """Cells of one sheet: ``about`` is the sheet's project, ``label`` what the cells are called."""

    sheet: str
    about: str
    cells: list[str]
    label: str


class Operand(NamedTuple):
    """A related cell: its sheet and address, what it is called, what it says."""

    sheet: str
    cell: str
    label: str
    text: str


class Figure(NamedTuple):
    """A line of the small sum beside a finding; ``rest`` is the difference, below the line."""

    label: str
    amount: str
    rest: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A finding as the page shows it, or ``times`` findings that say the same of several sheets.

    ``label`` is what all the cells are called, if they have that in common; ``figures`` are amounts, ``texts`` what
    is compared of anything else.
    """

    number: int
    times: int
    finding: Finding
    label: str
    places: list[Place]
    written: str
    figures: list[Figure]
    texts: list[Figure]
    operands: list[Operand]


class Section(NamedTuple):
    """The ``found`` findings of one severity."""

    severity: Severity
    found: int
    shown: list[Item]


class Check(NamedTuple):
    """A rule, how it ended, and at how many places, some of them waived."""

    code: str
    names: list[str]
    result: Result
    found: int
    waived: int
    reason: str


class Sheet(NamedTuple):
    """A sheet that was read as a form."""

    name: str
    form: str
    about: str
    blank: bool


@dataclass(frozen=True, slots=True)
class Part:
    """All that the page says of one file; ``repeats`` are the files with the same bytes."""

    submission: Submission
    counts: dict[str, int]
    sections: list[Section]
    waived: list[Item]
    checks: list[Check]
    tally: dict[str, int]
    sheets: list[Sheet]
    repeats: list[str]


def part(batch: Batch, submission: Submission, outcomes: Sequence[Outcome], cells: Cells) -> Part:
    """Everything about one file, findings numbered through."""
    findings = batch.of(submission.file)
    about = {form.sheet: form.name for form in submission.forms}
    numbers = count(1)
    sections = []
    for severity in Severity:
        alike = _alike([one for one in findings if one.severity is severity and not one.waived])
        shown = [_item(next(numbers), group, cells, about, batch.lang) for group in alike]
        sections.append(Section(severity, sum(item.times for item in shown), shown))
    waived = _alike([one for one in findings if one.waived])
    checks = _checks(batch, findings, outcomes)
    return Part(
        submission,
        {section.severity.value: section.found for section in sections},
        [section for section in sections if section.found],
        [_item(next(numbers), group, cells, about, batch.lang) for group in waived],
        checks,
        {result.name: sum(check.result is result for check in checks) for result in Result},
        _sheets(batch, submission),
        [item.file for item in batch.submissions if item.duplicate_of == submission.file],
    )


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that say the same words of different sheets, and compare nothing, are read as one."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        alone = finding.related or finding.hints or finding.stated is not None
        key = id(finding) if alone else (finding.code, finding.message, finding.waived)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _item(number: int, group: Sequence[Finding], cells: Cells, about: dict[str, str], lang: Lang) -> Item:
    finding = group[0]
    sheets = by_sheet(ref for one in group for ref in one.cells)
    places = [_place(sheet, refs, about.get(sheet, ""), cells) for sheet, refs in sheets.items()]
    labels = {place.label for place in places}
    return Item(
        number,
        len(group),
        finding,
        labels.pop() if len(labels) == 1 and len(places) > 1 else "",
        places,
        _written(finding, cells) if len(group) == 1 else "",
        _figures(finding, lang),
        _texts(finding, lang),
        [_operand(ref, cells) for ref in dict.fromkeys(finding.related)],
    )


def _place(sheet: str, refs: Sequence[Ref], about: str, cells: Cells) -> Place:
    labels = list(dict.fromkeys(filter(None, (cells.of(ref).label for ref in refs))))
    return Place(sheet, about, ranges(refs), "、".join(labels) if len(labels) <= MOST_LABELS else "")


def _operand(ref: Ref, cells: Cells) -> Operand:
    return Operand(ref.sheet, ref.cell, cells.of(ref).label, _cut(cells.of(ref).text))


def _written(finding: Finding, cells: Cells) -> str:
    """What the place says: as the rule quotes it, else what the tables hold of its only cell."""
    if finding.written or len(finding.cells) != 1:
        return _cut(finding.written) if len(finding.cells) == 1 else ""
    return _cut(cells.of(finding.cells[0]).text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _figures(finding: Finding, lang: Lang) -> list[Figure]:
    """The amounts of a comparison with as many decimals each, so that their points stand below each other."""
    amounts = [
        (label, fen, rest)
        for label, fen, rest in (
            (STATED, finding.stated, False), (OTHER, finding.computed, False), (GAP, finding.difference, True)
        )
        if isinstance(fen, int)
    ]  # fmt: skip
    places = max((len(wan(fen).partition(".")[2]) for _, fen, _ in amounts), default=2)
    return [Figure(label.render(lang), _padded(fen, places, rest), rest) for label, fen, rest in amounts]


def _padded(fen: int, places: int, signed: bool) -> str:
    whole, _, part = wan(fen).partition(".")
    return f"{'+' if signed and fen > 0 else ''}{whole}.{part.ljust(places, '0')}"


def _texts(finding: Finding, lang: Lang) -> list[Figure]:
    """What is compared where it is no money."""
    pairs = ((STATED_TEXT, finding.stated), (OTHER_TEXT, finding.computed))
    return [Figure(label.render(lang), _cut(text), False) for label, text in pairs if isinstance(text, str) and text]


STATED_TEXT, OTHER_TEXT = Text("填写", "written"), Text("核对", "compared with")


def _checks(batch: Batch, findings: Iterable[Finding], outcomes: Sequence[Outcome]) -> list[Check]:
    """How every rule ended on a file, in the order of the codes; sums with one code stand in one line."""
    names: dict[str, list[str]] = {}
    for rule in rules_of(batch.profile):
        known = names.setdefault(rule.code, [])
        if (name := rule.name.render(batch.lang)) not in known:
            known.append(name)
    found = Counter(finding.code for finding in findings)
    waived = Counter(finding.code for finding in findings if finding.waived)
    return [
        Check(o.code, names.get(o.code, [o.code]), o.result, found[o.code], waived[o.code], o.reason) for o in outcomes
    ]


def _sheets(batch: Batch, submission: Submission) -> list[Sheet]:
    return [
        Sheet(seen.sheet, batch.profile.forms[seen.form].name(batch.lang), seen.name, seen.blank)
        for seen in submission.forms
    ]
