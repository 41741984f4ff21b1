"""What the name and the value of an indicator say of the level under which it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from perfxl.profiles import Profile
from perfxl.reading.rows import IndicatorRow
from perfxl.values import squeeze

#: second levels, by key, under which a value of this kind is usual
_USUAL = {
    "money": frozenset(("cost", "economic")),
    "unit_price": frozenset(("cost", "economic")),
    "date": frozenset(("timeliness",)),
}
#: … and under which one is not
_SELDOM = {
    "%": frozenset(("quantity", "cost")),
    "graded": frozenset(("quantity", "cost")),
    "number": frozenset(("quality", "cost", "satisfaction")),
}


class Sign(NamedTuple):
    """What an indicator says of its level: where its name stands; keys of the levels that it names, and may have."""

    place: tuple[int, int]
    naming: frozenset[str]
    telling: frozenset[str]


def signs_by_row(profile: Profile, lines: Iterable[IndicatorRow]) -> dict[int, list[Sign]]:
    """Row -> what the indicators in it say."""
    said: dict[int, list[Sign]] = {}
    for line in lines:
        names = _naming(profile, line)
        sign = Sign((line.name_row, line.name_col), names, names or _not_seldom(profile, line))
        said.setdefault(line.name_row, []).append(sign)
    return said


def _naming(profile: Profile, line: IndicatorRow) -> frozenset[str]:
    """The keys of the levels to which the name or the kind of value points; none if neither does."""
    name = squeeze(line.name)
    named = frozenset(key for key, words in profile.belongs.items() if any(word in name for word in words))
    return named or _USUAL.get(line.parsed.kind, frozenset())


def _not_seldom(profile: Profile, line: IndicatorRow) -> frozenset[str]:
    """The keys of the levels under which its kind of value is not unusual; none if it does not tell."""
    seldom = _SELDOM.get("%" if line.parsed.measure == "%" else line.parsed.kind)
    return frozenset(profile.levels) - seldom if seldom else frozenset()
