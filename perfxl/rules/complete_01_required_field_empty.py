"""A field that must be filled in is empty."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._required import empty_fields
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "COMPLETE-01",
    Severity.ERROR,
    name=Text("必填项为空", "Required field empty"),
    what=Text(
        "年度、项目名称、预算单位、资金总额、财政拨款、年度目标等必须填写",
        "Year, project, unit, funds and goal must be filled in",
    ),
    message=Text("“{label}”没有填写。请填写。", "“{label}” is empty. Please fill it in."),
    basic=True,
    follows=("COMPLETE-19",),
    why=Text(
        "缺了这些内容，认不出项目，核对不了资金，也无从评价绩效。",
        "Without these nobody can tell the project, check its funds or judge its results.",
    ),
    fix=Text("补填空着的栏目。", "Fill in what is empty."),
    wrong=Text("项目名称：（空）", "项目名称: empty"),
    right=Text("项目名称：机构改革", "项目名称: 机构改革"),
)
def required_field_empty(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The profile says which fields: ``required = "COMPLETE-01"``."""
    yield from empty_fields(tables, "COMPLETE-01")
