"""Amounts beyond the catalogue's rows: what is mended, what is refused, and that nothing is ever lost."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfxl.values import FEN_PER_WAN, parse_amount, wan

FEN = st.integers(min_value=-(10**15), max_value=10**15)
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ("17+3", "formula_text"),
        ("=A1", "formula_text"),
        ("=17-3", "formula_text"),
        ("3人×500元", "formula_text"),
        ("17/3", "formula_text"),
        ("(12)", "brackets"),
        ("（12）万元", "brackets"),
        ("5 6", "spaces"),
        ("5\n6", "spaces"),
        ("12 34", "spaces"),
        ("5 . 00", "spaces"),
        ("1,23", "separators"),
        ("5，6", "separators"),
        ("1.2.3", "separators"),
        ("5-", "sign"),
        ("—5", "sign"),
        ("合同-17万元", "sign"),
        ("17个", "unknown_measure"),
        ("17%", "unknown_measure"),
        ("17万人", "unknown_measure"),
        ("17万美元", "unknown_measure"),
        ("$17", "unknown_measure"),
        ("第3期", "unknown_measure"),
        ("2020年", "no_figure"),
        ("待定", "no_figure"),
        ("一", "capitals"),
        ("壹拾柒万伍仟", "capitals"),
        ("9" * 20, "too_large"),
        ("9" * 30, "separators"),
        ("9" * 5000, "too_long"),
        (10**300, "too_large"),
        (1e300, "too_large"),
        (float("inf"), "not_finite"),
        (float("nan"), "not_finite"),
        (Decimal("sNaN"), "not_finite"),
        (True, "boolean"),
        (datetime.datetime(2020, 1, 2), "date"),
        (b"17", "not_text"),
    ],
)
def test_what_could_mean_something_else_is_refused_with_the_reason(value, note):
    amount = parse_amount(value)
    assert (amount.state, amount.fen, amount.decimals) == ("unreadable", None, None)
    assert amount.notes[-1] == note


@pytest.mark.parametrize(
    ("text", "fen", "notes"),
    [
        ("１２３", 123_000_000, ("full_width",)),
        ("１，２３４．５", 1_234_500_000, ("full_width", "thousands")),
        ("\xa012", 12_000_000, ()),
        ("1 234", 1_234_000_000, ("thousands", "spaces")),
        ("￥12", 1_200, ("currency",)),
        ("－5", -5_000_000, ("full_width", "sign")),
        ("负5万元", -5_000_000, ("sign",)),
        ("17 万 元", 17_000_000, ()),
        ("17（万元）", 17_000_000, ()),
        ("17万元_x000D_\n", 17_000_000, ()),
        ("2020年17万元", 17_000_000, ("years",)),
        ("湘财〔2014〕5号17万元", 17_000_000, ("years", "leading_text")),
        ("17万元（含税）", 17_000_000, ("trailing_text",)),
        ("17万5000元", 17_500_000, ("compound",)),
        ("3亿2000万元", 32_000_000_000, ("compound",)),
        ("10元5角", 1_050, ("compound",)),
        ("叁佰元伍角", 30_050, ("capitals",)),
        ("壹仟贰佰叁拾肆元伍角陆分", 123_456, ("capitals",)),
        ("叁亿贰仟万元整", 32_000_000_000, ("capitals",)),
        ("=17", 17_000_000, ()),
        ("1、财政拨款17万元", 17_000_000, ("leading_text",)),
    ],
)
def test_what_can_mean_one_amount_is_read(text, fen, notes):
    amount = parse_amount(text)
    assert (amount.state, amount.fen, amount.notes, amount.text) == ("ok", fen, notes, text)


@pytest.mark.parametrize(
    ("text", "fen", "note"),
    [
        ("5-8万元", None, "range"),
        ("5~8万元", None, "range"),
        ("5万-3000元", None, "range"),
        ("17万元\n18万元", None, ""),
        ("260万无260元", None, ""),
        ("17万元17万元", 17_000_000, "repeated"),
        ("17万元,3个项目", 17_000_000, "other_figure"),
        ("10万元(甲4万元,乙5万元)", 10_000_000, "parts_differ"),
        ("10万元（其中：甲4万元）", 10_000_000, ""),
        ("10万元（其中：甲14万元）", 10_000_000, "parts_differ"),
    ],
)
def test_a_second_figure_is_never_passed_over(text, fen, note):
    amount = parse_amount(text)
    assert (amount.state, amount.fen) == ("several", fen)
    assert not note or note in amount.notes


@pytest.mark.parametrize(
    ("value", "text", "fen", "decimals"),
    [
        (17, "17", 17_000_000, 0),
        (17.0, "17", 17_000_000, 0),
        (394.03000000000003, "394.03", 394_030_000, 2),
        (0.1 + 0.2, "0.3", 300_000, 1),
        (-0.0, "0", 0, 0),
        (Decimal("17.50"), "17.5", 17_500_000, 1),
        (1e-7, "0.0000001", 0, 7),
    ],
)
def test_a_number_cell_reads_as_it_is_shown(value, text, fen, decimals):
    amount = parse_amount(value)
    assert (amount.state, amount.text, amount.fen, amount.decimals) == ("ok", text, fen, decimals)
    assert amount.number
    assert amount.measure == ""


@pytest.mark.parametrize(
    ("yuan", "fen"), [("2.675", 268), ("0.605", 61), ("1.005", 101), ("-2.505", -251), ("9.995", 1000)]
)
def test_half_a_fen_rounds_up_as_in_a_spreadsheet(yuan, fen):
    for amount in (parse_amount(f"{yuan}元"), parse_amount(float(yuan), "元")):
        assert amount.fen == fen
        assert "sub_fen" in amount.notes


def test_a_code_typed_as_a_number_has_lost_digits():
    assert parse_amount(110101199003.0).notes == ()
    assert "precision" in parse_amount(1.1e15, "元").notes


def test_a_form_without_a_known_measure_still_reads_stated_ones():
    assert parse_amount("17", "").notes == ("form_measure",)
    assert parse_amount(17, "万吨").notes == ("form_measure",)
    assert parse_amount("17万元", "").fen == 17_000_000


def test_equal_keys_of_other_types_stay_apart():
    assert [parse_amount(value).state for value in (1, True, 1.0, True)] == [
        "ok",
        "unreadable",
        "ok",
        "unreadable",
    ]


def test_a_profile_brings_its_own_placeholders():
    assert parse_amount("待定", placeholders=frozenset({"待定"})).state == "placeholder"
    assert parse_amount("无", placeholders=frozenset()).state == "unreadable"


@given(
    FEN,
    st.sampled_from(["", "万元", " 万元", "万", "　万元"]),
    st.sampled_from(["", " ", "　", "\n", "\xa0"]),
)
def test_any_amount_comes_back_as_it_was_written(fen, measure, space):
    written = f"{space}{wan(fen)}{measure}{space}"
    for text in (written, written.translate(FULL_WIDTH)):
        amount = parse_amount(text)
        assert (amount.state, amount.fen, amount.text) == ("ok", fen, text)
        assert amount.decimals == len(wan(fen).partition(".")[2])


@given(FEN)
def test_thousands_separators_change_nothing(fen):
    grouped = f"{Decimal(wan(fen)):,}万元"
    for text in (grouped, grouped.replace(",", "，"), grouped.replace(",", " ")):
        assert parse_amount(text).fen == fen


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_a_float_cell_is_exact_to_its_fifteen_digits(fen):
    assert parse_amount(fen / FEN_PER_WAN).fen == fen


@given(FEN, st.sampled_from(["≤", "≥", "<", ">", "="]))
def test_operators_are_kept(fen, operator):
    amount = parse_amount(f"{operator}{wan(abs(fen))}万元", limits=True)
    assert (amount.fen, amount.operator) == (abs(fen), operator)


@given(
    st.one_of(
        st.text(),
        st.text("0123456789.,-+()（）万元亿千角分整约≥/每个=其中：; \n壹拾柒零"),
        st.floats(),
        st.integers(),
    )
)
def test_no_value_breaks_it(value):
    amount = parse_amount(value)
    assert (amount.fen is not None) >= (amount.state == "ok")
    assert amount == parse_amount(value)
