"""Forms on hidden sheets that a visible form replaces, and a second form of the whole department: told, not judged."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from perfxl.profiles import Profile
from perfxl.reading.rows import FormRows, StrayRow
from perfxl.values import name_key

#: how a stray names such a form
REPLACED = "replaced"
#: … and a visible form of which there is to be one only
AGAIN = "again"


def without_old_copies(forms: Sequence[FormRows], profile: Profile) -> list[FormRows]:
    """The forms that count; the visible form gets a stray for each old copy, at the title of the copy."""
    visible = [form for form in forms if not form.hidden and not form.blank]
    kept = []
    for form in forms:
        why, newer = REPLACED, None
        if not form.blank:
            newer = _newer(form, visible, profile) if form.hidden else _first(form, visible, profile)
            why = REPLACED if form.hidden else AGAIN
        if newer is None:
            kept.append(form)
        else:
            newer.strays.append(StrayRow(form, why, newer.sheet, form.title_row, form.title_col))
    return kept


def _first(form: FormRows, visible: Sequence[FormRows], profile: Profile) -> FormRows | None:
    """The first form of the whole department of this unit, if it is another one."""
    if not profile.forms[form.kind].tasks:
        return None
    near = 100 * profile.limits.get("near_name", 0.8)
    units = {one: name_key(one.unit) for one in (form, *visible)}
    same = (
        one
        for one in visible
        if one.kind == form.kind and (not (units[one] and units[form]) or fuzz.ratio(units[one], units[form]) >= near)
    )
    first = next(same, form)
    return None if first is form else first


def _newer(form: FormRows, visible: Sequence[FormRows], profile: Profile) -> FormRows | None:
    """The visible form of its kind, of several that of the same project."""
    same = [one for one in visible if one.kind == form.kind]
    if not profile.forms[form.kind].repeats:
        return next(iter(same), None)
    near = 100 * profile.limits.get("near_name", 0.8)
    return max(
        (one for one in same if fuzz.ratio(_name(one), _name(form)) >= near),
        key=lambda one: fuzz.ratio(_name(one), _name(form)),
        default=None,
    )


def _name(form: FormRows) -> str:
    return name_key(form.name)
