"""DATE: years and dates that cannot be, or do not agree with the year or the term of a project."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from perfxl.model import Change, Lang, Ref, Severity, Text
from perfxl.reading import FormRows, IndicatorRow
from perfxl.rules.rule import Family, Hit
from perfxl.rules.texts import ProjectTerm, declared, open_ended, project_terms, texts_of, year_of, years_in
from perfxl.rules.wording import ONE_VALUE, TIMELINESS, shown
from perfxl.tables import Return
from perfxl.values import date_of_serial, in_digits, read_date, squeeze
from perfxl.values.dates import is_term

RULES = Family()

_FOUR_DIGITS = re.compile("20[0-9]{2}")
_CLAUSE = re.compile(r"[^,;。、!\n]+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)年?[-~—–至到]+((?:19|20)\d\d)年")
#: names of documents, and their numbers and dates in brackets
_CITED = re.compile(r"[《〈][^》〉]*[》〉](?:\([^)]*\))?")
_MONTHS = re.compile(r"(?<!\d)((?:19|20)\d\d)[年.\-/](1[0-2]|0?[1-9])(?=[月.\-/~—–至到]|\Z)")
_LIKE_DAY = re.compile(r"(?<!\d)(20\d\d)[年.\-/](\d{1,2})[月.\-/](\d{1,2})(?!\d)")
_DAY = re.compile(r"(?<!\d)(20\d\d)[年.\-/](1[0-2]|0?[1-9])[月.\-/](3[01]|[12]\d|0?[1-9])(?!\d)")
_DOCUMENT_NUMBER = re.compile(r"[〔\[(【]((?:19|20)\d\d)[〕\])】]第?\d+号|(?<!\d)((?:19|20)\d\d)年?第?\d+号")


@RULES.error(
    "DATE-01",
    name=Text("年度有误", "No such year"),
    what=Text("年度应为四位数年份，如“2020年度”", "The year has four digits, such as 2020"),
    message=Text(
        "“{label}”填写的“{text}”不是有效年份。\n填写四位数年份，如“{year}年度”。",
        "“{label}” says “{text}”, which is no year.\nGive its four digits, such as “{year}年度”.",
    ),
    basic=True,
    why=Text("目标、日期和资金均按申报年度审核。", "Goals, dates and funds are judged by the year."),
    fix=Text("改填预算所属的四位数年份。", "Give the year that the budget is for."),
    wrong=Text("（202年度）", "（202年度）"),
    right=Text("（2020年度）", "（2020年度）"),
)
def no_such_year(book: Return, lang: Lang) -> Iterator[Hit]:
    """What is written in place of the year. A year that is left blank is COMPLETE-01."""
    for row in texts_of(book, "year"):
        if not _FOUR_DIGITS.fullmatch(row.text):
            values = {"label": row.label, "text": row.text, "year": book.year or book.profile.year}
            yield Hit((row.ref,), values, written=row.text)


BACKWARDS = Text(
    "“{label}”填写的“{text}”，起始时间晚于结束时间。",
    "“{label}” says “{text}”: it begins after it ends.",
)
OUTSIDE = Text(
    "“{label}”填写的“{text}”不包含申报年度 {year} 年。\n核对起止年限和年度，改正有误的一处。",
    "“{label}” says “{text}”, which does not hold the year of the form, {year}.\nCheck both and correct the wrong one.",
)
OPEN = Text(
    "“{label}”填写的“{text}”只有一个年份。\n写明起止年份，如“{year}年—{later}年”。",
    "“{label}” says “{text}”: only one year.\nGive the first and the last, such as “{year}年—{later}年”.",
)


@RULES.error(
    "DATE-02",
    name=Text("项目起止年限有误", "Term of the project"),
    what=Text(
        "项目起止年限写明起、止两个年份，先起后止，并包含申报年度",
        "The term gives its first and last year, in this order, and holds the year of the form",
    ),
    message=Text(
        "“{label}”填写的“{text}”无法确定起止年份。\n写明起止年份，如“{year}年—{later}年”。",
        "“{label}” says “{text}”, without a first and a last year.\nWrite it as “{year}年—{later}年”.",
    ),
    needs="fund",
    why=Text(
        "起止年限决定项目是否跨年度，以及中长期目标和资金的期限。",
        "The term tells whether a project goes on, and how many years its long-term funds are for.",
    ),
    fix=Text(
        "写明起始和结束两个年份，先起后止，并包含申报年度。",
        "Give the first and the last year, in this order, with the year of the form among them.",
    ),
    wrong=Text("项目起止年限：2021年—2018年", "项目起止年限: 2021年—2018年"),
    right=Text("项目起止年限：2019年—2021年", "项目起止年限: 2019年—2021年"),
)
def term_of_project(book: Return, lang: Lang) -> Iterator[Hit]:
    """One year alone is a project of that year, unless the words beside it leave its other end open."""
    for row in texts_of(book, "span"):
        found, year = years_in(row.text), year_of(book, row.form)
        first = year or book.profile.year
        values = {"label": row.label, "text": shown(row.text), "year": first, "later": first + 2}
        if not 1 <= len(found) <= 2:
            yield Hit((row.ref,), values, written=row.text)
        elif found[0] > found[-1] or _backwards(row.text):
            yield Hit((row.ref,), values, written=row.text, message=BACKWARDS)
        elif open_ended(row.text):
            yield Hit((row.ref,), values, written=row.text, severity=Severity.WARNING, message=OPEN)
        elif year is not None and not found[0] <= year <= found[-1]:
            yield Hit((row.ref,), values, written=row.text, message=OUTSIDE)


def _backwards(text: str) -> bool:
    """Whether a term with months ends before it begins."""
    months = [(int(year), int(month)) for year, month in _MONTHS.findall(in_digits(squeeze(text)))]
    return len(months) > 1 and months[0] > months[-1]


@RULES.warning(
    "DATE-03",
    name=Text("中长期目标的年份与项目期不符", "Years of the long-term goal"),
    what=Text(
        "中长期目标栏括号里的年份与项目起止年限一致",
        "The years beside the long-term goal are those of the project's term",
    ),
    message=Text(
        "“{label}”的期限为 {stated}，项目起止年限（{where}）为 {computed}，两处应一致。",
        "“{label}” is for {stated}, while the project runs {computed} ({where}). They should agree.",
    ),
    needs="two_periods",
    why=Text(
        "期限不同，目标与资金不属同一时期，无法核对。", "With other years, goal and funds are not of the same term."
    ),
    fix=Text(
        "核对项目起止年限，改正有误的一处，使两处一致。",
        "Check the term of the project and correct the one that is wrong.",
    ),
    wrong=Text("中长期目标（2019年—2021年），项目起止年限 2020年—2022年", "中长期目标（2019年—2021年）, 2020年—2022年"),
    right=Text("中长期目标（2020年—2022年），项目起止年限 2020年—2022年", "中长期目标（2020年—2022年）, 2020年—2022年"),
)
def years_of_the_goal(book: Return, lang: Lang) -> Iterator[Hit]:
    """A label in which no years were filled in is not reported. A term that cannot be read is DATE-02."""
    terms = {term.form: term for term in project_terms(book)}
    for row, field in declared(book, lambda field: field.kind == "long_text"):
        years, term = years_in(row.label_text), terms.get(row.form)
        if field.period in ("", "year") or term is None or not 1 <= len(years) <= 2:
            continue
        if (years[0], years[-1]) != (term.start, term.end):
            stated, computed = _words(years[0], years[-1]), _words(term.start, term.end)
            values = {"label": row.label, "stated": stated, "computed": computed, "where": term.ref}
            yield Hit((row.label_ref,), values, (term.ref,), stated, computed, written=row.label_text)


def _words(start: int, end: int) -> str:
    return f"{start}年" if start == end else f"{start}年—{end}年"


@RULES.notice(
    "DATE-04",
    name=Text("项目期偏长", "A long term"),
    what=Text("中长期一般为三年", "The long term is three years as a rule"),
    message=Text(
        "项目起止年限为 {start} 年至 {end} 年，共 {years} 年；本表的中长期一般为三年。",
        "The project runs from {start} to {end}, {years} years; the long term of the form is three as a rule.",
    ),
    needs="two_periods",
    why=Text(
        "起止年限过长，中长期目标和资金难以按期考核。",
        "Where the term and the long-term side are of different years, goal and funds do not match.",
    ),
    fix=Text(
        "核对起止年限，有误的改正；确为长期项目的，保持不变，并按此期限填写中长期目标、资金和指标。",
        "Correct the term if it is wrong; a project that is that long keeps it and fills in its long-term side for it.",
    ),
    wrong=Text("项目起止年限：2015年—2025年（11 年）", "项目起止年限: 2015年—2025年 (11 years)"),
    right=Text("项目起止年限：2019年—2021年", "项目起止年限: 2019年—2021年"),
)
def long_term(book: Return, lang: Lang) -> Iterator[Hit]:
    """How many years are too many is the profile's ``long_term_years``."""
    most = book.profile.limits.get("long_term_years", 5)
    for term in project_terms(book):
        if term.years > most:
            yield Hit((term.ref,), {"start": term.start, "end": term.end, "years": term.years})


BASE = Text(
    "“{label}”以 {other} 年为参照（“{text}”），可能有误或缺少基数。\n核对年份；确以该年为参照的，写明该年的基数。",
    "“{label}” refers to {other} (“{text}”), which may be wrong or lacks its figure.\nCheck the year, "
    "and give its figure to compare with.",
)


@RULES.warning(
    "DATE-05",
    name=Text("年度内容涉及其他年份", "Another year"),
    what=Text(
        "年度目标、年度任务和年度指标应为本年度内容；作为参照的年份应写明基数",
        "Goals, tasks and indicators of the year are about that year; one to compare with needs its figure",
    ),
    message=Text(
        "“{label}”涉及 {other} 年（“{text}”），本表为 {year} 年度。",
        "“{label}” speaks of {other} (“{text}”), but the form is for {year}.",
    ),
    follows=("DATE-08", "QUALITY-17"),
    why=Text(
        "年度内容涉及其他年份，可能沿用了往年的材料。",
        "Another year in the text of this one is mostly left over from an older form.",
    ),
    fix=Text(
        "改为本年度的内容；作为参照的年份，写明该年的基数。",
        "Write about this year; where another is compared with, give its figure.",
    ),
    wrong=Text("2020 年度的目标写“2019年完成信息系统建设1项”", "Goal for 2020: 2019年完成信息系统建设1项"),
    right=Text("2020 年度的目标写“2020年完成信息系统建设1项”", "Goal for 2020: 2020年完成信息系统建设1项"),
)
def other_year(book: Return, lang: Lang) -> Iterator[Hit]:
    """Words of the profile's ``base_words`` beside a year make it a notice."""
    base = book.profile.lexicon.get("base_words", ())
    for form, ref, label, text in _texts_of_the_year(book):
        year = year_of(book, form)
        if year is None:
            continue
        clauses = _CLAUSE.findall(_CITED.sub("", squeeze(text)))
        for clause in clauses:
            if _is_history(clause, clauses, year) or is_term(clause, clauses, year):
                continue
            if other := _other(clause, year):
                values = {"label": label, "other": other, "year": year, "text": clause}
                based = other < year and _is_base(clause, base)
                severity, message = (Severity.NOTICE, BASE) if based else (None, None)
                repairs = tuple((Change(ref, to=to),) for to in (str(year), ONE_VALUE))
                yield Hit((ref,), values, written=text, severity=severity, message=message, repairs=repairs)
                if not based:
                    break


def _texts_of_the_year(book: Return) -> Iterator[tuple[FormRows, Ref, str, str]]:
    """(form, cell, what people call it, text) of the goals, tasks and indicators of the year that contain 年."""
    for row, _ in declared(book, lambda field: field.kind == "long_text" and field.period == "year"):
        if "年" in row.text:
            yield row.form, row.ref, row.label, row.text
    for task in book.tasks:
        if "年" in task.content:
            yield task.form, task.content_ref, shown(task.name), task.content
    for line in book.indicators:
        # what is compared with an earlier year has the figure of that year beside it
        if line.period == "year" and "年" in line.value and "based" not in line.parsed.notes:
            yield line.form, line.ref, shown(line.name), line.value


def _other(clause: str, year: int) -> int:
    """A year in a clause that is not the form's; 0 for none, and where a range of years has the form's in it."""
    if any(int(first) <= year <= int(last) for first, last in _RANGE.findall(clause)):
        return 0
    return next((other for other in map(int, _YEAR.findall(clause)) if other != year), 0)


#: words beside an earlier year that name where something comes from: 2019年工作会议要求
_CITING = re.compile(
    r"会议|大会|全会|精神|要求|部署|文件|通知|决定|意见|方案|规划|办法|报告|标准|号|条例|公告|审计|巡[视察]|反馈|决算|普查"
    r"|(?:修[订正改]|制定|发布|颁布|施行|实施|公布|下[发达]|通过|批准|签订)的|纲要"
    r"|(?:按照?|依[据照]|根据|落实|执行|贯彻|参照|遵[照守]).*(?:细则|制度|规[定则程范]|章程|目录|指南|准则)"
    r"|批复|合同|协议|发现|查出|存在|鉴定|考核结果|清单|印发|出台|遗留|结转|续建|[建购立]成?的|欠|存量"
)
#: what is compared with an earlier year is stated: 与2019年相比提高2个百分点，达到98%
_RESULT = re.compile(r"^达到?\d.*%")
#: the figure of an earlier year in brackets behind what is planned: 登记4120家（2018年3900家）
_STATED = re.compile(r"\((?:其中)?(?:19|20)\d\d年[^()]*\d[^()]*\)?")
_THIS_YEAR = "本年|今年|当年"
_HAS_FIGURE = re.compile(r"\d(?!\d{0,3}年)")


def _is_base(clause: str, words: Sequence[str]) -> bool:
    """Whether a year is only compared with; a word of one character stands beside it: 较2019年, but not 自动."""
    beside = "".join(word for word in words if len(word) == 1)
    near = re.search(rf"[{beside}](?:19|20)\d\d年|(?:19|20)\d\d年\w{{0,3}}[{beside}](?!动)", clause) if beside else None
    return bool(near) or any(word in clause for word in words if len(word) > 1)


def _is_history(clause: str, clauses: Sequence[str], year: int) -> bool:
    """Whether an earlier year is cited, or its figure is stated beside what is planned for this year."""
    years = list(map(int, _YEAR.findall(clause)))
    if not years or any(other >= year for other in years):
        return False
    compared = re.search("[与比较]", clause) and any(_RESULT.search(other) for other in clauses)
    if compared or _CITING.search(clause):
        return True
    if _STATED.search(clause):
        return True
    now = any(re.search(f"{_THIS_YEAR}|{year}年", other) for other in clauses if other is not clause)
    return now and bool(_HAS_FIGURE.search(_YEAR.sub("", clause)))


LATER = Text(
    "“{label}”为 {date}，晚于 {year} 年度；绩效目标应在年度开始前编制。",
    "“{label}” is {date}, after the end of {year}; the forms are filled in before it.",
)
FUTURE = Text(
    "“{label}”为 {date}，晚于今天。",
    "“{label}” is {date}, a day that is still to come.",
)
DURING = Text(
    "“{label}”为 {date}，在 {year} 年度之内；绩效目标一般在上一年编制。",
    "“{label}” is {date}, within {year}, while the forms are filled in the year before.",
)
OLD = Text(
    "“{label}”为 {date}，早于编制 {year} 年度绩效目标的时间，疑为以前年度的日期。",
    "“{label}” is {date}, long before the targets of {year} are made: it may be left from an older form.",
)
TOO_SOON = Text(
    "“{label}”为 {date}，{year} 年度尚未结束；自评应在年度终了后进行。",
    "“{label}” is {date}, when {year} had not ended; a year is evaluated after its end.",
)
TOO_LATE = Text(
    "“{label}”为 {date}，距 {year} 年度终了已超过一年。",
    "“{label}” is {date}, more than a year after the end of {year}.",
)
SERIAL = Text(
    "“{label}”显示为数字 {date}，疑为日期 {day} 丢失了日期格式。\n将单元格设为日期格式，或填写“{chinese}”。",
    "“{label}” shows the number {date}, as the date {day} does without a format.\nFormat the cell as a "
    "date, or write “{chinese}”.",
)
INCOMPLETE = Text(
    "“{label}”填写的“{date}”没有写明日。\n写明年、月、日，如“{example}”。",
    "“{label}” says “{date}”, without the day.\nGive year, month and day, such as “{example}”.",
)
UNUSUAL = Text(
    "“{label}”填写的“{date}”书写不规范。\n改填“{chinese}”。",
    "“{label}” says “{date}”, which is not how a date is written.\nWrite it as “{chinese}”.",
)
NO_DAY = Text(
    "“{label}”中的日期“{date}”不存在。",
    "The date “{date}” in “{label}” does not exist.",
)
#: a day written in a way that is not usual: 2019年11月20, 2019、11、20, 2019-11-20日
_OTHER_MARKS = re.compile(r"(20\d\d)[年.,、。/-](1[0-2]|0?[1-9])[月.,、。/-](3[01]|[12]\d|0?[1-9])日?")
_USUAL = re.compile(r"(20\d\d)(?:年\d+月\d+[日号]|([./-])\d+\2\d+)")
_PART_OF_MONTH = re.compile("[底末初旬]")
#: how Chinese forms write a day
CHINESE_DAY = "{0.year}年{0.month}月{0.day}日"


@RULES.error(
    "DATE-06",
    name=Text("填报日期有误", "Date of filling in"),
    what=Text(
        "填报日期应真实存在、不晚于今天；绩效目标表在年度的上一年填报，自评表在年度终了后填报",
        "The date exists and is past; targets are filled in the year before theirs, evaluations after the end of it",
    ),
    message=Text(
        "“{label}”填写的“{date}”不是完整、存在的日期。\n写明年、月、日，如“{example}”。",
        "“{label}” says “{date}”, which is no whole and existing date.\nWrite it as “{example}”.",
    ),
    group="file",
    why=Text("日期有误，无法确认报送的是哪一年、哪一稿。", "A wrong date leaves open which year or version this is."),
    fix=Text(
        "改填实际填报的日期，年、月、日齐全；年度有误的，改正年度。",
        "Give the actual date with year, month and day; or correct the year of the form.",
    ),
    wrong=Text("填报日期：2019年11月31日", "填报日期: 2019年11月31日"),
    right=Text("填报日期：2019年11月20日", "填报日期: 2019年11月20日"),
)
def filled_in_when(book: Return, lang: Lang) -> Iterator[Hit]:
    """One finding for the same date on many forms. A day may be tomorrow's here and today's where it was written."""
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    latest = int(f"{tomorrow:%Y%m%d}")
    for row in texts_of(book, "date"):
        scored, year = row.form.kind in book.profile.scored_forms, year_of(book, row.form)
        example = f"{(year or book.profile.year) + (1 if scored else -1)}年{'2月' if scored else '11月'}20日"
        values = {"label": row.label, "date": shown(row.text), "year": year, "example": example}
        day, meant = _day(row.text), date_of_serial(squeeze(row.text))
        if day is None and meant:
            told = {"day": meant, "chinese": CHINESE_DAY.format(meant)}
            yield Hit((row.ref,), values | told, written=row.text, severity=Severity.NOTICE, message=SERIAL)
            day = int(f"{meant:%Y%m%d}")
        wrong = _wrong_day(day, year, scored=scored, latest=latest)
        if wrong:
            yield Hit((row.ref,), values, written=row.text, severity=wrong[0], message=wrong[1])
        elif day and day % 100 == 0:
            yield Hit((row.ref,), values, written=row.text, severity=Severity.WARNING, message=INCOMPLETE)
        elif day and _OTHER_MARKS.fullmatch(bare := squeeze(row.text)) and not _USUAL.fullmatch(bare):
            told = {"chinese": CHINESE_DAY.format(datetime.date(day // 10_000, day // 100 % 100, day % 100))}
            yield Hit((row.ref,), values | told, written=row.text, severity=Severity.NOTICE, message=UNUSUAL)
    for row in texts_of(book, "review"):
        for found in _LIKE_DAY.finditer(in_digits(squeeze(row.text))):
            if not _exists(*map(int, found.groups())):
                yield Hit((row.ref,), {"label": row.label, "date": found[0]}, written=row.text, message=NO_DAY)


def _wrong_day(day: int | None, year: int | None, *, scored: bool, latest: int) -> tuple[Severity, Text | None] | None:
    """What is wrong with the day itself, whole or not."""
    if day is None:
        return Severity.ERROR, None
    if day > latest:
        return Severity.ERROR, FUTURE
    return (_of_evaluation if scored else _of_targets)(day, year) if year is not None else None


def _of_targets(day: int, year: int) -> tuple[Severity, Text] | None:
    """What is wrong with the day on which the targets of a year were filled in."""
    if day // 10_000 > year:
        return Severity.ERROR, LATER
    if day // 10_000 == year:
        return Severity.NOTICE, DURING
    return (Severity.WARNING, OLD) if day // 10_000 < year - 1 else None


def _of_evaluation(day: int, year: int) -> tuple[Severity, Text] | None:
    """What is wrong with the day on which a year was evaluated; some begin in its last month."""
    if day < year * 10_000 + 1200:
        return Severity.ERROR, TOO_SOON
    return (Severity.WARNING, TOO_LATE) if day // 10_000 > year + 1 else None


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


#: what may stand behind a date: the time of day, the day of the week, the word for the stamp, a full stop
_BEHIND = re.compile(r"(?:\d{1,2}:\d{2}(?::\d{2})?|\(?(?:星期|周)[一二三四五六日天]\)?|\([^)\d]*\)|[.。])+\Z")


def _plain(text: str) -> str:
    """A date that is written with other marks between its figures: 2019、11、20, 2019-11-20日, 2019年11.20."""
    found = _OTHER_MARKS.fullmatch(text)
    return "-".join(found.groups()) if found else text


@lru_cache(maxsize=4_096)
def _day(text: str) -> int | None:
    """20201120; 20201100 where only the month is given; ``None`` where it is no date."""
    bare = squeeze(text)
    when = read_date(bare, None) or read_date(_BEHIND.sub("", _BEHIND.sub("", squeeze(text.partition(" ")[0]))), None)
    when = when or read_date(_BEHIND.sub("", bare), None) or read_date(_plain(bare), None)
    if when is None or when.kind != "date" or when.year is None or not when.numbers:
        return None
    number = int(when.numbers[-1])
    if when.measure == "日" and _PART_OF_MONTH.search(bare):
        return number // 100 * 100
    return {"日": number, "月": number * 100}.get(when.measure)


@RULES.warning(
    "DATE-07",
    name=Text("审核日期早于填报日期", "Reviewed before filled in"),
    what=Text("审核日期不早于填报日期", "A form is reviewed after it was filled in"),
    message=Text(
        "“{label}”的日期 {reviewed} 早于填报日期 {filled}（{where}）。",
        "“{label}” is dated {reviewed}, before the form was filled in on {filled} ({where}).",
    ),
    why=Text(
        "先填报、后审核，日期倒置说明其中一处有误。",
        "A form is reviewed after it was filled in; one of the dates is wrong.",
    ),
    fix=Text("核对填报日期和审核日期，改正有误的一处。", "Check both dates and correct the wrong one."),
    wrong=Text("填报日期 2019年11月20日，审核日期 2019年11月19日", "Filled in 2019年11月20日, reviewed 2019年11月19日"),
    right=Text("填报日期 2019年11月20日，审核日期 2019年11月25日", "Filled in 2019年11月20日, reviewed 2019年11月25日"),
)
def reviewed_before(book: Return, lang: Lang) -> Iterator[Hit]:
    """Of a review with several dates, the last one counts."""
    dated = {row.form: row for row in texts_of(book, "date")}
    for row in texts_of(book, "review"):
        other = dated.get(row.form)
        reviewed = _DAY.findall(in_digits(squeeze(row.text)))
        filled = _DAY.findall(in_digits(squeeze(other.text))) if other else []
        if other and reviewed and filled and [*map(int, reviewed[-1])] < [*map(int, filled[0])]:
            values = {
                "label": row.label, "reviewed": "-".join(reviewed[-1]), "filled": "-".join(filled[0]),
                "where": other.ref,
            }  # fmt: skip
            yield Hit((row.ref,), values, (other.ref,), written=row.text)


NO_SUCH_TIME = Text("指标“{name}”的时间“{value}”不存在。", "“{value}”, the time of “{name}”, does not exist.")
BEFORE_YEAR = Text(
    "指标“{name}”的时间“{value}”早于 {year} 年度。",
    "“{name}” is due “{value}”, before {year} begins.",
)
NOT_IN_TERM = Text(
    "指标“{name}”的时间“{value}”不在项目期 {start} 年至 {end} 年（{where}）之内。",
    "“{name}” is due “{value}”, outside the term of the project, {start} to {end} ({where}).",
)
#: in words, whatever the form's year is
_NEXT_YEAR = re.compile("次年|翌年|明年|下一?年度?[0-9]")


@RULES.warning(
    "DATE-08",
    name=Text("完成时间不在年度或项目期内", "Due outside the year or the term"),
    what=Text(
        "年度指标的完成时间在当年之内，中长期指标的完成时间在项目期之内",
        "What an indicator of the year is due by lies within the year, one of the long term within that of the project",
    ),
    message=Text(
        "指标“{name}”的时间“{value}”晚于 {year} 年 12 月 31 日。年度指标应在当年完成。",
        "“{name}” is due “{value}”, after 31 December {year}. Indicators of the year are met within it.",
    ),
    needs="indicators",
    why=Text(
        "年度指标在年终考核，中长期指标在项目期末考核，期外的时间无法考核。",
        "Indicators are measured at the end of the year or of the term; what is due later cannot be.",
    ),
    fix=Text(
        "年度指标改为当年的时间，中长期指标改为项目期内的时间；跨年度完成的，年度指标改填当年应完成的部分及时间。",
        "Give a time within the year, for the long term one within the term; of more, the part that is done "
        "within the year.",
    ),
    wrong=Text("2020 年度的完成时间：2021年6月底前", "Due, on a form of 2020: 2021年6月底前"),
    right=Text("2020 年度的完成时间：2020年12月31日前", "Due, on a form of 2020: 2020年12月31日前"),
)
def after_the_year(book: Return, lang: Lang) -> Iterator[Hit]:
    """Of a period its end counts. A day or month that does not exist is reported, and a time of the next year."""
    terms = {term.form: term for term in project_terms(book)}
    for line in book.indicators:
        values: dict[str, object] = {"name": shown(line.name), "value": line.value, "year": year_of(book, line.form)}
        of_month = line.kind == "number" and line.measure == "月" and "月份" in line.name
        month = of_month and any(not 1 <= number <= 12 for number in line.numbers)
        if month or "impossible_date" in line.parsed.notes:
            yield Hit((line.ref,), values, written=line.value, message=NO_SUCH_TIME)
        elif line.period == "year" and line.second == TIMELINESS and _NEXT_YEAR.match(squeeze(line.value)):
            yield Hit((line.ref,), values, written=line.value)
        elif line.kind in ("date", "period") and not _is_term(line):
            if line.period == "year":
                yield from _outside_year(line, values, year_of(book, line.form))
            elif term := terms.get(line.form):
                yield from _outside_term(line, values, term)


def _outside_year(line: IndicatorRow, values: dict[str, object], year: int | None) -> Iterator[Hit]:
    """An earlier year that is written with 年 is DATE-05."""
    when = read_date(squeeze(line.value), year)
    if year is None or when is None or when.year is None:
        return
    if when.year > year and when.operator != "≥":
        yield Hit((line.ref,), values, written=line.value)
    elif when.year < year and when.operator != "≥" and "年" not in line.value:
        yield Hit((line.ref,), values, written=line.value, message=BEFORE_YEAR)


def _outside_term(line: IndicatorRow, values: dict[str, object], term: ProjectTerm) -> Iterator[Hit]:
    """One that is open at the end may have begun before."""
    when = read_date(squeeze(line.value), term.end)
    if when and when.year is not None and when.operator != "≥" and not term.start <= when.year <= term.end:
        told = {"start": term.start, "end": term.end, "where": term.ref}
        yield Hit((line.ref,), values | told, (term.ref,), written=line.value, message=NOT_IN_TERM)


def _is_term(line: IndicatorRow) -> bool:
    """Whether an indicator says how long something is used: 2020—2022年 may then end later."""
    return line.second == "sustainable" or any(word in line.name for word in ("期限", "年限", "有效期", "使用期"))


YOUNGER = Text(
    "“{label}”引用的文件（{number}）晚于项目起始年份 {start} 年。\n核对文号和项目起止年限，改正有误的一处。",
    "“{label}” cites {number}, younger than the project, which began in {start}.\nCheck the number and "
    "the term of the project, and correct the wrong one.",
)


@RULES.notice(
    "DATE-09",
    name=Text("文号不规范或晚于项目", "Number of a document"),
    what=Text(
        "文号中的年份用六角括号〔〕；所引用的文件不应都晚于项目起始年份",
        "The year in the number of a document stands in 〔〕; not all documents cited are younger than the project",
    ),
    message=Text(
        "“{label}”中的文号“{number}”，年份应用六角括号，如“〔{year}〕…号”。",
        "The number “{number}” in “{label}” should have its year in 〔〕, as “〔{year}〕…号”.",
    ),
    needs="fund",
    why=Text(
        "文号准确方可查证；文件晚于项目的，引用可能有误。",
        "A document is found by its number; one younger than the project may be the wrong one.",
    ),
    fix=Text(
        "文号的年份改用六角括号〔〕；文件晚于项目起始年份的，核对文号和起止年限并改正。",
        "Put the year in 〔〕; check the number and the term where the document is younger.",
    ),
    wrong=Text("某政办发（2018）31号", "某政办发（2018）31号"),
    right=Text("某政办发〔2018〕31号", "某政办发〔2018〕31号"),
)
def document_number(book: Return, lang: Lang) -> Iterator[Hit]:
    """Of a field with several documents the oldest is compared with the term of the project."""
    starts = {term.form: term.start for term in project_terms(book)}
    for row in texts_of(book, "long_text"):
        found = list(_DOCUMENT_NUMBER.finditer(squeeze(row.text))) if "号" in row.text else []
        wrong = next((number for number in found if number[0][0] != "〔" or "〕" not in number[0]), None)
        if wrong:
            values = {"label": row.label, "number": wrong[0], "year": wrong[1] or wrong[2]}
            yield Hit((row.ref,), values, written=row.text)
        oldest = min(found, key=lambda number: int(number[1] or number[2]), default=None)
        start = starts.get(row.form)
        if oldest and start is not None and int(oldest[1] or oldest[2]) > start:
            values = {"label": row.label, "number": oldest[0], "start": start}
            yield Hit((row.ref,), values, written=row.text, message=YOUNGER)
