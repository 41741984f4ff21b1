"""What is right in another writing, layout or figure gives no error and no warning: the variations of harmless.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import moves
import pytest
from moves import Page
from workbook_edits import Book, Places

from perfxl import check
from perfxl.model import Severity, Status
from perfxl.profiles import load
from perfxl.template import layout

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
#: profile -> how many project sheets its sample has
PROJECTS = {"hengyang_2020": 8, "mof_2015": 2, "mof_2021": 2, "self_evaluation_2020": 2}
STANDARD = "hengyang_2020"
#: of the variations, one in so many is tried by ``make test``
ONE_IN = 6


@dataclass(frozen=True)
class Variation:
    """A workbook that is right: a clean sample with cells edited, or with its cells moved."""

    name: str
    profile: str
    edit: Mapping[str, Any]
    layout: str


def variations() -> Iterator[Variation]:
    """All of harmless.toml, one for each text that is written."""
    for data in tomllib.loads((HERE / "harmless.toml").read_text("utf-8"))["variation"]:
        profile, name, shared = data.get("profile", STANDARD), data["name"], data.get("with", {})
        for text in data.get("write", ()):
            edit = dict.fromkeys(data["cells"], text) | shared
            yield Variation(f"{name}: {text}", profile, edit, "")
        if "write" not in data:
            yield Variation(name, profile, data.get("edit", {}), data.get("layout", ""))


def _unmerged(pages: Sequence[Page]) -> list[Page]:
    for page in pages:
        page.merges.clear()
    return list(pages)


LAYOUTS: Mapping[str, Callable[[Sequence[Page]], list[Page]]] = {
    "unmerged": _unmerged,
    "shifted": lambda pages: moves.shift(pages, lambda number: (3, 2))[0],
    "renamed": lambda pages: moves.rename(pages[::-1], lambda number, name: f"Sheet{number + 1}")[0],
    "levels repeated": lambda pages: moves.unmerge_levels(pages, repeat=True),
}


@cache
def _sample(profile: str) -> Path:
    return next((SAMPLES / profile.replace("_", "-")).glob("*.clean.xlsx"))


@cache
def _book(profile: str) -> Book:
    return Book(_sample(profile).read_bytes(), Places(layout(load(profile), projects=PROJECTS[profile])))


def _written(variation: Variation, path: Path) -> Path:
    if variation.layout:
        return moves.save(LAYOUTS[variation.layout](moves.pages_of(_sample(variation.profile))), path)
    path.write_bytes(_book(variation.profile).edited(variation.edit))
    return path


@pytest.mark.parametrize(
    "variation",
    [
        pytest.param(one, id=f"{one.profile} {one.name}", marks=[] if number % ONE_IN == 0 else [pytest.mark.slow])
        for number, one in enumerate(variations())
    ],
)
def test_nothing_is_to_be_put_right_or_looked_at(variation, tmp_path):
    batch = check(_written(variation, tmp_path / "return.xlsx"), variation.profile)
    found = [f"{f.code} {f.cells}: {f.message}" for f in batch.findings if f.severity is not Severity.NOTICE]
    assert found == []
    assert [one.status for one in batch.submissions] in ([Status.PASSED], [Status.PASSED_WITH_NOTES])


@pytest.mark.parametrize("profile", PROJECTS)
def test_the_samples_that_they_start_from_pass(profile):
    assert [one.status.checked for one in check(_sample(profile), profile).submissions] == [True]


def test_there_are_more_than_a_hundred_of_them():
    assert len(list(variations())) > 100
