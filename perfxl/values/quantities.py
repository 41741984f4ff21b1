"""The figures in a text, each with measure, operator and position: ≥95%, 6万人, 475元/亩.

In prose each has the noun that it counts: ``涉改单位达124家，注册率达到95%`` -> 涉改单位 124 家, 注册率 95 %. Only
counts and shares are returned then, no years, dates, document numbers, ordinals, amounts of money or bare figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from perfxl.values import notation
from perfxl.values.notation import ENDING, FEN_IN, LEADING, MEASURE, NUMERALS, TIMES, WORDS
from perfxl.values.text import name_key, normal, one_line_each, squeeze


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
    sign, worded, approx, start, end = notation.operator_around(text, floor, match.start(), end)
    notes: tuple[str, ...] = ("open_wording",) if worded else ()
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
_SPELT_WORDS = "个工作日|工作日|个月|季度|小时|批次|人次|场次|[个名人家项件次场期篇轮批套台份门起例条倍天周年]"
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
        text = _PERCENT_WORDS.sub(_percent, text)
        text = _PART_OF.sub(_part_of, text)
    text = _HALF.sub("50%", _TENTHS.sub(_tenths, text))
    text = _ZERO.sub("0", text, count=1) if text.startswith("零") else text
    count = _SPELT_COUNT.fullmatch(text)
    number = notation.chinese(count["numeral"]) if count else None
    return text if count is None or number is None else f"{count['lead']}{number}{count['tail']}"


_SOME_NUMERAL = re.compile(f"[{NUMERALS}成半]")


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


#: words for the same measure: 785个 and 785家 count the same things
_SAME = {"家": "个", "所": "个", "名": "人", "位": "人"}
#: measures of time, rank and size are never what a sentence counts
_NOT_COUNTED = re.compile(r"[年月日天周秒级届度点分节字]|季度|个月|小时|分钟|工作日|自然日|个百分点")
_COUNTED = frozenset(word for word in WORDS.split("|") if not _NOT_COUNTED.fullmatch(word))

_CLAUSES = re.compile(r"[;。!?:\n]|,(?![0-9]{3}(?![0-9]))")
_AND = re.compile(r"、|和|与|以及|及")
_RATE = re.compile(r"(?:率|比例|比重|满意度|覆盖面)\Z")
_FILLERS = re.compile(
    r"(?:均|分别|都|全部|应|要|须|需|将|共计|合计|总计|共有|共|已|总数|提高|提升|保持|维持|稳定|在|到|至|有)+\Z"
)
_LINKS = re.compile(r"(?:(?<=率)|(?<=度)|(?<=例))(?:超过|突破|提高到|提升到|保持在)\Z")
#: where the noun behind a count ends: 12个县市区编办的督察, 4120家事业单位在网上登记
_NOUN_ENDS = re.compile(r"的|在|进行|开展|完成|全部|均|都|能够|及|和|与|、")
_COUNT_ENDS = re.compile(r"(?:总数量|数量|个数|家数|户数|总数|总量|数)\Z")
#: a share in words is rarely the whole clause: 使全市一半以上的单位…
_WORDED = re.compile(
    r"一半|半数|过半|[一二三四五六七八九]成(?=以上|以下|左右)|[百一二两三四五六七八九]分之[一二两三四五六七八九十百零]+"
)
_SHARE_END = re.compile(r"以上|以下|左右|以内")


class CountedFigure(NamedTuple):
    """One figure in prose; ``nouns``: what it may count, as written, behind the figure and before it."""

    nouns: tuple[str, ...]
    number: Decimal
    measure: str
    operator: str

    @property
    def figure(self) -> str:
        """The figure as a person would write it: ``124家``, ``≥95%``."""
        return f"{'' if self.operator == '=' else self.operator}{notation.written(self.number)}{self.measure}"

    @property
    def share(self) -> bool:
        """Whether it is a percentage."""
        return self.measure == "%"


def measure_class(measure: str) -> str:
    """What two measures are compared by: 个 for 家, 人 for 名."""
    return _SAME.get(measure, measure)


@lru_cache(maxsize=16_384)
def figures_of(text: str) -> tuple[CountedFigure, ...]:
    """The counts and shares in a text, in their order. Never raises."""
    clauses = [clause for clause in _CLAUSES.split(one_line_each(text)) if any(c.isdigit() for c in clause)]
    return tuple(found for clause in clauses for found in _of_clause(clause.replace(" ", "")))


@lru_cache(maxsize=16_384)
def worded_shares(text: str) -> tuple[tuple[str, CountedFigure], ...]:
    """The shares that are given in words, each with the words: 一半以上 is ``≥50%``. Never raises."""
    found = []
    plain = normal(text)
    for match in _WORDED.finditer(plain):
        end = _SHARE_END.match(plain, match.end())
        words = plain[match.start() : end.end() if end else match.end()]
        read = quantities(digits_for_words(words))
        if read and len(read) == 1 and read[0].measure == "%":
            operator = "≥" if match[0] == "过半" else read[0].operator
            found.append((words, CountedFigure((), read[0].number, "%", operator)))
    return tuple(found)


@lru_cache(maxsize=65_536)
def noun_key(noun: str, noise: tuple[str, ...]) -> str:
    """What two nouns are compared by: without 的, 数量 and leading words without meaning (完成, 全市, 各类)."""
    key = name_key(noun).replace("的", "")
    if not _RATE.search(key):
        key = _COUNT_ENDS.sub("", key)
    before = None
    while key != before:
        before = key
        for word in noise:
            key = key.removeprefix(word)
    return key if len(key) > 1 else ""


def nouns_of_name(name: str) -> tuple[str, ...]:
    """The nouns of an indicator's name: 注册率和挂标率 are two."""
    return _listed(squeeze(name))


def _of_clause(clause: str) -> Iterator[CountedFigure]:
    found = quantities(clause) or []
    starts = [*(quantity.start for quantity in found), len(clause)]
    end, apart = 0, True
    for number, quantity in enumerate(found):
        before, after = clause[end : quantity.start], clause[quantity.end : starts[number + 1]]
        end = quantity.end
        if quantity.money or quantity.measure not in _COUNTED:
            continue
        if quantity.measure == "%":
            yield from (_counted(quantity, (noun,)) for noun in _listed(_before(before)))
        else:
            yield _counted(quantity, _counted_nouns(before, after, apart=apart or bool(_AND.match(before))))
        apart = False


def _counted_nouns(before: str, after: str, *, apart: bool) -> tuple[str, ...]:
    """124家涉改单位 counts the noun behind it, 涉改单位124家 the noun before it; both where both are possible.

    ``apart``: the noun before it is not behind another figure.
    """
    behind = _NOUN_ENDS.split(after, maxsplit=1)[0]
    ahead = _before(_AND.split(before)[-1]) if apart or not behind else ""
    return tuple(noun for noun in (behind, ahead) if noun)


def _counted(quantity: Quantity, nouns: tuple[str, ...]) -> CountedFigure:
    return CountedFigure(nouns, quantity.number, quantity.measure, quantity.operator)


def _before(text: str) -> str:
    return _FILLERS.sub("", _LINKS.sub("", text.strip('、("“”')))


def _listed(text: str) -> tuple[str, ...]:
    """注册率、挂标率 are two nouns where both are rates; else it is one, its last part if that is a rate."""
    parts = [part for part in _AND.split(text) if part]
    if len(parts) < 2:
        return (text,)
    rates = [part for part in parts if _RATE.search(part)]
    return tuple(rates) if len(rates) == len(parts) else (text,)
