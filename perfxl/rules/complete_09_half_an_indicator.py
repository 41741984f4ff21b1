"""An indicator that has a name and no value, or a value and no name."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, ref, rows

NO_NAME = Text(
    "指标值“{value}”没有对应的指标名称。请补填名称。",
    "The value “{value}” has no indicator name. Please add it.",
)


@table_rule(
    "COMPLETE-09",
    Severity.ERROR,
    name=Text("指标名称与指标值不成对", "Half an indicator"),
    what=Text("每条三级指标都要有名称和指标值", "Every indicator needs a name and a value"),
    message=Text("指标“{name}”没有填指标值。请补填。", "The indicator “{name}” has no value. Please fill it in."),
    needs="indicators",
    basic=True,
    follows=("COMPLETE-19",),
    why=Text(
        "只有名称或只有指标值，年终无法对照。",
        "A name without a value, or a value without a name, cannot be compared with anything.",
    ),
    fix=Text("补上空着的一半；不需要这条的，两格都清空。", "Add the missing half, or clear both cells."),
    wrong=Text("统计机关事业单位数：（空）", "统计机关事业单位数: no value"),
    right=Text("统计机关事业单位数：853家", "统计机关事业单位数: 853家"),
)
def half_an_indicator(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Reported at the empty one of the two cells."""
    lines = tables.indicators
    for line in rows(lines, (lines["name_key"] != "") & (lines["kind"] == "empty")):
        yield Hit((ref(line),), {"name": " ".join(line.name.split())}, related=(name_ref(line),))
    for line in rows(lines, (lines["name_key"] == "") & (lines["kind"] != "empty")):
        yield Hit((name_ref(line),), {"value": line.value}, related=(ref(line),), message=NO_NAME)
