"""What the name and the value of an indicator say of the level under which it stands."""

from __future__ import annotations

from perfxl.extract.rows import IndicatorRow
from perfxl.profiles import Profile
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


def naming(profile: Profile, line: IndicatorRow) -> frozenset[str]:
    """The keys of the levels to which the name or the kind of value points; none if neither does."""
    name = squeeze(line.name)
    named = frozenset(key for key, words in profile.belongs.items() if any(word in name for word in words))
    return named or _USUAL.get(line.value.kind, frozenset())


def telling(profile: Profile, line: IndicatorRow) -> frozenset[str]:
    """The keys of the levels that an indicator may belong to; none if it does not tell."""
    if named := naming(profile, line):
        return named
    seldom = _SELDOM.get("%" if line.value.measure == "%" else line.value.kind)
    return frozenset(profile.levels) - seldom if seldom else frozenset()
