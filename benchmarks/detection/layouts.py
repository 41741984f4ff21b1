"""What units do to a template before they send it back: each layout moves cells and says where they went."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import moves
from moves import Page, Where
from worlds import World

from perfxl.profiles import Profile
from perfxl.template import CellArea, SheetLayout

Layout = Callable[[Sequence[Page], World, random.Random], tuple[list[Page], Where]]
#: what a row begins with before which somebody puts a blank one
BLOCKS = ("填报单位", "项目名称", "年度总体目标", "总体目标", "绩效指标", "年度绩效指标", "填报人")


def as_sent(pages: Sequence[Page], world: World, dice: random.Random) -> tuple[list[Page], Where]:
    """Nothing is moved."""
    return list(pages), moves.stay


def shifted(pages: Sequence[Page], world: World, dice: random.Random) -> tuple[list[Page], Where]:
    """Rows above and columns to the left of every form."""
    rows, cols = dice.randrange(1, 9), dice.randrange(1, 4)
    return moves.shift(pages, lambda number: (rows, cols))


def inserted(pages: Sequence[Page], world: World, dice: random.Random) -> tuple[list[Page], Where]:
    """Blank rows between the blocks of every form, and a blank column within it."""

    def rows(page: Page) -> list[int]:
        starts = [row for row, col in page.cells if col == 1 and page.text(row, col).startswith(BLOCKS)]
        return [row for row in starts for _ in range(dice.randrange(3))]

    pages, down = moves.insert_rows(pages, rows)
    at = dice.randrange(2, 6)
    pages, right = moves.insert_column(pages, at)
    return pages, moves.chained(down, right)


def renamed(pages: Sequence[Page], world: World, dice: random.Random) -> tuple[list[Page], Where]:
    """Sheets called as Excel or the clerk calls them, in another order."""
    pages = list(pages)
    dice.shuffle(pages)
    return moves.rename(pages, lambda number, name: dice.choice(("Sheet", "表", "工作表 ")) + str(number + 1))


def stacked(pages: Sequence[Page], world: World, dice: random.Random) -> tuple[list[Page], Where]:
    """All forms on one sheet."""
    return moves.stack(pages, "全部", dice.randrange(3))


def taken_apart(pages: Sequence[Page], world: World, dice: random.Random) -> tuple[list[Page], Where]:
    """The merged cells of the levels taken apart, their text in the first row or in each."""
    return moves.unmerge_levels(pages, repeat=dice.random() < 0.5), moves.stay


def pasted(pages: Sequence[Page], world: World, dice: random.Random) -> tuple[list[Page], Where]:
    """As copied from Word: amounts are texts with 万元, in one cell with their labels; so is the line at the foot."""
    went: dict[moves.Place, moves.Place] = {}
    by_name = {page.name: page for page in pages}
    for sheet in world.layout:
        page = by_name.get(sheet.sheet, Page(""))
        for spots in _together(page, sheet, world.profile):
            _into_one(page, spots)
            place = min(label for label, _ in spots)
            went |= {(page.name, spot.row, spot.col): (page.name, *place) for _, spot in spots}
        for spot in (spot for row in (*sheet.tasks, sheet.task_sum) for spot in row.values()):
            if isinstance(value := page.cells.get((spot.row, spot.col)), int | float):
                page.cells[spot.row, spot.col] = _text(value)
    return list(pages), lambda place: went.get(place, place)


Labelled = list[tuple[tuple[int, int], CellArea]]


def _together(page: Page, sheet: SheetLayout, profile: Profile) -> Iterator[Labelled]:
    """What goes into one cell: an amount and its label, or all the labels and fields of the foot."""
    fields = profile.forms[sheet.form].fields
    for row in sorted({spot.row for spot in sheet.fields.values()}):
        spots = {key: spot for key, spot in sheet.fields.items() if spot.row == row}
        labels = {key: _left_of(page, spot) for key, spot in spots.items()}
        known = {(spot.row, spot.col) for spot in spots.values()}
        if not all(label and label not in known for label in labels.values()):
            continue  # amounts in columns, whose heads stand above
        pairs = {key: (label, spots[key]) for key, label in labels.items() if label}
        if "filler" in spots:
            yield list(pairs.values())
        else:
            yield from ([pair] for key, pair in pairs.items() if fields[key].kind == "amount")


def _left_of(page: Page, spot: CellArea) -> tuple[int, int] | None:
    columns = [col for row, col in page.cells if row == spot.row and col < spot.col]
    return (spot.row, max(columns)) if columns else None


def _into_one(page: Page, spots: Labelled) -> None:
    texts = [
        f"{str(page.cells[label]).rstrip('：:')}：{_text(page.cells.get((spot.row, spot.col)))}"
        for label, spot in spots
    ]
    row, first = min(label for label, _ in spots)
    last = max(spot.last_col for _, spot in spots)
    for col in range(first, last + 1):
        page.cells.pop((row, col), None)
    page.cells[row, first] = "　　".join(texts)
    page.merges = [area for area in page.merges if not (area[0] == row and first <= area[1] <= last)]
    page.merges.append((row, first, row, last))


def _text(value: object) -> str:
    return f"{value:.2f}万元" if isinstance(value, int | float) else str(value or "")


LAYOUTS: tuple[Layout, ...] = (as_sent, shifted, inserted, renamed, stacked, taken_apart, pasted)
