"""How often something is to happen: 每季度一次, 全年12期, 4次/年. Counted in times a year."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from perfxl.values import operators
from perfxl.values.numerals import NUMERALS, chinese, figure

_A_YEAR = {"年": 1, "半年": 2, "季": 4, "月": 12, "旬": 36, "周": 52, "星期": 52, "天": 365, "日": 365}
_SPAN = "年度?|半年度?|季度?|月度?|旬|周|星期|天|日"
_COUNT = rf"(?P<count>[0-9]+|[{NUMERALS}]+)(?P<word>批次|场次|次|期|回|场|轮|遍|批)"
_WHAT = "(?P<what>[^0-9]{0,8}?)"
_OPS = f"(?:{operators.LEADING})*"
_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        rf"(?P<lead>)(?P<what>)每(?P<every>[0-9]+|[{NUMERALS}]+)?个?(?P<span>{_SPAN})(?:更新|报送|发布|检查|通报|上报|开展)?",
        rf"(?P<what>[^0-9]{{0,8}}?)每(?P<every>[0-9]+|[{NUMERALS}]+)?个?(?P<span>{_SPAN})(?P<mid>[^0-9]{{0,8}}?)(?P<lead>{_OPS}){_COUNT}",
        rf"(?P<lead>{_OPS}){_COUNT}[/每](?P<span>{_SPAN})(?P<what>)",
        rf"(?:全|一|本)?(?P<span>年)度?{_WHAT}(?P<lead>{_OPS}){_COUNT}",
        rf"一(?P<span>季度?|月|周|天|日)(?P<what>)(?P<lead>{_OPS}){_COUNT}",
    )
]
_MAYBE = re.compile("每|年|/|一[季月周天日]")


class Frequency(NamedTuple):
    """``number`` times a year, of what ``measure`` counts: 次/年."""

    number: Decimal
    measure: str
    operator: str
    worded: bool
    approx: bool
    #: words that are no part of it: 每年开展培训2次
    what: str


def read(text: str) -> Frequency | None:
    """The frequency that the whole of a text without blanks states."""
    if not _MAYBE.search(text):
        return None
    ending = re.search(rf"(?:{operators.ENDING})\Z", text)
    body = text[: ending.start()] if ending else text
    found = next(filter(None, (pattern.fullmatch(body) for pattern in _PATTERNS)), None)
    if found is None:
        return None
    named = found.groupdict()
    count, every = _number(named.get("count")), _number(named.get("every"))
    if count is None or not every:
        return None
    lead = operators.before(body, 0, found.end("lead"))
    operator, worded, approx = operators.both(lead, operators.after(text, len(body)))
    a_year = _A_YEAR[named["span"].removesuffix("度")]
    number = (Decimal(count) * a_year / every).quantize(Decimal("0.0001")).normalize()
    measure = f"{named.get('word') or '次'}/年"
    return Frequency(number + 0, measure, operator, worded, approx, named["what"] + (named.get("mid") or ""))


def _number(text: str | None) -> Decimal | None:
    """1 where nothing is said."""
    if text is None:
        return Decimal(1)
    if text[0].isdigit():
        return figure(text)
    number = chinese(text)
    return None if number is None else Decimal(number)
