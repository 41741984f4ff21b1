"""A department's goal that leaves out a project of weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.reading.pairing import likeness
from perfxl.rules._narrative import goals, lines, quoted
from perfxl.rules._projects import filled_projects, total_rows
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import name_key, wan

#: a shorter noun is in many a goal
_TELLING = 4
MORE = Text(
    "；另有 {n} 个较小的项目（共 {amount} 万元）也没有提到",
    "; {n} smaller projects ({amount} 万元) are not mentioned either",
)


class Weighed(NamedTuple):
    """A project form with its total."""

    form: Any
    fen: int
    cell: Ref


@table_rule(
    "CROSS-15",
    Severity.NOTICE,
    name=Text("总体目标没有提到重点项目", "Goal leaves out a project"),
    what=Text(
        "部门年度总体目标应覆盖占项目支出比重较大的项目",
        "The goal of the department covers every project of weight",
    ),
    message=Text(
        "年度总体目标没有提到占项目支出 {share}% 以上的项目{names}（{amount} 万元）{more}。建议补写这些项目的目标。",
        "The goal does not mention {names} ({amount} 万元), {share}% of the projects or more{more}. "
        "Please say what they are to achieve.",
    ),
    source="绩效目标应完整",
    needs="tasks_and_projects",
    why=Text(
        "总体目标概括全部预算资金的产出和效果；花钱多的项目没有目标，年终就无从评价。",
        "The goal sums up what all the money is to bring; a large project without one cannot be judged at the end.",
    ),
    fix=Text("在总体目标中为该项目加一句：做什么、达到什么水平。", "Add a sentence of what the project is to achieve."),
    wrong=Text("项目“信息化管理”占17%，总体目标只写机构改革", "信息化管理 is 17%, the goal speaks of 机构改革 only"),
    right=Text("目标5：推进信息化管理，建成实名制数据库", "目标5：推进信息化管理，建成实名制数据库"),
)
def goal_leaves_out_project(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The goal covers a project with words of its name that no other has, or with what one of its indicators counts.

    What weighs enough is ``goal_share``, a part of all projects.
    """
    told = [row for row, period in goals(tables) if period == "year" and tables.profile.forms[row.form].tasks]
    projects = _weighed(tables) if told else {}
    for goal in told:
        here = projects.get(goal.submission, [])
        bar = tables.profile.limits.get("goal_share", 0.1) * sum(project.fen for project in here)
        left = _left_out(goal.text, here, tables)
        large = [project for project in left if project.fen >= bar > 0]
        if large:
            yield _at(goal, large, [project for project in left if project.fen < bar], tables, lang)


def _weighed(tables: Tables) -> Mapping[int, list[Weighed]]:
    amounts = {row.form_id: row for row in total_rows(tables)}
    found: dict[int, list[Weighed]] = {}
    for project in filled_projects(tables):
        row = amounts.get(project.form.form_id)
        if row is not None:
            found.setdefault(project.form.submission, []).append(Weighed(project.form, row.fen, ref(row)))
    return found


def _left_out(goal: str, projects: Sequence[Weighed], tables: Tables) -> list[Weighed]:
    text = name_key(goal)
    pairs = Counter(pair for project in projects for pair in _parts(project.form.name_key, 2))
    own = {pair for pair, n in pairs.items() if n == 1}
    return [project for project in projects if project.form.name_key and not _covers(text, project.form, own, tables)]


def _covers(goal: str, form: Any, own: set[str], tables: Tables) -> bool:
    noise = tables.profile.name_noise
    if likeness(form.name_key, goal, noise) >= tables.profile.limits.get("task_likeness", 0.34):
        return True
    words = _parts(form.name_key, _TELLING) | {pair for pair in _parts(form.name_key, 2) & own if pair not in noise}
    words |= {key for line in lines(tables).get(form.form_id, ()) for key in line.keys if len(key) >= _TELLING}
    return any(word in goal for word in words)


def _parts(name: str, length: int) -> set[str]:
    return {name[start : start + length] for start in range(len(name) - length + 1)}


def _at(goal: Any, large: list[Weighed], small: list[Weighed], tables: Tables, lang: Lang) -> Hit:
    more = MORE.render(lang, n=len(small), amount=wan(sum(p.fen for p in small))) if small else ""
    values = {
        "names": quoted(project.form.name for project in large), "amount": wan(sum(p.fen for p in large)), "more": more,
        "share": f"{100 * tables.profile.limits.get('goal_share', 0.1):g}",
    }  # fmt: skip
    return Hit((ref(goal),), values, tuple(project.cell for project in (*large, *small)))
