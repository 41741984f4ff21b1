"""The columns of a Word table as people see them.

The grid of a table has a line wherever any row has a border. Borders that were dragged by hand miss each other by a
hair, and then the cells of one column as seen lie in different columns of the grid.
"""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.formats.far import MAX_COLS

#: borders nearer than this (twentieths of a point; 4 mm) are one: no column is narrower
_NEAR = 227

Span = tuple[int, int]


class Columns:
    """Where the cells of a table stand, in columns from 1."""

    def __init__(self, widths: Sequence[str], spans: Sequence[Sequence[Span]]) -> None:
        """``widths`` as the file gives them; ``spans`` are the cells of each row in columns of the grid."""
        borders = sorted({border for row in spans for span in row for border in span})
        places = _places(widths, borders)
        self._columns: dict[int, int] = {}
        column, last = 0, None
        for border in borders:
            if last is not None and places[border] - places[last] >= _NEAR:
                column += 1
                last = border
            last = border if last is None else last
            self._columns[border] = column
        if any(self._columns[start] == self._columns[end] for row in spans for start, end in row):
            self._columns = {border: number for number, border in enumerate(borders)}  # a cell would be gone

    def of(self, start: int, end: int) -> Span:
        """The first and the last column of a cell."""
        left = min(self._columns[start] + 1, MAX_COLS)
        return left, max(left, min(self._columns[end], MAX_COLS))


def _places(widths: Sequence[str], borders: Sequence[int]) -> dict[int, int]:
    """How far from the left each border stands; as far apart as can be where the file does not tell."""
    known = [int(width) if width.isascii() and width.isdigit() and len(width) < 7 else 0 for width in widths]
    if not borders or borders[-1] > len(known) or not all(known):
        return {border: border * _NEAR for border in borders}
    return {border: sum(known[:border]) for border in borders}
