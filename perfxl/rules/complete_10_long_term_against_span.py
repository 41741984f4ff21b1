"""The long-term side of a fund form is filled in though it need not be, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity
from perfxl.rules._span import spans
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables

NOT_NEEDED = Text(
    "项目期到 {end} 年为止，是一次性项目或处于最后一年，不需要填中长期目标，只填年度目标。",
    "The project ends in {end}: a one-off project, or one in its last year, needs no long-term side, only the year.",
)


@rule(
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
)
def long_term_against_span(tables: Tables, lang: Lang) -> Iterator[At]:
    """Asks 项目起止年限 whether the project goes on after the year of the form."""
    indicators, amounts = tables.indicators, tables.amounts
    having = set(indicators.loc[indicators["period"] == "long", "form_id"])
    funds = amounts[(amounts["table"] == "fields") & (amounts["period"] == "long")]
    paid = set(funds.loc[~funds["state"].isin(["blank", "placeholder"]), "form_id"])
    for span in spans(tables):
        one_off = span.start == span.end or span.end <= span.year
        if one_off and span.form_id in having | paid:
            yield At((span.ref,), {"end": span.end}, message=NOT_NEEDED)
        elif not one_off and span.form_id not in having & paid:
            yield At((span.ref,), {"end": span.end})
