"""One person with two telephone numbers in a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref, rows
from perfxl.values import name_key


@table_rule(
    "CONTACT-02",
    Severity.NOTICE,
    name=Text("同一填报人电话不一致", "A person with two numbers"),
    what=Text("同一填报人在各表上的联系电话应一致", "A person has the same number on all forms"),
    message=Text(
        "填报人“{person}”的电话在 {where} 是“{other}”，这里是“{text}”。请核对哪个正确。",
        "The number of “{person}” is “{other}” at {where}, and “{text}” here. Please check which is right.",
    ),
    group="file",
    why=Text("同一个人写了两个号码，多半有一个是错的。", "Of two numbers of one person, one is probably wrong."),
    fix=Text("核对后统一；两个号码都能联系到的，可以不改。", "Use one of them; if both are right, leave them."),
    wrong=Text(
        "填报人张三，一张表填 0734-0000000，另一张填 0734-0000001",
        "张三: 0734-0000000 on one form, 0734-0000001 on another",
    ),
    right=Text("填报人张三，各表都填 0734-0000000", "张三: 0734-0000000 on all forms"),
)
def two_numbers(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Two people with two numbers are none of this: projects are often filled in by those who run them."""
    texts = tables.texts
    people = {row.form_id: row for row in rows(texts, (texts["field"] == "filler") & (texts["text"] != ""))}
    first: dict[tuple[int, str], Any] = {}
    for row in texts_of(tables, "phone"):
        person = people.get(row.form_id)
        if person is None:
            continue
        before = first.setdefault((row.submission, name_key(person.text)), row)
        if re.sub(r"\D", "", before.text) != re.sub(r"\D", "", row.text):
            values = {"person": person.text, "text": row.text, "other": before.text, "where": str(ref(before))}
            yield Hit((ref(row),), values, (ref(before),), written=row.text)
