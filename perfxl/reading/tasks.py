"""The task table (年度主要任务) with its total row."""

from __future__ import annotations

from perfxl.formats import Cell, Grid
from perfxl.profiles import Tasks
from perfxl.reading.labels import Labels, Segment
from perfxl.reading.rows import AmountRow, FormRows, TaskRow
from perfxl.values import label_key, parse_amount, squeeze

#: the heads of the amounts may be this many rows below those of name and content
HEAD_ROWS = 3


def read_tasks(grid: Grid, segment: Segment, labels: Labels, form: FormRows) -> range:
    """Read the table into ``form``; the rows it takes up, none if the form has no such table."""
    tasks = segment.form.tasks
    top = _head_row(grid, segment, labels) if tasks else 0
    if tasks is None or not top:
        return range(0)
    heads, row = _heads(grid, top, tasks, labels)
    item = 0
    while row < segment.bottom:
        row += 1
        cells = grid.cells_by_row.get(row, ())
        if any(c.col < heads["name"] and isinstance(c.value, str) and labels.pairs(c.value) for c in cells):
            return range(top, row)
        if any(c.col <= heads["content"] and label_key(c.text) in tasks.sum_keys for c in cells):
            _amounts(grid, labels, form, heads, row, item=0, role="sum")
            return range(top, row + 1)
        if sum(isinstance(c.value, str) and bool(labels.task_column(c.value)) for c in cells) > 1:
            continue  # the heads once more, at the top of a printed page
        name, content = grid.at(row, heads["name"]), grid.at(row, heads["content"])
        amounts = [grid.at(row, heads[c.key]) for c in tasks.amounts if c.key in heads]
        if any(squeeze(cell.text) and cell.row == row for cell in (name, content, *amounts)):
            item += 1
            _task(form, item, name, content)
            _amounts(grid, labels, form, heads, row, item, role="row")
    return range(top, segment.bottom + 1)


def _head_row(grid: Grid, segment: Segment, labels: Labels) -> int:
    for row in range(segment.top, segment.bottom + 1):
        named = {labels.task_column(c.text) for c in grid.cells_by_row.get(row, ()) if isinstance(c.value, str)}
        if {"name", "content"} <= named:
            return row
    return 0


def _heads(grid: Grid, top: int, tasks: Tasks, labels: Labels) -> tuple[dict[str, int], int]:
    """Column key -> its column, and the last row of the heads."""
    heads: dict[str, int] = {}
    last = top
    wanted = {column.key for column in tasks.columns}
    for row in range(top, top + HEAD_ROWS):
        for cell in grid.cells_by_row.get(row, ()):
            key = labels.task_column(cell.text) if isinstance(cell.value, str) else ""
            if key in wanted and key not in heads and label_key(cell.text) != label_key(tasks.amounts_label):
                heads[key] = cell.col
                last = max(last, row if key not in ("name", "content") else cell.last_row)
        if wanted <= set(heads):
            break
    return heads, last


def _task(form: FormRows, item: int, name: Cell, content: Cell) -> None:
    form.tasks.append(
        TaskRow(
            form,
            item,
            name.text.strip().strip("　"),
            content.text.strip(),
            name.row,
            name.col,
            content.row,
            content.col,
        )
    )


def _amounts(grid: Grid, labels: Labels, form: FormRows, heads: dict[str, int], row: int, item: int, role: str) -> None:
    profile, tasks = labels.profile, labels.form.tasks
    if tasks is None:
        return
    line = " ".join(form.tasks[item - 1].name.split()) if item else tasks.sum_label
    for column in tasks.amounts:
        if column.key not in heads:
            continue
        cell = grid.at(row, heads[column.key])
        if cell.row == row:  # a figure merged over several rows counts once
            amount = parse_amount(cell.value, profile.measure, profile.words.placeholders)
            label = f"{line}·{column.label}"
            form.amounts.append(
                AmountRow(form, "tasks", role, item, column.key, "year", label, amount, cell.row, cell.col)
            )
