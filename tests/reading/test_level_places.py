"""Levels whose cells are not merged, beside the first, the middle or the last of their lines."""

from __future__ import annotations

import openpyxl
import pytest
from containers import changed
from hypothesis import given, settings
from hypothesis import strategies as st
from small_forms import FIRST, NAME, VALUE, book_of, form, lines_of

import perfxl

COUNTS = st.lists(st.integers(0, 5), min_size=8, max_size=8).filter(lambda counts: sum(map(bool, counts)) > 2)
FEW = settings(max_examples=6)


def read(path):
    """What was read as levels, line by line, and the lines of which it was said that this is not certain."""
    tables = perfxl.read(path)
    lines = tables.indicators[["first_text", "second_text", "name", "value"]]
    told = tables.strays[tables.strays["why"].isin(["unsure", "level"])]
    return [tuple(line) for line in lines.to_numpy().tolist()], sorted(told["row"])


@pytest.mark.parametrize("drawn", ["", "each", "level"])
@pytest.mark.parametrize("first", ["merged", "top", "each"])
@FEW
@given(counts=COUNTS)
def test_beside_the_first_line_nothing_is_doubted(first, drawn, counts, tmp_path):
    lines = lines_of(counts)
    assert read(book_of(lines, first, "top", tmp_path / "a.xlsx", drawn=drawn)) == (lines, [])


@pytest.mark.parametrize("second", ["middle", "lower middle", "bottom"])
@pytest.mark.parametrize("first", ["merged", "top", "each", "middle", "bottom"])
@FEW
@given(counts=COUNTS)
def test_lines_drawn_round_the_levels_decide(first, second, counts, tmp_path):
    lines = lines_of(counts, same=True)
    assert read(book_of(lines, first, second, tmp_path / "a.xlsx", drawn="level"))[0] == lines


# ---------------------------------------------------------------- nothing is drawn: the first two levels are short

SHORT = [2, 3, 1, 4, 1, 3, 0, 2]
#: where each level would be read from its own line on: the lines that then stand one level too high
LATE = [2, 6, 11]


@pytest.mark.parametrize("drawn", ["", "each"])
def test_what_the_indicators_say_decides(drawn, tmp_path):
    lines = lines_of(SHORT)
    found, told = read(book_of(lines, "merged", "middle", tmp_path / "a.xlsx", drawn=drawn))
    assert found == lines
    assert told == [FIRST + line for line in LATE]


def test_where_nothing_says_anything_it_is_the_first_line(tmp_path):
    lines = lines_of(SHORT, same=True)
    found, told = read(book_of(lines, "merged", "middle", tmp_path / "a.xlsx"))
    assert [n for n, line in enumerate(lines) if line != found[n]] == LATE
    assert told == []


def test_another_form_of_the_workbook_says_it(tmp_path):
    book = openpyxl.Workbook()
    ours, plain = lines_of(SHORT, same=True), lines_of([3, 3, 1, 1, 1, 3, 0, 2])
    form(book.active, ours, "merged", "middle")
    form(book.create_sheet("乙"), plain, "merged", "middle")
    book.save(tmp_path / "a.xlsx")
    tables = perfxl.read(tmp_path / "a.xlsx")
    lines, told = (table[table["sheet"] == book.active.title] for table in (tables.indicators, tables.strays))
    assert lines[["first_text", "second_text"]].to_numpy().tolist() == [[line.first, line.second] for line in ours]
    assert told[["why", "row"]].to_numpy().tolist() == [["unsure", FIRST + line] for line in LATE]


def wrong(lines, found):
    """The rows in which another level was read than meant."""
    return {FIRST + n for n, (line, one) in enumerate(zip(lines, found, strict=True)) if line != one}


@pytest.mark.parametrize("second", ["middle", "lower middle", "bottom"])
def test_a_first_level_without_a_second_one_beside_it_tells(second, tmp_path):
    """The first line of 效益指标 has none, though that of 产出指标 has."""
    lines = lines_of([1, 1, 1, 1, 3, 0, 0, 3])
    found, told = read(book_of(lines, "merged", second, tmp_path / "a.xlsx"))
    assert found == lines
    assert len(told) < len(lines) / 2


@pytest.mark.parametrize("second", ["middle", "lower middle", "bottom"])
@pytest.mark.parametrize("first", ["merged", "top", "middle", "bottom"])
@FEW
@given(counts=COUNTS)
def test_what_lies_above_the_first_level_is_told_where_nothing_decides(first, second, counts, tmp_path):
    lines = lines_of([3, *counts[1:4], 3, *counts[5:]], same=True)
    found, told = read(book_of(lines, first, second, tmp_path / "a.xlsx"))
    assert wrong(lines, found) <= set(told)


@pytest.mark.parametrize(
    ("counts", "first", "second"),
    [
        ([3, 2, 2, 2, 3, 2, 4, 3], "top", "lower middle"),  # an uneven way, after very many evener ones
        ([3, 5, 5, 5, 3, 4, 4, 1], "merged", "lower middle"),
    ],
)
def test_every_line_that_another_way_puts_elsewhere_is_told(counts, first, second, tmp_path):
    lines = lines_of(counts, same=True)
    found, told = read(book_of(lines, first, second, tmp_path / "a.xlsx"))
    assert wrong(lines, found) <= set(told) != set()


def test_an_amount_tells_no_cost_from_an_income(tmp_path):
    """培训费 3万元 between the lines of 成本 and those of 效益: an amount is usual in both."""
    lines = lines_of([3, 3, 5, 2, 3, 0, 0, 1])
    assert lines[12][2:] == ("培训费", "3万元")
    found, told = read(book_of(lines, "middle", "middle", tmp_path / "a.xlsx"))
    assert wrong(lines, found) == {FIRST + 12} <= set(told)


@FEW
@given(counts=st.lists(st.integers(1, 4), min_size=7, max_size=7), empty=st.integers(2, 3))
def test_lines_left_empty_count_for_the_middle(counts, empty, tmp_path):
    """The first level has lines of which the last is not filled in; its label stands beside the middle of them all."""
    lines = lines_of([empty + 1, *counts])
    book = openpyxl.load_workbook(book_of(lines, "merged", "middle", tmp_path / "a.xlsx"))
    for col in (NAME, VALUE):
        book.active.cell(FIRST + empty, col).value = None
    book.save(tmp_path / "b.xlsx")
    found, told = read(tmp_path / "b.xlsx")
    kept = [line for n, line in enumerate(lines) if n != empty]
    rows = [FIRST + n for n in range(len(lines)) if n != empty]
    assert found[:empty] == kept[:empty]
    assert {row for row, line, one in zip(rows, kept, found, strict=True) if line != one} <= set(told)


def test_a_level_one_line_too_low_moves_no_other(tmp_path):
    lines = lines_of([2, 2, 2, 1, 6, 0, 0, 1])
    book = openpyxl.load_workbook(book_of(lines, "merged", "top", tmp_path / "a.xlsx"))
    sheet = book.active
    sheet.cell(FIRST + 7, 3).value, sheet.cell(FIRST + 8, 3).value = None, "经济效益指标"
    book.save(tmp_path / "b.xlsx")
    found, told = read(tmp_path / "b.xlsx")
    assert wrong(lines, found) == {FIRST + 7}
    assert found[7][:2] == ("效益指标", "")
    assert told == [FIRST + 7]


def test_styles_that_nobody_can_read_say_nothing(tmp_path):
    lines = lines_of([3, 3, 1, 1, 1, 3, 0, 2], same=True)
    path = book_of(lines, "merged", "middle", tmp_path / "a.xlsx", drawn="level")
    assert read(path) == (lines, [])
    path.write_bytes(changed(path.read_bytes(), ("xl/styles.xml", lambda xml: xml.replace(b"<borders", b"<bo:rders"))))
    found, told = read(path)
    assert wrong(lines, found) <= set(told) != set()
