"""Full marks for an indicator whose result falls short of its target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading.indicators import COST
from perfxl.rules._scores import cell, exact
from perfxl.rules._wording import first_word, plain, shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import Value

#: measure words that count the same things
_COUNTS = frozenset("个家")


@table_rule(
    "SCORE-06",
    Severity.WARNING,
    name=Text("未完成却得满分", "Full marks for a missed target"),
    what=Text("没有达到指标值的不能得满分", "A target that was missed is not given full marks"),
    message=Text(
        "“{name}”的指标值是“{target}”，实际完成“{actual}”，没有达到，却得满分 {score} 分。请核对完成值或得分。",
        "“{name}” aims at “{target}” and reached “{actual}”, and still scores the full {score}. "
        "Please check the result or the score.",
    ),
    source="得分应与完成情况一致",
    needs="scores",
    follows=("SCORE-01", "SCORE-02"),
    why=Text(
        "得分与完成情况不一致，自评就不可信。", "A score that does not fit its result makes the evaluation worthless."
    ),
    fix=Text("按完成比例扣分并说明原因，或更正实际完成值。", "Take marks off and say why, or correct the result."),
    wrong=Text("指标值 ≥95%，完成 90%，分值 10，得分 10", "target ≥95%, reached 90%, 10 of 10"),
    right=Text("指标值 ≥95%，完成 90%，分值 10，得分 9.5", "target ≥95%, reached 90%, 9.5 of 10"),
)
def full_marks_for_a_missed_target(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Only figures of one measure are compared; of a bare figure the less may be the better (投诉 5 次)."""
    results = tables.results
    scored = results["score"].notna() & results["weight"].notna()
    for row in rows(results, scored):
        if row.score >= row.weight > 0 and _missed(tables.profile, row):
            values = {
                "name": shown(row.name), "target": shown(row.target.text), "actual": shown(row.actual.text),
                "score": plain(exact(row.score)),
            }  # fmt: skip
            yield Hit((ref(row),), values, (cell(row, "actual"),), written=row.score_text)


def _missed(profile: Profile, row: Any) -> bool:
    target, actual = _figure(row.target), _figure(row.actual)
    if target is None or actual is None or target[1:] != actual[1:]:
        return False
    aim, reached = target[0], actual[0]
    if row.target.operator == "≥":
        return bool(reached < aim)
    if row.target.operator == ">":
        return bool(reached <= aim)
    if row.target.operator in ("≤", "<"):
        return bool(reached > aim or (reached == aim and row.target.operator == "<"))
    if row.target.operator != "=" or row.second == COST:
        return False
    if aim == 0:
        return bool(reached > 0)
    return bool(reached < aim) and not first_word(profile, "less_is_better", row.name)


def _figure(value: Value) -> tuple[Any, str, str] | None:
    """(number, measure, kind) of a value that is a single figure."""
    if value.kind == "money" and value.fen is not None:
        return value.fen, "", "money"
    if value.kind != "number" or len(value.numbers) != 1 or value.approx:
        return None
    return value.numbers[0], "个" if value.measure in _COUNTS else value.measure, "number"
