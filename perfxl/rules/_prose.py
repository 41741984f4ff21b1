"""Shared by the DUP-06 and TYPO rules: every cell in which somebody wrote words."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from perfxl.model import Ref
from perfxl.rules._fields import texts_of
from perfxl.tables import Tables, name_ref, ref, rows
from perfxl.values import squeeze


class Prose(NamedTuple):
    """A cell with words: its form, where it is, and its text without blanks."""

    form_id: int
    ref: Ref
    text: str


@lru_cache(maxsize=1)
def prose(tables: Tables) -> list[Prose]:
    """Text fields, tasks, names and values of indicators, in the order of the tables."""
    found = [Prose(row.form_id, ref(row), squeeze(row.text)) for row in texts_of(tables, "text", "long_text")]
    for task in rows(tables.tasks):
        found.append(Prose(task.form_id, ref(task), squeeze(task.name)))
        place = Ref(task.file, task.sheet, task.content_row, task.content_col)
        found.append(Prose(task.form_id, place, squeeze(task.content)))
    for line in rows(tables.indicators):
        found.append(Prose(line.form_id, name_ref(line), squeeze(line.name)))
        found.append(Prose(line.form_id, ref(line), squeeze(line.value)))
    return [item for item in found if len(item.text) > 1]
