"""An amount left blank while those beside it are filled in."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import DECLARED_SUMS, Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "AMOUNT-09",
    Severity.NOTICE,
    name=Text("金额留空", "Amount left blank"),
    what=Text(
        "同一组金额中有的填了、有的空着，空着的按 0 处理",
        "Of amounts that belong together, a blank one counts as 0",
    ),
    message=Text(
        "“{label}”没有填，已按 0 处理。没有这项资金请填 0。",
        "“{label}” is blank and was taken as 0. Write 0 if there is none.",
    ),
    needs="amounts",
    group="file",
    follows=(DECLARED_SUMS,),
    why=Text(
        "空着看不出是没有这项资金，还是漏填了。", "A blank does not say whether there is none or it was forgotten."
    ),
    fix=Text("没有的填 0，漏填的补上金额。", "Write 0 where there is none, or add the amount."),
    wrong=Text("资金总额 5.00，财政拨款 5.00，其他资金空着", "资金总额 5.00, 财政拨款 5.00, 其他资金 blank"),
    right=Text("资金总额 5.00，财政拨款 5.00，其他资金 0.00", "资金总额 5.00, 财政拨款 5.00, 其他资金 0.00"),
)
def blank_among_filled(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Amounts of one period of a form, or of one row of a table, belong together. Those of tasks go by their column."""
    amounts = tables.amounts[tables.amounts["table"] != "indicators"]
    keys = ["form_id", "table", "item", "role", "period"]
    filled = (amounts["state"] == "ok").groupby([amounts[key] for key in keys], observed=True).transform("any")
    for row in rows(amounts, (amounts["state"] == "blank") & filled):
        label = row.label.rpartition("·")[2] if row.role == "row" else row.label
        yield Hit((ref(row),), {"label": label})
