"""The cases of this folder (see ``README.md`` for how to write one): read from their files, run, and compared."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from clerk_files import sheet
from workbook_edits import Book, Edits, Places

from perfxl.engine.batch import Batch, check
from perfxl.model import Finding, Lang, Outcome, Result
from perfxl.profiles import Profile, load
from perfxl.template import build, layout
from perfxl.values import wan

HERE = Path(__file__).parent
PROFILES = HERE.parent / "profiles"
SAMPLES = HERE.parents[1] / "samples"
CLEAN = SAMPLES / "hengyang-2020" / "中共衡阳市委编办_绩效目标申报表.clean.xlsx"
STANDARD = "hengyang_2020"
#: project sheets of a base workbook
PROJECTS = {STANDARD: 8, "fields_differ.toml": 8, "mof_2015": 2, "mof_2021": 2, "self_evaluation_2020": 2}
BASE = "base"
#: findings of a base workbook: a template is blank
OF_BASES = {"template": ["FILE-03"]}
#: a base workbook with more than ``MANY`` cases has so many batches, which several processes can share
PARTS, MANY = 4, 200
#: what a message contains only by mistake, and how a sentence ends
SUSPICIOUS = ("None", "nan", "NaN", "dtype", "Text(", "{", "}")
ENDS = {"zh": "。？）", "en": ".?)"}

#: name of a profile, base workbook, severities of rules
Base = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Case:
    """A mistake, or something that looks like one, and all that must be said of it."""

    file: str
    name: str
    edit: Edits
    expect: tuple[Mapping[str, Any], ...]
    base: str = "clean"
    profile: str = STANDARD
    #: findings of the base that the edit does away with
    gone: tuple[str, ...] = ()
    #: how rules end: code -> ``not applicable``
    outcome: Mapping[str, str] = field(default_factory=dict)
    #: the declared sum it is about: ``SUM-10 金额合计·总额``
    about: str = ""
    #: rules switched on or weighed otherwise than the profile does: code -> severity
    severity: Mapping[str, str] = field(default_factory=dict)
    #: other workbooks of the batch, each by its edits; the case is then checked with them alone
    beside: tuple[Edits, ...] = ()
    #: unit -> control figure in 万元
    control: Mapping[str, str] = field(default_factory=dict)

    @property
    def apart(self) -> bool:
        return bool(self.beside or self.control)

    @property
    def bench(self) -> Base:
        return self.profile, self.base, tuple(sorted(self.severity.items()))


@cache
def cases() -> tuple[Case, ...]:
    """All cases of all files, in the order of the files."""
    return tuple(case for path in sorted(HERE.glob("*.toml")) for case in _read(path))


@cache
def groups() -> dict[tuple[Base, int], tuple[Case, ...]]:
    """The cases that are checked together: those of one base workbook, in parts of whole files where they are many."""
    found: dict[tuple[Base, int], list[Case]] = {}
    many = {base for base, number in Counter(case.bench for case in cases()).items() if number > MANY}
    files = sorted({case.file for case in cases()})
    for case in cases():
        part = files.index(case.file) % PARTS if case.bench in many else 0
        found.setdefault((case.bench, part), []).append(case)
    return {group: tuple(inside) for group, inside in found.items()}


def _read(path: Path) -> Iterable[Case]:
    data = tomllib.loads(path.read_text("utf-8"))
    shared = {key: value for key, value in data.items() if key != "case"}
    for item in data.get("case", []):
        given = shared | item
        if given.pop("silent", False) == bool(given.get("expect")):
            raise ValueError(f"{path.name}: {given['name']}: either silent = true or findings in expect")
        lists = {key: tuple(given.pop(key, ())) for key in ("expect", "gone", "beside")}
        yield Case(file=path.stem, **{"edit": {}} | given, **lists)


class Bench:
    """Cases of one base workbook: written into one folder and checked together; in another order when asked for."""

    def __init__(
        self, profile: str, base: str, severity: Iterable[tuple[str, str]], folder: Path, wanted: Sequence[Case]
    ) -> None:
        self.cases = wanted
        self._of_base, self._severity = base, severity
        loaded = profile_of(profile)
        self.profile = replace(loaded, severity={**loaded.severity, **dict(severity)})
        data, book = _opened(profile, base)
        self.book = book
        self.places = book.places
        self.names = {case: f"{number:04}.xlsx" for number, case in enumerate(map(_key, wanted), 1)}
        folder.mkdir(exist_ok=True)
        (folder / f"{BASE}.xlsx").write_bytes(data)
        self._folder = folder
        self._folders: dict[tuple[str, str], Path] = {}
        for number, case in enumerate(wanted):
            into = folder.with_name(f"{folder.name}-{number}") if case.apart else folder
            into.mkdir(exist_ok=True)
            (into / self.names[_key(case)]).write_bytes(book.edited(case.edit))
            for other, edit in enumerate(case.beside, 1):
                (into / f"beside-{other}.xlsx").write_bytes(book.edited(edit))
            if case.apart:
                self._folders[_key(case)] = into
        self.batch = self._check(folder, {})
        self._apart = {
            _key(case): self._check(self._folders[_key(case)], case.control) for case in wanted if case.apart
        }
        #: the batch whose outcomes were sorted by file last: cases ask for those of one batch in a row
        self._sorted: Batch | None = None
        self._ended: dict[str, dict[str, Outcome]] = {}

    @cached_property
    def again(self) -> Batch:
        """The batch in another order of its files."""
        return self._check(self._folder, {}, again=True)

    @cached_property
    def _apart_again(self) -> dict[tuple[str, str], Batch]:
        apart = [case for case in self.cases if case.apart]
        return {_key(case): self._check(self._folders[_key(case)], case.control, again=True) for case in apart}

    def _check(self, folder: Path, control: Mapping[str, str], *, again: bool = False) -> Batch:
        """The files of a folder checked together, in one order or ``again`` in the other."""
        figures = None
        if control:
            rows = [("单位", "控制数（万元）"), *((unit, float(given)) for unit, given in control.items())]
            figures = sheet(folder.with_name(f"{folder.name}-control.xlsx"), *rows)
        return check(sorted(folder.iterdir(), reverse=True) if again else folder, self.profile, control=figures)

    def judge(self, judge: Callable[[Batch, Mapping[str, str]], Batch], *, again: bool = False) -> None:
        """Put what a function makes of each batch and its control figures in the place of the batch."""
        apart = self._apart_again if again else self._apart
        for case in self.cases:
            if case.apart:
                apart[_key(case)] = judge(apart[_key(case)], case.control)
        if again:
            self.again = judge(self.again, {})
        else:
            self.batch = judge(self.batch, {})

    def of(self, case: Case, *, again: bool = False) -> Batch:
        """The batch that a case was checked in."""
        if case.apart:
            return (self._apart_again if again else self._apart)[_key(case)]
        return self.again if again else self.batch

    def new(self, case: Case, *, again: bool = False) -> tuple[list[Finding], list[Finding]]:
        """The findings that the base has not, and those of the base that are gone."""
        before = {_all_of(f): f for f, _ in _flat(self.batch.of(f"{BASE}.xlsx"))}
        after = [(_all_of(f), f) for f, _ in _flat(self.of(case, again=again).of(self.names[_key(case)]))]
        return (
            [finding for key, finding in after if key not in before],
            [finding for key, finding in before.items() if key not in dict(after)],
        )

    def leads(self, case: Case) -> dict[int, str]:
        """``id`` of each consequence -> the code of the finding that it stands under."""
        found = _flat(self.of(case).of(self.names[_key(case)]))
        return {id(finding): lead.code for finding, lead in found if finding is not lead}

    def outcomes(self, case: Case) -> dict[str, Outcome]:
        """Code -> how the rule ended on the case's workbook."""
        batch = self.of(case)
        if self._sorted is not batch:
            self._sorted, self._ended = batch, {}
            for outcome in batch.outcomes:
                self._ended.setdefault(outcome.file, {})[outcome.code] = outcome
        return self._ended[self.names[_key(case)]]

    def wrong(self, case: Case) -> dict[str, Any]:
        """What came out otherwise than the case says, or at all not as it should; nothing where all is right."""
        new, gone = self.new(case)
        leads = self.leads(case)
        missing, unexpected = list(case.expect), []
        for finding in new:
            under = leads.get(id(finding), "")
            match = next((i for i in missing if i.get("under", "") == under and self.fits(i, finding)), None)
            if match is not None:
                missing.remove(match)
            elif not under:
                unexpected.append(self.told(finding))
        outcomes = self.outcomes(case)
        failed = {code for code, o in outcomes.items() if o.result is Result.FAILED}
        found = {
            "unexpected": unexpected,
            "missing": missing,
            "gone": [] if sorted(case.gone) == (codes := sorted(finding.code for finding in gone)) else codes,
            "still there": sorted(set(case.gone) - set(codes)),
            "crashed": [code for code, o in outcomes.items() if o.result is Result.CRASHED],
            "no reason": [code for code, o in outcomes.items() if o.result is Result.NOT_APPLICABLE and not o.reason],
            "outcome": {c: outcomes[c].result for c, result in case.outcome.items() if outcomes[c].result != result},
            "not failed": sorted({item["code"] for item in case.expect} - failed),
        }
        return {key: value for key, value in found.items() if value}

    def wrong_of_the_base(self) -> list[str]:
        """The codes of the base workbook's findings, unless they are those that are known."""
        switched = {code for code, _ in self._severity}
        found = [finding.code for finding in self.batch.of(f"{BASE}.xlsx") if finding.code not in switched]
        return [] if found == OF_BASES.get(self._of_base, []) else found

    def all_findings(self) -> list[Finding]:
        """All findings of all batches, in Chinese."""
        return [f for batch in (self.batch, *self._apart.values()) for f, _ in _flat(batch.findings)]

    def in_english(self) -> list[Finding]:
        """Findings in English of workbooks that show each finding that the cases expect once."""
        first = {(item["code"], item.get("named")): case for case in reversed(self.cases) for item in case.expect}
        chosen = sorted({self._folder / self.names[_key(case)] for case in first.values() if not case.apart})
        return [f for f, _ in _flat(check(chosen, self.profile, lang="en").findings)] if chosen else []

    def told(self, finding: Finding) -> dict[str, Any]:
        """A finding in the words of a case file."""
        names = self.places.name
        told: dict[str, Any] = {
            "code": finding.code,
            "severity": finding.severity.value,
            "named": finding.name,
            "cell": names(str(finding.cells[0])) if finding.cells else "",
            "cells": [names(str(cell)) for cell in finding.cells],
            "related": [names(str(cell)) for cell in finding.related],
            "hints": [hint.kind for hint in finding.hints],
            "causes": [[names(str(cell)) for cell in hint.cells] for hint in finding.hints],
            "message": f"{finding.told.message}\n{finding.told.fix}",
        }
        for key in ("stated", "computed", "difference"):
            value = getattr(finding, key)
            told[key] = wan(value) if isinstance(value, int) else "" if value is None else value
        return told

    def fits(self, expected: Mapping[str, Any], finding: Finding) -> bool:
        """Whether a finding is the expected one in everything that the case says of it."""
        told = self.told(finding)
        for key, value in expected.items():
            if key == "under":
                continue
            if key == "cell":
                good = self.places.address(value) == self.places.address(told["cell"])
            elif key in ("cells", "related") and isinstance(value, int):
                good = len(told[key]) == value
            elif key in ("cells", "related"):
                good = sorted(map(self.places.address, value)) == sorted(map(self.places.address, told[key]))
            elif key == "causes":
                good = [list(map(self.places.address, cells)) for cells in value] == [
                    list(map(self.places.address, cells)) for cells in told[key]
                ]
            elif key == "says":
                good = value in told["message"]
            else:
                good = told[key] == value
            if not good:
                return False
        return True


@cache
def _opened(profile: str, base: str) -> tuple[bytes, Book]:
    """A base workbook, and the same opened to be edited."""
    loaded, projects = profile_of(profile), PROJECTS.get(profile, 1)
    places = Places(layout(loaded, projects))
    if base == "clean":
        data = CLEAN.read_bytes()
    elif base.endswith(".xlsx"):
        data = (SAMPLES / base).read_bytes()
    else:
        data = build(loaded, year=loaded.year, projects=projects)
        if base != "template":
            data = Book(data, places).edited(tomllib.loads((PROFILES / base).read_text("utf-8")))
    return data, Book(data, places)


def _key(case: Case) -> tuple[str, str]:
    return case.file, case.name


def _flat(findings: Iterable[Finding]) -> list[tuple[Finding, Finding]]:
    """Each finding and each consequence, with the finding that it stands under."""
    return [(one, lead) for lead in findings for one in lead.with_consequences()]


def _all_of(finding: Finding) -> tuple[Any, ...]:
    """Everything about a finding but its file."""
    return (
        finding.code, finding.name, finding.severity, finding.unit, finding.message, finding.written,
        tuple(map(str, finding.cells)), tuple(map(str, finding.related)),
        finding.stated, finding.computed, finding.difference,
        tuple((hint.kind, hint.message, tuple(map(str, hint.cells))) for hint in finding.hints),
    )  # fmt: skip


def bad_sentences(findings: Iterable[Finding], lang: Lang) -> list[str]:
    """Names, messages and hints that are no whole sentences, or show something of the program."""
    bad = []
    for finding in findings:
        sentences = [finding.message, *(hint.message for hint in finding.hints)]
        bad += [text for text in (finding.name, *sentences) if not text or any(word in text for word in SUSPICIOUS)]
        bad += [text for text in sentences if text[-1:] not in ENDS[lang]]
    return bad


@cache
def profile_of(name: str) -> Profile:
    """A built-in profile, or one of ``tests/profiles``."""
    return load(str(PROFILES / name) if name.endswith(".toml") else name)
