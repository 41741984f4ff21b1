"""More tasks than forms: a project task for which there is no project form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._narrative import quoted
from perfxl.rules._projects import unpaired_tasks
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import is_total


@table_rule(
    "CROSS-14",
    Severity.WARNING,
    name=Text("任务数与项目表数不符", "Tasks and forms differ in number"),
    what=Text(
        "项目表张数加基本支出任务数，应等于年度主要任务的项数",
        "There are as many tasks as project forms and tasks of basic expenditure together",
    ),
    message=Text(
        "年度主要任务有 {stated} 项，而项目表 {forms} 张、基本支出任务 {basic} 项，合计 {computed}；"
        "{tasks}没有找到对应的项目表。请补报项目表，或核对任务名称。",
        "There are {stated} tasks, but {forms} project forms and {basic} tasks of basic expenditure, {computed} in "
        "all; no form was found for {tasks}. Add the form, or check the name of the task.",
    ),
    source="任务与项目应一一对应",
    needs="tasks_and_projects",
    why=Text(
        "没有项目表的任务，绩效目标和金额都无从审核。",
        "Of a task without a form neither the targets nor the amount can be checked.",
    ),
    fix=Text(
        "为这项任务补报项目表；如属基本支出，请在任务名称中写明。",
        "Add the project form of the task; if it is basic expenditure, let its name say so.",
    ),
    wrong=Text("任务9项，项目表7张，基本支出任务1项", "9 tasks, 7 project forms, 1 task of basic expenditure"),
    right=Text("任务9项，项目表8张，基本支出任务1项", "9 tasks, 8 project forms, 1 task of basic expenditure"),
)
def number_of_tasks(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Speaks of tasks that are too many; a form that is one too many is a project without a task, CROSS-01.

    A task without a name is COMPLETE-15; a subtotal among the tasks is no task, the sums tell of it.
    """
    forms = tables.forms[~tables.forms["blank"]]
    counted = forms["form"].isin(tables.profile.project_forms)
    projects = Counter(forms.loc[counted | forms["alone"].astype(bool), "submission"])
    having = set(forms.loc[counted, "submission"])
    named = tables.tasks[(tables.tasks["name_key"] != "") & ~tables.tasks["name"].map(is_total).astype(bool)]
    tasks = Counter(named["submission"])
    basic = Counter(named.loc[named["kind"] == "basic", "submission"])
    left: dict[int, list[Any]] = {}
    for task in unpaired_tasks(tables):
        if task.name_key and not is_total(task.name):
            left.setdefault(task.submission, []).append(task)
    for number, found in left.items():
        here = projects[number] + basic[number]
        if number in having and tasks[number] > here:
            values = {
                "stated": tasks[number], "forms": projects[number], "basic": basic[number], "computed": here,
                "tasks": quoted(task.name for task in found),
            }  # fmt: skip
            yield Hit(tuple(map(ref, found)), values, (), f"{tasks[number]}", f"{here}")
