"""The texts of a workbook in which words are looked for: every cell that somebody filled in with words."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from perfxl.model import Ref
from perfxl.reading import FormRows
from perfxl.rules.fields import texts_of
from perfxl.tables import Return
from perfxl.values import squeeze


class Prose(NamedTuple):
    """A cell with words: its form, where it is, and its text without blanks."""

    form: FormRows
    ref: Ref
    text: str


@lru_cache(maxsize=1)
def prose(book: Return) -> tuple[Prose, ...]:
    """The fields of words, then names and contents of tasks, then names and values of indicators."""
    found = [Prose(row.form, row.ref, squeeze(row.text)) for row in texts_of(book, "text", "long_text")]
    for task in book.tasks:
        found.append(Prose(task.form, task.ref, squeeze(task.name)))
        found.append(Prose(task.form, task.content_ref, squeeze(task.content)))
    for line in book.indicators:
        found.append(Prose(line.form, line.name_ref, squeeze(line.name)))
        found.append(Prose(line.form, line.ref, squeeze(line.value)))
    return tuple(item for item in found if len(item.text) > 1)
