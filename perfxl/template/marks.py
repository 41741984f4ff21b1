"""The live marks beside the totals of a form, so that a clerk sees what does not add up while typing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from perfxl.profiles import Profile, Sum
from perfxl.profiles.wording import describe
from perfxl.template.checks import FAILED, PASSED, Formula
from perfxl.template.spots import SheetLayout, Spot
from perfxl.template.terms import Amount, Terms, together


@dataclass(frozen=True)
class Mark:
    """A live ✓ or ✗: the total it speaks of, which of the marks of its row it is, and what it checks."""

    total: Spot
    nth: int
    formula: Formula
    about: str


def marks(profile: Profile, sheet: SheetLayout) -> list[Mark]:
    """The marks of one form sheet: one beside each total that the form itself can tell right or wrong."""
    terms = Terms(profile, [sheet], here=sheet.sheet)
    by_spot: dict[Spot, list[tuple[Sum, str, str, bool]]] = {}
    for item in profile.sums:
        if item.severity == "error" and len(item.total) == 1 and item.total[0].form == sheet.form:
            for spot, given, holds, array in _mark_parts(item, sheet, terms):
                by_spot.setdefault(spot, []).append((item, given, holds, array))
    found = []
    for spot in sorted(by_spot, key=lambda spot: (spot.row, spot.col)):
        parts = by_spot[spot]
        nth = sum(other.row == spot.row and other.col < spot.col for other in by_spot)
        bad = ",".join(f"AND({given},NOT({holds}))" for _, given, holds, _ in parts)
        any_given = ",".join(given for _, given, _, _ in parts)
        text = f'=IF(OR({bad}),"{FAILED}",IF(OR({any_given}),"{PASSED}",""))'
        about = "；".join(describe(profile, item) for item, *_ in parts)
        found.append(Mark(spot, nth, Formula(text, "", any(a for *_, a in parts)), about))
    return found


def _mark_parts(item: Sum, sheet: SheetLayout, terms: Terms) -> Iterator[tuple[Spot, str, str, bool]]:
    """(spot, is it given, does it hold, is it an array) of each total of a sum on this sheet."""
    term = item.total[0]
    if item.per == "form" and term.table != "indicators":
        spot = sheet.fields[term.column] if term.table == "fields" else sheet.task_sum[term.column]
        yield spot, *_condition(item, terms.of(item.total, sheet), terms.of(item.parts, sheet), terms)
    elif item.per == "row":
        for row in sheet.tasks:
            total, parts = (
                together(_cell(terms.ref(sheet, row[t.column].cell)) for t in side) for side in (item.total, item.parts)
            )
            yield row[term.column], *_condition(item, total, parts, terms)


def _cell(ref: str) -> Amount:
    return Amount(f"N({ref})", f"COUNT({ref})")


def _condition(item: Sum, total: Amount, parts: Amount, terms: Terms) -> tuple[str, str, bool]:
    given = f"AND(({total.count})>0,({parts.count})>0)"
    holds = f"ROUND({total.total}-({parts.total}),{terms.profile.decimals}){item.relation}0"
    return given, holds, total.array or parts.array
