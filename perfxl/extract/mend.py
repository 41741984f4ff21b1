"""Labels that were taken apart on a sheet, put together again.

They are cut over several cells, or written in the middle of the lines that they stand for. Only a form on which
something was not understood is looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from perfxl.cells import Cell, Grid
from perfxl.cells.grid import Merge
from perfxl.extract.indicators import Header
from perfxl.extract.labels import Labels
from perfxl.extract.rows import IndicatorRow
from perfxl.extract.trace import Reading, Seen
from perfxl.values import label_key, squeeze

#: no piece of a label is longer, and no label is cut into more
LONGEST_PIECE = 6
MOST_PIECES = 12
#: a sheet with more loose cells is no form whose labels were cut
MOST_LOOSE = 400
#: more ways than this to divide the lines of a table among its labels are not tried
MOST_WAYS = 512


def mended(reading: Reading) -> Grid | None:
    """The sheet with its labels whole, each a merged area over what it stands for; ``None`` if all were whole."""
    form, grid, _, labels, parts, found, rest = reading
    unknown = [grid.at(*place) for place, seen in found.items() if all(_is_unknown(one) for one in seen)]
    areas = list(_pieces(grid, labels, [*rest, *unknown]))
    if areas:
        return _with(grid, areas)
    if parts.header is None or not any(_stands_below(line, parts.header) for line in form.indicators[:1]):
        return None
    areas = list(_in_the_middle(grid, labels, parts.header, parts.last))
    return _with(grid, areas) if areas else None


Area = tuple[Merge, object]


def _with(grid: Grid, areas: Sequence[Area]) -> Grid:
    rows = [list(row) for row in grid.rows]
    for (top, left, bottom, right), value in areas:
        for row in rows[top - 1 : bottom]:
            row[left - 1 : right] = [""] * len(row[left - 1 : right])
        rows[top - 1] += [""] * (left - len(rows[top - 1]))
        rows[top - 1][left - 1] = value
    gone = [area for area, _ in areas]
    kept = [merge for merge in grid.merges if not any(_inside(merge, area) for area in gone)]
    other = Grid(grid.sheet, rows, [*kept, *gone], hidden=grid.hidden)
    other.hidden_rows, other.hidden_cols = grid.hidden_rows, grid.hidden_cols
    return other


def _inside(inner: Merge, outer: Merge) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


# ---------------------------------------------------------------- cut into pieces


def _is_unknown(seen: Seen) -> bool:
    return seen.role == "level" and not seen.key


def _stands_below(line: IndicatorRow, header: Header) -> bool:
    """Whether the first line of a table has no level, so that its label must stand below it."""
    columns = header.periods[0]
    return bool((columns.first and not line.first_text) or (columns.second and not line.second_text))


def _pieces(grid: Grid, labels: Labels, cells: Iterable[Cell]) -> Iterator[Area]:
    """Neighbours, below or beside each other, of which none is a label and which make one together."""
    loose = {(cell.row, cell.col): cell for cell in cells if _is_short(cell)}
    if len(loose) > MOST_LOOSE:
        return
    starts = dict(loose)
    for cell in loose.values():  # 产出 is a label itself, and 指标 below it is none
        before = (grid.at(cell.row - 1, cell.col), grid.at(cell.row, cell.col - 1))
        starts |= {(one.row, one.col): one for one in before if _is_short(one)}
    taken: set[tuple[int, int]] = set()
    for place in sorted(starts):
        for down in (True, False):
            run = [] if place in taken else list(_run(starts[place], loose, taken, down=down))
            whole = next((run[:n] for n in range(len(run), 1, -1) if _is_whole(labels, run[:n])), None)
            if whole:
                taken |= {(cell.row, cell.col) for cell in whole}
                first, last = whole[0], whole[-1]
                yield (first.row, first.col, last.last_row, last.last_col), "".join(cell.text for cell in whole)
                break


def _is_short(cell: Cell) -> bool:
    return isinstance(cell.value, str) and 0 < len(squeeze(cell.value)) <= LONGEST_PIECE


def _run(
    cell: Cell, loose: Mapping[tuple[int, int], Cell], taken: Collection[tuple[int, int]], *, down: bool
) -> Iterator[Cell]:
    """A cell and the pieces that follow it below or to the right."""
    yield cell
    for _ in range(MOST_PIECES - 1):
        place = (cell.last_row + 1, cell.col) if down else (cell.row, cell.last_col + 1)
        if place in taken or place not in loose:
            return
        cell = loose[place]
        yield cell


def _is_whole(labels: Labels, run: Sequence[Cell]) -> bool:
    """Whether cells make a label together. One with something behind it, 填报人：附件10, is no label in pieces."""
    text = "".join(cell.text for cell in run)
    if label_key(text) in labels.profile.levels_by_label:
        return True
    return labels.is_label(text) and not any(pair.value for pair in labels.pairs(text))


# ---------------------------------------------------------------- written in the middle


def _in_the_middle(grid: Grid, labels: Labels, header: Header, last: int) -> Iterator[Area]:
    """The level columns whose first label stands below the first line of the table."""
    lines = [
        row
        for row in range(header.last_row + 1, last + 1)
        if any(squeeze(grid.at(row, columns.third).text) for columns in header.periods)
    ]
    if not lines:
        return
    for columns in header.periods:
        below = [bool(col) and not squeeze(grid.at(lines[0], col).text) for col in (columns.first, columns.second)]
        # a second level of one line has its label beside the first line, in whatever way they are written
        second = _areas(grid, labels, columns.second, lines, ()) if any(below) else []
        kinds = _kinds(grid, labels, columns.second, lines, second) if below[0] else ()
        first = _areas(grid, labels, columns.first, lines, kinds) if below[0] else []
        yield from (*first, *second)


def _areas(grid: Grid, labels: Labels, col: int, lines: Sequence[int], kinds: Sequence[str]) -> list[Area]:
    """The lines that each label of a column stands for, where the labels stand in the middle of them."""
    levels = labels.profile.levels_by_label
    cells = [
        cell
        for row in range(lines[0], lines[-1] + 1)
        for cell in grid.cells_by_row.get(row, ())
        if col and cell.col == col and label_key(cell.text) in levels
    ]
    keys = [levels[label_key(cell.text)].key for cell in cells]
    ends = _by_kinds(keys, kinds) if kinds else _by_middle(_middles(cells, lines), len(lines))
    starts = [0, *ends[:-1]] if ends else []
    return [
        ((lines[start], col, lines[end - 1], cell.last_col), cell.value)
        for cell, start, end in zip(cells, starts, ends, strict=False)
    ]


def _kinds(grid: Grid, labels: Labels, col: int, lines: Sequence[int], areas: Sequence[Area]) -> list[str]:
    """The first level of every line by its second; none where one of them is not known."""
    levels = labels.profile.levels_by_label
    kinds: list[str] = []
    carried = ""
    for row in lines if col else ():
        moved = next((str(value) for (top, *_), value in areas if top == row), "")
        own = moved if areas else grid.at(row, col).text
        carried = own if squeeze(own) else carried
        level = levels.get(label_key(carried))
        if level is None:
            return []
        kinds.append(level.parent or level.key)
    return kinds


def _by_kinds(keys: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """Where the lines of each label end, if the lines of its kind follow each other in the order of the labels."""
    ends = [n for n in range(1, len(kinds) + 1) if n == len(kinds) or kinds[n] != kinds[n - 1]]
    return ends if [kinds[end - 1] for end in ends] == list(keys) else []


def _middles(cells: Sequence[Cell], lines: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last line that each label itself takes up."""
    number = {row: n for n, row in enumerate(lines)}
    spans = []
    for cell in cells:
        own = [number[row] for row in range(cell.row, cell.last_row + 1) if row in number]
        spans.append((own[0], own[-1]) if own else (-1, -1))
    return spans


def _by_middle(spans: Sequence[tuple[int, int]], count: int) -> list[int]:
    """Where the lines of each label end: as many below it as above, of an even number one more, or always one less.

    The evenest way counts; nothing where no way fits, or two fit equally well.
    """
    return _divided(spans, count, 1) or _divided(spans, count, -1)


def _divided(spans: Sequence[tuple[int, int]], count: int, more: int) -> list[int]:
    ways: list[tuple[int, list[int], bool]] = [(0, [], False)]
    for top, bottom in spans:
        further = []
        for uneven, ends, between in ways:
            above = top - (ends[-1] if ends else 0)
            for below in (above, above + more) if above >= 0 else ():
                if below >= 0:
                    middle = between or (above > 0 and below > 0)
                    further.append((uneven + (below != above), [*ends, bottom + below + 1], middle))
        ways = further[:MOST_WAYS]
    fitting = sorted(way for way in ways if way[1] and way[1][-1] == count and way[2])
    if not fitting or (len(fitting) > 1 and fitting[1][0] == fitting[0][0]):
        return []
    return fitting[0][1]
