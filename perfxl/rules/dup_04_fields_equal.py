"""Several fields of a form hold the same text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from perfxl.model import Lang, Severity, Text
from perfxl.rules._fields import texts_of
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, ref
from perfxl.values import name_key


@table_rule(
    "DUP-04",
    Severity.WARNING,
    name=Text("多栏内容相同", "Fields with one text"),
    what=Text("规划、办法、依据等各栏问的不是一回事，不应填同样的内容", "Fields that ask for different things differ"),
    message=Text(
        "“{labels}”填的内容完全相同。各栏要求不同，请按各栏的要求分别填写。",
        "“{labels}” hold the very same text. They ask for different things; please fill in each as it asks.",
    ),
    why=Text(
        "各栏问的不是一回事，内容相同，至少有一栏没有答上。",
        "The fields ask for different things; the same text cannot answer all of them.",
    ),
    fix=Text("按各栏的要求分别填写。", "Fill in each as it asks."),
    wrong=Text(
        "规划、办法、依据三栏都填《关于加强网站安全管理的通知》",
        "《关于加强网站安全管理的通知》 as plan, rules and grounds",
    ),
    right=Text("规划、办法、依据三栏分别填各自的文件", "A document of its own in each of the three"),
)
def fields_equal(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Three or more are a warning, two a notice; texts shorter than ``copied_text`` may be equal."""
    least = tables.profile.limits.get("copied_text", 10)
    same: dict[tuple[int, str], list[Any]] = {}
    for row in texts_of(tables, "long_text"):
        if len(key := name_key(row.text)) >= least:
            same.setdefault((row.form_id, key), []).append(row)
    for found in same.values():
        if len(found) > 1:
            severity = Severity.WARNING if len(found) > 2 else Severity.NOTICE
            yield Hit(tuple(ref(row) for row in found), {"labels": "”“".join(row.label for row in found)},
                     written=found[0].text, severity=severity)  # fmt: skip
