"""A workbook, or a form in it, that nobody has filled in."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.lang import Lang, Text
from perfxl.model import Severity
from perfxl.rules.rule import At, rule
from perfxl.tables import Tables, ref, rows

WHOLE = Text(
    "这份工作簿还没有填写：{n} 张表都是空的。请填写后重新报送。",
    "This workbook is not filled in: all its {n} forms are empty. Fill them in and send it again.",
)
REQUIRED = Text("“{form}”没有填写，这张表必须报。请填写。", "“{form}” is not filled in; it must be. Please fill it in.")


@rule(
    "FILE-03",
    Severity.NOTICE,
    name=Text("未填写", "Not filled in"),
    what=Text(
        "空白的表不参加审核；必报的表空白、整份空白是错误",
        "Blank forms are left out; a required form or a whole workbook must not be blank",
    ),
    message=Text(
        "“{form}”没有填写，不参加审核。确实不需要的可以不管。",
        "“{form}” is not filled in and was left out of the check. Nothing to do if it is not needed.",
    ),
    source="填报说明",
    group="file",
    basic=True,
)
def not_filled_in(tables: Tables, lang: Lang) -> Iterator[At]:
    """One finding for a blank workbook, whatever the number of its forms; else one for each kind of blank form."""
    forms = tables.forms
    empty = set(tables.submissions.loc[tables.submissions["blank"], "submission"])
    for _, group in forms[forms["submission"].isin(empty)].groupby("submission", sort=False):
        refs = tuple(ref(row) for row in rows(group))
        yield At(refs, {"n": len(group)}, severity=Severity.ERROR, message=WHOLE)
    for row in rows(forms, forms["blank"] & ~forms["submission"].isin(empty)):
        form = tables.profile.forms[row.form]
        values = {"form": form.name(lang)}
        if form.required:
            yield At((ref(row),), values, severity=Severity.ERROR, message=REQUIRED)
        else:
            yield At((ref(row),), values)
