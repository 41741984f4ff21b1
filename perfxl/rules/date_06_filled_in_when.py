"""The date of filling in cannot be, or does not fit the year that is planned."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of, years_of_files
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import squeeze
from perfxl.values.dates import date_of_serial, read_date

LATER = Text(
    "“{label}”是 {date}，已在 {year} 年度结束之后。申报表应在年度开始之前编制，请核对日期和年度。",
    "“{label}” is {date}, after the end of {year}. The forms are filled in before it; please check both.",
)
FUTURE = Text(
    "“{label}”是 {date}，还没有到这一天。请核对。",
    "“{label}” is {date}, a day that is still to come. Please check it.",
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


@table_rule(
    "DATE-06",
    Severity.ERROR,
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
def filled_in_when(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding for the same date on many forms. A day may be tomorrow's here and today's where it was written."""
    years, tomorrow = years_of_files(tables), datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    latest = int(f"{tomorrow:%Y%m%d}")
    for row in texts_of(tables, "date"):
        year, day = years[row.submission], _day(row.text)
        values = {"label": row.label, "date": " ".join(row.text.split()), "year": year, "before": year - 1}
        if day is None:
            meant = date_of_serial(row.text)
            message = SERIAL if meant else None
            yield Hit((ref(row),), values | {"day": meant}, written=row.text, message=message)
        elif day // 10_000 > year:
            yield Hit((ref(row),), values, written=row.text, message=LATER)
        elif day > latest:
            yield Hit((ref(row),), values, written=row.text, message=FUTURE)
        elif day // 10_000 == year:
            yield Hit((ref(row),), values, written=row.text, severity=Severity.NOTICE, message=DURING)


def _day(text: str) -> int | None:
    """20201120; 20201100 where only the month is said; ``None`` where it is no date."""
    when = read_date(squeeze(text.strip().removesuffix("00:00:00")), None)
    if when is None or when.kind != "date" or when.year is None or not when.numbers:
        return None
    number = int(when.numbers[-1])
    return {"日": number, "月": number * 100}.get(when.measure)
