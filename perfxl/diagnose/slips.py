"""Causes in one figure: its unit of money, its decimal point, its digits, its sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from perfxl.diagnose.cause import NEEDED, Cause, Kind, Operand, is_typed
from perfxl.model import Text
from perfxl.values import FEN_PER_WAN

#: 1 万元 = 10,000 元
YUAN = 10_000
#: an amount in 元 is as a rule not less; read as 万元
LEAST_YUAN = 1_000 * FEN_PER_WAN
#: figures of fewer digits are similar by chance
FEWEST_DIGITS = 3
UNIT = Text("可能有一个数的单位弄错", "The unit of one figure may be wrong")

YUAN_AS_WAN = Kind(
    "yuan_written",
    Text(
        "若“{label}”（{cell}）的单位是万元而不是元，即 {amount} 万元，则两边相等。",
        "If “{label}” ({cell}) is meant in 万元, not 元, that is {amount}, both sides meet.",
    ),
    UNIT,
    NEEDED,
)
WAN_AS_YUAN = Kind(
    "wan_meant_yuan",
    Text(
        "若“{label}”（{cell}）填的是元，即 {amount} 万元，则两边相等。",
        "If “{label}” ({cell}) was typed in 元, that is {amount} 万元, both sides meet.",
    ),
    UNIT,
    NEEDED,
)
WAN_AMONG_YUAN = Kind(
    "wan_among_yuan",
    Text(
        "若其他各项填的是元，只有“{label}”（{cell}）填的是万元，即 {amount} 元，则两边相等。",
        "If “{label}” ({cell}) was typed in 万元 and all others in 元, that is {amount} 元, both sides meet.",
    ),
    UNIT,
    Text("{rows}应为 {amount} 元", "{rows} should be {amount} 元"),
)
POINT = Kind(
    "decimal_point",
    Text(
        "若“{label}”（{cell}）的小数点移位，即 {amount} 万元，则两边相等。",
        "If the decimal point of “{label}” ({cell}) is moved, that is {amount}, both sides meet.",
    ),
    Text("可能有一个数的小数点移位", "The decimal point of one figure may have slipped"),
    NEEDED,
)
SWAPPED = Kind(
    "swapped_digits",
    Text(
        "“{label}”（{cell}）可能有两个数字颠倒：若为 {amount} 万元，则两边相等。",
        "Two digits of “{label}” ({cell}) may be swapped: with {amount} both sides meet.",
    ),
    Text("可能有一个数的两个数字颠倒", "Two digits of one figure may be swapped"),
    NEEDED,
)
MISTYPED = Kind(
    "mistyped_digit",
    Text(
        "“{label}”（{cell}）可能有一位数字录错：若为 {amount} 万元，则两边相等。",
        "One digit of “{label}” ({cell}) may be mistyped: with {amount} both sides meet.",
    ),
    Text("可能有一个数的一位数字录错", "One digit of one figure may be mistyped"),
    NEEDED,
)
SIGN = Kind(
    "sign",
    Text(
        "“{label}”（{cell}）的正负号可能写反：若为 {amount} 万元，则两边相等。",
        "The sign of “{label}” ({cell}) may be wrong: with {amount} both sides meet.",
    ),
    Text("可能有一个数的正负号写反", "The sign of one figure may be wrong"),
    NEEDED,
)


def units(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """A figure in 元 among 万元, by the unit it is written with or, where it has none, assumed; or the reverse."""
    if gap % (YUAN - 1):
        return
    figures = [operand for operand in (*total, *parts) if operand.fen]
    found = list(_slips(YUAN_AS_WAN, total, parts, gap, _is_times_yuan, ("元",)))
    found = found or list(_slips(WAN_AS_YUAN, total, parts, gap, lambda has, needs: _is_times_yuan(needs, has)))
    for cause in found or _slips(WAN_AMONG_YUAN, total, parts, gap, _is_times_yuan):
        others = [operand for operand in figures if operand not in cause.operands]
        if found or all(abs(operand.fen or 0) >= LEAST_YUAN for operand in others):
            yield cause


def likely_slips(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """A slipped decimal point, two digits swapped, a wrong sign in one figure."""
    if gap % 9 == 0:  # as it is after both of the first
        yield from _slips(POINT, total, parts, gap, _point_slipped, ())
        yield from _slips(SWAPPED, total, parts, gap, _digits_swapped, ())
    yield from _slips(SIGN, total, parts, gap, _sign_wrong, ())


def mistyped(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """One digit mistyped in one figure."""
    if len(str(abs(gap)).strip("0")) == 1:
        yield from _slips(MISTYPED, total, parts, gap, _digit_mistyped, ())


def _slips(
    kind: Kind,
    total: Sequence[Operand],
    parts: Sequence[Operand],
    gap: int,
    fits: Callable[[int, int], bool],
    measures: Sequence[str] = ("", "万元"),
) -> Iterator[Cause]:
    """Every figure that, corrected in this way, would make both sides equal."""
    for side, change in ((total, -gap), (parts, gap)):
        for operand in side:
            if not operand.fen or (measures and operand.measure not in measures):
                continue
            if fits(operand.fen, operand.fen + change) and is_typed(operand):
                yield Cause(kind, (operand,), operand.fen + change, (operand.ref, change))


def _is_times_yuan(has: int, needs: int) -> bool:
    return needs == has * YUAN


def _point_slipped(has: int, needs: int) -> bool:
    return any(has * shift == needs or needs * shift == has for shift in (10, 100, 1000))


def _sign_wrong(has: int, needs: int) -> bool:
    return has < 0 and has == -needs


def _digits_swapped(has: int, needs: int) -> bool:
    """Whether exchanging two neighbouring digits of one gives the other."""
    apart = _apart(has, needs)
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = str(abs(has)), str(abs(needs))
    return first[apart[0]] == second[apart[1]] and first[apart[1]] == second[apart[0]]


def _digit_mistyped(has: int, needs: int) -> bool:
    """Whether one digit is another, of those typed: the whole integer, and decimals up to the last that is not 0."""
    apart = _apart(has, needs)
    digits = str(abs(has))
    decimals = digits.zfill(7)[-6:].rstrip("0")
    typed = len(digits) - 6 + len(decimals)
    return len(apart) == 1 and apart[0] < typed and typed >= FEWEST_DIGITS


def _apart(has: int, needs: int) -> list[int]:
    """The places at which the digits of two figures of one length and sign differ, from the left."""
    first, second = str(abs(has)), str(abs(needs))
    if len(first) != len(second) or (has < 0) != (needs < 0):
        return []
    return [place for place, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
