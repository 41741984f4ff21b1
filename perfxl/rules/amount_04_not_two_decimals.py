"""Amounts typed with fewer decimals than the form asks for."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "AMOUNT-04",
    Severity.NOTICE,
    name=Text("小数位数不足", "Fewer decimals than asked for"),
    what=Text("金额以万元为单位，保留小数点后两位", "Amounts in 万元 with two decimals"),
    message=Text(
        "金额应保留小数点后 {decimals} 位，如 17 写作 {example}。",
        "Amounts need {decimals} decimals: 17 is written {example}.",
    ),
    needs="amounts",
    group="file",
    follows=("AMOUNT-11",),
    why=Text(
        "小数位数一致，上下对齐，核对时不易看错。", "Figures with the same decimals line up and are easier to compare."
    ),
    fix=Text("补足小数位，或把单元格改为数字格式。", "Add the decimals, or make the cell a number."),
    wrong=Text("金额都按文本填写，财政拨款写“5”", "All amounts are text, 财政拨款 says 5"),
    right=Text("财政拨款写“5.00”", "财政拨款 says 5.00"),
)
def not_two_decimals(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Only amounts typed as text: of a number, the cell's format decides what shows.

    A cell that repeats its unit has to be typed again anyway, and so has a text among numbers: AMOUNT-06 and
    AMOUNT-11 say how.
    """
    amounts = tables.amounts
    short = (
        (amounts["table"] != "indicators") & (amounts["state"] == "ok") & ~amounts["number"]
        & (amounts["measure"] == "") & (amounts["decimals"] < tables.profile.decimals)
    )  # fmt: skip
    example = f"{17:.{tables.profile.decimals}f}"
    for row in rows(amounts, short):
        yield Hit((ref(row),), {"decimals": tables.profile.decimals, "example": example}, written=row.text)
