"""Target values as units write them, in the forms of four editions: those that are right, and what is told of others.

Each workbook holds one value of each kind of indicator, so that a few of them hold all.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from case_files import CLEAN, HERE, PROJECTS, SAMPLES, profile_of
from workbook_edits import Book, Places

from perfxl.engine.batch import check
from perfxl.model import Finding, Severity
from perfxl.template import layout

VALUES: dict[str, dict[str, list[list[str]]]] = tomllib.loads((HERE / "targets" / "values.toml").read_text("utf-8"))
#: profile -> its clean sample, and where an indicator of a level stands in it
EDITIONS = {
    "hengyang_2020": (CLEAN, "项目2.indicators[{},1]."),
    "mof_2015": (SAMPLES / "mof-2015/某市水务局_绩效目标申报表.clean.xlsx", "项目1.indicators[{},1,year]."),
    "mof_2021": (SAMPLES / "mof-2021/某市水务局_绩效目标表.clean.xlsx", "项目1.indicators[{},1]."),
    "self_evaluation_2020": (
        SAMPLES / "self-evaluation-2020/某市水务局_绩效自评表.clean.xlsx",
        "项目2自评.indicators[{},1].",
    ),
}
#: what is said of more than one value, of the form as a whole or of results and texts that belong to other values
OF_THE_FORM = re.compile("QUALITY-02|QUALITY-22|QUALITY-23|SUM-|SCORE-|NARRATIVE-|CROSS-|DUP-|AMOUNT-13")
_PLAIN = re.compile(r"(?P<sign>[≥≤＞＜=]?)(?P<number>-?[0-9.,]+)(?P<measure>[^0-9]*)")
_CELLS = ("third", "value")


def in_columns(value: str) -> dict[str, str]:
    """A value where sign and measure have columns of their own."""
    plain = _PLAIN.fullmatch(value)
    if plain is None:
        return {"operator": "定性", "value": value, "measure": ""}
    return {"operator": plain["sign"] or "=", "value": plain["number"], "measure": plain["measure"]}


class Told:
    """The findings at the values of one edition."""

    def __init__(self, profile: str, folder: Path) -> None:
        path, place = EDITIONS[profile]
        loaded = profile_of(profile)
        self.places = Places(layout(loaded, PROJECTS.get(profile, 2)))
        book, names = Book(path.read_bytes(), self.places), set(self.places.all_names())
        self.at: dict[tuple[str, str, str], tuple[str, set[str]]] = {}
        rows = {
            (kind, level): lines
            for kind, levels in VALUES.items()
            for level, lines in levels.items()
            if place.format(level) + "value" in names
        }
        for kind in VALUES:
            of_kind = {level: lines for (one, level), lines in rows.items() if one == kind}
            for number in range(max(map(len, of_kind.values()))):
                file, edits = f"{kind}-{number:02}.xlsx", dict[str, Any]()
                for level, lines in of_kind.items():
                    if number < len(lines):
                        cells = self._cells(place.format(level), names, *lines[number][:2])
                        edits |= cells
                        at = {self.places.address(name) for name in cells if name.endswith(_CELLS)}
                        self.at[level, lines[number][0], lines[number][1]] = file, at
                (folder / file).write_bytes(book.edited(edits))
        self.findings = [f for f in check(folder, loaded).findings if not OF_THE_FORM.match(f.code)]

    @staticmethod
    def _cells(place: str, names: set[str], name: str, value: str) -> dict[str, str]:
        columns = in_columns(value) if place + "operator" in names else {"value": value}
        return {place + "third": name} | {place + key: text for key, text in columns.items()}

    def of(self, level: str, name: str, value: str) -> list[Finding]:
        """What is said at the cells of a value; nothing where the edition has no such level."""
        file, cells = self.at.get((level, name, value), ("", set()))
        return [f for f in self.findings if f.file == file and cells & set(map(str, f.cells))]


@pytest.fixture(scope="module", params=EDITIONS)
def told(request, tmp_path_factory) -> Told:
    return Told(request.param, tmp_path_factory.mktemp(request.param))


def test_nothing_is_wrong_with_a_value_that_is_right(told):
    wrong = {
        f"{level} {name} {value}": [f"{f.code} {f.message}" for f in found]
        for level, lines in VALUES["harmless"].items()
        for name, value in lines
        if (found := [f for f in told.of(level, name, value) if f.severity is not Severity.NOTICE])
    }
    assert wrong == {}


def test_what_is_wrong_with_a_value_is_told_at_its_cell(told):
    missed = []
    for level, lines in VALUES["slips"].items():
        for name, value, code in lines:
            found = [f.code for f in told.of(level, name, value)]
            if (level, name, value) in told.at and code not in found:
                missed.append(f"{level} {name} {value}: {code}, not {found}")
    assert missed == []


def test_there_are_many_of_both():
    assert sum(map(len, VALUES["harmless"].values())) + sum(map(len, VALUES["slips"].values())) >= 190
