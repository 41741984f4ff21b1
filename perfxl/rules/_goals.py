"""Shared by COMPLETE-17 and COMPLETE-18: the goals that are filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from perfxl.tables import Tables, rows

#: a figure, or a number word before a measure word: 九成, 三个, 一半
HAS_FIGURE = re.compile(
    "[0-9]|[一二两三四五六七八九十百千万半][个家项次名人份户条套所篇成倍期批处件]|一半|全覆盖|百分之"
)


def goals(tables: Tables) -> Iterator[Any]:
    """The filled fields of kind ``long_text`` that speak of a period: 年度目标, 中长期目标."""
    wanted = {
        (form.key, field.key) for form in tables.profile.forms.values() for field in form.fields.values()
        if field.kind == "long_text" and field.period
    }  # fmt: skip
    texts = tables.texts
    for row in rows(texts, texts["field"].isin({field for _, field in wanted}) & (texts["text"] != "")):
        if (row.form, row.field) in wanted:
            yield row
