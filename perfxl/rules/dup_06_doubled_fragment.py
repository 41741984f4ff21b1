"""A part of a text that stands there twice in a row: pasted twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from perfxl.model import Lang, Severity, Text
from perfxl.rules._prose import prose
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables


@table_rule(
    "DUP-06",
    Severity.WARNING,
    name=Text("文字重复", "Words doubled"),
    what=Text("同一格里没有连着重复的文字", "No part of a text stands there twice in a row"),
    message=Text(
        "“{fragment}”连着写了两遍，可能是多粘贴了一次。请删去重复的部分。",
        "“{fragment}” stands there twice in a row, possibly pasted once too often. Please remove one.",
    ),
    why=Text(
        "连着重复的文字，多半是多粘贴了一次。",
        "Words that stand there twice in a row were mostly pasted once too often.",
    ),
    fix=Text("删去重复的部分。", "Remove one of them."),
    wrong=Text("完成信息系统建设1项。完成信息系统建设1项。", "完成信息系统建设1项。完成信息系统建设1项。"),
    right=Text("完成信息系统建设1项。", "完成信息系统建设1项。"),
)
def doubled_fragment(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """Looks within a clause, with at most three characters between, and at clauses followed by the same ones."""
    least = int(tables.profile.limits.get("doubled_fragment", 6))
    for item in prose(tables):
        if len(item.text) >= 2 * least and (fragment := _doubled(item.text, least)):
            yield Hit((item.ref,), {"fragment": fragment}, written=item.text)


@lru_cache(maxsize=16_384)
def _doubled(text: str, least: int) -> str:
    twice = re.compile(rf"(\w{{{least},}})\w{{0,3}}\1")
    clauses = re.findall(r"\w+", text)
    for clause in clauses:
        if found := twice.search(clause):
            return str(found[1])
    for start in range(len(clauses)):
        for size in range(1, (len(clauses) - start) // 2 + 1):
            run = clauses[start : start + size]
            if run == clauses[start + size : start + 2 * size] and sum(map(len, run)) >= least:
                return str(run[0]) if size == 1 else f"{run[0]}…{run[-1]}"
    return ""
