"""The years that a project runs cannot be read, run backwards, or do not hold the year of the form."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of, years_of
from perfxl.rules._span import open_ended, years_in
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref

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


@table_rule(
    "DATE-02",
    Severity.ERROR,
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
def term_of_project(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One year alone is a project of that year, unless the words beside it leave its other end open."""
    years = years_of(tables)
    for row in texts_of(tables, "span"):
        found, year = years_in(row.text), years[row.form_id]
        values = {"label": row.label, "text": " ".join(row.text.split()), "year": year, "later": year + 2}
        if not 1 <= len(found) <= 2:
            yield Hit((ref(row),), values, written=row.text)
        elif found[0] > found[-1]:
            yield Hit((ref(row),), values, written=row.text, message=BACKWARDS)
        elif open_ended(row.text):
            yield Hit((ref(row),), values, written=row.text, severity=Severity.WARNING, message=OPEN)
        elif not found[0] <= year <= found[-1]:
            yield Hit((ref(row),), values, written=row.text, message=OUTSIDE)
