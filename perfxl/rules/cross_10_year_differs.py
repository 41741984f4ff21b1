"""A form that names another year than the others of its workbook."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._majority import odd_ones
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "CROSS-10",
    Severity.ERROR,
    name=Text("年度不一致", "Year differs"),
    what=Text("各表的年度应相同", "One year on all the forms"),
    message=Text(
        "“{label}”填“{stated}”，其他表填“{computed}”（如 {where}）。请统一。",
        "“{label}” is “{stated}” here and “{computed}” on the other forms (such as {where}). Use one.",
    ),
    needs="forms",
    why=Text("年度不同的表，不能放在一起核对和汇总。", "Forms of different years cannot be compared or added."),
    fix=Text("把年度改成申报的年度。", "Give the year that is applied for."),
    wrong=Text("项目1 填“2020年度”，项目4 填“2021年度”", "2020年度 on one form, 2021年度 on another"),
    right=Text("各表都填“2020年度”", "2020年度 on all forms"),
)
def year_differs(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """What most forms of a workbook say is taken for right; on a tie, the first form. No year at all is DATE-01."""
    yield from odd_ones(tables, "year", like="20[0-9]{2}")
