"""The type 其他 is ticked beside a named one."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity
from perfxl.rules._fields import texts_of
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables, ref


@rule(
    "BOX-03",
    Severity.NOTICE,
    name=Text("同时勾选了“其他”", "“Other” beside a named option"),
    what=Text("已勾选具体类型的，一般不再勾选“其他”", "Where a named option is ticked, 其他 usually is not"),
    message=Text(
        "“{label}”已勾选“{named}”，又勾选了“{other}”。请核对是否都适用。",
        "“{label}” has “{named}” ticked and “{other}” too. Please check that both apply.",
    ),
    needs="fund",
)
def other_beside_named(tables: Tables, lang: Lang) -> Iterator[At]:
    """What counts as 其他 is the profile's ``other_cost``."""
    for row in texts_of(tables, "choice"):
        ticked = row.text.split("、")
        other = [option for option in ticked if option in tables.profile.other_cost]
        named = [option for option in ticked if option not in other]
        if other and named:
            yield At((ref(row),), {"label": row.label, "named": "、".join(named), "other": "、".join(other)})
