"""A cost item with one amount on the project form and another on the fund form."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from perfxl.model import Lang, Severity, Text
from perfxl.rules._same_project import same_lines
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import wan


@table_rule(
    "CROSS-06",
    Severity.WARNING,
    name=Text("同一成本项目金额不同", "Cost item differs between forms"),
    what=Text(
        "同一项目的同名成本指标，项目表与专项资金表金额应相同",
        "A cost item of one project has the same amount on both forms",
    ),
    message=Text(
        "成本指标“{name}”填 {stated} 万元，而项目表（{where}）填 {computed} 万元。请核对，两表应一致。",
        "The cost item “{name}” is {stated} 万元 here and {computed} on the project form ({where}). They should agree.",
    ),
    needs="same_project",
    why=Text(
        "两张表说的是同一个项目的同一笔成本，不会有两个数。", "Both forms speak of the same cost of the same project."
    ),
    fix=Text("核对哪个正确，改正另一个。", "Find out which is right and correct the other."),
    wrong=Text(
        "培训费：项目表 3.00万元，专项资金表 4.00万元",
        "培训费: 3.00万元 on the project form, 4.00万元 on the fund form",
    ),
    right=Text("培训费：两张表都是 3.00万元", "培训费: 3.00万元 on both forms"),
)
def cost_item_differs(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Pairs cost items of a fund form and of its project form by name."""
    for line, other in same_lines(tables, cost=True):
        if pd.notna(line.fen) and pd.notna(other.fen) and line.fen != other.fen:
            stated, computed = int(line.fen), int(other.fen)
            values = {
                "name": line.name,
                "stated": wan(stated),
                "computed": wan(computed),
                "where": str(ref(other)),
            }
            yield Hit((ref(line),), values, (ref(other),), stated, computed, stated - computed, written=line.value)
