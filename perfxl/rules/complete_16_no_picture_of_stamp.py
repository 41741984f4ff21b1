"""A form that is to be stamped or signed and holds no picture of a stamp or signature."""

from __future__ import annotations

from collections.abc import Iterator

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import declared
from perfxl.rules.rule import Hit, NotApplicable, table_rule
from perfxl.tables import Tables, ref, rows

UNKNOWN = Text("这种格式的文件读不出图片", "files of this format do not tell of their pictures")


@table_rule(
    "COMPLETE-16",
    Severity.NOTICE,
    name=Text("没有签名或盖章图片", "No picture of stamp or signature"),
    what=Text(
        "报送电子件时，要求盖章、签名的表上应有盖章或签名的图片",
        "Where the file itself is to be stamped or signed, the form holds a picture of it",
    ),
    message=Text(
        "表上没有图片，应有{each}处的签名或盖章。请插入签名、盖章的图片后重新报送，或随附盖章的扫描件。",
        "There is no picture on the form, where a signature or stamp is asked for: {each}. "
        "Insert it as a picture and send the file again, or attach a scan.",
    ),
    group="file",
    off=True,
    why=Text("没有盖章的电子件不能确认是本单位报出的。", "Without a stamp nobody can tell who sent the file."),
    fix=Text("插入签名、盖章的图片，或随附扫描件。", "Insert the picture, or attach a scan."),
    wrong=Text("“填报单位（盖章）”处只有文字", "“填报单位（盖章）” with words only"),
    right=Text("“填报单位（盖章）”处有盖章图片", "“填报单位（盖章）” with a picture of the stamp"),
)
def no_picture_of_stamp(tables: Tables, lang: Lang) -> Iterator[Hit | NotApplicable]:
    """Off unless a profile asks for it. Which fields are to be stamped is told by their labels (``stamped``).

    Any picture on the form will do: what it shows is for people to judge.
    """
    words = tables.profile.lexicon.get("stamped", ())
    forms = {form.form_id: form for form in rows(tables.forms, ~tables.forms["blank"])}
    for form in forms.values():
        if form.pictures is None:
            yield NotApplicable(form.file, UNKNOWN)
    for row, field in declared(tables, lambda field: any(word in field.label for word in words)):
        if forms[row.form_id].pictures == 0:
            yield Hit((ref(row),), each=f"“{field.label}”")
