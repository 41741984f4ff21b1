"""One indicator value (指标值) as a cell holds it: operator, numbers, measure, and the kind of target."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from perfxl.values import dates, notation
from perfxl.values.notation import ENDING, LEADING, LEADING_WORDS, NUMERALS, VALUE_MONEY, WORDS
from perfxl.values.quantities import Quantity, digits_for_words, quantities
from perfxl.values.recurring import read_recurring
from perfxl.values.text import LONGEST, SENTENCE, is_placeholder, one_line_each, squeeze

Kind = Literal[
    "number", "range", "date", "period", "frequency", "money", "unit_price", "ratio", "relative", "graded", "text",
    "placeholder", "empty", "unread",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a profile that classify a value without a figure."""

    #: 优, 良, 合格, 达标 …: a grade, accepted as a target
    graded: frozenset[str]
    #: 无, /, 同上 …: no value
    placeholders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Value:
    """An indicator value as understood, with the text as written.

    ``notes`` are machine words.
    On the wording: ``open_wording`` (以上, 不低于, 约, 力争 instead of a sign), ``unit_word`` (百分比, M),
    ``number_words`` (九成), ``embedded`` (words around the figure), ``sentence`` (more than 15 characters of
    text), ``spaces``, ``misspelt`` (万无).
    On the content: ``no_measure``, ``several``, ``mixed_measures``, ``years`` (beside the figures), ``rise`` and
    ``fall`` (of a relative value), ``budget`` (不超预算), ``template`` (≥**人 left as it was), ``separators``
    (1.2.3), ``impossible_date``, ``precision``, ``not_finite``, ``boolean``, ``hollow`` (only a sign, a measure or a
    mark), ``two_measures`` (90%家), ``based`` and ``unbased`` (of a figure that is compared with an earlier one, which
    is given or not), ``clash`` and
    ``doubled`` (≥ and ≤, or ≥ twice, before one figure), ``standing`` (全天候, 当日: a time that always holds),
    ``standard`` (GB/T 22239—2019), ``measure_again`` (6座 beside 座 in a column of measures).
    Of the kind ``unread``, a formula without a usable result: ``no_result``, ``error_value``.
    """

    kind: Kind
    #: "" where there is none: text, graded, empty, placeholder
    operator: str
    #: one as a rule, two for a range, ratio or period, several for a sentence; years are never among them,
    #: but a date or period is given as 20201231, 202012 or 2020
    numbers: tuple[Decimal, ...]
    #: "" where none is written; for a date or period 日, 月 or 年: what ``numbers`` counts
    measure: str
    approx: bool
    #: as written; of a number cell the shortest way to write it
    text: str
    notes: tuple[str, ...] = ()
    #: of a date or the end of a period, the form's where the text has none; of a relative value its base
    year: int | None = None
    #: exact, for a single amount of kind "money"
    fen: int | None = None


_ENDS = " \n;:,。.、!?"


def parse_value(value: object, words: Words, year: int | None = None) -> Value:
    """Read an indicator value; ``year`` is the form's 年度, for a date without one.

    ``'满意率达95%以上'`` is the number 95 with ``≥`` and ``%``. Never raises.
    """
    if value is None:
        return _EMPTY
    if isinstance(value, str):
        return _from_text(value, words, year)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_number(value)
    if isinstance(value, date):
        digits = Decimal(value.year * 10_000 + value.month * 100 + value.day)
        return Value("date", "≤", (digits,), "日", False, notation.other_text(value), year=value.year)
    return Value("text", "", (), "", False, notation.other_text(value), ("boolean",) if isinstance(value, bool) else ())


_EMPTY = Value("empty", "", (), "", False, "")


def _from_number(value: float | Decimal) -> Value:
    number = notation.from_cell(value)
    if number is None:
        return Value("text", "", (), "", False, str(value), ("not_finite",))
    text = notation.written(number)
    when = dates.read_date(text, None) if len(text) == 8 else None
    if when and when.numbers:  # 20201231 typed as a number
        return Value(when.kind, when.operator, when.numbers, when.measure, False, text, year=when.year)
    notes = ("no_measure", "precision") if notation.inexact(number) else ("no_measure",)
    return Value("number", "=", (Decimal(text),), "", False, text, notes)


class _Reading(NamedTuple):
    """A text for the readers below: as written, and ``bare``, without blanks and with number words in digits."""

    raw: str
    bare: str
    words: Words
    year: int | None
    notes: tuple[str, ...]

    def value(self, kind: Kind, operator: str = "", *notes: str, numbers: tuple[Decimal, ...] = ()) -> Value:
        """A value of this text without measure."""
        return Value(kind, operator, numbers, "", operator == "≈", self.raw, self.notes + notes)

    def limited(
        self, kind: Kind, by: notation.Operator, numbers: tuple[Decimal, ...], measure: str, *notes: str
    ) -> Value:
        """The value of figures with an operator."""
        notes = self.notes + (("open_wording",) if by.worded else ()) + notes
        return Value(kind, by.sign, numbers, measure, by.approx, self.raw, notes)

    def around(self, rest: str) -> tuple[str, ...]:
        """The notes for the words that are left around a figure or date."""
        if not rest.strip(_ENDS):
            return ()
        return ("embedded", "sentence") if len(squeeze(self.raw)) > SENTENCE else ("embedded",)


@lru_cache(maxsize=65_536)
def _from_text(raw: str, words: Words, year: int | None) -> Value:
    line = one_line_each(raw)
    if not line:
        return _EMPTY
    if len(line) > LONGEST:
        return Value("text", "", (), "", False, raw, ("sentence",))
    closed = notation.close_digits(line)
    notes: tuple[str, ...] = ("spaces",) if closed != line else ()
    plain = closed.replace(" ", "").replace("\n", ";").strip(_ENDS)
    bare = digits_for_words(_CUBIC.sub(_cubic, _SPELT_AMOUNT.sub(_amount, dates.in_digits(plain))))
    if bare != plain:
        notes += ("number_words",)
    reading = _Reading(raw, bare, words, year, notes)
    if is_placeholder(line, words.placeholders):
        return reading.value("placeholder")
    for read in _READERS:
        value = read(reading)
        if value is not None:
            return value
    return reading.value("text", "", *(("sentence",) if len(bare) > SENTENCE else ()))


_SPELT_AMOUNT = re.compile(rf"(?P<number>[{NUMERALS}]{{2,}})[元圆]整?\Z")
_CUBIC = re.compile("(?<=[百千万亿])(?:m([23])(?![0-9])|方(?=/|每|以|左右|\\Z))")


def _amount(found: re.Match[str]) -> str:
    number = notation.chinese(found["number"])
    return found[0] if number is None else f"{number}元"


def _cubic(found: re.Match[str]) -> str:
    return "平方米" if found[1] == "2" else "立方米"


_TEMPLATE = re.compile(r"\*{2,}|[×xX]{2,}|_{2,}|[○〇]{2,}|(?:^|(?<=[≥≤<>=]))[*×xX](?=[^\W0-9a-zA-Z]{1,3}\Z)")


def _template(reading: _Reading) -> Value | None:
    """≥**人: the template's own text, not filled in."""
    left = _TEMPLATE.search(reading.bare) and not _DIGIT.search(reading.bare)
    return reading.value("placeholder", "", "template") if left else None


_DIGIT = re.compile("[0-9]")
_GRADED_AS = re.compile(r"^(?:达到|达|评为|评定为|为)|(?:等次|等级)?(?:(?:\(含\)|及|或)?以上)?\Z")
#: no grade by themselves, but a bound of one: 良好及以上
_AND_ABOVE = re.compile(r"(?:良好|较好|中等|及格|满意|一般)(?:等次|等级)?(?:\(含\)|及|或)?以上")


def _grade(reading: _Reading) -> Value | None:
    bare, graded = reading.bare, reading.words.graded
    bound = _AND_ABOVE.fullmatch(re.sub("^(?:达到|达|评为|评定为|为)", "", bare))
    accepted = bare in graded or bound or (not _DIGIT.search(bare) and _GRADED_AS.sub("", bare) in graded)
    return reading.value("graded") if accepted else None


_STANDARD = re.compile(
    r"[A-Za-z]{1,5}(?:/[A-Z]{1,6})?[0-9]+(?:\.[0-9]+)*[-—–][0-9]{2,4}|(?:GB|DB|HJ|ISO|IEC|JT|CJJ?)(?:/[A-Z]{1,4})?[0-9]{2,}(?:[.:-][0-9]+)*"
)


def _standard(reading: _Reading) -> Value | None:
    """符合GB/T 22239—2019: the number of a standard is no figure."""
    rest, found = _STANDARD.subn("", reading.bare)
    return reading.value("graded", "", "standard") if found and not _DIGIT.search(dates.without_dates(rest)) else None


def _date(reading: _Reading) -> Value | None:
    when = dates.read_date(reading.bare, reading.year)
    return _of_when(reading, when) if when else None


def _of_when(reading: _Reading, when: dates.When, *notes: str) -> Value:
    notes = reading.notes + when.notes + notes
    return Value(when.kind, when.operator, when.numbers, when.measure, False, reading.raw, notes, year=when.year)


def _frequency(reading: _Reading) -> Value | None:
    """每季度一次, 全年12期, 4次/年: in times a year, with the measure 次/年; 全天候, 当日: a period without numbers."""
    found = read_recurring(reading.bare)
    if found is None:
        return None
    if found.number is None:
        return reading.value("period", "=", "standing")
    around = reading.around(found.around)
    return reading.limited("frequency", found.operator, (found.number,), found.measure, *around)


_MARKS = r"[-—–/\\*~、,.;:()\[\]+]"
_MEASURED = rf"(?:[百千万亿]|{VALUE_MONEY}|{WORDS})?(?:{WORDS})?(?:[/每](?:{WORDS}))?"
_SIGNED = rf"(?:[≥≤<>=≈]|{LEADING_WORDS})*"
_WORDS_ALONE = frozenset("约近超达为")
_HOLLOW = re.compile(rf"(?P<sign>{_SIGNED}){_MARKS}*(?P<rest>.*?){_MARKS}*(?P<measure>{_MEASURED})(?:{ENDING})?")


def _hollow(reading: _Reading) -> Value | None:
    """≥, 家, ≥%, ≥无%: a sign and a measure around nothing."""
    if reading.bare in _WORDS_ALONE:
        return reading.value("placeholder", "", "hollow")
    found = None if _DIGIT.search(reading.bare) else _HOLLOW.fullmatch(reading.bare)
    if found is None or found["rest"]:
        rest = found["rest"] if found and found["sign"] else ""
        if not rest or not is_placeholder(rest, reading.words.placeholders):
            return None
    return reading.value("placeholder", "", "hollow")


_RATIO = re.compile(rf"(?P<lead>(?:{LEADING})*)(?P<a>[0-9]+(?:\.[0-9]+)?)[:∶/比](?P<b>[0-9]+(?:\.[0-9]+)?)")


def _ratio(reading: _Reading) -> Value | None:
    """1:1.2, 1比20, 3/4以上."""
    found = _RATIO.match(reading.bare)
    operator = notation.operator_around(reading.bare, 0, found.end("lead"), found.end()) if found else None
    if found is None or operator is None or operator.end != len(reading.bare):
        return None
    a, b = notation.figure(found["a"]), notation.figure(found["b"])
    return None if a is None or b is None else reading.limited("ratio", operator, (a, b), "")


_EARLIER = "上一?[年期]|去年|往年|历年|前年|同期|基期|基数|原有|现有|(?:19|20)[0-9]{2}年"
_REMARK = re.compile(rf"(?P<figure>.*?[0-9].*?)(?P<base>\([^()]*(?:{_EARLIER}|满分|总分)[^()]*\))")
#: the figure of the earlier year in brackets behind it: 不低于上年（95%）, 与2012年编制数（185422个）持平
_LEVEL = re.compile(
    rf"(?P<lead>.*?)(?P<base>{_EARLIER})[^0-9()]*\((?P<figure>[^()]*[0-9][^()]*)\)(?:持平|水平|以上|以下)?"
)
_GROWN = (
    "(?:增长|增加|提高|提升|上升|增幅|涨幅|增速|增收|下降|降低|减少|降幅|缩短|压减|压降|[多少高低]出?)(?:率|幅度|比例|了)?"
    rf"(?:(?:{LEADING})*|到|至)"
)
_GROWTH = re.compile(
    r"(?P<base>(?:[与比较同在]|同比|环比|相比|由|从).{0,30}?(?:基础上)?(?:相比|年?均|分别)?[,)]?)"
    rf"(?P<figure>{_GROWN}[0-9].*)"
)


def _compared(reading: _Reading) -> Value | None:
    """比上年（2019年100家）增长10%, ≥110家（上年100家）: with or without (``unbased``) what it started from."""
    if level := _LEVEL.fullmatch(reading.bare):
        sign = notation.operator_before(level["lead"], 0, len(level["lead"])).sign
        value = _figures(reading._replace(bare=level["figure"], raw=level["figure"]))
        of_level = replace(value, operator=sign or value.operator) if value and value.operator == "=" else value
        return of_level and replace(of_level, text=reading.raw, notes=(*of_level.notes, "based"))
    found = _REMARK.fullmatch(reading.bare) or _GROWTH.fullmatch(reading.bare)
    value = _figures(reading._replace(bare=found["figure"], raw=found["figure"])) if found else None
    if found is None or value is None or not value.numbers:
        return None
    based = bool(quantities(dates.without_dates(found["base"])))
    notes = value.notes + (("based",) if based else ("unbased",) if found.re is _GROWTH else ())
    return replace(value, text=reading.raw, notes=notes, year=value.year or dates.first_year(reading.bare))


def _figures(reading: _Reading) -> Value | None:
    undated = dates.without_dates(reading.bare) if _DIGIT.search(reading.bare) else ""
    if undated != reading.bare:
        reading = reading._replace(notes=(*reading.notes, *(("years",) if undated else ())))
    more = _AND_MORE.search(undated)
    if more:  # 10000余张 is about so many, ≥6000余户 at least so many
        undated = undated[: more.start()] + undated[more.end() :]
    text = _of_interval(_PLUS_MINUS.sub("≤", dates.without_items(undated)))
    found = quantities(text) if text else []
    if found is None:
        return reading.value("text", "", "separators")
    if not found:
        return None
    if more:
        found = [quantity._replace(approx=quantity.approx or quantity.operator == "=") for quantity in found]
    if len(found) == 2 and _is_range(text, *found):
        return _range(reading, text, *found)
    return _one(reading, text, found[0]) if len(found) == 1 else _many(reading, text, found)


_AND_MORE = re.compile("(?<=[0-9百千万亿])[余多](?=[^0-9])")
_PLUS_MINUS = re.compile("^≤?±")
_INTERVAL = re.compile(r"[\[(](?P<low>[^,~\[(]+)[,~](?P<high>[^,~\])]+)[\])](?P<measure>\D{0,3})")
_BETWEEN = re.compile(r"(?:介于|位于|控制在|保持在|在)?(?P<both>.+?)(?:之间|区间内?|范围内?)")


def _of_interval(text: str) -> str:
    """[90%,100%] and 介于90%和100%之间 as 90%~100%."""
    if found := _INTERVAL.fullmatch(text):
        return f"{found['low']}~{found['high']}{found['measure']}"
    found = _BETWEEN.fullmatch(text)
    return re.sub("[和与及]", "~", found["both"], count=1) if found else text


_TO = frozenset({"-", "~", "—", "–", "至", "到"})
_AND = frozenset({"且", "并", "并且", "同时", ",", "、", ";", ""})


def _is_range(text: str, low: Quantity, high: Quantity) -> bool:
    """Two ends with a dash between them, or a lower and an upper bound: ≥95%且≤100%."""
    between = text[low.end : high.start]
    bounds = low.operator in ("≥", ">") and high.operator in ("≤", "<")
    return between in _TO or (between in _AND and bounds)


def _range(reading: _Reading, text: str, low: Quantity, high: Quantity) -> Value:
    """96.5-98%, 6-8万人: the first figure may leave its measure and multiplier to the second."""
    if not low.measure and low.times == 1:
        low = low._replace(number=low.number * high.times, measure=high.measure)
    value = _valued(reading, "range", (low, high), text[: low.start] + text[high.end :])
    if {low.operator, high.operator} & {"≥", ">"} and {low.operator, high.operator} & {"≤", "<"}:
        return replace(value, operator="=")
    return replace(value, operator=low.operator if high.operator == "=" else high.operator)


_MORE_MEASURES = re.compile(rf"(?:{VALUE_MONEY}|{WORDS})(?:{ENDING})?")
#: 全省前10名; 收到申请后3个工作日内: words that belong to the figure behind them
_PLACE = re.compile(
    r"(?:保持|稳定|进入|位居|位列|居|列|达到|在)*(?:全[国省市县区州]|全系统|同行业|同类|行业|排名|考核|\w{2,4}系统)*前"
)
_TIMED = re.compile("个?(?:工作日|自然日|天|日|小时|分钟|个?月|周)")
_BEFORE = re.compile("(?:之?前|以前|之?内)(?:完成|办结|报送|上报|发放|支付|反馈|到位)?")
#: a second word for the same measure: 8台（套）
_OR_MEASURE = re.compile(rf"\((?:{WORDS})\)")
_LEFT_OUT = frozenset({"标准煤", "标煤", "当量"})
_SINCE = re.compile(
    r"次[日月年周]|下[月年周]|翌[日年]|[^0-9]{1,14}(?:后|起|之日起|[终末]了)(?:的?第|在)?|(?:提前|在|于|自|第)"
)
_CHANGE = re.compile(
    "(?:(?P<rise>增长|增加|提高|提升|上升|增幅|涨幅|增速|增收)|下降|降低|减少|降幅|缩短|压减|压降)(?:率|幅度|比例|了)?\\Z"
)


def _one(reading: _Reading, text: str, quantity: Quantity) -> Value:
    before, behind = text[: quantity.start], text[quantity.end :]
    if behind and behind != "次" and _MORE_MEASURES.fullmatch(behind):
        quantity, behind = quantity._replace(notes=(*quantity.notes, "two_measures")), ""
    if _OR_MEASURE.fullmatch(behind):
        behind = ""
    if _PLACE.fullmatch(before) or (_TIMED.fullmatch(quantity.measure) and _SINCE.fullmatch(before)):
        before = ""
    if behind in _LEFT_OUT or (_TIMED.fullmatch(quantity.measure) and _BEFORE.fullmatch(behind)):
        behind = ""
    change = _CHANGE.search(before)
    if not change and quantity.measure != "个百分点":
        kind: Kind = "unit_price" if quantity.per else "money" if quantity.money else "number"
        return _valued(reading, kind, (quantity,), before + behind, fen=quantity.fen)
    rest = (before[: change.start()] if change else before) + behind
    direction = () if not change else ("rise",) if change["rise"] else ("fall",)
    quantity = quantity._replace(notes=quantity.notes + direction)
    return _valued(reading, "relative", (quantity,), rest, year=dates.first_year(reading.bare))


def _many(reading: _Reading, text: str, found: list[Quantity]) -> Value:
    """2020年95%，2021年97%: all the numbers, with the kind and operator of the first."""
    ends = [0, *(quantity.end for quantity in found)]
    starts = [*(quantity.start for quantity in found), len(text)]
    rest = "".join(text[end:start].strip(_ENDS) for end, start in zip(ends, starts, strict=True))
    kind = _one(reading, text[: found[0].end], found[0]).kind
    value = _valued(reading, kind, tuple(found), rest)
    return replace(value, notes=(*value.notes, "several"))


def _valued(
    reading: _Reading,
    kind: Kind,
    found: tuple[Quantity, ...],
    rest: str,
    *,
    year: int | None = None,
    fen: int | None = None,
) -> Value:
    """The value of some figures; one without a measure takes that of the others."""
    first, measure, notes = found[0], found[0].measure, reading.notes + found[0].notes
    if len(found) > 1:
        measures = dict.fromkeys(quantity.measure for quantity in found if quantity.measure)
        measure = next(iter(measures), "")
        notes += tuple(note for quantity in found[1:] for note in quantity.notes if note not in notes)
        notes += ("mixed_measures",) if len(measures) > 1 else ()
    if not measure:
        notes += ("no_measure",)
    approx = any(quantity.approx for quantity in found)
    numbers = tuple(quantity.number for quantity in found)
    notes += reading.around(rest) if rest else ()
    return Value(kind, first.operator, numbers, measure, approx, reading.raw, notes, year, fen)


_AGAINST = re.compile("(?:预算|概算|批复|限额|控制数|合同价|定额)")
_CAPPED = re.compile("不超|不突破|不高于|控制在|不得超|低于|小于|≤|<=")
_BASE = re.compile(
    rf"持平|同比|环比|(?:[与比较同]|{LEADING})(?P<base>上一?年|去年|往年|历年|前年|同期|(?:19|20)[0-9]{{2}}年)"
)


def _relation(reading: _Reading) -> Value | None:
    """不超预算, 与2012年持平: a target relative to a figure that is not in the cell."""
    bare = reading.bare
    against, capped = _AGAINST.search(bare), _CAPPED.search(bare)
    if against and capped and capped.start() < against.start():
        return reading.value("relative", "≤", "budget")
    base = _BASE.search(bare)
    if base is None:
        return None
    year = dates.first_year(bare)
    sign = notation.operator_before(bare, 0, base.start("base")).sign if base["base"] else ""
    value = reading.value("relative", sign or "=", *(("years",) if year else ()))
    return replace(value, year=year)


def _date_inside(reading: _Reading) -> Value | None:
    """项目于12月底前完成."""
    when = dates.date_within(reading.bare, reading.year)
    return _of_when(reading, when, *reading.around("…")) if when else None


#: dates before figures, so that 2020.12 and 3月 are not counts; the more exact reader first
_READERS = (
    _template,
    _grade,
    _standard,
    _date,
    _frequency,
    _hollow,
    _ratio,
    _compared,
    _figures,
    _relation,
    _date_inside,
)
