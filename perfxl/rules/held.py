"""The declared sums that hold in some returns, by the cells of both sides: what a repair elsewhere must not break."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from perfxl.diagnose import Held
from perfxl.model import Ref
from perfxl.profiles import Sum, Term
from perfxl.reading import AmountRow
from perfxl.rules.sum_sides import amounts_of
from perfxl.tables import Tables


def held_sums(tables: Tables, wanted: Collection[int]) -> dict[int, list[Held]]:
    """Number of the return -> its sums that hold, and were checked on figures that could be read."""
    found: dict[int, list[Held]] = {number: [] for number in wanted}
    if not found:
        return found
    amounts = amounts_of(tables)
    for total_terms, part_terms, per in _equalities(tables.profile.sums):
        total, parts = amounts.side(total_terms, per), amounts.side(part_terms, per)
        submission = amounts.keys(per).submission
        asked = np.isin(submission, np.fromiter(found, dtype=np.int64))
        holds = asked & total.filled & parts.filled & ~(total.unread | parts.unread) & (total.fen == parts.fen)
        if not holds.any():
            continue
        stated, added = amounts.rows(total, per, holds), amounts.rows(parts, per, holds)
        for key in holds.nonzero()[0].tolist():
            found[int(submission[key])].append(Held(_cells(stated[key]), _cells(added[key])))
    return found


def _equalities(sums: Collection[Sum]) -> Iterator[tuple[tuple[Term, ...], tuple[Term, ...], str]]:
    """The two sides of each; what is declared of every task's row is true of the row of their totals."""
    for declared in sums:
        if declared.relation == "=":
            yield declared.total, declared.parts, declared.per
            if declared.per == "row":
                yield _totals(declared.total), _totals(declared.parts), declared.per


def _totals(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(replace(term, select="sum") if term.select == "rows" else term for term in terms)


def _cells(rows: list[AmountRow]) -> tuple[Ref, ...]:
    return tuple(dict.fromkeys(row.ref for row in rows))
