"""The levels of indicators whose labels are not beside the first of their lines, by position and by evidence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, groupby
from typing import NamedTuple, TypeVar

from perfxl.formats import Grid, Merge
from perfxl.profiles import Level, Profile
from perfxl.reading.cell_roles import Reading
from perfxl.reading.labels import Labels
from perfxl.reading.rows import IndicatorRow
from perfxl.values import label_key, squeeze

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


class LevelEvidence(NamedTuple):
    """What an indicator shows of its level: where its name is; keys of the levels that it names, and may have."""

    place: tuple[int, int]
    naming: frozenset[str]
    possible: frozenset[str]

    @classmethod
    def of(cls, profile: Profile, line: IndicatorRow) -> LevelEvidence:
        """It names the levels to which its name points, else its kind of value; it may have any that is not seldom."""
        name = squeeze(line.name)
        named = frozenset(key for key, words in profile.belongs.items() if any(word in name for word in words))
        named = named or _USUAL.get(line.kind, frozenset())
        seldom = _SELDOM.get("%" if line.measure == "%" else line.kind)
        possible = frozenset(profile.levels) - seldom if seldom else frozenset()
        return cls((line.name_row, line.name_col), named, named or possible)


#: more ways than this to divide the lines of a table among its labels are not looked at
MOST_WAYS = 24
#: a table of more lines is none of a form
MOST_LINES = 100

Area = tuple[Merge, object]
#: the cells of the names of some indicators
Names = frozenset[tuple[int, int]]
#: for each line the number of its label, -1 for none
Shares = tuple[int, ...]
#: the cost of applying a label (by its number) to a line
Cost = Callable[[int, int], int]


class LevelColumn:
    """A column of level labels against the lines of the table."""

    def __init__(self, grid: Grid, labels: Labels, col: int, lines: Sequence[int], last: int) -> None:
        self.grid, self.col, self.lines, self.count = grid, col, lines, len(lines)
        rows = range(lines[0], last + 1) if col else ()
        self.cells = [c for row in rows for c in grid.row(row) if c.col == col and not labels.header(c.text)]
        known = labels.profile.levels_by_label
        self.levels: list[Level | None] = [known.get(label_key(cell.text)) for cell in self.cells]
        number = {row: n for n, row in enumerate(lines)}
        own = [[number[row] for row in range(c.row, c.last_row + 1) if row in number] for c in self.cells]
        #: first and last line that each label itself takes up
        self.spans = [(taken[0], taken[-1]) if taken else (-1, -1) for taken in own]
        self.own = frozenset(line for taken in own for line in taken)

    @cached_property
    def is_open(self) -> bool:
        """Whether it has labels, and lines without a label beside them."""
        return bool(self.cells) and len(self.own) < self.count <= MOST_LINES

    @cached_property
    def at_the_top(self) -> Shares:
        """Each label with the lines down to the next."""
        return tuple(sum(cell.row <= row for cell in self.cells) - 1 for row in self.lines)

    def level(self, shares: Shares, line: int) -> Level | None:
        """The level that a line has then."""
        return self.levels[shares[line]] if shares[line] >= 0 else None

    def changes(self, shares: Shares) -> frozenset[int]:
        """The lines that are the first under another label; one repeated beside each of its lines is the same."""
        texts = [squeeze(self.cells[number].text) if number >= 0 else "" for number in shares]
        return frozenset(n for n in range(1, len(texts)) if texts[n] != texts[n - 1])

    def in_the_middle(
        self, bounds: Iterable[int] = (), without: Collection[int] = (), cost: Cost = lambda _number, _line: 0
    ) -> list[Shares]:
        """As many lines below a label as above, of an even number one more, or always one less; the best way first.

        Of all the ways these that are the cheapest, then the evenest, with each run of lines that a label may have.
        No label goes beyond a bound, and the lines ``without`` a label have none.
        """
        if not self.is_open:
            return []
        kept = [line for line in range(self.count) if line not in without]
        place = {line: n for n, line in enumerate(kept)}
        spans = [(place.get(top, -1), place.get(bottom, -1)) for top, bottom in self.spans]
        edges = frozenset(place[line] for line in bounds if line in place)
        over = [-1, *(bottom for _, bottom in spans)]
        below = [*(top for top, _ in spans[1:]), len(kept)]
        costs = [
            list(accumulate((cost(n, line) if low < at < high else 0 for at, line in enumerate(kept)), initial=0))
            for n, (low, high) in enumerate(zip(over, below, strict=False))
        ]
        ways = sorted({way for more in (1, -1) for way in _divided(spans, more, edges, costs)})
        return [
            tuple(bisect_right(ends, place[n]) if n in place else -1 for n in range(self.count))
            for _, _, ends in ways[:MOST_WAYS]
        ]

    def at_the_bottom(self, bounds: Iterable[int] = (), without: Collection[int] = ()) -> list[Shares]:
        """Each label with the lines above it up to the one before, if that fits and shows at more than one label."""
        starts = [0, *(bottom + 1 for _, bottom in self.spans)]
        above = sum(top > start for start, (top, _) in zip(starts, self.spans, strict=False))
        fits = self.is_open and above > 1 and starts == sorted(starts) and all(bound in starts for bound in bounds)
        own = [sum(bottom < line for _, bottom in self.spans) for line in range(self.count)]
        shares = tuple(-1 if line in without else number for line, number in enumerate(own))
        return [shares] if fits and max(shares) < len(self.cells) else []

    def drawn(self, without: Collection[int] = ()) -> Shares | None:
        """The lines that are drawn together with each label, if a box round each holds one label."""
        boxes = self._boxes
        held = {boxes[cell.row]: number for number, cell in enumerate(self.cells)} if boxes else {}
        if not held or len(held) < len(self.cells):
            return None
        shares = tuple(held.get(boxes[row], -1) for row in self.lines)
        return shares if all(number >= 0 or line in without for line, number in enumerate(shares)) else None

    @cached_property
    def _boxes(self) -> dict[int, int]:
        """Row -> number of the box drawn round it; empty where no line is drawn, or the file does not contain lines."""
        if not self.is_open or self.grid.lines_below is None:
            return {}
        rows = range(self.lines[0], max(self.lines[-1], self.cells[-1].last_row) + 1)
        edges = self.grid.lines_below(self.col, rows)
        return dict(zip(rows, accumulate(row - 1 in edges for row in rows), strict=True)) if edges else {}

    def areas(self, shares: Shares) -> Iterator[Area]:
        """Each label as a merged area over its lines."""
        for number, group in groupby(range(self.count), key=shares.__getitem__):
            if number >= 0:
                own, cell = list(group), self.cells[number]
                yield (self.lines[own[0]], self.col, self.lines[own[-1]], cell.last_col), cell.value


#: where the lines of a label end, and whether one up to it has lines above and below itself
_State = tuple[int, bool]
#: cost, number of labels that are not in the very middle, and the ends of the lines of each
_Division = tuple[int, int, tuple[int, ...]]
K = TypeVar("K")


def _divided(
    spans: Sequence[tuple[int, int]], more: int, bounds: frozenset[int], costs: Sequence[Sequence[int]]
) -> set[_Division]:
    """For each run of lines that a label may have, the best of the ways to end the lines of all labels with it."""
    count = len(costs[0]) - 1
    stops = [*sorted(bounds), count]
    reached: list[dict[_State, _Division]] = [{(0, False): (0, 0, ())}]
    steps: list[list[tuple[_State, _State, _Division]]] = []
    for (top, bottom), cost in zip(spans, costs, strict=True):
        steps.append([])
        reached.append({})
        for state, way in reached[-2].items():
            start, between = state
            above, stop = top - start, next((one for one in stops if one > start), start)
            wide = bottom > top  # merged over its lines, and over these alone
            for below in () if above < 0 or (wide and above) else (0,) if wide else (above, above + more):
                end = bottom + below + 1
                if below >= 0 and end <= stop:
                    after = (end, between or (above > 0 and below > 0))
                    step: _Division = (cost[end] - cost[start], int(below != above), (end,))
                    steps[-1].append((state, after, step))
                    _keep_best(reached[-1], after, _joined(way, step))
    rest: dict[_State, _Division] = {(count, True): (0, 0, ())}
    ways: dict[tuple[int, int, int], _Division] = {}
    for number in reversed(range(len(spans))):
        before: dict[_State, _Division] = {}
        for state, after, step in steps[number]:
            if after in rest:
                further = _joined(step, rest[after])
                _keep_best(before, state, further)
                _keep_best(ways, (number, state[0], after[0]), _joined(reached[number][state], further))
        rest = before
    return set(ways.values())


def _joined(one: _Division, other: _Division) -> _Division:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _keep_best(ways: dict[K, _Division], key: K, way: _Division) -> None:
    ways[key] = min(ways.get(key, way), way)


#: so many more indicators must fit labels in the middle of their lines than labels beside the first of them
ENOUGH_MORE = 2
#: a second level under a foreign first one weighs more than all evidence of the indicators of a table
FOREIGN = 100 * MOST_LINES


class _Assignment(NamedTuple):
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
_Decided = tuple["_LevelTable", _Assignment, Names]


def place_levels(reading: Reading, *, middle: bool = False) -> tuple[list[Area], Names, bool]:
    """Labels that are not beside the first of their lines, over all these; uncertain names; whether any label moved.

    ``middle`` where other tables have their labels in the middle of their lines.
    """
    areas: dict[Merge, object] = {}
    doubtful: Names = frozenset()
    moved = False
    for columns in dict.fromkeys((c.first, c.second) for c in reading.parts.periods):
        table = _LevelTable(reading, *columns)
        if not table.is_open:
            continue
        way, unsure = table.decide(middle=middle)
        if way.bare or way != table.usual:
            whole = _LevelTable(reading, *columns, every=True)
            table, way, unsure = _with_empty_lines((table, way, unsure), (whole, *whole.decide(middle=middle)))
        areas |= dict(table.areas(way))
        doubtful |= unsure
        moved = moved or way != table.usual
    return list(areas.items()), doubtful, moved


def _with_empty_lines(named: _Decided, every: _Decided) -> _Decided:
    """A label in the middle may count the lines left empty or not; the way that fits, with what stays open."""
    (table, way, unsure), (whole, other, also) = named, every
    if (other.bare, -whole.fitting(other)) <= (way.bare, -table.fitting(way)):
        return whole, other, also if way.bare else also | whole.undecided(other, table.keys(way))
    return table, way, unsure if other.bare else unsure | table.undecided(way, whole.keys(other))


class _LevelTable:
    """The two level columns of a table, and the lines that have a name, or with these ``every`` line between them."""

    def __init__(self, reading: Reading, first: int, second: int, *, every: bool = False) -> None:
        self.form, grid, labels, rows = reading.form, reading.grid, reading.labels, reading.parts.body
        self.profile = labels.profile
        names = {period.third for period in reading.parts.periods}
        cells = [cell for row in rows for col in names if (cell := grid.at(row, col)).row == row and squeeze(cell.text)]
        named = list(dict.fromkeys(cell.row for cell in cells if labels.header(cell.text) != "third"))
        self.lines = list(rows) if every and named else named
        self.named = frozenset(n for n, row in enumerate(self.lines) if row in set(named))
        if self.lines:
            self.first = LevelColumn(grid, labels, first, self.lines, reading.parts.last)
            self.second = LevelColumn(grid, labels, second, self.lines, reading.parts.last)
        #: lines beside which the label of the first level goes on into the second column
        self.wide = {n for n, row in enumerate(self.lines) if first and grid.at(row, first).last_col >= second > first}

    @property
    def is_open(self) -> bool:
        """Whether there is anything to decide."""
        return bool(self.lines) and (self.first.is_open or self.second.is_open)

    @cached_property
    def usual(self) -> _Assignment:
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

    def decide(self, *, middle: bool) -> tuple[_Assignment, Names]:
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

    def _instead(self, usual: _Assignment, best: Sequence[_Assignment]) -> tuple[_Assignment, Names]:
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

    def _weigh(self, usual: _Assignment, other: _Assignment, *, middle: bool) -> tuple[_Assignment, Names]:
        """Nothing about the cells decides between two ways: the evidence of the indicators and other tables do."""
        differing = self._differing(usual, other)
        for_usual, for_other = self.fitting(usual, differing), self.fitting(other, differing)
        if for_usual > for_other or (for_usual == for_other and not middle):
            return usual, frozenset()
        return (other if middle or for_other >= for_usual + ENOUGH_MORE else usual), differing

    def undecided(self, chosen: _Assignment, rival: Mapping[tuple[int, int], str]) -> Names:
        """Those of the indicators that a rival puts elsewhere which do not name the level of the chosen way alone."""
        keys = self.keys(chosen)
        return frozenset(
            one.place
            for own in self.evidence
            for one in own
            if (key := keys[one.place]) != (there := rival.get(one.place, key))
            and (key not in one.naming or there in one.naming)
        )

    def keys(self, way: _Assignment) -> dict[tuple[int, int], str]:
        """The place of the name of each indicator -> the key of its level."""
        return {one.place: self._key(way, line) for line, own in enumerate(self.evidence) for one in own}

    def _differing(self, one: _Assignment, other: _Assignment, but: str | None = None) -> Names:
        """The names of the indicators that two ways put under different levels, ``but`` for those of one level."""
        keys = ((self._key(one, line), self._key(other, line), own) for line, own in enumerate(self.evidence))
        return frozenset(line.place for here, there, own in keys if here not in (there, but) for line in own)

    def fitting(self, way: _Assignment, among: Collection[tuple[int, int]] | None = None) -> int:
        """How many indicators are under a level to which their name and value point."""
        return sum(self._fits(line, self._level(way, line), among) for line in range(len(self.lines)))

    def _fits(self, line: int, level: Level | None, among: Collection[tuple[int, int]] | None = None) -> int:
        """How many indicators of a line point to a level."""
        if level is None:
            return 0
        return sum(level.key in one.possible for one in self.evidence[line] if among is None or one.place in among)

    @cached_property
    def evidence(self) -> list[list[LevelEvidence]]:
        """What the indicators show of their levels, line by line."""
        own = self.form.indicators
        return [[LevelEvidence.of(self.profile, one) for one in own if one.name_row == row] for row in self.lines]

    def _others(self) -> Iterator[_Assignment]:
        first, second = self.first, self.second
        drawn = first.drawn()
        moved = [*first.in_the_middle(), *first.at_the_bottom()]
        for shares in dict.fromkeys(shares for shares in (drawn, first.at_the_top, *moved) if shares):
            for own, middle in self._seconds(shares):
                yield self._way(shares, own, moved=middle or shares not in (first.at_the_top, drawn))
            yield self._way(shares, self._top(shares), moved=shares not in (first.at_the_top, drawn))
        if first.is_open and -1 in first.at_the_top:  # the second levels are evidence of the first one too
            for own, _ in [*self._seconds(()), (second.at_the_top, False)]:
                if by_kinds := self._by_kinds(own):
                    yield self._way(by_kinds, own, moved=True)

    def _seconds(self, first: Shares) -> Iterator[tuple[Shares, bool]]:
        """The lines that labels of the second column may have below these of the first, and if it is by the middle."""
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
            level = self.first.levels[number] if number >= 0 else None
            alone = level is not None and (bool(level.parent) or level.key in self.profile.only_kinds)
            if number >= 0 and not block & self.second.own and (block <= self.wide or alone):
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

    def _way(self, first: Shares, second: Shares, *, moved: bool) -> _Assignment:
        without = self._without(first)
        pairs = [(first[line], second[line], line) for line in self.named]
        bare = sum(over < 0 for over, _, _ in pairs) if self.first.cells else 0
        bare += sum(under < 0 and line not in without for _, under, line in pairs) if self.second.cells else 0
        foreign = sum((over, under) in self._foreign for over, under, _ in pairs) if self._foreign else 0
        drawn = (self.first.drawn(), first), (self.second.drawn(without), second)
        undrawn = sum(box is not None and box != shares for box, shares in drawn)
        return _Assignment(first, second, moved, bare, foreign, undrawn)

    @cached_property
    def _foreign(self) -> frozenset[tuple[int, int]]:
        """The labels of the second column that are no levels of a label of the first, by their numbers."""
        return frozenset(
            (over, under)
            for over, one in enumerate(self.first.levels)
            for under, two in enumerate(self.second.levels)
            if one and two and two.parent and one.key not in (two.parent, two.key)
        )

    def _level(self, way: _Assignment, line: int) -> Level | None:
        """The lowest level of a line."""
        return self.second.level(way.second, line) or self.first.level(way.first, line)

    def _key(self, way: _Assignment, line: int) -> str:
        level = self._level(way, line)
        return level.key if level else ""

    def areas(self, way: _Assignment) -> Iterator[Area]:
        """The labels that have other lines than those from their own on."""
        if way.first != self.usual.first:
            yield from self.first.areas(way.first)
        if way.second != self.usual.second:
            yield from self.second.areas(way.second)
