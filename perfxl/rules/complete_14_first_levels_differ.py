"""First-level indicators other than those the instructions name."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, name_ref, rows
from perfxl.values import label_key

NESTED = Text(
    "“{level}”列在“{parent}”下，而填报说明把它列为一级指标（{levels}）。表式如此，不必改动。",
    "“{level}” stands under “{parent}”, while the instructions name it a first level ({levels}). "
    "The form is printed so; nothing to change.",
)


@table_rule(
    "COMPLETE-14",
    Severity.NOTICE,
    name=Text("一级指标与表式不同", "First levels differ"),
    what=Text("一级指标不能修改", "The first levels may not be changed"),
    message=Text(
        "一级指标“{level}”不在表式之内（{levels}）。一级指标不能修改，请改回。",
        "“{level}” is no first level of the form ({levels}). First levels may not be changed.",
    ),
    needs="indicators",
    group="form",
    why=Text(
        "一级指标统一，各单位的指标才能分类汇总。",
        "Indicators of many units can only be put together under the same first levels.",
    ),
    fix=Text("把一级指标改回表式所列的名称。", "Restore the first level as the form prints it."),
    wrong=Text("一级指标写成“社会贡献”", "First level 社会贡献"),
    right=Text("一级指标写“效益指标”", "First level 效益指标"),
)
def first_levels_differ(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Compares the first levels on the sheet with those of the profile's form."""
    profile = tables.profile
    lines = tables.indicators[tables.indicators["first_text"] != ""]
    lines = lines.drop_duplicates(["form_id", "first_text", "second"])
    for line in rows(lines):
        allowed = profile.forms[line.form].first_levels(profile.levels)
        names = "、".join(profile.levels[key].name for key in allowed)
        if label_key(line.first_text) not in profile.levels_by_label:
            yield Hit((name_ref(line),), {"level": line.first_text, "levels": names})
        elif line.second in allowed and line.first != line.second:
            values = {"level": profile.levels[line.second].name, "parent": line.first_text, "levels": names}
            yield Hit((name_ref(line),), values, message=NESTED)
