"""``--pairs FILE``: which task and which project belong together, where their names do not show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from perfxl.clerk import lists
from perfxl.clerk.errors import did_you_mean
from perfxl.clerk.lists import ClerkList, ListColumn, ListEntry, absent_units, notice, read_entries
from perfxl.model import Finding, Lang, Text
from perfxl.profiles import Profile
from perfxl.reading import Fixed, Pair, WorkbookRows, place
from perfxl.rules.submissions import UNUSED_PAIR
from perfxl.values import name_key

UNIT = lists.UNIT._replace(
    style="table_text", how=Text("单位全称，与申报表上的部门名称一致。", "The unit's full name as on its form.")
)
TASK = ListColumn(
    "task", Text("任务名称", "Task"), ("任务", "年度主要任务"), width=40,
    how=Text("年度主要任务的名称；项目没有对应任务的，填“无”。", "The name of the task; 无 for a project without one."),
    example="推动本市机构编制信息化管理工作",
)  # fmt: skip
PROJECT = ListColumn(
    "project", Text("项目名称", "Project"), ("项目", "配对项目"), width=34, style="text_left",
    how=Text("项目表上的项目名称；任务没有对应项目的，填“无”。", "The name on its form; 无 for a task without one."),
    example="信息化管理",
)  # fmt: skip
PAIRS = ClerkList(
    "pair", (UNIT, TASK, PROJECT), Text("配对", "Pairs"), Text("任务与项目配对表", "Tasks and their projects"),
    Text(
        "“项目名称”不对的，从下拉框改选；没有对应的填“无”。审核时加 --pairs 本文件。金额单位：万元。",
        "Choose another project where it is wrong, “none” for none. Give the file to perfxl check by --pairs. In 万元.",
    ),
)  # fmt: skip
#: what is written for a task without project, or a project without task
NONE = Text("无", "none")

NOTHING = Text("任务和项目不能都是“{none}”。", "Task and project cannot both be {none!r}.")
NOT_FILLED = Text("未填写。无对应{what}的，请填“{none}”。", "It is empty. Where there is no {what}, write {none!r}.")
WHAT = {TASK.key: Text("任务", "task"), PROJECT.key: Text("项目", "project")}
UNKNOWN = Text(
    "“{unit}”报送的表中没有{what}“{name}”，该条未使用。{meant}请核对后改正。",
    "{unit} has no {what} {name!r}: the pair was not used.{meant} Please correct it.",
)
TAKEN = Text(
    "“{unit}”的任务“{task}”或项目“{project}”已被前面的一条用掉，该条未使用。请核对后改正。",
    "An earlier pair of {unit} has the task {task!r} or the project {project!r}: this one was not used.",
)


@dataclass(frozen=True)
class Pairs:
    """The pairs of a file: ``fixed`` for the reader; ``entries`` are the unit as ``name_key``, the pair, its place."""

    fixed: Fixed
    entries: tuple[tuple[str, Pair, ListEntry], ...]


def read_pairs(path: str | Path) -> Pairs:
    """The pairs of a file. Raises ``UserError`` with file, row and column when something cannot be used."""
    entries = tuple(_pair(entry) for entry in read_entries(path, PAIRS))
    fixed: dict[str, list[Pair]] = {}
    for unit, pair, _ in entries:
        fixed.setdefault(unit, []).append(pair)
    return Pairs({unit: tuple(pairs) for unit, pairs in fixed.items()}, entries)


def _pair(entry: ListEntry) -> tuple[str, Pair, ListEntry]:
    unit = name_key(entry.needed(UNIT))
    pair = Pair(_name(entry, TASK), _name(entry, PROJECT))
    if not (pair.task or pair.project):
        raise entry.error(PROJECT, NOTHING, none=NONE)
    return unit, pair, entry


def _name(entry: ListEntry, column: ListColumn) -> str:
    text = entry.text(column)
    if not text:
        raise entry.error(column, NOT_FILLED, what=WHAT[column.key], none=NONE)
    return "" if text.casefold() in NONE else name_key(text)


def unused(pairs: Pairs, workbooks: Iterable[WorkbookRows], profile: Profile, lang: Lang) -> Iterator[Finding]:
    """PAIR-01 for each pair with a name that is in no return; one for all of absent units."""
    books: dict[str, list[WorkbookRows]] = {}
    for sheets in workbooks:
        books.setdefault(name_key(sheets.unit), []).append(sheets)
    for unit, fixed in pairs.fixed.items():
        sent = [names(sheets, profile) for sheets in books.get(unit, ())]
        used = {number for tasks, projects in sent for number, _, _ in place(fixed, *map(_keys, (tasks, projects)))}
        entries = [entry for key, _, entry in pairs.entries if key == unit]
        for number, (pair, entry) in enumerate(zip(fixed, entries, strict=True)):
            if sent and number not in used:
                yield _unknown(pair, entry, sent, lang)
    absent = [entry for unit, _, entry in pairs.entries if unit not in books]
    if absent:
        yield absent_units(UNUSED_PAIR, absent, [sheets.unit for found in books.values() for sheets in found], lang)


def _keys(texts: Iterable[str]) -> list[str]:
    return [name_key(text) for text in texts]


def names(sheets: WorkbookRows, profile: Profile) -> tuple[list[str], list[str]]:
    """The names of the tasks of a workbook, and those of its projects."""
    filled = [form for form in sheets.forms if not form.blank]
    tasks = [task.name for form in filled for task in form.tasks]
    return tasks, [form.text("project_name") for form in filled if profile.forms[form.kind].repeats]


def _unknown(pair: Pair, entry: ListEntry, sent: Sequence[tuple[list[str], list[str]]], lang: Lang) -> Finding:
    """Which of the two names is unknown, or that both are taken."""
    unit = entry.text(UNIT)
    for column, wanted, number in ((TASK, pair.task, 0), (PROJECT, pair.project, 1)):
        known = [name for names_of in sent for name in names_of[number]]
        if wanted and wanted not in _keys(known):
            name, what = entry.text(column), WHAT[column.key].render(lang)
            near = did_you_mean(name, known).render(lang)
            message = UNKNOWN.render(lang, unit=unit, what=what, name=name, meant=near)
            return notice(UNUSED_PAIR, entry, column, message, lang)
    message = TAKEN.render(lang, unit=unit, task=entry.text(TASK), project=entry.text(PROJECT))
    return notice(UNUSED_PAIR, entry, PROJECT, message, lang)
