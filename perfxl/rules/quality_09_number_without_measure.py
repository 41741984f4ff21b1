"""A number without a unit of measure."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.reading.indicators import COST
from perfxl.rules._wording import TIMELINESS, is_share, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import squeeze
from perfxl.values.dates import date_of_serial

OF_A_RATE = Text(
    "“{name}”是比率，只填了“{value}”，没有“%”，也看不出是不高于还是不低于。请补全，如“≤{value}%”或“≥{value}%”。",
    "“{name}” is a rate, but “{value}” has no “%” and does not say whether it is the most or the least. "
    "Write “≤{value}%” or “≥{value}%”.",
)

SERIAL = Text(
    "“{name}”显示的是数字 {value}，像是日期 {day} 丢了日期格式。请把单元格设为日期格式，或写成“12月31日前”的样子。",
    "“{name}” shows the number {value}, as the date {day} does without a format. Format the cell as a date, or write "
    "it as “12月31日前”.",
)


@table_rule(
    "QUALITY-09",
    Severity.WARNING,
    name=Text("指标值没有计量单位", "No unit of measure"),
    what=Text("指标值的数字后面应有计量单位", "A number needs its unit of measure"),
    message=Text(
        "“{name}”只填了“{value}”，没有计量单位。请补上，如“{value}个”“{value}%”。",
        "“{name}” is “{value}” without a unit of measure. Add it, such as “{value}个” or “{value}%”.",
    ),
    needs="indicators",
    follows=("COMPLETE-12", "COMPLETE-19"),
    why=Text(
        "没有单位，看不出是个数、家数还是百分比。",
        "Without a unit nobody can tell what is counted, or whether it is a rate.",
    ),
    fix=Text("在数字后面补上计量单位。", "Add the unit of measure."),
    wrong=Text("统计各类编制：185422", "统计各类编制: 185422"),
    right=Text("统计各类编制：185422个", "统计各类编制: 185422个"),
)
def number_without_measure(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Not of cost, which is 万元; nor where the name says what is counted (人数, 次数, “（人）”)."""
    lines = tables.indicators
    bare = lines["kind"].isin(["number", "range"]) & (lines["measure"] == "") & (lines["second"] != COST)
    counted = tables.profile.lexicon.get("counted", ())
    for line in rows(lines, bare & (lines["name_key"] != "")):
        name = squeeze(line.name)
        if name.endswith((")", *counted)):
            continue
        values = {"name": shown(line.name), "value": shown(line.value)}
        if line.second == TIMELINESS and (day := date_of_serial(line.value)):
            yield Hit((ref(line),), values | {"day": day}, written=line.value, message=SERIAL)
            continue
        message = OF_A_RATE if is_share(tables.profile, name) or name.endswith("率") else None
        yield Hit((ref(line),), values, written=line.value, message=message)
