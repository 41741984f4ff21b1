"""A cost item of the department that is called after one project and holds the amount of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._projects import Place, filled_projects, total_rows
from perfxl.rules._wording import shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import wan


@table_rule(
    "CROSS-19",
    Severity.NOTICE,
    name=Text("成本名称与金额不符", "Cost named after one project"),
    what=Text(
        "部门成本指标写的是一个项目的名称，金额应是这个项目的",
        "A cost item of the department called after a project has that project's amount",
    ),
    message=Text(
        "成本指标“{name}”填 {stated} 万元，等于全部 {n} 个项目的合计，而项目“{project}”（{where}）"
        "是 {computed} 万元。请核对，建议名称改为“各项目支出”一类，或分项目填写。",
        "The cost item “{name}” is {stated} 万元, which all {n} projects make together; the project “{project}” "
        "({where}) is {computed}. Please check; call it after all of them, or divide it.",
    ),
    source="成本指标应与预算资金对应",
    needs="tasks_and_projects",
    why=Text(
        "名称与金额对不上，看不出钱花在哪里。", "Where name and amount do not fit, nobody sees what it is spent on."
    ),
    fix=Text("改名称，或按项目分开填写。", "Change the name, or give each project a line."),
    wrong=Text(
        "“机构改革费用”60.00 万元，而机构改革项目 8.00 万元，全部项目 60.00 万元",
        "机构改革费用 60.00, project 8.00, all projects 60.00",
    ),
    right=Text("“各项目支出”60.00 万元", "各项目支出 60.00"),
)
def cost_named_after_one_project(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Speaks where the amount is that of all projects and the name holds the name of one of them."""
    amounts = {row.form_id: row for row in total_rows(tables)}
    projects: dict[int, list[Place]] = {}
    for place in filled_projects(tables):
        projects.setdefault(place.form.submission, []).append(place)
    whole = {key for key, form in tables.profile.forms.items() if form.tasks}
    lines = tables.indicators
    for line in rows(lines, lines["form"].isin(whole) & lines["fen"].notna()):
        here = projects.get(line.submission, [])
        if any(place.form.form_id not in amounts for place in here):
            continue
        named = [place for place in here if _is_named(place, line)]
        fens = [int(amounts[place.form.form_id].fen) for place in here]
        if len(named) == 1 and int(line.fen) == sum(fens):
            own = amounts[named[0].form.form_id]
            if own.fen != line.fen:
                values = {
                    "name": shown(line.name), "stated": wan(int(line.fen)), "n": len(here),
                    "project": shown(named[0].form.name), "where": str(ref(own)), "computed": wan(int(own.fen)),
                }  # fmt: skip
                yield Hit((ref(line),), values, (ref(own),), written=line.value)


#: a shorter name stands in many another
_TELLING = 4


def _is_named(place: Place, line: Any) -> bool:
    name: str = place.form.name_key
    return len(name) >= _TELLING and name in line.name_key
