"""Shared by the rules that look from the department to its projects: forms, the cells of their names, their totals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from perfxl.model import Ref
from perfxl.tables import Tables, ref, rows


class Place(NamedTuple):
    """A form of a project, and the cell of the project's name (of the title, where the name has none)."""

    form: Any
    cell: Ref


def filled_projects(tables: Tables, *, funds: bool = False) -> Iterator[Place]:
    """The project forms that are filled in; with ``funds`` the fund forms in their place."""
    kinds = tables.profile.fund_forms if funds else tables.profile.project_forms
    forms = tables.forms
    found = list(rows(forms, ~forms["blank"] & forms["form"].isin(kinds)))
    names = rows(tables.texts, tables.texts["field"] == "project_name") if found else ()
    places = {row.form_id: ref(row) for row in names}
    for form in found:
        yield Place(form, places.get(form.form_id, ref(form)))


def total_rows(tables: Tables) -> Iterator[Any]:
    """The ``total`` fields that hold an amount which can be read."""
    amounts = tables.amounts
    return rows(
        amounts, (amounts["table"] == "fields") & (amounts["column"] == "total") & (amounts["state"] == "ok")
    )  # fmt: skip


def totals(tables: Tables) -> dict[int, int]:
    """Form -> its total in fen."""
    return {row.form_id: row.fen for row in total_rows(tables)}


def open_tasks(tables: Tables) -> dict[tuple[int, int], list[Any]]:
    """(submission, amount in fen) -> the project tasks of that amount that belong to no project form."""
    amounts = tables.amounts
    is_total = (amounts["table"] == "tasks") & (amounts["role"] == "row") & (amounts["column"] == "total")
    fen = {(row.form_id, row.item): row.fen for row in rows(amounts, is_total & (amounts["state"] == "ok"))}
    found: dict[tuple[int, int], list[Any]] = {}
    for task in unpaired_tasks(tables):
        if (task.form_id, task.item) in fen:
            found.setdefault((task.submission, fen[task.form_id, task.item]), []).append(task)
    return found


def unpaired_tasks(tables: Tables) -> Iterator[Any]:
    """The tasks that should have a project form and were paired with none."""
    tasks = tables.tasks
    return rows(tasks, (tasks["kind"] == "project") & (tasks["project"] == ""))
