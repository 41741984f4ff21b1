"""The amounts of the tables by where they stand, and their sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pandas as pd

from perfxl.reports.sheets.table import Toned
from perfxl.tables import Tables


class Amount(NamedTuple):
    """An amount: exact in fen, or ``None`` and what was written instead of a figure."""

    fen: int | None
    text: str = ""

    @property
    def shown(self) -> Any:
        """What a cell of money shows: the figure, else what was written, as something to look at."""
        if self.fen is not None:
            return self.fen
        return Toned(self.text, "bad") if self.text else None


NONE = Amount(None)


class Amounts:
    """Every amount of a batch, by form."""

    def __init__(self, tables: Tables) -> None:
        #: form, key of the field
        self.fields: dict[tuple[int, str], Amount] = {}
        #: form, row of the task table, key of the column
        self.tasks: dict[tuple[int, int, str], Amount] = {}
        #: form, key of the column: the total row of the task table
        self.sums: dict[tuple[int, str], Amount] = {}
        #: form, period: the cost indicators together
        self.costs: Counter[tuple[int, str]] = Counter()
        wanted = ("form_id", "table", "role", "item", "column", "period", "state", "per", "fen", "text")
        for form, table, role, item, column, period, state, per, fen, text in columns_of(tables.amounts, wanted):
            exact = int(fen) if state == "ok" and not per and not pd.isna(fen) else None
            amount = Amount(exact, "" if state == "blank" else text)
            if table == "fields":
                self.fields[form, column] = amount
            elif table == "tasks" and role == "sum":
                self.sums[form, column] = amount
            elif table == "tasks":
                self.tasks[form, item, column] = amount
            elif exact is not None:
                self.costs[form, period] += exact


def columns_of(frame: pd.DataFrame, names: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of some columns as plain Python values."""
    return zip(*(frame[name].tolist() for name in names), strict=True)


def levels_of(tables: Tables) -> dict[tuple[int, str], Counter[str]]:
    """Form, period -> how many indicators of each second level have a name (``""`` for a level that is not known)."""
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for form, period, second, name in columns_of(tables.indicators, ("form_id", "period", "second", "name_key")):
        if name:
            found[form, period][second] += 1
    return found
