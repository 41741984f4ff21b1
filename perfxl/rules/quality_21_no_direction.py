"""A bare rate: 95% may be the least, the most, or just that."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._wording import PERCENT
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

_SIGNS = "=＝"


@table_rule(
    "QUALITY-21",
    Severity.NOTICE,
    name=Text("指标值没有方向", "No direction"),
    what=Text("比率前写明“≥”“≤”或“＝”", "A rate says ≥, ≤ or ＝"),
    message=Text(
        "比率只写了数字，看不出是不低于、不高于还是等于。建议写上符号，如“≥95%”。",
        "A rate is a bare number and does not say whether it is the least or the most. Add the sign: “≥95%”.",
    ),
    needs="indicators",
    group="file",
    off=True,
    why=Text(
        "没有符号的值按“等于”登记，超额完成时不好认定。",
        "A bare value counts as “equal”, which leaves open what more than that is.",
    ),
    fix=Text("越大越好的写“≥”，越小越好的写“≤”。", "Write ≥ where more is better, ≤ where less is."),
    wrong=Text("登记率：95%", "Registered: 95%"),
    right=Text("登记率：≥95%", "Registered: ≥95%"),
)
def no_direction(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One notice a file, off unless a profile asks for it. 0% and 100% have only one direction."""
    lines = tables.indicators
    bare = (lines["kind"] == "number") & (lines["measure"] == PERCENT) & (lines["operator"] == "=")
    for line in rows(lines, bare):
        if len(line.numbers) == 1 and 0 < line.number < 100 and not any(sign in line.value for sign in _SIGNS):
            yield Hit((ref(line),), written=line.value)
