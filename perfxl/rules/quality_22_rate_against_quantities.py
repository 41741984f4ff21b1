"""A rate that the quantities of the same form do not give: 853 of 853 done, rate 82%."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.rules._wording import PERCENT, QUANTITY, first_word, plain, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_form, ref
from perfxl.values import squeeze

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
