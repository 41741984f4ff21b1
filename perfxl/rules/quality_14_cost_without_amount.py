"""Cost indicators (成本) whose value is no amount, price or rate."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.reading.indicators import COST
from perfxl.rules._wording import PERCENT, examples, value_cells
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_file
from perfxl.values.measures import money_unit

KINDS = ("text", "graded", "date", "period", "frequency", "ratio")


@table_rule(
    "QUALITY-14",
    Severity.WARNING,
    name=Text("成本指标没有金额", "Cost without an amount"),
    what=Text("成本指标值应是金额、单位成本或控制比率", "A cost is an amount, a price or a rate"),
    message=Text(
        "成本指标值{values}不是金额、单位成本，也不是控制比率，不能与资金核对。请填金额（如“3.00万元”）或单价（如“500元/人”）。",
        "The cost {values} is no amount, price or rate and cannot be compared with the funds. "
        "Give an amount such as “3.00万元” or a price such as “500元/人”.",
    ),
    needs="indicators",
    why=Text("没有金额的成本指标，不能与资金核对。", "A cost without an amount cannot be compared with the funds."),
    fix=Text("填金额、单价或控制比率。", "Give an amount, a price or a rate."),
    wrong=Text("培训费：参照政府采购成本控制", "培训费: 参照政府采购成本控制"),
    right=Text("培训费：3.00万元", "培训费: 3.00万元"),
)
def cost_without_amount(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Words, dates and counts. A bare number is taken for 万元, 不超预算 for a limit."""
    lines = tables.indicators
    cost = lines["second"] == COST
    counted = lines["kind"].isin(["number", "range"]) & ~lines["measure"].isin(["", PERCENT, "‰"])
    for found in by_file(lines, cost & (lines["kind"].isin(KINDS) | counted)):
        wrong = [line for line in found if not money_unit(line.measure)[0]]
        if wrong:
            yield Hit(value_cells(wrong), {"values": examples(wrong)}, written=wrong[0].value)
