"""Shared by CROSS-09 and CROSS-10: a field that must be the same on every form of a workbook."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from perfxl.rules.rule import Hit
from perfxl.tables import Tables, ref, rows
from perfxl.values import name_key


def odd_ones(tables: Tables, field: str, like: str = ".+") -> Iterator[Hit]:
    """The cells of a field that differ from what most forms of their workbook say; only texts that are ``like`` it."""
    texts = tables.texts[(tables.texts["field"] == field) & (tables.texts["text"] != "")]
    texts = texts[texts["text"].str.fullmatch(like, flags=re.DOTALL).astype(bool)]
    for _, group in texts.groupby("submission", sort=False):
        keys = group["text"].map(name_key)
        if keys.nunique() < 2:
            continue
        counts = Counter(keys)
        usual = max(counts, key=lambda key: counts[key])
        example = next(row for row, key in zip(rows(group), keys, strict=True) if key == usual)
        for row, key in zip(rows(group), keys, strict=True):
            if key != usual:
                values = {
                    "label": row.label,
                    "stated": row.text,
                    "computed": example.text,
                    "where": str(ref(example)),
                }
                yield Hit((ref(row),), values, (ref(example),), row.text, example.text, written=row.text)
