"""Which lines of an indicator table each level label stands for, where its cells are not merged.

As a rule a label stands beside the first of its lines. Some write it beside the middle one, or the last; then the lines
above it would be read as those of the label before. What decides, the strongest first: a way that leaves no line
without a level and no second level under a foreign first one; the lines drawn round the cells; what the indicators
themselves say. Where nothing does, the label is taken for the first of its lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from perfxl.formats import Cell, Grid
from perfxl.formats.grid import Merge
from perfxl.profiles import Level
from perfxl.reading.indicators import Header
from perfxl.reading.labels import Labels
from perfxl.reading.level_column import MOST_LINES, Area, Column, Shares
from perfxl.reading.level_signs import Sign, signs_by_row
from perfxl.reading.rows import FormRows
from perfxl.values import squeeze

#: so many more indicators must fit labels in the middle of their lines than labels beside the first of them
ENOUGH_MORE = 2
#: a second level under a foreign first one weighs more than all that the indicators of a table say
FOREIGN = 100 * MOST_LINES


class Placed(NamedTuple):
    """Labels that are not beside the first of their lines, with all these; the lines of which that is not certain."""

    areas: Sequence[Area]
    doubtful: frozenset[tuple[int, int]] = frozenset()
    moved: bool = False


class _Way(NamedTuple):
    """One way to share the lines out among the labels of both columns."""

    first: Shares
    second: Shares
    moved: bool
    #: lines without a level; second levels under a foreign first one; labels away from the lines drawn round them
    bare: int
    foreign: int
    undrawn: int

    @property
    def faults(self) -> tuple[int, int, int]:
        """What speaks against it, the gravest first."""
        return self.bare, self.foreign, self.undrawn


#: a table, the way that was taken, and the names of the indicators whose level is not certain
_Decided = tuple["_Table", _Way, frozenset[tuple[int, int]]]


def place_levels(
    grid: Grid, labels: Labels, form: FormRows, header: Header, last: int, *, middle: bool = False
) -> Placed:
    """What each label of a table stands for; ``middle`` where other tables have them in the middle of their lines."""
    areas: dict[Merge, object] = {}
    doubtful: frozenset[tuple[int, int]] = frozenset()
    moved = False
    for columns in dict.fromkeys((c.first, c.second) for c in header.periods):
        table = _Table(grid, labels, form, header, last, *columns)
        if not table.is_open:
            continue
        way, unsure = table.decide(middle=middle)
        if way.bare or way != table.usual:
            whole = _Table(grid, labels, form, header, last, *columns, every=True)
            table, way, unsure = _with_empty_lines((table, way, unsure), (whole, *whole.decide(middle=middle)))
        areas |= dict(table.areas(way))
        doubtful |= unsure
        moved = moved or way != table.usual
    return Placed(list(areas.items()), doubtful, moved)


def _with_empty_lines(named: _Decided, every: _Decided) -> _Decided:
    """Who puts a label in the middle may count the lines left empty or not; the way that fits, with what stays open."""
    (table, way, unsure), (whole, other, also) = named, every
    if (other.bare, -whole.fitting(other)) <= (way.bare, -table.fitting(way)):
        return whole, other, also if way.bare else also | whole.undecided(other, table.keys(way))
    return table, way, unsure if other.bare else unsure | table.undecided(way, whole.keys(other))


class _Table:
    """The two level columns of a table, and the lines that have a name, or with these ``every`` line between them."""

    def __init__(
        self, grid: Grid, labels: Labels, form: FormRows, header: Header, last: int, first: int, second: int,
        *, every: bool = False,
    ) -> None:  # fmt: skip
        self.profile = labels.profile
        names = {period.third for period in header.periods}
        rows = range(header.last_row + 1, last + 1)
        named = [row for row in rows if any(_is_name(grid.at(row, col), row, labels) for col in names)]
        self.lines = list(rows) if every and named else named
        self.named = frozenset(n for n, row in enumerate(self.lines) if row in set(named))
        if self.lines:
            self.first = Column(grid, labels, first, self.lines, last)
            self.second = Column(grid, labels, second, self.lines, last)
        #: lines beside which the label of the first level goes on into the second column
        self.wide = {n for n, row in enumerate(self.lines) if first and grid.at(row, first).last_col >= second > first}
        self.form = form

    @property
    def is_open(self) -> bool:
        """Whether there is anything to decide."""
        return bool(self.lines) and (self.first.is_open or self.second.is_open)

    @cached_property
    def usual(self) -> _Way:
        """Each label beside the first of its lines."""
        return self._way(self.first.at_the_top, self._top(self.first.at_the_top), moved=False)

    def _top(self, first: Shares) -> Shares:
        """The second levels from the top; a new first level needs a new second one."""
        shares, kept, before = [], -1, -1
        new = self.first.changes(first) - self.second.own
        for line, number in enumerate(self.second.at_the_top):
            kept = number if number != before else -1 if line in new else kept
            before = number
            shares.append(kept)
        return tuple(shares)

    def decide(self, *, middle: bool) -> tuple[_Way, frozenset[tuple[int, int]]]:
        """The best way, and the names of the indicators whose level is not certain."""
        usual = self.usual
        others = (way for way in self._others() if not way.bare and way.foreign <= usual.foreign)
        ways = list(dict.fromkeys([usual, *others]))
        least = min(way.faults for way in ways)
        best = [way for way in ways if way.faults == least]
        if usual not in best:
            return self._instead(usual, best)
        moved = [way for way in best if way.moved]
        return self._weigh(usual, max(moved, key=self.fitting), middle=middle) if moved else (usual, frozenset())

    def _instead(self, usual: _Way, best: Sequence[_Way]) -> tuple[_Way, frozenset[tuple[int, int]]]:
        """The best of the ways that leave no line without a level, or the usual one where the indicators fit that."""
        fitting = {way: self.fitting(way) for way in best}
        chosen = max(best, key=fitting.__getitem__)  # the first of several
        rivals = [way for way in best if fitting[way] > fitting[chosen] - ENOUGH_MORE]
        doubtful = frozenset(place for way in rivals for place in self.undecided(chosen, self.keys(way)))
        if usual.undrawn == chosen.undrawn:
            differing = self._differing(usual, chosen, but="")
            more = self.fitting(chosen, differing) - self.fitting(usual, differing)
            if more < 0:
                return usual, frozenset()
            faults = usual.bare + usual.foreign  # one may be a slip of the hand
            doubtful |= differing if more + faults <= ENOUGH_MORE else frozenset()
        return chosen, doubtful

    def _weigh(self, usual: _Way, other: _Way, *, middle: bool) -> tuple[_Way, frozenset[tuple[int, int]]]:
        """Nothing about the cells decides between two ways: what the indicators say, and the other tables."""
        differing = self._differing(usual, other)
        for_usual, for_other = self.fitting(usual, differing), self.fitting(other, differing)
        if for_usual > for_other or (for_usual == for_other and not middle):
            return usual, frozenset()
        return (other if middle or for_other >= for_usual + ENOUGH_MORE else usual), differing

    def undecided(self, chosen: _Way, rival: Mapping[tuple[int, int], str]) -> frozenset[tuple[int, int]]:
        """Those of the indicators that a rival puts elsewhere which do not name the level of the chosen way alone."""
        keys = self.keys(chosen)
        return frozenset(
            sign.place
            for own in self.signs
            for sign in own
            if (key := keys[sign.place]) != (there := rival.get(sign.place, key))
            and (key not in sign.naming or there in sign.naming)
        )

    def keys(self, way: _Way) -> dict[tuple[int, int], str]:
        """The place of the name of each indicator -> the key of its level."""
        return {sign.place: self._key(way, line) for line, own in enumerate(self.signs) for sign in own}

    def _differing(self, one: _Way, other: _Way, but: str | None = None) -> frozenset[tuple[int, int]]:
        """The names of the indicators that two ways put under different levels, ``but`` for those of one level."""
        keys = ((self._key(one, line), self._key(other, line), own) for line, own in enumerate(self.signs))
        return frozenset(sign.place for here, there, own in keys if here not in (there, but) for sign in own)

    def fitting(self, way: _Way, among: Collection[tuple[int, int]] | None = None) -> int:
        """How many indicators stand under a level to which their name and value point."""
        return sum(self._fits(line, self._level(way, line), among) for line in range(len(self.lines)))

    def _fits(self, line: int, level: Level | None, among: Collection[tuple[int, int]] | None = None) -> int:
        """How many indicators of a line point to a level."""
        if level is None:
            return 0
        return sum(level.key in sign.telling for sign in self.signs[line] if among is None or sign.place in among)

    @cached_property
    def signs(self) -> list[list[Sign]]:
        """What the indicators say, line by line."""
        said = signs_by_row(self.profile, self.form.indicators)
        return [said.get(row, []) for row in self.lines]

    def _others(self) -> Iterator[_Way]:
        first, second = self.first, self.second
        drawn = first.drawn()
        moved = [*first.in_the_middle(), *first.at_the_bottom()]
        for shares in dict.fromkeys(shares for shares in (drawn, first.at_the_top, *moved) if shares):
            for own, middle in self._seconds(shares):
                yield self._way(shares, own, moved=middle or shares not in (first.at_the_top, drawn))
            yield self._way(shares, self._top(shares), moved=shares not in (first.at_the_top, drawn))
        if first.is_open and -1 in first.at_the_top:  # which first level it is, the second ones tell too
            for own, _ in [*self._seconds(()), (second.at_the_top, False)]:
                if by_kinds := self._by_kinds(own):
                    yield self._way(by_kinds, own, moved=True)

    def _seconds(self, first: Shares) -> Iterator[tuple[Shares, bool]]:
        """What the labels of the second column may stand for below these of the first, and if it is by the middle."""
        without = self._without(first)
        if drawn := self.second.drawn(without):
            yield drawn, False
        bounds = self.first.changes(first)

        def cost(number: int, line: int) -> int:
            foreign = bool(first) and (first[line], number) in self._foreign
            return FOREIGN * foreign - self._fits(line, self.second.levels[number]) if line in self.named else 0

        yield from ((moved, True) for moved in self.second.in_the_middle(bounds, without, cost))
        yield from ((moved, True) for moved in self.second.at_the_bottom(bounds, without))

    def _without(self, first: Shares) -> frozenset[int]:
        """The lines that need no second level: their first one has only one, and none is written there."""
        lines: set[int] = set()
        for number, group in groupby(range(len(first)), key=first.__getitem__):
            block = set(group)
            if (
                number >= 0
                and not block & self.second.own
                and (block <= self.wide or self._is_alone(self.first.levels[number]))
            ):
                lines |= block
        return frozenset(lines)

    def _by_kinds(self, second: Shares) -> Shares | None:
        """The first levels by the second ones, if these follow each other in their order."""
        levels = [self.second.levels[number] if number >= 0 else None for number in second]
        if None in levels:
            return None
        kinds = [key for key, _ in groupby(level.parent or level.key for level in levels if level)]
        if kinds != [level.key if level else "" for level in self.first.levels]:
            return None
        number, shares, before = -1, [], ""
        for level in levels:
            kind = level.parent or level.key if level else ""
            number += kind != before
            before = kind
            shares.append(number)
        return tuple(shares)

    def _way(self, first: Shares, second: Shares, *, moved: bool) -> _Way:
        without = self._without(first)
        pairs = [(first[line], second[line], line) for line in self.named]
        bare = sum(over < 0 for over, _, _ in pairs) if self.first.cells else 0
        bare += sum(under < 0 and line not in without for _, under, line in pairs) if self.second.cells else 0
        foreign = sum((over, under) in self._foreign for over, under, _ in pairs) if self._foreign else 0
        drawn = (self.first.drawn(), first), (self.second.drawn(without), second)
        undrawn = sum(box is not None and box != shares for box, shares in drawn)
        return _Way(first, second, moved, bare, foreign, undrawn)

    @cached_property
    def _foreign(self) -> frozenset[tuple[int, int]]:
        """The labels of the second column that are no levels of a label of the first, by their numbers."""
        return frozenset(
            (over, under)
            for over, one in enumerate(self.first.levels)
            for under, two in enumerate(self.second.levels)
            if one and two and two.parent and one.key not in (two.parent, two.key)
        )

    def _is_alone(self, level: Level | None) -> bool:
        """Whether a first level has no second ones to tell apart."""
        return level is not None and (bool(level.parent) or level.key in self.profile.only_kinds)

    def _level(self, way: _Way, line: int) -> Level | None:
        """The lowest level of a line."""
        return self.second.level(way.second, line) or self.first.level(way.first, line)

    def _key(self, way: _Way, line: int) -> str:
        level = self._level(way, line)
        return level.key if level else ""

    def areas(self, way: _Way) -> Iterator[Area]:
        """The labels that stand for other lines than those from their own on."""
        for column, shares, usual in (
            (self.first, way.first, self.usual.first),
            (self.second, way.second, self.usual.second),
        ):
            if shares != usual:
                yield from column.areas(shares)


def _is_name(cell: Cell, row: int, labels: Labels) -> bool:
    return cell.row == row and bool(squeeze(cell.text)) and labels.header(cell.text) != "third"
