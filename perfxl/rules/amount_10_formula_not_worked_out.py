"""A formula whose stored result is old, or missing from the value of an indicator."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import shown
from perfxl.rules.rule import DECLARED_SUMS, Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import wan

NO_RESULT = Text(
    "指标值是公式，但没有存下计算结果，读不到数：{each}。请在 Excel 或 WPS 中打开、保存后重新报送。",
    "Values are formulas without a stored result: {each}. Open and save the file in Excel or WPS and send it again.",
)
BROKEN = Text(
    "指标值显示错误值，读不到数：{each}。请改正公式或直接填数字。",
    "Values show an error: {each}. Mend the formula or type the figure.",
)


@table_rule(
    "AMOUNT-10",
    Severity.WARNING,
    name=Text("公式没有重新计算", "Formula not worked out"),
    what=Text("公式存下的结果与表中的数一致", "What a formula last gave is what it gives now"),
    message=Text(
        "“{label}”是公式 {formula}，存下的结果是 {stated} 万元，按表中现在的数应为 {computed} 万元。"
        "请在 Excel 或 WPS 中打开，按 F9 重新计算后保存。",
        "“{label}” is the formula {formula} with the stored result {stated}; by the figures on the sheet it is "
        "{computed}. Open it, press F9 and save.",
    ),
    group="file",
    follows=(DECLARED_SUMS, "AMOUNT-08"),
    why=Text("打开时重新计算，金额会变，与报送的不一样。", "When somebody opens the file the amount will change."),
    fix=Text("按 F9 重新计算，核对后保存。", "Press F9, check, and save."),
    wrong=Text("=SUM(E15:E23)，存下 404.03，应为 394.03", "=SUM(E15:E23) stored as 404.03, should be 394.03"),
    right=Text("=SUM(E15:E23)，存下 394.03", "=SUM(E15:E23) stored as 394.03"),
)
def formula_not_worked_out(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Only formulas that add cells of their sheet are worked out again.

    An amount without any result is AMOUNT-08; of a total that differs, the sum itself says that its result is old.
    """
    amounts = tables.amounts
    for row in rows(amounts, amounts["again"].notna() & (amounts["state"] == "ok")):
        if row.again != row.fen:
            values = {
                "label": row.label, "formula": row.formula, "stated": wan(row.fen), "computed": wan(row.again),
            }  # fmt: skip
            yield Hit((ref(row),), values, (), row.fen, row.again, row.fen - row.again, written=row.formula)
    lines = tables.indicators
    for line in rows(lines, lines["kind"] == "unread"):
        message = BROKEN if "error_value" in line.notes else NO_RESULT
        each = f"“{shown(line.name)}”{line.value}"
        yield Hit((ref(line),), written=line.value, message=message, each=each)
