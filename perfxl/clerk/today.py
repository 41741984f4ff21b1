"""Today's pairs of tasks and projects as a workbook, to be corrected and handed over by ``--pairs``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from xlsxwriter.worksheet import Worksheet

from perfxl.clerk import pairs
from perfxl.clerk.paper import FIRST, HEAD, Column, Paper
from perfxl.model import Lang, Text, column_letters
from perfxl.profiles import Profile
from perfxl.reading import WorkbookRows
from perfxl.values import FEN_PER_WAN, name_key

PAIRS, PROJECTS = Text("配对", "Pairs"), Text("项目名单", "Projects")
TITLE = Text("任务与项目配对表", "Tasks and their projects")
NOTE = Text(
    "“项目名称”不对的，从下拉框改选；没有对应的填“无”。审核时加 --pairs 本文件。金额单位：万元。",
    "Choose another project where it is wrong, “none” for none. Give the file to perfxl check by --pairs. In 万元.",
)
PROJECTS_NOTE = Text("各单位填报的项目，供“项目名称”一栏选用。", "The projects of each unit, to choose from.")
COLUMNS = (
    *(Column(head.label, width) for head, width in zip(pairs.HEADS, (30, 40, 34), strict=True)),
    Column(Text("现在的依据", "Paired by"), 12, "table_centre"),
    Column(Text("任务金额", "Amount of the task"), 12, "table_amount"),
    Column(Text("项目金额", "Amount of the project"), 12, "table_amount"),
)
PROJECT = 2
PAIRED = {
    "name": Text("名称相近", "name"),
    "amount": Text("金额相同", "amount"),
    "given": Text("指定", "given"),
    "": Text("没有对应", "none"),
}


class _Line(NamedTuple):
    """A task and its project as they are paired now, each ``""`` for none; amounts in fen."""

    unit: str
    task: str
    project: str
    by: str
    planned: int | None = None
    total: int | None = None


def today_pairs(books: Iterable[WorkbookRows], profile: Profile, lang: Lang) -> bytes:
    """The pairs of some workbooks as they are now; of several workbooks of one unit, those of the last."""
    paper = Paper(lang)
    sheet = paper.sheet(PAIRS, TITLE, NOTE, COLUMNS)
    last = {name_key(rows.unit): rows for rows in books if rows.unit}
    choices = [[paper.render(pairs.NONE), *map(_plain, pairs.names(rows, profile)[1])] for rows in last.values()]
    row = FIRST
    for number, rows in enumerate(last.values()):
        top = row
        for line in _lines(rows, profile):
            _write(sheet, paper, row, line)
            row += 1
        if row > top:
            letters, size = column_letters(number + 1), len(choices[number])
            source = f"='{paper.render(PROJECTS)}'!${letters}${FIRST + 1}:${letters}${FIRST + size}"
            sheet.data_validation(top, PROJECT, row - 1, PROJECT, {"validate": "list", "source": source})
    sheet.autofilter(HEAD, 0, max(HEAD, row - 1), len(COLUMNS) - 1)
    heads = [Column(Text(rows.unit, rows.unit), 34) for rows in last.values()]
    _list(paper.sheet(PROJECTS, PROJECTS, PROJECTS_NOTE, heads), paper, choices)
    return paper.data()


def _lines(rows: WorkbookRows, profile: Profile) -> Iterator[_Line]:
    """Every task, then the projects that have none. What has no name cannot be spoken of, and is paired as ever."""
    filled = [form for form in rows.forms if not form.blank]
    projects = {form.project: form for form in filled if profile.forms[form.kind].repeats}
    for form in filled:
        planned = {row.item: row.amount.fen for row in form.amounts if (row.role, row.column) == ("row", "total")}
        for task in form.tasks:
            project = projects.pop(task.project, None)
            name = _plain(project.text("project_name")) if project else ""
            if task.name and (name or not project):
                total = project.total() if project else None
                by = task.paired_by if project else ""
                yield _Line(rows.unit, _plain(task.name), name, by, planned.get(task.item), total)
    for project in projects.values():
        if name := _plain(project.text("project_name")):
            yield _Line(rows.unit, "", name, "", None, project.total())


def _write(sheet: Worksheet, paper: Paper, row: int, line: _Line) -> None:
    none = paper.render(pairs.NONE)
    texts = (line.unit, line.task or none, line.project or none, paper.render(PAIRED[line.by]))
    for col, text in enumerate(texts):
        sheet.write_string(row, col, text, paper.style("text_left" if col == PROJECT else COLUMNS[col].style))
    for col, fen in enumerate((line.planned, line.total), len(texts)):
        if fen is None:
            sheet.write_blank(row, col, None, paper.style(COLUMNS[col].style))
        else:
            sheet.write_number(row, col, fen / FEN_PER_WAN, paper.style(COLUMNS[col].style))


def _list(sheet: Worksheet, paper: Paper, choices: Sequence[Sequence[str]]) -> None:
    for col, names in enumerate(choices):
        for row, name in enumerate(names, FIRST):
            sheet.write_string(row, col, name, paper.style("table_text"))


def _plain(text: str) -> str:
    """A name on one line, as a list to choose from can hold it."""
    return " ".join(text.encode("utf-8", "replace").decode().split())
