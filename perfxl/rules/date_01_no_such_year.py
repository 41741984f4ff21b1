"""The year of a form is none: 202年度, 1920年度."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref

_YEAR = re.compile("20[0-9]{2}")


@table_rule(
    "DATE-01",
    Severity.ERROR,
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
def no_such_year(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """What stands where the year should. A year that is left blank is COMPLETE-01."""
    for row in texts_of(tables, "year"):
        if not _YEAR.fullmatch(row.text):
            values = {"label": row.label, "text": row.text, "year": tables.profile.year}
            yield Hit((ref(row),), values, written=row.text)
