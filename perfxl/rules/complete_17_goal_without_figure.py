"""A goal (总体目标) of a few words, or without any number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._narrative import goals
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import squeeze

#: a figure, or a number word before a measure word: 九成, 三个, 一半
_HAS_FIGURE = re.compile(
    "[0-9]|[一二两三四五六七八九十百千万半][个家项次名人份户条套所篇成倍期批处件]|一半|全覆盖|百分之"
)
SHORT = Text(
    "“{label}”不足 {least} 个字，过于简单。请写明做什么、做多少、达到什么效果。",
    "“{label}” has fewer than {least} characters. Say what is done, how much, and what comes of it.",
)


@table_rule(
    "COMPLETE-17",
    Severity.WARNING,
    name=Text("总体目标过于简单", "Goal says too little"),
    what=Text("总体目标应写明数量和效果，不能只有一句话", "A goal names figures and effects"),
    message=Text(
        "“{label}”没有数字，看不出做多少、做到什么程度。请写明主要的数量、比率和预期效果，并与绩效指标一致。",
        "“{label}” holds no figure, so nobody can tell how much is to be done, or how well. "
        "Name the main quantities, rates and effects, as in the indicators.",
    ),
    group="file",
    follows=("COMPLETE-12",),
    why=Text(
        "目标里没有数字，年终说不清完成了没有。",
        "Without a figure nobody can say at the end of the year whether the goal was met.",
    ),
    fix=Text(
        "写明做什么、做多少、达到什么效果，并与绩效指标一致。",
        "Say what is done, how much, and what comes of it, as in the indicators.",
    ),
    wrong=Text("完成本年度的登记工作，提高效率。", "完成本年度的登记工作，提高效率。"),
    right=Text(
        "涉改单位124家全部完成改革，涉改人员28759人转隶到位。", "涉改单位124家全部完成改革，涉改人员28759人转隶到位。"
    ),
)
def goal_without_figure(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The length asked for is the profile's ``goal_chars``. An empty goal is COMPLETE-01."""
    least = int(tables.profile.limits.get("goal_chars", 0))
    for row, _ in goals(tables):
        if not _HAS_FIGURE.search(squeeze(row.text)):
            yield Hit((ref(row),), {"label": row.label}, written=row.text)
        elif len(squeeze(row.text)) < least:
            yield Hit((ref(row),), {"label": row.label, "least": least}, written=row.text, message=SHORT)
