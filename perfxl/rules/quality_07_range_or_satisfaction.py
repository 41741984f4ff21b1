"""A range that does not rise, and a satisfaction that is out of the usual: 98%-95%, 满意度 50%, 满意度 100%."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.rules._wording import PERCENT, SATISFACTION, first_word, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import squeeze

LOW = Text(
    "“{name}”填“{value}”，低于 {low}%，目标可能定得过低或少打了数字。请核对；一般不低于 80%。",
    "“{name}” is “{value}”, below {low}%. The target may be too low, or a digit missing; 80% is usual at least.",
)
ALL = Text(
    "满意度目标定为 100%，有一人不满意就不能完成。如不是有意为之，建议按实际情况定，如“≥95%”。",
    "A satisfaction of 100% is missed if a single person is not content. Unless it is meant so, “≥95%” may be wiser.",
)


@table_rule(
    "QUALITY-07",
    Severity.WARNING,
    name=Text("区间颠倒或满意度不合常理", "Range or satisfaction"),
    what=Text(
        "区间先小后大；满意度目标不过低，也不轻易定为 100%",
        "A range goes from less to more; satisfaction is neither very low nor 100%",
    ),
    message=Text(
        "“{name}”填“{value}”，前一个数不小于后一个数。请改为从小到大，或只填一个数。",
        "“{name}” is “{value}”: the first number is not below the second. Write the smaller first, or one number only.",
    ),
    needs="indicators",
    group="file",
    follows=("QUALITY-04",),
    why=Text(
        "颠倒的区间无法对照；过低的满意度没有约束力，100% 又几乎完不成。",
        "A range upside down cannot be met; a very low satisfaction asks for nothing, 100% for too much.",
    ),
    fix=Text("区间从小到大写；满意度按往年实际确定。", "Write a range upwards; take satisfaction from past years."),
    wrong=Text("服务对象满意度：98%-95%", "Satisfaction: 98%-95%"),
    right=Text("服务对象满意度：≥95%", "Satisfaction: ≥95%"),
)
def range_or_satisfaction(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The limits are the profile's ``satisfaction_low`` and ``satisfaction_high``; complaints are ``small_is_good``."""
    profile, lines = tables.profile, tables.indicators
    for line in rows(lines, lines["kind"] == "range"):
        if len(line.numbers) == 2 and line.numbers[0] >= line.numbers[1] and "mixed_measures" not in line.notes:
            yield Hit((ref(line),), {"name": shown(line.name), "value": shown(line.value)}, written=line.value)
    low, high = profile.limits.get("satisfaction_low", 0), profile.limits.get("satisfaction_high", 101)
    rate = (lines["kind"] == "number") & (lines["measure"] == PERCENT)
    for line in rows(lines, rate & ~lines["operator"].isin(["≤", "<"])):
        if len(line.numbers) > 1 or not _of_satisfaction(profile, line):
            continue
        if line.number < low:
            values = {"name": shown(line.name), "value": shown(line.value), "low": f"{low:g}"}
            yield Hit((ref(line),), values, written=line.value, message=LOW)
        elif line.number == high:
            yield Hit((ref(line),), written=line.value, severity=Severity.NOTICE, message=ALL)


def _of_satisfaction(profile: Profile, line: Any) -> bool:
    """Whether an indicator tells how content people are, by its level or its name; not how many complain."""
    name = squeeze(line.name)
    named = any(word in name for word in profile.belongs.get(SATISFACTION, ()))
    return (line.second == SATISFACTION or named) and not first_word(profile, "small_is_good", name)
