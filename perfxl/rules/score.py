"""SCORE: the scores of a self-evaluation, its rate of spending, its total and its grade.

Scores of indicators are in the indicator table. Fields of the form contain the others: the score of 预算执行率, its
weight and its rate, the total, the grade.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from perfxl.model import Change, Hint, Lang, Ref, Severity, Text
from perfxl.profiles import Field
from perfxl.reading import AmountRow, FormRows, IndicatorRow, ResultRow, TextRow
from perfxl.reading.marks import TICKED, read_marks
from perfxl.rules.rule import Family, Hit, NotApplicable
from perfxl.rules.texts import declared
from perfxl.rules.wording import plain, shown
from perfxl.tables import Return
from perfxl.values import decimals, is_placeholder, put_right, squeeze, wan

RULES = Family(needs="scores")

WHOLE, ZERO = Decimal(100), Decimal(0)
SIGN = ("%", "％")
#: a score may be rounded to a tenth
NEAR = Decimal("0.05")
#: a message gives the names of no more indicators
NAMED = 3
RESULT, SCORE = Text("实际完成值", "result"), Text("得分", "score")
NEGATIVE = Text("“{name}”的得分为负数：{score}。", "The score of “{name}” is negative: {score}.")
SCORE_UNREAD = Text(
    "{names} {n} 条指标的得分不是数字：“{text}”。应只填数字。",
    "The score of {n} indicators ({names}) is no number: “{text}”. Write only a number.",
)
READING = Text("如所指为“{right}”，请改填“{right}”。", "If “{right}” is meant, type “{right}”.")
FIELD_UNREAD = Text(
    "“{label}”填写“{text}”，不是数字。应只填数字。",
    "“{label}” is “{text}”, which is no number. Write only a number.",
)
NO_COLUMN = Text(
    "本表没有“得分”栏，无法核对自评得分，应使用下发的表样填报。",
    "There is no column 得分 on this form, so its scores cannot be checked. Please use the form that was sent out.",
)
SUM_UNREAD = Text("有得分未填写或无法识别，不能核对", "a score is missing or cannot be read")
NO_SIGN = Text(
    "“{label}”填写“{text}”，未写“%”，已按 {stated}% 审核。\n补写“%”。",
    "“{label}” is “{text}” without a %; {stated}% was read.\nWrite the % too.",
)
RATE_UNREAD = Text(
    "“{label}”填写“{text}”，不是比率，应为 {computed}%。",
    "“{label}” says “{text}”, which is no rate; it is {computed}%.",
)
_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?)[分%]?")


#: (part, whole, percent) of the two amounts of a rate
Divided = tuple[AmountRow, AmountRow, Decimal]


class FieldScore(NamedTuple):
    """A score that is a field of the form, with its weight and, where it follows from one, its rate."""

    row: TextRow
    field: Field
    weight: TextRow | None
    rate: TextRow | None


def fields_of(book: Return, kind: str) -> Iterator[tuple[TextRow, Field]]:
    """The fields of a kind, filled in or not."""
    return declared(book, lambda field: field.kind == kind, empty=True)


def scores_of(book: Return) -> Iterator[FieldScore]:
    """The scores outside the indicator tables."""
    for row, field in fields_of(book, "points"):
        if field.of:
            texts = _by_key(row.form)
            rate = texts.get(field.of[1]) if len(field.of) > 1 else None
            yield FieldScore(row, field, texts.get(field.of[0]), rate)


def rate_of(form: FormRows, field: Field) -> Divided | None:
    """(part, whole, percent) of the two amounts of a rate; ``None`` where they cannot be divided."""
    money = {row.column: row for row in form.amounts if row.table == "fields" and row.state == "ok"}
    part, whole = (money.get(key) for key in field.of)
    if part is None or whole is None or part.fen is None or whole.fen is None or whole.fen <= 0:
        return None
    return part, whole, Decimal(part.fen) * 100 / whole.fen


def total_of(book: Return, form: FormRows) -> TextRow | None:
    """The total score of a form."""
    table = book.spec(form).indicators
    return _by_key(form).get(table.total) if table else None


def number(text: str) -> Decimal | None:
    """``9.50``, ``9.5分``, ``95%`` as the number that is written, with its decimals; ``None`` for anything else."""
    found = _FIGURE.fullmatch(squeeze(text))
    return Decimal(found[1]) if found else None


def exact(value: float) -> Decimal:
    """A figure of a cell as it is shown there."""
    return Decimal(str(value))


def rounded(value: Decimal, like: Decimal) -> bool:
    """Whether a figure is ``like`` once it is rounded to its decimals."""
    return abs(value - like) * 2 <= Decimal(1).scaleb(-decimals(like))


def share(text: str) -> tuple[Decimal, ...]:
    """What a rate may mean, in percent: ``93.3%`` and ``93.3`` one thing, ``0.933`` either of two."""
    bare = squeeze(text)
    figure = number(bare)
    if figure is None:
        return ()
    # a cell shown as a percentage holds a fraction with all its digits
    fraction = ((round(figure, 6) * 100).normalize(),) if not bare.endswith("%") and figure <= 2 else ()
    return (figure, *fraction)


def _by_key(form: FormRows) -> dict[str, TextRow]:
    return {row.field: row for row in form.texts}


ABOVE_OF_THE_RATE = Text(
    "“{name}”自评 {score} 分，超过其分值 {weight} 分；按执行率计算为 {right} 分。",
    "“{name}” scores {score}, more than its weight of {weight}; by the rate it is {right}.",
)


@RULES.error(
    "SCORE-01",
    name=Text("得分超过分值", "Score above its weight"),
    what=Text("得分在 0 和分值之间", "A score lies between 0 and its weight"),
    message=Text(
        "“{name}”自评 {score} 分，超过其分值 {weight} 分。",
        "“{name}” scores {score}, more than its weight of {weight}.",
    ),
    source="得分不超过分值",
    why=Text("超额完成的也以满分为限，否则总分虚高。", "Full marks are the most there is; more would raise the total."),
    fix=Text(
        "将得分改为 0 至分值之间的数，并使总分等于改正后各项得分之和。",
        "Write a score between 0 and the weight, and make the total the sum of the scores as they are then.",
    ),
    wrong=Text("分值 10，得分 12", "weight 10, score 12"),
    right=Text("分值 10，得分 10", "weight 10, score 10"),
)
def above_its_weight(book: Return, lang: Lang) -> Iterator[Hit]:
    """A score above its weight or below zero, in the table or in a field (预算执行率)."""
    for row in book.results:
        if row.score is None:
            continue
        score, weight = exact(row.score), None if row.weight is None else exact(row.weight)
        values = {"name": shown(row.name), "score": plain(score)}
        if score < 0:
            yield Hit((row.ref,), values, written=row.score_text, message=NEGATIVE)
        elif weight is not None and score > weight:
            values["weight"] = plain(weight)
            yield Hit((row.ref,), values, (row.name_ref,), plain(score), plain(weight), written=row.score_text)
    for one in scores_of(book):
        given, most = number(one.row.text), number(one.weight.text) if one.weight else None
        if one.weight and given is not None and most is not None and given > most:
            made = _of_the_rate(book, one)
            right = plain(round(made[1][-1], 2)) if made else plain(most)
            values = {"name": one.field.plain_label, "score": plain(given), "weight": plain(most), "right": right}
            message, text = ABOVE_OF_THE_RATE if made else None, one.row.text
            yield Hit((one.row.ref,), values, (one.weight.ref,), plain(given), right, written=text, message=message)


@RULES.error(
    "SCORE-02",
    name=Text("未自评", "Not evaluated"),
    what=Text("每条指标应填写实际完成值和得分", "Every indicator has a result and a score"),
    message=Text(
        "{names} {n} 条指标未填写{what}。",
        "{n} indicators ({names}) have no {what}.",
    ),
    source="每条指标都要自评",
    basic=True,
    why=Text("缺少实际完成值或得分的，总分无法核定。", "Without results and scores there is no total."),
    fix=Text(
        "补填实际完成值和得分（只填数字）；未完成的，填写实际完成的数，得分按比例扣减。",
        "Fill in results and scores (figures only); where a target was missed, write what was reached.",
    ),
    wrong=Text("指标值 ≥95%，实际完成值空白", "target ≥95%, no result"),
    right=Text("指标值 ≥95%，实际完成值 96%，得分 10", "target ≥95%, result 96%, score 10"),
)
def not_scored(book: Return, lang: Lang) -> Iterator[Hit]:
    """One finding a form for each: no result, no score, a score that is no number. An empty field is COMPLETE-01."""
    for found in by_form(book, lambda row: row.actual.kind == "empty"):
        yield Hit(tuple(row.actual_ref for row in found), named(found) | {"what": RESULT.render(lang)})
    for found in by_form(book, lambda row: row.score is None and not row.score_text):
        yield Hit(tuple(row.ref for row in found), named(found) | {"what": SCORE.render(lang)})
    for found in by_form(book, lambda row: row.score is None and bool(row.score_text)):
        values = named(found) | {"text": found[0].score_text}
        cells, text = tuple(row.ref for row in found), found[0].score_text
        hints = _reading(text, cells[0], lang) if len(found) == 1 else ()
        yield Hit(cells, values, hints=hints, written=text, message=SCORE_UNREAD)
    for row, _ in fields_of(book, "points"):
        if row.text and number(row.text) is None:
            values = {"label": row.label, "text": shown(row.text)}
            hints = _reading(row.text, row.ref, lang)
            yield Hit((row.ref,), values, hints=hints, written=row.text, message=FIELD_UNREAD)
    for form in book.forms:
        if form.kind in book.profile.scored_forms and form.indicators and not form.results:
            yield Hit((form.title_ref,), message=NO_COLUMN)


def _reading(text: str, ref: Ref, lang: Lang) -> tuple[Hint, ...]:
    """What a mistyped score probably means: 9..5, 1O."""
    right = put_right(text)
    return (Hint("reading", READING.render(lang, right=right), (ref,)),) if number(right) is not None else ()


def named(found: Sequence[ResultRow | IndicatorRow]) -> dict[str, object]:
    """How many indicators, and the names of the first of them."""
    names = "、".join(f"“{shown(row.name)}”" for row in found[:NAMED])
    return {"n": len(found), "names": names + ("等" if len(found) > NAMED else "")}


def by_form(book: Return, wanted: Callable[[ResultRow], bool]) -> Iterator[list[ResultRow]]:
    """The results that are wanted, those of one form together."""
    tables = ([row for row in form.results if wanted(row)] for form in book.forms)
    return (found for found in tables if found)


PUT_RIGHT = Text(
    "“{label}”填报 {stated} 分；提示有误的得分改正后，{n} 项得分合计为 {computed} 分，{more} {gap} 分。",
    "“{label}” states {stated}; with the wrong scores put right, the {n} scores make {computed}: {gap} too {more}.",
)


@RULES.error(
    "SCORE-03",
    name=Text("总分与各项得分不符", "Total score differs"),
    what=Text("总分等于各指标得分与预算执行率得分之和", "The total is the sum of all scores"),
    message=Text(
        "“{label}”填报 {stated} 分，{n} 项得分合计为 {computed} 分，{more} {gap} 分。",
        "“{label}” states {stated}; the {n} scores make {computed}: {gap} too {more}.",
    ),
    source="总分为各项得分之和",
    follows=("SCORE-01",),
    why=Text("总分决定等级，应由各项得分得出。", "The total decides the grade and follows from the scores."),
    fix=Text(
        "重新加总各项得分（含预算执行率得分），改正总分或填错的得分。",
        "Add all scores again, that of the rate too, and correct the total or the wrong score.",
    ),
    wrong=Text("10＋48＋29＋9＝96，总分填 98", "10 + 48 + 29 + 9, total 98"),
    right=Text("10＋48＋29＋9＝96，总分填 96", "10 + 48 + 29 + 9, total 96"),
)
def total_score_differs(book: Return, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """A total other than the sum of the scores; one rounded to fewer decimals than the scores is right.

    Where a score is wrong by itself, as SCORE-01 or SCORE-05 says, the total may be that of the scores put right.
    """
    for form in book.forms:
        total = total_of(book, form)
        stated = number(total.text) if total else None
        if not form.results or total is None or stated is None:
            continue
        scores = scores_with_rights(book, form)
        if any(one.written is None for one in scores):
            yield NotApplicable(book.file, SUM_UNREAD, unsettled=True)
            continue
        if any(one.written is not None and one.written < 0 for one in scores):
            continue  # what it should be is open, and SCORE-01 asks for the total too
        written = sum((one.written or ZERO for one in scores), Decimal(0))
        computed = sum((one.right or ZERO for one in scores), Decimal(0))
        if any(_as_rounded(made, stated) for made in (written, computed)):
            continue
        values = {
            "label": total.label, "stated": plain(stated), "n": len(scores), "computed": plain(computed),
            "gap": plain(abs(stated - computed)),
            "more": (Text("多", "much") if stated > computed else Text("少", "little")).render(lang),
        }  # fmt: skip
        cells = tuple(one.ref for one in scores)
        gap = hundredths(stated - computed)
        repairs = (Change(total.ref, -gap, -gap), *(Change(ref, gap, gap) for ref in cells))
        yield Hit(
            (total.ref,), values, cells, plain(stated), plain(computed), written=total.text,
            message=None if written == computed else PUT_RIGHT, repairs=tuple((change,) for change in repairs),
        )  # fmt: skip


def _as_rounded(made: Decimal, stated: Decimal) -> bool:
    return made.quantize(Decimal(1).scaleb(-decimals(stated)), ROUND_HALF_UP) == stated


class Score(NamedTuple):
    """A score of a form: its cell, what is written there, and what it should be where that is certain."""

    ref: Ref
    written: Decimal | None
    right: Decimal | None


def scores_with_rights(book: Return, form: FormRows) -> list[Score]:
    """All the scores of a form. None is below 0 or above its weight, and that of the rate is worked out."""
    found = []
    for row in form.results:
        written = None if row.score is None else exact(row.score)
        most = written if row.weight is None else exact(row.weight)
        found.append(Score(row.ref, written, _within(written, most)))
    for one in scores_of(book):
        if one.row.form is form:
            written, most = number(one.row.text), number(one.weight.text) if one.weight else None
            wrong = written is not None and (made := _of_the_rate(book, one)) and not _is_near(written, made[1])
            right = round(made[1][-1], 2) if wrong and made else _within(written, most)
            found.append(Score(one.row.ref, written, right))
    return found


def _within(written: Decimal | None, most: Decimal | None) -> Decimal | None:
    return written if written is None or most is None else max(min(written, most), Decimal(0))


def hundredths(points: Decimal) -> int:
    """Points as a whole number, for the changes of a repair."""
    return round(points * 100)


@RULES.error(
    "SCORE-04",
    name=Text("执行率不符", "Rate of spending differs"),
    what=Text("执行率＝全年执行数÷全年预算数", "The rate is what was spent over the budget"),
    message=Text(
        "“{label}”填报 {stated}，而{part} {spent} 万元÷{whole} {budget} 万元＝{computed}%。",
        "“{label}” states {stated}, but {part} {spent} over {whole} {budget} is {computed}%.",
    ),
    source="执行率由执行数和预算数得出",
    follows=("COMPLETE-01",),
    why=Text("预算执行率直接计入总分。", "The rate goes straight into the total score."),
    fix=Text(
        "核对全年执行数和全年预算数，以前者除以后者重新计算执行率，并写明“%”。",
        "Divide again, once both amounts are right, and write the % too.",
    ),
    wrong=Text("预算 30 万元，执行 27 万元，执行率 93%", "27 of 30, rate 93%"),
    right=Text("预算 30 万元，执行 27 万元，执行率 90%", "27 of 30, rate 90%"),
)
def rate_of_spending_differs(book: Return, lang: Lang) -> Iterator[Hit]:
    """Compared as it is written, rounded to its decimals; a cell formatted as a percentage contains a fraction.

    A figure without its sign is told beside others that have it: a head may contain it for all.
    """
    signed = any(squeeze(row.text)[-1:] in SIGN for row, _ in declared(book, lambda field: field.kind == "rate"))
    for row, field in fields_of(book, "rate"):
        if not field.required and is_placeholder(row.text, book.profile.words.placeholders):
            continue
        made, stated = rate_of(row.form, field) if row.text else None, share(row.text)
        if made is None or any(rounded(made[2], each) for each in stated):
            if len(stated) == 1 and signed and squeeze(row.text)[-1] not in SIGN:
                values = {"label": row.label, "text": row.text, "stated": plain(stated[0])}
                yield Hit((row.ref,), values, written=row.text, message=NO_SIGN, severity=Severity.NOTICE)
            continue
        part, whole, computed = made[0], made[1], plain(round(made[2], 2))
        values = {
            "label": row.label, "stated": row.text, "text": row.text, "computed": computed, "part": part.label,
            "whole": whole.label, "spent": wan(part.fen or 0), "budget": wan(whole.fen or 0),
        }  # fmt: skip
        cells, message = (part.ref, whole.ref), None if stated else RATE_UNREAD
        repairs = _repairs(made, stated, Decimal(1).scaleb(-decimals(stated[0])) / 2) if stated else ()
        yield Hit(
            (row.ref,), values, cells, row.text, f"{computed}%", written=row.text, message=message, repairs=repairs
        )


def _repairs(made: Divided, rates: Sequence[Decimal], half: Decimal) -> tuple[tuple[Change, ...], ...]:
    """By how much either amount could change to make one of the rates, each give or take ``half`` of a last digit."""
    part, whole = made[0].fen or 0, made[1].fen or 0
    found = []
    for rate in (rate for rate in rates if rate > half):
        low, high = rate - half, rate + half
        found.append(Change(made[0].ref, int(whole * low / WHOLE) - part, int(whole * high / WHOLE) + 1 - part))
        found.append(Change(made[1].ref, int(part * WHOLE / high) - whole, int(part * WHOLE / low) + 1 - whole))
    return tuple((change,) for change in found)


@RULES.warning(
    "SCORE-05",
    name=Text("执行率得分不符", "Score of the rate differs"),
    what=Text("预算执行率得分＝分值×执行率", "The score of the rate is its weight times the rate"),
    message=Text(
        "“{label}”填报 {stated} 分，按分值 {weight} 分、执行率 {rate}% 计算为 {computed} 分。",
        "“{label}” states {stated}; {weight} times {rate}% is {computed}.",
    ),
    source="预算执行率按执行率得分",
    follows=("SCORE-01", "SCORE-04"),
    why=Text("执行率的得分按公式计算，不另行评定。", "This score is worked out, not judged."),
    fix=Text(
        "按分值乘以执行率改正得分（执行率超过 100% 的得满分），并使总分等于改正后各项得分之和。",
        "Write weight times rate (above 100% full marks), and make the total the sum of the scores as they are then.",
    ),
    wrong=Text("分值 10，执行率 90%，得分 10", "weight 10, rate 90%, score 10"),
    right=Text("分值 10，执行率 90%，得分 9", "weight 10, rate 90%, score 9"),
)
def score_of_the_rate(book: Return, lang: Lang) -> Iterator[Hit]:
    """The rate is the quotient of the amounts, or the stated one where they cannot be divided.

    A tenth is what people round a score to; where they round the rate first, the score is that of the rounded rate.
    """
    for one in scores_of(book):
        stated, weight = number(one.row.text), number(one.weight.text) if one.weight else None
        made = _of_the_rate(book, one)
        if stated is None or weight is None or made is None or one.weight is None or one.rate is None:
            continue
        rates, expected, divided = made
        if not _is_near(stated, expected):
            # 0.9 in a cell that shows 90% is the fraction, which comes last
            computed = plain(round(expected[-1], 2))
            values = {
                "label": one.field.plain_label, "stated": plain(stated), "weight": plain(weight),
                "rate": plain(round(rates[-1], 2)), "computed": computed,
            }  # fmt: skip
            cells = (one.weight.ref, one.rate.ref)
            half = _most_off(stated)
            repairs = (
                _repairs(divided, [stated * WHOLE / weight], half * WHOLE / weight) if divided and weight > 0 else ()
            )
            yield Hit((one.row.ref,), values, cells, plain(stated), computed, written=one.row.text, repairs=repairs)


def _of_the_rate(book: Return, one: FieldScore) -> tuple[list[Decimal], list[Decimal], Divided | None] | None:
    """The rates that a score may follow, the scores that they make, and the amounts of the last of them."""
    weight = number(one.weight.text) if one.weight else None
    if one.rate is None or weight is None:
        return None
    made = rate_of(one.row.form, book.spec(one.row.form).fields[one.rate.field])
    written = share(one.rate.text)
    rates = [*(rate for rate in written if rounded(made[2], rate)), made[2]] if made else list(written)
    return (rates, [weight * min(rate, WHOLE) / WHOLE for rate in rates], made) if rates else None


def _is_near(stated: Decimal, expected: Sequence[Decimal]) -> bool:
    return any(abs(each - stated) <= _most_off(stated) for each in expected)


def _most_off(stated: Decimal) -> Decimal:
    """By how much a score may be off: rounded to a tenth, or cut off at its last decimal."""
    return NEAR if decimals(stated) < 2 else Decimal(1).scaleb(-decimals(stated))


UNCLEAR = Text(
    "“{label}”的勾选标记“{mark}”位于“{option}”与“{after}”之间，无法确定选的是哪一级。",
    "Under “{label}” the tick “{mark}” is between “{option}” and “{after}”: which grade is meant is open.",
)


@RULES.error(
    "SCORE-08",
    name=Text("等级与总分不符", "Grade does not fit the score"),
    what=Text("自评等级由总分决定，只选一级", "The grade follows from the total score, and there is one"),
    message=Text(
        "“{label}”选择“{grade}”，总分 {score} 分应为“{right}”（{bounds}）。",
        "“{label}” is “{grade}”, but a total of {score} is “{right}” ({bounds}).",
    ),
    source="等级按总分确定",
    follows=("SCORE-03",),
    why=Text("等级由总分得出，两者应一致。", "The grade is what the score comes to."),
    fix=Text(
        "先核对总分，再按总分只勾选一个等级，标记紧靠该等级。",
        "Check the total, then tick its grade alone, the mark right beside it.",
    ),
    wrong=Text("总分 86，等级 优", "total 86, grade 优"),
    right=Text("总分 86，等级 良", "total 86, grade 良"),
)
def grade_against_score(book: Return, lang: Lang) -> Iterator[Hit]:
    """A grade other than the total score gives by the profile's ``grades``, in any choice among just these."""
    grades = book.profile.grades
    for row, field in fields_of(book, "choice"):
        total = total_of(book, row.form)
        score = number(total.text) if total else None
        if not row.text or not set(field.options) <= set(grades) or total is None or score is None:
            continue
        marks = [(mark, *beside) for mark, *beside in read_marks(row.written, field.options).open if mark in TICKED]
        if marks:
            words = dict(zip(("mark", "option", "after"), marks[0], strict=True))
            yield Hit((row.ref,), {"label": row.label} | words, written=row.written, message=UNCLEAR)
            continue
        right = _grade(grades, [score])
        added = [one.right for one in scores_with_rights(book, row.form)]
        if right and row.text != right and _grade(grades, added) != row.text:
            bounds = "，".join(f"{grade} ≥{least:g}" for grade, least in grades.items() if least)
            values = {"label": row.label, "grade": row.text, "score": plain(score), "right": right, "bounds": bounds}
            yield Hit((row.ref,), values, (total.ref,), row.text, right, written=row.text)


def _grade(grades: Mapping[str, float], scores: Sequence[Decimal | None]) -> str:
    """The grade of what these scores make; ``""`` where one of them is not known."""
    total = sum((score or ZERO for score in scores), Decimal(0))
    known = scores and None not in scores
    return max((one for one in grades if known and total >= grades[one]), key=lambda g: grades[g], default="")
