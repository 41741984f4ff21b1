"""A project that runs for many more years than a long term is."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._span import spans
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "DATE-04",
    Severity.NOTICE,
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
def long_term(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """How many years are too many is the profile's ``long_term_years``."""
    most = tables.profile.limits.get("long_term_years", 5)
    for span in spans(tables):
        if span.years > most:
            yield Hit((span.ref,), {"start": span.start, "end": span.end, "years": span.years})
