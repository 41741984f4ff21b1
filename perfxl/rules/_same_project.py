"""Shared by CROSS-06 and CROSS-07: the same indicator on the fund form and the project form of one project."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from perfxl.reading.indicators import COST
from perfxl.tables import Tables, rows
from perfxl.values import name_key

#: measure words that count the same things: 785个 and 785家 do not contradict each other
_COUNTS = frozenset("个家")


def same_lines(tables: Tables, *, cost: bool) -> Iterator[tuple[Any, Any]]:
    """(line of a fund form, line of its project form) with the same second level and name.

    The year's column is compared. Only where the clerk ran one list over both columns (no name stands in both)
    are the lines of the long-term column the year's too.
    """
    forms = {form.form_id: form for form in _forms_of_fund_projects(tables)}
    lines = tables.indicators
    wanted = ((lines["second"] == COST) == cost) & (lines["name_key"] != "") & lines["form_id"].isin(forms)
    continued = continued_lists(tables)
    others: dict[tuple[object, ...], Any] = {}
    fund_lines = []
    for line in rows(lines, wanted):
        if line.form not in tables.profile.fund_forms:
            others[(line.submission, forms[line.form_id].project, line.second, line.name_key)] = line
        elif line.period == "year" or line.form_id in continued:
            fund_lines.append(line)
    for line in fund_lines:
        other = others.get((line.submission, forms[line.form_id].project, line.second, line.name_key))
        if other is not None:
            yield line, other


def _forms_of_fund_projects(tables: Tables) -> Iterator[Any]:
    """The fund forms whose project has a project form, and those project forms."""
    forms = tables.forms
    funds = list(rows(forms, forms["form"].isin(tables.profile.fund_forms) & (forms["likeness"] > 0) & ~forms["blank"]))
    projects = {(form.submission, form.project) for form in funds}
    yield from funds
    for form in rows(forms, forms["form"].isin(tables.profile.project_forms)) if funds else ():
        if (form.submission, form.project) in projects:
            yield form


@lru_cache(maxsize=1)
def continued_lists(tables: Tables) -> set[int]:
    """The forms with two periods in which one list was run over both columns.

    No indicator stands in both columns, and the year's lacks kinds of indicators that the other has: the list
    ended before them.
    """
    names: dict[int, dict[str, set[tuple[str, str]]]] = {}
    lines = tables.indicators
    for line in rows(lines, lines["form"].isin(tables.profile.two_period_forms) & (lines["name_key"] != "")):
        names.setdefault(line.form_id, {}).setdefault(line.period, set()).add((line.second, line.name_key))
    return {form_id for form_id, by in names.items() if len(by) == 2 and _run_on(by)}


def _run_on(names: dict[str, set[tuple[str, str]]]) -> bool:
    year = names.get("year", set())
    others = set().union(*(found for period, found in names.items() if period != "year"))
    return not year & others and not {level for level, _ in others} <= {level for level, _ in year}


def same_value(one: Any, other: Any) -> bool:
    """Whether two indicator values say the same, whatever their spelling."""
    if one.number is None or other.number is None or one.kind == "text" or other.kind == "text":
        return name_key(one.value) == name_key(other.value)
    return (one.operator, one.number) == (other.operator, other.number) and _measure(one.measure) == _measure(
        other.measure
    )


def _measure(measure: str) -> str:
    return "个" if measure in _COUNTS else measure
