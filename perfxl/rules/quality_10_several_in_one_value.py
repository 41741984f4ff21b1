"""An indicator value that is a sentence, or holds several figures."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import noted, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

SENTENCE = Text(
    "指标值“{value}”是一句话，没有可以对照的数字。请把说明移到指标名称或总体目标中，这里只填目标值，如“≥95%”。",
    "The value “{value}” is a sentence without a figure. Move the words to the name or the goal; give the target only.",
)


@table_rule(
    "QUALITY-10",
    Severity.WARNING,
    name=Text("指标值是整句话或有多个数", "Value is a sentence or several figures"),
    what=Text("一个指标值只填一个目标，不写成句子", "A value is one target, not a sentence"),
    message=Text(
        "指标值“{value}”写成了一句话或含有多个数，无法确定以哪个为准。请只填本年度的一个目标值，其余另列指标或移到指标名称中。",
        "The value “{value}” is a sentence or holds several figures; which is the target? "
        "Give the one of this year, and list others as indicators of their own.",
    ),
    needs="indicators",
    follows=("QUALITY-01", "QUALITY-14"),
    why=Text(
        "一句话或几个数，年终不知道以哪个为准。",
        "Of a sentence, or of several figures, nobody knows which is the target.",
    ),
    fix=Text(
        "只留本年度的一个目标值，其余另列指标或移到名称中。",
        "Keep the one target of the year; make others indicators of their own, or move them to the name.",
    ),
    wrong=Text("统计率：2020年95%，2021年97%", "统计率: 2020年95%，2021年97%"),
    right=Text("统计率：≥95%", "统计率: ≥95%"),
)
def several_in_one_value(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Sentences are longer than fifteen characters; a range (95%-98%) is one target."""
    lines = tables.indicators
    wrong = noted(lines, "sentence") | noted(lines, "several")
    for line in rows(lines, wrong):
        message = None if line.numbers else SENTENCE
        yield Hit((ref(line),), {"value": shown(line.value)}, written=line.value, message=message)
