"""Weights (分值) that do not add up to what the form allots."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from perfxl.lang import Lang, Text
from perfxl.model import Severity
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables, name_ref, rows

QUOTA = Text(
    "“{level}”下各指标分值合计 {weight}，应为 {quota}。请调整。",
    "The weights under “{level}” add up to {weight}; they must make {quota}.",
)


@rule(
    "SUM-19",
    Severity.ERROR,
    name=Text("分值合计不符", "Weights do not add up"),
    what=Text(
        "全部指标分值合计、各级指标分值合计应等于规定分值",
        "All weights, and those of each level that has a quota, must make the allotted figure",
    ),
    message=Text(
        "全部指标分值合计 {weight}，应为 {quota}。请调整。",
        "All weights add up to {weight}; they must make {quota}.",
    ),
    source="分值合计应为 100",
    needs="weights",
    why=Text(
        "分值合计不是规定的分数，各单位的得分就不能比较。",
        "Scores can only be compared where the weights make the same whole.",
    ),
    fix=Text("调整各指标的分值，使合计等于规定分值。", "Change the weights so that they make the allotted figure."),
    wrong=Text("规定 100 分，全部指标分值合计 85 分", "100 allotted, the weights make 85"),
    right=Text("规定 100 分，全部指标分值合计 100 分", "100 allotted, the weights make 100"),
)
def weights_do_not_add_up(tables: Tables, lang: Lang) -> Iterator[At]:
    """Quotas are the ``weight`` of the profile's levels and the ``weight_total`` of the indicator table."""
    lines = tables.indicators[tables.indicators["weight"].notna()]
    for _, group in lines.groupby(["form_id", "period"], sort=False):
        spec = tables.profile.forms[group["form"].iloc[0]].indicators
        if spec is None:
            continue
        yield from _judge(group, spec.weight_total, None, "")
        for level in spec.levels:
            if level.weight is not None:
                under = group[(group["second"] == level.key) | (group["first"] == level.key)]
                yield from _judge(under, level.weight, QUOTA, tables.profile.levels[level.key].name)


def _judge(lines: pd.DataFrame, quota: float, message: Text | None, level: str) -> Iterator[At]:
    weight = round(sum(lines["weight"]), 6)
    if len(lines) and weight != quota:
        cells = tuple(name_ref(row) for row in rows(lines))
        values = {"weight": f"{weight:g}", "quota": f"{quota:g}", "level": level}
        yield At(cells[:1], values, related=cells[1:], stated=f"{weight:g}", computed=f"{quota:g}", message=message)
