"""The number of a document that is not written as such, or a document younger than the project it is to bear."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules._span import spans
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import squeeze

YOUNGER = Text(
    "“{label}”引用的文件（{number}）晚于项目起始年份 {start} 年。请核对文号，或核对项目起止年限。",
    "“{label}” cites {number}, younger than the project, which began in {start}. "
    "Please check the number, or the term of the project.",
)
_NUMBER = re.compile(r"[〔\[(【]((?:19|20)\d\d)[〕\])】]第?\d+号|(?<!\d)((?:19|20)\d\d)年?第?\d+号")


@table_rule(
    "DATE-09",
    Severity.NOTICE,
    name=Text("文号不规范或晚于项目", "Number of a document"),
    what=Text(
        "文号中的年份用六角括号〔〕；所引用的文件不应都晚于项目起始年份",
        "The year in the number of a document stands in 〔〕; not all documents cited are younger than the project",
    ),
    message=Text(
        "“{label}”中的文号“{number}”，年份应用六角括号，如“〔{year}〕…号”。",
        "The number “{number}” in “{label}” should have its year in 〔〕, as “〔{year}〕…号”.",
    ),
    needs="fund",
    why=Text(
        "文号准确，才查得到文件；文件晚于项目的，可能引错了。",
        "A document is found by its number; one younger than the project may be the wrong one.",
    ),
    fix=Text(
        "年份改用六角括号；文件晚于项目的，核对文号和起止年限。",
        "Put the year in 〔〕; check the number and the term where the document is younger.",
    ),
    wrong=Text("某政办发（2018）31号", "某政办发（2018）31号"),
    right=Text("某政办发〔2018〕31号", "某政办发〔2018〕31号"),
)
def document_number(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Of a field with several documents the oldest is compared with the term of the project."""
    starts = {span.form_id: span.start for span in spans(tables)}
    for row in texts_of(tables, "long_text"):
        found = list(_NUMBER.finditer(squeeze(row.text))) if "号" in row.text else []
        wrong = next((number for number in found if number[0][0] != "〔" or "〕" not in number[0]), None)
        if wrong:
            values = {"label": row.label, "number": wrong[0], "year": wrong[1] or wrong[2]}
            yield Hit((ref(row),), values, written=row.text)
        oldest = min(found, key=lambda number: int(number[1] or number[2]), default=None)
        start = starts.get(row.form_id)
        if oldest and start is not None and int(oldest[1] or oldest[2]) > start:
            values = {"label": row.label, "number": oldest[0], "start": start}
            yield Hit((ref(row),), values, written=row.text, message=YOUNGER)
