"""The same benefit on the forms of several projects: a phrase that was copied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import form_levels
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, rows

WORDS = Text(
    "效益指标“{name}”在 {n} 个项目中一字不差，可能是照抄的。建议按各项目的实际效果分别填写。",
    "The benefit “{name}” is word for word the same in {n} projects, possibly copied. "
    "It is better to say what each of them brings.",
)


@table_rule(
    "DUP-03",
    Severity.WARNING,
    name=Text("效益指标照抄", "The same benefit everywhere"),
    what=Text(
        "不同项目的效益各不相同，同一条效益指标不应出现在多个项目中",
        "Projects differ in what they bring; one benefit should not stand on the forms of several",
    ),
    message=Text(
        "效益指标“{name}”在 {n} 个项目中都有（指标值：{figures}），可能是照抄的。请按各项目的实际效果分别填写。",
        "The benefit “{name}” stands in {n} projects, with the values {figures}, possibly copied. "
        "Please say what each of them brings.",
    ),
    needs="indicators",
    why=Text(
        "各项目做的事不同，效果也应不同；照抄的指标考核不出什么。",
        "Projects differ and so do their effects; a copied indicator measures none of them.",
    ),
    fix=Text("按各项目的实际效果分别填写。", "Say for each project what it brings."),
    wrong=Text("三个项目都填“产品价值增长：5%”", "产品价值增长: 5% in three projects"),
    right=Text(
        "各项目分别填“查询服务次数：≥300次”“登记公示率：100%”等",
        "查询服务次数: ≥300次 in one, 登记公示率: 100% in another",
    ),
)
def same_benefit_everywhere(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A warning where it has figures, else a notice. From how many projects on is ``copied_in_projects``."""
    profile, lines = tables.profile, tables.indicators
    least = int(profile.limits.get("copied_in_projects", 3))
    kinds = {key for form in profile.forms for key in form_levels(profile, form, "COMPLETE-07")}
    of_projects = lines["form"].isin(profile.project_forms | profile.fund_forms)
    lines = lines[lines["second"].isin(kinds) & (lines["name_key"] != "") & of_projects]
    projects = dict(zip(tables.forms["form_id"], tables.forms["project"], strict=True))
    again = lines.duplicated(["submission", "second", "name_key"], keep=False)
    copies: dict[tuple[object, ...], list[Any]] = {}
    for line in rows(lines, again):
        copies.setdefault((line.submission, line.second, line.name_key), []).append(line)
    for same in copies.values():
        n = len({projects[line.form_id] for line in same})
        if n < least:
            continue
        figures = list(dict.fromkeys(line.value for line in same if line.number is not None))
        values = {"name": " ".join(same[0].name.split()), "n": n, "figures": "、".join(figures)}
        cells = tuple(dict.fromkeys(name_ref(line) for line in same))
        if figures:
            yield Hit(cells, values)
        else:
            yield Hit(cells, values, severity=Severity.NOTICE, message=WORDS)
