"""No task at all, or a task without name, content or amount."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Ref, Severity
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables, ref, rows

NONE = Text("一项任务也没有填。请至少填一项。", "No task is filled in. Please fill in at least one.")


@rule(
    "COMPLETE-15",
    Severity.ERROR,
    name=Text("年度主要任务不全", "Tasks incomplete"),
    what=Text("至少一项任务，每项都要有名称、内容和总额", "At least one task, each with name, content and amount"),
    message=Text("第 {n} 项任务没有填“{label}”。请补填。", "Task {n} has no “{label}”. Please fill it in."),
    basic=True,
)
def task_incomplete(tables: Tables, lang: Lang) -> Iterator[At]:
    """Amounts other than the total may be left out: an empty one counts as 0 (AMOUNT-09)."""
    with_tasks = set(tables.tasks["form_id"])
    for form in rows(tables.forms, ~tables.forms["blank"]):
        if tables.profile.forms[form.form].tasks and form.form_id not in with_tasks:
            yield At((ref(form),), message=NONE)
    labels = {
        key: {c.key: c.label for c in form.tasks.columns} for key, form in tables.profile.forms.items() if form.tasks
    }
    for task in rows(tables.tasks):
        if not task.name:
            yield At((ref(task),), {"n": task.item, "label": labels[task.form]["name"]})
        if not task.content:
            yield At(
                (Ref(task.file, task.sheet, task.content_row, task.content_col),),
                {"n": task.item, "label": labels[task.form]["content"]},
            )
    amounts = tables.amounts
    blank = amounts[(amounts["role"] == "row") & (amounts["table"] == "tasks") & (amounts["state"] == "blank")]
    for row in rows(blank, blank["column"] == "total"):
        yield At((ref(row),), {"n": row.item, "label": labels[row.form]["total"]})
