"""Figures in rows and columns (资金来源 by 年初预算数, 全年执行数 …): each is told by its two labels."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.formats import Cell, Grid
from perfxl.profiles import Block
from perfxl.reading.fields import Found
from perfxl.reading.labels import Labels
from perfxl.reading.recognise import Segment
from perfxl.values import label_key

#: blank or foreign rows that may stand between the rows of a matrix
GAP = 3


def read_matrices(grid: Grid, segment: Segment, labels: Labels) -> tuple[list[Found], set[int]]:
    """The fields of every matrix of a form, and the rows that these take up."""
    found: list[Found] = []
    taken: set[int] = set()
    for block in segment.form.blocks:
        if block.kind == "matrix" and (head := _head(grid, segment, block)):
            row, columns = head
            taken.add(row)
            for label, number in _rows(grid, segment, block, row, min(columns.values())):
                taken.add(label.row)
                found.extend(_fields(grid, segment, block, columns, label, number))
    return found, taken


def _head(grid: Grid, segment: Segment, block: Block) -> tuple[int, dict[int, int]] | None:
    """The row that names most of the columns, and number of a column -> where it stands."""
    best: tuple[int, dict[int, int]] | None = None
    for row in range(segment.top, segment.bottom + 1):
        columns: dict[int, int] = {}
        for cell in grid.cells_by_row.get(row, ()):
            key = label_key(cell.text)
            number = next((n for n, column in enumerate(block.columns) if key in column.label_keys), None)
            if number is not None:
                columns.setdefault(number, cell.col)
        if 2 * len(columns) > len(block.columns) and (best is None or len(columns) > len(best[1])):
            best = row, columns
    return best


def _rows(grid: Grid, segment: Segment, block: Block, head: int, first: int) -> Iterator[tuple[Cell, int]]:
    """(label of the row, number of the row of the matrix), until all are found or something else begins."""
    waiting = dict(enumerate(block.rows))
    row, last = head, head
    while waiting and row < min(segment.bottom, last + GAP):
        row += 1
        heads = {label_key(cell.text): cell for cell in grid.cells_by_row.get(row, ()) if cell.col < first}
        number = next((n for n, line in waiting.items() if heads.keys() & line.label_keys), None)
        if number is not None:
            label = next(heads[key] for key in heads if key in waiting[number].label_keys)
            del waiting[number]
            last = row
            yield label, number


def _fields(
    grid: Grid, segment: Segment, block: Block, columns: dict[int, int], label: Cell, number: int
) -> Iterator[Found]:
    for column, col in columns.items():
        key = block.columns[column].fields[number]
        if key:
            field = segment.form.fields[key]
            cell = _of_row(grid.at(label.row, col), label.row)
            value = cell.value if cell else ""
            at = (label.row, label.col)
            yield Found(field, field.label, value, label.row, cell.col if cell else col, value, at)


def _of_row(cell: Cell, row: int) -> Cell | None:
    """The cell, unless it is merged down from a row above and belongs to that one."""
    return cell if cell.row == row else None
