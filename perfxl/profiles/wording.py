"""A declared sum in the words of the forms: ``资金总额 ＝ 财政拨款 ＋ 其他资金``."""

from __future__ import annotations

from collections.abc import Iterable

from perfxl.profiles.schema import Profile, Sum, Term

SIGNS = {"=": "＝", ">=": "≥"}
TASKS = {"rows": "各任务", "basic": "基本支出任务", "project": "项目任务"}


def describe(profile: Profile, item: Sum) -> str:
    """The condition that the sum must meet, as a clerk would write it."""
    total, parts = _sides(profile, item)
    if _one_of_the_tasks(item):
        return f"{total[0]}与一项{parts[0]}相同"
    holds = f"{_plus(total)} {SIGNS[item.relation]} {_plus(parts)}"
    return f"每一行的{holds}" if item.per == "row" else holds


def example(profile: Profile, item: Sum) -> tuple[str, str]:
    """Made-up figures with which the sum does not hold, and others with which it does."""
    total, parts = _sides(profile, item)
    figures = [max(60 - 30 * place, 0) for place in range(len(parts))]
    added = sum(figures)
    wrong, right = ("≠", added + 10), ("＝", added)
    if item.relation == ">=":
        wrong, right = ("＜", added - 10), ("≥", added + 30)
    parts_text = _with(profile, parts, figures)
    wrong_text, right_text = (
        f"{_with(profile, total, [stated] + [0] * (len(total) - 1))} {sign} {parts_text}（{profile.measure}）"
        for sign, stated in (wrong, right)
    )
    return wrong_text, right_text


def _with(profile: Profile, labels: Iterable[str], figures: Iterable[int]) -> str:
    decimals = profile.decimals
    return _plus(f"{label} {figure:.{decimals}f}" for label, figure in zip(labels, figures, strict=True))


def _sides(profile: Profile, item: Sum) -> tuple[list[str], list[str]]:
    """The operands of both sides in words."""
    if item.per == "row":
        total, parts = ([_column(profile, term) for term in side] for side in (item.total, item.parts))
        return total, parts
    if _one_of_the_tasks(item):
        first = item.parts[0]
        return [_what(profile, item.total[0])], [f"{TASKS[first.select]}的{_column(profile, first)}"]
    total, parts = (
        [_whose(profile, term, item) + _what(profile, term) for term in side] for side in (item.total, item.parts)
    )
    return total, parts


def _one_of_the_tasks(item: Sum) -> bool:
    """Whether a project is compared with a task of its own."""
    return item.per == "project" and item.parts[0].table == "tasks"


def _plus(texts: Iterable[str]) -> str:
    return " ＋ ".join(texts)


def _whose(profile: Profile, term: Term, item: Sum) -> str:
    """The sheets of a term, where they are not those of the stated total."""
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
