"""Labels that were cut over several cells, put together again. Only what was not understood is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from perfxl.formats import Cell, Grid, Merge
from perfxl.reading.cell_roles import Reading
from perfxl.reading.labels import Labels, Segment
from perfxl.reading.levels import Area
from perfxl.values import label_key, squeeze

#: no piece of a label is longer, and no label is cut into more
LONGEST_PIECE = 6
MOST_PIECES = 12
#: so many blank rows and repeated heads may be between two pieces
MOST_BETWEEN = 3
#: so many rows around a form are looked at with it: its year may be above its title
AROUND = 10
#: a sheet with more loose cells is no form whose labels were cut
MOST_LOOSE = 400


def with_joined_labels(reading: Reading) -> Grid | None:
    """The form with its labels whole, each a merged area over its pieces; ``None`` if all were whole."""
    _, grid, segment, labels, _, found, rest = reading[:7]
    unknown = [grid.at(*at) for at, seen in found.items() if all(one.role == "level" and not one.key for one in seen)]
    areas = list(_pieces(grid, labels, [*rest, *unknown]))
    return with_areas(grid, segment, areas) if areas else None


def with_areas(grid: Grid, segment: Segment, areas: Sequence[Area]) -> Grid:
    """The rows of a form with these merged areas and their values; of the sheet around it what is near."""
    near = range(segment.top - 1 - AROUND, segment.bottom + AROUND)
    rows = [list(row) if number in near else [] for number, row in enumerate(grid.rows)]
    for (top, left, bottom, right), value in areas:
        for row in rows[top - 1 : bottom]:
            row[left - 1 : right] = [""] * len(row[left - 1 : right])
        rows[top - 1] += [""] * (left - len(rows[top - 1]))
        rows[top - 1][left - 1] = value
    gone = [area for area, _ in areas]
    merges = (merge for merge in grid.merges if merge[0] - 1 in near)
    kept = [merge for merge in merges if not any(_inside(merge, area) for area in gone)]
    other = Grid(grid.sheet, rows, [*kept, *gone], hidden=grid.hidden)
    other.hidden_rows, other.hidden_cols, other.lines_below = grid.hidden_rows, grid.hidden_cols, grid.lines_below
    return other


def _inside(inner: Merge, outer: Merge) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _pieces(grid: Grid, labels: Labels, cells: Iterable[Cell]) -> Iterator[Area]:
    """Neighbours, below or beside each other, of which none is a label and which make one together."""
    loose = {cell.place: cell for cell in cells if _is_short(cell)}
    if len(loose) > MOST_LOOSE:
        return
    starts = dict(loose)
    for cell in loose.values():  # 产出 is a label itself, and 指标 below it is none
        before = (grid.at(_next_row(grid, labels, cell, up=True), cell.col), grid.at(cell.row, cell.col - 1))
        starts |= {one.place: one for one in before if _is_short(one)}
    taken: set[tuple[int, int]] = set()
    for place in sorted(starts):
        for down in (True, False):
            run = [] if place in taken else list(_run(grid, labels, starts[place], loose, down=down))
            whole = next((run[:n] for n in range(len(run), 1, -1) if _is_whole(labels, run[:n])), None)
            if whole:
                taken |= {cell.place for cell in whole}
                loose = {at: cell for at, cell in loose.items() if at not in taken}
                yield (*whole[0].place, whole[-1].last_row, whole[-1].last_col), "".join(cell.text for cell in whole)
                break


def _is_short(cell: Cell) -> bool:
    return isinstance(cell.value, str) and 0 < len(squeeze(cell.value)) <= LONGEST_PIECE


def _run(
    grid: Grid, labels: Labels, cell: Cell, loose: Mapping[tuple[int, int], Cell], *, down: bool
) -> Iterator[Cell]:
    """A cell and the pieces that follow it below or to the right."""
    yield cell
    for _ in range(MOST_PIECES - 1):
        place = (_next_row(grid, labels, cell), cell.col) if down else (cell.row, cell.last_col + 1)
        if place not in loose:
            return
        cell = loose[place]
        yield cell


def _next_row(grid: Grid, labels: Labels, cell: Cell, *, up: bool = False) -> int:
    """The row below or above, beyond blank ones that were inserted and heads that are repeated."""
    rows = range(cell.row - 1, cell.row - MOST_BETWEEN - 1, -1)
    rows = rows if up else range(cell.last_row + 1, cell.last_row + MOST_BETWEEN + 1)
    filled = (row for row in rows if row in grid.cells_by_row and not labels.header(grid.at(row, cell.col).text))
    return next(filled, rows.stop)


def _is_whole(labels: Labels, run: Sequence[Cell]) -> bool:
    """Whether cells make a label together. One with something behind it, 填报人：附件10, is no label in pieces."""
    text = "".join(cell.text for cell in run)
    if label_key(text) in labels.profile.levels_by_label:
        return True
    return labels.is_label(text) and not any(pair.value for pair in labels.pairs(text))
