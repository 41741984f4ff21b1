"""Completeness: what a profile requires of the forms of a batch, merged with what the forms contain.

One operation for the whole batch: a table with a row for each field, task column and level of indicators that a form
must contain is merged with a table of what is filled in. What is left is a ``Gap``; the rules about completeness only
report the gaps of their code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import pandas as pd

from perfxl.model import Ref
from perfxl.profiles import Form, Profile
from perfxl.reading import AmountRow, FormRows, IndicatorRow, OpenLine, TaskRow, TextRow
from perfxl.tables import Tables

#: the parts of a form beside the periods of its indicators
FIELDS, TASKS = "", "tasks"
#: the columns that a task must have, and the rule that reports an empty one
TASK_COLUMNS, TASK_CODE = ("name", "content", "total"), "COMPLETE-15"
#: the first levels under which there must be an indicator, and the rules that report that there is none
FIRST_LEVELS = {"output": "COMPLETE-04", "benefit": "COMPLETE-05"}


class Requirement(NamedTuple):
    """Something that a kind of form must contain, and the code of the rule that reports that it is missing.

    ``part`` is ``FIELDS``, ``TASKS`` or a period of indicators; ``key`` that of a field, a task column or a level. A
    second level has a ``parent``. A level that no rule requires is listed too, without a code.
    """

    kind: str
    part: str
    key: str
    code: str
    label: str
    parent: str = ""


class Gap(NamedTuple):
    """A requirement that a form does not meet.

    ``cells`` are those that are empty; for a level the names of all its lines that are not filled in; the title of the
    form where it has no cell for it. ``task`` is the number of the task, 0 for all else and where there is no task.
    ``printed`` is whether the form has a cell for it. ``instead`` is what stands there in place of a second level and
    is none; ``unmarked`` tells that indicators stand under no level at all, which may be of this one.
    """

    form: FormRows
    required: Requirement
    cells: tuple[Ref, ...]
    task: int = 0
    printed: bool = True
    instead: str = ""
    unmarked: bool = False

    @property
    def label(self) -> str:
        """What people call the missing field, column or level."""
        return self.required.label


def gaps(tables: Tables, code: str) -> list[Gap]:
    """What is missing by one rule: empty cells in the order of the tables, then what has no cell, by form."""
    return [gap for gap in all_gaps(tables) if gap.required.code == code]


def missing_levels(tables: Tables) -> dict[tuple[FormRows, str], dict[str, Gap]]:
    """The levels, first and second, without an indicator: (form, period) -> key of the level -> gap."""
    found: dict[tuple[FormRows, str], dict[str, Gap]] = {}
    for gap in all_gaps(tables):
        if gap.required.part not in (FIELDS, TASKS):
            found.setdefault((gap.form, gap.required.part), {})[gap.required.key] = gap
    return found


@lru_cache(maxsize=1)
def all_gaps(tables: Tables) -> Sequence[Gap]:
    """What is missing in the forms that are filled in."""
    forms = {form: number for number, form in enumerate(form for book in tables.returns for form in book.forms)}
    required, cells = requirements(tables.profile), list(_cells(tables))
    asked = _asked(tables.profile, forms, required)
    found = asked.merge(_contents(tables, forms, required, cells), how="left", on=["form", "required"])
    missing = found[found["filled"].ne(True)].sort_values("cell", kind="stable")
    form_rows, open_lines, unknown = list(forms), _open_lines(tables), _unknown_levels(tables)
    return [
        _gap(form_rows[form], required[number], cells[int(cell)] if cell >= 0 else None, open_lines, unknown)
        for form, number, cell in zip(missing["form"], missing["required"], missing["cell"], strict=True)
    ]


@cache
def requirements(profile: Profile) -> tuple[Requirement, ...]:
    """What the forms of a profile must contain."""
    return tuple(required for form in profile.forms.values() for required in _of_form(form, profile))


def _of_form(form: Form, profile: Profile) -> Iterator[Requirement]:
    for field in form.fields.values():
        if field.required:
            yield Requirement(form.key, FIELDS, field.key, field.required, field.plain_label)
    for column in form.tasks.columns if form.tasks else ():
        if column.key in TASK_COLUMNS:
            yield Requirement(form.key, TASKS, column.key, TASK_CODE, column.label)
    printed = form.indicators.levels if form.indicators else ()
    parents = [parent for level in printed if (parent := profile.levels[level.key].parent)]
    for period in form.indicators.periods if form.indicators else ():
        for first in dict.fromkeys((*FIRST_LEVELS, *parents)):
            yield Requirement(form.key, period.key, first, FIRST_LEVELS.get(first, ""), "")
        for level in printed:
            name, parent = profile.levels[level.key].name, profile.levels[level.key].parent
            yield Requirement(form.key, period.key, level.key, level.required, name, parent)


def periods_to_fill(profile: Profile, form: FormRows) -> list[str]:
    """The periods of a form whose indicators are asked for: the year always, the long term once it has an indicator."""
    spec = profile.forms[form.kind].indicators
    periods = [period.key for period in spec.periods] if spec else []
    if len(periods) < 2:
        return periods
    used = {line.period for line in form.indicators}
    return [period for period in periods if period == "year" or period in used]


def _asked(profile: Profile, forms: Mapping[FormRows, int], required: Sequence[Requirement]) -> pd.DataFrame:
    """The requirements for each form: the number of the form, the number of the requirement."""
    rows: list[tuple[int, int]] = []
    for form, number in forms.items():
        parts = (FIELDS, TASKS, *periods_to_fill(profile, form))
        rows += [(number, wanted) for wanted, one in enumerate(required) if one.kind == form.kind and one.part in parts]
    return pd.DataFrame(rows, columns=["form", "required"])


class _Cell(NamedTuple):
    """A cell of a field or of a task, and whether it is filled in."""

    row: TextRow | AmountRow | TaskRow
    part: str
    key: str
    filled: bool


def _cells(tables: Tables) -> Iterator[_Cell]:
    for text in tables.text_rows:
        yield _Cell(text, FIELDS, text.field, bool(text.text))
    for amount in tables.amount_rows:
        if amount.table == "fields" or (amount.table == "tasks" and amount.role == "row"):
            part = FIELDS if amount.table == "fields" else TASKS
            yield _Cell(amount, part, amount.column, amount.state != "blank")
    for task in (task for book in tables.returns for task in book.tasks):
        yield _Cell(task, TASKS, "name", bool(task.name))
        yield _Cell(task, TASKS, "content", bool(task.content))


def _contents(
    tables: Tables, forms: Mapping[FormRows, int], required: Sequence[Requirement], cells: Sequence[_Cell]
) -> pd.DataFrame:
    """What the forms contain of it: form, requirement, whether it is filled in, and the cell, all but one as numbers.

    A level is there once, without a cell (-1), whatever the number of its indicators.
    """
    by_key: dict[tuple[str, str, str], list[int]] = {}
    for number, one in enumerate(required):
        by_key.setdefault((one.kind, one.part, one.key), []).append(number)
    levels = {(line.form, line.period, level) for line in tables.indicator_rows for level in (line.first, line.second)}
    profile = tables.profile
    for form, period, level in tuple(levels):
        if level and level not in profile.forms[form.kind].first_levels(profile.levels):
            levels.add((form, period, profile.levels[level].parent))
    places = [(one.row.form, one.part, one.key, one.filled, number) for number, one in enumerate(cells)]
    places += [(form, period, level, True, -1) for form, period, level in levels]
    rows = [
        (forms[form], wanted, filled, cell)
        for form, part, key, filled, cell in places
        for wanted in by_key.get((form.kind, part, key), ())
    ]
    return pd.DataFrame(rows, columns=["form", "required", "filled", "cell"])


def _open_lines(tables: Tables) -> Mapping[tuple[FormRows, str, str], list[OpenLine]]:
    """(form, period, level) -> the lines under it that are not filled in."""
    found: dict[tuple[FormRows, str, str], list[OpenLine]] = {}
    for line in (line for book in tables.returns for line in book.open_lines):
        for level in (line.second, line.first):
            found.setdefault((line.form, line.period, level), []).append(line)
    return found


def _unknown_levels(tables: Tables) -> Mapping[tuple[FormRows, str], list[IndicatorRow]]:
    """(form, period) -> the indicators with a name whose second level is unknown, or not marked among others."""
    found: dict[tuple[FormRows, str], list[IndicatorRow]] = {}
    for line in tables.indicator_rows:
        if line.name and not line.second and line.second_col:
            found.setdefault((line.form, line.period), []).append(line)
    return found


def _gap(
    form: FormRows, required: Requirement, cell: _Cell | None,
    open_lines: Mapping[tuple[FormRows, str, str], list[OpenLine]],
    unknown: Mapping[tuple[FormRows, str], list[IndicatorRow]],
) -> Gap:  # fmt: skip
    if cell is None:
        lines = open_lines.get((form, required.part, required.key), ())
        others = unknown.get((form, required.part), ()) if required.parent and not lines else ()
        named = [line for line in others if line.second_text and line.first in ("", required.parent)]
        if named:
            cells = tuple(dict.fromkeys(line.second_ref for line in named))
            return Gap(form, required, cells, printed=False, instead=named[0].second_text)
        if any(not line.second_text for line in others):
            return Gap(form, required, (form.title_ref,), printed=False, unmarked=True)
        return Gap(form, required, tuple(line.ref for line in lines) or (form.title_ref,), printed=bool(lines))
    row = cell.row
    if isinstance(row, TaskRow) and cell.key == "content":
        return Gap(form, required, (row.content_ref,), row.item)
    return Gap(form, required, (row.ref,), 0 if isinstance(row, TextRow) else row.item)
