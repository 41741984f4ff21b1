"""SCORE: the scores of a self-evaluation and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading.indicators import COST
from perfxl.rules._scores import UNREAD, Score, cell, exact, fields_of, number, rate_of, rounded, scores_of, share
from perfxl.rules._wording import first_word, plain, shown
from perfxl.rules.rule import Hit, NotApplicable, table_rule
from perfxl.tables import Tables, by_form, ref, rows
from perfxl.values import Value, wan
from perfxl.values.text import is_placeholder

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


RESULT, SCORE = Text("实际完成值", "result"), Text("得分", "score")
SCORE_UNREAD = Text(
    "有 {n} 条指标的得分不是数字：“{text}”。请只填数字，如“9.5”。",
    "The score of {n} indicators is no number: “{text}”. Write only a number, such as 9.5.",
)
SCORE_UNREAD_BESIDE = Text(
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
        yield Hit(tuple(map(ref, found)), {"n": len(found), "text": text}, written=text, message=SCORE_UNREAD)
    for (_, key), row in fields_of(tables).items():
        if tables.profile.forms[row.form].fields[key].kind == "points" and row.text and number(row.text) is None:
            yield Hit(
                (ref(row),),
                {"label": row.label, "text": shown(row.text)},
                written=row.text,
                message=SCORE_UNREAD_BESIDE,
            )
    having = set(results["form_id"])
    filled = set(tables.indicators["form_id"])
    for form in rows(tables.forms, tables.forms["form"].isin(tables.profile.scored_forms)):
        if form.form_id in filled and form.form_id not in having:
            yield Hit((ref(form),), message=NO_COLUMN)


def _values(found: list[Any], what: Text, lang: Lang) -> dict[str, object]:
    return {"n": len(found), "what": what.render(lang)}


@table_rule(
    "SCORE-03",
    Severity.ERROR,
    name=Text("总分与各项得分不符", "Total score differs"),
    what=Text("总分等于各指标得分与预算执行率得分之和", "The total is the sum of all scores"),
    message=Text(
        "“{label}”填报 {stated} 分，{n} 项得分相加是 {computed} 分，{more} {gap} 分。请核对后改正。",
        "“{label}” states {stated}; the {n} scores make {computed}: {gap} too {more}. Please check and correct.",
    ),
    source="总分为各项得分之和",
    needs="scores",
    follows=("SCORE-01",),
    why=Text("总分决定等级，要由各项得分得出。", "The total decides the grade and follows from the scores."),
    fix=Text("把各项得分重新相加；改动得分后记得改总分。", "Add the scores again; change the total after a score."),
    wrong=Text("10＋48＋29＋9＝96，总分填 98", "10 + 48 + 29 + 9, total 98"),
    right=Text("10＋48＋29＋9＝96，总分填 96", "10 + 48 + 29 + 9, total 96"),
)
def total_score_differs(tables: Tables, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """A total that is rounded to fewer decimals than the scores is right."""
    texts = fields_of(tables)
    others: dict[int, list[Score]] = {}
    for one in scores_of(tables):
        others.setdefault(one.row.form_id, []).append(one)
    lines: dict[int, list[Any]] = {}
    for line in rows(tables.results):
        lines.setdefault(line.form_id, []).append(line)
    for form_id, found in lines.items():
        total = texts.get((form_id, _total_of(tables, found[0].form)))
        stated = number(total.text) if total else None
        if total is None or stated is None:
            continue
        scores = _scores(found, others.get(form_id, ()))
        if scores is None:
            yield NotApplicable(total.file, UNREAD)
            continue
        computed = sum((score for _, score in scores), Decimal(0))
        if not rounded(computed, stated):
            values = {
                "label": total.label, "stated": plain(stated), "n": len(scores), "computed": plain(computed),
                "gap": plain(abs(stated - computed)),
                "more": (Text("多", "much") if stated > computed else Text("少", "little")).render(lang),
            }  # fmt: skip
            cells = tuple(cell for cell, _ in scores)
            yield Hit((ref(total),), values, cells, plain(stated), plain(computed), written=total.text)


def _total_of(tables: Tables, form: str) -> str:
    spec = tables.profile.forms[form].indicators
    return spec.total if spec else ""


def _scores(lines: list[Any], others: list[Score] | tuple[()]) -> list[tuple[Ref, Decimal]] | None:
    """Cell and figure of every score; ``None`` where one cannot be read."""
    found = [(ref(line), None if line.score is None else exact(line.score)) for line in lines]
    found += [(ref(one.row), number(one.row.text)) for one in others]
    scores = [(cell, score) for cell, score in found if score is not None]
    return scores if len(scores) == len(found) else None


RATE_UNREAD = Text(
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
        message = None if stated else RATE_UNREAD
        cells = (ref(part), ref(whole))
        yield Hit((ref(row),), values, cells, row.text, f"{computed}%", written=row.text, message=message)


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


#: so many names are given
SHOWN = 3


@table_rule(
    "SCORE-07",
    Severity.WARNING,
    name=Text("扣分没有说明原因", "Marks off without a reason"),
    what=Text("扣了分的指标要说明偏差原因和改进措施", "Where marks are taken off, the form says why"),
    message=Text(
        "有 {n} 条指标扣了分（{names}），没有填偏差原因和改进措施。请补填。",
        "Marks are taken off {n} indicators ({names}) and no reason is given. Please add it.",
    ),
    source="没有完成的要说明原因和改进措施",
    needs="scores",
    group="form",
    follows=("SCORE-02",),
    why=Text("自评是为了改进，只扣分不说明原因起不到作用。", "An evaluation without reasons improves nothing."),
    fix=Text("写明没有完成的原因和下一步怎么改。", "Say why the target was missed and what will be done."),
    wrong=Text("分值 10，得分 8，原因空白", "weight 10, score 8, no reason"),
    right=Text("分值 10，得分 8，原因：汛期推迟施工，已列入下年计划", "weight 10, score 8, and why"),
)
def marks_off_without_a_reason(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a form. The rate of spending has no place for a reason."""
    results, marks = tables.results, tables.profile.words.placeholders
    silent = np.fromiter((not why or is_placeholder(why, marks) for why in results["reason"]), bool, len(results))
    # what has no score or no weight is not less than anything
    off = results["score"].to_numpy(float) < results["weight"].to_numpy(float)
    for found in by_form(results, silent & off):
        names = "、".join(f"“{shown(row.name)}”" for row in found[:SHOWN]) + ("等" if len(found) > SHOWN else "")
        yield Hit(tuple(cell(row, "reason") for row in found), {"n": len(found), "names": names})


@table_rule(
    "SCORE-08",
    Severity.ERROR,
    name=Text("等级与总分不符", "Grade does not fit the score"),
    what=Text("自评等级由总分决定，只选一级", "The grade follows from the total score, and there is one"),
    message=Text(
        "“{label}”选的是“{grade}”，总分 {score} 分应为“{right}”（{bounds}）。请核对后改正。",
        "“{label}” is “{grade}”, but a total of {score} is “{right}” ({bounds}). Please check and correct.",
    ),
    source="等级按总分确定",
    needs="scores",
    follows=("SCORE-03",),
    why=Text("等级是总分的结论，两者不能矛盾。", "The grade is what the score comes to."),
    fix=Text("先核对总分，再按总分选等级。", "Check the total first, then tick its grade."),
    wrong=Text("总分 86，等级 优", "total 86, grade 优"),
    right=Text("总分 86，等级 良", "total 86, grade 良"),
)
def grade_against_score(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The bounds are the profile's ``grades``; its grade is any choice among just these."""
    grades = tables.profile.grades
    texts = fields_of(tables)
    for (form_id, key), row in texts.items():
        form = tables.profile.forms[row.form]
        field = form.fields[key]
        total = texts.get((form_id, form.indicators.total)) if form.indicators else None
        score = number(total.text) if total is not None else None
        if field.kind != "choice" or not set(field.options) <= set(grades) or not row.text or score is None:
            continue
        right = max((grade for grade in grades if score >= grades[grade]), key=lambda g: grades[g], default="")
        if right and row.text != right:
            bounds = "，".join(f"{grade} ≥{least:g}" for grade, least in grades.items() if least)
            values = {"label": row.label, "grade": row.text, "score": plain(score), "right": right, "bounds": bounds}
            yield Hit((ref(row),), values, (ref(total),), row.text, right, written=row.text)


RULES = (
    above_its_weight,
    not_scored,
    total_score_differs,
    rate_of_spending_differs,
    score_of_the_rate,
    full_marks_for_a_missed_target,
    marks_off_without_a_reason,
    grade_against_score,
)
