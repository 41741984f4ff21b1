"""DATE: years and dates that cannot be, or do not agree with the year or the term of a project."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.reading import FormRows, IndicatorRow
from perfxl.rules.rule import Family, Hit
from perfxl.rules.texts import declared, open_ended, project_terms, texts_of, year_of, year_of_file, years_in
from perfxl.rules.wording import shown
from perfxl.tables import Return
from perfxl.values import date_of_serial, read_date, squeeze

RULES = Family()

_FOUR_DIGITS = re.compile("20[0-9]{2}")
_CLAUSE = re.compile(r"[^,;。、!\n]+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)年?[-~—–至到]+((?:19|20)\d\d)年")
#: names of documents, and their numbers and dates in brackets
_CITED = re.compile(r"[《〈][^》〉]*[》〉](?:\([^)]*\))?")
_DAY = re.compile(r"(?<!\d)(20\d\d)[年.\-/](1[0-2]|0?[1-9])[月.\-/](3[01]|[12]\d|0?[1-9])(?!\d)")
_DOCUMENT_NUMBER = re.compile(r"[〔\[(【]((?:19|20)\d\d)[〕\])】]第?\d+号|(?<!\d)((?:19|20)\d\d)年?第?\d+号")


@RULES.error(
    "DATE-01",
    name=Text("年度有误", "No such year"),
    what=Text("年度填四位数的年份，如“2020年度”", "The year has four digits, such as 2020"),
    message=Text(
        "“{label}”写的是“{text}”，不是年份。请填四位数的年份，如“{year}年度”。",
        "“{label}” says “{text}”, which is no year. Please give its four digits, such as “{year}年度”.",
    ),
    basic=True,
    why=Text("年度决定目标、日期和资金按哪一年审核。", "Goals, dates and funds are judged by the year."),
    fix=Text("填写编制预算所属的年份。", "Give the year that the budget is for."),
    wrong=Text("（202年度）", "（202年度）"),
    right=Text("（2020年度）", "（2020年度）"),
)
def no_such_year(book: Return, lang: Lang) -> Iterator[Hit]:
    """What is written in place of the year. A year that is left blank is COMPLETE-01."""
    for row in texts_of(book, "year"):
        if not _FOUR_DIGITS.fullmatch(row.text):
            values = {"label": row.label, "text": row.text, "year": book.profile.year}
            yield Hit((row.ref,), values, written=row.text)


BACKWARDS = Text(
    "“{label}”写的是“{text}”，起始年份晚于结束年份。请改正。",
    "“{label}” says “{text}”: it begins after it ends. Please correct it.",
)
OUTSIDE = Text(
    "“{label}”写的是“{text}”，不包含申报年度 {year} 年。请核对起止年限和年度。",
    "“{label}” says “{text}”, which does not hold the year of the form, {year}. Please check both.",
)
OPEN = Text(
    "“{label}”写的是“{text}”，只有一个年份。请写明起止年份，如“{year}年—{later}年”。",
    "“{label}” says “{text}”: only one year. Please give the first and the last, such as “{year}年—{later}年”.",
)


@RULES.error(
    "DATE-02",
    name=Text("项目起止年限有误", "Term of the project"),
    what=Text(
        "项目起止年限写明起、止两个年份，先起后止，并包含申报年度",
        "The term gives its first and last year, in this order, and holds the year of the form",
    ),
    message=Text(
        "“{label}”写的是“{text}”，读不出起止年份。请写成“{year}年—{later}年”的样子。",
        "“{label}” says “{text}”, without a first and a last year. Please write it as “{year}年—{later}年”.",
    ),
    needs="fund",
    why=Text(
        "起止年限说明项目是否跨年度，中长期资金管几年。",
        "The term tells whether a project goes on, and how many years its long-term funds are for.",
    ),
    fix=Text(
        "写明起、止两个年份，先起后止，包含申报年度。",
        "Give the first and the last year, in this order, with the year of the form among them.",
    ),
    wrong=Text("项目起止年限：2021年—2018年", "项目起止年限: 2021年—2018年"),
    right=Text("项目起止年限：2019年—2021年", "项目起止年限: 2019年—2021年"),
)
def term_of_project(book: Return, lang: Lang) -> Iterator[Hit]:
    """One year alone is a project of that year, unless the words beside it leave its other end open."""
    for row in texts_of(book, "span"):
        found, year = years_in(row.text), year_of(book, row.form)
        values = {"label": row.label, "text": shown(row.text), "year": year, "later": year + 2}
        if not 1 <= len(found) <= 2:
            yield Hit((row.ref,), values, written=row.text)
        elif found[0] > found[-1]:
            yield Hit((row.ref,), values, written=row.text, message=BACKWARDS)
        elif open_ended(row.text):
            yield Hit((row.ref,), values, written=row.text, severity=Severity.WARNING, message=OPEN)
        elif not found[0] <= year <= found[-1]:
            yield Hit((row.ref,), values, written=row.text, message=OUTSIDE)


@RULES.warning(
    "DATE-03",
    name=Text("中长期目标的年份与项目期不符", "Years of the long-term goal"),
    what=Text(
        "中长期目标栏括号里的年份与项目起止年限一致",
        "The years beside the long-term goal are those of the project's term",
    ),
    message=Text(
        "“{label}”的期限写的是 {stated}，而项目起止年限（{where}）是 {computed}。请核对，两处应一致。",
        "“{label}” is for {stated}, while the project runs {computed} ({where}). They should agree.",
    ),
    needs="two_periods",
    why=Text("期限不同，中长期目标和资金就对不上。", "With other years, goal and funds are not of the same term."),
    fix=Text("核对项目起止年限，改正写错的一处。", "Check the term of the project and correct the one that is wrong."),
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
        "项目起止年限 {start} 年至 {end} 年共 {years} 年，而中长期一般为三年。请核对；如确为长期项目，"
        "中长期目标、资金和指标请按同一期限填写。",
        "The project runs from {start} to {end}, {years} years; a long term is three as a rule. Please check; "
        "if it is right, its long-term goal, funds and indicators are for the same years.",
    ),
    needs="two_periods",
    why=Text(
        "起止年限与中长期栏管的年限不同，目标和资金就对不上。",
        "Where the term and the long-term side are of different years, goal and funds do not match.",
    ),
    fix=Text(
        "核对起止年限；确为长期项目的，中长期各栏按同一期限填写。",
        "Check the term; for a long project fill in the long-term side for the same years.",
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
    "“{label}”以 {other} 年为参照（“{text}”）。请核对年份，并写明该年的数，便于年终对照。",
    "“{label}” refers to {other} (“{text}”). Please check the year, and give its figure to compare with.",
)


@RULES.warning(
    "DATE-05",
    name=Text("年度内容写了别的年份", "Another year"),
    what=Text(
        "年度目标、年度任务和年度指标只写本年度；作为参照的年份要写明基数",
        "Goals, tasks and indicators of the year are about that year; one to compare with needs its figure",
    ),
    message=Text(
        "“{label}”写到了 {other} 年（“{text}”），而本表是 {year} 年度的。请只写本年度的内容，或改正年份。",
        "“{label}” speaks of {other} (“{text}”), but the form is for {year}. Please keep to the year, or correct it.",
    ),
    follows=("DATE-08", "QUALITY-17"),
    why=Text(
        "年度内容写了别的年份，多半是照抄往年的。",
        "Another year in the text of this one is mostly left over from an older form.",
    ),
    fix=Text(
        "改成本年度的内容；作参照的年份，写明那一年的数。",
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
        clauses = _CLAUSE.findall(_CITED.sub("", squeeze(text)))
        for clause in clauses:
            if _is_history(clause, clauses, year):
                continue
            if other := _other(clause, year):
                values = {"label": label, "other": other, "year": year, "text": clause}
                based = any(word in clause for word in base)
                severity, message = (Severity.NOTICE, BASE) if based else (None, None)
                yield Hit((ref,), values, written=text, severity=severity, message=message)
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
        if line.period == "year" and "年" in line.value:
            yield line.form, line.ref, shown(line.name), line.value


def _other(clause: str, year: int) -> int:
    """A year in a clause that is not the form's; 0 for none, and where a range of years has the form's in it."""
    if any(int(first) <= year <= int(last) for first, last in _RANGE.findall(clause)):
        return 0
    return next((other for other in map(int, _YEAR.findall(clause)) if other != year), 0)


#: words beside an earlier year that name where something comes from: 2019年工作会议要求
_CITING = re.compile(
    r"会议|大会|全会|精神|要求|部署|文件|通知|决定|意见|方案|规划|办法|报告|标准|号|条例|公告|审计|巡[视察]|反馈|决算|普查"
    r"|批复|合同|协议|发现|查出|存在|鉴定|考核结果|清单|印发|出台|遗留|结转|续建|[建购立]成?的|欠|存量"
)
#: what is compared with an earlier year is stated: 与2019年相比提高2个百分点，达到98%
_RESULT = re.compile(r"^达到?\d.*%")
#: the figure of an earlier year in brackets behind what is planned: 登记4120家（2018年3900家）
_STATED = re.compile(r"\((?:其中)?(?:19|20)\d\d年[^()]*\d[^()]*\)?")
_THIS_YEAR = "本年|今年|当年"
_HAS_FIGURE = re.compile(r"\d(?!\d{0,3}年)")


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
    "“{label}”是 {date}，已在 {year} 年度结束之后。申报表应在年度开始之前编制，请核对日期和年度。",
    "“{label}” is {date}, after the end of {year}. The forms are filled in before it; please check both.",
)
FUTURE = Text(
    "“{label}”是 {date}，还没有到这一天。请核对。", "“{label}” is {date}, a day that is still to come. Please check it."
)
DURING = Text(
    "“{label}”是 {date}，在 {year} 年度之内。申报表应在上一年编制；如确为当年填报，不必改动。",
    "“{label}” is {date}, within {year}. The forms are filled in the year before; if this one was not, leave it.",
)

SERIAL = Text(
    "“{label}”显示的是数字 {date}，像是日期 {day} 丢了日期格式。"
    "请把单元格设为日期格式，或写成“{before}年11月20日”的样子。",
    "“{label}” shows the number {date}, as the date {day} does without a format. Format the cell as a date, or write "
    "it as “{before}年11月20日”.",
)


@RULES.error(
    "DATE-06",
    name=Text("填报日期有误", "Date of filling in"),
    what=Text(
        "填报日期是真实存在的日期，不晚于今天，一般在申报年度的上一年",
        "The date of filling in exists, is past, and lies as a rule in the year before the one planned",
    ),
    message=Text(
        "“{label}”写的是“{date}”，不是完整、存在的日期。请写成“{before}年11月20日”的样子。",
        "“{label}” says “{date}”, which is no whole and existing date. Please write it as “{before}年11月20日”.",
    ),
    group="file",
    why=Text("日期不对，分不清报的是哪一年、哪一稿。", "A wrong date leaves open which year or version this is."),
    fix=Text("改成实际填报的日期，写全年、月、日。", "Give the actual date with year, month and day."),
    wrong=Text("填报日期：2019年11月31日", "填报日期: 2019年11月31日"),
    right=Text("填报日期：2019年11月20日", "填报日期: 2019年11月20日"),
)
def filled_in_when(book: Return, lang: Lang) -> Iterator[Hit]:
    """One finding for the same date on many forms. A day may be tomorrow's here and today's where it was written."""
    year, tomorrow = year_of_file(book), datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    latest = int(f"{tomorrow:%Y%m%d}")
    for row in texts_of(book, "date"):
        day = _day(row.text)
        values = {"label": row.label, "date": shown(row.text), "year": year, "before": year - 1}
        if day is None:
            meant = date_of_serial(row.text)
            message = SERIAL if meant else None
            yield Hit((row.ref,), values | {"day": meant}, written=row.text, message=message)
        elif day // 10_000 > year:
            yield Hit((row.ref,), values, written=row.text, message=LATER)
        elif day > latest:
            yield Hit((row.ref,), values, written=row.text, message=FUTURE)
        elif day // 10_000 == year:
            yield Hit((row.ref,), values, written=row.text, severity=Severity.NOTICE, message=DURING)


@lru_cache(maxsize=4_096)
def _day(text: str) -> int | None:
    """20201120; 20201100 where only the month is given; ``None`` where it is no date."""
    when = read_date(squeeze(text.strip().removesuffix("00:00:00")), None)
    if when is None or when.kind != "date" or when.year is None or not when.numbers:
        return None
    number = int(when.numbers[-1])
    return {"日": number, "月": number * 100}.get(when.measure)


@RULES.warning(
    "DATE-07",
    name=Text("审核日期早于填报日期", "Reviewed before filled in"),
    what=Text("审核在填报之后", "A form is reviewed after it was filled in"),
    message=Text(
        "“{label}”的日期 {reviewed} 早于填报日期 {filled}（{where}）。请核对两个日期。",
        "“{label}” is dated {reviewed}, before the form was filled in on {filled} ({where}). Please check both dates.",
    ),
    why=Text(
        "先填报、后审核，日期倒置说明有一个写错了。",
        "A form is reviewed after it was filled in; one of the dates is wrong.",
    ),
    fix=Text("核对两个日期，改正写错的一个。", "Check both dates and correct the wrong one."),
    wrong=Text("填报日期 2019年11月20日，审核日期 2019年11月19日", "Filled in 2019年11月20日, reviewed 2019年11月19日"),
    right=Text("填报日期 2019年11月20日，审核日期 2019年11月25日", "Filled in 2019年11月20日, reviewed 2019年11月25日"),
)
def reviewed_before(book: Return, lang: Lang) -> Iterator[Hit]:
    """Of a review with several dates, the last one counts."""
    dated = {row.form: row for row in texts_of(book, "date")}
    for row in texts_of(book, "review"):
        other = dated.get(row.form)
        reviewed, filled = _DAY.findall(squeeze(row.text)), _DAY.findall(squeeze(other.text)) if other else []
        if other and reviewed and filled and [*map(int, reviewed[-1])] < [*map(int, filled[0])]:
            values = {
                "label": row.label, "reviewed": "-".join(reviewed[-1]), "filled": "-".join(filled[0]),
                "where": other.ref,
            }  # fmt: skip
            yield Hit((row.ref,), values, (other.ref,), written=row.text)


@RULES.warning(
    "DATE-08",
    name=Text("完成时间在年度之后", "Due after the year"),
    what=Text(
        "年度指标的完成时间不晚于当年 12 月 31 日", "What an indicator of the year is due by lies within the year"
    ),
    message=Text(
        "指标“{name}”的时间“{value}”在 {year} 年 12 月 31 日之后。年度指标应在当年完成，请核对。",
        "“{name}” is due “{value}”, after 31 December {year}. Indicators of the year are met within it; please check.",
    ),
    needs="indicators",
    why=Text(
        "年度指标在年终考核，过了年度就无法对照。",
        "Indicators of the year are measured at its end; what is due later cannot be.",
    ),
    fix=Text(
        "改成当年的时间，或改填当年能完成的部分。", "Give a time within the year, or the part that is done within it."
    ),
    wrong=Text("2020 年度的完成时间：2021年6月底前", "Due, on a form of 2020: 2021年6月底前"),
    right=Text("2020 年度的完成时间：2020年12月31日前", "Due, on a form of 2020: 2020年12月31日前"),
)
def after_the_year(book: Return, lang: Lang) -> Iterator[Hit]:
    """Of a period its end counts."""
    for line in book.indicators:
        if line.period != "year" or line.kind not in ("date", "period"):
            continue
        year = year_of(book, line.form)
        when = read_date(squeeze(line.value), year)
        if when is not None and len(when.numbers) == 2 and _is_term(line):
            continue
        if when is not None and when.year is not None and when.year > year and when.operator != "≥":
            values = {"name": shown(line.name), "value": line.value, "year": year}
            yield Hit((line.ref,), values, written=line.value)


def _is_term(line: IndicatorRow) -> bool:
    """Whether an indicator says how long something is used: 2020—2022年 may then end later."""
    return line.second == "sustainable" or any(word in line.name for word in ("期限", "年限", "有效期", "使用期"))


YOUNGER = Text(
    "“{label}”引用的文件（{number}）晚于项目起始年份 {start} 年。请核对文号，或核对项目起止年限。",
    "“{label}” cites {number}, younger than the project, which began in {start}. "
    "Please check the number, or the term of the project.",
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
        "文号准确，才查得到文件；文件晚于项目的，可能引错了。",
        "A document is found by its number; one younger than the project may be the wrong one.",
    ),
    fix=Text(
        "年份改用六角括号；文件晚于项目的，核对文号和起止年限。",
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
