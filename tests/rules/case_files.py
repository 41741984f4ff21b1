"""The cases of this folder (see ``README.md`` for how to write one): read from their files, run, and compared."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from clerk_files import sheet
from workbook_edits import Book, Edits, Places

from perfxl.engine.batch import Batch, check
from perfxl.model import Finding, Outcome
from perfxl.profiles import Profile, load
from perfxl.template import build, layout
from perfxl.values import wan

HERE = Path(__file__).parent
PROFILES = HERE.parent / "profiles"
SAMPLES = HERE.parents[1] / "samples"
CLEAN = SAMPLES / "hengyang-2020" / "中共衡阳市委编办_绩效目标申报表.clean.xlsx"
STANDARD = "hengyang_2020"
#: project sheets of a base workbook
PROJECTS = {STANDARD: 8, "fields_differ.toml": 8, "mof_2021": 2, "self_evaluation_2020": 2}
BASE = "base"


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
    def bench(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        return self.profile, self.base, tuple(sorted(self.severity.items()))


def cases() -> list[Case]:
    """All cases of all files, in the order of the files."""
    return [case for path in sorted(HERE.glob("*.toml")) for case in _read(path)]


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
    """All cases of one base workbook: written into one folder, checked together, twice and in two orders."""

    def __init__(
        self, profile: str, base: str, severity: Iterable[tuple[str, str]], folder: Path, wanted: Sequence[Case]
    ) -> None:
        self.cases = wanted
        loaded = load(str(PROFILES / profile) if profile.endswith(".toml") else profile)
        self.profile = replace(loaded, severity={**loaded.severity, **dict(severity)})
        self.places = Places(layout(self.profile, PROJECTS.get(profile, 1)))
        data = self._base(base, PROJECTS.get(profile, 1))
        book = Book(data, self.places)
        self.names = {case: f"{number:04}.xlsx" for number, case in enumerate(map(_key, wanted), 1)}
        (folder / f"{BASE}.xlsx").write_bytes(data)
        self._apart: dict[tuple[str, str], tuple[Batch, Batch]] = {}
        for number, case in enumerate(wanted):
            into = folder.with_name(f"{folder.name}-{number}") if case.apart else folder
            into.mkdir(exist_ok=True)
            (into / self.names[_key(case)]).write_bytes(book.edited(case.edit))
            for other, edit in enumerate(case.beside, 1):
                (into / f"beside-{other}.xlsx").write_bytes(book.edited(edit))
            if case.apart:
                self._apart[_key(case)] = self._check(into, case.control)
        self.batch, self.again = self._check(folder, {})
        #: the batch whose outcomes were sorted by file last: cases ask for those of one batch in a row
        self._sorted: Batch | None = None
        self._ended: dict[str, dict[str, Outcome]] = {}

    def _check(self, folder: Path, control: Mapping[str, str]) -> tuple[Batch, Batch]:
        """The files of a folder checked together, in two orders."""
        figures = None
        if control:
            rows = [("单位", "控制数（万元）"), *((unit, float(given)) for unit, given in control.items())]
            figures = sheet(folder.with_name(f"{folder.name}-control.xlsx"), *rows)
        files = sorted(folder.iterdir(), reverse=True)
        return check(folder, self.profile, control=figures), check(files, self.profile, control=figures)

    def judge(self, judge: Callable[[Batch, Mapping[str, str]], Batch], *, again: bool = False) -> None:
        """Put what a function makes of each batch and its control figures in the place of the batch."""
        whose = [case for case in self.cases if case.apart]
        for case in whose:
            both = self._apart[_key(case)]
            new = judge(both[again], case.control)
            self._apart[_key(case)] = (both[0], new) if again else (new, both[1])
        if again:
            self.again = judge(self.again, {})
        else:
            self.batch = judge(self.batch, {})

    def of(self, case: Case, *, again: bool = False) -> Batch:
        """The batch that a case was checked in."""
        return self._apart.get(_key(case), (self.batch, self.again))[again]

    def _base(self, base: str, projects: int) -> bytes:
        if base == "clean":
            return CLEAN.read_bytes()
        if base.endswith(".xlsx"):
            return (SAMPLES / base).read_bytes()
        blank = build(self.profile, year=self.profile.year, projects=projects)
        if base == "template":
            return blank
        return Book(blank, self.places).edited(tomllib.loads((PROFILES / base).read_text("utf-8")))

    def new(self, case: Case, *, again: bool = False) -> tuple[list[Finding], list[Finding]]:
        """The findings that the base has not, and those of the base that are gone."""
        before = {_all_of(f): f for f in self.batch.of(f"{BASE}.xlsx")}
        after = [(_all_of(f), f) for f in self.of(case, again=again).of(self.names[_key(case)])]
        return (
            [finding for key, finding in after if key not in before],
            [finding for key, finding in before.items() if key not in dict(after)],
        )

    def outcomes(self, case: Case) -> dict[str, Outcome]:
        """Code -> how the rule ended on the case's workbook."""
        batch = self.of(case)
        if self._sorted is not batch:
            self._sorted, self._ended = batch, {}
            for outcome in batch.outcomes:
                self._ended.setdefault(outcome.file, {})[outcome.code] = outcome
        return self._ended[self.names[_key(case)]]

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
            "message": finding.message,
        }
        for key in ("stated", "computed", "difference"):
            value = getattr(finding, key)
            told[key] = wan(value) if isinstance(value, int) else "" if value is None else value
        return told

    def fits(self, expected: Mapping[str, Any], finding: Finding) -> bool:
        """Whether a finding is the expected one in everything that the case says of it."""
        told = self.told(finding)
        for key, value in expected.items():
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


def _key(case: Case) -> tuple[str, str]:
    return case.file, case.name


def _all_of(finding: Finding) -> tuple[Any, ...]:
    """Everything about a finding but its file."""
    return (
        finding.code, finding.name, finding.severity, finding.unit, finding.message, finding.written,
        tuple(map(str, finding.cells)), tuple(map(str, finding.related)),
        finding.stated, finding.computed, finding.difference,
        tuple((hint.kind, hint.message, tuple(map(str, hint.cells))) for hint in finding.hints),
    )  # fmt: skip


@cache
def profile_of(name: str) -> Profile:
    """A built-in profile, or one of ``tests/profiles``."""
    return load(str(PROFILES / name) if name.endswith(".toml") else name)
