"""An amount below zero."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity, wan
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables, ref, rows


@rule(
    "SUM-16",
    Severity.ERROR,
    name=Text("金额为负数", "Negative amount"),
    what=Text("预算金额不能是负数", "A budget amount cannot be negative"),
    message=Text(
        "“{label}”是负数：{amount} 万元。请改正。", "“{label}” is negative: {amount} 万元. Please correct it."
    ),
    source="预算金额不为负",
    needs="amounts",
)
def negative_amount(tables: Tables, lang: Lang) -> Iterator[At]:
    """A total of 0 above parts that are more is reported by the sum itself."""
    amounts = tables.amounts
    for row in rows(amounts, (amounts["state"] == "ok") & (amounts["fen"].fillna(0) < 0)):
        yield At((ref(row),), {"label": row.label, "amount": wan(int(row.fen))}, written=row.text)
