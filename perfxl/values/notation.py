"""How figures are written: numerals, signs and words that limit them, units of money and measure. All is exact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

#: a figure longer than this is a number typed without a space, not an amount or a count
_LONGEST = 24
#: from here a spreadsheet's number no longer holds every digit that was typed
_EXACT_BELOW = 10**15

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

_SMALL = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_SMALL |= {"六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_STRICT = str.maketrans("〇两億萬仟佰", "零二亿万千百")
#: every character of a Chinese numeral, everyday and capital (大写)
NUMERALS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"


def figure(run: str) -> Decimal | None:
    """The number of a run of digits, points and commas, or ``None`` where it is not one number.

    ``'1,234.50' -> 1234.50`` but ``'1,23'``, ``'1.2.3'`` and ``'5,6'`` are refused.
    """
    if len(run) > _LONGEST:
        return None
    if _PLAIN.fullmatch(run):
        return Decimal(run)
    return Decimal(run.replace(",", "")) if _GROUPED.fullmatch(run) else None


_SPACED_THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?! ?[.,]? [0-9])")
_SINGLE_DIGITS = re.compile(r"(?<![0-9.,])([0-9]) ([0-9])(?![0-9])")
_GAP = re.compile(r"(?<=[0-9])\s+(?=[0-9])")


def spaced_thousands(text: str) -> str:
    """The text with ``1 234`` closed up."""
    return _SPACED_THOUSANDS.sub(lambda found: found[0].replace(" ", ""), text)


def close_digits(text: str) -> str:
    """The text with ``9 5%`` and ``1 234`` closed up; other figures that a blank divides are kept two."""
    return _GAP.sub(";", _SINGLE_DIGITS.sub(r"\1\2", spaced_thousands(text))) if _GAP.search(text) else text


@lru_cache(maxsize=4_096)
def chinese(numeral: str) -> int | None:
    """The whole number of a Chinese numeral, ``None`` if it is not well formed: ``'壹拾柒万' -> 170000``."""
    if numeral in _SMALL:
        return _SMALL[numeral]
    import cn2an  # heavy, and most workbooks hold not one Chinese numeral

    try:
        number = cn2an.cn2an(numeral.translate(_STRICT), "strict")
    except (ValueError, KeyError, IndexError):
        return None
    return number if isinstance(number, int) else None


def decimals(number: Decimal) -> int:
    """How many decimals the number was written with: ``17.00 -> 2``, ``1E+3 -> 0``."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def from_cell(value: float | Decimal) -> Decimal | None:
    """The number a cell shows, to Excel's 15 digits: 394.03000000000003 is 394.03; ``None`` for inf, nan."""
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")
    number = Decimal(value)
    return number if number.is_finite() else None


def written(number: Decimal) -> str:
    """The shortest way to write a cell's number: ``17``, ``394.03``, never ``1E+2`` or ``-0``."""
    if not number:
        return "0"
    if number.adjusted() > _LONGEST or number.adjusted() < -_LONGEST:
        return f"{number:.15g}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def inexact(number: Decimal) -> bool:
    """Whether a cell's number may have lost digits: an 18-digit code typed as a number has."""
    return abs(number) >= _EXACT_BELOW


def other_text(value: object) -> str:
    """What a cell that holds neither text nor a number shows: the ISO date, ``TRUE``."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


_SIGNS = {"≥": "≥", "≧": "≥", "⩾": "≥", "≮": "≥", ">=": "≥", "=>": "≥", "≥=": "≥"}
_SIGNS |= {"≤": "≤", "≦": "≤", "⩽": "≤", "≯": "≤", "<=": "≤", "=<": "≤", "≤=": "≤"}
_SIGNS |= {">": ">", "<": "<", "=": "=", "≈": "≈", "〉": ">", "〈": "<"}

_WORDS = {
    "≥": "不低于 不少于 不小于 不得低于 不得少于 不下于 至少 最少 大于等于 大于或等于 高于或等于",
    "≤": "不高于 不超过 不大于 不多于 不得高于 不得超过 不超 控制在 小于等于 小于或等于 至多 最多",
    ">": "大于 高于 超过 多于 超",
    "<": "小于 低于 少于 不足 不到",
    "≈": "约为 大约 约 近",
    "=": "等于 达到 达 为 力争",
}
_OF_WORD = {word: sign for sign, words in _WORDS.items() for word in words.split()}
_OF_TOKEN = _SIGNS | _OF_WORD
#: words that only link a name to its figure, 满意率达95%; 力争 is none: it makes the figure a hope
_LINKS = frozenset({"等于", "达到", "达", "为"})

_ENDINGS = {"以上": "≥", "以下": "≤", "以内": "≤", "之内": "≤", "内": "≤", "左右": "≈", "上下": "≈"}


#: words that are often the end of another: 节约, 预约, 附近
_GUARDED = {"约": "(?<![节预条合契公集签])", "近": "(?<![附最邻靠就])"}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(_GUARDED.get(word, "") + re.escape(word) for word in sorted(words, key=len, reverse=True))


#: every sign and word that may precede a figure
LEADING = _any_of(_OF_TOKEN)
#: the words among them that cannot be the beginning of another word: not 近 (近期), 超, 为
LEADING_WORDS = _any_of(word for word in _OF_WORD if len(word) > 1)
_TOKEN = re.compile(LEADING)
_LAST = frozenset(token[-1] for token in _OF_TOKEN)
_BEFORE = re.compile(rf"(?:{LEADING})+\Z")
#: the ending of a figure; (含)以上 and 及以上 mean no more than 以上, which includes the figure itself
ENDING = rf"(?:\(含\)|\(含本数\)|[及或含])?(?:{_any_of(_ENDINGS).replace('|内', '|内(?![部容涵])')})"
_AFTER = re.compile(ENDING)


class Operator(NamedTuple):
    """The operator of a figure, ``""`` for none, ``worded`` by a word, not a sign; its words begin and end there."""

    sign: str
    worded: bool
    approx: bool
    start: int
    end: int
    #: ``clash``: a sign upwards and one downwards, as ≥ in a column of its own beside ≤90; ``doubled``: two signs
    twice: str = ""


def operator_before(text: str, start: int, stop: int) -> Operator:
    """The operator directly before the figure at ``stop``, looking back no further than ``start``."""
    found = _BEFORE.search(text, start, stop) if start < stop and text[stop - 1] in _LAST else None
    if found is None:
        return Operator("", False, False, stop, stop)
    tokens = _TOKEN.findall(found[0])
    signs = [sign for sign in map(_OF_TOKEN.__getitem__, tokens) if sign not in "=≈"]
    approx = any(_OF_TOKEN[token] == "≈" for token in tokens)
    worded = any(token in _OF_WORD and token not in _LINKS for token in tokens)
    return Operator(signs[-1] if signs else "≈" if approx else "=", worded, approx, found.start(), stop, _twice(tokens))


def _twice(tokens: list[str]) -> str:
    """How the signs before a figure go together; 控制在 only says that there is a limit."""
    words = set(tokens) - {"控制在"}
    signs = {_OF_TOKEN[word] for word in words}
    if ("=" in words) + bool(signs & {"≥", ">"}) + bool(signs & {"≤", "<"}) > 1:
        return "clash"
    return "doubled" if sum(token in _SIGNS for token in tokens) > 1 else ""


def operator_around(text: str, floor: int, start: int, end: int) -> Operator:
    """The operator of the figure from ``start`` to ``end``; 控制在 … 以内 is one operator written twice."""
    lead, found = operator_before(text, floor, start), _AFTER.match(text, end)
    behind = next(sign for ending, sign in _ENDINGS.items() if found[0].endswith(ending)) if found else ""
    approx = lead.approx or behind == "≈"
    first, last = (behind, lead.sign) if text[lead.start : start] == "控制在" else (lead.sign, behind)
    sign = next((sign for sign in (first, last) if sign not in ("", "=", "≈")), "≈" if approx else "=")
    # 控制在95%以上 is usual, ≥95%以下 is not
    opposite = {lead.sign, behind} in ({"≥", "≤"}, {">", "≤"}, {"<", "≥"})
    twice = "clash" if opposite and not lead.worded else lead.twice
    return Operator(sign, lead.worded or bool(found), approx, lead.start, found.end() if found else end, twice)


FEN_PER_WAN = 1_000_000
_YI = 10_000 * FEN_PER_WAN
#: fen in one of each unit
FEN_IN = {"分": 1, "角": 10, "元": 100, "百元": 10_000, "千元": 100_000, "万元": FEN_PER_WAN}
FEN_IN |= {"十万元": 10 * FEN_PER_WAN, "百万元": 100 * FEN_PER_WAN, "千万元": 1000 * FEN_PER_WAN}
FEN_IN |= {"亿元": _YI, "十亿元": 10 * _YI, "百亿元": 100 * _YI}

_OTHER_SPELLINGS = {"圆": "元", "圓": "元", "块": "元", "块钱": "元", "万圆": "万元", "万圓": "万元"}
_OTHER_SPELLINGS |= {"萬元": "万元", "萬圆": "万元", "萬圓": "万元", "億元": "亿元", "仟元": "千元", "佰元": "百元"}
_OTHER_SPELLINGS |= {"元人民币": "元", "万元人民币": "万元", "亿元人民币": "亿元"}
_SLIPS_OF_WAN = ("万无", "万园", "万原", "完元", "万员", "万源", "万远", "万云", "万兀", "玩元", "晚元", "元万")
#: typing errors of an input method, seen or similar to one seen; each has only one possible meaning
_SLIPS = dict.fromkeys(_SLIPS_OF_WAN, "万元")
#: the 元 left out: an amount only where no other word follows, 250万 but not 6万人
_CUT_SHORT = {"千万": "千万元", "百万": "百万元", "亿": "亿元", "千": "千元", "百": "百元"}
_CUT_SHORT |= dict.fromkeys("万萬wW", "万元")
_UNIT_OF = {unit: unit for unit in FEN_IN} | _OTHER_SPELLINGS | _SLIPS | _CUT_SHORT


def wan(fen: int) -> str:
    """Show fen in 万元 exactly: at least two decimals, more only where the figure has them.

    ``404_030_000 -> '404.03'``, ``26_000 -> '0.026'``, ``-5 -> '-0.000005'``.
    """
    whole, part = divmod(abs(fen), FEN_PER_WAN)
    decimals = f"{part:06d}".rstrip("0").ljust(2, "0")
    return f"{'-' if fen < 0 else ''}{whole}.{decimals}"


def shown_figure(value: int | str | None) -> str | None:
    """A stated or computed value: money, which is fen, in 万元."""
    return wan(value) if isinstance(value, int) else value


_WHOLE = _any_of((FEN_IN | _OTHER_SPELLINGS | _SLIPS).keys())
_SHORT = rf"(?:{_any_of(_CUT_SHORT)})(?=[0-9每整]|以[内上下]|左右|上下|[^\w%‰]|\Z)"
#: what a price is per: 元/亩, 元/人·月, 元每平方米
_PER_WORD = rf"(?:(?!{ENDING})[^\W0-9]){{1,5}}"
PER = rf"(?:/(?P<per>{_PER_WORD}(?:[·./]{_PER_WORD})?)|每(?P<each>[^\W0-9]{{1,3}})(?!\w))"
#: a unit of money as an amount cell may write it
MONEY = rf"(?:{_WHOLE}|{_SHORT})"
#: the same in an indicator value, where 90分 is a mark and 6万 a count
VALUE_MONEY = rf"(?:{_any_of(unit for unit in _UNIT_OF if len(unit) > 1 and unit[-1] in '元圆圓币无园原')}|元|万(?=/))"

#: fen beyond this do not fit the Int64 column they are for
_MOST_FEN = 2**63 - 1


def money_unit(unit: str) -> tuple[str, str]:
    """The unit and, where it was corrected, the unit as written: ``万无 -> ('万元', '万无')``."""
    meant = _UNIT_OF.get(unit, "")
    return meant, unit if unit in _SLIPS or unit in _CUT_SHORT else ""


def to_fen(number: Decimal, unit: str) -> tuple[int, bool] | None:
    """The fen of so many units, half-up, and whether that is exact; ``None`` where it is beyond all money."""
    if number.adjusted() > 18:
        return None
    exact = number * FEN_IN[unit]
    fen = int(exact.to_integral_value(ROUND_HALF_UP))
    return (fen, fen == exact) if abs(fen) <= _MOST_FEN else None


#: measure words met in indicator values; the list is open, see ``MEASURE``
_COUNTED = (
    "人次 批次 场次 车次 班次 架次 频次 件次 户次 例次 人 名 位 个 家 套 项 条 件 次 批 起 场 期 门 份 篇"
    " 册 本 张 台 辆 部 座 栋 幢 处 户 村 只 头 羽 尾 株 棵 支 所 间 层 类 种 级 届 班 节 课时 学时 宗 例"
    " 台套 床 点 分 倍 岁 对 组 队 片 块 道 盏 根 口 眼 艘 架 桶 瓶 包 箱 袋 盒 页 字 幅 首 集 轮 回 遍 枚"
    " 美元 欧元 港元"
)
_SIZES = (
    "平方公里 平方千米 平方米 平方 平米 立方米 立方 公顷 亩 公里 千米 米 厘米 毫米 海里 里 吨 公斤"
    " 千克 克 斤 升 毫升 兆 千瓦时 千瓦 兆瓦 瓦 度 分贝 伏"
)
_TIMES = "个工作日 工作日 个自然日 自然日 个月 个小时 小时 分钟 秒 天 日 周 月 季度 年"
_SHARES = "个百分点 百分点 百分比 % ‰ ppm ppb °C"
WORDS = _any_of({*_COUNTED.split(), *_SIZES.split(), *_TIMES.split(), *_SHARES.split()})
#: other words for a measure, and counting words before one that needs none
_ALIASES = {"百分比": "%", "M": "米", "百分点": "个百分点"}
_COUNTED_TWICE = {"个工作日": "工作日", "个自然日": "自然日", "个小时": "小时"}
_LATIN = r"[A-Za-zμ]{1,3}[23]?(?:/[A-Za-z]{1,3}[23]?)?(?![A-Za-z0-9])"
_TAIL = rf"(?:{ENDING}|[^\w%‰]|\Z)"
#: what may follow a number: money, a measure word, a multiplier (6万人), any short word at the end
MEASURE = re.compile(
    rf"(?P<money>{VALUE_MONEY})(?:{PER})?"
    rf"|(?P<word>{WORDS})(?P<over>/{_PER_WORD})?"
    rf"|(?P<latin>{_LATIN})"
    rf"|(?P<times>千万|百万|十万|[百千万亿])(?P<counted>(?:{WORDS})(?:/{_PER_WORD})?)?"
    rf"|(?P<open>(?:(?!{ENDING})[^\W0-9]){{1,3}}(?:/{_PER_WORD})?)(?={_TAIL})"
)
TIMES = {"百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 10**6, "千万": 10**7, "亿": 10**8}


def plain_measure(word: str) -> tuple[str, bool]:
    """The measure of a word and whether the word is another name for it: ``百分比 -> ('%', True)``."""
    return _ALIASES.get(word) or _COUNTED_TWICE.get(word, word), word in _ALIASES
