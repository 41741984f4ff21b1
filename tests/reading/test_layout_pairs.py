"""Two changes of layout at a time: every value is read as before, or a rule names its cell."""

from __future__ import annotations

import random
from functools import cache

import moves
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from moves import CLEAN, pages_of

import perfxl

#: a form of each kind: tasks, amounts in columns, indicators of one period and of two side by side
SHEETS = ("部门整体支出", "项目1", "专项资金")
FEW = settings(max_examples=12)
#: what is read of each table
WHAT = {
    "texts": ("field", "text"),
    "amounts": ("table", "role", "column", "state", "fen"),
    "tasks": ("name", "content"),
    "indicators": ("first", "second", "name", "value"),
}


def pages():
    return [page for page in pages_of(CLEAN) if page.name in SHEETS]


def values(tables):
    """Every value with its cell; what is empty is no value."""
    for name, columns in WHAT.items():
        for row in getattr(tables, name).itertuples():
            what = tuple(str(getattr(row, column)) for column in columns)
            if row.row and what[-1] not in ("", "<NA>") and getattr(row, "field", "") != "year":
                yield (row.sheet, row.row, row.col), (name, *what)


@cache
def truth():
    return [pair for pair in values(perfxl.read(CLEAN)) if pair[0][0] in SHEETS]


# ---------------------------------------------------------------- the changes


def shifted(pages, dice):
    rows, cols = dice.randrange(4), dice.randrange(3)
    return moves.shift(pages, lambda number: (rows, cols))


def blank_rows(pages, dice):
    return moves.insert_rows(pages, lambda page: [dice.randrange(2, page.last_row + 2) for _ in range(2)])


def blank_column(pages, dice):
    return moves.insert_column(pages, dice.randrange(1, 8))


def levels_apart(pages, dice):
    return moves.unmerge_levels(pages, repeat=dice.random() < 0.5), moves.stay


def stacked(pages, dice):
    return moves.stack(pages, "全部", dice.randrange(3))


def head_again(pages, dice):
    """The heads of the indicators once more, at the top of a printed page."""
    lines, heads = {}, {}
    for page in (page for page in pages if page.is_form):
        lines[page.name] = dice.randrange(page.head + 2, page.last_indicator + 1)
        heads[page.name] = {col: text for (row, col), text in page.cells.items() if row == page.head and col > 1}
    pages, where = moves.insert_rows(pages, lambda page: [lines[page.name]])
    for page in pages:
        for col, text in heads.get(page.name, {}).items():
            page.cells[lines[page.name], col] = text
    return pages, where


def label_cut(pages, dice):
    """Labels of the levels, a piece in each of their rows, and no longer merged."""
    for page in pages:
        for area in page.levels() if page.is_form else ():
            text, rows = page.text(*area[:2]), area[2] - area[0] + 1
            step = dice.choice((1, 2))
            pieces = [text[n : n + step] for n in range(0, len(text), step)]
            if area in page.merges and 1 < len(pieces) <= rows:
                page.merges.remove(area)
                for number, piece in enumerate(pieces):
                    page.cells[area[0] + number, area[1]] = piece
    return pages, moves.stay


def foot_in_one(pages, dice):
    """填报人, 联系电话 and 填报日期 in one cell."""
    went = {}
    for page in pages:
        row = page.find("填报人")[0]
        cells = sorted((col, page.text(row, col)) for at, col in page.cells if at == row)
        first = cells[0][0]
        joined = "　　".join(
            f"{label.rstrip('：:')}：{value}" for (_, label), (_, value) in zip(cells[::2], cells[1::2], strict=True)
        )
        for col, _ in cells:
            del page.cells[row, col]
            went[page.name, row, col] = (page.name, row, first)
        page.cells[row, first] = joined
        page.merges = [area for area in page.merges if area[0] != row]
    return pages, lambda place: went.get(place, place)


def value_moved(pages, dice):
    """One value of each form a column to the right or a row down, where that is free."""
    went = {}
    for page in pages:
        taken = {
            (row, col)
            for top, left, bottom, right in page.merges
            for row in range(top, bottom + 1)
            for col in range(left, right + 1)
        }
        steps = [
            ((row, col), (row + down, col + right))
            for (sheet, row, col), _ in truth()
            for down, right in ((0, 1), (1, 0))
            if sheet == page.name
        ]
        free = [
            (old, new) for old, new in steps if old in page.cells and new not in page.cells and not {old, new} & taken
        ]
        if free:
            old, new = dice.choice(free)
            page.cells[new] = page.cells.pop(old)
            went[page.name, *old] = (page.name, *new)
    return pages, lambda place: went.get(place, place)


CHANGES = [shifted, blank_rows, blank_column, levels_apart, stacked, head_again, label_cut, foot_in_one, value_moved]
#: those that look for what stands where it did come first
EARLY = [foot_in_one, value_moved, label_cut, levels_apart, head_again, blank_rows, blank_column, shifted, stacked]


def lost(first, second, seed, folder):
    """What was read otherwise than it stands, and is not named."""
    dice = random.Random(seed)
    changed, where = pages(), moves.stay
    for change in sorted((first, second), key=EARLY.index):
        changed, step = change(changed, dice)
        where = moves.chained(where, step)
    tables = perfxl.read(moves.save(changed, folder / "moved.xlsx"))
    told = {(row.sheet, row.row, row.col) for row in tables.strays.itertuples()}
    lines = tables.indicators  # of a value without a name COMPLETE-09 tells
    told |= {(row.sheet, row.row, row.col) for row in lines[lines["name"] == ""].itertuples()}
    meant = {(where(place), what) for place, what in truth()}
    found = set(values(tables))
    return sorted((place, what, "lost") for place, what in meant - found if place not in told) + sorted(
        (place, what, "made up") for place, what in found - meant if place not in told
    )


#: the value of 专项资金 that is lost where it stands to the right of the form
KNOWN = ("注册挂标完成时间", "2020年12月底前")


@example(shifted, value_moved, 393)
@FEW
@given(st.sampled_from(CHANGES), st.sampled_from(CHANGES), st.integers(0, 10_000))
def test_two_changes_at_a_time(tmp_path, first, second, seed):
    if first is not second:
        assert [one for one in lost(first, second, seed, tmp_path) if one[1][-2:] != KNOWN] == []


@pytest.mark.xfail(strict=True, reason="a value right of the form is neither read nor named")
def test_a_value_to_the_right_of_the_form_is_not_lost(tmp_path):
    assert lost(shifted, value_moved, 111, tmp_path) == []
