"""Shared by SUM-05, COMPLETE-10 and DATE-02 to 09: the years that a project runs (项目起止年限)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from perfxl.model import Ref
from perfxl.rules._fields import texts_of, years_of
from perfxl.tables import Tables, ref
from perfxl.values import squeeze

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d{3})")
#: what stands beside a single year that is only one end of a term
_OPEN_END = re.compile(r"起|至今|以来|开始|长期|[-~—–－至到](?![0-9]{1,2}月)")


class Span(NamedTuple):
    """First and last year of a project, the year of the form, and the cell that says so."""

    form_id: int
    start: int
    end: int
    year: int
    ref: Ref

    @property
    def years(self) -> int:
        """How many calendar years the project runs."""
        return self.end - self.start + 1


def years_in(text: str) -> list[int]:
    """The years that a text names, in its order."""
    return [int(year) for year in _YEAR.findall(text)]


def open_ended(text: str) -> bool:
    """Whether a text gives only one end of a term: 2019年起."""
    return len(years_in(text)) == 1 and bool(_OPEN_END.search(squeeze(text)))


def spans(tables: Tables) -> Iterator[Span]:
    """The spans that can be read: two years, or one for a project of a single year. DATE-02 speaks of the others."""
    years = years_of(tables)
    for row in texts_of(tables, "span"):
        found = years_in(row.text)
        if 1 <= len(found) <= 2 and found[0] <= found[-1] and not open_ended(row.text):
            yield Span(row.form_id, found[0], found[-1], years[row.form_id], ref(row))
