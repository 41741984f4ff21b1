"""Funds of the whole term that do not fit those of one year."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._span import spans
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import wan


@table_rule(
    "SUM-05",
    Severity.NOTICE,
    name=Text("中长期资金与年度资金不成比例", "Term funds out of proportion"),
    what=Text(
        "年度资金乘以年限，应与中长期资金大体相当",
        "The year's funds times the years should be about the funds of the term",
    ),
    message=Text(
        "中长期资金 {long} 万元；年度资金 {year} 万元，乘以 {n} 年是 {product} 万元，相差较大，请确认。",
        "The term has {long} 万元, the year {year}; times {n} years that is {product}, which is far off. "
        "Please confirm.",
    ),
    source="中长期资金与年度资金的一般关系",
    needs="two_periods",
    follows=("SUM-04",),
    why=Text(
        "中长期资金由各年的资金组成，相差太远，可能有一个填错了。",
        "The funds of the term are made up of its years; far apart, one of them may be wrong.",
    ),
    fix=Text(
        "核对起止年限和两个总额；各年安排确实不均的，可以不改。",
        "Check the term and both totals; where the years do differ, leave them.",
    ),
    wrong=Text(
        "年度资金 17.00 万元，起止年限 11 年，中长期资金 51.00 万元",
        "Year 17.00 万元, term of 11 years, long term 51.00 万元",
    ),
    right=Text(
        "年度资金 17.00 万元，起止年限 3 年，中长期资金 51.00 万元",
        "Year 17.00 万元, term of 3 years, long term 51.00 万元",
    ),
)
def term_against_year(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """The bounds are the profile's ``long_term_low`` and ``long_term_high``."""
    limits = tables.profile.limits
    low, high = limits.get("long_term_low", 0.0), limits.get("long_term_high", float("inf"))
    fields = tables.amounts[(tables.amounts["table"] == "fields") & (tables.amounts["state"] == "ok")]
    totals = fields[fields["column"].isin(["total", "long_total"])]
    cells = {(row.form_id, row.column): row for row in rows(totals)}
    for span in spans(tables):
        year, long = cells.get((span.form_id, "total")), cells.get((span.form_id, "long_total"))
        if year is None or long is None:
            continue
        product = int(year.fen) * span.years
        if not low * int(long.fen) <= product <= high * int(long.fen):
            values = {
                "long": wan(int(long.fen)),
                "year": wan(int(year.fen)),
                "n": span.years,
                "product": wan(product),
            }
            yield Hit((ref(long),), values, related=(ref(year), span.ref))
