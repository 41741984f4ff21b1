"""What units do to a template before they send it back: each layout moves cells and says where they went."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import moves
from moves import Page, Where

Layout = Callable[[Sequence[Page], random.Random], tuple[list[Page], Where]]


def as_sent(pages: Sequence[Page], dice: random.Random) -> tuple[list[Page], Where]:
    """Nothing is moved."""
    return list(pages), moves.stay


def shifted(pages: Sequence[Page], dice: random.Random) -> tuple[list[Page], Where]:
    """Rows above and columns to the left of every form."""
    rows, cols = dice.randrange(1, 9), dice.randrange(4)
    return moves.shift(pages, lambda number: (rows, cols))


def renamed(pages: Sequence[Page], dice: random.Random) -> tuple[list[Page], Where]:
    """Sheets called as Excel or the clerk calls them, in another order."""
    pages = list(pages)
    dice.shuffle(pages)
    return moves.rename(pages, lambda number, name: dice.choice(("Sheet", "表", "工作表 ")) + str(number + 1))


def stacked(pages: Sequence[Page], dice: random.Random) -> tuple[list[Page], Where]:
    """All forms on one sheet."""
    return moves.stack(pages, "全部", dice.randrange(3))


def taken_apart(pages: Sequence[Page], dice: random.Random) -> tuple[list[Page], Where]:
    """The merged cells of the levels taken apart, their text in the first row or in each."""
    return moves.unmerge_levels(pages, repeat=dice.random() < 0.5), moves.stay


LAYOUTS: tuple[Layout, ...] = (as_sent, as_sent, shifted, renamed, stacked, taken_apart)
