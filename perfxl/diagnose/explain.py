"""The search for causes, in the order of their plausibility.

A formula that adds up the parts tells for certain why it differs, so nothing else is asked. All else is likeness.
Several rows together and one digit fit too easily by chance to stand beside anything better: they are looked for only
where nothing else fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from perfxl.diagnose.cause import COMMA, MOST, Operand, added_parts, offer
from perfxl.diagnose.rows import as_shown, by_formula, one_row, rounded, several_rows
from perfxl.diagnose.slips import likely_slips, mistyped, units
from perfxl.model import Finding, Hint, Lang, Ref, Text
from perfxl.values import wan

LIKELY = (rounded, one_row, units, likely_slips)
#: one line is enough for all of a kind
UNLIKELY = (several_rows, mistyped)


def explain(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """Likely causes of ``sum(total) != sum(parts)``, in order of plausibility.

    At most ``MOST`` are named; where more fit, a hint says that the figures do not tell which.
    """
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    if not gap:
        return ()
    if times := added_parts(total, parts):
        return offer(list(by_formula(total[0], parts, gap, times)), lang)
    causes = [cause for search in LIKELY for cause in search(total, parts, gap)]
    if causes:
        return offer(causes, lang)
    return offer([cause for search in UNLIKELY for cause in search(total, parts, gap)], lang, each=1)


def by_what_is_shown(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """The cause of a difference that nobody sees: all of it is in decimals that the formats do not show."""
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    return offer(list(as_shown(total, parts, gap)), lang)


SAME_GAP = Text(
    "与 {codes} 的差额相同（{amount} 万元），很可能是同一处错误。",
    "The same difference ({amount}) in {codes}: most likely one mistake.",
)
SAME_CAUSE = Text(
    "与 {codes} 的差额相同（{amount} 万元），很可能是同一处错误：{cell} {excess}了 {amount} 万元。",
    "The same difference ({amount}) in {codes}, most likely by one mistake: {cell} is {amount} too {excess}.",
)
MUCH, LITTLE = Text("多", "much"), Text("少", "little")

#: a cell, and by how many fen it would have to change
_Mend = tuple[Ref, int]


class _Shared(NamedTuple):
    """A finding, the changes that would settle it, and how many findings the best of them would settle."""

    finding: Finding
    mends: set[_Mend]
    most: int


def share_gaps(findings: Sequence[Finding], lang: Lang) -> list[Finding]:
    """Add to findings that one changed cell would settle together a hint that says so.

    Where only one cell would, or only one of them is a likely cause besides, it is named. Causes that leave the other
    differences as they are go.
    """
    alike: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        if finding.difference:
            alike.setdefault((finding.file, abs(finding.difference)), []).append(finding)
    told: dict[int, Finding] = {}
    for group in alike.values():
        times = Counter(mend for finding in group for mend in _mends(finding))
        shared = []
        for finding in group:
            most = max((times[mend] for mend in _mends(finding)), default=0)
            if most > 1:
                shared.append(_Shared(finding, {mend for mend in _mends(finding) if times[mend] == most}, most))
        told |= {id(one.finding): _told(one, shared, lang) for one in shared}
    return [told.get(id(finding), finding) for finding in findings]


def _mends(finding: Finding) -> set[_Mend]:
    """The changes of one cell that would settle a difference: less where it was stated, more where it was added."""
    gap = finding.difference or 0
    stated, added = {*finding.cells, *finding.related} - {*finding.added}, {*finding.added} - {*finding.cells}
    if not finding.added:
        stated = {*finding.cells[:1]}
        added = {*finding.related} if len(finding.related) == 1 else set()
    return {(ref, -gap) for ref in stated} | {(ref, gap) for ref in added}


def _told(one: _Shared, group: Sequence[_Shared], lang: Lang) -> Finding:
    finding = one.finding
    sharing = [other for other in group if one.mends & _mends(other.finding)]
    named = _named(one, sharing)
    mends = one.mends if named is None else {named}
    others = [other.finding for other in sharing if other is not one and mends & _mends(other.finding)]
    refs = tuple(other.ref for other in others if other.ref is not None)
    words = {
        "codes": COMMA.render(lang).join(dict.fromkeys(f"{other.code} {other.ref}" for other in others)),
        "amount": wan(abs(finding.difference or 0)),
    }
    if named is None:
        hint = Hint("same_difference", SAME_GAP.render(lang, **words), refs)
    else:
        excess = (MUCH if named[1] < 0 else LITTLE).render(lang)
        message = SAME_CAUSE.render(lang, **words, cell=named[0], excess=excess)
        hint = Hint("same_difference", message, tuple(dict.fromkeys((named[0], *refs))))
    return replace(finding, hints=(*_settling(finding.hints, mends), hint))


def _named(one: _Shared, sharing: Sequence[_Shared]) -> _Mend | None:
    """The one cell: no other would settle as many of these differences, or no other is a likely cause."""
    likely = {mend for other in sharing for hint in other.finding.hints for mend in _of_hint(hint)}
    chosen = one.mends if len(one.mends) == 1 else one.mends & likely
    if len(chosen) != 1 or any(other.most > one.most for other in sharing if chosen & _mends(other.finding)):
        return None
    return next(iter(chosen))


def _of_hint(hint: Hint) -> Iterator[_Mend]:
    if hint.mend:
        yield hint.mend
    for one in hint.among:
        yield from _of_hint(one)


def _settling(hints: Sequence[Hint], mends: set[_Mend]) -> list[Hint]:
    """The hints of how one of these cells came to need its change, and those that speak of no one cell."""
    cells = {cell for cell, _ in mends}
    kept: list[Hint] = []
    for hint in hints:
        if hint.among:
            fitting = [one for one in hint.among if one.mend in mends or cells & {*one.cells}]
            kept += [hint] if len(fitting) == len(hint.among) else fitting[: MOST - len(kept)]
        elif hint.mend is None or hint.mend in mends or cells & {*hint.cells}:
            kept.append(hint)
    return kept
