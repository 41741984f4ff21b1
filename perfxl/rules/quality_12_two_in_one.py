"""Two measures in one indicator: 注册率和挂标率."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, rows
from perfxl.values import squeeze

_MEASURE = "(?:率|比例|比重|度|数量?|人次|面积|金额)"
_TWO = re.compile(rf"\w{_MEASURE}(?:和|与|及|以及|、|/)\w+{_MEASURE}(?:\(|\Z)")
#: two acts of one rate, each of two characters: 注册、挂标率
_TWO_ACTS = re.compile(r"\w\w[、/]\w\w率\Z")


@table_rule(
    "QUALITY-12",
    Severity.NOTICE,
    name=Text("一条指标含两项内容", "Two measures in one indicator"),
    what=Text("一条指标只考核一项内容", "An indicator measures one thing"),
    message=Text(
        "一条指标里写了两项内容（如“注册率和挂标率”），完成情况不同时无法评价。建议拆成两条，各填指标值。",
        "An indicator names two measures (such as 注册率和挂标率), which may turn out differently. "
        "Make two of it, each with its value.",
    ),
    needs="indicators",
    group="file",
    why=Text(
        "两项内容完成得不一样时，这一条就无法评价。",
        "Where the two turn out differently the indicator cannot be judged.",
    ),
    fix=Text("拆成两条，各填指标值。", "Make two of it, each with its value."),
    wrong=Text("统计率和数据一致率：≥95%", "统计率和数据一致率: ≥95%"),
    right=Text("统计率：≥95%；数据一致率：≥95%", "统计率: ≥95%; 数据一致率: ≥95%"),
)
def two_in_one(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Two words that each end as a measure does (率, 度, 数 …), joined by 和, 与, 及 or a comma; 注册、挂标率."""
    lines = tables.indicators
    two = lines["name"].map(_names_two).to_numpy(bool)
    for line in rows(lines, two):
        yield Hit((name_ref(line),), written=line.name)


def _names_two(name: str) -> bool:
    text = squeeze(name)
    return bool(_TWO.search(text) or _TWO_ACTS.search(text))
