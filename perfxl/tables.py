"""The pandas tables of a batch, and what their columns are.

Every table has ``submission`` (number of the file in the batch), ``form_id`` (number of the form in the batch),
``form`` (its key in the profile), ``file``, ``sheet``, ``row``, ``col`` (from 1) and ``cell`` (``D14``): the place the
row was read from. Money is ``fen`` (0.01 yuan) in ``Int64``; ``text`` is what the cell said.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from perfxl.model import Ref, column_letters
from perfxl.profiles import Profile
from perfxl.reading import AmountRow, FormRows, SheetRows
from perfxl.values import name_key

PLACE = ("submission", "form_id", "form", "file", "sheet", "row", "col", "cell")

#: what each table adds to ``PLACE``
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


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a batch: see the module for the common columns and ``COLUMNS`` for the rest.

    ``submissions`` has ``submission``, ``file``, ``unit``, ``year``, ``blank``. Blank forms stand in ``forms`` only.
    """

    profile: Profile
    submissions: pd.DataFrame
    forms: pd.DataFrame
    texts: pd.DataFrame
    amounts: pd.DataFrame
    tasks: pd.DataFrame
    indicators: pd.DataFrame
    results: pd.DataFrame
    open_lines: pd.DataFrame
    strays: pd.DataFrame

    def only(self, submission: int) -> Tables:
        """The same tables with the rows of one file."""
        frames = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "profile"}
        return Tables(
            self.profile, **{name: frame[frame["submission"] == submission] for name, frame in frames.items()}
        )


def rows(frame: pd.DataFrame, where: pd.Series[bool] | NDArray[np.bool_] | None = None) -> Iterator[Any]:
    """The rows of a table, or those where a condition holds, as named tuples; their fields are as ``COLUMNS`` says.

    As ``frame[where].itertuples()``, but quick on the few or no rows that most rules meet.
    """
    picked = None if where is None else np.asarray(where, dtype=bool).nonzero()[0]
    if not len(frame if picked is None else picked):
        return iter(())
    values = (_values(frame[name].array, picked) for name in frame.columns)
    return map(_row_type(tuple(frame.columns))._make, zip(*values, strict=True))


def _values(column: ExtensionArray, picked: NDArray[np.intp] | None) -> list[Any]:
    """A column, or some rows of it, as Python values. Only the integers with gaps have no array that lists quickly."""
    some = column if picked is None else column[picked]
    listed: list[Any] = some.tolist() if isinstance(some.dtype, pd.Int64Dtype) else np.asarray(some).tolist()
    return listed


@lru_cache(maxsize=64)
def _row_type(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns)


def by_form(frame: pd.DataFrame, where: pd.Series[bool] | NDArray[np.bool_]) -> Iterator[list[Any]]:
    """The rows of a table where a condition holds, those of one form together."""
    for _, group in groupby(rows(frame, where), key=attrgetter("form_id")):
        yield list(group)


def by_file(frame: pd.DataFrame, where: pd.Series[bool]) -> Iterator[list[Any]]:
    """The same with the rows of one file together."""
    for _, group in groupby(rows(frame, where), key=attrgetter("file")):
        yield list(group)


def ref(row: Any) -> Ref:
    """The cell of a table row (from ``rows``)."""
    return Ref(row.file, row.sheet, row.row, row.col)


def name_ref(row: Any) -> Ref:
    """The cell of the name of an indicator row, whose own cell is that of its value."""
    return Ref(row.file, row.sheet, row.name_row, row.name_col)


def build(profile: Profile, workbooks: Sequence[tuple[str, SheetRows]]) -> Tables:
    """Put the rows of many workbooks (display name, rows) into one set of tables."""
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
    submissions: list[tuple[Any, ...]] = []
    form_id = 0
    for number, (file, sheets) in enumerate(workbooks):
        for form in sheets.forms:
            place = (number, form_id, form.form, file, form.sheet)
            found["forms"].append(
                (*place, *_cell(form.title_row, form.title_col), form.text("project_name"),
                 name_key(form.text("project_name")), form.text("unit"), form.year, form.project, form.alone,
                 form.likeness, form.blank, form.pictures, form.hidden)
            )  # fmt: skip
            if not form.blank:
                _add(found, place, form, profile)
                _add_results(found["results"], place, form)
                found["strays"] += [(*place, *_cell(s.row, s.col), s.why, s.text) for s in form.strays]
            if form.places:
                _relocate(found, form_id, form)
            form_id += 1
        submissions.append((number, file, sheets.unit, sheets.year, all(form.blank for form in sheets.forms)))
    frames = {name: _frame(data, (*PLACE, *COLUMNS[name])) for name, data in found.items()}
    return Tables(profile, _frame(submissions, ("submission", "file", "unit", "year", "blank")), **frames)


def _add(found: dict[str, list[tuple[Any, ...]]], place: tuple[Any, ...], form: FormRows, profile: Profile) -> None:
    spec = profile.forms[form.form].fields
    for text in form.texts:
        found["texts"].append(
            (*place, *_cell(text.row, text.col), text.field, spec[text.field].plain_label, text.text, text.written,
             text.label, text.label_row, text.label_col)
        )  # fmt: skip
    tasks = {task.item: task for task in form.tasks}
    label = _labels(form, profile)
    for row in form.amounts:
        task = tasks.get(row.item) if row.table == "tasks" else None
        value = row.amount
        found["amounts"].append(
            (*place, *_cell(row.row, row.col), row.table, row.role, row.item, row.column, row.period,
             label(row), task.kind if task else "",
             task.project if task else form.project, form.alone, value.state, value.fen, value.text, value.number,
             value.measure, value.misspelt, value.per, value.decimals, value.notes, row.formula,
             row.again, value.parts, row.shown)
        )  # fmt: skip
    for task in form.tasks:
        found["tasks"].append(
            (*place, *_cell(task.row, task.col), task.item, task.name, name_key(task.name), task.content,
             task.content_row, task.content_col, task.kind, task.project, task.paired_by)
        )  # fmt: skip
    _add_indicators(found["indicators"], found["open_lines"], place, form)


def _add_indicators(
    lines: list[tuple[Any, ...]], open_lines: list[tuple[Any, ...]], place: tuple[Any, ...], form: FormRows
) -> None:
    for line in form.indicators:
        v = line.value
        lines.append(
            (*place, *_cell(line.row, line.col), line.item, line.period, line.first, line.second, line.first_text,
             line.second_text, line.name, name_key(line.name), line.name_row, line.name_col, v.text, v.kind,
             v.operator, v.numbers[0] if v.numbers else None, v.measure, v.fen, line.weight, v.numbers, v.approx,
             v.notes, line.weight_row, line.weight_col)
        )  # fmt: skip
    open_lines += [
        (*place, *_cell(line.row, line.col), line.period, line.first, line.second) for line in form.open_lines
    ]


def _add_results(found: list[tuple[Any, ...]], place: tuple[Any, ...], form: FormRows) -> None:
    found.extend(
        (*place, *_cell(r.row, r.col), r.item, r.period, r.first, r.second, r.name, r.name_row, r.name_col,
         r.target, r.actual, r.actual_row, r.actual_col, r.weight, r.score, r.score_text, r.reason, r.reason_row,
         r.reason_col)
        for r in form.results
    )  # fmt: skip


def _relocate(found: dict[str, list[tuple[Any, ...]]], form_id: int, form: FormRows) -> None:
    """Put the rows of a form of a document where they are reported; the form itself stands in its table."""
    last = len(form.places)
    for name, data in found.items():
        columns = (*PLACE, *COLUMNS[name])
        others = [index for index, column in enumerate(columns) if column.endswith("_row")]
        for number in range(len(data) - 1, -1, -1):
            row = list(data[number])
            if row[1] != form_id:
                break
            sheet, line = form.places[min(row[5], last) - 1]
            if name == "forms" and sheet != form.sheet:
                row[4:8] = [form.sheet, *_cell(1, 1)]
            else:
                row[4:8] = [sheet, *_cell(line, row[6])]
            for other in filter(row.__getitem__, others):
                row[other] = form.places[min(row[other], last) - 1][1]
            data[number] = tuple(row)


def _labels(form: FormRows, profile: Profile) -> Callable[[AmountRow], str]:
    """How people call an amount: 资金总额, 金额合计·总额, 任务3“…”·财政拨款, or the name of a cost item."""
    spec = profile.forms[form.form]
    columns = {column.key: column.label for column in spec.tasks.columns} if spec.tasks else {}
    names = {task.item: task.name for task in form.tasks}
    costs = {(line.row, line.col): " ".join(line.name.split()) for line in form.indicators}

    def label(row: AmountRow) -> str:
        if row.table == "fields":
            return spec.fields[row.column].plain_label
        if row.table == "tasks" and spec.tasks:
            task = spec.tasks.sum_label if row.role == "sum" else " ".join(names.get(row.item, "").split())
            return f"{task}·{columns.get(row.column, row.column)}"
        return costs.get((row.row, row.col), row.column)

    return label


@lru_cache(maxsize=65_536)
def _cell(row: int, col: int) -> tuple[int, int, str]:
    return row, col, f"{column_letters(col)}{row}"


def _frame(data: list[tuple[Any, ...]], columns: Sequence[str]) -> pd.DataFrame:
    """A frame with the same columns and types whether it has rows or none."""
    values = zip(*data, strict=True) if data else ((),) * len(columns)
    return pd.DataFrame({name: _column(name, list(column)) for name, column in zip(columns, values, strict=True)})


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
