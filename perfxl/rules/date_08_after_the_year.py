"""An indicator of the year whose date lies after that year."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity
from perfxl.rules._fields import years_of
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import squeeze
from perfxl.values.dates import read


@rule(
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
)
def after_the_year(tables: Tables, lang: Lang) -> Iterator[At]:
    """Of a period its end counts."""
    years, lines = years_of(tables), tables.indicators
    for line in rows(lines, (lines["period"] == "year") & lines["kind"].isin(["date", "period"])):
        year = years[line.form_id]
        when = read(squeeze(line.value), year)
        if when is not None and when.year is not None and when.year > year and when.operator != "≥":
            values = {"name": " ".join(line.name.split()), "value": line.value, "year": year}
            yield At((ref(line),), values, written=line.value)
