"""A value that is only about right: 约95%, 95%左右."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows


@table_rule(
    "QUALITY-06",
    Severity.WARNING,
    name=Text("指标值是约数", "Approximate value"),
    what=Text("指标值写确定的数，不写“约”“左右”“上下”", "A value is definite, without 约, 左右 or 上下"),
    message=Text(
        "指标值用了“约”“左右”“上下”等字样，完成多少算达标说不清。请写确定的数，如“≥95%”“≤3天”。",
        "A value says 约, 左右 or 上下 (about), so nobody can tell when it is met. Be definite: “≥95%”, “≤3天”.",
    ),
    needs="indicators",
    group="file",
    why=Text("约数没有上下限，评价时会有争议。", "What is about right has no bound and is open to dispute."),
    fix=Text("写明下限（≥）或上限（≤），或一个确定的数。", "Give the least (≥), the most (≤), or one number."),
    wrong=Text("培训人数：200人左右", "Persons trained: 200人左右"),
    right=Text("培训人数：≥200人", "Persons trained: ≥200人"),
)
def approximate_value(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a file. What the reader takes for approximate is in ``perfxl.values.operators``."""
    lines = tables.indicators
    for line in rows(lines, lines["approx"].to_numpy(bool)):
        yield Hit((ref(line),), written=line.value)
