"""A special fund without its plan, its rules or its grounds."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity
from perfxl.rules._required import empty_fields
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables


@rule(
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
)
def fund_description_empty(tables: Tables, lang: Lang) -> Iterator[At]:
    """The profile says which fields: ``required = "COMPLETE-03"``."""
    yield from empty_fields(tables, "COMPLETE-03")
