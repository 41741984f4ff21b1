"""QUALITY: targets that cannot be right, or that do not agree with one another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.rules._wording import (
    PERCENT,
    QUALITY,
    QUANTITY,
    SATISFACTION,
    TIMELINESS,
    first_word,
    is_share,
    plain,
    shown,
)
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_form, ref, rows
from perfxl.values import squeeze

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


#: measure words that count the same things
_COUNTS = frozenset("个家")
#: how far a rate may be from the quotient, in percentage points
_ROUNDING = Decimal("0.5")
#: an action is told by the first characters of a name: 注册中文域名, 办理机关事业单位
_VERB = 2


@table_rule(
    "QUALITY-22",
    Severity.WARNING,
    name=Text("数量与比率不一致", "Quantities against a rate"),
    what=Text(
        "同一张表中，完成数量与应完成数量之比应与完成比率一致",
        "The quantity done, as a part of the whole, agrees with the rate on the same form",
    ),
    message=Text(
        "“{rate}”填{stated}，而“{part}”{n}、“{whole}”{all}，相除是 {computed}，两者可能不一致。请核对比率或数量。",
        "“{rate}” is {stated}, while “{part}” {n} of “{whole}” {all} is {computed}. They may not agree; please check.",
    ),
    needs="indicators",
    why=Text(
        "完成数除以应完成数就是完成率，三个数应对得上。",
        "What is done, divided by the whole, is the rate: the three must fit.",
    ),
    fix=Text("核对比率和两个数量，改正填错的一个。", "Check the rate and both quantities and correct the wrong one."),
    wrong=Text("应统计单位853家，统计完成单位853家，统计率82%", "应统计单位 853家, 统计完成单位 853家, 统计率 82%"),
    right=Text("应统计单位853家，统计完成单位853家，统计率100%", "应统计单位 853家, 统计完成单位 853家, 统计率 100%"),
)
def rate_against_quantities(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The whole is the one quantity whose name starts with a word of ``bases``; a part shares its measure.

    A rate belongs to a part when the first two characters of the part's name stand in its own. How well something was
    done (``how_well``: 准确率) and what should be small (差错率) is no part of the whole.
    """
    lines, bases = tables.indicators, tables.profile.lexicon.get("bases", ())
    number = (lines["kind"] == "number") & (lines["name_key"] != "")
    counts = number & (lines["second"] == QUANTITY) & (lines["measure"] != PERCENT) & (lines["measure"] != "")
    rates = number & (lines["first"] == "output") & (lines["measure"] == PERCENT)
    for found in by_form(lines, counts | rates) if bases else ():
        counted = [line for line in found if line.measure != PERCENT]
        wholes = [line for line in counted if squeeze(line.name).startswith(bases)]
        if len(wholes) == 1 and wholes[0].number:
            others = [line for line in counted if line is not wholes[0]]
            done = [line for line in found if line.measure == PERCENT and not _other_rate(tables.profile, line.name)]
            yield from _compare(wholes[0], others, done)


def _other_rate(profile: Profile, name: str) -> bool:
    return bool(first_word(profile, "how_well", name) or first_word(profile, "small_is_good", name))


def _compare(whole: Any, parts: list[Any], rates: list[Any]) -> Iterator[Hit]:
    for part in parts:
        quotient = part.number / whole.number * 100
        same = part.measure == whole.measure or {part.measure, whole.measure} <= _COUNTS
        if not same or quotient > 100:
            continue
        verb = part.name_key[:_VERB]
        wrong = [rate for rate in rates if rate.period == part.period and verb in rate.name and _off(rate, quotient)]
        if wrong:
            computed = f"{plain(round(quotient, 1))}%"
            values = {
                "rate": shown(wrong[0].name), "stated": shown(wrong[0].value), "part": shown(part.name),
                "n": shown(part.value), "whole": shown(whole.name), "all": shown(whole.value), "computed": computed,
            }  # fmt: skip
            cells = tuple(map(ref, wrong))
            yield Hit(cells, values, (ref(part), ref(whole)), wrong[0].value, computed, written=wrong[0].value)


def _off(rate: Any, quotient: Decimal) -> bool:
    if rate.operator in ("≥", ">"):
        return bool(quotient < rate.number - _ROUNDING)
    if rate.operator in ("≤", "<"):
        return bool(quotient > rate.number + _ROUNDING)
    return bool(abs(rate.number - quotient) > _ROUNDING)


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


RULES = (
    share_above_the_whole,
    range_or_satisfaction,
    easy_target,
    rate_against_quantities,
    in_time_above_done,
)
