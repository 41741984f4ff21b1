"""Measures: which mean the same, how large they are, and what kind of thing each can count: 人 people, 台 things.

What is not in these lists may count anything.
"""

from __future__ import annotations

from functools import lru_cache

#: words for the same measure: 785个 and 785家 count the same things
_SAME = {"家": "个", "所": "个", "名": "人", "位": "人"}

#: units of one quantity, each in a common part of them
_SIZES = (
    ("克", {"克": 1, "g": 1, "千克": 1000, "公斤": 1000, "kg": 1000, "吨": 1_000_000, "t": 1_000_000}),
    ("米", {"米": 1, "m": 1, "里": 500, "千米": 1000, "公里": 1000, "km": 1000}),
    ("平方米", {
        "平方米": 3, "平米": 3, "平方": 3, "m2": 3, "亩": 2000, "公顷": 30_000, "平方公里": 3_000_000,
        "平方千米": 3_000_000,
    }),
    ("立方米", {"立方米": 1, "立方": 1, "方": 1, "m3": 1}),
    ("千瓦时", {"千瓦时": 1, "kwh": 1, "度": 1}),
)  # fmt: skip
_SIZE_OF = {unit: (size, parts) for size, units in _SIZES for unit, parts in units.items()}

PEOPLE, BODIES, THINGS, PAPERS, EVENTS, MONEY, SHARE = ("人", "家", "台", "份", "期", "元", "%")
_COUNTED = {
    PEOPLE: "人 名 位 人次 个 例 批 批次 支 对 组 队 口 类",
    BODIES: "家 户 所 个 村 支 队 组 批 批次 类 种 项 点 处 件 户次 对",
    THINGS: (
        "台 套 座 辆 部 条 件 处 栋 幢 间 道 艘 架 口 眼 只 盏 块 组 根 株 棵 头 羽 尾 枚 床 门 支 片 段 层 张 本 册"
        " 份 把 扇 孔 点 所 桶 瓶 包 箱 袋 盒 个 项 批 批次 类 种 对 台套 班 个次 件次 次"
    ),
    PAPERS: "份 篇 本 册 张 页 期 件 条 字 幅 首 集 门 部 个 项 批 批次 类 种 套 次 件次 笔 起 宗 例 则 场",
    EVENTS: (
        "期 次 场 班 批 轮 届 回 遍 节 课时 学时 批次 场次 班次 车次 架次 人次 户次 件次 起 件 例 宗 笔 个 项 门 类 种"
    ),
    "年": "年", "月": "个月 月", "季度": "季度 季", "周": "周", "天": "天 日 工作日 自然日",
    "小时": "小时 时 学时 课时 h", "分钟": "分钟 分", "秒": "秒", "分贝": "分贝", "瓦": "瓦 千瓦 兆瓦",
    "千瓦时": "千瓦时 kwh 度",
    MONEY: "元 百元 千元 万元 百万元 千万元 亿元", SHARE: "% ‰ 个百分点 分",
}  # fmt: skip
#: what may count almost anything
GENERIC = frozenset(["个", "项", "件", "次", "批", "类", "种", "组", "对", "户次", "批次", "件次", "笔"])
TIMES = frozenset({"年", "月", "季度", "周", "天", "小时", "分钟", "秒"})
LENGTH, AREA, VOLUME, WEIGHT = "米", "平方米", "立方米", "克"
SIZES = frozenset({LENGTH, AREA, VOLUME, WEIGHT})


def size_of(measure: str) -> tuple[str, int]:
    """The quantity that a measure is of, and how many parts of it: 公里 and 米 are 1000 and 1 of one.

    The measure itself and 1 for what is no size.
    """
    return _SIZE_OF.get(measure.lower(), (measure, 1))


def measure_class(measure: str) -> str:
    """What two measures are compared by: 个 for 家, 人 for 名."""
    return _SAME.get(measure, measure)


@lru_cache(maxsize=1_024)
def kinds_of(measure: str) -> frozenset[str]:
    """What a measure can count; nothing for one that is not known, or for a price or speed."""
    size = size_of(measure)[0]
    counted = {kind for kind, words in _COUNTED.items() if measure in words.split()}
    return frozenset(counted | ({size} & SIZES))


def compatible(one: str, other: str) -> bool:
    """Whether two measures can count one thing: 台 and 套, 人 and 人次, not 座 and 年."""
    kinds, others = kinds_of(one), kinds_of(other)
    return one == other or not kinds or not others or bool(kinds & others)
