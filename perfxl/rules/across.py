"""What the rules that look across files are told: a few facts of each file, small enough for a worker to send home."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from perfxl.model import Ref
from perfxl.profiles import Profile
from perfxl.rules.projects import filled_projects, total_rows, totals
from perfxl.tables import Return
from perfxl.values import name_key


class Fact(NamedTuple):
    """A name or an amount with its cell. ``name`` is the project's, of a total its label; ``fen`` may be unknown."""

    file: str
    unit_key: str
    name: str
    name_key: str
    fen: int | None
    text: str
    ref: Ref


class Facts(NamedTuple):
    """The facts of some files: their units, the totals of whole departments, the names of projects."""

    units: dict[str, str]
    totals: tuple[Fact, ...]
    projects: tuple[Fact, ...]


def facts_of(returns: Iterable[Return]) -> Facts:
    """What the rules across files need to know of some workbooks."""
    units: dict[str, str] = {}
    department_totals: list[Fact] = []
    projects: list[Fact] = []
    for book in returns:
        units[book.file] = book.unit
        unit_key, fen = name_key(book.unit), totals(book)
        department_totals += [
            Fact(book.file, unit_key, row.label, "", row.fen, row.text, row.ref)
            for row in total_rows(book)
            if book.spec(row.form).tasks
        ]
        projects += [
            Fact(book.file, unit_key, form.name, form.name_key, fen.get(form), "", cell)
            for form, cell in filled_projects(book)
            if form.name_key
        ]
    return Facts(units, tuple(department_totals), tuple(projects))


class Across:
    """A whole batch as the rules across files see it, with what the user gave beside the files."""

    def __init__(
        self, profile: Profile, parts: Iterable[Facts], files: AbstractSet[str], control: Mapping[str, int]
    ) -> None:
        """``files``: those that count; ``control``: unit, as ``name_key`` compares it -> its control figure in fen."""
        self.profile, self.control = profile, control
        together = list(parts)
        self.units = {file: unit for part in together for file, unit in part.units.items() if file in files}
        self.totals = [fact for part in together for fact in part.totals if fact.file in files]
        self._projects = [fact for part in together for fact in part.projects if fact.file in files]

    @cached_property
    def projects(self) -> pd.DataFrame:
        """The names of projects, one row a ``Fact``."""
        return pd.DataFrame(self._projects, columns=Fact._fields).astype({"fen": "Int64"})

    def facts(self, where: pd.Series[bool]) -> list[Fact]:
        """The projects where a condition holds."""
        return [self._projects[n] for n in where.to_numpy().nonzero()[0]]
