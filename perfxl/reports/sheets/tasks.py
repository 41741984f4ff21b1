"""任务: every task of 年度主要任务, per form the sum of its rows, the total that it states, and the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from perfxl.model import Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.amounts import NONE
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts, Task
from perfxl.reports.sheets.names import labelled
from perfxl.reports.sheets.table import Column, Formula, Table, Toned, cell

TITLE = Text("年度主要任务", "Tasks of the year")
NOTE = Text(
    "金额单位：万元。差额＝填报的金额合计－各任务相加，负数为少填（红色）。",
    "Amounts in 万元. Difference = total as stated - sum of the tasks; negative (red) is too little.",
)
EMPTY = Text("没有填写年度主要任务。", "No tasks are filled in.")
KINDS = {"basic": Text("基本支出", "basic"), "project": Text("项目", "project")}
PAIRED = {"name": Text("名称", "name"), "amount": Text("金额", "amount"), "given": Text("指定", "given")}
ADDED = Text("各任务相加", "Sum of the tasks")
STATED = Text("填报的金额合计", "Total as stated")
GAP = Text("差额", "Difference")


class _Tasks:
    """The sheet while it is written."""

    def __init__(self, book: Book, facts: Facts) -> None:
        self.book, self.facts = book, facts
        spec = facts.main.tasks if facts.main else None
        self.money = {column.key: labelled(column.key, column.label) for column in spec.amounts} if spec else {}
        self.projects = {(form.submission, form.project): form.name for form in reversed(facts.forms) if form.project}
        self.columns = [
            Column(names.NUMBER, 6, "count"),
            *facts.who_columns(),
            Column(Text("类别", "Kind"), 13, "centre"),
            Column(Text("任务名称", "Task"), 28),
            Column(Text("主要内容", "Content"), 42),
            *(Column(text, 11, "money") for text in self.money.values()),
            Column(Text("配对项目", "Paired project"), 22),
            Column(Text("配对依据", "Paired by"), 7, "centre"),
            Column(Text("位置", "Cell"), 15, "centre"),
        ]
        self.first_money = 4 + len(facts.who_columns())

    def group(self, table: Table, tasks: Sequence[Task]) -> None:
        """The tasks of one form with their three closing rows."""
        table.need(len(tasks) + 3)
        first = table.next
        added = dict.fromkeys(self.money, 0)
        for task in tasks:
            amounts = [self.facts.amounts.tasks.get((task.form_id, task.item, key), NONE) for key in self.money]
            for key, amount in zip(self.money, amounts, strict=True):
                added[key] += amount.fen or 0
            paired = self.projects.get((task.submission, task.project), "") if task.project else ""
            table.row([
                task.item, *self.facts.who(task.file), self._word(KINDS, task.kind), task.name, task.content,
                *(amount.shown for amount in amounts), paired, self._word(PAIRED, task.paired_by),
                f"{task.sheet}!{task.cell}",
            ])  # fmt: skip
        self._close(table, tasks[0], first, added)

    def _word(self, words: Mapping[str, Text], key: str) -> str:
        return self.book.render(words[key]) if key in words else key

    def _close(self, table: Table, task: Task, first: int, added: dict[str, int]) -> None:
        last = table.next - 1
        stated = {key: self.facts.amounts.sums.get((task.form_id, key), NONE) for key in self.money}
        sums, gaps = [], []
        for col, key in enumerate(self.money, self.first_money):
            sums.append(Formula(f"=ROUND(SUM({cell(first, col)}:{cell(last, col)}),6)", added[key]))
            fen = stated[key].fen
            text = f"=ROUND({cell(last + 2, col)}-{cell(last + 1, col)},6)"
            gap = Formula(text, fen - added[key]) if fen is not None else None
            gaps.append(Toned(gap, "error") if gap and gap.value else gap)
        self._closing(table, task, ADDED, sums, "sum")
        self._closing(table, task, STATED, [amount.shown for amount in stated.values()], "sum")
        self._closing(table, task, GAP, gaps, "total")

    def _closing(self, table: Table, task: Task, label: Text, money: Sequence[Any], tone: str) -> None:
        who = self.facts.who(task.file)
        table.row([None, *who, self.book.render(label), None, None, *money, None, None, None], tone)


def write(book: Book, facts: Facts) -> None:
    """The tasks of one form after another."""
    sheet = _Tasks(book, facts)
    table = Table(book, names.TASKS, TITLE, NOTE, sheet.columns, frozen=2)
    for _, tasks in groupby(facts.tasks, key=lambda task: task.form_id):
        sheet.group(table, list(tasks))
    if not facts.tasks:
        table.line(EMPTY)
    table.close()
