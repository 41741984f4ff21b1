"""A unit that is misspelt: 万无, 万园, or 万 alone."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import wan

SHORT = Text(
    "金额的单位写成了“{unit}”，应为“{measure}”，已按{measure}核对。请只填数字。",
    "The unit is written “{unit}”; it should be {measure}, and was read so. Please give figures only.",
)


@table_rule(
    "AMOUNT-02",
    Severity.ERROR,
    name=Text("金额单位写错", "Unit misspelt"),
    what=Text("单位像“万元”但写错了", "The unit looks like 万元 but is misspelt"),
    message=Text(
        "“{label}”写的是“{text}”，单位写错，应是 {amount} 万元？请改为 {amount}。",
        "“{label}” says “{text}”: the unit is misspelt. Is {amount} 万元 meant? Please write {amount}.",
    ),
    needs="amounts",
    group="form",
    why=Text("单位写错了，就拿不准这笔钱有多少。", "With a misspelt unit nobody can be sure of the amount."),
    fix=Text("删去单位，只填数字，并核对数额。", "Remove the unit, keep the figure, and check it."),
    wrong=Text("财政拨款：5.00万无", "财政拨款: 5.00万无"),
    right=Text("财政拨款：5.00", "财政拨款: 5.00"),
)
def misspelt_unit(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """``250万`` is only short for 万元, hence a notice, and one for a whole form."""
    amounts = tables.amounts
    for row in rows(amounts, (amounts["misspelt"] != "") & (amounts["state"] == "ok")):
        values = {
            "label": row.label,
            "text": row.text,
            "amount": wan(int(row.fen)),
            "measure": tables.profile.measure,
        }
        if tables.profile.measure.startswith(row.misspelt):
            short = {"unit": row.misspelt, "measure": tables.profile.measure}
            yield Hit((ref(row),), short, written=row.text, severity=Severity.NOTICE, message=SHORT)
        else:
            yield Hit((ref(row),), values, written=row.text)
