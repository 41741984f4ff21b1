"""A figure inside words: 检查率达100%."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import noted
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

KINDS = ("number", "range", "money", "unit_price")


@table_rule(
    "QUALITY-11",
    Severity.NOTICE,
    name=Text("指标值中夹有文字", "Words around a figure"),
    what=Text("指标值只填符号、数字和单位", "A value is a sign, a number and a unit"),
    message=Text(
        "指标值里夹有文字。建议只填符号、数字和单位（如“检查率达100%”写作“100%”），其余文字放到指标名称中。",
        "A value has words around its figure. Give sign, number and unit only (“100%” for “检查率达100%”) and move "
        "the words to the name.",
    ),
    needs="indicators",
    group="file",
    why=Text("数字夹在文字里，不便于汇总和比较。", "Figures among words are hard to collect and compare."),
    fix=Text("只填符号、数字和单位，文字移到指标名称中。", "Give sign, number and unit; move the words to the name."),
    wrong=Text("督察检查：检查率达100%", "督察检查: 检查率达100%"),
    right=Text("督察检查率：100%", "督察检查率: 100%"),
)
def figure_inside_words(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a file. Sentences and several figures are QUALITY-10; 较上年增长5% needs its words."""
    lines = tables.indicators
    wordy = noted(lines, "embedded") & ~noted(lines, "sentence") & ~noted(lines, "several")
    for line in rows(lines, wordy & lines["kind"].isin(KINDS).to_numpy(bool)):
        yield Hit((ref(line),), written=line.value)
