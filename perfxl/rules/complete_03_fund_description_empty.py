"""A special fund without its plan, its rules or its grounds."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import empty_fields
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "COMPLETE-03",
    Severity.ERROR,
    name=Text("专项资金概况不全", "Fund description incomplete"),
    what=Text(
        "中长期规划、资金管理办法、立项依据、使用范围、申报条件、起止年限必须填写",
        "Plan, rules, grounds, scope, conditions and term of a fund must be filled in",
    ),
    message=Text("“{label}”没有填写。请填写。", "“{label}” is empty. Please fill it in."),
    needs="fund",
    basic=True,
    follows=("COMPLETE-19",),
    why=Text(
        "缺了这些内容，看不出专项资金依据什么设立、怎样使用、用到哪一年。",
        "Without these nobody can tell why the fund exists, how it is used and until when.",
    ),
    fix=Text("按填报说明补填空着的栏目。", "Fill in what is empty as the instructions ask."),
    wrong=Text("项目起止年限：（空）", "项目起止年限: empty"),
    right=Text("项目起止年限：2019年—2021年", "项目起止年限: 2019年—2021年"),
)
def fund_description_empty(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile says which fields: ``required = "COMPLETE-03"``."""
    yield from empty_fields(tables, "COMPLETE-03")
