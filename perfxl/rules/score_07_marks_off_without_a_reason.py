"""Marks taken off, and nothing said of why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from perfxl.model import Lang, Severity, Text
from perfxl.rules._scores import cell
from perfxl.rules._wording import shown
from perfxl.rules.rule import Hit, table_rule
from perfxl.tables import Tables, by_form
from perfxl.values.text import is_placeholder

#: so many names are given
SHOWN = 3


@table_rule(
    "SCORE-07",
    Severity.WARNING,
    name=Text("扣分没有说明原因", "Marks off without a reason"),
    what=Text("扣了分的指标要说明偏差原因和改进措施", "Where marks are taken off, the form says why"),
    message=Text(
        "有 {n} 条指标扣了分（{names}），没有填偏差原因和改进措施。请补填。",
        "Marks are taken off {n} indicators ({names}) and no reason is given. Please add it.",
    ),
    source="没有完成的要说明原因和改进措施",
    needs="scores",
    group="form",
    follows=("SCORE-02",),
    why=Text("自评是为了改进，只扣分不说明原因起不到作用。", "An evaluation without reasons improves nothing."),
    fix=Text("写明没有完成的原因和下一步怎么改。", "Say why the target was missed and what will be done."),
    wrong=Text("分值 10，得分 8，原因空白", "weight 10, score 8, no reason"),
    right=Text("分值 10，得分 8，原因：汛期推迟施工，已列入下年计划", "weight 10, score 8, and why"),
)
def marks_off_without_a_reason(tables: Tables, lang: Lang) -> Iterator[Hit]:
    """One finding a form. The rate of spending has no place for a reason."""
    results, marks = tables.results, tables.profile.words.placeholders
    silent = np.fromiter((not why or is_placeholder(why, marks) for why in results["reason"]), bool, len(results))
    # what has no score or no weight is not less than anything
    off = results["score"].to_numpy(float) < results["weight"].to_numpy(float)
    for found in by_form(results, silent & off):
        names = "、".join(f"“{shown(row.name)}”" for row in found[:SHOWN]) + ("等" if len(found) > SHOWN else "")
        yield Hit(tuple(cell(row, "reason") for row in found), {"n": len(found), "names": names})
