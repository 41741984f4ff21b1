"""An amount cell from which no one amount can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import wan

NO_RESULT = Text(
    "“{label}”是公式 {text}，但没有存下计算结果，读不到金额。请在 Excel 中打开、保存后重新报送。",
    "“{label}” is the formula {text} without a stored result. Open and save it in Excel, then send it again.",
)
BROKEN = Text(
    "“{label}”显示错误值 {text}，读不到金额。请改正公式或直接填数字。",
    "“{label}” shows the error {text}. Mend the formula or type the figure.",
)
SEVERAL = Text(
    "“{label}”里有不止一个金额：“{text}”。请只填一个数字，明细写到说明中。",
    "“{label}” holds more than one amount: “{text}”. Give one figure only.",
)

DIFFER = Text(
    "“{label}”里有不止一个金额：“{text}”，各项合计 {parts} 万元，与 {total} 万元不符。"
    "请核对后只填一个数字，明细写到说明中。",
    "“{label}” holds more than one amount: “{text}”, whose parts make {parts} 万元, not {total}. Give one figure only.",
)


@table_rule(
    "AMOUNT-08",
    Severity.ERROR,
    name=Text("金额读不出来", "No amount can be read"),
    what=Text("金额单元格应是一个数字", "An amount cell holds one figure"),
    message=Text(
        "“{label}”填的是“{text}”，读不出金额。请填数字。",
        "“{label}” says “{text}”, which is no amount. Please give a figure.",
    ),
    needs="amounts",
    basic=True,
    why=Text(
        "读不出金额，与它有关的合计都无法核对。", "Without the amount, no total that it belongs to can be checked."
    ),
    fix=Text(
        "只填一个数字；用公式的，算出结果、保存后再报送。",
        "Give one figure; save a formula with its result before sending.",
    ),
    wrong=Text("财政拨款：待核", "财政拨款: 待核"),
    right=Text("财政拨款：5.00", "财政拨款: 5.00"),
)
def no_amount_readable(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Sums with such a cell are not judged; this finding stands in for them."""
    amounts = tables.amounts
    typed = amounts[amounts["table"] != "indicators"]
    for row in rows(typed, ~typed["state"].isin(["ok", "blank", "placeholder"])):
        message = NO_RESULT if "no_result" in row.notes else BROKEN if "error_value" in row.notes else None
        values = {"label": row.label, "text": row.text}
        if row.state == "several":
            yield _several(row, values)
        else:
            yield Hit((ref(row),), values, written=row.text, message=message)
    for row in rows(typed, (typed["state"] == "ok") & (typed["per"] != "")):
        yield Hit((ref(row),), {"label": row.label, "text": row.text}, written=row.text)


def _several(row: Any, values: dict[str, object]) -> Hit:
    """The parts of an amount are told where they do not make it."""
    if "parts_differ" not in row.notes:
        return Hit((ref(row),), values, written=row.text, severity=Severity.WARNING, message=SEVERAL)
    parts = sum(row.parts)
    values |= {"parts": wan(parts), "total": wan(row.fen)}
    return Hit(
        (ref(row),), values, (), row.fen, parts, row.fen - parts, written=row.text, severity=Severity.WARNING,
        message=DIFFER,
    )  # fmt: skip
