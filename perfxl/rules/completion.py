"""SCORE-06, SCORE-07, SCORE-12, SCORE-16: the scores of a self-evaluation against what was reached of the targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from perfxl.model import Change, Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading import COST, ResultRow
from perfxl.rules.rule import Family, Hit
from perfxl.rules.score import by_form, exact, hundredths, named
from perfxl.rules.wording import PERCENT, first_word, plain, shown
from perfxl.tables import Return
from perfxl.values import Value, is_mistyped, is_placeholder, squeeze
from perfxl.values.measures import measure_class, size_of

RULES = Family(needs="scores")

#: a score may be above the share of the target that was reached by so much of its weight
ALLOWED = Decimal("0.25")
#: … and by so much with less than half of what was missed taken off
ROUGHLY = Decimal("0.03")
#: marks may be taken off where so many times the target was reached
PASSED = Decimal("1.3")
#: kinds of targets that a result has to answer with a figure or a date
MEASURED = ("number", "range", "money", "unit_price", "frequency", "ratio")
WHEN = ("date", "period")
#: what may be counted in one another beside sizes
_SPANS = (
    {"分钟": 1, "小时": 60, "h": 60, "时": 60, "天": 1440, "日": 1440},
    {"个月": 1, "月": 1, "季度": 3, "年": 12},
    {"人": 1, "名": 1, "位": 1},
    {"台": 1, "台套": 1, "台(套)": 1, "台/套": 1},
    {"套": 1, "台套": 1, "台(套)": 1, "台/套": 1},
    {"次": 1, "回": 1, "次/年": 1},
    {"期": 1, "期/年": 1},
)
#: nothing came to pass: as much as 0 where less is better
_NOTHING = re.compile(r"(?:无|没有|未发生|未出现|未发现|未收到|未接到|零)[^0-9]{0,12}")
#: what does not say why
_NO_REASON = re.compile(
    r"(?:[无没]有?(?:偏差|差异|异常|原因)|(?:已|全部|均|按[时期])*完成|正常|达标|同上|[略无]|待补充?|.|[0-9]{1,3}|(?:详?见|参见).{0,12})[。.]?"
)
_SAVED = re.compile(r"减少|降低|下降|节约|节省|压减|缩短|挽回|避免|率\Z")


class Comparison(NamedTuple):
    """What was reached against what was aimed at.

    ``share``: the part of the target that was reached, 1 for all or more, ``None`` where it was missed and there is no
    part (a date). ``times``: reached over aimed at, ``None`` where that says nothing.
    """

    share: Decimal | None
    times: Decimal | None = None


def compared(profile: Profile, row: ResultRow) -> Comparison | None:
    """``None`` where the two cannot be compared."""
    if row.target.kind in WHEN:
        return _by_date(row)
    if unreadable(row):
        return None
    aim, reached = figure_of(row.target, profile, row), figure_of(row.actual, profile, row)
    if aim is None or reached is None or reached[0] < 0:
        return None
    factor = factor_of(reached[1], aim[1])
    if factor is None:
        return None
    return _by_number(profile, row, aim[0], reached[0] * factor)


def unreadable(row: ResultRow) -> bool:
    """Whether a result that should be a figure is mistyped: 9O%, 21..60万元."""
    return row.target.kind not in WHEN and row.actual.kind not in WHEN and is_mistyped(row.actual.text)


def _by_number(profile: Profile, row: ResultRow, aim: Decimal, reached: Decimal) -> Comparison:
    times = reached / aim if aim > 0 else None
    most = row.target.operator in ("≤", "<")
    strictly = row.target.operator in ("<", ">")
    if row.target.kind != "range" and row.target.operator not in ("≥", ">", "≤", "<"):
        less = row.second == COST or bool(first_word(profile, "less_is_better", row.name))
        if less and aim > 0 and (reached <= aim or (row.second != COST and _SAVED.search(squeeze(row.name)))):
            return Comparison(Decimal(1))
        most = less or aim == 0
    if strictly and reached == aim:
        return Comparison(None)
    if most:
        missed = reached > aim
        return Comparison(aim / reached if missed and reached > 0 else Decimal(0) if missed else Decimal(1))
    return Comparison(min(reached / aim, Decimal(1)) if aim > 0 else Decimal(1), times)


def _by_date(row: ResultRow) -> Comparison | None:
    """A month is reached by any of its days, and is over with its last."""
    aim, reached = _day(row.target, last=True), _day(row.actual, last=False)
    return None if aim is None or reached is None else Comparison(Decimal(1) if reached <= aim else None)


def last_day(value: Value) -> int | None:
    """The last day of a date or period as 20231231."""
    return _day(value, last=True)


def _day(value: Value, *, last: bool) -> int | None:
    """A date as 20231231: of a period its end; of a month or year its first day, or its last."""
    if value.kind not in WHEN or not value.numbers or value.year is None:
        return None
    digits = int(value.numbers[-1])
    for precision, end in (("年", 12), ("月", 31)):
        if value.measure == precision or (value.measure == "年" and precision == "月"):
            digits = digits * 100 + (end if last else 1)
    return digits


def figure_of(value: Value, profile: Profile, row: ResultRow) -> tuple[Decimal, str] | None:
    """(number, measure) of a value that is a single figure; the lower end of a range that is a target."""
    if value is row.actual and is_nothing(profile, row):
        return Decimal(0), ""
    if value.kind == "money" and value.fen is not None:
        return Decimal(value.fen), "分"
    if value.kind == "ratio" and len(value.numbers) == 2 and value.numbers[1]:
        return value.numbers[0] / value.numbers[1], ":"
    if value.kind == "range" and value is row.target and len(value.numbers) == 2:
        end = 1 if row.second == COST or first_word(profile, "less_is_better", row.name) else 0
        return value.numbers[end], value.measure
    if value.kind in ("number", "frequency", "unit_price", "relative") and len(value.numbers) == 1:
        return value.numbers[0], value.measure
    return None


def factor_of(measure: str, wanted: str) -> Decimal | None:
    """By what a figure of one measure is multiplied to be one of another; a figure without one has that of the target.

    ``None`` where they cannot be compared. A bare figure is no percentage.
    """
    one, other = measure_class(measure.lower()), measure_class(wanted.lower())
    if one == other or (not one and other not in (PERCENT, "分", ":")) or not other:
        return Decimal(1)
    (size, parts), (wanted_size, wanted_parts) = size_of(one), size_of(other)
    if size == wanted_size:
        return Decimal(parts) / wanted_parts
    for spans in _SPANS:
        if one in spans and other in spans:
            return Decimal(spans[one]) / spans[other]
    return None


def is_nothing(profile: Profile, row: ResultRow) -> bool:
    """Whether the result is 无, 未发生, 无投诉, and so the best that can be."""
    if row.target.kind in WHEN:
        return False
    best = row.target.operator in ("≤", "<") or (row.target.numbers and not any(row.target.numbers))
    return bool(best or first_word(profile, "less_is_better", row.name)) and bool(
        _NOTHING.fullmatch(squeeze(row.actual.text))
    )


def quoted_result(row: ResultRow) -> dict[str, object]:
    """Name, target, result and score of an indicator for a message."""
    score = "" if row.score is None else plain(Decimal(str(row.score)))
    return {
        "name": shown(row.name), "target": shown(row.target.text), "actual": shown(row.actual.text), "score": score,
    }  # fmt: skip


MISSED = Text(
    "“{name}”的指标值为“{target}”，实际完成“{actual}”，未达到指标值，却自评满分 {score} 分，按比例约 {computed} 分。",
    "“{name}” aims at “{target}” and reached “{actual}”, and still scores the full {score}; in proportion it would be "
    "about {computed}.",
)


@RULES.warning(
    "SCORE-06",
    name=Text("未完成却得满分", "Full marks for a missed target"),
    what=Text("没有达到指标值的不得评满分", "A target that was missed is not given full marks"),
    message=Text(
        "“{name}”的指标值为“{target}”，实际完成“{actual}”，未达到指标值，自评却为满分 {score} 分。",
        "“{name}” aims at “{target}” and reached “{actual}”, and still scores the full {score}.",
    ),
    source="得分应与完成情况一致",
    follows=("SCORE-01", "SCORE-02", "SCORE-09", "SCORE-10"),
    why=Text("得分与完成情况不一致，自评结果不可采信。", "A score that does not fit its result makes it worthless."),
    fix=Text(
        "核对实际完成值；确未达到的，按完成比例扣减得分，说明原因，并使总分等于改正后各项得分之和。",
        "Check the result; where the target was missed, take marks off, say why, and make the total the sum.",
    ),
    wrong=Text("指标值 ≥95%，完成 90%，分值 10，得分 10", "target ≥95%, reached 90%, 10 of 10"),
    right=Text("指标值 ≥95%，完成 90%，分值 10，得分 9.5", "target ≥95%, reached 90%, 9.5 of 10"),
)
def full_marks_for_a_missed_target(book: Return, lang: Lang) -> Iterator[Hit]:
    """Figures of one kind of measure, and dates. Less than a target without a sign is no miss where less is better."""
    for row in book.results:
        if row.score is None or row.weight is None or not row.score >= row.weight > 0:
            continue
        found = compared(book.profile, row)
        if found is not None and (found.share is None or found.share < 1):
            values = quoted_result(row) | _in_proportion(row, found)
            message = None if found.share is None else MISSED
            yield Hit(
                (row.ref,), values, (row.actual_ref,), written=row.score_text, message=message,
                repairs=_less(row, found.share),
            )  # fmt: skip


def _in_proportion(row: ResultRow, found: Comparison) -> dict[str, object]:
    """The share of the target that was reached in percent, the weight, and the score that follows from both."""
    weight, share = exact(row.weight or 0), Decimal(0) if found.share is None else found.share
    computed = plain(round(weight * share, 1 if weight * share >= 1 else 2))
    return {"share": plain(round(share * 100, 1)), "weight": plain(weight), "computed": computed}


def _less(row: ResultRow, share: Decimal | None) -> tuple[tuple[Change, ...], ...]:
    """The changes of a score that is too high for what was reached: by half of what should be taken off, or more."""
    score, weight = exact(row.score or 0), exact(row.weight or 0)
    most = weight if share is None else weight * (1 + share) / 2
    return ((Change(row.ref, -hundredths(score), min(-1, hundredths(most - score))),),)


@RULES.warning(
    "SCORE-07",
    name=Text("扣分没有说明原因", "Marks off without a reason"),
    what=Text("扣分的指标应说明偏差原因和改进措施", "Where marks are taken off, the form says why"),
    message=Text(
        "{n} 条指标有扣分（{names}），未填写偏差原因和改进措施。",
        "Marks are taken off {n} indicators ({names}) and no reason is given.",
    ),
    source="未完成的应说明原因和改进措施",
    group="form",
    follows=("SCORE-02",),
    why=Text("自评旨在改进管理，只扣分不说明原因难以改进。", "An evaluation without reasons improves nothing."),
    fix=Text("补填未完成的原因和下一步改进措施。", "Say why the target was missed and what will be done."),
    wrong=Text("分值 10，得分 8，原因空白", "weight 10, score 8, no reason"),
    right=Text("分值 10，得分 8，原因：汛期推迟施工，已列入下年计划", "weight 10, score 8, and why"),
)
def marks_off_without_a_reason(book: Return, lang: Lang) -> Iterator[Hit]:
    """Scores below their weight without a reason: one finding a form. A rate of spending has no cell for a reason.

    Where the target was reached, SCORE-16 asks what is wrong.
    """

    def silent(row: ResultRow) -> bool:
        return _marks_off(row) and not _has_reason(book, row) and not _is_reached(compared(book.profile, row))

    for found in by_form(book, silent):
        yield Hit(tuple(row.reason_ref for row in found), named(found), tuple(row.ref for row in found))


def _marks_off(row: ResultRow) -> bool:
    return row.score is not None and row.weight is not None and 0 <= row.score < row.weight


def _has_reason(book: Return, row: ResultRow) -> bool:
    empty = not row.reason or is_placeholder(row.reason, book.profile.words.placeholders)
    return not empty and not _NO_REASON.fullmatch(squeeze(row.reason))


def _is_reached(found: Comparison | None) -> bool:
    """Whether the target was reached, and not passed by so much that marks may be taken off for that."""
    return found is not None and found.share == 1 and (found.times is None or found.times < PASSED)


@RULES.warning(
    "SCORE-12",
    name=Text("得分高于完成比例", "Score above what was reached"),
    what=Text("没有达到指标值的，得分按完成比例扣减", "Where a target was missed, its score goes down in proportion"),
    message=Text(
        "“{name}”的指标值为“{target}”，实际完成“{actual}”，约为指标值的 {share}%，"
        "分值 {weight} 分却自评 {score} 分，按比例约为 {computed} 分。",
        "“{name}” aims at “{target}” and reached “{actual}”, about {share}% of it; "
        "it scores {score} of {weight}, in proportion it would be about {computed}.",
    ),
    source="得分应与完成情况一致",
    follows=("SCORE-01", "SCORE-02", "SCORE-09", "SCORE-10"),
    why=Text("得分与完成情况不一致，自评结果不可采信。", "A score that does not fit its result makes it worthless."),
    fix=Text(
        "核对实际完成值和得分；未达到指标值的，得分按完成比例扣减，并使总分等于改正后各项得分之和。",
        "Check the result and the score; take marks off in proportion and make the total the sum of the scores.",
    ),
    wrong=Text("指标值 300吨，完成 100吨，分值 10，得分 9.5", "target 300吨, reached 100吨, 9.5 of 10"),
    right=Text("指标值 300吨，完成 100吨，分值 10，得分 3.3", "target 300吨, reached 100吨, 3.3 of 10"),
)
def score_above_completion(book: Return, lang: Lang) -> Iterator[Hit]:
    """Above its share by more than a quarter of the weight, or with less than half of what should be taken off."""
    for row in book.results:
        if row.score is None or row.weight is None or not 0 < row.score < row.weight:
            continue
        found = compared(book.profile, row)
        if found is None or found.share is None or found.share >= 1:
            continue
        weight, score = exact(row.weight), exact(row.score)
        above, due = score - weight * found.share, weight * (1 - found.share)
        if not found.share or above > weight * ALLOWED or (above > weight * ROUGHLY and above * 2 > due):
            values = quoted_result(row) | _in_proportion(row, found)
            stated, computed = plain(score), str(values["computed"])
            yield Hit(
                (row.ref,), values, (row.actual_ref,), stated, computed, written=row.score_text,
                repairs=_less(row, found.share),
            )  # fmt: skip


LOW = Text(
    "“{name}”的指标值为“{target}”，实际完成“{actual}”，按比例（{share}%）约为 {computed} 分，却自评 {score} 分。",
    "“{name}” aims at “{target}” and reached “{actual}”, about {share}% of it: in proportion {computed}, but it scores "
    "{score}.",
)
WITH_REASON = Text(
    "“{name}”的指标值为“{target}”，实际完成“{actual}”，已达到指标值，却自评 {score} 分（分值 {weight} 分）。",
    "“{name}” aims at “{target}” and reached “{actual}”, all of it, and scores {score} of {weight}.",
)


@RULES.warning(
    "SCORE-16",
    name=Text("已完成却扣分", "Marks off for a target that was reached"),
    what=Text("达到指标值的一般得满分，确需扣分的说明原因", "A target that was reached has full marks, or a reason"),
    message=Text(
        "“{name}”的指标值为“{target}”，实际完成“{actual}”，已达到指标值，却自评 {score} 分（分值 {weight} 分），"
        "未说明原因。",
        "“{name}” aims at “{target}” and reached “{actual}”, all of it: {score} of {weight}, and no reason.",
    ),
    source="得分应与完成情况一致",
    follows=("SCORE-01", "SCORE-02", "SCORE-05"),
    why=Text("得分与完成情况不一致，至少一处填写有误。", "Where score and result do not fit, one of them is wrong."),
    fix=Text(
        "核对实际完成值和得分，改正有误的一处，并使总分等于各项得分之和；确需扣分的，在偏差原因栏写明原因。",
        "Check result and score, correct the wrong one and make the total the sum; where marks must go off, say why.",
    ),
    wrong=Text("指标值 ≥95%，完成 96%，分值 10，得分 8，原因空白", "target ≥95%, reached 96%, 8 of 10, no reason"),
    right=Text("指标值 ≥95%，完成 96%，分值 10，得分 10", "target ≥95%, reached 96%, 10 of 10"),
)
def marks_off_for_a_reached_target(book: Return, lang: Lang) -> Iterator[Hit]:
    """Told only where a reason is given, and where far more is taken off than was missed."""
    for row in book.results:
        found = compared(book.profile, row) if _marks_off(row) else None
        if found is None or found.share is None or row.score is None:
            continue
        values = quoted_result(row) | _in_proportion(row, found)
        below = exact(row.weight or 0) * found.share - exact(row.score)
        repairs = ((Change(row.ref, 1, hundredths(exact(row.weight or 0) - exact(row.score))),),)
        related = (row.actual_ref, row.reason_ref)
        if _is_reached(found):
            message, severity = (WITH_REASON, Severity.NOTICE) if _has_reason(book, row) else (None, None)
        elif found.share < 1 and below > exact(row.weight or 0) * ALLOWED:
            message, severity = LOW, Severity.NOTICE
        else:
            continue
        yield Hit(
            (row.ref,), values, related, written=row.score_text, message=message, severity=severity, repairs=repairs
        )
