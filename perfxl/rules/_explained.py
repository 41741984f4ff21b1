"""What ``perfxl rules`` says of a declared sum beside what it checks: why, how to fix it, an example."""

from __future__ import annotations

from typing import TypedDict

from perfxl.model import Text
from perfxl.profiles import Profile, Sum
from perfxl.profiles.wording import example

AT_LEAST = (
    Text(
        "前一个数不应少于后一个数，少了，至少有一个填错了。",
        "The first figure cannot be less than the second: where it is, at least one is wrong.",
    ),
    Text("核对两个数，改正填错的一个。", "Check both figures and correct the wrong one."),
)
INDICATORS = (
    Text(
        "成本指标把资金分到各项用途，各项之和应等于这笔资金。",
        "The cost indicators divide the funds among their uses and must make the same amount.",
    ),
    Text(
        "对照资金逐条核对，漏列的补上，填错的改正。",
        "Compare them with the funds one by one; add what is missing and correct what is wrong.",
    ),
)
FORMS = (
    Text(
        "几张表说的是同一笔资金，对不上，至少有一张填错了。",
        "The forms speak of the same money: where they differ, at least one is wrong.",
    ),
    Text("对照各表核对，改正填错的一处。", "Compare the forms and correct the wrong one."),
)
ONE_AMOUNT = (
    Text(
        "两处说的是同一笔资金，对不上，至少有一处填错了。",
        "Both speak of the same money: where they differ, at least one is wrong.",
    ),
    Text("核对两处，改正填错的一处。", "Check both and correct the wrong one."),
)
ADDED = (
    Text(
        "合计与各项对不上，至少有一个数填错了，汇总也会跟着错。",
        "Where a total and its parts differ at least one figure is wrong, and the summary with it.",
    ),
    Text(
        "逐项核对，改正填错、漏加或重复相加的数。",
        "Check every figure; correct what is wrong, left out or counted twice.",
    ),
)


class Explained(TypedDict):
    """The four texts of a rule."""

    why: Text
    fix: Text
    wrong: Text
    right: Text


def explained(profile: Profile, declared: Sum) -> Explained:
    """The texts of a sum, from its declaration; labels and figures are the same in both languages."""
    why, fix = _why_and_fix(declared)
    wrong, right = example(profile, declared)
    return Explained(why=why, fix=fix, wrong=Text(wrong, wrong), right=Text(right, right))


def _why_and_fix(declared: Sum) -> tuple[Text, Text]:
    if declared.relation == ">=":
        return AT_LEAST
    if any(term.table == "indicators" for term in (*declared.total, *declared.parts)):
        return INDICATORS
    if len(declared.forms) > 1:
        return FORMS
    rows = any(term.table == "tasks" and term.select != "sum" for term in declared.parts)
    return ADDED if (rows or len(declared.parts) > 1) and len(declared.total) == 1 else ONE_AMOUNT
