"""A declared sum in the words of the forms: ``资金总额 ＝ 财政拨款 ＋ 其他资金``."""

from __future__ import annotations

from collections.abc import Iterable

from perfxl.profiles.schema import Profile
from perfxl.profiles.sums import Sum, Term

SIGNS = {"=": "＝", ">=": "≥"}
TASKS = {"rows": "各任务", "basic": "基本支出任务", "project": "项目任务"}


def describe(profile: Profile, item: Sum) -> str:
    """What must hold, as a clerk would write it."""
    if item.per == "row":
        total, parts = (_plus(_column(profile, term) for term in side) for side in (item.total, item.parts))
        return f"每一行的{total} {SIGNS[item.relation]} {parts}"
    first = item.parts[0]
    if item.per == "project" and first.table == "tasks":
        column = _column(profile, first)
        return f"{_what(profile, item.total[0])}与一项{TASKS[first.select]}的{column}相同"
    total, parts = (
        _plus(_whose(profile, term, item) + _what(profile, term) for term in side) for side in (item.total, item.parts)
    )
    return f"{total} {SIGNS[item.relation]} {parts}"


def _plus(texts: Iterable[str]) -> str:
    return " ＋ ".join(texts)


def _whose(profile: Profile, term: Term, item: Sum) -> str:
    """Which sheets, where they are not those of the stated total."""
    form = profile.forms[term.form]
    if term.form == item.total[0].form:
        return ""
    each = "" if not form.repeats else "同名" if item.per == "project" else "各"
    return f"{each}{form.sheet.format(n='')}{'（没有项目表的）' if term.alone else ''}·"


def _what(profile: Profile, term: Term) -> str:
    form = profile.forms[term.form]
    if term.table == "fields":
        return form.fields[term.column].plain_label
    if term.table == "tasks":
        if term.select == "sum" and form.tasks:
            return f"{form.tasks.sum_label}·{_column(profile, term)}"
        return f"{TASKS[term.select]}·{_column(profile, term)}之和"
    rest, _, named = term.select.partition(":")
    level, _, period = rest.partition("@")
    periods = {each.key: each.label for each in form.indicators.periods} if form.indicators else {}
    name = f"{periods.get(period, '')}{profile.levels[level].name}"
    return f"{name}（{named.replace('|', '、')}）之和" if named else f"{name}之和"


def _column(profile: Profile, term: Term) -> str:
    """The head of a column of the task table."""
    table = profile.forms[term.form].tasks
    return next((column.label for column in table.columns if column.key == term.column), "") if table else ""
