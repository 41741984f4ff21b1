"""Shared by CROSS-06 and CROSS-07: the same indicator on the fund form and the project form of one project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from perfxl.extract.indicators import COST
from perfxl.tables import Tables, rows
from perfxl.values import name_key

#: measure words that count the same things: 785个 and 785家 do not contradict each other
_COUNTS = frozenset("个家")


def same_lines(tables: Tables, *, cost: bool) -> Iterator[tuple[Any, Any]]:
    """(line of a fund form, line of its project form) with the same second level and name.

    The year's column is compared. Only where the clerk ran one list over both columns (no name stands in both)
    are the lines of the long-term column the year's too.
    """
    funds = tables.profile.fund_forms
    lines = tables.indicators[(tables.indicators["second"] == COST) == cost]
    lines = lines[lines["name_key"] != ""].merge(
        tables.forms[["form_id", "project", "likeness"]], on="form_id", suffixes=("", "_form")
    )
    fund_lines = lines[lines["form"].isin(funds) & (lines["likeness"] > 0)]
    fund_lines = fund_lines[(fund_lines["period"] == "year") | fund_lines["form_id"].isin(continued_lists(tables))]
    others = {
        (row.submission, row.project, row.second, row.name_key): row
        for row in rows(lines[~lines["form"].isin(funds) & (lines["project"] != "")])
    }
    for line in rows(fund_lines):
        other = others.get((line.submission, line.project, line.second, line.name_key))
        if other is not None:
            yield line, other


def continued_lists(tables: Tables) -> set[int]:
    """The forms with two periods in which one list was run over both columns.

    No indicator stands in both columns, and the year's lacks kinds of indicators that the other has: the list
    ended before them.
    """
    names: dict[int, dict[str, set[tuple[str, str]]]] = {}
    for line in rows(_two_period_lines(tables)):
        names.setdefault(line.form_id, {}).setdefault(line.period, set()).add((line.second, line.name_key))
    return {form_id for form_id, by in names.items() if len(by) == 2 and _run_on(by)}


def _run_on(names: dict[str, set[tuple[str, str]]]) -> bool:
    year = names.get("year", set())
    others = set().union(*(found for period, found in names.items() if period != "year"))
    return not year & others and not {level for level, _ in others} <= {level for level, _ in year}


def _two_period_lines(tables: Tables) -> pd.DataFrame:
    two = tables.profile.two_period_forms
    lines = tables.indicators
    return lines[lines["form"].isin(two) & (lines["name_key"] != "")]


def same_value(one: Any, other: Any) -> bool:
    """Whether two indicator values say the same, whatever their spelling."""
    if one.number is None or other.number is None or one.kind == "text" or other.kind == "text":
        return name_key(one.value) == name_key(other.value)
    return (one.operator, one.number) == (other.operator, other.number) and _measure(one.measure) == _measure(
        other.measure
    )


def _measure(measure: str) -> str:
    return "个" if measure in _COUNTS else measure
