"""The years in the label of the long-term goal are not those of the project."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules._span import spans, years_in
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "DATE-03",
    Severity.WARNING,
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
def years_of_the_goal(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Years that were never filled into the label say nothing. A term that cannot be read is DATE-02."""
    terms = {span.form_id: span for span in spans(tables)}
    for row in texts_of(tables, "long_text"):
        period = tables.profile.forms[row.form].fields[row.field].period
        years, term = years_in(row.label_text), terms.get(row.form_id)
        if period in ("", "year") or term is None or not 1 <= len(years) <= 2:
            continue
        if (years[0], years[-1]) != (term.start, term.end):
            stated, computed = _words(years[0], years[-1]), _words(term.start, term.end)
            values = {"label": row.label, "stated": stated, "computed": computed, "where": str(term.ref)}
            place = Ref(row.file, row.sheet, row.label_row, row.label_col)
            yield Hit((place,), values, (term.ref,), stated, computed, written=row.label_text)


def _words(start: int, end: int) -> str:
    return f"{start}年" if start == end else f"{start}年—{end}年"
