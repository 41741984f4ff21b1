"""The unit written again in a cell whose head already says it."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import longest
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_file, ref


@table_rule(
    "AMOUNT-06",
    Severity.NOTICE,
    name=Text("金额里重复写了单位", "Unit repeated in the cell"),
    what=Text(
        "表头已注明金额单位，单元格里只填数字，保留两位小数",
        "The head names the unit; the cell holds the figure only, with two decimals",
    ),
    message=Text(
        "金额写成了“{text}”这样的文字。表头已注明单位，请只填数字并保留小数点后 {decimals} 位，如 {example}，"
        "便于表格自动合计。",
        "Amounts are typed as text such as “{text}”. The head names the unit: give figures only, "
        "with {decimals} decimals ({example}), so that the sheet can add them.",
    ),
    needs="amounts",
    why=Text("带“万元”的格子是文字，表格不能自动合计。", "A cell with a unit in it is text, which a sheet cannot add."),
    fix=Text("删去“万元”，只留数字。", "Remove the unit and keep the figure."),
    wrong=Text("财政拨款：8.00万元", "财政拨款: 8.00万元"),
    right=Text("财政拨款：8.00", "财政拨款: 8.00"),
)
def unit_repeated(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a file, with all its cells."""
    amounts, profile = tables.amounts, tables.profile
    repeated = (
        (amounts["table"] != "indicators") & (amounts["state"] == "ok") & (amounts["misspelt"] == "")
        & (amounts["measure"] == profile.measure) & (amounts["per"] == "")
    )  # fmt: skip
    for found in by_file(amounts, repeated):
        cells = tuple(dict.fromkeys(ref(row) for row in found))
        example = f"{17:.{profile.decimals}f}"
        values = {"text": longest(row.text for row in found), "decimals": profile.decimals, "example": example}
        yield Hit(cells, values, written=found[0].text)
