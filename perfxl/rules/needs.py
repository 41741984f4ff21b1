"""What a rule needs before it can be applied to a workbook. One without it gets ``not applicable`` and the reason."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from perfxl.model import Text
from perfxl.rules.wording import SATISFACTION
from perfxl.tables import Return


class Need(NamedTuple):
    """Whether a workbook has something, and the reason given where it has not."""

    holds: Callable[[Return], bool]
    reason: Text


def _filled(book: Return, forms: Collection[str]) -> bool:
    """Whether a form of these kinds is filled in."""
    return any(form.kind in forms for form in book.forms)


def _whole_and_parts_satisfied(book: Return) -> bool:
    kinds = {line.form.kind for line in book.indicators if line.second == SATISFACTION}
    whole = any(book.profile.forms[kind].tasks for kind in kinds)
    return whole and any(kind in book.profile.project_forms for kind in kinds)


NEEDS = {
    "": Need(lambda book: True, Text("", "")),
    "amounts": Need(lambda book: bool(book.amounts), Text("没有填写金额", "no amounts are filled in")),
    "tasks": Need(lambda book: bool(book.tasks), Text("没有填写年度主要任务", "no tasks are filled in")),
    "indicators": Need(
        lambda book: _filled(book, book.profile.indicator_forms), Text("没有绩效指标表", "there is no indicator table")
    ),
    "fund": Need(lambda book: _filled(book, book.profile.fund_forms), Text("没有专项资金表", "there is no fund form")),
    "fund_and_project": Need(
        lambda book: _filled(book, book.profile.fund_forms) and _filled(book, book.profile.project_forms),
        Text("没有同时填写项目表和专项资金表", "there are not both a project and a fund form"),
    ),
    "same_project": Need(
        lambda book: any(form.kind in book.profile.fund_forms and form.likeness > 0 for form in book.forms),
        Text("没有与项目表同名的专项资金表", "no fund form has a project form of its name"),
    ),
    "two_periods": Need(
        lambda book: _filled(book, book.profile.two_period_forms),
        Text("没有分中长期和年度填写的表", "no form has two periods side by side"),
    ),
    "tasks_and_projects": Need(
        lambda book: bool(book.tasks) and _filled(book, book.profile.project_forms),
        Text("没有同时填写年度主要任务和项目表", "there are not both tasks and project forms"),
    ),
    "projects_or_funds": Need(
        lambda book: _filled(book, book.profile.project_forms | book.profile.fund_forms),
        Text("没有项目表和专项资金表", "there is neither a project nor a fund form"),
    ),
    "satisfaction": Need(
        _whole_and_parts_satisfied,
        Text("部门表和项目表没有都填满意度指标", "not both the department and a project have a satisfaction indicator"),
    ),
    "weights": Need(
        lambda book: any(line.weight is not None for line in book.indicators),
        Text("本表式没有分值（权重）栏", "the forms have no weight column"),
    ),
    "clerk": Need(
        lambda book: False, Text("只针对随审核交来的豁免、配对文件", "it speaks of the lists of waivers and pairs only")
    ),
    "round": Need(lambda book: False, Text("只针对一个批次的报送", "it speaks of a whole round only")),
    "scores": Need(
        lambda book: _filled(book, book.profile.scored_forms), Text("本表式没有得分栏", "the forms have no scores")
    ),
    "forms": Need(lambda book: len(book.forms) > 1, Text("只有一张表", "there is only one form")),
}
