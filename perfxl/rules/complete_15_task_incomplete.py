"""No task at all, or a task without name, content or amount."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

NONE = Text("一项任务也没有填。请至少填一项。", "No task is filled in. Please fill in at least one.")


@table_rule(
    "COMPLETE-15",
    Severity.ERROR,
    name=Text("年度主要任务不全", "Tasks incomplete"),
    what=Text("至少一项任务，每项都要有名称、内容和总额", "At least one task, each with name, content and amount"),
    message=Text("第 {n} 项任务没有填“{label}”。请补填。", "Task {n} has no “{label}”. Please fill it in."),
    basic=True,
    follows=("COMPLETE-19",),
    why=Text(
        "任务缺名称、内容或金额，就无法与项目和预算核对。",
        "A task without name, content or amount cannot be checked against projects and budget.",
    ),
    fix=Text("补填空着的格子；不需要的任务，整行清空。", "Fill in what is empty, or clear the whole row."),
    wrong=Text("任务“编制统计”，主要内容空着，总额 5.00", "Task 编制统计, no content, 总额 5.00"),
    right=Text(
        "任务“编制统计”，主要内容“统计各类编制185422个”，总额 5.00",
        "Task 编制统计, content 统计各类编制185422个, 总额 5.00",
    ),
)
def task_incomplete(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Amounts other than the total may be left out: an empty one counts as 0 (AMOUNT-09)."""
    with_tasks = set(tables.tasks["form_id"])
    for form in rows(tables.forms, ~tables.forms["blank"]):
        if tables.profile.forms[form.form].tasks and form.form_id not in with_tasks:
            yield Hit((ref(form),), message=NONE)
    labels = {
        key: {c.key: c.label for c in form.tasks.columns} for key, form in tables.profile.forms.items() if form.tasks
    }
    for task in rows(tables.tasks):
        if not task.name:
            yield Hit((ref(task),), {"n": task.item, "label": labels[task.form]["name"]})
        if not task.content:
            yield Hit(
                (Ref(task.file, task.sheet, task.content_row, task.content_col),),
                {"n": task.item, "label": labels[task.form]["content"]},
            )
    amounts = tables.amounts
    blank = amounts[(amounts["role"] == "row") & (amounts["table"] == "tasks") & (amounts["state"] == "blank")]
    for row in rows(blank, blank["column"] == "total"):
        yield Hit((ref(row),), {"n": row.item, "label": labels[row.form]["total"]})
