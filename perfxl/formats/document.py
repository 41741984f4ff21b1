"""A document, which has no sheets: lines and tables from top to bottom, read as one grid, reported table by table.

A form in a document is a table with lines above and below it that belong to it (title, year, unit; name, phone, date).
So all of it becomes one grid; each row remembers where a person finds it: row 14 of the third table is ``表3!D14``, a
line between the tables ``正文!A7``, the seventh line of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from perfxl.formats.errors import too_much
from perfxl.formats.far import MAX_COLS
from perfxl.formats.grid import Grid, Merge

#: the sheets of a document, as they are called in a report
LINES, TABLE = "正文", "表{n}"
#: rows of a document; ten forms with their instructions have some 700
MAX_FLOW = 20_000


class Table(NamedTuple):
    """A table of a document. ``merges`` count from 1; ``name`` is ``""`` where the document gives it none."""

    rows: list[list[object]]
    merges: list[Merge]
    name: str = ""


Block = str | Table
#: the sheet and the row under which a row of the grid is reported
Place = tuple[str, int]


class Flow(NamedTuple):
    """``grid`` is the whole document; ``places`` says of each of its rows where it stands; ``shown`` are its parts."""

    grid: Grid
    places: Sequence[Place]
    shown: list[Grid]


def laid_out(blocks: Iterable[Block]) -> Flow:
    """Put a document into one grid. A tab parts a line into cells."""
    rows: list[Sequence[object]] = []
    merges: list[Merge] = []
    places: list[Place] = []
    lines: list[Sequence[object]] = []
    tables: list[Grid] = []
    for block in blocks:
        if isinstance(block, str):
            for line in block.split("\n"):
                if cells := [piece.strip() for piece in line.split("\t") if piece.strip()]:
                    rows.append(cells)
                    lines.append(cells)
                    places.append((LINES, len(lines)))
        elif block.rows:
            table = [row[:MAX_COLS] for row in block.rows]
            name = block.name or TABLE.format(n=len(tables) + 1)
            top = len(rows)
            merges += [(top + first, left, top + last, right) for first, left, last, right in block.merges]
            rows += table
            places += [(name, row) for row in range(1, len(table) + 1)]
            tables.append(Grid(name, table, block.merges))
        if len(rows) > MAX_FLOW:
            raise too_much()
    shown = [*tables, Grid(LINES, lines, [])] if lines else tables
    return Flow(Grid(LINES, rows, merges), places, shown)
