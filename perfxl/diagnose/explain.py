"""The search for the causes of a difference, in order of plausibility, and for one cause of several differences.

Where the stated total is a formula over the parts, it gives the cause with certainty and nothing else is searched.
Sets of rows and single digits fit too easily by chance: they are searched only where nothing else fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from perfxl.diagnose import causes
from perfxl.diagnose.causes import COMMA, MOST, Operand, offer
from perfxl.model import Finding, Hint, Lang, Ref, Text
from perfxl.values import wan

LIKELY = (causes.rounded, causes.one_row, causes.units, causes.likely_slips)
#: one line is enough for all of a kind
UNLIKELY = (causes.several_rows, causes.mistyped)

SAME_GAP = Text(
    "与{codes}的差额相同（{amount} 万元），很可能是同一处错误。",
    "The same difference ({amount}) in {codes}: most likely one mistake.",
)
SAME_CAUSE = Text(
    "与{codes}的差额相同（{amount} 万元），很可能是同一处错误：{cell} {excess}了 {amount} 万元。",
    "The same difference ({amount}) in {codes}, most likely by one mistake: {cell} is {amount} too {excess}.",
)
OF_RULE = Text("“{name}”（{cell}）", "“{name}” ({cell})")
MUCH, LITTLE = Text("多", "much"), Text("少", "little")

#: a cell, and by how many fen it would have to change
_Change = tuple[Ref, int]


def explain(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """Likely causes of ``sum(total) != sum(parts)``, in order of plausibility.

    At most ``MOST`` are named; where more fit, the last hint is that the figures do not determine the cause.
    """
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    if not gap:
        return ()
    if times := causes.added_parts(total, parts):
        return offer(list(causes.by_formula(total[0], parts, gap, times)), lang)
    if found := [cause for search in LIKELY for cause in search(total, parts, gap)]:
        return offer(found, lang)
    return offer([cause for search in UNLIKELY for cause in search(total, parts, gap)], lang, each=1)


def by_what_is_shown(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """The cause of a difference that is not visible: all of it is in decimals that the formats do not show."""
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    return offer(list(causes.as_shown(total, parts, gap)), lang)


class _Shared(NamedTuple):
    """A finding, the changes that would settle it, and how many findings the best of them would settle."""

    finding: Finding
    changes: set[_Change]
    most: int


def share_gaps(findings: Sequence[Finding], lang: Lang) -> list[Finding]:
    """Add a hint to findings of one return that the change of one cell would settle together.

    The cell is named where no other would settle them, or no other is a likely cause. Hints at causes that would leave
    the other differences as they are get removed.
    """
    alike: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.difference:
            alike.setdefault(abs(finding.difference), []).append(finding)
    hinted: dict[int, Finding] = {}
    for group in alike.values():
        times = Counter(change for finding in group for change in _changes(finding))
        shared = []
        for finding in group:
            most = max((times[change] for change in _changes(finding)), default=0)
            if most > 1:
                shared.append(_Shared(finding, {change for change in _changes(finding) if times[change] == most}, most))
        hinted |= {id(one.finding): _with_hint(one, shared, lang) for one in shared}
    return [hinted.get(id(finding), finding) for finding in findings]


def _changes(finding: Finding) -> set[_Change]:
    """The changes of one cell that would settle a difference: of a stated figure by ``-gap``, of a part by ``gap``."""
    gap = finding.difference or 0
    stated, added = {*finding.cells, *finding.related} - {*finding.added}, {*finding.added} - {*finding.cells}
    if not finding.added:
        stated = {*finding.cells[:1]}
        added = {*finding.related} if len(finding.related) == 1 else set()
    return {(ref, -gap) for ref in stated} | {(ref, gap) for ref in added}


def _with_hint(one: _Shared, group: Sequence[_Shared], lang: Lang) -> Finding:
    finding = one.finding
    sharing = [other for other in group if one.changes & _changes(other.finding)]
    named = _named(one, sharing)
    changes = one.changes if named is None else {named}
    others = [other.finding for other in sharing if other is not one and changes & _changes(other.finding)]
    refs = tuple(other.ref for other in others if other.ref is not None)
    words = {
        "codes": COMMA.render(lang).join(
            dict.fromkeys(OF_RULE.render(lang, name=other.name, cell=other.ref) for other in others)
        ),
        "amount": wan(abs(finding.difference or 0)),
    }
    if named is None:
        hint = Hint("same_difference", SAME_GAP.render(lang, **words), refs)
    else:
        excess = (MUCH if named[1] < 0 else LITTLE).render(lang)
        message = SAME_CAUSE.render(lang, **words, cell=named[0], excess=excess)
        hint = Hint("same_difference", message, tuple(dict.fromkeys((named[0], *refs))))
    return replace(finding, hints=(*_settling(finding.hints, changes), hint))


def _named(one: _Shared, sharing: Sequence[_Shared]) -> _Change | None:
    """The one cell: no other would settle as many of these differences, or no other is a likely cause."""
    likely = {change for other in sharing for hint in other.finding.hints for change in _changes_of(hint)}
    chosen = one.changes if len(one.changes) == 1 else one.changes & likely
    if len(chosen) != 1 or any(other.most > one.most for other in sharing if chosen & _changes(other.finding)):
        return None
    return next(iter(chosen))


def _changes_of(hint: Hint) -> Iterator[_Change]:
    if hint.change:
        yield hint.change
    for one in hint.among:
        yield from _changes_of(one)


def _settling(hints: Sequence[Hint], changes: set[_Change]) -> list[Hint]:
    """The hints at one of these changes or cells, and those without a change of one cell."""
    cells = {cell for cell, _ in changes}
    kept: list[Hint] = []
    for hint in hints:
        if hint.among:
            fitting = [one for one in hint.among if one.change in changes or cells & {*one.cells}]
            kept += [hint] if len(fitting) == len(hint.among) else fitting[: MOST - len(kept)]
        elif hint.change is None or hint.change in changes or cells & {*hint.cells}:
            kept.append(hint)
    return kept
