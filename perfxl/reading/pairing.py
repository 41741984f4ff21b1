"""Which task, project form and fund form of one workbook are about the same project.

Names first, amounts second, position never: a department writes 提高本市机关事业单位中文域名的注册率和挂标率 for the
project 中文域名注册管理, and two projects may well cost the same. What is then still open stays unpaired, and CROSS-01
reports it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from perfxl.profiles import Profile
from perfxl.reading.rows import FormRows, TaskRow
from perfxl.values import name_key

#: how ``paired_by`` names a pair that was given
GIVEN = "given"


#: ``likeness`` of a fund form that has its project's indicators and another name
OTHER_NAME = 0.01
#: so many indicators, and so much of them, show that two forms are of one project
_SEVERAL, _MOST = 4, 0.6


class Pair(NamedTuple):
    """A task and a project that were given as belonging together, as ``name_key``s; ``""`` for none."""

    task: str
    project: str


#: ``name_key`` of a unit -> the pairs that are fixed for it
Fixed = Mapping[str, Sequence[Pair]]


def pair(forms: Sequence[FormRows], profile: Profile, fixed: Sequence[Pair] = ()) -> None:
    """Set ``project``, ``alone``, ``likeness`` of the forms and ``kind``, ``project``, ``paired_by`` of their tasks.

    ``fixed`` pairs come before all others.
    """
    filled = [form for form in forms if not form.blank]
    projects = [form for form in filled if profile.forms[form.kind].repeats]
    seen: Counter[str] = Counter()
    for number, form in enumerate(projects, 1):
        key = name_key(form.text("project_name")) or f"#{number}"
        seen[key] += 1
        form.project = key if seen[key] == 1 else f"{key}#{seen[key]}"
    for form in filled:
        if profile.forms[form.kind].same_as:
            _same_project(form, [p for p in projects if p.kind == profile.forms[form.kind].same_as], profile)
        if form.tasks:
            _pair_tasks(form, projects, profile, fixed)


def place(fixed: Sequence[Pair], tasks: Sequence[str], projects: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Of the fixed pairs, those for which there are a task and a project: number of the pair, the task, the project.

    Tasks and projects are given by their names; -1 is none. Each is taken once, in the order of the pairs.
    """
    free_tasks, free_projects = list(enumerate(tasks)), list(enumerate(projects))
    for number, wanted in enumerate(fixed):
        task = next((item for item in free_tasks if item[1] == wanted.task), None)
        project = next((item for item in free_projects if item[1] == wanted.project), None)
        if (wanted.task and task is None) or (wanted.project and project is None):
            continue
        if task:
            free_tasks.remove(task)
        if project:
            free_projects.remove(project)
        yield number, task[0] if task else -1, project[0] if project else -1


def _same_project(form: FormRows, projects: Sequence[FormRows], profile: Profile) -> None:
    """The project form of the likest name; of no like name the one whose indicators the fund form repeats."""
    key = name_key(form.text("project_name"))
    scored = [(fuzz.ratio(key, project.project) / 100, project) for project in projects]
    best = max(scored, key=lambda pair: pair[0], default=None)
    if best is None or best[0] < profile.limits.get("near_name", 0.8):
        repeated = [project for project in projects if _repeats(form, project)]
        best = (OTHER_NAME, repeated[0]) if len(repeated) == 1 else None
    if best is not None:
        form.likeness, form.project, form.alone = best[0], best[1].project, False
    else:
        form.likeness, form.project, form.alone = 0.0, f"alone:{key}", True


def _repeats(form: FormRows, project: FormRows) -> bool:
    """Whether the goal of a project form and most of its indicators stand on the fund form too."""
    if not project.text("year_goal") or name_key(project.text("year_goal")) != name_key(form.text("year_goal")):
        return False
    names, own = ({row.name_key for row in f.indicators if row.name_key} for f in (form, project))
    return len(own) >= _SEVERAL and len(names & own) >= _MOST * len(own)


def _pair_tasks(form: FormRows, projects: Sequence[FormRows], profile: Profile, fixed: Sequence[Pair]) -> None:
    amounts = {row.item: row.amount.fen for row in form.amounts if row.role == "row" and row.column == "total"}
    again = typed_twice(form)
    free_tasks = {task.item: task for task in form.tasks if task.item not in again}
    free_projects = {project.project: project for project in projects}
    chosen: dict[int, tuple[str, str]] = {}

    def take(item: int, project: str, by: str) -> None:
        chosen[item] = (project, by)
        del free_tasks[item], free_projects[project]

    for given, whose in _given(form, projects, fixed):
        if given:
            chosen[given.item] = (whose.project if whose else "", GIVEN)
            free_tasks.pop(given.item, None)
        if whose:
            del free_projects[whose.project]
    for item, project in _named_alike(list(free_tasks.values()), list(free_projects.values()), amounts, profile):
        take(item, project, "name")
    left = [task for task in free_tasks.values() if not _is_basic(task.name, task.content, profile)]
    for project, target in list(free_projects.items()):
        same = [task for task in left if task.item in free_tasks and amounts.get(task.item) == target.total()]
        rivals = [other for other in free_projects.values() if other.total() == target.total()]
        if target.total() is not None and len(same) == 1 and len(rivals) == 1:
            take(same[0].item, project, "amount")
    for index, task in enumerate(form.tasks):
        project, by = chosen.get(task.item, ("", ""))
        kind = "basic" if not project and _is_basic(task.name, task.content, profile) else "project"
        form.tasks[index] = replace(task, kind=kind, project=project, paired_by=by)


def typed_twice(form: FormRows) -> dict[int, TaskRow]:
    """Tasks that stand in the list before, by name and amount: number of the later one -> the first."""
    amounts = {row.item: row.amount.fen for row in form.amounts if row.role == "row" and row.column == "total"}
    first: dict[tuple[str, int], TaskRow] = {}
    again: dict[int, TaskRow] = {}
    for task in form.tasks:
        fen = amounts.get(task.item)
        if task.name_key and fen is not None and (before := first.setdefault((task.name_key, fen), task)) is not task:
            again[task.item] = before
    return again


def _given(
    form: FormRows, projects: Sequence[FormRows], fixed: Sequence[Pair]
) -> Iterator[tuple[TaskRow | None, FormRows | None]]:
    """The fixed pairs of a form with its tasks, ``None`` where a pair names none."""
    if fixed:
        tasks = [name_key(task.name) for task in form.tasks]
        names = [name_key(project.text("project_name")) for project in projects]
        for _, task, project in place(fixed, tasks, names):
            yield form.tasks[task] if task >= 0 else None, projects[project] if project >= 0 else None


Pairs = list[tuple[int, str]]


def _named_alike(
    tasks: Sequence[TaskRow], projects: Sequence[FormRows], amounts: Mapping[int, int | None], profile: Profile
) -> Iterator[tuple[int, str]]:
    """Tasks and projects whose names are alike, the likest first, of equally like ones those of equal amounts.

    What fits two equally well stays open until one of the two is taken by another: to choose would be to guess.
    """
    levels: dict[tuple[float, bool, bool], Pairs] = {}
    for task in tasks:
        for target in projects:
            name, _, again = target.project.partition("#")
            score = likeness(name, name_key(task.name), profile.name_noise)
            if score >= profile.limits.get("task_likeness", 0.34):
                level = (-score, amounts.get(task.item) != target.total(), bool(again))
                levels.setdefault(level, []).append((task.item, target.project))
    waiting = [levels[level] for level in sorted(levels)]
    while found := list(_clear(waiting)):
        yield from found
        done, names = {item for item, _ in found}, {project for _, project in found}
        waiting = [[(i, p) for i, p in level if i not in done and p not in names] for level in waiting]


def _clear(levels: Sequence[Pairs]) -> Iterator[tuple[int, str]]:
    """The pairs of which neither side has another choice as good, or a better one that is open or taken here."""
    tasks: set[int] = set()
    names: set[str] = set()
    for level in levels:
        left = [(item, project) for item, project in level if item not in tasks and project not in names]
        choices, rivals = Counter(item for item, _ in left), Counter(project for _, project in left)
        for item, project in left:
            if choices[item] == rivals[project] == 1:
                tasks.add(item)
                names.add(project)
                yield item, project
        tasks |= {item for item, n in choices.items() if n > 1}
        names |= {project for project, n in rivals.items() if n > 1}


def _is_basic(name: str, content: str, profile: Profile) -> bool:
    return any(word in name or word in content for word in profile.basic_tasks)


@lru_cache(maxsize=65_536)
def likeness(project: str, task: str, noise: tuple[str, ...]) -> float:
    """How much of the project's name the task's name holds, in pairs of characters, 0 to 1."""
    project, task = _strip(project, noise), _strip(task, noise)
    if not project or not task:
        return 0.0
    pairs = {project[i : i + 2] for i in range(len(project) - 1)} or {project}
    return sum(pair in task for pair in pairs) / len(pairs)


def _strip(name: str, noise: tuple[str, ...]) -> str:
    bare = name
    for word in noise:
        bare = bare.replace(word, "")
    return bare if len(bare) >= 2 else name
