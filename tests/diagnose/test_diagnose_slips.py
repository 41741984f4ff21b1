"""Every kind of slip, made at random in forms that add up: it is offered wherever the figures tell it.

``meeting.py`` says which explanations meet, and so what the figures can tell.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from meeting import WAN, Explanation, explanations, identifiable, offered

from perfxl.diagnose import MOST, Operand, explain
from perfxl.model import Ref

AT = Ref("x.xlsx", "部门整体支出", 99, 5)
#: amounts as they stand in forms: whole 万元 or two decimals, small or large
FEN = st.one_of(
    st.integers(1, 40).map(lambda wan: wan * WAN),
    st.integers(1, 99_999).map(lambda cents: cents * 10_000),
    st.integers(1, 999_999_999).map(lambda cents: cents * 10_000),
)
Sides = tuple[list[Operand], list[Operand]]


def operand(row: int, fen: int | None, **more: object) -> Operand:
    return Operand(AT._replace(row=row), f"行{row}", fen, **more)


@st.composite
def forms(draw: st.DrawFn, least: int = 2, most: int = 9, fen: st.SearchStrategy[int] = FEN) -> Sides:
    """A total and rows that add up to it; either may be the side that is stated."""
    rows = [operand(n, value) for n, value in enumerate(draw(st.lists(fen, min_size=least, max_size=most)), 1)]
    return [operand(99, sum(row.fen for row in rows))], rows


def wrong_total(form: Sides, change: int) -> Sides:
    (total,), rows = form
    return [total._replace(fen=total.fen + change)], rows


def wrong_figure(form: Sides, row: Operand, **made: object) -> Sides:
    return tuple([row._replace(**made) if one is row else one for one in side] for side in form)


def any_figure(draw: st.DrawFn, form: Sides) -> Operand:
    return draw(st.sampled_from([*form[0], *form[1]]))


def of(kind: str, *rows: Operand) -> Explanation:
    return kind, frozenset(row.ref for row in rows)


# Each slip takes a form and gives the wrong one, and what it was.


def row_twice(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row = draw(st.sampled_from(form[1]))
    return wrong_total(form, row.fen), of("counted_twice", row)


def row_left_out(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row = draw(st.sampled_from(form[1]))
    return wrong_total(form, -row.fen), of("left_out", row)


def some_rows(draw: st.DrawFn, form: Sides) -> list[Operand]:
    assume(len(form[1]) > 2)
    if draw(st.booleans()):
        first = draw(st.integers(0, len(form[1]) - 2))
        return form[1][first : draw(st.integers(first + 2, len(form[1])))]
    return draw(st.lists(st.sampled_from(form[1]), min_size=2, max_size=4, unique_by=lambda row: row.ref))


def rows_twice(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    rows = some_rows(draw, form)
    return wrong_total(form, sum(row.fen for row in rows)), of("counted_twice", *rows)


def rows_left_out(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    rows = some_rows(draw, form)
    return wrong_total(form, -sum(row.fen for row in rows)), of("left_out", *rows)


def yuan_written(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row = any_figure(draw, form)
    return wrong_figure(form, row, fen=row.fen // 10_000, measure="元"), of("yuan_written", row)


def yuan_unsaid(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row = any_figure(draw, form)
    return wrong_figure(form, row, fen=row.fen * 10_000), of("wan_meant_yuan", row)


def wan_among_yuan(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row = any_figure(draw, form)
    in_yuan = tuple([one._replace(fen=one.fen * 10_000) for one in side] for side in form)
    row = next(one for side in in_yuan for one in side if one.ref == row.ref)
    return wrong_figure(in_yuan, row, fen=row.fen // 10_000), of("wan_among_yuan", row)


def point_moved(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row, shift = any_figure(draw, form), draw(st.sampled_from([10, 100, 1000]))
    moved = row.fen * shift if draw(st.booleans()) or row.fen % shift else row.fen // shift
    return wrong_figure(form, row, fen=moved), of("decimal_point", row)


def typed_digits(fen: int) -> str:
    return str(fen // 10_000)


def digits_swapped(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row = any_figure(draw, form)
    digits = typed_digits(row.fen)
    assume(len(digits) > 1)
    place = draw(st.integers(0, len(digits) - 2))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    return wrong_figure(form, row, fen=int(swapped) * 10_000), of("swapped_digits", row)


def digit_mistyped(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row = any_figure(draw, form)
    digits = typed_digits(row.fen)
    place, digit = draw(st.integers(0, len(digits) - 1)), draw(st.sampled_from("0123456789"))
    return wrong_figure(form, row, fen=int(digits[:place] + digit + digits[place + 1 :]) * 10_000), of(
        "mistyped_digit", row
    )


def sign_wrong(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    row = any_figure(draw, form)
    return wrong_figure(form, row, fen=-row.fen), of("sign", row)


def rows_rounded(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    step = draw(st.sampled_from([WAN, WAN // 10]))
    rows = [row._replace(fen=(row.fen + step // 2) // step * step) for row in form[1]]
    return (form[0], rows), of("rounding", *(row for row in rows if row.fen))


def total_rounded(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    step = draw(st.sampled_from([WAN, WAN // 10]))
    [total] = form[0]
    return ([total._replace(fen=(total.fen + step // 2) // step * step)], form[1]), of("rounding", total)


def text_left_out(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    texts = draw(st.lists(st.sampled_from(form[1]), min_size=1, max_size=3, unique_by=lambda row: row.ref))
    assume(len(texts) < len(form[1]))
    rows = [row._replace(number=row not in texts) for row in form[1]]
    return wrong_total((form[0], rows), -sum(row.fen for row in texts)), of("text_not_added", *texts)


def subtotal_among(draw: st.DrawFn, form: Sides) -> tuple[Sides, Explanation]:
    place = draw(st.integers(2, len(form[1])))
    rows = [row._replace(ref=row.ref._replace(row=row.ref.row + (n >= place))) for n, row in enumerate(form[1])]
    above = rows[draw(st.integers(0, place - 2)) : place]
    subtotal = operand(place + 1, sum(row.fen for row in above))
    return (form[0], [*rows[:place], subtotal, *rows[place:]]), of("subtotal", subtotal)


SLIPS = (
    row_twice, row_left_out, rows_twice, rows_left_out, yuan_written, yuan_unsaid, wan_among_yuan, point_moved,
    digits_swapped, digit_mistyped, sign_wrong, rows_rounded, total_rounded, text_left_out, subtotal_among,
)  # fmt: skip


def made_wrong(data: st.DataObject, slip: Callable[..., tuple[Sides, Explanation]]) -> tuple[Sides, Explanation]:
    sides, true = slip(data.draw, data.draw(forms()))
    assume(sum(o.fen for o in sides[0]) != sum(o.fen for o in sides[1]))
    return (sides[::-1] if data.draw(st.booleans()) else sides), true


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.__name__)
@given(data=st.data())
def test_the_true_cause_is_offered_wherever_the_figures_tell_it(slip, data):
    (total, parts), true = made_wrong(data, slip)
    told = identifiable(true, total, parts)
    event(f"identifiable: {told}")
    if told:
        assert true in offered(explain(total, parts, "zh"))


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.__name__)
@given(data=st.data())
def test_nothing_is_offered_that_does_not_make_the_figures_meet(slip, data):
    (total, parts), _ = made_wrong(data, slip)
    hints = explain(total, parts, "zh")
    every = [one for hint in hints for one in (hint.among or (hint,))]
    for hint in every:
        assert hint.kind == "rounding" or meets(hint, total, parts)
    assert {(hint.kind, frozenset(hint.cells)) for hint in every} <= {
        one for rank in explanations(total, parts) for one in rank
    }


def meets(hint, total, parts):
    """Whether both sides are equal once the one cell has what it needs."""
    cell, change = hint.change
    sides = [sum(o.fen + change * (o.ref == cell) for o in side) for side in (total, parts)]
    return sides[0] == sides[1]


@given(forms(most=15), st.integers(-(10**7), 10**7).filter(bool), st.booleans())
def test_at_most_three_are_offered_and_the_rest_is_said(form, cents, turned):
    total, parts = wrong_total(form, cents * 10_000)[:: -1 if turned else 1]
    hints = explain(total, parts, "zh")
    named = [hint for hint in hints if hint.kind != "many"]
    assert len(named) <= MOST
    assert hints[: len(named)] == tuple(named)
    found = sum(len(rank) for rank in explanations(total, parts))
    assert sum(len(hint.among) or 1 for hint in hints) == found
    if found > MOST:
        assert any("无法判断" in hint.message for hint in hints)


@given(forms())
def test_a_right_form_needs_no_cause(form):
    assert explain(*form, "zh") == ()


def test_the_kinds_stand_in_the_order_of_their_plausibility():
    """10 twice, 90 as 9.0 and 19.9 as 91.9 mistaken for each other: all make the same difference."""
    rows = [operand(1, 72 * WAN), operand(2, 8 * WAN), operand(3, 80 * WAN), operand(4, 19 * WAN)]
    hints = explain([operand(99, 251 * WAN)], rows, "zh")
    assert [(hint.kind, [cell.row for cell in hint.cells]) for hint in hints] == [
        ("counted_twice", [1]),
        ("decimal_point", [2]),
        ("swapped_digits", [4]),
    ]


@pytest.mark.parametrize(("lang", "said"), [("zh", "有 5 种可能："), ("en", "in 5 ways: ")])
def test_more_of_a_kind_than_can_be_named_are_one_hint(lang, said):
    rows = [operand(row, 5 * WAN) for row in range(1, 6)]
    [hint] = explain([operand(99, 30 * WAN)], rows, lang)
    assert hint.kind == "counted_twice"
    assert [cell.row for cell in hint.cells] == [1, 2, 3, 4, 5]
    assert said in hint.message
    assert "行3" in hint.message
    assert "行4" not in hint.message


@pytest.mark.parametrize(
    ("rows", "cents", "offered_first"),
    [
        (9, 259, "rounding"),  # 3 standard deviations of nine rounded figures: 2.598
        (9, 261, None),
        (1, 50, "rounding"),
        (1, 51, None),
        (2, 100, None),  # a whole amount is not what is lost by rounding
    ],
)
def test_rounding_is_offered_as_far_as_it_usually_goes(rows, cents, offered_first):
    parts = [operand(row, (16 + row) * 3 * WAN) for row in range(1, rows + 1)]
    hints = explain([operand(99, sum(row.fen for row in parts) + cents * 10_000)], parts, "zh")
    assert next((hint.kind for hint in hints if hint.kind == "rounding"), None) == offered_first


def test_figures_that_show_their_decimals_are_not_rounded():
    parts = [operand(row, row * 19 * WAN, decimals=2) for row in range(1, 5)]
    assert explain([operand(99, 190 * WAN + 330_000)], parts, "zh") == ()


def test_causes_that_have_no_room_are_counted():
    rows = [operand(1, 72 * WAN), operand(2, 8 * WAN), operand(3, 72 * WAN), operand(4, 19 * WAN), operand(5, 72 * WAN)]
    hints = explain([operand(99, 315 * WAN)], rows, "zh")
    assert [hint.kind for hint in hints] == ["counted_twice"] * 3 + ["many"]
    assert "另有 2 种" in hints[-1].message
    assert [one.kind for one in hints[-1].among] == ["decimal_point", "swapped_digits"]


def test_many_sets_of_rows_are_not_counted_to_the_end():
    rows = [operand(row, WAN) for row in range(1, 301)]
    hint, *_ = explain([operand(999, 303 * WAN)], rows, "zh")
    assert hint.kind == "counted_twice"
    assert "有超过 99 种可能" in hint.message


def test_a_table_of_hundreds_of_rows_is_searched_for_two_but_not_for_three():
    rows = [operand(row, (1 << row % 60) * 10_000 + row) for row in range(1, 400)]
    two, three = (sum(row.fen for row in rows[7:30:step]) for step in (22, 11))
    assert [hint.cells for hint in explain([operand(999, sum(row.fen for row in rows) - two)], rows, "zh")] == [
        (rows[7].ref, rows[29].ref)
    ]
    assert explain([operand(999, sum(row.fen for row in rows) - three)], rows, "zh") == ()
