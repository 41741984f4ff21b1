"""The sides of the declared sums: what each adds up to, and what it may come to while an amount cannot be read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfxl.model import Lang, Ref, Text
from perfxl.profiles import Profile, Sum, Term
from perfxl.reading import COST, AmountRow, FormRows
from perfxl.tables import Tables, pick
from perfxl.values import FEN_PER_WAN, NUMERALS, Readings, readings, says_nothing, squeeze, wan

Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]

#: codes of the words that may be compared
_WORDS = ("form", "table", "column", "role", "period", "kind", "state", "per")

AT_LEAST = Text("不少于 {low} 万元", "{low} 万元 at least")
BETWEEN = Text("在 {low} 万元至 {high} 万元之间", "{low} to {high} 万元")
ONE_OF, OR = Text("{each} 万元", "{each} 万元"), Text(" 或 ", " or ")
#: so many amounts are named one by one
NAMED = 3
#: of more sums than these that may be meant only the least and the most are compared
MOST = 256

#: of what a formula gives
_BY_FORMULA = {"no_result", "error_value"}
#: what is neither figure nor unit of money; with more than so many of them a text is words, unless a unit says money
_OTHER_WORDS = re.compile(rf"(?![{NUMERALS}點点元整圆或至到])[㐀-鿿]")
MOST_WORDS = 3
#: why the text of a cost is no amount although no amount is meant, unless it may be read as one
_OF_WORDS = {"no_figure", "unknown_measure", "formula_text", "too_long"}
#: a figure with a unit of money, however misspelt: 8方元, 五點零万元, 5wan
_FIGURE_OF_MONEY = re.compile(
    rf"[0-9][^0-9%/]{{0,2}}(?<![美欧港日单])元|[零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾][{NUMERALS}點点]*元|[0-9][A-Za-z]+\Z"
)


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
        blank, placeholder = self.equal("state", "blank"), self.equal("state", "placeholder")
        self._unread = ~(self.filled | blank | placeholder) | ~self.equal("per", "")
        self._keys = _keys(frame)
        self._missing = blank & self._asked_for(tables, blank) | (placeholder & self.equal("table", "indicators"))

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


def is_unread(row: AmountRow) -> bool:
    """Whether no amount of money could be read from what is there."""
    return row.state in ("unreadable", "several") or bool(row.per)


def measure_of(form: FormRows, profile: Profile) -> str:
    """The unit in which the figures of a form are given: the one that it prints, else that of the profile."""
    return form.measure or profile.measure


def is_rate_or_price(row: AmountRow) -> bool:
    """Whether a cost is a price or a rate by nature, which no sum of costs takes in."""
    return row.column == COST and (bool(row.per) or "%" in row.text or "％" in row.text)


def is_unread_cost(row: AmountRow, profile: Profile) -> bool:
    """Whether a cost is meant as an amount that cannot be read; not words, counts, calculations and ranges."""
    if row.column != COST or not is_unread(row) or is_rate_or_price(row):
        return False
    (fens, between), notes, text = readings_of(row, profile), {*row.notes}, squeeze(row.text)
    if between or ("other_figure" in notes and len(fens) < 2):
        return False
    if _BY_FORMULA & notes or says_nothing(text):
        return True
    with_unit = bool(_FIGURE_OF_MONEY.search(text))
    if len(_OTHER_WORDS.findall(text)) > MOST_WORDS and not with_unit:
        return False  # 按〔2019〕12号文件执行
    return bool(fens) or not _OF_WORDS & notes or (with_unit and "formula_text" not in notes)


def readings_of(row: AmountRow, profile: Profile) -> Readings:
    """What an amount that was not read may be: the result of its formula, or what its text may mean."""
    if is_rate_or_price(row):
        return Readings()
    if _BY_FORMULA & {*row.notes}:
        return Readings(() if row.again is None else (row.again,))
    return readings(row.text, measure_of(row.form, profile))


class Unread(NamedTuple):
    """A declared sum, of one form or project, in which an amount could not be read."""

    declared: Sum
    total: Sequence[AmountRow]
    parts: Sequence[AmountRow]

    @property
    def rows(self) -> list[AmountRow]:
        """The amounts that could not be read."""
        return [row for row in (*self.total, *self.parts) if is_unread(row)]


@lru_cache(maxsize=1)
def unread_sums(tables: Tables) -> list[Unread]:
    """All sums that cannot be checked because of an amount."""
    if not any(map(is_unread, tables.amount_rows)):
        return []
    amounts, found = amounts_of(tables), list[Unread]()
    for declared in tables.profile.sums:
        total, parts = (amounts.side(terms, declared.per) for terms in (declared.total, declared.parts))
        unread = total.here & parts.here & (total.unread | parts.unread)
        if unread.any():
            stated, added = (amounts.rows(side, declared.per, unread) for side in (total, parts))
            found += [Unread(declared, stated[key], added[key]) for key in unread.nonzero()[0].tolist()]
    return found


class Implied(NamedTuple):
    """What an amount would have to be for a sum to be right; ``at`` is the other side, ``stated``: it is a total."""

    fen: int
    at: AmountRow
    stated: bool


@lru_cache(maxsize=1)
def implied(tables: Tables) -> Mapping[Ref, Sequence[Implied]]:
    """Of every amount that alone could not be read in a sum, what it would have to be."""
    found: dict[Ref, list[Implied]] = defaultdict(list)
    for one in unread_sums(tables):
        rows = one.rows
        if one.declared.relation != "=" or len(rows) != 1:
            continue
        row = rows[0]
        stated = any(each is row for each in one.total)
        own, other = (one.total, one.parts) if stated else (one.parts, one.total)
        if any(each.state == "ok" for each in other):
            fen = sum(each.fen or 0 for each in other) - sum(each.fen or 0 for each in own if each is not row)
            found[row.ref].append(Implied(fen, other[0], stated and len(one.total) == 1))
    return found


@lru_cache(maxsize=1)
def candidates(tables: Tables) -> Mapping[Ref, Readings]:
    """Of every amount that cannot be read, what it may be: none below 0.

    What two sums or more ask for alike is possible too.
    """
    found: dict[Ref, Readings] = {}
    asked = implied(tables)
    for row in tables.amount_rows:
        if is_unread(row):
            fens, between = readings_of(row, tables.profile)
            if row.column == COST and not between and not is_unread_cost(row, tables.profile):
                fens = ()  # words
            sums = asked.get(row.ref, ())
            agreed = {one.fen for one in sums} if len(sums) > 1 else set()
            fens = tuple(fen for fen in fens if fen >= 0)
            found[row.ref] = Readings((*fens, *agreed) if fens and len(agreed) == 1 else fens, between)
    return found


class Possible(NamedTuple):
    """Amounts in fen: those of ``exact``, else any from ``low`` to ``high`` (``None``: no limit)."""

    low: int
    high: int | None
    exact: frozenset[int] = frozenset()


def _together(one: Possible, other: Possible) -> Possible:
    """All sums of an amount of one and an amount of the other."""
    high = None if one.high is None or other.high is None else one.high + other.high
    exact: frozenset[int] = frozenset()
    if len(one.exact) * len(other.exact) <= MOST:
        exact = frozenset(a + b for a in one.exact for b in other.exact)
    return Possible(one.low + other.low, high, exact)


def possible(rows: Iterable[AmountRow], candidates: Mapping[Ref, Readings]) -> Possible:
    """What a side may come to; ``candidates`` are what its unread amounts may be, of which one is never negative."""
    side = Possible(0, 0, frozenset((0,)))
    for row in rows:
        side = _together(side, _of_row(row, candidates))
    return side


def _of_row(row: AmountRow, candidates: Mapping[Ref, Readings]) -> Possible:
    found = candidates.get(row.ref)
    if found is None:
        fen = row.fen or 0
        return Possible(fen, fen, frozenset((fen,)))
    fens, between = found
    if not fens:
        return Possible(0, None)
    return Possible(min(fens), max(fens), frozenset() if between else frozenset(fens))


def may_hold(relation: str, stated: Possible, added: Possible, tolerance: int) -> bool:
    """Whether some of the possible amounts meet, up to so many fen."""
    enough = stated.high is None or stated.high + tolerance >= added.low
    if relation != "=" or not enough:
        return enough
    if stated.exact and added.exact:
        return any(abs(one - other) <= tolerance for one in stated.exact for other in added.exact)
    return added.high is None or added.high + tolerance >= stated.low


def rounding(rows: Sequence[AmountRow], profile: Profile) -> int:
    """How far sides may be apart when every figure stands for itself and half a last decimal either way."""
    return len(rows) * (FEN_PER_WAN // int(2 * 10**profile.decimals))


def amounts_in_words(side: Possible, lang: Lang) -> str:
    """What a side may come to, for a message."""
    if 0 < len(side.exact) <= NAMED:
        return ONE_OF.render(lang, each=OR.render(lang).join(map(wan, sorted(side.exact))))
    if side.high is None:
        return AT_LEAST.render(lang, low=wan(side.low))
    return BETWEEN.render(lang, low=wan(side.low), high=wan(side.high))
