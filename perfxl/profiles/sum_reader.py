"""The ``[[sums]]`` of a profile file, every term checked against the forms it speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from perfxl.model import Text
from perfxl.profiles.node import Node
from perfxl.profiles.schema import Form, Level
from perfxl.profiles.sums import Sum, Term

PER = ("form", "row", "project", "submission")
#: the kinds of rows that a term may take from the task table
TASKS = ("rows", "sum", "basic", "project")

NO_TERM = Text(
    "“{term}”的写法不对，应如 department.total、department.tasks[rows].total 或 project.indicators[cost]。",
    "“{term}” is no term; write department.total, department.tasks[rows].total or project.indicators[cost].",
)
NO_FORM = Text("“{term}”：没有表“{form}”。", "“{term}”: there is no form “{form}”.")
NO_FIELD = Text("“{term}”：表“{form}”没有金额项“{field}”。", "“{term}”: the form “{form}” has no amount “{field}”.")
NO_TASKS = Text("“{term}”：表“{form}”没有任务表。", "“{term}”: the form “{form}” has no task table.")
NO_COLUMN = Text("“{term}”：任务表没有金额栏“{column}”。", "“{term}”: the tasks have no amount column “{column}”.")
NO_ROWS = Text("“{term}”：[ ] 中可以填 {allowed}。", "“{term}”: [ ] takes {allowed}.")
NO_LEVEL = Text("“{term}”：表“{form}”没有指标“{level}”。", "“{term}”: the form “{form}” has no indicators “{level}”.")
NO_PERIOD = Text("“{term}”：表“{form}”没有时段“{period}”。", "“{term}”: the form “{form}” has no period “{period}”.")
NOTHING = Text("至少要写一项。", "names no term; it needs one at least.")
TWICE = Text("编号和名称都与前面的一条相同：{name}。", "an earlier sum has the same code and name: {name}.")


def form_of(term: str) -> str:
    """The form that a term speaks of, as it is written."""
    match = re.match(r"\s*(\w+)", term)
    return match[1] if match else ""


def read_sums(node: Node, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> tuple[Sum, ...]:
    """All sums in their order; ``ProfileError`` names the first that cannot be."""
    found: dict[tuple[str, str], Sum] = {}
    for item in node.nodes("sums"):
        declared = _sum(item, forms, levels)
        name = declared.code, declared.name.zh
        if name in found:
            raise item.fail("name", TWICE.fill(name=" ".join(name)))
        found[name] = declared
    return tuple(found.values())


def _sum(node: Node, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> Sum:
    node.only(Sum, "name_en")
    return Sum(
        code=node.name("code"),
        name=Text(node.name("name"), node.get("name_en", str, node.name("name"))),
        per=node.one_of("per", PER, "form"),
        total=_terms(node, "total", forms, levels),
        parts=_terms(node, "parts", forms, levels),
        severity=node.one_of("severity", ("error", "warning", "notice"), "error"),
        source=node.get("source", str, ""),
        relation=node.one_of("relation", ("=", ">="), "="),
        follows=node.strings("follows"),
    )


def _terms(node: Node, key: str, forms: Mapping[str, Form], levels: Mapping[str, Level]) -> tuple[Term, ...]:
    terms = []
    for text in node.strings(key):
        try:
            term = Term.parse(text)
        except ValueError as error:
            raise node.fail(key, NO_TERM.fill(term=text)) from error
        form = forms.get(term.form)
        if form is None:
            raise node.fail(key, NO_FORM.fill(term=text, form=term.form))
        if problem := _problem(term, form, levels):
            raise node.fail(key, problem)
        terms.append(term)
    if not terms:
        raise node.fail(key, NOTHING)
    return tuple(terms)


def _problem(term: Term, form: Form, levels: Mapping[str, Level]) -> Text | None:
    """What a term names that its form has not."""
    if term.table == "fields":
        field = form.fields.get(term.column)
        known = field is not None and field.kind == "amount"
        return None if known else NO_FIELD.fill(term=term.text, form=form.key, field=term.column)
    if term.table == "tasks":
        if form.tasks is None:
            return NO_TASKS.fill(term=term.text, form=form.key)
        if term.select not in TASKS:
            return NO_ROWS.fill(term=term.text, allowed=", ".join(TASKS))
        known = term.column in {column.key for column in form.tasks.amounts}
        return None if known else NO_COLUMN.fill(term=term.text, column=term.column)
    level, _, period = term.select.partition(":")[0].partition("@")
    if form.indicators is None or level not in levels:
        return NO_LEVEL.fill(term=term.text, form=form.key, level=level)
    if period and period not in {each.key for each in form.indicators.periods}:
        return NO_PERIOD.fill(term=term.text, form=form.key, period=period)
    return None
