"""A project form for which there is no task, or more than one that fits equally."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._narrative import quoted
from perfxl.rules._projects import Place, filled_projects, open_tasks, totals
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import wan

AMBIGUOUS = Text(
    "{n} 个项目（{names}）与 {m} 项任务（{tasks}）金额同为 {amount} 万元，名称又对不上，无法确定哪项任务对应哪个项目。"
    "请在任务名称中写明项目名称。",
    "{n} projects ({names}) and {m} tasks ({tasks}) are of the same amount, {amount} 万元, and their names do not tell "
    "which belongs to which. Please use the project's name in the task's.",
)
TOO_FEW = Text(
    "{n} 个项目（{names}）金额同为 {amount} 万元，而这样金额、没有对应项目的任务只有 {m} 项（{tasks}），名称又对不上。"
    "请补填任务，并在任务名称中写明项目名称。",
    "{n} projects ({names}) are of the same amount, {amount} 万元, and only {m} tasks of it have no project ({tasks}); "
    "the names do not tell which belongs to which. Please add the task, and use the project's name in the task's.",
)


@table_rule(
    "CROSS-01",
    Severity.ERROR,
    name=Text("项目没有对应任务", "Project without a task"),
    what=Text(
        "每个项目在部门整体支出表的年度主要任务中有一项对应任务，金额相等",
        "Every project has a task of the same amount on the department form",
    ),
    message=Text(
        "项目“{name}”在年度主要任务中找不到对应的任务。请核对任务名称，或补填任务。",
        "No task on the department form belongs to the project “{name}”. Check the names, or add the task.",
    ),
    needs="tasks_and_projects",
    why=Text(
        "项目支出由各个项目组成，项目对不上任务，两边的金额就无法核对。",
        "Projects make up the project expenditure; one without a task cannot be checked against it.",
    ),
    fix=Text("核对任务名称；漏列的项目补一项任务。", "Check the name of the task, or add the task that is missing."),
    wrong=Text(
        "项目“编制统计”5.00 万元，任务中没有同名的，也没有同金额的",
        "Project 编制统计 of 5.00 万元, no task of its name or amount",
    ),
    right=Text(
        "项目“编制统计”5.00 万元，任务“编制统计”5.00 万元", "Project 编制统计 of 5.00 万元, task 编制统计 of 5.00 万元"
    ),
)
def project_without_task(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Pairs are made by name first and amount second; their amounts are compared by the declared sum CROSS-01."""
    with_tasks = set(tables.tasks["submission"])
    paired = set(zip(tables.tasks["submission"], tables.tasks["project"], strict=True))
    left = [
        project for project in filled_projects(tables)
        if project.form.submission in with_tasks and (project.form.submission, project.form.project) not in paired
    ]  # fmt: skip
    fen = totals(tables) if left else {}
    tasks = open_tasks(tables) if left else {}
    alike: dict[tuple[int, int], list[Place]] = {}
    for project in left:
        amount = fen.get(project.form.form_id)
        if amount is not None and (project.form.submission, amount) in tasks:
            alike.setdefault((project.form.submission, amount), []).append(project)
        else:
            yield Hit((project.cell,), {"name": project.form.name})
    for key, projects in alike.items():
        yield _unclear(projects, tasks[key], key[1])


def _unclear(projects: list[Place], tasks: list[Any], fen: int) -> Hit:
    """Projects and tasks of one amount: a warning, but an error where a task is missing among them."""
    enough = len(tasks) >= len(projects)
    values = {
        "n": len(projects), "m": len(tasks), "amount": wan(fen),
        "names": quoted(project.form.name for project in projects),
        "tasks": quoted(task.name for task in tasks),
    }  # fmt: skip
    return Hit(
        tuple(project.cell for project in projects), values, tuple(map(ref, tasks)),
        severity=Severity.WARNING if enough else None, message=AMBIGUOUS if enough else TOO_FEW,
    )  # fmt: skip
