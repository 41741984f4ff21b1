"""The figures in a text, each with measure, operator and position: ≥95%, 6万人, 475元/亩."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from perfxl.values import notation
from perfxl.values.notation import ENDING, FEN_IN, LEADING, MEASURE, NUMERALS, TIMES, WORDS


class Quantity(NamedTuple):
    """One figure; ``start`` and ``end`` include its operator words and ending."""

    number: Decimal
    measure: str
    start: int
    end: int
    operator: str
    approx: bool
    per: str = ""
    #: exact; ``None`` for what is no amount, and for a unit price
    fen: int | None = None
    money: bool = False
    #: what 万, 亿 … before the measure has multiplied the number by
    times: int = 1
    notes: tuple[str, ...] = ()


_RUN = re.compile(r"(?<![0-9第])(?P<minus>(?<![^≥≤<>=:])-)?(?P<run>[0-9]+(?:[.,][0-9]+)*)")
_CODE = re.compile("0[0-9]{2}")
_EACH = re.compile(rf"每({WORDS})\Z")


def quantities(text: str) -> list[Quantity] | None:
    """Every figure of a text without blanks and dates; ``None`` where one is garbled (1.2.3, 0734)."""
    found: list[Quantity] = []
    at = 0
    while match := _RUN.search(text, at):
        number = notation.figure(match["run"])
        if number is None and "," in match["run"]:  # 95,97% is a list
            match = _RUN.search(text, match.start(), match.start("run") + match["run"].index(",")) or match
            number = notation.figure(match["run"])
        if number is None or _CODE.match(match["run"]):
            return None
        quantity = _quantity(text, match, -number if match["minus"] else number, found[-1].end if found else 0)
        if found and _continues(found[-1], quantity):
            quantity = _compound(found.pop(), quantity)
        found.append(quantity)
        at = quantity.end
    return found


def _quantity(text: str, match: re.Match[str], number: Decimal, floor: int) -> Quantity:
    unit = MEASURE.match(text, match.end())
    end = unit.end() if unit else match.end()
    sign, worded, approx, start, end, twice = notation.operator_around(text, floor, match.start(), end)
    notes: tuple[str, ...] = (("open_wording",) if worded else ()) + ((twice,) if twice else ())
    plain = Quantity(number, "", start, end, sign, approx, notes=notes)
    if unit is None:
        return plain
    if unit["money"]:
        return _money(plain, unit, text, floor)
    measure, other_word = notation.plain_measure(unit["word"] or unit["latin"] or unit["counted"] or unit["open"] or "")
    times = TIMES.get(unit["times"] or "", 1)
    notes += ("unit_word",) if other_word else ()
    return plain._replace(number=number * times, measure=measure + (unit["over"] or ""), times=times, notes=notes)


def _money(plain: Quantity, unit: re.Match[str], text: str, floor: int) -> Quantity:
    """The same figure as an amount of money, or as a unit price: 475元/亩, 每亩475元."""
    meant, misspelt = notation.money_unit(unit["money"])
    notes = plain.notes + (("misspelt",) if misspelt else ())
    per, start = unit["per"] or unit["each"] or "", plain.start
    if not per and (each := _EACH.search(text, floor, start)):
        per, start = each[1], each.start()
    if per:
        return plain._replace(measure=f"{meant}/{per}", start=start, per=per, money=True, notes=notes)
    counted = notation.to_fen(plain.number, meant)
    return plain._replace(measure=meant, fen=counted[0] if counted else None, money=True, notes=notes)


def _continues(whole: Quantity, part: Quantity) -> bool:
    """17万 + 5000元: an amount directly behind a bare multiplier."""
    return whole.times > 1 and not whole.measure and whole.end == part.start and part.fen is not None


def _compound(whole: Quantity, part: Quantity) -> Quantity:
    number = whole.number * FEN_IN["元"] / FEN_IN[part.measure] + part.number
    counted = notation.to_fen(number, part.measure)
    part = part._replace(number=number, fen=counted and counted[0])
    return part._replace(start=whole.start, operator=whole.operator, approx=whole.approx)


_PERCENT_WORDS = re.compile(rf"([百千])分之([{NUMERALS}]+|[0-9.]+)(?:点([{NUMERALS}]+))?")
_TENTHS = re.compile(r"([一二三四五六七八九]|[1-9](?:\.[0-9])?)成(?=以上|以下|左右|\Z)")
_PART_OF = re.compile(r"([一二两三四五六七八九])分之([一二两三四五六七八九])")
_HALF = re.compile(r"(?:一半|半数|过半)(?=以上|\Z)")
#: what a Chinese numeral may count; not 分 (十分满意), 级 (一级) or 点
_SPELT_WORDS = (
    "个?工作日|个?自然日|个月|日|季度|小时|批次|人次|场次|平方米|立方米|公里|千米|公顷|公斤|千克"
    "|[个名人家项件次场期篇轮批套台份门起例条倍天周年吨亩米所座栋辆只头株户村处片]"
)
_SPELT_COUNT = re.compile(
    rf"(?P<lead>(?:{LEADING})*)(?P<numeral>[{NUMERALS}]+)"
    rf"(?P<tail>(?:{_SPELT_WORDS})(?:{ENDING})?(?:完成|办结)?)"
)
_ZERO = re.compile(r"零(?=\Z|投诉|事故|差错|失误|伤亡|死亡|上访|违规|违纪|缺陷|容忍|报告|排放|增长|发生|发案)")


def digits_for_words(text: str) -> str:
    """The text with its number words in digits: 百分之九十五 -> 95%, 九成以上 -> 90%以上, 零投诉."""
    if not _SOME_NUMERAL.search(text):
        return text
    if "分之" in text:
        text = percent_for_words(text)
        text = _PART_OF.sub(_part_of, text)
    text = _HALF.sub("50%", _TENTHS.sub(_tenths, text))
    text = _ZERO.sub("0", text, count=1) if text.startswith("零") else text
    count = _SPELT_COUNT.fullmatch(text)
    number = notation.chinese(count["numeral"]) if count else None
    return text if count is None or number is None else f"{count['lead']}{number}{count['tail']}"


_SOME_NUMERAL = re.compile(f"[{NUMERALS}成半]")


def percent_for_words(text: str) -> str:
    """The text with 百分之九十五 as 95%."""
    return _PERCENT_WORDS.sub(_percent, text) if "分之" in text else text


def _percent(found: re.Match[str]) -> str:
    sign = "%" if found[1] == "百" else "‰"
    whole = found[2] if found[2][0] in "0123456789." else notation.chinese({"百": "一百"}.get(found[2], found[2]))
    if whole is None:
        return found[0]
    places = "".join(str(notation.chinese(digit)) for digit in found[3] or "")
    return f"{whole}.{places}{sign}" if places.isdigit() else f"{whole}{sign}"


def _tenths(found: re.Match[str]) -> str:
    tenths = Decimal(found[1]) if found[1][0].isascii() else Decimal(notation.chinese(found[1]) or 0)
    return f"{notation.written(tenths * 10)}%"


def _part_of(found: re.Match[str]) -> str:
    whole, part = notation.chinese(found[1]) or 1, notation.chinese(found[2]) or 0
    return f"{notation.written((Decimal(100) * part / whole).quantize(Decimal('0.1')))}%"
