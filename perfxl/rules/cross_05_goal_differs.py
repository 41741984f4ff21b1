"""A project whose fund form sets another goal for the year than its project form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rapidfuzz import fuzz

from perfxl.model import Lang, Severity, Text
from perfxl.rules._narrative import goals
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import name_key

#: so much of each text is shown from where they part
_SHOWN = 12


@table_rule(
    "CROSS-05",
    Severity.WARNING,
    name=Text("同一项目的年度目标不同", "Goal differs between forms"),
    what=Text(
        "同一项目在专项资金表与项目表中的年度目标应相同",
        "A project has the same goal for the year on its fund form and its project form",
    ),
    message=Text(
        "年度目标与项目表（{where}）不同（相似度 {likeness}%）：此处写“{here}”，项目表写“{there}”。请核对，应一致。",
        "The goal differs from that on the project form ({where}; {likeness}% alike): “{here}” here, “{there}” there. "
        "They should agree.",
    ),
    source="同一项目各表应一致",
    needs="same_project",
    why=Text(
        "两张表说的是同一个项目，目标不同就不知道以哪个为准。",
        "Both forms are about one project; with two goals nobody knows which of them holds.",
    ),
    fix=Text("以批准的目标为准，两张表写成一样。", "Write the approved goal on both forms."),
    wrong=Text(
        "专项资金表：注册率达到95%；项目表：注册率达到90%", "注册率达到95% on one form, 注册率达到90% on the other"
    ),
    right=Text("两张表都写：注册率达到95%", "注册率达到95% on both forms"),
)
def goal_differs(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Blanks and punctuation do not count; where both forms are empty or one is, COMPLETE-01 speaks."""
    forms = tables.forms
    funds = {f.form_id: f for f in rows(forms, forms["form"].isin(tables.profile.fund_forms))}
    if not funds:
        return
    projects = {
        (f.submission, f.project): f.form_id for f in rows(forms, forms["form"].isin(tables.profile.project_forms))
    }
    of_form = {row.form_id: row for row, period in goals(tables) if period == "year"}
    for form_id, fund in funds.items():
        here, there = of_form.get(form_id), of_form.get(projects.get((fund.submission, fund.project), -1))
        if here is not None and there is not None and name_key(here.text) != name_key(there.text):
            yield _at(here, there)


def _at(here: Any, there: Any) -> Hit:
    one, other = name_key(here.text), name_key(there.text)
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, start - _SHOWN // 2)
    values = {
        "where": str(ref(there)), "likeness": int(fuzz.ratio(one, other)),
        "here": _piece(one, start), "there": _piece(other, start),
    }  # fmt: skip
    return Hit((ref(here),), values, (ref(there),), here.text, there.text, written=here.text)


def _piece(text: str, start: int) -> str:
    end = start + _SHOWN
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
