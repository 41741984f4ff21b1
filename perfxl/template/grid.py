"""The columns of a form sheet, and how a row of things is laid across them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from unicodedata import east_asian_width

from perfxl.profiles import Form, Level

#: first and last column, counted from 1
Columns = tuple[int, int]

LABEL = 12.0
FIRST = 8.0
SECOND = 15.0
#: the least an amount needs, and what half a Chinese character takes of a column's width
AMOUNT = 12.0
CHARACTER = 0.92
#: columns for what only some forms ask of an indicator: its sign, measure or weight …
OTHER = 8.0
#: … and what is longer than these
WIDER = {"standard": 18.0, "actual": 13.0, "reason": 20.0}
#: third level and value, where there is one set of indicators and where there are several side by side
THIRD = (26.0, 15.0)
VALUE = (36.0, 11.5)
#: the value where its sign and measure have columns of their own, and where other things have; the third level
#: where there are many of these
BARE_VALUE, BRIEF_VALUE, BRIEF_THIRD, MANY = 12.0, 14.0, 22.0, 4
#: the value of a single set is cut into this many columns at least, so that lines of fields fit
VALUE_PARTS = 3


def text_width(text: str) -> int:
    """Columns a text takes when a Chinese character takes two."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


@dataclass(frozen=True)
class Grid:
    """The columns of one form: widths, and where each column of the indicator table lies."""

    widths: tuple[float, ...]
    first: Columns
    #: one mapping a period: column of the indicator table -> columns of the sheet
    sets: tuple[Mapping[str, Columns], ...]

    @property
    def last(self) -> int:
        """The last column of the form."""
        return len(self.widths)

    def width(self, columns: Columns) -> float:
        """How wide a stretch of columns is."""
        return sum(self.widths[columns[0] - 1 : columns[1]])

    def split(self, columns: Columns, needs: Sequence[float]) -> list[Columns]:
        """Cut a stretch of columns into one part a need, so that the tightest is as wide as can be."""
        first, last = columns
        if last - first + 1 < len(needs):
            raise ValueError(f"{len(needs)} cells do not fit into {last - first + 1} columns")
        cuts = combinations(range(first + 1, last + 1), len(needs) - 1)
        return min((_parts(first, last, cut) for cut in cuts), key=lambda parts: self._tightness(parts, needs))

    def beside(self, columns: Columns, label: str) -> list[Columns]:
        """Cut a stretch in two: columns just wide enough for a label, and the rest for its value."""
        need = text_width(label) * CHARACTER + 1
        for cut in range(columns[0], columns[1]):
            if self.width((columns[0], cut)) >= need and self.width((cut + 1, columns[1])) >= AMOUNT:
                return [(columns[0], cut), (cut + 1, columns[1])]
        return self.split(columns, [need, AMOUNT])

    def _tightness(self, parts: Iterable[Columns], needs: Sequence[float]) -> tuple[float, float]:
        ratios = [need / self.width(part) for part, need in zip(parts, needs, strict=True)]
        return max(ratios), sum(ratio * ratio for ratio in ratios)


def _parts(first: int, last: int, cuts: Sequence[int]) -> list[Columns]:
    starts = (first, *cuts)
    ends = (*(cut - 1 for cut in cuts), last)
    return list(zip(starts, ends, strict=True))


def grid_of(form: Form, levels: Mapping[str, Level]) -> Grid:
    """The columns a form needs: its labels, then those of its indicator table."""
    amounts = len(form.tasks.amounts) if form.tasks else 0
    printed = [levels[row.key] for row in form.indicators.levels] if form.indicators else []
    firsts = [levels[level.parent or level.key].name for level in printed]
    widths = [LABEL, max([FIRST, *(text_width(name) * CHARACTER for name in firsts)])]
    periods = form.indicators.periods if form.indicators else (None,)
    heads = [key for key in (form.indicators.header if form.indicators else _PLAIN) if key != "first"]
    alone = len(periods) == 1
    others = len(set(heads) - set(_PLAIN))
    sets = []
    for _ in periods:
        columns: dict[str, Columns] = {}
        for key in heads:
            parts = max(1, max(VALUE_PARTS, amounts) - others) if alone and key == "value" else 1
            width = _width(key, heads, others, alone=alone)
            columns[key] = (len(widths) + 1, len(widths) + parts)
            widths += [width / parts] * parts
        sets.append(columns)
    return Grid(tuple(widths), (2, 2), tuple(sets))


def _width(key: str, heads: Sequence[str], others: int, *, alone: bool) -> float:
    """How wide a column is; what it says is shorter where other columns say the rest."""
    if key == "value" and others:
        return BARE_VALUE if "operator" in heads else BRIEF_VALUE
    if key == "third" and others >= MANY:
        return BRIEF_THIRD
    widths = {"second": (SECOND, SECOND), "third": THIRD, "value": VALUE}
    return widths[key][0 if alone else 1] if key in widths else WIDER.get(key, OTHER)


_PLAIN = ("first", "second", "third", "value")
