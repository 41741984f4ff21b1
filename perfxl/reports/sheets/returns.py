"""The figures of one return that stand beside each other in 单位 and, added up, in 总览."""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.model import Text
from perfxl.reports.sheets.amounts import NONE, Amount
from perfxl.reports.sheets.facts import Facts, FormRow
from perfxl.reports.sheets.names import labelled

#: key -> its head, where the head is not the profile's label
_HEADS = {
    "total": Text("资金总额", "Budget total"),
    "forms": Text("项目表合计", "Sum of project forms"),
    "project_gap": Text("项目支出－项目表", "Projects less forms"),
    "tasks": Text("任务金额合计", "Tasks as stated"),
    "task_gap": Text("任务合计－资金总额", "Tasks less total"),
}
#: key of a difference -> the two keys that it is made of
GAPS = {"project_gap": ("projects", "forms"), "task_gap": ("tasks", "total")}


def heads(facts: Facts) -> dict[str, Text]:
    """The figures that returns of this profile have, each with its head, in the order to show them."""
    fields = facts.main.fields if facts.main else {}
    present = {key for key in ("total", "basic", "projects") if key in fields} | {"forms"}
    if facts.main and facts.main.tasks:
        present.add("tasks")
    present |= {key for key, sides in GAPS.items() if present.issuperset(sides)}
    order = ("total", "basic", "projects", "forms", "project_gap", "tasks", "task_gap")
    return {key: _HEADS.get(key) or labelled(key, fields[key].plain_label) for key in order if key in present}


def figures(facts: Facts, forms: Sequence[FormRow], keys: Sequence[str]) -> dict[str, Amount]:
    """The figures of one return, from its filled forms."""
    amounts = facts.amounts
    main = next((form for form in forms if facts.main and form.form == facts.main.key), None)
    added = [amounts.fields.get((form.form_id, "total"), NONE).fen for form in forms if facts.counts(form)]
    found: dict[str, Amount] = {}
    for key in keys:
        if key == "forms":
            found[key] = Amount(sum(fen or 0 for fen in added)) if added else NONE
        elif key in GAPS:
            left, right = (found[side].fen for side in GAPS[key])
            found[key] = NONE if left is None or right is None else Amount(left - right)
        elif main is None:
            found[key] = NONE
        elif key == "tasks":
            found[key] = amounts.sums.get((main.form_id, "total"), NONE)
        else:
            found[key] = amounts.fields.get((main.form_id, key), NONE)
    return found
