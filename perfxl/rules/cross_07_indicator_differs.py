"""An indicator with one value on the project form and another on the fund form."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._same_project import same_lines, same_value
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref


@table_rule(
    "CROSS-07",
    Severity.WARNING,
    name=Text("同一指标的值不同", "Indicator differs between forms"),
    what=Text(
        "同一项目的同名指标，项目表与专项资金表的指标值应相同",
        "An indicator of one project has the same value on both forms",
    ),
    message=Text(
        "指标“{name}”填“{stated}”，而项目表（{where}）填“{computed}”。请核对，两表应一致。",
        "The indicator “{name}” is “{stated}” here and “{computed}” on the project form ({where}). They should agree.",
    ),
    needs="same_project",
    why=Text(
        "两张表说的是同一个项目的同一条指标，考核时不能有两个标准。",
        "Both forms speak of one indicator of one project; it cannot have two targets.",
    ),
    fix=Text("核对哪个正确，改正另一个。", "Find out which is right and correct the other."),
    wrong=Text(
        "域名注册率：项目表 ≥95%，专项资金表 ≥90%", "域名注册率: ≥95% on the project form, ≥90% on the fund form"
    ),
    right=Text("域名注册率：两张表都是 ≥95%", "域名注册率: ≥95% on both forms"),
)
def indicator_differs(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Pairs indicators by second level and name; cost items are CROSS-06."""
    for line, other in same_lines(tables, cost=False):
        if not {line.kind, other.kind} & {"empty", "unread"} and not same_value(line, other):
            values = {
                "name": line.name,
                "stated": line.value,
                "computed": other.value,
                "where": str(ref(other)),
            }
            yield Hit((ref(line),), values, (ref(other),), line.value, other.value, written=line.value)
