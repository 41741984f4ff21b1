"""None of the types of a project is ticked."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import empty_fields
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "BOX-01",
    Severity.ERROR,
    name=Text("项目类型没有勾选", "No type ticked"),
    what=Text("项目类型至少勾选一项，可多选", "At least one type of project is ticked, several may be"),
    message=Text(
        "“{label}”一项也没有读到勾选。请在选中的选项后标 ☑（或 √），可多选。",
        "No tick was found under “{label}”. Please mark the options that apply with ☑ (or √); several may be.",
    ),
    needs="fund",
    basic=True,
    why=Text(
        "一项不勾，就看不出项目属于哪一类，不能分类汇总。",
        "Without a tick nobody can tell the type of the project, nor group by it.",
    ),
    fix=Text("把选中的选项后的 □ 改为 ☑ 或 √，可多选。", "Turn the □ of each option that applies into ☑ or √."),
    wrong=Text("产业发展 □　民生保障 □　基础设施 □　其他 □", "产业发展 □　民生保障 □　基础设施 □　其他 □"),
    right=Text("产业发展 □　民生保障 ☑　基础设施 □　其他 □", "产业发展 □　民生保障 ☑　基础设施 □　其他 □"),
)
def no_type_ticked(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile says which fields: ``required = "BOX-01"``. Their text is the options that carry a tick."""
    yield from empty_fields(tables, "BOX-01")
