"""A target measured against an earlier year whose figure is not given: 与2012年持平."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "QUALITY-17",
    Severity.WARNING,
    name=Text("对比基数没有写明", "Base not given"),
    what=Text("与往年比较的指标值应写明往年的数", "A value that compares with an earlier year gives its figure"),
    message=Text(
        "指标值“{value}”与往年比较，但没有写出往年的数，无法考核。请写明具体数字，如“≤185422个（2012年数）”。",
        "The value “{value}” compares with an earlier year but does not give its figure. "
        "State it, such as “≤185422个（2012年数）”.",
    ),
    needs="indicators",
    why=Text("没有往年的数，年终不知道与多少相比。", "Without the earlier figure nobody knows what to compare with."),
    fix=Text("写明往年的数，或直接写本年度的目标数。", "Give the earlier figure, or simply the target of this year."),
    wrong=Text("控制编制数：保持与2012年编制数持平", "控制编制数: 保持与2012年编制数持平"),
    right=Text("控制编制数：≤185422个（2012年数）", "控制编制数: ≤185422个（2012年数）"),
)
def base_not_given(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Only values without any figure: 较上年增长5% can be measured, 不超预算 has its figure on the form."""
    lines = tables.indicators
    for line in rows(lines, (lines["kind"] == "relative") & lines["number"].isna()):
        if "budget" not in line.notes:
            yield Hit((ref(line),), {"value": shown(line.value)}, written=line.value)
