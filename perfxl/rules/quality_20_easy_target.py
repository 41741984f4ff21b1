"""A target that asks for little: a rate of 60% or less, a quantity of 0."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import PERCENT, QUANTITY, first_word, is_share, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import squeeze

#: counts what happens to people, and is the better the smaller
_INCIDENTS = "起"


@table_rule(
    "QUALITY-20",
    Severity.NOTICE,
    name=Text("目标值可能偏低", "Perhaps an easy target"),
    what=Text(
        "目标值应有一定难度，比率不宜过低，数量不应为 0",
        "A target asks for something: no very low rate, no quantity of 0",
    ),
    message=Text(
        "目标值可能偏低：{each}。请核对是否填错；如受条件限制确实只能达到这个水平，不必改动。",
        "Targets that may be low: {each}. Please check; where no more can be reached, nothing has to be changed.",
    ),
    needs="indicators",
    group="file",
    follows=("QUALITY-07",),
    why=Text("不用努力就能完成的目标，起不到约束作用。", "A target that is met without effort asks for nothing."),
    fix=Text("参照往年完成情况或行业水平确定目标值。", "Take the target from past years or from what others reach."),
    wrong=Text("项目完成率：50%", "Completion rate: 50%"),
    right=Text("项目完成率：≥95%", "Completion rate: ≥95%"),
)
def easy_target(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A guess, hence a notice. The limit is the profile's ``easy_rate``.

    Silent where small is good (``small_is_good``), and where a rate may well be low (``may_be_low``).
    """
    profile, lines = tables.profile, tables.indicators
    limit = profile.limits.get("easy_rate", 0)
    some = (lines["kind"] == "number") & ~lines["operator"].isin(["≤", "<"]) & (lines["name_key"] != "")
    for line in rows(lines, some) if limit else ():
        name = squeeze(line.name)
        if len(line.numbers) > 1 or first_word(profile, "small_is_good", name):
            continue
        rate = line.measure == PERCENT and line.number <= limit and is_share(profile, name)
        none = line.second == QUANTITY and line.number == 0 and line.measure != _INCIDENTS
        if (rate and not first_word(profile, "may_be_low", name)) or none:
            yield Hit((ref(line),), written=line.value, each=f"“{shown(line.name)}”{shown(line.value)}")
