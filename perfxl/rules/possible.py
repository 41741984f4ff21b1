"""What the sides of a sum may come to while an amount in it cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from perfxl.model import Lang, Ref, Text
from perfxl.profiles import Profile
from perfxl.reading import AmountRow
from perfxl.values import FEN_PER_WAN, Readings, wan

AT_LEAST = Text("不少于 {low} 万元", "{low} 万元 at least")
BETWEEN = Text("在 {low} 万元至 {high} 万元之间", "{low} to {high} 万元")
ONE_OF, OR = Text("{each} 万元", "{each} 万元"), Text(" 或 ", " or ")
#: so many amounts are named one by one
NAMED = 3
#: of more sums than these that may be meant only the least and the most are compared
MOST = 256


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
