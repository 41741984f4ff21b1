"""A project form for which there is no task, or more than one that fits equally."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables, ref, rows


@rule(
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
def project_without_task(tables: Tables, lang: Lang) -> Iterator[At]:
    """Pairs are made by name first and amount second; their amounts are compared by the declared sum CROSS-01."""
    with_tasks = set(tables.tasks["submission"])
    paired = set(zip(tables.tasks["submission"], tables.tasks["project"], strict=True))
    places = {row.form_id: ref(row) for row in rows(tables.texts, tables.texts["field"] == "project_name")}
    for form in rows(tables.forms, ~tables.forms["blank"]):
        if form.form not in tables.profile.project_forms or form.submission not in with_tasks:
            continue
        if (form.submission, form.project) not in paired:
            yield At((places.get(form.form_id, ref(form)),), {"name": form.name})
