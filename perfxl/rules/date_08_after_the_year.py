"""An indicator of the year whose date lies after that year."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import years_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import squeeze
from perfxl.values.dates import read_date


@table_rule(
    "DATE-08",
    Severity.WARNING,
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
def after_the_year(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Of a period its end counts."""
    years, lines = years_of(tables), tables.indicators
    for line in rows(lines, (lines["period"] == "year") & lines["kind"].isin(["date", "period"])):
        year = years[line.form_id]
        when = read_date(squeeze(line.value), year)
        if when is not None and when.year is not None and when.year > year and when.operator != "≥":
            values = {"name": " ".join(line.name.split()), "value": line.value, "year": year}
            yield Hit((ref(line),), values, written=line.value)
