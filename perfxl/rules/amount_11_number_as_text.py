"""Amounts that are stored as text in a workbook whose other amounts are numbers: its own sums pass over them."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import shown
from perfxl.rules.amount_07_unusual_writing import is_unusual
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "AMOUNT-11",
    Severity.NOTICE,
    name=Text("数字存成了文字", "Number stored as text"),
    what=Text("金额存为数字，不存为文字", "Amounts are stored as numbers, not as text"),
    message=Text(
        "这些金额存成了文字，Excel 求和时不计入：{each}。已按所写的数核对。"
        "请把格式改为数值后重新输入；格子左上角有绿色小三角的，也可点它选“转换为数字”。",
        "These amounts are stored as text, which sums of Excel pass over: {each}. They were checked as written. "
        "Format the cells as numbers and type them again, or choose “Convert to Number” where a green triangle shows.",
    ),
    needs="amounts",
    group="file",
    hinted="text_not_added",
    why=Text(
        "SUM 不计算文字，表上自动算出的合计会比各项实际之和少，汇总时也会漏掉。",
        "SUM passes over text: what the sheet or the bureau adds up lacks these amounts.",
    ),
    fix=Text(
        "把单元格改为数值格式，重新输入数字；有绿色小三角的，也可点它选“转换为数字”。",
        "Format the cells as numbers and type them again, or choose “Convert to Number” at the green triangle.",
    ),
    wrong=Text("其他金额都是数字，财政拨款的“5.00”是文字", "All amounts are numbers but 财政拨款, whose 5.00 is text"),
    right=Text("财政拨款的 5.00 也是数字", "The 5.00 of 财政拨款 is a number too"),
)
def number_as_text(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Only where other amounts of the file are numbers: a document has none, and its amounts are not added by it.

    A text with a unit is AMOUNT-06's or AMOUNT-02's, one in unusual digits AMOUNT-07's; they say the same of it. No sum
    lacks a 0.
    """
    amounts = tables.amounts[tables.amounts["table"] != "indicators"]
    with_numbers = amounts["number"].groupby(amounts["submission"]).transform("any")
    texts = (
        (amounts["state"] == "ok") & (amounts["fen"] != 0) & ~amounts["number"] & with_numbers
        & (amounts["measure"] == "") & (amounts["misspelt"] == "") & (amounts["per"] == "")
        & ~amounts["notes"].map(is_unusual).astype(bool)
    )  # fmt: skip
    for row in rows(amounts, texts):
        yield Hit((ref(row),), written=row.text, each=f"“{row.label}”{shown(row.text)}")
