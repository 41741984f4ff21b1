"""The rows of a batch, by file for the rules that read lines, and as pandas tables for what is added up or counted.

Every table has ``submission`` (number of the return in the batch), ``form_id`` (number of the form in the batch),
``form`` (its key in the profile), ``file``, ``sheet``, ``row``, ``col`` (from 1) and ``cell`` (``D14``): the cell of
the row. Money is ``fen`` (0.01 yuan) in ``Int64``; ``text`` is the cell as written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfxl.model import Ref
from perfxl.profiles import Form, Profile
from perfxl.reading import (
    AmountRow,
    CoverRow,
    FormRows,
    IndicatorRow,
    OpenLine,
    ResultRow,
    StrayRow,
    TaskRow,
    TextRow,
    WorkbookRows,
)

PLACE = ("submission", "form_id", "form", "file", "sheet", "row", "col", "cell")

#: the columns that each table adds to ``PLACE``; each is an attribute of its row class
COLUMNS = {
    "forms": ("name", "name_key", "unit", "year", "project", "alone", "likeness", "blank", "pictures", "hidden"),
    "texts": ("field", "label", "text", "written", "label_text", "label_row", "label_col"),
    "amounts": (
        "table", "role", "item", "column", "period", "label", "kind", "project", "alone", "state", "fen", "text",
        "number", "measure", "misspelt", "per", "decimals", "notes", "formula",
        "again", "parts", "shown",
    ),
    "tasks": ("item", "name", "name_key", "content", "content_row", "content_col", "kind", "project", "paired_by"),
    "indicators": (
        "item", "period", "first", "second", "first_text", "second_text", "name", "name_key", "name_row", "name_col",
        "value", "kind", "operator", "number", "measure", "fen", "weight", "numbers", "approx", "notes",
        "weight_row", "weight_col",
    ),
    "results": (
        "item", "period", "first", "second", "name", "name_row", "name_col", "target", "actual", "actual_row",
        "actual_col", "weight", "score", "score_text", "reason", "reason_row", "reason_col",
    ),
    "open_lines": ("period", "first", "second"),
    "strays": ("why", "text"),
}  # fmt: skip

_INTEGERS = frozenset(("fen", "again", "decimals", "year", "pictures"))
#: columns of few different words: stored once each, compared as numbers
_WORDS = frozenset(
    (
        "form", "file", "sheet", "field", "table", "role", "column", "period", "kind", "state", "measure", "misspelt",
        "per", "first", "second", "operator", "paired_by", "why",
    )
)  # fmt: skip


class Return:
    """One return with the profile that it was read by: a workbook, or several that complete each other.

    ``file`` stands for all its ``files``. Blank forms are in ``all_forms`` only. The rows are in reading order.
    ``open_lines`` are the indicator lines that are not filled in, ``strays`` the cells that were not read or cannot be
    used.
    """

    def __init__(self, profile: Profile, rows: WorkbookRows) -> None:
        self.profile, self.file, self.unit, self.year = profile, rows.file, rows.unit, rows.year
        self.files = rows.parts or (rows.file,)
        self.covers: Sequence[CoverRow] = rows.covers
        self.all_forms: Sequence[FormRows] = rows.forms
        self.forms: Sequence[FormRows] = [form for form in rows.forms if not form.blank]
        self.texts: list[TextRow] = [row for form in self.forms for row in form.texts]
        self.amounts: list[AmountRow] = [row for form in self.forms for row in form.amounts]
        self.tasks: list[TaskRow] = [row for form in self.forms for row in form.tasks]
        self.indicators: list[IndicatorRow] = [row for form in self.forms for row in form.indicators]
        self.results: list[ResultRow] = [row for form in self.forms for row in form.results]
        self.open_lines: list[OpenLine] = [row for form in self.forms for row in form.open_lines]
        self.strays: list[StrayRow] = [row for form in self.forms for row in form.strays]

    def spec(self, form: FormRows) -> Form:
        """What the profile declares of a form."""
        return self.profile.forms[form.kind]


class _Row(Protocol):
    """A row of a form."""

    @property
    def form(self) -> FormRows: ...

    @property
    def ref(self) -> Ref: ...


R = TypeVar("R")


class Tables:
    """The pandas tables of a batch, each made when it is first asked for.

    See the module for the common columns and ``COLUMNS`` for the rest; ``submissions`` has ``submission``, ``file``,
    ``unit``, ``year`` and ``blank``. A blank form has a row in ``forms`` only. ``*_rows`` are the same rows in the same
    order, as objects: of a condition on a table, ``pick`` gives the rows.
    """

    def __init__(self, profile: Profile, returns: Iterable[Return]) -> None:
        self.profile = profile
        self.returns = tuple(returns)
        self.form_rows: list[FormRows] = self._rows("all_forms")
        self.text_rows: list[TextRow] = self._rows("texts")
        self.amount_rows: list[AmountRow] = self._rows("amounts")
        self.indicator_rows: list[IndicatorRow] = self._rows("indicators")

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{n} {name}" for name in COLUMNS if (n := len(self._rows(name.replace("forms", "all_forms"))))
        )
        return f"<Tables of {len(self.returns)} returns by {self.profile.id}: {counts}>"

    @cached_property
    def submissions(self) -> pd.DataFrame:
        """The returns; ``file`` stands for all of one that came in several."""
        return _frame(
            {
                "submission": list(range(len(self.returns))),
                "file": [one.file for one in self.returns],
                "unit": [one.unit for one in self.returns],
                "year": [one.year for one in self.returns],
                "blank": [not one.forms for one in self.returns],
            }
        )

    @cached_property
    def forms(self) -> pd.DataFrame:
        """The forms, blank ones too; ``row`` and ``col`` are those of the title."""
        rows = self.form_rows
        return self._table("forms", rows, rows, [form.title_ref for form in rows])

    @cached_property
    def texts(self) -> pd.DataFrame:
        """The fields that are not money."""
        return self._of_rows("texts", self.text_rows)

    @cached_property
    def amounts(self) -> pd.DataFrame:
        """The amounts of money."""
        return self._of_rows("amounts", self.amount_rows)

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """The tasks of 年度主要任务."""
        return self._of_rows("tasks", self._rows("tasks"))

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """The indicators."""
        return self._of_rows("indicators", self.indicator_rows)

    @cached_property
    def results(self) -> pd.DataFrame:
        """The results of a self-evaluation."""
        return self._of_rows("results", self._rows("results"))

    @cached_property
    def open_lines(self) -> pd.DataFrame:
        """The indicator lines that are not filled in."""
        return self._of_rows("open_lines", self._rows("open_lines"))

    @cached_property
    def strays(self) -> pd.DataFrame:
        """The cells that were not read or cannot be used."""
        return self._of_rows("strays", self._rows("strays"))

    def _rows(self, name: str) -> list[Any]:
        return [row for one in self.returns for row in getattr(one, name)]

    @cached_property
    def _numbers(self) -> tuple[dict[FormRows, int], dict[str, int]]:
        """Number of each form, and of the return of each file."""
        forms = {form: number for number, form in enumerate(self.form_rows)}
        return forms, {file: number for number, one in enumerate(self.returns) for file in one.files}

    def _of_rows(self, name: str, rows: Sequence[_Row]) -> pd.DataFrame:
        return self._table(name, rows, [row.form for row in rows], [row.ref for row in rows])

    def _table(self, name: str, rows: Sequence[Any], forms: Sequence[FormRows], refs: Sequence[Ref]) -> pd.DataFrame:
        form_ids, files = self._numbers
        columns: dict[str, list[Any]] = {
            "submission": [files[ref.file] for ref in refs],
            "form_id": [form_ids[form] for form in forms],
            "form": [form.kind for form in forms],
            "file": [ref.file for ref in refs],
            "sheet": [ref.sheet for ref in refs],
            "row": [ref.row for ref in refs],
            "col": [ref.col for ref in refs],
            "cell": [_cell(ref.row, ref.col) for ref in refs],
        }
        for column in COLUMNS[name]:
            columns[column] = list(map(_getter(column), rows))
        return _frame(columns)


def pick(rows: Sequence[R], where: pd.Series[bool] | NDArray[np.bool_]) -> Iterator[R]:
    """The rows of a table for which a condition on its frame holds."""
    return (rows[number] for number in np.asarray(where, dtype=bool).nonzero()[0].tolist())


def build(profile: Profile, workbooks: Iterable[WorkbookRows]) -> Tables:
    """The tables of many returns, each named by its ``file``."""
    return Tables(profile, (Return(profile, rows) for rows in workbooks))


@lru_cache(maxsize=65_536)
def _cell(row: int, col: int) -> str:
    return Ref("", "", row, col).cell


def _reported_row(name: str) -> Callable[[Any], int]:
    """The getter of ``name_row`` and its like: the row as reported, 0 for a cell that is not there."""
    row_of, col_of = attrgetter(name), attrgetter(f"{name.removesuffix('_row')}_col")

    def reported(row: Any) -> int:
        number: int = row_of(row)
        return row.form.ref(number, col_of(row)).row if number and row.form.places else number

    return reported


@lru_cache
def _getter(column: str) -> Callable[[Any], Any]:
    return _reported_row(column) if column.endswith("_row") else attrgetter(column)


def _frame(columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    """A frame with the same columns and types whether it has rows or none."""
    return pd.DataFrame({name: _column(name, values) for name, values in columns.items()})


def _column(name: str, values: list[Any]) -> pd.Series[Any]:
    """Integers and truth values as such, words as categories, all else as it is: no text is guessed into a type."""
    if name in _INTEGERS:
        return pd.Series(values, dtype="Int64")
    if name in _WORDS:
        return pd.Series(pd.Categorical(values))
    kind = type(values[0]) if values else object
    if kind in (bool, int) and all(type(value) is kind for value in values):
        return pd.Series(values)
    return pd.Series(values, dtype=object)
