"""Addresses and amounts of money as everybody writes them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from perfxl.model import Ref, Text, cells_in_words, column_letters, column_number, seen_from
from perfxl.values import FEN_PER_WAN, wan


def test_every_column_of_a_sheet_has_the_letters_that_excel_gives_it():
    for number in range(1, 16_385):
        letters = column_letters(number)
        assert letters == get_column_letter(number)
        assert number == column_number(letters) == column_number(letters.lower()) == column_number(f"{letters}1048576")


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_a_cell_is_written_as_excel_writes_it(row: int, col: int):
    ref = Ref("表.xlsx", "项目1", row, col)
    assert str(ref) == f"项目1!{get_column_letter(col)}{row}"


@given(st.integers(-(10**15), 10**15))
def test_fen_are_shown_in_wan_exactly_with_two_decimals_or_more(fen: int):
    shown = wan(fen)
    assert Decimal(shown) * FEN_PER_WAN == fen
    decimals = shown.partition(".")[2]
    assert len(decimals) >= 2
    assert len(decimals) == 2 or not decimals.endswith("0")


def test_in_a_sentence_a_cell_is_written_in_words():
    said, ref = Text("同{where}不符。", "Differs from {where}."), Ref("甲局.xlsx", "部门整体支出", 22, 4)
    assert said.render("zh", where=ref) == "同“甲局.xlsx”的“部门整体支出”表 D22不符。"
    assert said.render("en", where=ref) == "Differs from D22 of sheet “部门整体支出” in “甲局.xlsx”."
    several = (ref, ref._replace(row=23), Ref("甲局.xlsx", "项目申报表", 5, 2), ref)
    assert cells_in_words(several, "zh").count("甲局.xlsx") == 2
    assert "D22、D23、“甲局.xlsx”的“项目申报表” B5" in said.render("zh", where=several)
    assert said.fill(where=ref) == Text(said.render("zh", where=ref), said.render("en", where=ref))


def test_what_the_reader_has_before_him_is_not_named():
    here, other = Ref("甲局.xlsx", "项目1", 7, 4), Ref("2 项目.xlsx", "项目1", 7, 4)
    both = Text("{here}与{other}", "{here} and {other}")
    zh, en = (both.render(lang, here=here, other=other) for lang in ("zh", "en"))
    assert seen_from(zh, "甲局.xlsx", "", "zh") == "“项目1”表 D7与“2 项目.xlsx”的“项目1”表 D7"
    assert seen_from(zh, "甲局.xlsx", "项目1", "zh") == "D7与“2 项目.xlsx”的“项目1”表 D7"
    assert seen_from(zh, "甲局.xlsx", "项目2", "zh") == "“项目1”表 D7与“2 项目.xlsx”的“项目1”表 D7"
    assert seen_from(en, "甲局.xlsx", "项目1", "en") == "D7 and D7 of sheet “项目1” in “2 项目.xlsx”"


def test_in_a_list_the_own_sheet_is_named_after_the_cells_of_another():
    own, also, other = (Ref("甲局.xlsx", sheet, 7, col) for sheet, col in (("项目1", 4), ("项目1", 5), ("项目2", 6)))

    def seen(*cells: Ref) -> str:
        return seen_from(cells_in_words(cells, "zh"), "甲局.xlsx", "项目1", "zh")

    assert seen(own, other) == "D7、“项目2”表 F7"
    assert seen(other, own) == "“项目2”表 F7、“项目1”表 D7"
    assert seen(own, also) == "D7、E7"
    assert seen_from("“项目1”表 D7、“项目1”表 E7", "甲局.xlsx", "项目1", "zh") == "D7、E7"
