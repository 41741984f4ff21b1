"""Amounts whose cell shows a smaller number than it holds, by a format that moves the point."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

AMOUNT = Text("“{label}”存的是 {text}，显示 {shown}", "“{label}” holds {text} and shows {shown}")


@table_rule(
    "AMOUNT-12",
    Severity.WARNING,
    name=Text("显示的金额与所存的不同", "Amount shown in another scale"),
    what=Text(
        "单元格显示的金额就是所存的数，不用数字格式缩小",
        "A cell shows the amount that it holds; no number format scales it down",
    ),
    message=Text(
        "这些金额的单元格格式把数缩小后再显示：{each}。核对和汇总用的是所存的数（{measure}），与表上看到的不同。"
        "请在“设置单元格格式”中选“数值”，再填以{measure}为单位的数。",
        "A number format scales these amounts down: {each}. What is checked and added is what the cells hold "
        "(in {measure}), not what the sheet shows. Set a plain number format and type the amounts in {measure}.",
    ),
    needs="amounts",
    group="file",
    why=Text(
        "打印出来看是对的，但汇总、导入系统时取的是所存的数，会大上千倍、上万倍。",
        "It looks right in print, but what is added or imported is a thousand or ten thousand times as much.",
    ),
    fix=Text(
        "把格式改为数值，再填以表头单位计的数。",
        "Set a plain number format and type the amount in the unit that the form names.",
    ),
    wrong=Text(
        "格子里存 50000，格式是 0!.0000，显示 5.0000", "A cell holds 50000 under the format 0!.0000 and shows 5.0000"
    ),
    right=Text("格子里存 5，显示 5.00", "A cell holds 5 and shows 5.00"),
)
def shown_in_another_scale(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """``0.00,`` leaves three digits out and ``0!.0000`` draws a point before the last four."""
    amounts = tables.amounts
    scaled = amounts["notes"].map(lambda notes: "scaled" in notes).astype(bool)
    for row in rows(amounts, scaled):
        each = AMOUNT.render(lang, label=row.label, text=shown(row.text), shown=row.shown)
        yield Hit((ref(row),), {"measure": tables.profile.measure}, written=row.text, each=each)
