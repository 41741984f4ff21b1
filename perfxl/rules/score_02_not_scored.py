"""Indicators of an evaluation without a result or without a score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from perfxl.model import Lang, Severity, Text
from perfxl.rules._scores import cell, fields_of, number
from perfxl.rules._wording import shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_form, ref, rows

RESULT, SCORE = Text("实际完成值", "result"), Text("得分", "score")
UNREAD = Text(
    "有 {n} 条指标的得分不是数字：“{text}”。请只填数字，如“9.5”。",
    "The score of {n} indicators is no number: “{text}”. Write only a number, such as 9.5.",
)
UNREAD_FIELD = Text(
    "“{label}”填的是“{text}”，不是数字。请只填数字，如“9.5”。",
    "“{label}” is “{text}”, which is no number. Write only a number, such as 9.5.",
)
NO_COLUMN = Text(
    "这张表没有“得分”栏，无法核对自评得分。请使用下发的表样填写。",
    "There is no column 得分 on this form, so its scores cannot be checked. Please use the form that was sent out.",
)


@table_rule(
    "SCORE-02",
    Severity.ERROR,
    name=Text("没有自评", "Not evaluated"),
    what=Text("每条指标都要有实际完成值和得分", "Every indicator has a result and a score"),
    message=Text(
        "有 {n} 条指标没有填{what}。请补填；没有完成的，实际完成值填写完成了多少，得分按比例扣减。",
        "{n} indicators have no {what}. Please fill it in; where a target was missed, say how much was reached.",
    ),
    source="每条指标都要自评",
    needs="scores",
    basic=True,
    why=Text("没有结果和得分，就算不出总分。", "Without results and scores there is no total."),
    fix=Text("逐条填写实际完成值和得分。", "Fill in the result and the score of each."),
    wrong=Text("指标值 ≥95%，实际完成值空白", "target ≥95%, no result"),
    right=Text("指标值 ≥95%，实际完成值 96%，得分 10", "target ≥95%, result 96%, score 10"),
)
def not_scored(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a form for the results, one for the scores, one for scores that are no numbers.

    Scores and weights outside the table are told one by one; whether they may be empty is COMPLETE-01's.
    """
    results = tables.results
    missing = np.fromiter((actual.kind == "empty" for actual in results["actual"]), bool, len(results))
    for found in by_form(results, missing):
        yield Hit(tuple(cell(row, "actual") for row in found), _values(found, RESULT, lang))
    for found in by_form(results, results["score"].isna() & (results["score_text"] == "")):
        yield Hit(tuple(map(ref, found)), _values(found, SCORE, lang))
    for found in by_form(results, results["score"].isna() & (results["score_text"] != "")):
        text = found[0].score_text
        yield Hit(tuple(map(ref, found)), {"n": len(found), "text": text}, written=text, message=UNREAD)
    for (_, key), row in fields_of(tables).items():
        if tables.profile.forms[row.form].fields[key].kind == "points" and row.text and number(row.text) is None:
            yield Hit(
                (ref(row),), {"label": row.label, "text": shown(row.text)}, written=row.text, message=UNREAD_FIELD
            )
    having = set(results["form_id"])
    filled = set(tables.indicators["form_id"])
    for form in rows(tables.forms, tables.forms["form"].isin(tables.profile.scored_forms)):
        if form.form_id in filled and form.form_id not in having:
            yield Hit((ref(form),), message=NO_COLUMN)


def _values(found: list[Any], what: Text, lang: Lang) -> dict[str, object]:
    return {"n": len(found), "what": what.render(lang)}
