"""The same indicator twice on one form."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._required import level_name
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, rows


@table_rule(
    "DUP-02",
    Severity.WARNING,
    name=Text("指标重复", "An indicator twice"),
    what=Text("同一张表同一类指标下，三级指标名称不重复", "No two indicators of a kind have one name on a form"),
    message=Text(
        "“{level}”下的指标“{name}”在 {where} 已填过一次。请删去一条，或写明两条的区别。",
        "The indicator “{name}” stands under “{level}” already ({where}). Remove one, or say how they differ.",
    ),
    needs="indicators",
    why=Text("同名的两条指标，分不清各考核什么。", "Two indicators of one name cannot be told apart."),
    fix=Text("删去一条，或在名称中写明区别。", "Remove one, or say in the names how they differ."),
    wrong=Text("数量指标下有两条“统计单位数”", "Two quantities named 统计单位数"),
    right=Text("数量指标下有“统计机关数”和“统计事业单位数”", "Quantities 统计机关数 and 统计事业单位数"),
)
def indicator_twice(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Names are compared without blanks and punctuation, within one period and one second level."""
    lines = tables.indicators[tables.indicators["name_key"] != ""]
    twice = lines.duplicated(["form_id", "period", "second", "name_key"], keep=False)
    first: dict[tuple[int, str, str, str], Ref] = {}
    for line in rows(lines, twice):
        place = name_ref(line)
        before = first.setdefault((line.form_id, line.period, line.second, line.name_key), place)
        if before != place:
            level = level_name(tables.profile, line.second) if line.second else line.second_text
            values = {"level": level, "name": " ".join(line.name.split()), "where": str(before)}
            yield Hit((place,), values, (before,), written=line.name)
