"""Documents, which have no sheets: lines and tables from top to bottom, laid out as one grid.

A form in a document is a table with lines above and below it that belong to it (title, year, unit; name, phone, date).
So the whole document becomes one grid, and each row keeps the address under which a person finds it: row 14 of the
third table is ``表3!D14``; a line between the tables is ``正文!A7``, the seventh line of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from perfxl.formats.errors import MAX_COLS, TOO_MUCH, Unreadable
from perfxl.formats.grid import Grid, Merge

#: the names of the parts of a document in reports
LINES, TABLE = "正文", "表{n}"
#: rows of a document; ten forms with their instructions have some 700
MAX_DOCUMENT_ROWS = 20_000


class DocumentTable(NamedTuple):
    """A table of a document. ``merges`` count from 1; ``name`` is ``""`` where the document gives it none."""

    rows: list[list[object]]
    merges: list[Merge]
    name: str = ""


Block = str | DocumentTable
#: the sheet and the row under which a row of the grid is reported
RowAddress = tuple[str, int]


class Document(NamedTuple):
    """``grid`` is all of it, with an address for each row; ``parts`` are its tables and, together, its lines."""

    grid: Grid
    row_addresses: Sequence[RowAddress]
    parts: list[Grid]


def text_of(blocks: Iterable[Block]) -> str:
    """Lines and tables as one text; of a table one line a row: for a table inside a cell."""
    lines: list[str] = []
    for block in blocks:
        rows = () if isinstance(block, str) else block.rows
        lines += [block] if isinstance(block, str) else (" ".join(str(item) for item in row if item) for row in rows)
    return "\n".join(lines)


def document_of(blocks: Iterable[Block]) -> Document:
    """Lay lines and tables out in one grid; a tab splits a line into cells. Raises ``Unreadable`` for too many rows."""
    rows: list[Sequence[object]] = []
    merges: list[Merge] = []
    addresses: list[RowAddress] = []
    lines: list[Sequence[object]] = []
    tables: list[Grid] = []
    for block in blocks:
        if isinstance(block, str):
            for line in block.split("\n"):
                if cells := [piece.strip() for piece in line.split("\t") if piece.strip()]:
                    rows.append(cells)
                    lines.append(cells)
                    addresses.append((LINES, len(lines)))
        elif block.rows:
            table = [row[:MAX_COLS] for row in block.rows]
            name = block.name or TABLE.format(n=len(tables) + 1)
            top = len(rows)
            merges += [(top + first, left, top + last, right) for first, left, last, right in block.merges]
            rows += table
            addresses += [(name, row) for row in range(1, len(table) + 1)]
            tables.append(Grid(name, table, block.merges))
        if len(rows) > MAX_DOCUMENT_ROWS:
            raise Unreadable(*TOO_MUCH)
    parts = [*tables, Grid(LINES, lines, [])] if lines else tables
    return Document(Grid(LINES, rows, merges), addresses, parts)
