"""The texts of a workbook that several rules read: fields that a profile declares in some way, years, all prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from perfxl.model import Ref
from perfxl.profiles import Field
from perfxl.reading import FormRows, TextRow
from perfxl.tables import Return
from perfxl.values import squeeze

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d{3})")
#: written beside a single year that is only one end of a term
_OPEN_END = re.compile(r"起|至今|以来|开始|长期|[-~—–－至到](?![0-9]{1,2}月)")


def declared(
    book: Return, wanted: Callable[[Field], bool], *, filled: bool | None = None
) -> Iterator[tuple[TextRow, Field]]:
    """The texts of the fields that are wanted, each with its field; ``filled`` only those filled in, or those not."""
    for row in book.texts:
        field = book.spec(row.form).fields[row.field]
        if wanted(field) and (filled is None or bool(row.text) == filled):
            yield row, field


def texts_of(book: Return, *kinds: str) -> Iterator[TextRow]:
    """The texts of fields of these kinds that are filled in."""
    return (row for row, _ in declared(book, lambda field: field.kind in kinds, filled=True))


def year_of(book: Return, form: FormRows) -> int:
    """The year of a form, the profile's where none is written."""
    return book.profile.year if form.year is None else form.year


def year_of_file(book: Return) -> int:
    """The year that a workbook is about; CROSS-10 reports a form with another."""
    return book.profile.year if book.year is None else book.year


class ProjectTerm(NamedTuple):
    """The years that the project of a form runs (项目起止年限), and the cell in which they are written."""

    form: FormRows
    start: int
    end: int
    ref: Ref

    @property
    def years(self) -> int:
        """How many calendar years the project runs."""
        return self.end - self.start + 1


def project_terms(book: Return) -> Iterator[ProjectTerm]:
    """The terms that can be read: two years, or one for a project of a single year. DATE-02 reports the others."""
    for row in texts_of(book, "span"):
        found = years_in(row.text)
        if 1 <= len(found) <= 2 and found[0] <= found[-1] and not open_ended(row.text):
            yield ProjectTerm(row.form, found[0], found[-1], row.ref)


def years_in(text: str) -> list[int]:
    """The years that are named in a text, in its order."""
    return [int(year) for year in _YEAR.findall(text)]


def open_ended(text: str) -> bool:
    """Whether a text gives only one end of a term: 2019年起."""
    return len(years_in(text)) == 1 and bool(_OPEN_END.search(squeeze(text)))


class Prose(NamedTuple):
    """A cell with words: its form, where it is, and its text without blanks."""

    form: FormRows
    ref: Ref
    text: str


@lru_cache(maxsize=1)
def prose(book: Return) -> list[Prose]:
    """All cells with words: text fields, names and contents of tasks, names and values of indicators, in this order."""
    found = [Prose(row.form, row.ref, squeeze(row.text)) for row in texts_of(book, "text", "long_text")]
    for task in book.tasks:
        found.append(Prose(task.form, task.ref, squeeze(task.name)))
        found.append(Prose(task.form, task.content_ref, squeeze(task.content)))
    for line in book.indicators:
        found.append(Prose(line.form, line.name_ref, squeeze(line.name)))
        found.append(Prose(line.form, line.ref, squeeze(line.value)))
    return [item for item in found if len(item.text) > 1]
