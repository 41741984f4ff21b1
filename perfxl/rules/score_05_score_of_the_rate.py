"""The score of the rate of spending other than its weight times the rate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from perfxl.model import Lang, Severity, Text
from perfxl.rules._scores import number, rate_of, rounded, scores_of, share
from perfxl.rules._wording import plain
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref

WHOLE = Decimal(100)


@table_rule(
    "SCORE-05",
    Severity.WARNING,
    name=Text("执行率得分不符", "Score of the rate differs"),
    what=Text("预算执行率得分＝分值×执行率", "The score of the rate is its weight times the rate"),
    message=Text(
        "“{label}”填报 {stated} 分，按分值 {weight} 分、执行率 {rate}% 计算是 {computed} 分。请核对。",
        "“{label}” states {stated}; {weight} times {rate}% is {computed}. Please check.",
    ),
    source="预算执行率按执行率得分",
    needs="scores",
    follows=("SCORE-01", "SCORE-04"),
    why=Text("执行率的得分按公式计算，不另行评定。", "This score is worked out, not judged."),
    fix=Text("用分值乘以执行率；执行率超过 100% 的得满分。", "Multiply; a rate above 100% is given full marks."),
    wrong=Text("分值 10，执行率 90%，得分 10", "weight 10, rate 90%, score 10"),
    right=Text("分值 10，执行率 90%，得分 9", "weight 10, rate 90%, score 9"),
)
def score_of_the_rate(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Equal once rounded to the decimals of the score. The rate is what the amounts make, else what is stated."""
    for one in scores_of(tables):
        if one.rate is None or one.weight is None:
            continue
        stated, weight = number(one.row.text), number(one.weight.text)
        made = rate_of(tables, one.row.form_id, tables.profile.forms[one.row.form].fields[one.field.of[1]])
        rates = (made[2],) if made else share(one.rate.text)
        if stated is None or weight is None or not rates:
            continue
        expected = [weight * min(rate, WHOLE) / WHOLE for rate in rates]
        if not any(rounded(each, stated) for each in expected):
            # 0.9 in a cell that shows 90% is the fraction, which comes last
            values = {
                "label": one.field.plain_label, "stated": plain(stated), "weight": plain(weight),
                "rate": plain(round(rates[-1], 2)), "computed": plain(round(expected[-1], 2)),
            }  # fmt: skip
            cells = (ref(one.weight), ref(one.rate))
            yield Hit(
                (ref(one.row),), values, cells, plain(stated), plain(round(expected[-1], 2)), written=one.row.text
            )
