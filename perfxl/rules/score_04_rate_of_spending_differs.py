"""A rate of spending (执行率) other than its two amounts make."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._scores import fields_of, rate_of, rounded, share
from perfxl.rules._wording import plain
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import wan

UNREAD = Text(
    "“{label}”填的“{text}”不是比率，应为 {computed}%。请改正。",
    "“{label}” says “{text}”, which is no rate; it is {computed}%. Please correct it.",
)


@table_rule(
    "SCORE-04",
    Severity.ERROR,
    name=Text("执行率不符", "Rate of spending differs"),
    what=Text("执行率＝全年执行数÷全年预算数", "The rate is what was spent over the budget"),
    message=Text(
        "“{label}”填报 {stated}，而{part} {spent} 万元÷{whole} {budget} 万元＝{computed}%。请核对后改正。",
        "“{label}” states {stated}, but {part} {spent} over {whole} {budget} is {computed}%. Please check and correct.",
    ),
    source="执行率由执行数和预算数得出",
    needs="scores",
    follows=("COMPLETE-01",),
    why=Text("预算执行率直接计入总分。", "The rate goes straight into the total score."),
    fix=Text("用全年执行数除以全年预算数重新计算；先确认两个金额无误。", "Divide again, once both amounts are right."),
    wrong=Text("预算 30 万元，执行 27 万元，执行率 93%", "27 of 30, rate 93%"),
    right=Text("预算 30 万元，执行 27 万元，执行率 90%", "27 of 30, rate 90%"),
)
def rate_of_spending_differs(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Equal once rounded to the decimals it is written with; a cell shown as a percentage holds a fraction."""
    for (form_id, key), row in fields_of(tables).items():
        field = tables.profile.forms[row.form].fields[key]
        if field.kind != "rate" or not row.text:
            continue
        made = rate_of(tables, form_id, field)
        if made is None:
            continue
        part, whole, rate = made
        stated = share(row.text)
        if any(rounded(rate, each) for each in stated):
            continue
        computed = plain(round(rate, 2))
        values = {
            "label": row.label, "stated": row.text, "text": row.text,
            "computed": computed, "part": part.label, "whole": whole.label, "spent": wan(int(part.fen)),
            "budget": wan(int(whole.fen)),
        }  # fmt: skip
        message = None if stated else UNREAD
        cells = (ref(part), ref(whole))
        yield Hit((ref(row),), values, cells, row.text, f"{computed}%", written=row.text, message=message)
