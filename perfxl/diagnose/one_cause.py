"""One cause, one finding: findings that one repair would settle are joined, the others stand under the most telling.

A repair changes a cell, and with it what must follow so that the sums which hold go on holding: a part and its total.
It counts for as many findings as it settles, less the sums that it breaks. What speaks for one cell alone names it, and
of the causes that a finding offers only those are kept that explain all of it and to which there is no other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from perfxl.model import Change, Finding, Hint, Lang, Ref, Text
from perfxl.values import wan

CULPRIT = Text(
    "{cells} 单元格可能{excess}填 {amount} 万元，改正后有关各处即相符。",
    "{cells}: probably {amount} too {excess}; put right, all figures concerned agree.",
)
MUCH, LITTLE = Text("多", "much"), Text("少", "little")
ALSO = Text("{cells}须一并{way} {amount} 万元。", " {cells} must then be {way} by {amount} too.")
LESS, MORE = Text("减少", "reduced"), Text("增加", "raised")
#: one or two figures without decimals are no sign of rounding
ROUNDED = 3
#: a repair that spreads over more cells is none
WIDEST = 24
#: more cells than this are not named
NAMED = 4
#: hints that fit a figure too easily: one is offered only where no other figure could be wrong
CHANCE = ("mistyped_digit",)
#: hints that name no change of one cell and are certain nevertheless: seen in a formula, in texts, in formats
SEEN = (
    "range_misses", "range_takes_subtotal", "range_adds_twice", "text_not_added", "stale_result", "shown_rounded",
    "continued_list",
)  # fmt: skip

Repair = tuple[Change, ...]


class Told(NamedTuple):
    """A finding, and the repairs each of which alone would settle it."""

    finding: Finding
    repairs: tuple[Repair, ...] = ()


class Held(NamedTuple):
    """A declared sum that holds, by the cells of both sides."""

    stated: tuple[Ref, ...]
    added: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class _Deed:
    """A repair with all that follows: by how many fen cells change, what others say, and how many sums it breaks."""

    repair: Repair
    moved: dict[Ref, int]
    says: frozenset[tuple[Ref, str]]
    settled: frozenset[int]
    broken: int

    @property
    def worth(self) -> int:
        return len(self.settled) - self.broken


def repairs_of(finding: Finding) -> tuple[Repair, ...]:
    """The repairs of a difference: a stated figure changed by ``-gap``, or one that was added by ``gap``."""
    gap = finding.difference or 0
    if not gap:
        return ()
    stated, added = {*finding.cells, *finding.related} - {*finding.added}, {*finding.added} - {*finding.cells}
    if not finding.added:
        stated = {*finding.cells[:1]}
        added = {*finding.related} if len(finding.related) == 1 else set()
    changes = [Change(ref, -gap, -gap) for ref in sorted(stated)] + [Change(ref, gap, gap) for ref in sorted(added)]
    return tuple((change,) for change in changes)


def one_cause(told: Sequence[Told], held: Iterable[Held], lang: Lang) -> list[Finding]:
    """The findings, those that one repair settles joined, each with the causes that explain all of it."""
    case = _Case(told, held)
    left = dict.fromkeys(range(len(told)))
    found: dict[int, Finding] = {}
    for deeds in case.best_first():
        group = [number for number in left if number in deeds[0].settled]
        if len(group) < 2:
            continue
        lead, finding = case.joined(group, deeds, lang)
        found[lead] = finding
        for number in group:
            del left[number]
    for number in left:
        found[number] = case.alone(number, lang)
    return [found[number] for number in sorted(found)]


@dataclass
class _Case:
    """The findings of one return and the sums that hold, by their cells."""

    told: Sequence[Told]
    held: Iterable[Held]
    _touched: dict[Ref, list[int]] = field(default_factory=lambda: defaultdict(list))
    _sums: dict[Ref, list[Held]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for number, one in enumerate(self.told):
            for cell in {change.cell for repair in one.repairs for change in repair}:
                self._touched[cell].append(number)
        for held in self.held:
            for cell in {*held.stated, *held.added}:
                self._sums[cell].append(held)
        repairs = dict.fromkeys(repair for one in self.told for repair in one.repairs if _is_one(repair))
        self._deeds = [self._deed(repair) for repair in repairs]

    def best_first(self) -> Iterator[list[_Deed]]:
        """The repairs worth it, equals together: again and again the best for what the earlier ones left."""
        done: set[int] = set()
        deeds = [deed for deed in self._deeds if len(deed.settled) > 1 and self._is_told(deed)]
        while deeds:
            worth = {id(deed): len(deed.settled - done) - deed.broken for deed in deeds}
            most = max(worth.values())
            if most < 2:
                return
            best = [deed for deed in deeds if worth[id(deed)] == most]
            alike = [deed for deed in best if deed.settled - done == best[0].settled - done]
            yield alike
            done |= best[0].settled
            deeds = [deed for deed in deeds if len(deed.settled - done) > 1]

    def joined(self, group: Sequence[int], deeds: Sequence[_Deed], lang: Lang) -> tuple[int, Finding]:
        """The one that leads the group, and its number; its severity is the gravest of all."""
        findings = {number: self.told[number].finding for number in group}
        deed = self._likely(group, deeds)
        lead = min(group, key=lambda number: self._telling(number, deed or deeds[0], findings.values()))
        gravest = min((one.severity for one in findings.values()), key=lambda severity: severity.rank)
        others = [hint for number, one in findings.items() if number != lead for hint in one.hints]
        # rows that another sum counted twice or left out are no cause of this one
        of_figures = [one for hint in others for one in _single(hint) if hint.kind in SEEN or _is_of_figure(one)]
        own = [hint for hint in (*findings[lead].hints, *of_figures) if hint.kind != "rounding"]
        whole = [one for one in ([deed] if deed else deeds) if not one.broken]
        hints = _alone(own, whole, findings[lead])
        named = self._culprit(deed, lang) if deed in whole and findings[lead].difference is not None else []
        under = tuple(replace(one, hints=tuple(_seen(one.hints))) for number, one in findings.items() if number != lead)
        hints = _said_once(hints, named, findings[lead], lang)
        return lead, replace(findings[lead], severity=gravest, hints=tuple(hints), consequences=under)

    def alone(self, number: int, lang: Lang) -> Finding:
        """A finding that is joined with none, with the one cause that explains it and leaves the other sums alone."""
        finding, repairs = self.told[number]
        if not finding.difference or not repairs:
            return finding
        own = {*repairs}
        whole = [deed for deed in self._deeds if deed.repair in own and not deed.broken]
        return replace(finding, hints=tuple(_alone(finding.hints, whole, finding)))

    def _deed(self, repair: Repair) -> _Deed:
        moved = self._followed({change.cell: change.least for change in repair if not change.to})
        says = frozenset((change.cell, change.to) for change in repair if change.to)
        touched = {number for cell in {*moved, *(cell for cell, _ in says)} for number in self._touched.get(cell, ())}
        settled = {number for number in touched if self._settles(number, moved, says)}
        sums = {id(one): one for cell in moved for one in self._sums.get(cell, ())}.values()
        broken = _further(one for one in sums if _net(one, moved)) + (len(moved) > WIDEST) * len(self.told)
        broken += len(self._strangers(repair, moved, settled))
        return _Deed(repair, moved, says, frozenset(settled), broken)

    def _followed(self, moved: dict[Ref, int]) -> dict[Ref, int]:
        """What else must change: the total of a part, and a figure that is to equal another."""
        waiting = list(moved)
        while waiting and len(moved) <= WIDEST:
            cell = waiting.pop()
            for one in self._sums.get(cell, ()):
                net = _net(one, moved)
                for own, other, by in ((one.added, one.stated, -net), (one.stated, one.added, net)):
                    if net and cell in own and len(other) == 1 and other[0] not in moved:
                        moved[other[0]] = by
                        waiting.append(other[0])
                        break
        return moved

    def _strangers(self, repair: Repair, moved: Iterable[Ref], settled: Iterable[int]) -> set[str]:
        """The other sheets on which this repair would change a figure that none of its findings is about."""
        asked = {change.cell for number in settled for one in self.told[number].repairs for change in one}
        return {cell.sheet for cell in {*moved} - asked} - {change.cell.sheet for change in repair}

    def _settles(self, number: int, moved: dict[Ref, int], says: Collection[tuple[Ref, str]]) -> bool:
        units = 0
        for repair in self.told[number].repairs:
            met = all(
                (change.cell, change.to) in says
                if change.to
                else change.cell in moved and change.least <= moved[change.cell] <= change.most
                for change in repair
            )
            if met and (repair[0].to or not _is_one(repair)):
                return True
            if met:
                units += 1
            elif not repair[0].to and len(repair) == 1 and moved.get(repair[0].cell, 0) == -repair[0].least:
                units -= 1
        return units == 1

    def _is_told(self, deed: _Deed) -> bool:
        """Of a text, that a finding at its own cell asks for this; others may say only what would be right then."""
        return not deed.says or any(
            self.told[number].finding.ref == cell for number in deed.settled for cell, _ in deed.says
        )

    def _likely(self, group: Sequence[int], deeds: Sequence[_Deed]) -> _Deed | None:
        """The one repair: there is no other as good, or only one that is a likely cause."""
        if len(deeds) == 1:
            return deeds[0]
        least = min(deed.broken for deed in deeds)
        deeds = [deed for deed in deeds if deed.broken == least]
        hints = [one for number in group for hint in self.told[number].finding.hints for one in _single(hint)]
        likely = {hint.change[0] for hint in hints if hint.change}
        # a row that was left out, or should be empty
        likely |= {hint.cells[0] for hint in hints if len(hint.cells) == 1}
        named = [deed for deed in deeds if likely.intersection(deed.moved)]
        return named[0] if len(named) == 1 else deeds[0] if len(deeds) == 1 else None

    def _telling(self, number: int, deed: _Deed, group: Iterable[Finding]) -> tuple[bool | int, ...]:
        """Least for the most telling: one that is no sum, then one of the gravest at the cell that is to change.

        Where there are several, the one with the most parts; where there is none, the nearest with the fewest.
        """
        finding = self.told[number].finding
        gravest = min(one.severity.rank for one in group)
        at = {*deed.moved, *(cell for cell, _ in deed.says)}
        here, parts = finding.ref in at, len(finding.added)
        near = finding.ref is not None and finding.ref.sheet in {cell.sheet for cell in at}
        no_sum = finding.difference is None and (here or any(len(repair) > 1 for repair in self.told[number].repairs))
        ways = len(self.told[number].repairs) if no_sum else 0
        return not no_sum, finding.severity.rank > gravest, not here, not near, ways, -parts if here else parts, number

    def _culprit(self, deed: _Deed, lang: Lang) -> list[Hint]:
        """All that has to change, where that can be one mistake: on one sheet, and by one amount."""
        cells = tuple(sorted(deed.moved))
        amounts = {*deed.moved.values()}
        if not cells or len(cells) > NAMED or len(amounts) > 1 or len({cell.sheet for cell in cells}) > 1:
            return []
        [by] = amounts
        words = {
            "cells": cells, "amount": wan(abs(by)),
            "excess": (MUCH if by < 0 else LITTLE).render(lang),
        }  # fmt: skip
        return [Hint("culprit", CULPRIT.render(lang, **words), cells, (cells[0], by))]


def _is_one(repair: Repair) -> bool:
    """Whether each of its changes is of one figure or text, not of any in a range."""
    return all(change.least == change.most for change in repair)


def _net(one: Held, moved: dict[Ref, int]) -> int:
    return sum(moved.get(cell, 0) for cell in one.stated) - sum(moved.get(cell, 0) for cell in one.added)


def _further(sums: Iterable[Held]) -> int:
    """How many more cells would have to change at least, for these sums to hold again."""
    left = [{*one.stated, *one.added} for one in sums]
    number = 0
    while left:
        most = Counter(cell for cells in left for cell in cells).most_common(1)[0][0]
        left = [cells for cells in left if most not in cells]
        number += 1
    return number


def _alone(hints: Iterable[Hint], deeds: Sequence[_Deed], finding: Finding) -> list[Hint]:
    """What was seen, else the one cause that these repairs allow; none where two are left."""
    if seen := [hint for hint in finding.hints if hint.kind in SEEN]:
        return seen
    moved = {(cell, by) for deed in deeds for cell, by in deed.moved.items()}
    one_way = len({deed.repair for deed in deeds}) == 1
    flat = [one for hint in hints for one in _single(hint) if one.kind != "rounding" or len(one.cells) >= ROUNDED]
    fitting = [one for one in flat if one.change in moved or one.kind == "rounding"]
    fitting = [one for one in fitting if one_way or one.kind not in CHANCE]
    # a row that would be left out, if another figure had to change, is itself one that may be wrong
    rivals = {one.cells[0] for one in flat if one.change and one.change not in moved and len(one.cells) == 1}
    if rivals.intersection(cell for cell, _ in moved) - {cell for one in fitting for cell in one.cells}:
        return []
    # one of each figure that is to change, and all of a kind, are one cause: an amount and its total, both in 元
    several = Counter(hint.change for hint in {(hint.change, hint.cells): hint for hint in fitting}.values())
    return fitting[:1] if len({hint.kind for hint in fitting}) == 1 and max(several.values()) == 1 else []


def _said_once(hints: list[Hint], named: list[Hint], finding: Finding, lang: Lang) -> list[Hint]:
    """The reason and the cells as one hint: of one figure the reason says all, of several it names the others too."""
    if not hints or not named:
        return hints or named
    [culprit], reason = named, hints[0]
    at = {hint.change[0] for hint in hints if hint.change} | {*finding.cells[:1]}
    others = tuple(cell for cell in culprit.cells if cell not in at)
    if not others or culprit.change is None or any(hint.kind in SEEN for hint in hints):
        return hints
    if len(hints) > 1 or not _is_of_figure(reason):
        return [*hints, culprit]
    if reason.kind in CHANCE:
        return named
    by = culprit.change[1]
    also = ALSO.render(lang, cells=others, amount=wan(abs(by)), way=(LESS if by < 0 else MORE).render(lang))
    return [replace(reason, message=reason.message + also, cells=tuple(dict.fromkeys((*reason.cells, *others))))]


def _is_of_figure(hint: Hint) -> bool:
    """Whether it is about the figure that would have to change itself, not about rows that the figure adds up."""
    return hint.change is not None and hint.change[0] in hint.cells


def _seen(hints: Iterable[Hint]) -> Iterator[Hint]:
    return (hint for hint in hints if hint.kind in SEEN)


def _single(hint: Hint) -> Iterator[Hint]:
    """A hint, or those between which it does not decide."""
    if not hint.among:
        yield hint
    for one in hint.among:
        yield from _single(one)
