"""The amounts of a batch in arrays: what each side of a declared sum adds up to, by form, row, project or file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfxl.profiles import Term
from perfxl.reading import AmountRow
from perfxl.tables import Tables, pick

Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]

#: codes of the words that may be compared
_WORDS = ("form", "table", "column", "role", "period", "kind", "state", "per")


class Side(NamedTuple):
    """One side of a sum: ``mask`` its rows of ``amounts``, the rest an entry for every key of the sum.

    ``fen`` is the sum (blank counts as 0); then whether there is any row, one that cannot be read, one that is asked
    for and not there, one that is filled in; ``figures`` counts those that are.
    """

    mask: Mask
    fen: Integers
    here: Mask
    unread: Mask
    missing: Mask
    filled: Mask
    figures: Integers


class Keys(NamedTuple):
    """What makes the rows of one comparison: the key of every row, and the submission of every key."""

    of_row: Integers
    submission: Integers


@lru_cache(maxsize=1)
def amounts_of(tables: Tables) -> Amounts:
    """The amounts of a batch, prepared once for all the sums that ask."""
    return Amounts(tables)


class Amounts:
    """The table ``amounts`` in arrays."""

    def __init__(self, tables: Tables) -> None:
        frame = tables.amounts
        self._frame, self._rows = frame, tables.amount_rows
        self._codes = {name: frame[name].cat.codes.to_numpy() for name in _WORDS}
        self._categories = {name: {text: n for n, text in enumerate(frame[name].cat.categories)} for name in _WORDS}
        self._alone = frame["alone"].to_numpy(dtype=bool)
        self._fen = frame["fen"].fillna(0).to_numpy(dtype=np.int64)
        self.filled = self.equal("state", "ok")
        blank = self.equal("state", "blank")
        self._unread = ~(self.filled | blank | self.equal("state", "placeholder")) | ~self.equal("per", "")
        self._keys = _keys(frame)
        self._missing = blank & self._asked_for(tables, blank)

    def equal(self, name: str, text: str) -> Mask:
        """The rows with a word in a column."""
        code = self._categories[name].get(text, -2)
        return np.asarray(self._codes[name] == code)

    def keys(self, per: str) -> Keys:
        """The keys of the sums that are made per form, row, project or submission."""
        return self._keys[per]

    def side(self, terms: Sequence[Term], per: str) -> Side:
        """What the terms of one side add up to, by key."""
        mask = np.zeros(len(self._frame), dtype=bool)
        for term in terms:
            mask |= self._named(term)
        keys = self._keys[per]
        fen = np.zeros(len(keys.submission), dtype=np.int64)
        np.add.at(fen, keys.of_row[mask], self._fen[mask])

        def any_of(rows_with: Mask) -> Mask:
            found = np.zeros(len(keys.submission), dtype=bool)
            found[keys.of_row[mask & rows_with]] = True
            return found

        everything = np.ones(len(mask), dtype=bool)
        figures = np.bincount(keys.of_row[mask & self.filled], minlength=len(keys.submission))
        return Side(
            mask, fen, any_of(everything), any_of(self._unread), any_of(self._missing), figures > 0, figures
        )  # fmt: skip

    def rows(self, side: Side, per: str, wanted: Mask) -> dict[int, list[AmountRow]]:
        """The rows that were added for each wanted key."""
        keys = self._keys[per].of_row
        picked = side.mask & wanted[keys]
        found: dict[int, list[AmountRow]] = {}
        for key, row in zip(keys[picked].tolist(), pick(self._rows, picked), strict=True):
            found.setdefault(key, []).append(row)
        return found

    def _named(self, term: Term) -> Mask:
        """The rows that a term names."""
        mask = self.equal("form", term.form) & self.equal("table", term.table)
        if term.alone:
            mask &= self._alone
        if term.table == "fields":
            return mask & self.equal("column", term.column)
        if term.table == "tasks":
            mask &= self.equal("column", term.column)
            if term.select == "sum":
                return mask & self.equal("role", "sum")
            mask &= self.equal("role", "row")
            return mask if term.select == "rows" else mask & self.equal("kind", term.select)
        level, _, names = term.select.partition(":")
        level, _, period = level.partition("@")
        mask &= self.equal("column", level)
        if period:
            mask &= self.equal("period", period)
        if names:
            mask &= self._frame["label"].isin(names.split("|")).to_numpy()
        return mask

    def _asked_for(self, tables: Tables, blank: Mask) -> Mask:
        """The empty amounts that a COMPLETE rule asks for; until they are there, their sums cannot be judged.

        Required fields, values of named cost items, and the amounts of a task whose total is empty.
        """
        asked = self.equal("table", "indicators")
        for form in tables.profile.forms.values():
            for field in form.fields.values():
                if field.required and field.kind == "amount":
                    asked |= (
                        self.equal("table", "fields") & self.equal("form", form.key) & self.equal("column", field.key)
                    )
        task_rows = self.equal("table", "tasks") & self.equal("role", "row")
        of_row = self._keys["row"].of_row
        open_tasks = of_row[blank & task_rows & self.equal("column", "total")]
        return np.asarray(asked | (task_rows & np.isin(of_row, open_tasks)))


def _keys(frame: pd.DataFrame) -> dict[str, Keys]:
    submission = frame["submission"].to_numpy(dtype=np.int64)
    form = frame["form_id"].to_numpy(dtype=np.int64)
    item = frame["item"].to_numpy(dtype=np.int64)
    project = pd.factorize(frame["project"])[0].astype(np.int64)
    items, projects = item.max(initial=0) + 1, project.max(initial=0) + 1
    return {
        "submission": _key(submission, submission),
        "form": _key(form, submission),
        "row": _key(form * items + item, submission),
        "project": _key(submission * projects + project, submission),
    }


def _key(values: Integers, submission: Integers) -> Keys:
    _, first, of_row = np.unique(values, return_index=True, return_inverse=True)
    return Keys(of_row.astype(np.int64), submission[first])
