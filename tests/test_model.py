"""Addresses and amounts of money as everybody writes them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from perfxl.model import Ref, column_letters, column_number
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
