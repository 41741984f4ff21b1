"""The type 其他 is ticked beside a named one."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref


@table_rule(
    "BOX-03",
    Severity.NOTICE,
    name=Text("同时勾选了“其他”", "“Other” beside a named option"),
    what=Text("已勾选具体类型的，一般不再勾选“其他”", "Where a named option is ticked, 其他 usually is not"),
    message=Text(
        "“{label}”已勾选“{named}”，又勾选了“{other}”。请核对是否都适用。",
        "“{label}” has “{named}” ticked and “{other}” too. Please check that both apply.",
    ),
    needs="fund",
    why=Text("勾了具体类型又勾“其他”，往往是误勾。", "A tick at 其他 beside a named type is often a slip."),
    fix=Text("去掉“其他”的勾；确有其他内容的，可以不改。", "Remove the tick at 其他; where it does apply, leave it."),
    wrong=Text("民生保障 ☑　其他 ☑", "民生保障 ☑　其他 ☑"),
    right=Text("民生保障 ☑　其他 □", "民生保障 ☑　其他 □"),
)
def other_beside_named(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """What counts as 其他 is the profile's ``other_cost``."""
    for row in texts_of(tables, "choice"):
        ticked = row.text.split("、")
        other = [option for option in ticked if option in tables.profile.other_cost]
        named = [option for option in ticked if option not in other]
        if other and named:
            yield Hit((ref(row),), {"label": row.label, "named": "、".join(named), "other": "、".join(other)})
