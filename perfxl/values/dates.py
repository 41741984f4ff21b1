"""Dates and periods as an indicator value states them: 2020年12月底前, 12月底, 2023.07-2024.01, 全年.

A date is given as its digits: Decimal(20201231) counts days, 202012 months and 2020 years; 1231 and 12 where
no year is known. ``measure`` is the precision: 日, 月 or 年.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple

#: 二〇一九年, and months and days beside their 月 and 日: 元月, 十一月二十日
_WORDS = "〇○◯零一二三四五六七八九"
_YEAR_IN_WORDS = re.compile(f"[一二][{_WORDS}Oo0]{{3}}(?=年)")
_MONTH_IN_WORDS = re.compile("(?:元|十[一二]?|(?<!十)[一二三四五六七八九])(?=月)")
_DAY_IN_WORDS = re.compile("(?<=月)(?:[二三]?十|廿|卅)?[一二三四五六七八九]?(?=[日号])")
_DIGIT_OF = str.maketrans("〇○◯零Oo一二三四五六七八九元", "0000001234567891")
_TENS = {"": 0, "廿": 2, "卅": 3, "十": 1, "二十": 2, "三十": 3}


def in_digits(text: str) -> str:
    """The text with the numerals of its dates as digits: ``二〇一九年十一月二十日`` is ``2019年11月20日``."""
    if "年" not in text and "月" not in text:
        return text
    text = _YEAR_IN_WORDS.sub(lambda found: found[0].translate(_DIGIT_OF), text)
    text = _MONTH_IN_WORDS.sub(lambda found: _number(found[0]), text)
    return _DAY_IN_WORDS.sub(lambda found: _number(found[0]), text)


def _number(words: str) -> str:
    """A number below 40 in words: 二十一 is 21."""
    if not words:
        return ""
    tens, ones = (words, "") if words in _TENS else (words[:-1], words[-1])
    return str(10 * _TENS[tens] + int(ones.translate(_DIGIT_OF) or 0))


class When(NamedTuple):
    """A date or period; ``year`` is that of its end, ``None`` where neither text nor form has one."""

    kind: Literal["date", "period"]
    operator: str
    numbers: tuple[Decimal, ...]
    measure: str
    year: int | None
    notes: tuple[str, ...] = ()


class _Day(NamedTuple):
    """A day, month or year; unknown parts are ``None``."""

    year: int | None
    month: int | None = None
    day: int | None = None


_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_DAY = r"(?P<day>3[01]|[12][0-9]|0?[1-9])"
_OF_MONTH = r"(?P<part>底|末|初|上旬|中旬|下旬)"
_OF_YEAR = r"(?P<part>底|末|初|全年|上半年|下半年|第?[一二三四1-4]季度末?)"
_POINTS = [
    re.compile(pattern)
    for pattern in (
        rf"(?:{_YEAR}年度?|[本当今]年度?)?{_MONTH}月份?(?:{_DAY}[日号]?|{_OF_MONTH})?",
        rf"{_YEAR}(?P<sep>[-./]){_MONTH}(?:(?P=sep){_DAY})?",
        rf"{_YEAR}(?P<month>1[0-2]|0[1-9])(?P<day>3[01]|[12][0-9]|0[1-9])?",
        rf"(?:{_YEAR}年度?|[本当今]?年度?(?<=[年度])){_OF_YEAR}?",
        _OF_YEAR,
        _YEAR,
    )
]
_MAYBE = re.compile(r"(?:19|20)[0-9]{2}|[0-9]月|年|季度")
_LEAD = re.compile(
    r"(?P<until>≤|<=|不晚于|不迟于|最迟|截至|截止到?|到|至)|(?P<since>≥|>=|从|自)|(?:=|预计|计划|确保|力争|于|在)+"
)
_TAIL = re.compile(
    r"(?:(?P<until>之前|以前|前|之内|以内|内|止)|(?P<since>之后|以后|后|起))?(?:\(含\))?"
    r"(?:全部|全面|按时|按期|如期|基本)?(?:完成|完工|竣工|到位|结束|办结|建成|完毕|验收|发放|支付|实施)*\Z"
)
_DASH = re.compile("[-~—–至到]+")
_MONTHS = re.compile(r"((?:(?:19|20)[0-9]{2}[年./])?)([0-9]{1,2})[-~—–至到]([0-9]{1,2})(月?)")
_QUARTERS = dict(zip("一二三四1234", (1, 2, 3, 4, 1, 2, 3, 4), strict=True))

#: dates inside a longer text, and the numbers of documents (湘财〔2014〕5号): figures, but never values
_DATED = re.compile(
    r"(?:19|20)[0-9]{2}年度?(?:[0-9]{1,2}月份?(?:[0-9]{1,2}日)?)?"
    r"|[0-9]{1,2}月(?:[0-9]{1,2}日|[底末初份])|[〔\[][0-9]{4}[〕\]][0-9]*号?"
)
_ITEM = re.compile(r"(?:^|(?<=;))(?:目标)?(?:[0-9]{1,2}(?:[、:]|\.(?![0-9]))|\([0-9]{1,2}\)(?=\w))(?![0-9万亿元])")
_LIMIT = re.compile(
    r"(?:(?:(?:19|20)[0-9]{2}年度?)?[0-9]{1,2}月(?:[0-9]{1,2}日|[底末初]|[上中下]旬)?"
    r"|(?:(?:19|20)[0-9]{2}|[本当今])?年[底末])(?:之前|以前|前)?"
)
#: day 0 of Excel's calendar, as it counts from March 1900 on
_FIRST_DAY = datetime.date(1899, 12, 30)
_ANY_YEAR = re.compile(r"((?:19|20)[0-9]{2})年")


def without_dates(text: str) -> str:
    """The text less its dates and document numbers, so that no year is taken for a value."""
    return _DATED.sub("", text)


def without_items(text: str) -> str:
    """The text less the numbers of its items: 1、…；(2)…, 目标3：…."""
    return _ITEM.sub("", text)


def first_year(text: str) -> int | None:
    """The first year a text names."""
    found = _ANY_YEAR.search(text)
    return int(found[1]) if found else None


#: what began earlier and ends this year: 2018年启动、2020年完成的机构改革
_BEGUN = re.compile(r"((?:19|20)\d\d)年(?:\d+月)?底?(?:启动|开工|开始|动工|立项|实施|开展|起|开建)")
_ENDED = re.compile(
    r"((?:19|20)\d\d)年(?:\d+月)?底?前?(?:全[面部]|基本)?(?:完[成工]|竣工|结束|建成|验收|交付|投入使用)"
)


def is_term(clause: str, clauses: Iterable[str], year: int) -> bool:
    """Whether other years in a clause only say when a work began that is completed in this year or later."""
    ended = {int(end) for other in clauses for end in _ENDED.findall(other)}
    others = {int(other) for other in _ANY_YEAR.findall(clause)} - {year, *map(int, _BEGUN.findall(clause)), *ended}
    return bool(_BEGUN.search(clause)) and max(ended, default=0) >= year and not others


def date_within(text: str, year: int | None) -> When | None:
    """The first date inside a longer text: 项目于12月底前完成."""
    found = _LIMIT.search(text)
    return read_date(found[0], year) if found else None


def date_of_serial(text: str) -> datetime.date | None:
    """The day of this century that a spreadsheet counts so, for a date that lost its format: 43866 is 2020-02-05."""
    if len(text) != 5 or not (text.isascii() and text.isdigit()):
        return None
    day = _FIRST_DAY + datetime.timedelta(days=int(text))
    return day if day.year // 100 == 20 else None


def read_date(text: str, year: int | None) -> When | None:
    """The date or period that a whole bare text states; ``year`` is the form's, for a text without one."""
    text = in_digits(text)
    if not _MAYBE.search(text):
        return None
    lead, tail = _LEAD.match(text), _TAIL.search(text)
    body = text[lead.end() if lead else 0 : tail.start() if tail else len(text)]
    until, since = (any(side and side[word] for side in (lead, tail)) for word in ("until", "since"))
    span = _span(body, year)
    if span is None or (body == "年" and not until) or (len(body) == 4 and body.isdigit() and not until):
        return None
    first, last = span
    if not (_exists(first) and _exists(last)):
        return When("date", "≤", (), "", last.year, ("impossible_date",))
    return _when(first, last, until=until, since=since)


def _when(first: _Day, last: _Day, *, until: bool, since: bool) -> When:
    if since or until or (first == last and last.month):
        from_first = since and (not until or first is last)
        numbers, measure = _digits(first if from_first else last)
        return When("date", "≥" if from_first else "≤", numbers, measure, last.year)
    numbers, measure = _digits(last)
    return When("period", "=", numbers if first == last else _digits(first)[0] + numbers, measure, last.year)


def _digits(day: _Day) -> tuple[tuple[Decimal, ...], str]:
    """20201231 日, 202012 月 or 2020 年; without the year 1231 日, 12 月 and nothing."""
    if not day.month:
        return () if day.year is None else (Decimal(day.year),), "年"
    months = (day.year or 0) * 100 + day.month
    return ((Decimal(months * 100 + day.day),), "日") if day.day else ((Decimal(months),), "月")


def _exists(day: _Day) -> bool:
    return not (day.month and day.day) or day.day <= _days(day.year, day.month)


def _days(year: int | None, month: int) -> int:
    """Days of the month; without a year February has 28, which no deadline misses."""
    return calendar.monthrange(year or 2023, month)[1]


def _span(body: str, year: int | None) -> tuple[_Day, _Day] | None:
    """First and last day, month or year of a point in time or of a span of two."""
    single = _point(body, year)
    if single:
        return single
    months = _MONTHS.fullmatch(body)
    if months and (months[1] or months[4]):  # 2020.1-12, 3-6月
        body = f"{months[1][:4]}{'年' if months[1] else ''}{months[2]}月-{months[3]}月"
    for dash in _DASH.finditer(body):
        end = body[dash.end() :]
        right = _point(end, year)
        left = right and _point(body[: dash.start()], right[1].year)
        if right is None or left is None:
            continue
        if not re.match("(?:19|20)[0-9]{2}", end):  # 2023年3月至6月 ends in 2023, whatever the form's year
            right = _point(end, left[0].year) or right
        return _same_precision(left[0], right[1])
    return None


def _same_precision(first: _Day, last: _Day) -> tuple[_Day, _Day]:
    """Both ends to the day or month where one of them is: 2020年1月至12月31日 begins on January 1."""
    if first.month or last.month:
        first, last = first._replace(month=first.month or 1), last._replace(month=last.month or 12)
    if (first.day or last.day) and last.month:
        first = first._replace(day=first.day or 1)
        last = last._replace(day=last.day or _days(last.year, last.month))
    return first, last


def _point(text: str, form_year: int | None) -> tuple[_Day, _Day] | None:
    found = next(filter(None, (pattern.fullmatch(text) for pattern in _POINTS)), None)
    if not (found and text):
        return None
    named = found.groupdict()
    year = int(named["year"]) if named.get("year") else form_year
    part = named.get("part") or ""
    if not named.get("month"):
        return _part_of_year(year, part)
    month = int(named["month"])
    days = {"底": _days(year, month), "末": _days(year, month), "下旬": _days(year, month), "中旬": 20, "上旬": 10}
    day = _Day(year, month, int(named["day"]) if named.get("day") else days.get(part))
    return day, day


def _part_of_year(year: int | None, part: str) -> tuple[_Day, _Day]:
    if part in ("", "全年"):
        return _Day(year), _Day(year)
    if part == "初":
        return _Day(year, 1), _Day(year, 1)
    if part in ("底", "末"):
        return _Day(year, 12, 31), _Day(year, 12, 31)
    if part in ("上半年", "下半年"):
        first = 1 if part == "上半年" else 7
        return _Day(year, first), _Day(year, first + 5)
    quarter = _QUARTERS[part.strip("第季度末")]
    if part.endswith("末"):
        last = _Day(year, 3 * quarter, _days(year, 3 * quarter))
        return last, last
    return _Day(year, 3 * quarter - 2), _Day(year, 3 * quarter)
