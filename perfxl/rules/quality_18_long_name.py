"""An indicator name that is a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, rows
from perfxl.values import squeeze


@table_rule(
    "QUALITY-18",
    Severity.NOTICE,
    name=Text("指标名称过长", "Long name"),
    what=Text("指标名称应简短，超过一定字数的多半是一句话", "An indicator's name is short, not a sentence"),
    message=Text(
        "指标名称超过 {most} 个字，像一句话，看不出考核什么。建议写成简短的名称，如“域名注册率”“受益单位数”。",
        "A name has more than {most} characters and reads as a sentence. Give a short one, such as “域名注册率”.",
    ),
    needs="indicators",
    group="file",
    why=Text(
        "名称太长，看不出考核什么，汇总表里也显示不下。",
        "A long name hides what is measured and does not fit the summary.",
    ),
    fix=Text("写成简短的名称，其余的话移到总体目标中。", "Give a short name and move the rest to the goal."),
    wrong=Text(
        "使得全市事业单位能够按时按期进行事业单位登记管理工作并公示：≥95%",
        "使得全市事业单位能够按时按期进行事业单位登记管理工作并公示: ≥95%",
    ),
    right=Text("事业单位登记率：≥95%", "事业单位登记率: ≥95%"),
)
def long_name(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a file. The limit is the profile's ``name_chars``; what stands in brackets does not count."""
    most = int(tables.profile.limits.get("name_chars", 0))
    lines = tables.indicators
    for line in rows(lines, (lines["name_key"].map(len) > most).to_numpy(bool)) if most else ():
        if len(squeeze(line.name).partition("(")[0]) > most:
            yield Hit((name_ref(line),), {"most": most}, written=line.name)
