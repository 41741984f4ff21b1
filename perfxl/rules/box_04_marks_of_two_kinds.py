"""Boxes ticked with marks of more than one kind, or with one that is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.reading.ticks import TICKED, UNTICKED, marks, odd_marks, open_marks
from perfxl.rules._fields import texts_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref

#: marks that are the same in another typeface
_SAME = str.maketrans("✓✔✅Rþ", "√√☑☑☑")

ODD = Text(
    "“{label}”中“{option}”旁的“{mark}”不是认得的勾选标记，没有按勾选处理。如要勾选，请改为 ☑（或 √）。",
    "Under “{label}” the “{mark}” beside “{option}” is no known mark and was not taken for a tick. "
    "To tick it, use ☑ (or √).",
)
BOTH = Text(
    "“{label}”中“{option}”旁既有空框又有勾（“{mark}”），已按勾选处理。请只留一个标记：☑ 或 □。",
    "Under “{label}” the option “{option}” has a box and a tick (“{mark}”), and was taken as ticked. "
    "Please keep one mark: ☑ or □.",
)
OPEN = Text(
    "“{label}”中“{mark}”在“{option}”和“{after}”之间，看不出属于哪一项，按“{option}”的标记读。请让标记紧靠所属的选项。",
    "Under “{label}” the “{mark}” between “{option}” and “{after}” may belong to either, and was taken for that of "
    "“{option}”. Please put each mark right beside its option.",
)


@table_rule(
    "BOX-04",
    Severity.NOTICE,
    name=Text("勾选标记不统一", "Marks of two kinds"),
    what=Text("同一栏只用一种勾选标记（☑ 或 √）", "One kind of tick in a field, ☑ or √"),
    message=Text(
        "“{label}”用了不同的勾选标记（{marks}），都已按勾选处理。请统一为 ☑（或 √）。",
        "“{label}” has different marks ({marks}), all taken for ticks. Please use one, ☑ (or √).",
    ),
    needs="fund",
    why=Text("标记不统一时，哪些是选中的容易看错。", "With different marks it is easy to misread what is ticked."),
    fix=Text("选中的写 ☑，没选的写 □。", "☑ for what applies, □ for what does not."),
    wrong=Text("产业发展 ■　民生保障 √　其他 V", "产业发展 ■　民生保障 √　其他 V"),
    right=Text("产业发展 ☑　民生保障 ☑　其他 □", "产业发展 ☑　民生保障 ☑　其他 □"),
)
def marks_of_two_kinds(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """□ for what does not apply beside √ for what does is one way of ticking, and silent."""
    for row in texts_of(tables, "choice"):
        options = tables.profile.forms[row.form].fields[row.field].options
        beside = marks(row.written, options)
        for option, mark in odd_marks(row.written, options).items():
            yield _one(row, option, mark, ODD)
        for mark, option, after in open_marks(row.written, options):
            values = {"label": row.label, "option": option, "mark": mark, "after": after}
            yield Hit((ref(row),), values, written=row.written, message=OPEN)
        for option, run in beside.items():
            if set(run) & set(TICKED) and set(run) & set(UNTICKED):
                yield _one(row, option, run, BOTH)
        kinds = list(dict.fromkeys(_ticks(beside)))
        if len(kinds) > 1:
            yield Hit((ref(row),), {"label": row.label, "marks": "、".join(kinds)}, written=row.written)


def _one(row: Any, option: str, mark: str, message: Text) -> Hit:
    values = {"label": row.label, "option": option, "mark": mark}
    return Hit((ref(row),), values, written=row.written, message=message)


def _ticks(beside: Mapping[str, str]) -> Iterator[str]:
    for run in beside.values():
        yield from (mark.translate(_SAME) for mark in run if mark in TICKED)
