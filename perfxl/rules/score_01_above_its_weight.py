"""A score above its weight, or below zero."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._scores import cell, exact, number, scores_of
from perfxl.rules._wording import plain, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

NEGATIVE = Text(
    "“{name}”的得分是负数：{score}。请改正。", "The score of “{name}” is negative: {score}. Please correct it."
)


@table_rule(
    "SCORE-01",
    Severity.ERROR,
    name=Text("得分超过分值", "Score above its weight"),
    what=Text("得分在 0 和分值之间", "A score lies between 0 and its weight"),
    message=Text(
        "“{name}”得 {score} 分，超过它的分值 {weight} 分。请核对后改正。",
        "“{name}” scores {score}, more than its weight of {weight}. Please check and correct.",
    ),
    source="得分不超过分值",
    needs="scores",
    why=Text("超额完成也只得满分，否则总分会高估。", "Full marks are the most there is; more would raise the total."),
    fix=Text("把得分改为不超过分值。", "Give no more than the weight."),
    wrong=Text("分值 10，得分 12", "weight 10, score 12"),
    right=Text("分值 10，得分 10", "weight 10, score 10"),
)
def above_its_weight(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Of indicators, and of the scores beside them (预算执行率)."""
    scored = tables.results[tables.results["score"].notna()]
    for row in rows(scored):
        score, weight = exact(row.score), exact(row.weight)
        values = {"name": shown(row.name), "score": plain(score), "weight": plain(weight)}
        if score < 0:
            yield Hit((ref(row),), values, written=row.score_text, message=NEGATIVE)
        elif row.weight is not None and score > weight:
            yield Hit((ref(row),), values, (cell(row, "name"),), plain(score), plain(weight), written=row.score_text)
    for one in scores_of(tables):
        given, most = number(one.row.text), number(one.weight.text) if one.weight else None
        if given is not None and most is not None and given > most:
            values = {"name": one.field.plain_label, "score": plain(given), "weight": plain(most)}
            yield Hit((ref(one.row),), values, (ref(one.weight),), plain(given), plain(most), written=one.row.text)
