"""The declared sums in which an amount cannot be read, and what each such amount may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from perfxl.model import Ref
from perfxl.profiles import Profile, Sum
from perfxl.reading import COST, AmountRow, FormRows
from perfxl.rules.sum_sides import amounts_of
from perfxl.tables import Tables
from perfxl.values import Readings, readings


def is_unread(row: AmountRow) -> bool:
    """Whether no amount of money could be read from what is there."""
    return row.state in ("unreadable", "several") or bool(row.per)


def measure_of(form: FormRows, profile: Profile) -> str:
    """The unit in which the figures of a form are given: the one that it prints, else that of the profile."""
    return form.measure or profile.measure


def is_rate_or_price(row: AmountRow) -> bool:
    """Whether a cost is a price or a rate by nature, which no sum of costs takes in."""
    return row.column == COST and (bool(row.per) or "%" in row.text or "％" in row.text)


def readings_of(row: AmountRow, profile: Profile) -> Readings:
    """What an amount that was not read may be: the result of its formula, or what its text may mean."""
    if is_rate_or_price(row):
        return Readings()
    if {"no_result", "error_value"} & {*row.notes}:
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
            sums = asked.get(row.ref, ())
            agreed = {one.fen for one in sums} if len(sums) > 1 else set()
            fens = tuple(fen for fen in fens if fen >= 0)
            found[row.ref] = Readings((*fens, *agreed) if fens and len(agreed) == 1 else fens, between)
    return found
