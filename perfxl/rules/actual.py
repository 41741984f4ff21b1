"""SCORE-06, SCORE-09 to SCORE-15: what a self-evaluation says was reached, against its targets and its scores.

Target and result are compared by operator, number, measure and date; measures of one kind (吨, 千克) are converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Profile
from perfxl.reading import COST, ResultRow, TextRow
from perfxl.rules.rule import Family, Hit
from perfxl.rules.same_thing import Target, contradictions
from perfxl.rules.score import rounded
from perfxl.rules.texts import declared, goals
from perfxl.rules.wording import PERCENT, SATISFACTION, first_word, is_share, plain, shown
from perfxl.tables import Return
from perfxl.values import Value, name_key, squeeze
from perfxl.values.measures import measure_class, size_of

RULES = Family(needs="scores")

WHOLE = Decimal(100)
#: a score may be above the share of the target that was reached by so much of its weight
ALLOWED = Decimal("0.25")
#: a result of so many times the target has probably a digit too many
FAR = 5
#: kinds of targets that a result has to answer with a figure or a date
_MEASURED = ("number", "range", "money", "unit_price", "frequency", "ratio")
_WHEN = ("date", "period")
#: what may be counted in one another beside sizes
_SPANS = (
    {"分钟": 1, "小时": 60, "h": 60, "时": 60, "天": 1440, "日": 1440},
    {"个月": 1, "月": 1, "季度": 3, "年": 12},
    {"人": 1, "名": 1, "位": 1},
    {"次": 1, "回": 1, "次/年": 1},
    {"期": 1, "期/年": 1},
)
#: nothing came to pass: as much as 0 where less is better
_NOTHING = re.compile(r"(?:无|没有|未发生|未出现|未发现|未收到|未接到|零)[^0-9]{0,12}")
_NOT_DONE = re.compile(r"(?:无|没有|未|尚未|暂未|暂无)")
_DONE = re.compile(r"完成|按时|按期|如期|及时|达标|达到")
_BARE = re.compile(r"[≥≤<>=~≈%％＝±+－—–-]+")
_LIMIT = re.compile(r"[≥≤<>]|不[低少高晚迟超]|前\Z|之?前[^0-9]*完成|以[前内上下]|之内")
_ALREADY = re.compile(
    r"已经?|[，,；;](?=共|累计|合计|总计)|每(?:个?月|季度?|年|周|[天日])(?=[^。；;]*(?:共|累计|合计|总计))"
)
_DIGIT = re.compile(r"[0-9０-９]|[一二三四五六七八九十百千万两]+[个家条人台次期项件场套份吨亩]")
_TIME = re.compile(r"提前|季度|半年|年[初中底末]|[0-9]{4}年\Z|(?<![0-9])(?:0?[1-9]|1[0-2])月")
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
    if row.target.kind in _WHEN:
        return _by_date(row)
    aim, reached = _figure(row.target, profile, row), _figure(row.actual, profile, row)
    if aim is None or reached is None or reached[0] < 0:
        return None
    factor = _factor(reached[1], aim[1])
    if factor is None:
        return None
    return _by_number(profile, row, aim[0], reached[0] * factor)


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


def _day(value: Value, *, last: bool) -> int | None:
    """A date as 20231231: of a period its end; of a month or year its first day, or its last."""
    if value.kind not in _WHEN or not value.numbers or value.year is None:
        return None
    digits = int(value.numbers[-1])
    for precision, end in (("年", 12), ("月", 31)):
        if value.measure == precision or (value.measure == "年" and precision == "月"):
            digits = digits * 100 + (end if last else 1)
    return digits


def _figure(value: Value, profile: Profile, row: ResultRow) -> tuple[Decimal, str] | None:
    """(number, measure) of a value that is a single figure; the lower end of a range that is a target."""
    if value is row.actual and _is_nothing(profile, row):
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


def _factor(measure: str, wanted: str) -> Decimal | None:
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


def _is_nothing(profile: Profile, row: ResultRow) -> bool:
    """Whether the result is 无, 未发生, 无投诉, and so the best that can be."""
    if row.target.kind in _WHEN:
        return False
    best = row.target.operator in ("≤", "<") or (row.target.numbers and not any(row.target.numbers))
    return bool(best or first_word(profile, "less_is_better", row.name)) and bool(
        _NOTHING.fullmatch(squeeze(row.actual.text))
    )


def _asks_for_a_figure(row: ResultRow) -> bool:
    return bool(row.target.numbers) and (row.target.kind in (*_MEASURED, *_WHEN, "relative"))


def _quoted(row: ResultRow) -> dict[str, object]:
    score = "" if row.score is None else plain(Decimal(str(row.score)))
    return {
        "name": shown(row.name), "target": shown(row.target.text), "actual": shown(row.actual.text), "score": score,
    }  # fmt: skip


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
        "核对实际完成值；确未达到的，按完成比例扣减得分，说明原因，并改正总分。",
        "Check the result; where the target was missed, take marks off in proportion, say why, and correct the total.",
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
            yield Hit((row.ref,), _quoted(row), (row.actual_ref,), written=row.score_text)


WORDS = Text(
    "“{name}”的指标值为“{target}”，实际完成值填写“{actual}”，未写明完成的数量或时间，无法与指标值对照。",
    "“{name}” aims at “{target}”; its result “{actual}” gives no figure or date that could be held against it.",
)
COPIED = Text(
    "“{name}”的实际完成值“{actual}”照抄了指标值，未反映实际完成情况。",
    "The result of “{name}” is the target “{actual}” copied, and does not say what was reached.",
)
LIMIT = Text(
    "“{name}”的实际完成值填写“{actual}”，应为确定的数量或时间。",
    "The result of “{name}” is “{actual}”; it should be a definite figure or date.",
)
NO_SUCH_DATE = Text("“{name}”的实际完成值“{actual}”不是存在的日期。", "“{actual}”, the result of “{name}”, is no date.")
SEVERAL = Text(
    "“{name}”的实际完成值“{actual}”含有多个数，无法确定以哪个为准。",
    "The result of “{name}”, “{actual}”, has several figures, and which of them counts is open.",
)
BEFORE = Text(
    "“{name}”的实际完成时间“{actual}”早于本表所属的 {year} 年度。",
    "“{name}” was reached on “{actual}”, before the year {year} of this form.",
)


@RULES.error(
    "SCORE-09",
    name=Text("实际完成值不明确", "Result not stated"),
    what=Text(
        "实际完成值应写明实际完成的数量、比率、金额或时间",
        "A result states the quantity, rate, amount or date that was reached",
    ),
    message=Text(
        "“{name}”的指标值为“{target}”，实际完成值填写“{actual}”，未反映实际完成情况，却自评 {score} 分。",
        "“{name}” aims at “{target}”; its result is “{actual}”, which reports nothing, and still scores {score}.",
    ),
    source="实际完成值应与指标值对应",
    basic=True,
    why=Text("未写明完成多少，得分没有依据。", "Without what was reached there is no ground for the score."),
    fix=Text(
        "按指标值的计量单位填写全年实际完成的数；确未开展的，填 0 并扣减得分、说明原因。",
        "Write what was reached in the year, in the measure of the target; where nothing was, write 0 and say why.",
    ),
    wrong=Text("指标值 ≥95%，实际完成值 较好", "target ≥95%, result 较好"),
    right=Text("指标值 ≥95%，实际完成值 96%", "target ≥95%, result 96%"),
)
def result_not_stated(book: Return, lang: Lang) -> Iterator[Hit]:
    """A result that is a placeholder, a word, a sign or the target again; one that has several figures or a limit."""
    for row in book.results:
        if row.actual.kind == "empty" or row.target.kind in ("empty", "placeholder", "unread"):
            continue
        found = _not_stated(book, row)
        if found is not None:
            message, severity = found
            values = _quoted(row) | {"year": row.form.year}
            yield Hit((row.actual_ref,), values, written=row.actual.text, message=message, severity=severity)


def _not_stated(book: Return, row: ResultRow) -> tuple[Text | None, Severity] | None:
    actual, text = row.actual, squeeze(row.actual.text)
    if _is_nothing(book.profile, row) or (not row.score and _NOT_DONE.match(text)):
        return None
    if actual.kind == "placeholder" or _BARE.fullmatch(text):
        return (None if row.score else WORDS), Severity.ERROR
    if "impossible_date" in actual.notes:
        return NO_SUCH_DATE, Severity.ERROR
    if not _asks_for_a_figure(row):
        return None
    if text == squeeze(row.target.text) and (_LIMIT.search(text) or actual.approx):
        return COPIED, Severity.ERROR
    if not actual.numbers or (row.target.kind in _WHEN) != (actual.kind in _WHEN):
        return None if _is_answer(row) else (WORDS, Severity.WARNING if _DONE.search(text) else Severity.ERROR)
    if "several" in actual.notes:
        return SEVERAL, Severity.WARNING
    if _LIMIT.search(text) or actual.approx or (actual.kind == "range" and row.target.kind != "range"):
        return LIMIT, Severity.WARNING
    early = row.target.kind in _WHEN and row.form.year is not None and actual.year is not None
    return (BEFORE, Severity.WARNING) if early and (actual.year or 0) < (row.form.year or 0) else None


def _is_answer(row: ResultRow) -> bool:
    """Whether a time answers a target that is a date in another way: 提前10天, 第二季度."""
    return row.target.kind in _WHEN and bool(_TIME.search(row.actual.text))


@RULES.error(
    "SCORE-10",
    name=Text("实际完成值超出可能范围", "Impossible result"),
    what=Text(
        "满意度、合格率等比率不超过 100%，实际完成值不为负数",
        "A share such as 满意度 is at most 100%, and no result is below zero",
    ),
    message=Text(
        "“{name}”的实际完成值填写“{actual}”，{reason}。",
        "The result of “{name}” is “{actual}”; {reason}.",
    ),
    source="实际完成值应真实准确",
    basic=True,
    why=Text("不可能出现的数一般为录入错误，得分随之失实。", "An impossible figure is a slip, and its score is wrong."),
    fix=Text("核对原始资料，改正实际完成值，再核对得分。", "Check the records, correct the result, then its score."),
    wrong=Text("满意度 ≥90%，实际完成值 192%", "满意度 ≥90%, result 192%"),
    right=Text("满意度 ≥90%，实际完成值 92%", "满意度 ≥90%, result 92%"),
)
def impossible_result(book: Return, lang: Lang) -> Iterator[Hit]:
    """A share above 100%, and what is counted below zero."""
    for row in book.results:
        actual = row.actual
        if actual.kind not in _MEASURED or not actual.numbers:
            continue
        share = is_share(book.profile, row.name) or row.second == SATISFACTION
        if share and actual.measure == PERCENT and max(actual.numbers) > WHOLE:
            reason = Text("此类比率不超过 100%", "a share of this kind is at most 100%")
        elif min(actual.numbers) < 0 <= min(row.target.numbers, default=Decimal(0)):
            reason = Text("实际完成的数不为负数", "what was reached is not below zero")
        else:
            continue
        values = _quoted(row) | {"reason": reason.render(lang)}
        yield Hit((row.actual_ref,), values, (row.ref,), written=actual.text)


@RULES.warning(
    "SCORE-11",
    name=Text("实际完成值与指标值单位不一致", "Result in another measure"),
    what=Text("实际完成值与指标值用同一计量单位", "A result is in the measure of its target"),
    message=Text(
        "“{name}”的指标值为“{target}”，实际完成值为“{actual}”，计量单位不一致，无法对照。",
        "“{name}” aims at “{target}” and reached “{actual}”: the measures differ and cannot be compared.",
    ),
    source="实际完成值应与指标值对应",
    follows=("SCORE-09", "SCORE-10"),
    why=Text("单位不同，无法核定是否完成。", "In different measures nobody can tell whether the target was reached."),
    fix=Text("按指标值的计量单位改填实际完成值。", "Write the result in the measure of the target."),
    wrong=Text("指标值 ≥95%，实际完成值 12吨", "target ≥95%, result 12吨"),
    right=Text("指标值 ≥95%，实际完成值 96%", "target ≥95%, result 96%"),
)
def result_in_another_measure(book: Return, lang: Lang) -> Iterator[Hit]:
    """Measures that cannot be converted; a bare figure beside a percentage or an amount of money counts as another."""
    for row in book.results:
        aim, reached = _figure(row.target, book.profile, row), _figure(row.actual, book.profile, row)
        if aim is None or reached is None or not row.actual.numbers or row.target.kind == "relative":
            continue
        if _factor(reached[1], aim[1]) is None:
            yield Hit((row.actual_ref,), _quoted(row), written=row.actual.text)


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
        "核对实际完成值和得分；未达到指标值的，得分按完成比例扣减，并改正总分。",
        "Check the result and the score; take marks off in proportion and correct the total.",
    ),
    wrong=Text("指标值 300吨，完成 100吨，分值 10，得分 9.5", "target 300吨, reached 100吨, 9.5 of 10"),
    right=Text("指标值 300吨，完成 100吨，分值 10，得分 3.3", "target 300吨, reached 100吨, 3.3 of 10"),
)
def score_above_completion(book: Return, lang: Lang) -> Iterator[Hit]:
    """Above its share by more than a quarter of the weight, or anything for nothing."""
    for row in book.results:
        if row.score is None or row.weight is None or not 0 < row.score < row.weight:
            continue
        found = compared(book.profile, row)
        if found is None or found.share is None or found.share >= 1:
            continue
        weight, score = Decimal(str(row.weight)), Decimal(str(row.score))
        computed = weight * found.share
        if not found.share or score > computed + weight * ALLOWED:
            values = _quoted(row) | {
                "share": plain(round(found.share * 100, 1)), "weight": plain(weight),
                "computed": plain(round(computed, 1)),
            }  # fmt: skip
            stated = plain(score)
            yield Hit((row.ref,), values, (row.actual_ref,), stated, plain(round(computed, 1)), written=row.score_text)


TINY = Text(
    "“{name}”的指标值为“{target}”，实际完成“{actual}”，不足指标值的 1%，金额单位可能有误。",
    "“{name}” aims at “{target}” and reached “{actual}”, less than 1% of it: the unit of money may be wrong.",
)


@RULES.warning(
    "SCORE-13",
    name=Text("实际完成值与指标值相差悬殊", "Result far from the target"),
    what=Text("实际完成值与指标值应大体相当", "A result is of the size of its target"),
    message=Text(
        "“{name}”的指标值为“{target}”，实际完成“{actual}”，约为指标值的 {times} 倍，可能多录了数字或单位有误。",
        "“{name}” aims at “{target}” and reached “{actual}”, about {times} times as much: "
        "a digit or the measure may be wrong.",
    ),
    source="偏离指标值较多的应说明原因",
    follows=("SCORE-09", "SCORE-10", "SCORE-11"),
    why=Text("偏离过大的，不是录入有误，就是指标值定得过低。", "So far off, the figure is wrong or the target was."),
    fix=Text(
        "核对实际完成值的数字和单位；确属超额完成的，在偏差原因栏说明。",
        "Check figure and measure; where so much was reached, say why in the column of reasons.",
    ),
    wrong=Text("指标值 12条，实际完成值 120条", "target 12条, result 120条"),
    right=Text("指标值 12条，实际完成值 12条", "target 12条, result 12条"),
)
def result_far_above(book: Return, lang: Lang) -> Iterator[Hit]:
    """Five times the target and no reason given, not where less is better; an amount of less than a hundredth."""
    for row in book.results:
        if row.reason:
            continue
        found = compared(book.profile, row)
        aim, reached = row.target.fen, row.actual.fen
        if row.target.kind == row.actual.kind == "money" and aim and reached and reached * 100 < aim:
            yield Hit((row.actual_ref,), _quoted(row), written=row.actual.text, message=TINY)
        elif found is not None and found.times is not None and found.times >= FAR:
            values = _quoted(row) | {"times": plain(round(found.times, 1))}
            yield Hit((row.actual_ref,), values, written=row.actual.text)


@RULES.warning(
    "SCORE-14",
    name=Text("实际完成情况与实际完成值不符", "Report contradicts a result"),
    what=Text(
        "“实际完成情况”写的数字与同一事项的实际完成值应一致",
        "A figure in 实际完成情况 is that of the result of the same thing",
    ),
    message=Text(
        "“{name}”的实际完成值为“{actual}”，而实际完成情况（{where}）写“{said}”，两处不一致。",
        "The result of “{name}” is “{actual}”, but the report ({where}) says “{said}”.",
    ),
    source="自评内容应前后一致",
    follows=("SCORE-09", "SCORE-10"),
    why=Text("同一事项只有一个实际数，两处不一致的无法采信。", "One thing has one figure; of two neither is believed."),
    fix=Text("核对原始资料，改正填错的一处，再核对得分。", "Check the records, correct the wrong one, then the score."),
    wrong=Text("实际完成情况写打捞漂浮物310吨，实际完成值填285吨", "310吨 in the report, result 285吨"),
    right=Text("实际完成情况写打捞漂浮物285吨，实际完成值填285吨", "285吨 in the report, result 285吨"),
)
def report_contradicts_result(book: Return, lang: Lang) -> Iterator[Hit]:
    """Figures of what was done against the results of the same form."""
    rates = tuple(book.profile.lexicon.get("plain_rates", ()))
    for report in _reports(book):
        results = [Target(row.name, row.actual, row) for row in report.form.results]
        # what was already done is no target, but just what is meant here; 共12期 is of the clause before it
        for one in contradictions(_ALREADY.sub("", report.text), results, report.form.year, rates):
            row: ResultRow = one.target.item
            if rounded(row.actual.numbers[0], one.said.number):
                continue
            values = _quoted(row) | {"where": report.ref, "said": one.words}
            stated = row.actual.text.strip()
            yield Hit((row.actual_ref,), values, (report.ref,), stated, one.said.figure, written=row.actual.text)


AS_PLANNED = Text(
    "“{label}”与“{goal}”完全相同，未反映实际完成情况。", "“{label}” is the very text of “{goal}”, and reports nothing."
)


@RULES.warning(
    "SCORE-15",
    name=Text("实际完成情况不具体", "Report without figures"),
    what=Text(
        "“实际完成情况”应对照预期目标，写明实际完成的数字",
        "实际完成情况 gives, point by point, the figures that were reached",
    ),
    message=Text(
        "“{label}”未写明数字，而“{goal}”（{where}）定有数量目标，无法对照。",
        "“{label}” has no figure, while “{goal}” ({where}) sets some.",
    ),
    source="自评应对照目标说明完成情况",
    why=Text("不写数字，无法与年初目标对照。", "Without figures it cannot be held against the goal."),
    fix=Text(
        "对照预期目标逐项写明实际完成的数量、比率和时间。", "Write, point by point, what was reached, in figures."
    ),
    wrong=Text("实际完成情况：已全部完成", "实际完成情况: 已全部完成"),
    right=Text("实际完成情况：12条河道全年保洁，清理率96%", "实际完成情况: 12条河道全年保洁，清理率96%"),
)
def report_without_figures(book: Return, lang: Lang) -> Iterator[Hit]:
    """Beside a goal of the same form that has figures; the goal copied word for word is reported as such."""
    aims = {row.form: row for row, period in goals(book) if period == "year"}
    for report in _reports(book):
        goal = aims.get(report.form)
        if goal is None:
            continue
        copied = name_key(report.text) == name_key(goal.text)
        if copied or (_DIGIT.search(goal.text) and not _DIGIT.search(report.text)):
            values = {"label": report.label, "goal": goal.label, "where": goal.ref}
            message = AS_PLANNED if copied else None
            yield Hit((report.ref,), values, (goal.ref,), written=report.text, message=message)


def _reports(book: Return) -> Iterator[TextRow]:
    """What the forms say was done: the long texts of scored forms that are no goal."""
    found = declared(book, lambda field: field.kind == "long_text" and not field.period)
    return (row for row, _ in found if row.form.kind in book.profile.scored_forms)
