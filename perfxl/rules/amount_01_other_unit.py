"""An amount written in another unit of money than the form's."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import wan


@table_rule(
    "AMOUNT-01",
    Severity.ERROR,
    name=Text("金额单位不符", "Unit of money differs"),
    what=Text("单元格里写的单位与表头的金额单位不同", "The cell states another unit than the head of the form"),
    message=Text(
        "“{label}”写的是“{text}”，表头的金额单位是{measure}；按所写单位折合 {amount} 万元。"
        "请改为以{measure}为单位的数字。",
        "“{label}” says “{text}” while the form counts in {measure}; as written it is {amount} 万元. "
        "Please give the figure in {measure}.",
    ),
    needs="amounts",
    why=Text(
        "单位不同的数不能直接相加，元和万元差一万倍。",
        "Figures in different units cannot be added: 元 and 万元 are ten thousand apart.",
    ),
    fix=Text("换算成表头的单位，只填数字。", "Convert to the unit of the head and give the figure only."),
    wrong=Text("表头是“万元”，单元格填“80000元”", "The head says 万元, the cell 80000元"),
    right=Text("表头是“万元”，单元格填“8.00”", "The head says 万元, the cell 8.00"),
)
def other_unit(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Cost indicators carry a unit of their own and are left out. 0元 is 0 in any unit, hence a notice."""
    amounts = tables.amounts
    wrong = (
        (amounts["table"] != "indicators") & (amounts["state"] == "ok") & (amounts["per"] == "")
        & ~amounts["measure"].isin(["", tables.profile.measure])
    )  # fmt: skip
    for row in rows(amounts, wrong):
        values = {
            "label": row.label,
            "text": row.text,
            "measure": tables.profile.measure,
            "amount": wan(int(row.fen)),
        }
        yield Hit((ref(row),), values, written=row.text, severity=None if row.fen else Severity.NOTICE)
