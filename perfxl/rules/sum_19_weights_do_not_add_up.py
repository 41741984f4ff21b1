"""Weights (分值) that do not add up to what the form allots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._scores import weights_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, rows

QUOTA = Text(
    "“{level}”下各指标分值合计 {weight}，应为 {quota}。请调整。",
    "The weights under “{level}” add up to {weight}; they must make {quota}.",
)

USUAL = Text(
    "“{level}”下各指标分值合计 {weight}，这样的表一般为 {quota}。请核对。",
    "The weights under “{level}” add up to {weight}; on such a form it is {quota} as a rule. Please check.",
)


@table_rule(
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
def weights_do_not_add_up(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Quotas are ``weight_total`` and ``quotas`` of the indicator table and the ``weight`` of its levels.

    Weights beside the table, such as that of 预算执行率, are part of the whole.
    """
    lines = tables.indicators[tables.indicators["weight"].notna()]
    for _, group in lines.groupby(["form_id", "period"], sort=False):
        spec = tables.profile.forms[group["form"].iloc[0]].indicators
        if spec is None:
            continue
        beside = weights_of(tables, int(group["form_id"].iloc[0]), group["form"].iloc[0])
        if None not in beside:
            yield from _judge(group, spec.weight_total, None, "", beside=float(sum(filter(None, beside))))
        for level in spec.levels:
            if level.weight is not None:
                under = group[(group["second"] == level.key) | (group["first"] == level.key)]
                yield from _judge(under, level.weight, QUOTA, tables.profile.levels[level.key].name)
        for key, quota in _usual(group, spec.quotas).items():
            yield from _judge(
                group[group["first"] == key], quota, USUAL, tables.profile.levels[key].name, Severity.WARNING
            )


def _usual(lines: pd.DataFrame, quotas: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """The quotas of a form with just these first levels; none where it has others."""
    firsts = set(lines["first"])
    return next((each for each in quotas if set(each) == firsts), {})


def _judge(
    lines: pd.DataFrame,
    quota: float,
    message: Text | None,
    level: str,
    severity: Severity | None = None,
    beside: float = 0.0,
) -> Iterator[Hit]:
    weight = round(sum(lines["weight"]) + beside, 6)
    if len(lines) and weight != quota:
        cells = tuple(Ref(row.file, row.sheet, row.weight_row, row.weight_col) for row in rows(lines))
        values = {"weight": f"{weight:g}", "quota": f"{quota:g}", "level": level}
        stated, computed = f"{weight:g}", f"{quota:g}"
        yield Hit(cells[:1], values, cells[1:], stated, computed, message=message, severity=severity)
