"""A goal, a task or an indicator of the year that names another year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from perfxl.model import Lang, Ref, Severity, Text
from perfxl.rules._fields import texts_of, years_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import squeeze

BASE = Text(
    "“{label}”以 {other} 年为参照（“{text}”）。请核对年份，并写明该年的数，便于年终对照。",
    "“{label}” refers to {other} (“{text}”). Please check the year, and give its figure to compare with.",
)
_CLAUSE = re.compile(r"[^,;。、!\n]+")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)年?[-~—–至到]+((?:19|20)\d\d)年")
#: names of documents, and their numbers and dates in brackets
_CITED = re.compile(r"[《〈][^》〉]*[》〉](?:\([^)]*\))?")


class _Line(NamedTuple):
    form_id: int
    ref: Ref
    label: str
    text: str


@table_rule(
    "DATE-05",
    Severity.WARNING,
    name=Text("年度内容写了别的年份", "Another year"),
    what=Text(
        "年度目标、年度任务和年度指标只写本年度；作为参照的年份要写明基数",
        "Goals, tasks and indicators of the year are about that year; one to compare with needs its figure",
    ),
    message=Text(
        "“{label}”写到了 {other} 年（“{text}”），而本表是 {year} 年度的。请只写本年度的内容，或改正年份。",
        "“{label}” speaks of {other} (“{text}”), but the form is for {year}. Please keep to the year, or correct it.",
    ),
    follows=("DATE-08", "QUALITY-17"),
    why=Text(
        "年度内容写了别的年份，多半是照抄往年的。",
        "Another year in the text of this one is mostly left over from an older form.",
    ),
    fix=Text(
        "改成本年度的内容；作参照的年份，写明那一年的数。",
        "Write about this year; where another is compared with, give its figure.",
    ),
    wrong=Text("2020 年度的目标写“2019年完成信息系统建设1项”", "Goal for 2020: 2019年完成信息系统建设1项"),
    right=Text("2020 年度的目标写“2020年完成信息系统建设1项”", "Goal for 2020: 2020年完成信息系统建设1项"),
)
def other_year(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Words of the profile's ``base_words`` beside a year make it a notice."""
    years, base = years_of(tables), tables.profile.lexicon.get("base_words", ())
    for line in _lines(tables):
        year = years[line.form_id]
        for clause in _CLAUSE.findall(_CITED.sub("", squeeze(line.text))) if "年" in line.text else ():
            other = _other(clause, year)
            if other is None:
                continue
            values = {"label": line.label, "other": other, "year": year, "text": clause}
            if any(word in clause for word in base):
                yield Hit((line.ref,), values, written=line.text, severity=Severity.NOTICE, message=BASE)
            else:
                yield Hit((line.ref,), values, written=line.text)
            break


def _other(clause: str, year: int) -> int | None:
    """A year in a clause that is not the form's; a stretch of years that holds it is no other year."""
    if any(int(first) <= year <= int(last) for first, last in _RANGE.findall(clause)):
        return None
    return next((other for other in map(int, _YEAR.findall(clause)) if other != year), None)


def _lines(tables: Tables) -> Iterator[_Line]:
    """The goals, tasks and indicators of the year, with what people call them."""
    for row in texts_of(tables, "long_text"):
        if tables.profile.forms[row.form].fields[row.field].period == "year":
            yield _Line(row.form_id, ref(row), row.label, row.text)
    for task in rows(tables.tasks):
        place = Ref(task.file, task.sheet, task.content_row, task.content_col)
        yield _Line(task.form_id, place, " ".join(task.name.split()), task.content)
    lines = tables.indicators
    named = lines["value"].str.contains("年", regex=False).fillna(False).astype(bool)
    for line in rows(lines, (lines["period"] == "year") & named):
        yield _Line(line.form_id, ref(line), " ".join(line.name.split()), line.value)
