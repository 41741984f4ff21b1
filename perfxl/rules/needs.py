"""What a rule needs before it can say anything of a file. A file without it gets ``not applicable`` and the reason."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from perfxl.lang import Text
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
    "weights": Need(
        lambda t: set(t.indicators.loc[t.indicators["weight"].notna(), "file"]),
        Text("本表式没有分值（权重）栏", "the forms have no weight column"),
    ),
    "scores": Need(lambda t: _filled(t, t.profile.scored_forms), Text("本表式没有得分栏", "the forms have no scores")),
    "forms": Need(_several_forms, Text("只有一张表", "there is only one form")),
}
