"""A workbook, or a form in it, that nobody has filled in."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows

WHOLE = Text(
    "这份工作簿还没有填写：{n} 张表都是空的。请填写后重新报送。",
    "This workbook is not filled in: all its {n} forms are empty. Fill them in and send it again.",
)
REQUIRED = Text("“{form}”没有填写，这张表必须报。请填写。", "“{form}” is not filled in; it must be. Please fill it in.")

ABSENT = Text(
    "这份工作簿里没有“{form}”，这张表必须报；与它有关的勾稽关系没有核对。请补上，或确认另有报送。",
    "This workbook has no “{form}”, which must be sent; what is checked against it was left out. "
    "Please add it, or confirm that it comes separately.",
)


@table_rule(
    "FILE-03",
    Severity.NOTICE,
    name=Text("未填写", "Not filled in"),
    what=Text(
        "空白的表不参加审核；必报的表空白、整份空白是错误，没有必报的表是警告",
        "Blank forms are left out; a required form or a whole workbook must not be blank, nor a required form absent",
    ),
    message=Text(
        "“{form}”没有填写，不参加审核。确实不需要的可以不管。",
        "“{form}” is not filled in and was left out of the check. Nothing to do if it is not needed.",
    ),
    source="填报说明",
    group="file",
    why=Text(
        "必报的表空着等于没有报，与它有关的勾稽也无法核对。",
        "A required form that is empty was not sent, and nothing can be checked against it.",
    ),
    fix=Text(
        "填好必报的表后重新报送；用不着的表可以空着。",
        "Fill in the required forms and send them again; leave blank what is not needed.",
    ),
    wrong=Text("只填了项目表，部门整体支出表空着", "Project forms filled in, department form empty"),
    right=Text("部门整体支出表和各项目表都填了", "Department form and project forms filled in"),
)
def not_filled_in(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding for a blank workbook, whatever the number of its forms; else one for each kind of blank form."""
    forms = tables.forms
    empty = set(tables.submissions.loc[tables.submissions["blank"], "submission"])
    for _, group in forms[forms["submission"].isin(empty)].groupby("submission", sort=False):
        refs = tuple(ref(row) for row in rows(group))
        yield Hit(refs, {"n": len(group)}, severity=Severity.ERROR, message=WHOLE)
    for row in rows(forms, forms["blank"] & ~forms["submission"].isin(empty)):
        form = tables.profile.forms[row.form]
        values = {"form": form.name(lang)}
        if form.required:
            yield Hit((ref(row),), values, severity=Severity.ERROR, message=REQUIRED)
        else:
            yield Hit((ref(row),), values)
    yield from _absent(tables, lang)


def _absent(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Required forms that a workbook has no sheet for, told at its first form: they may come in a file of their own."""
    required = [form for form in tables.profile.forms.values() if form.required]
    for _, group in tables.forms.groupby("submission", sort=False):
        here = set(group["form"])
        first = next(rows(group))
        for form in required:
            if form.key not in here:
                yield Hit((ref(first),), {"form": form.name(lang)}, severity=Severity.WARNING, message=ABSENT)
