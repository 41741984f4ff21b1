"""An amount with more decimals than the form allows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values.measures import to_fen
from perfxl.values.numerals import decimals

SHOWN = Text(
    "“{label}”存的是 {text}，表上只显示 {shown}，多出的小数看不到，但会计入合计。请四舍五入到 {decimals} 位后重新填写，"
    "再核对合计。",
    "“{label}” holds {text}, of which the sheet shows {shown}; what nobody sees counts in the totals. Round it to "
    "{decimals} decimals, type it again and check the total.",
)


@table_rule(
    "AMOUNT-05",
    Severity.WARNING,
    name=Text("小数位数过多", "Too many decimals"),
    what=Text("金额保留小数点后两位", "Amounts have two decimals"),
    message=Text(
        "“{label}”填的是 {text}，有 {n} 位小数，应保留 {decimals} 位。请四舍五入后重新核对合计。",
        "“{label}” is {text}, with {n} decimals; {decimals} are allowed. Round it and check the total again.",
    ),
    needs="amounts",
    why=Text(
        "多出的小数打印时看不到，各项相加与合计会有尾差。",
        "Decimals that do not show in print make totals differ in the last digit.",
    ),
    fix=Text("四舍五入到规定的位数，再核对合计。", "Round to the decimals asked for and check the totals again."),
    wrong=Text("资金总额：5.0012", "资金总额: 5.0012"),
    right=Text("资金总额：5.00", "资金总额: 5.00"),
)
def too_many_decimals(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Counts the decimals as written; for a number, those that are stored. 5.000 is 5.00 and passes.

    A number whose format shows less is told as it is seen too: whoever looks at the sheet sees nothing wrong.
    """
    amounts, profile = tables.amounts, tables.profile
    long = amounts[
        (amounts["table"] != "indicators") & (amounts["state"] == "ok")
        & amounts["measure"].isin(["", profile.measure])
    ]  # fmt: skip
    step, _ = to_fen(Decimal(10) ** -profile.decimals, profile.measure) or (1, True)
    for row in rows(long, (long["fen"] % max(step, 1) != 0) | long["notes"].map(lambda notes: "sub_fen" in notes)):
        values = {
            "label": row.label, "text": row.text, "n": row.decimals, "decimals": profile.decimals, "shown": row.shown,
        }  # fmt: skip
        # a format may still show too many
        rounded = bool(row.shown) and "scaled" not in row.notes and decimals(Decimal(row.shown)) <= profile.decimals
        yield Hit((ref(row),), values, written=row.text, message=SHOWN if rounded else None)
