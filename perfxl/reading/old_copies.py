"""Forms on hidden sheets that a visible form replaces: they are told and not judged."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from perfxl.profiles import Profile
from perfxl.reading.rows import FormRows, StrayRow
from perfxl.values import name_key

#: how a stray names such a form
REPLACED = "replaced"


def without_old_copies(forms: Sequence[FormRows], profile: Profile) -> list[FormRows]:
    """The forms that count; the visible form gets a stray for each old copy, at the title of the copy."""
    visible = [form for form in forms if not form.hidden and not form.blank]
    kept = []
    for form in forms:
        newer = _newer(form, visible, profile) if form.hidden and not form.blank else None
        if newer is None:
            kept.append(form)
        else:
            newer.strays.append(StrayRow(form, REPLACED, newer.sheet, form.title_row, form.title_col))
    return kept


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
