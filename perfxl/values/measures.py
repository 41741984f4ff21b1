"""Units of measure: of money, correct and misspelt, and the measure words at the end of indicator values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from perfxl.values.operators import ENDING

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


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


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
    " 床 点 分 倍 岁 对 组 队 片 块 道 盏 根 口 眼 艘 架 桶 瓶 包 箱 袋 盒 页 字 幅 首 集 轮 回 遍 枚"
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
