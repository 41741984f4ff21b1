"""``--pairs FILE``: which task and which project belong together, where the names do not tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from perfxl.clerk.errors import did_you_mean
from perfxl.clerk.lists import ListColumn, ListEntry, absent, notice, read_entries
from perfxl.model import Finding, Lang, Text
from perfxl.profiles import Profile
from perfxl.reading import Fixed, Pair, WorkbookRows
from perfxl.reading.pairing import place
from perfxl.rules.clerk_lists import UNUSED_PAIR
from perfxl.values import name_key

UNIT = ListColumn("unit", Text("单位", "Unit"), ("单位名称", "预算单位", "部门名称", "部门"))
TASK = ListColumn("task", Text("任务名称", "Task"), ("任务", "年度主要任务"))
PROJECT = ListColumn("project", Text("项目名称", "Project"), ("项目", "配对项目"))
HEADS = (UNIT, TASK, PROJECT)
#: stands where a task has no project, or a project no task
NONE = Text("无", "none")

NOTHING = Text("任务和项目不能都是“{none}”。", "Task and project cannot both be {none!r}.")
NOT_FILLED = Text("没有填。没有对应{what}的，请填“{none}”。", "It is empty. Where there is no {what}, write {none!r}.")
WHAT = {TASK.key: Text("任务", "task"), PROJECT.key: Text("项目", "project")}

UNKNOWN = Text(
    "“{unit}”报送的表中没有{what}“{name}”，这一条没有用到。{meant}请核对后改正。",
    "{unit} has no {what} {name!r}: the pair was not used.{meant} Please correct it.",
)
TAKEN = Text(
    "“{unit}”的任务“{task}”或项目“{project}”已被前面的一条用掉，这一条没有用到。请核对后改正。",
    "An earlier pair of {unit} has the task {task!r} or the project {project!r}: this one was not used.",
)


@dataclass(frozen=True)
class Pairs:
    """The pairs of a file. ``fixed`` is all that a worker needs of them."""

    fixed: Fixed
    entries: tuple[tuple[str, Pair, ListEntry], ...]


def read_pairs(path: str | Path) -> Pairs:
    """The pairs of a file. Raises ``ClerkError`` with file, row and column when something cannot be used."""
    entries = tuple(_pair(entry) for entry in read_entries(path, "pair", HEADS))
    fixed: dict[str, list[Pair]] = {}
    for unit, pair, _ in entries:
        fixed.setdefault(unit, []).append(pair)
    return Pairs({unit: tuple(pairs) for unit, pairs in fixed.items()}, entries)


def _pair(entry: ListEntry) -> tuple[str, Pair, ListEntry]:
    unit = name_key(entry.needed(UNIT.key))
    pair = Pair(_name(entry, TASK.key), _name(entry, PROJECT.key))
    if not (pair.task or pair.project):
        raise entry.fail(PROJECT.key, NOTHING, none=NONE)
    return unit, pair, entry


def _name(entry: ListEntry, key: str) -> str:
    text = entry.text(key)
    if not text:
        raise entry.fail(key, NOT_FILLED, what=WHAT[key], none=NONE)
    return "" if text.casefold() in NONE else name_key(text)


def unused(pairs: Pairs, workbooks: Iterable[WorkbookRows], profile: Profile, lang: Lang) -> Iterator[Finding]:
    """PAIR-01: pairs that name what is not there; one for all whose units are not there."""
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
    gone = [entry for unit, _, entry in pairs.entries if unit not in books]
    if gone:
        yield absent(UNUSED_PAIR, gone, [sheets.unit for found in books.values() for sheets in found], lang)


def _keys(texts: Iterable[str]) -> list[str]:
    return [name_key(text) for text in texts]


def names(sheets: WorkbookRows, profile: Profile) -> tuple[list[str], list[str]]:
    """The names of the tasks of a workbook, and those of its projects."""
    filled = [form for form in sheets.forms if not form.blank]
    tasks = [task.name for form in filled for task in form.tasks]
    return tasks, [form.text("project_name") for form in filled if profile.forms[form.kind].repeats]


def _unknown(pair: Pair, entry: ListEntry, sent: Sequence[tuple[list[str], list[str]]], lang: Lang) -> Finding:
    """Which of the two names is not there, or that both are taken."""
    unit = entry.text(UNIT.key)
    for key, wanted, number in ((TASK.key, pair.task, 0), (PROJECT.key, pair.project, 1)):
        there = [name for names_of in sent for name in names_of[number]]
        if wanted and wanted not in _keys(there):
            name = entry.text(key)
            near, what = did_you_mean(name, there).render(lang), WHAT[key].render(lang)
            message = UNKNOWN.render(lang, unit=unit, what=what, name=name, meant=near)
            return notice(UNUSED_PAIR, entry, key, message, lang)
    message = TAKEN.render(lang, unit=unit, task=entry.text(TASK.key), project=entry.text(PROJECT.key))
    return notice(UNUSED_PAIR, entry, PROJECT.key, message, lang)
