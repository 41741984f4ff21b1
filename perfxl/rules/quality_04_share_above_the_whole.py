"""A share (率, 比例, 满意度) of more than 100%."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import PERCENT, is_share, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

AT_LEAST_ALL = Text(
    "“{name}”填“{value}”，而比率最高是 100%，不必写“≥”。建议写“100%”。",
    "“{name}” is “{value}”; a rate is 100% at most, so “100%” says it.",
)


@table_rule(
    "QUALITY-04",
    Severity.ERROR,
    name=Text("比率超过 100%", "Rate above 100%"),
    what=Text("合格率、覆盖率、满意度等比率不会超过 100%", "Rates, shares and satisfaction are 100% at most"),
    message=Text(
        "“{name}”填“{value}”，而比率不会超过 100%。请核对是否多打了数字或符号。",
        "“{name}” is “{value}”, but a rate is 100% at most. Is there a digit or sign too many?",
    ),
    needs="indicators",
    why=Text(
        "部分不会多于全部，超过 100% 一定有一处写错了。", "A part is never more than the whole; something is mistyped."
    ),
    fix=Text("核对数字和符号；要求全部达到的，写“100%”。", "Check digits and sign; where all is meant, write 100%."),
    wrong=Text("数据准确率：≥292%", "数据准确率: ≥292%"),
    right=Text("数据准确率：≥92%", "数据准确率: ≥92%"),
)
def share_above_the_whole(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """What is a share is told by its name (``shares``); growth and the like (``not_shares``) may pass 100%."""
    lines = tables.indicators
    rate = lines["kind"].isin(["number", "range"]) & (lines["measure"] == PERCENT)
    for line in rows(lines, rate):
        most = max(line.numbers)
        if most < 100 or not is_share(tables.profile, line.name):
            continue
        values = {"name": shown(line.name), "value": shown(line.value)}
        if most > 100 or line.operator == ">":
            yield Hit((ref(line),), values, written=line.value)
        elif line.operator == "≥":
            yield Hit((ref(line),), values, written=line.value, severity=Severity.NOTICE, message=AT_LEAST_ALL)
