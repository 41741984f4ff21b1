"""SCORE-09 to SCORE-11, SCORE-13 to SCORE-15: what a self-evaluation says was reached, against its targets.

Target and result are compared by operator, number, measure and date; measures of one kind (吨, 千克) are converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from perfxl.model import Hint, Lang, Severity, Text
from perfxl.reading import FormRows, ResultRow, TextRow
from perfxl.rules.completion import (
    MEASURED,
    WHEN,
    compared,
    factor_of,
    figure_of,
    is_nothing,
    last_day,
    quoted_result,
    unreadable,
)
from perfxl.rules.rule import Family, Hit
from perfxl.rules.same_thing import Target, contradictions
from perfxl.rules.score import READING, named, rounded
from perfxl.rules.texts import declared, goals
from perfxl.rules.wording import PERCENT, SATISFACTION, is_share, plain
from perfxl.tables import Return
from perfxl.values import name_key, put_right, squeeze

RULES = Family(needs="scores")

WHOLE = Decimal(100)
#: a result of so many times the target has probably a digit too many
FAR = 5
#: the first days from which a date is that of the end of a year, as 1201
YEAR_END = 1201
_NOT_DONE = re.compile(r"(?:无|没有|未|尚未|暂未|暂无)")
_DONE = re.compile(r"完成|按时|按期|如期|及时|达标|达到")
_BARE = re.compile(r"[≥≤<>=~≈%％＝±+－—–-]+")
_LIMIT = re.compile(r"[≥≤<>]|不[低少高晚迟超]|前\Z|之?前[^0-9]*完成|以[前内上下]|之内")
_ALREADY = re.compile(
    r"已经?|[，,；;](?=共|累计|合计|总计)|每(?:个?月|季度?|年|周|[天日])(?=[^。；;]*(?:共|累计|合计|总计))"
)
_DIGIT = re.compile(r"[0-9０-９]|[一二三四五六七八九十百千万两]+[个家条人台次期项件场套份吨亩]")
#: a year of other than four or two digits, a letter in a date
_NO_DATE = re.compile(r"(?<![0-9])(?:[0-9]|[0-9]{3}|[0-9]{5,})年|[0-9][OoQlI]+[0-9]*[年月]|(?<=年)[OoQlI]+[0-9]*月")
_TIME = re.compile(r"提前|季度|半年|年[初中底末]|[0-9]{4}年\Z|(?<![0-9])(?:0?[1-9]|1[0-2])月")


def _asks_for_a_figure(row: ResultRow) -> bool:
    return bool(row.target.numbers) and (row.target.kind in (*MEASURED, *WHEN, "relative"))


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
YEAR_ONLY = Text(
    "“{name}”的指标值为“{target}”，实际完成值“{actual}”未写明月份，无法判断是否按期完成。\n填写实际完成的月份或日期。",
    "“{name}” aims at “{target}”; its result “{actual}” gives no month to tell whether that was in time.\n"
    "Give the month or day.",
)
NO_DAY = Text(
    "“{name}”的实际完成值“{actual}”是期限，不是实际完成的时间。\n填写实际完成的月份或日期。",
    "“{actual}”, the result of “{name}”, is a time limit.\nGive the month or day on which it was done.",
)
MISTYPED = Text(
    "“{name}”的实际完成值“{actual}”无法识别为一个数，无法与指标值“{target}”对照。\n"
    "按指标值的计量单位改填实际完成的数。",
    "“{actual}”, the result of “{name}”, is no figure that could be held against its target “{target}”.\n"
    "Type what was reached, in the measure of the target.",
)
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
            values = quoted_result(row) | {"year": row.form.year}
            right = put_right(row.actual.text) if message is MISTYPED else ""
            hints = (Hint("reading", READING.render(lang, right=right), (row.actual_ref,)),) if right else ()
            text = row.actual.text
            yield Hit((row.actual_ref,), values, hints=hints, written=text, message=message, severity=severity)


def _not_stated(book: Return, row: ResultRow) -> tuple[Text | None, Severity] | None:
    actual, text = row.actual, squeeze(row.actual.text)
    if is_nothing(book.profile, row) or (not row.score and _NOT_DONE.match(text)):
        return None
    if actual.kind == "placeholder" or _BARE.fullmatch(text):
        return (None if row.score else WORDS), Severity.ERROR
    if "impossible_date" in actual.notes:
        return NO_SUCH_DATE, Severity.ERROR
    if not _asks_for_a_figure(row):
        return None
    if unreadable(row):
        return MISTYPED, Severity.ERROR
    if text == squeeze(row.target.text) and (_LIMIT.search(text) or actual.approx):
        return COPIED, Severity.ERROR
    if row.target.kind in WHEN and actual.kind not in WHEN and _NO_DATE.search(text):
        return NO_SUCH_DATE, Severity.ERROR
    if not actual.numbers or (row.target.kind in WHEN) != (actual.kind in WHEN):
        return None if _is_answer(row) else (WORDS, Severity.WARNING if _DONE.search(text) else Severity.ERROR)
    if "several" in actual.notes:
        return SEVERAL, Severity.WARNING
    if row.target.kind in WHEN and (found := _not_to_the_month(row)):
        return found
    if _LIMIT.search(text) or actual.approx or (actual.kind == "range" and row.target.kind != "range"):
        return LIMIT, Severity.WARNING
    early = row.target.kind in WHEN and row.form.year is not None and actual.year is not None
    return (BEFORE, Severity.WARNING) if early and (actual.year or 0) < (row.form.year or 0) else None


def _not_to_the_month(row: ResultRow) -> tuple[Text | None, Severity] | None:
    """A year for a month, or a limit for a date: that of the target itself is no result at all."""
    aim, reached = last_day(row.target), last_day(row.actual)
    if row.actual.measure == "年" != row.target.measure and aim is not None and aim % 10_000 < YEAR_END:
        return YEAR_ONLY, Severity.WARNING
    if aim is None or reached is None or not _LIMIT.search(squeeze(row.actual.text)):
        return None
    if row.actual.operator in (">", "≥") or reached > aim:
        return LIMIT, Severity.WARNING
    return (COPIED, Severity.ERROR) if reached == aim else (NO_DAY, Severity.NOTICE)


def _is_answer(row: ResultRow) -> bool:
    """Whether a time answers a target that is a date in another way: 提前10天, 第二季度."""
    return row.target.kind in WHEN and bool(_TIME.search(row.actual.text))


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
        if actual.kind not in MEASURED or not actual.numbers:
            continue
        share = is_share(book.profile, row.name) or row.second == SATISFACTION
        if share and actual.measure == PERCENT and max(actual.numbers) > WHOLE:
            reason = Text("此类比率不超过 100%", "a share of this kind is at most 100%")
        elif min(actual.numbers) < 0 <= min(row.target.numbers, default=Decimal(0)):
            reason = Text("实际完成的数不为负数", "what was reached is not below zero")
        else:
            continue
        values = quoted_result(row) | {"reason": reason.render(lang)}
        yield Hit((row.actual_ref,), values, (row.ref,), written=actual.text)


NO_MEASURE = Text(
    "{names} {n} 条指标的实际完成值未写计量单位，如“{actual}”，已按指标值“{target}”的单位审核。\n"
    "在数字后补写计量单位。",
    "The results of {n} indicators ({names}) have no measure: “{actual}” was read in that of the target “{target}”.\n"
    "Write the measure behind the figure.",
)


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
    """Measures that cannot be converted; a bare figure beside a percentage or an amount of money counts as another.

    A bare figure beside any other measure is taken for one of it, and told: once a form.
    """
    bare: dict[FormRows, list[ResultRow]] = {}
    for row in book.results:
        aim, reached = figure_of(row.target, book.profile, row), figure_of(row.actual, book.profile, row)
        if aim is None or reached is None or not row.actual.numbers or row.target.kind == "relative":
            continue
        if factor_of(reached[1], aim[1]) is None:
            yield Hit((row.actual_ref,), quoted_result(row), written=row.actual.text)
        elif aim[1] and not reached[1] and reached[0]:
            bare.setdefault(row.form, []).append(row)
    for rows in bare.values():
        values = quoted_result(rows[0]) | named(rows)
        cells = tuple(row.actual_ref for row in rows)
        yield Hit(cells, values, written=rows[0].actual.text, message=NO_MEASURE, severity=Severity.NOTICE)


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
            yield Hit((row.actual_ref,), quoted_result(row), written=row.actual.text, message=TINY)
        elif found is not None and found.times is not None and found.times >= FAR:
            values = quoted_result(row) | {"times": plain(round(found.times, 1))}
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
            values = quoted_result(row) | {"where": report.ref, "said": one.words}
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
