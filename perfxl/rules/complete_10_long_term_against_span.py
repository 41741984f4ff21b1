"""The long-term side of a fund form is filled in though it need not be, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._span import spans
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables

NOT_NEEDED = Text(
    "项目期到 {end} 年为止，是一次性项目或处于最后一年，不需要填中长期目标，只填年度目标。",
    "The project ends in {end}: a one-off project, or one in its last year, needs no long-term side, only the year.",
)


@table_rule(
    "COMPLETE-10",
    Severity.NOTICE,
    name=Text("中长期目标与项目期不符", "Long-term side against the project's term"),
    what=Text(
        "项目期超过本年度的要填中长期目标；一次性项目和最后一年的项目不填",
        "A project that goes on past the year needs a long-term side; a one-off project needs none",
    ),
    message=Text(
        "项目期到 {end} 年，应同时填写中长期目标、资金和指标。请补填。",
        "The project goes on until {end}: please fill in its long-term goal, funds and indicators too.",
    ),
    needs="two_periods",
    why=Text(
        "跨年度的项目要看全期安排；当年结束的项目，只看年度就够了。",
        "A project of several years is judged by its whole term, one that ends this year by the year alone.",
    ),
    fix=Text(
        "跨年度的补填中长期目标、资金和指标；一次性或最后一年的，清空中长期各栏。",
        "Fill in the long-term side of a project that goes on; clear that of one that ends this year.",
    ),
    wrong=Text(
        "2020 年度的表，起止年限“2018年—2020年”，填了中长期指标",
        "Form of 2020, term 2018年—2020年, with long-term indicators",
    ),
    right=Text(
        "2020 年度的表，起止年限“2019年—2021年”，中长期、年度都填",
        "Form of 2020, term 2019年—2021年, with both sides filled in",
    ),
)
def long_term_against_span(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Asks 项目起止年限 whether the project goes on after the year of the form."""
    indicators, amounts = tables.indicators, tables.amounts
    having = set(indicators.loc[indicators["period"] == "long", "form_id"])
    funds = amounts[(amounts["table"] == "fields") & (amounts["period"] == "long")]
    paid = set(funds.loc[~funds["state"].isin(["blank", "placeholder"]), "form_id"])
    for span in spans(tables):
        one_off = span.start == span.end or span.end <= span.year
        if one_off and span.form_id in having | paid:
            yield Hit((span.ref,), {"end": span.end}, message=NOT_NEEDED)
        elif not one_off and span.form_id not in having & paid:
            yield Hit((span.ref,), {"end": span.end})
