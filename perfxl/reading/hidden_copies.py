"""Hidden rows that repeat a visible line: they are told and not judged, unless the total of the tasks counts them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

from perfxl.formats import Grid
from perfxl.reading.rows import FormRows, IndicatorRow, TaskRow

#: how a stray names such a row
HIDDEN_COPY = "hidden_copy"
R = TypeVar("R", TaskRow, IndicatorRow)


def without_hidden_copies(form: FormRows, grid: Grid) -> None:
    """Take the hidden copies of tasks and of indicators out of a form, and keep their names in ``hidden_copies``."""
    if grid.hidden_rows:
        _tasks(form, grid)
        _indicators(form, grid)


def _copies(rows: Sequence[R], hidden: Callable[[R], bool], key: Callable[[R], Hashable]) -> list[R]:
    """The hidden rows that a visible one repeats."""
    visible = {key(row) for row in rows if not hidden(row)}
    return [row for row in rows if hidden(row) and row.name_key and key(row) in visible]


def _tasks(form: FormRows, grid: Grid) -> None:
    own = [row for row in form.amounts if row.table == "tasks" and row.column == "total"]
    fen = {row.item: row.fen for row in own if row.role == "row"}
    stated = next((row.fen for row in own if row.role == "sum"), None)
    copies = _copies(
        form.tasks, lambda task: task.row in grid.hidden_rows, lambda task: (task.name_key, fen.get(task.item))
    )
    if not copies or stated == sum(amount or 0 for amount in fen.values()):
        return
    kept = [task for task in form.tasks if task not in copies]
    number = {task.item: n for n, task in enumerate(kept, 1)}
    form.tasks = [replace(task, item=number[task.item]) for task in kept]
    form.amounts = [
        replace(row, item=number[row.item]) if row.table == "tasks" and row.item else row
        for row in form.amounts
        if row.table != "tasks" or not row.item or row.item in number
    ]
    form.hidden_copies += [(task.row, task.col, task.name) for task in copies]


def _indicators(form: FormRows, grid: Grid) -> None:
    copies = _copies(
        form.indicators,
        lambda line: line.name_row in grid.hidden_rows,
        lambda line: (line.period, line.second, line.name_key, line.value),
    )
    gone = {(line.item, line.period) for line in copies}
    if gone:
        form.indicators = [line for line in form.indicators if (line.item, line.period) not in gone]
        form.results = [line for line in form.results if (line.item, line.period) not in gone]
        form.amounts = [r for r in form.amounts if r.table != "indicators" or (r.item, r.period) not in gone]
        form.hidden_copies += [(line.name_row, line.name_col, line.name) for line in copies]
