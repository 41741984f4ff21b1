"""What must be known of an .xls before the fast look reads it: whether a cell stands far away."""

from __future__ import annotations

from perfxl.cells.far import MAX_ROWS
from perfxl.cells.refusal import too_much

#: the records of cells that hold something: formula, numbers, texts, truth values and errors
_CELLS = frozenset((0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E))
_HEAD = 4


def refuse_far_cells(stream: bytes) -> None:
    """Refuse a workbook with a cell far below all others: the fast look would make room for all between.

    A sheet has no more than 256 columns here, so only rows are looked at.
    """
    place, end = 0, len(stream)
    while place + _HEAD + 2 <= end:
        kind = stream[place] | stream[place + 1] << 8
        size = stream[place + 2] | stream[place + 3] << 8
        if kind in _CELLS and size >= _HEAD and stream[place + 4] | stream[place + 5] << 8 >= MAX_ROWS:
            raise too_much()
        place += _HEAD + size
