"""Layouts that people make of a form by hand: all of it is read as before, at the cells where it stands now."""

from __future__ import annotations

import moves
import pytest
from moves import CLEAN, TYPED, Page, assert_same, pages_of

SAMPLES = pytest.mark.parametrize("path", [TYPED, CLEAN], ids=["typed", "clean"])


def new_columns(pages, before):
    """A blank column before each of the given ones on every form; merged areas around it grow."""

    def moved(col):
        return col + sum(at <= col for at in before)

    result = [
        Page(
            page.name,
            {(row, moved(col)): value for (row, col), value in page.cells.items()},
            {(row, moved(col)): code for (row, col), code in page.formats.items()},
            [(top, moved(left), bottom, moved(right)) for top, left, bottom, right in page.merges],
            page.heights,
        )
        if page.is_form
        else page
        for page in pages
    ]
    forms = {page.name for page in pages if page.is_form}
    return result, lambda place: (place[0], place[1], moved(place[2]) if place[0] in forms else place[2])


@SAMPLES
@pytest.mark.parametrize("before", [[1], [2], [2, 2], [3, 5], [4, 4, 4], [2, 3, 4, 5, 6, 7]], ids=str)
def test_blank_columns(path, before, tmp_path):
    pages, where = new_columns(pages_of(path), before)
    assert_same(path, pages, where, tmp_path)


def cut(page, where, pieces):
    """The text of a merged cell in pieces, one in each of its rows from the top; it is merged no more."""
    area = next(a for a in page.merges if a[:2] == where)
    page.merges.remove(area)
    for number, piece in enumerate(pieces):
        page.cells[where[0] + number, where[1]] = piece


@pytest.mark.parametrize("step", [1, 2], ids=["characters", "pairs"])
def test_levels_cut_over_rows(step, tmp_path):
    pages = pages_of(CLEAN)
    for page in pages:
        for area in page.levels() if page.is_form else ():
            text = page.text(*area[:2])
            pieces = [text[n : n + step] for n in range(0, len(text), step)]
            if 1 < len(pieces) <= area[2] - area[0] + 1:
                cut(page, area[:2], pieces)
    assert_same(CLEAN, pages, moves.stay, tmp_path)
