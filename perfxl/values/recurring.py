"""Times that come back or always hold, as values state them: 每季度一次, 每月底前, 按季, 7×24小时, 当日."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from perfxl.values import notation
from perfxl.values.notation import ENDING, LEADING, NUMERALS


class Recurring(NamedTuple):
    """So many times a year; ``number`` is ``None`` where it is a time that always holds (全天候, 当日).

    ``around``: words of the text that are no part of it.
    """

    operator: notation.Operator
    number: Decimal | None
    measure: str
    around: str


_TIMES_A_YEAR = {
    "年": 1,
    "半年": 2,
    "学期": 2,
    "季": 4,
    "双月": 6,
    "月": 12,
    "双周": 26,
    "旬": 36,
    "周": 52,
    "星期": 52,
}
_TIMES_A_YEAR |= {"天": 365, "日": 365, "工作日": 250}
_SPAN = "年度?|半年度?|季度?|月度?|旬|周|星期|天|日"
_COUNT = rf"(?P<count>[0-9]+|[{NUMERALS}]+)(?P<word>批次|场次|次|期|回|场|轮|遍|批)"
_WHAT = "(?P<what>[^0-9]{0,8}?)"
_OPS = f"(?:{LEADING})*"
_ACTS = (
    "(?:更新|上?报送?|发布|检查|巡查|通报|公示|公开|开展|支付|发放|拨付|兑付|结算|考核|调度|反馈|完成|办结|处理|处置|响应"
    "|答复|回复|解决|受理|办理)*"
)
#: where in its span something is due: 每季度末, 每月5日前, 每周五, 每季度终了后10日内
_DUE = (
    "(?:(?:终了|结束)?后?(?:第?一?个?月)?(?:[0-9]{1,2}个?(?:工作日|[日号天])|末月?|月?底|初|[上中下]旬|[一二三四五六日1-7])?"
    "(?:[0-9]{1,2}[日号])?(?:之?前|以前|之?内|以内)?)"
)
_FREQUENCIES = [
    re.compile(pattern)
    for pattern in (
        rf"(?P<lead>)(?P<what>)每(?P<every>[0-9]+|[{NUMERALS}]+)?个?(?P<span>{_SPAN}|学期|工作日){_DUE}{_ACTS}",
        rf"(?P<lead>)(?P<what>)(?:[按逐分](?P<by>年度?|半年度?|季度?|月度?|旬|周|日)|每?(?P<span>双月|双周|半年度?|季度|月度|周度)){_ACTS}",
        rf"(?P<what>[^0-9]{{0,8}}?)每(?P<every>[0-9]+|[{NUMERALS}]+)?个?(?P<span>{_SPAN})(?P<mid>[^0-9]{{0,8}}?)(?P<lead>{_OPS}){_COUNT}",
        rf"(?P<lead>{_OPS}){_COUNT}[/每](?P<span>{_SPAN})(?P<what>)",
        rf"(?:全|一|本)?(?P<span>年)度?{_WHAT}(?P<lead>{_OPS}){_COUNT}",
        rf"一(?P<span>季度?|月|周|天|日)(?P<what>)(?P<lead>{_OPS}){_COUNT}",
    )
]
_MAYBE_FREQUENCY = re.compile("每|年|/|一[季月周天日]|[按逐分双]|[季月周]度")
#: a time that always holds, or that follows at once; 实时更新 says how, not when
_STANDING = re.compile(
    r"(?:(?:全年)?(?:7[×xX*✕✖]24(?:小时|h|H)?|5[×xX*✕✖]8(?:小时|h|H)?|24小时(?:不间断|不打烊|不断档|在线|值[班守])|全天候?)"
    r"|全年(?:365天|无休|不间断)|365天|常年|终年|当[日天场]|当月底?前?|当季度?|即时|实时(?!更新)|随时|即刻|即日|立即|第一时间"
    r"|[即随]\w[即随]\w|即办件?|马上办)"
    rf"(?:{_ACTS}|值班|值守|服务|运行|保障|开放|在线|不间断)*"
)
#: the day is set by what happens: 汛期前, 春节前, 学期结束前
_EVENTS = re.compile(
    r"(?:主?汛期?|春节|元旦|清明|五一|中秋|国庆|节假日?|两会|开学|学期|学年|秋收|春耕|入冬|封冻|供暖季?期?|采暖季?期?|防火期|高温季?|雨季|台风季?"
    r"|伏?休渔期)(?:来临|到来|开始|结束)?(?:之?前|以前|前后|期间|末|之?后)" + _ACTS
)


def read_recurring(text: str) -> Recurring | None:
    """How often, or when again and again, a whole bare text says that something is done."""
    if _STANDING.fullmatch(text) or _EVENTS.fullmatch(text):
        return Recurring(notation.operator_before(text, 0, 0)._replace(sign="="), None, "", "")
    if not _MAYBE_FREQUENCY.search(text):
        return None
    ending = re.search(rf"(?:{ENDING})\Z", text)
    # 每半年以内 counts the ending; 每月5日前 does not have one
    for body in dict.fromkeys((text[: ending.start()] if ending else text, text)):
        found = next(filter(None, (pattern.fullmatch(body) for pattern in _FREQUENCIES)), None)
        if found and (read := _read(text, body, found)):
            return read
    return None


def _read(text: str, body: str, found: re.Match[str]) -> Recurring | None:
    named = found.groupdict()
    count, every = _count(named.get("count")), _count(named.get("every"))
    if count is None or not every:
        return None
    span = (named.get("span") or named.get("by") or "").removesuffix("度")
    operator = notation.operator_around(text, 0, found.end("lead"), len(body))
    number = (count * _TIMES_A_YEAR[span] / every).quantize(Decimal("0.0001")).normalize() + 0
    # words that are no part of it: 每年开展培训2次
    around = named["what"] + (named.get("mid") or "")
    return Recurring(operator, number, f"{named.get('word') or '次'}/年", around)


def _count(text: str | None) -> Decimal | None:
    """The number of a count in digits or a Chinese numeral; 1 where none is written."""
    if text is None or text[0].isdigit():
        return Decimal(1) if text is None else notation.figure(text)
    number = notation.chinese(text)
    return None if number is None else Decimal(number)
