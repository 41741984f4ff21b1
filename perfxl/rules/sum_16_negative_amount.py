"""An amount below zero."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import wan


@table_rule(
    "SUM-16",
    Severity.ERROR,
    name=Text("金额为负数", "Negative amount"),
    what=Text("预算金额不能是负数", "A budget amount cannot be negative"),
    message=Text(
        "“{label}”是负数：{amount} 万元。请改正。", "“{label}” is negative: {amount} 万元. Please correct it."
    ),
    source="预算金额不为负",
    needs="amounts",
    why=Text(
        "预算是要花的钱，不会是负数；负数多半是为了凑平合计。",
        "A budget is money to be spent; a negative one mostly hides a difference.",
    ),
    fix=Text("改成实际金额，再核对合计。", "Give the actual amount and check the total again."),
    wrong=Text("资金总额 8.00，财政拨款 9.00，其他资金 -1.00", "资金总额 8.00, 财政拨款 9.00, 其他资金 -1.00"),
    right=Text("资金总额 8.00，财政拨款 8.00，其他资金 0.00", "资金总额 8.00, 财政拨款 8.00, 其他资金 0.00"),
)
def negative_amount(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """A total of 0 above parts that are more is reported by the sum itself."""
    amounts = tables.amounts
    for row in rows(amounts, (amounts["state"] == "ok") & (amounts["fen"].fillna(0) < 0)):
        yield Hit((ref(row),), {"label": row.label, "amount": wan(int(row.fen))}, written=row.text)
