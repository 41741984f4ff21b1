"""An indicator of satisfaction (满意度) that is not called one, or is not a rate or a count."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import PERCENT, SATISFACTION, first_word, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, ref, rows

NO_RATE = Text(
    "满意度指标值“{value}”不是百分比。建议填百分比，如“≥90%”；投诉类指标填次数，如“≤3次”。",
    "The satisfaction “{value}” is no percentage. Give one, such as “≥90%”, or a count of complaints: “≤3次”.",
)
WORDS = ("text", "graded", "date", "period", "frequency", "money", "unit_price")


@table_rule(
    "QUALITY-15",
    Severity.NOTICE,
    name=Text("满意度指标不明确", "Satisfaction of what"),
    what=Text(
        "满意度指标的名称应含“满意度”或“投诉”，指标值应是百分比或次数",
        "An indicator of satisfaction is called one (满意度, 投诉), and is a rate or a count",
    ),
    message=Text(
        "满意度指标写作“{name}”，没有“满意度”“投诉”等字样，看不出考核什么。建议写成“{name}满意度”。",
        "The indicator of satisfaction “{name}” does not say so. Better call it “{name}满意度”.",
    ),
    needs="indicators",
    group="file",
    follows=("QUALITY-01", "QUALITY-09", "QUALITY-10"),
    why=Text(
        "看不出考核谁的满意度、满意到什么程度。", "It does not say whose satisfaction is measured, nor how much of it."
    ),
    fix=Text(
        "名称写“某某满意度”，指标值填百分比；投诉类的填次数。",
        "Call it …满意度 and give a percentage; of complaints give a count.",
    ),
    wrong=Text("主管考核部门：≥90%", "主管考核部门: ≥90%"),
    right=Text("主管考核部门满意度：≥90%", "主管考核部门满意度: ≥90%"),
)
def satisfaction_of_what(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The same name in many forms is one notice. The words looked for are the profile's ``satisfaction_names``."""
    profile, lines = tables.profile, tables.indicators
    here = (lines["second"] == SATISFACTION) & (lines["name_key"] != "")
    for line in rows(lines, here if profile.lexicon.get("satisfaction_names") else here & False):
        if not first_word(profile, "satisfaction_names", line.name):
            yield Hit((name_ref(line),), {"name": shown(line.name)}, written=line.name)
        elif line.kind in WORDS and line.measure != PERCENT:
            yield Hit((ref(line),), {"value": shown(line.value)}, written=line.value, message=NO_RATE)
