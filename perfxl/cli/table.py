"""A table as wide as the screen: Chinese text has no blanks to break it at, so every cell is folded here."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text as Words

from perfxl.reports.screen import WIDTH, fold

#: no column is made narrower than this
LEAST = 8


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], tones: Mapping[str, str]) -> None:
    """Print the table; ``tones`` gives whole cells a style by their text."""
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDTH, emoji=False)
    widths = _fitted([max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)], console.width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for head, width in zip(heads, widths, strict=True):
        table.add_column(head, width=width, no_wrap=True)
    for row in rows:
        cells = zip(row, widths, strict=True)
        table.add_row(*(Words("\n".join(fold(text, width)), tones.get(text, "")) for text, width in cells))
    console.print(table)


def _fitted(widths: list[int], room: int) -> list[int]:
    """What the columns take, the widest giving way to the others until all have room."""
    room -= 2 * len(widths)
    while sum(widths) > room and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths
