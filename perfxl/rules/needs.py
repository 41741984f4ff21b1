"""What a rule needs before it can say anything of a file. A file without it gets ``not applicable`` and the reason."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from perfxl.model import Text
from perfxl.rules._wording import SATISFACTION
from perfxl.tables import Tables


class Need(NamedTuple):
    """The files that have something, and the reason given to those that have not."""

    files: Callable[[Tables], Collection[str]]
    reason: Text


def _filled(tables: Tables, forms: Collection[str]) -> set[str]:
    """The files in which a form of these kinds is filled in."""
    here = tables.forms
    return set(here.loc[~here["blank"] & here["form"].isin(forms), "file"])


def _funds_of_projects(tables: Tables) -> set[str]:
    forms = tables.forms
    return set(
        forms.loc[~forms["blank"] & forms["form"].isin(tables.profile.fund_forms) & (forms["likeness"] > 0), "file"]
    )


def _several_forms(tables: Tables) -> set[str]:
    files = tables.forms.loc[~tables.forms["blank"], "file"]
    return set(files[files.duplicated()])


def _whole_and_parts_satisfied(tables: Tables) -> set[str]:
    lines = tables.indicators
    satisfied = lines[lines["second"] == SATISFACTION]
    whole = {key for key, form in tables.profile.forms.items() if form.tasks}
    of_project = satisfied["form"].isin(tables.profile.project_forms)
    return set(satisfied.loc[satisfied["form"].isin(whole), "file"]) & set(satisfied.loc[of_project, "file"])


NEEDS = {
    "": Need(lambda t: set(t.submissions["file"]), Text("", "")),
    "amounts": Need(lambda t: set(t.amounts["file"]), Text("没有填写金额", "no amounts are filled in")),
    "tasks": Need(lambda t: set(t.tasks["file"]), Text("没有填写年度主要任务", "no tasks are filled in")),
    "indicators": Need(
        lambda t: _filled(t, t.profile.indicator_forms), Text("没有绩效指标表", "there is no indicator table")
    ),
    "fund": Need(lambda t: _filled(t, t.profile.fund_forms), Text("没有专项资金表", "there is no fund form")),
    "fund_and_project": Need(
        lambda t: _filled(t, t.profile.fund_forms) & _filled(t, t.profile.project_forms),
        Text("没有同时填写项目表和专项资金表", "there are not both a project and a fund form"),
    ),
    "same_project": Need(
        _funds_of_projects, Text("没有与项目表同名的专项资金表", "no fund form has a project form of its name")
    ),
    "two_periods": Need(
        lambda t: _filled(t, t.profile.two_period_forms),
        Text("没有分中长期和年度填写的表", "no form has two periods side by side"),
    ),
    "tasks_and_projects": Need(
        lambda t: set(t.tasks["file"]) & _filled(t, t.profile.project_forms),
        Text("没有同时填写年度主要任务和项目表", "there are not both tasks and project forms"),
    ),
    "projects_or_funds": Need(
        lambda t: _filled(t, t.profile.project_forms | t.profile.fund_forms),
        Text("没有项目表和专项资金表", "there is neither a project nor a fund form"),
    ),
    "satisfaction": Need(
        _whole_and_parts_satisfied,
        Text("部门表和项目表没有都填满意度指标", "not both the department and a project have a satisfaction indicator"),
    ),
    "weights": Need(
        lambda t: set(t.indicators.loc[t.indicators["weight"].notna(), "file"]),
        Text("本表式没有分值（权重）栏", "the forms have no weight column"),
    ),
    "clerk": Need(
        lambda t: (), Text("只针对随审核交来的豁免、配对文件", "it speaks of the lists of waivers and pairs only")
    ),
    "round": Need(lambda t: (), Text("只针对一个批次的报送", "it speaks of a whole round only")),
    "scores": Need(lambda t: _filled(t, t.profile.scored_forms), Text("本表式没有得分栏", "the forms have no scores")),
    "forms": Need(_several_forms, Text("只有一张表", "there is only one form")),
}
