"""One column of level labels, and the ways in which its labels may stand for the lines of the table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, groupby
from typing import TypeVar

from perfxl.formats import Grid
from perfxl.formats.grid import Merge
from perfxl.profiles import Level
from perfxl.reading.labels import Labels
from perfxl.values import label_key, squeeze

#: more ways than this to divide the lines of a table among its labels are not looked at
MOST_WAYS = 24
#: a table of more lines is none of a form
MOST_LINES = 100

Area = tuple[Merge, object]
#: for each line the number of its label, -1 for none
Shares = tuple[int, ...]
#: what it costs that a label (by its number) stands for a line
Cost = Callable[[int, int], int]


class Column:
    """A column of level labels against the lines of the table."""

    def __init__(self, grid: Grid, labels: Labels, col: int, lines: Sequence[int], last: int) -> None:
        self.grid, self.col, self.lines, self.count = grid, col, lines, len(lines)
        self.cells = [
            cell
            for row in range(lines[0], last + 1)
            for cell in grid.cells_by_row.get(row, ())
            if col and cell.col == col and not labels.header(cell.text)
        ]
        known = labels.profile.levels_by_label
        self.levels: list[Level | None] = [known.get(label_key(cell.text)) for cell in self.cells]
        number = {row: n for n, row in enumerate(lines)}
        own = [[number[row] for row in range(c.row, c.last_row + 1) if row in number] for c in self.cells]
        #: first and last line that each label itself takes up
        self.spans = [(taken[0], taken[-1]) if taken else (-1, -1) for taken in own]
        self.own = frozenset(line for taken in own for line in taken)

    @cached_property
    def is_open(self) -> bool:
        """Whether it has labels, and lines beside which none stands."""
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
        """Row -> number of the box drawn round it; empty where no line is drawn, or the file does not tell."""
        if not self.is_open or self.grid.edges is None:
            return {}
        rows = range(self.lines[0], max(self.lines[-1], self.cells[-1].last_row) + 1)
        edges = self.grid.edges.below(self.col, rows)
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
_Way = tuple[int, int, tuple[int, ...]]
K = TypeVar("K")


def _divided(
    spans: Sequence[tuple[int, int]], more: int, bounds: frozenset[int], costs: Sequence[Sequence[int]]
) -> set[_Way]:
    """For each run of lines that a label may have, the best of the ways to end the lines of all labels with it."""
    count = len(costs[0]) - 1
    stops = [*sorted(bounds), count]
    reached: list[dict[_State, _Way]] = [{(0, False): (0, 0, ())}]
    steps: list[list[tuple[_State, _State, _Way]]] = []
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
                    step: _Way = (cost[end] - cost[start], int(below != above), (end,))
                    steps[-1].append((state, after, step))
                    _keep_best(reached[-1], after, _joined(way, step))
    rest: dict[_State, _Way] = {(count, True): (0, 0, ())}
    ways: dict[tuple[int, int, int], _Way] = {}
    for number in reversed(range(len(spans))):
        before: dict[_State, _Way] = {}
        for state, after, step in steps[number]:
            if after in rest:
                further = _joined(step, rest[after])
                _keep_best(before, state, further)
                _keep_best(ways, (number, state[0], after[0]), _joined(reached[number][state], further))
        rest = before
    return set(ways.values())


def _joined(one: _Way, other: _Way) -> _Way:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _keep_best(ways: dict[K, _Way], key: K, way: _Way) -> None:
    ways[key] = min(ways.get(key, way), way)
