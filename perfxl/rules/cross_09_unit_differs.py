"""A form that names another unit than the others of its workbook."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._majority import odd_ones
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "CROSS-09",
    Severity.ERROR,
    name=Text("单位名称不一致", "Unit differs"),
    what=Text("预算单位（部门名称）在各表中应相同", "One unit name on all the forms"),
    message=Text(
        "“{label}”填“{stated}”，其他表填“{computed}”（如 {where}）。请统一。",
        "“{label}” is “{stated}” here and “{computed}” on the other forms (such as {where}). Use one.",
    ),
    needs="forms",
    why=Text("单位名称不同，汇总时会被当成两个单位。", "Two names are taken for two units."),
    fix=Text("各表都填单位全称。", "Give the full name on every form."),
    wrong=Text(
        "项目表填“某市市场监督管理局”，专项资金表填“市监局”", "某市市场监督管理局 on one form, 市监局 on another"
    ),
    right=Text("各表都填“某市市场监督管理局”", "某市市场监督管理局 on all forms"),
)
def unit_differs(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """What most forms of a workbook say is taken for right; on a tie, the first form."""
    yield from odd_ones(tables, "unit")
