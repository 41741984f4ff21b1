"""Indicator values in words that set no target: 比较广泛, 显著提高."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading.indicators import COST
from perfxl.rules._wording import examples, value_cells
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_file
from perfxl.values import squeeze


@table_rule(
    "QUALITY-01",
    Severity.WARNING,
    name=Text("指标值笼统", "Vague value"),
    what=Text(
        "指标值应细化、量化，不用“显著提高”“比较广泛”一类的词",
        "Values are figures, not words such as 显著提高 or 比较广泛",
    ),
    message=Text(
        "有 {n} 个指标值写的是{values}这样的笼统词语，年终无法对照考核。请改填数量、比率、金额或时间，如“≥95%”；"
        "确实不能量化的，写明达到什么标准。",
        "{n} values are vague words such as {values}, which nobody can measure. Give a number, a rate, an amount or "
        "a time such as “≥95%”; where there is none, name the standard to be met.",
    ),
    needs="indicators",
    why=Text(
        "笼统的词没有标准，年终无法对照考核。", "Vague words set no standard that the result could be compared with."
    ),
    fix=Text(
        "改填数量、比率、金额或时间；不能量化的，写明达到什么标准。",
        "Give a number, rate, amount or time; where there is none, name the standard to be met.",
    ),
    wrong=Text("查询服务效率：显著提升", "查询服务效率: 显著提升"),
    right=Text("查询服务次数：≥300次", "查询服务次数: ≥300次"),
)
def vague_value(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a file. The words are the profile's ``vague``; its ``graded`` words (优, 合格) are accepted.

    Only values without any figure or date. Of cost, any words are wrong: QUALITY-14.
    """
    lines = tables.indicators
    for found in by_file(lines, (lines["kind"] == "text") & (lines["second"] != COST)):
        vague = [line for line in found if _is_vague(tables.profile, line.value)]
        if vague:
            yield Hit(value_cells(vague), {"n": len(vague), "values": examples(vague)}, written=vague[0].value)


@lru_cache(maxsize=65_536)
def _is_vague(profile: Profile, value: str) -> bool:
    text = squeeze(value)
    return any(word == text or (len(word) > 1 and word in text) for word in profile.lexicon.get("vague", ()))
