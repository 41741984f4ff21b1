"""The projects of a workbook: forms, totals and tasks; and what is compared with those of other workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from typing import NamedTuple

import pandas as pd

from perfxl.model import Ref
from perfxl.profiles import Profile
from perfxl.reading import COST, OTHER_NAME, AmountRow, FormRows, IndicatorRow, TaskRow, likeness, typed_twice
from perfxl.tables import Return
from perfxl.values import name_key
from perfxl.values.measures import measure_class


def filled_projects(book: Return, *, funds: bool = False) -> list[FormRows]:
    """The project forms that are filled in; with ``funds`` the fund forms instead."""
    kinds = book.profile.fund_forms if funds else book.profile.project_forms
    return [form for form in book.forms if form.kind in kinds]


def name_cell(form: FormRows) -> Ref:
    """The cell of the project's name, of the title where no cell is for the name."""
    names = [text.ref for text in form.texts if text.field == "project_name"]
    return names[-1] if names else form.title_ref


def total_rows(book: Return) -> dict[FormRows, AmountRow]:
    """Form -> its ``total`` field, where the amount is readable."""
    found = (row for row in book.amounts if row.table == "fields" and row.column == "total" and row.state == "ok")
    return {row.form: row for row in found}


def totals(book: Return) -> dict[FormRows, int]:
    """Form -> its total in fen."""
    return {form: row.fen for form, row in total_rows(book).items() if row.fen is not None}


def open_tasks(book: Return) -> dict[int, list[TaskRow]]:
    """Amount in fen -> the project tasks of that amount that belong to no project form."""
    of_tasks = (row for row in book.amounts if row.table == "tasks" and row.role == "row" and row.column == "total")
    fen = {(row.form, row.item): row.fen for row in of_tasks if row.state == "ok"}
    found: dict[int, list[TaskRow]] = {}
    for task in unpaired_tasks(book):
        amount = fen.get((task.form, task.item))
        if amount is not None:
            found.setdefault(amount, []).append(task)
    return found


def unpaired_tasks(book: Return) -> list[TaskRow]:
    """The tasks that should have a project form and were paired with none; one that was typed twice is DUP-08."""
    again = {(form, item) for form in book.forms for item in typed_twice(form)}
    open_ones = (task for task in book.tasks if task.kind == "project" and not task.project)
    return [task for task in open_ones if (task.form, task.item) not in again]


def amount_alone(book: Return) -> list[tuple[TaskRow, FormRows]]:
    """The tasks and projects that were paired by their amount and have no word in common."""
    forms, renamed = {form.project: form for form in filled_projects(book)}, renamed_projects(book)
    found = []
    for task in book.tasks:
        form = forms.get(task.project)
        named = form is not None and form.name_key and task.name_key and task.project == form.name_key
        if form is None or not named or task.paired_by != "amount" or task.project in renamed:
            continue
        if not likeness(form.name_key, task.name_key, book.profile.name_noise):
            found.append((task, form))
    return found


def renamed_projects(book: Return) -> set[str]:
    """The projects that have another name on their fund form."""
    return {form.project for form in filled_projects(book, funds=True) if form.likeness == OTHER_NAME}


def misnamed(book: Return) -> set[str]:
    """The projects whose name is in doubt; what a rule finds in their names follows from that."""
    return renamed_projects(book) | {form.project for _, form in amount_alone(book)}


def same_lines(book: Return, *, cost: bool) -> Iterator[tuple[IndicatorRow, IndicatorRow]]:
    """(line of a fund form, line of its project form) with the same second level and name; costs, or all others.

    The year's column is compared. Only where one list was continued in the second column (no name is in both columns)
    are the lines of the long-term column the year's too.
    """
    funds = [form for form in filled_projects(book, funds=True) if form.likeness > 0]
    projects, continued = {form.project for form in funds}, continued_lists(book)
    others: dict[tuple[str, str, str], IndicatorRow] = {}
    fund_lines = []
    for line in book.indicators:
        if (line.second == COST) != cost or not line.name_key:
            continue
        if line.form.kind in book.profile.project_forms and line.form.project in projects:
            others[line.form.project, line.second, line.name_key] = line
        elif line.form in funds and (line.period == "year" or line.form in continued):
            fund_lines.append(line)
    for line in fund_lines:
        if (other := others.get((line.form.project, line.second, line.name_key))) is not None:
            yield line, other


@lru_cache(maxsize=1)
def continued_lists(book: Return) -> set[FormRows]:
    """The forms with two periods in which one list of indicators was continued in the second column."""
    return {form for form in book.forms if is_continued_list(book.profile, form)}


def is_continued_list(profile: Profile, form: FormRows) -> bool:
    """Whether one list of indicators was continued in the second of two columns.

    No indicator is in both columns, and the year's lacks kinds of indicators that the other has: the list ended before
    them.
    """
    if form.kind not in profile.two_period_forms:
        return False
    names: dict[str, set[tuple[str, str]]] = {}
    for line in form.indicators:
        if line.name_key:
            names.setdefault(line.period, set()).add((line.second, line.name_key))
    year = names.get("year", set())
    others = set().union(*(found for period, found in names.items() if period != "year"))
    no_common = len(names) == 2 and not year & others
    return no_common and not {level for level, _ in others} <= {level for level, _ in year}


def same_value(one: IndicatorRow, other: IndicatorRow) -> bool:
    """Whether two indicator values are equal, whatever their spelling."""
    if one.number is None or other.number is None or one.kind == "text" or other.kind == "text":
        return name_key(one.value) == name_key(other.value)
    same_number = (one.operator, one.number) == (other.operator, other.number)
    return same_number and measure_class(one.measure) == measure_class(other.measure)


class Fact(NamedTuple):
    """A name or an amount with its cell. ``name`` is the project's, of a total its label; ``fen`` may be unknown."""

    file: str
    unit_key: str
    name: str
    name_key: str
    fen: int | None
    text: str
    ref: Ref


class FileFacts(NamedTuple):
    """The facts of some files: their units, the totals of whole departments, the names of projects."""

    units: dict[str, str]
    totals: tuple[Fact, ...]
    projects: tuple[Fact, ...]

    def only(self, files: AbstractSet[str]) -> FileFacts:
        """The facts of some of the files."""
        totals, projects = ([fact for fact in facts if fact.file in files] for facts in (self.totals, self.projects))
        units = {file: unit for file, unit in self.units.items() if file in files}
        return FileFacts(units, tuple(totals), tuple(projects))


def facts_of(returns: Iterable[Return]) -> FileFacts:
    """What the rules across files need to know of some workbooks."""
    units: dict[str, str] = {}
    department_totals: list[Fact] = []
    projects: list[Fact] = []
    for book in returns:
        units |= dict.fromkeys(book.files, book.unit)
        unit_key, fen = name_key(book.unit), totals(book)
        department_totals += [
            Fact(row.ref.file, unit_key, row.label, "", row.fen, row.text, row.ref)
            for form, row in total_rows(book).items()
            if book.spec(form).tasks
        ]
        projects += [
            Fact(form.file, unit_key, form.name, form.name_key, fen.get(form), "", name_cell(form))
            for form in filled_projects(book)
            if form.name_key
        ]
    return FileFacts(units, tuple(department_totals), tuple(projects))


class Across:
    """A whole batch as the rules across files see it, with what the user gave beside the files."""

    def __init__(
        self, profile: Profile, parts: Iterable[FileFacts], files: AbstractSet[str], control: Mapping[str, int]
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
