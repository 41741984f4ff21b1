"""More is done in time than is done at all: 登记率 85%, done in time 90%."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import PERCENT, QUALITY, TIMELINESS, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_form, ref

#: a rate is of the two characters before its 率
_RATE, _STEM = "率", 2


@table_rule(
    "QUALITY-23",
    Severity.WARNING,
    name=Text("按时完成的比率高于完成率", "More in time than at all"),
    what=Text("按时完成的比率不会高于完成率", "No more can be done in time than is done at all"),
    message=Text(
        "“{name}”填{stated}，高于“{other}”的{computed}；按时完成的不会多于完成的，可能有一个填错了。请核对。",
        "“{name}” is {stated}, above the {computed} of “{other}”: no more can be done in time than is done. "
        "One of them may be wrong; please check.",
    ),
    needs="indicators",
    why=Text(
        "按时完成的是已完成的一部分，比率不会更高。",
        "What is done in time is a part of what is done; its rate cannot be higher.",
    ),
    fix=Text("核对两个比率，改正填错的一个。", "Check both rates and correct the wrong one."),
    wrong=Text(
        "质量指标“登记率”85%，时效指标“登记按时完成率”90%", "Quality 登记率: 85%, timeliness 登记按时完成率: 90%"
    ),
    right=Text(
        "质量指标“登记率”95%，时效指标“登记按时完成率”90%", "Quality 登记率: 95%, timeliness 登记按时完成率: 90%"
    ),
)
def in_time_above_done(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Compares a rate among the timeliness with the rate of the same act (登记率 and 登记…工作) in its period."""
    lines = tables.indicators
    rate = (lines["kind"] == "number") & (lines["measure"] == PERCENT) & (lines["name_key"] != "")
    for found in by_form(lines, rate & lines["second"].isin([QUALITY, TIMELINESS])):
        done = [line for line in found if line.second == QUALITY and _stem(line)]
        for line in found:
            if line.second != TIMELINESS or len(line.numbers) > 1:
                continue
            other = next((o for o in done if _same_act(o, line) and line.number > o.number), None)
            if other:
                values = {
                    "name": shown(line.name), "stated": shown(line.value), "other": shown(other.name),
                    "computed": shown(other.value),
                }  # fmt: skip
                yield Hit((ref(line),), values, (ref(other),), line.value, other.value, written=line.value)


def _stem(line: Any) -> str:
    name: str = line.name_key
    return name[-_STEM - 1 : -1] if name.endswith(_RATE) and len(name) > _STEM else ""


def _same_act(done: Any, line: Any) -> bool:
    same_scale = done.period == line.period and done.operator == line.operator and len(done.numbers) == 1
    return same_scale and _stem(done) in line.name_key
