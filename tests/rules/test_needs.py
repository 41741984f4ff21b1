"""What a file must have before a rule speaks of it: each need with a workbook that has it and one that just has not."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_files import CLEAN, PROJECTS, SAMPLES, STANDARD, profile_of
from workbook_edits import Book, Edits, Places

from perfxl.engine.batch import Batch, check
from perfxl.rules.rule import NEEDS
from perfxl.template import build, layout

GONE = {"delete": True}
PROJECT_SHEETS = [f"项目{number}" for number in range(1, PROJECTS[STANDARD] + 1)]
NO_PROJECTS: Edits = dict.fromkeys(PROJECT_SHEETS, GONE)
NO_FUND: Edits = {"专项资金": GONE}
NO_TASKS: Edits = {"部门整体支出.tasks[*].*": ""}
#: the forms of the clean sample -> the needs that it meets; all others it does not
MET: dict[str, tuple[Edits, str]] = {
    "all forms": (
        {},
        "amounts tasks indicators fund fund_and_project same_project two_periods tasks_and_projects projects_or_funds "
        "satisfaction forms",
    ),
    "no fund form": (
        NO_FUND,
        "amounts tasks indicators tasks_and_projects projects_or_funds satisfaction forms",
    ),
    "no project form": (NO_PROJECTS, "amounts tasks indicators fund two_periods projects_or_funds forms"),
    "the department alone": (NO_PROJECTS | NO_FUND, "amounts tasks indicators"),
    "the fund form alone": (
        NO_PROJECTS | {"部门整体支出": GONE},
        "amounts indicators fund two_periods projects_or_funds",
    ),
    "a fund form of another project": (
        {"专项资金.project_name": "河道保洁", "专项资金.year_goal": "保洁河道30公里，年底前清除漂浮物。"},
        "amounts tasks indicators fund fund_and_project two_periods tasks_and_projects projects_or_funds satisfaction "
        "forms",
    ),
    "a fund form that repeats the goal and the indicators of a project under another name": (
        {"专项资金.project_name": "河道保洁"},
        "amounts tasks indicators fund fund_and_project same_project two_periods tasks_and_projects projects_or_funds "
        "satisfaction forms",
    ),
    "no tasks": (
        NO_TASKS,
        "amounts indicators fund fund_and_project same_project two_periods projects_or_funds satisfaction forms",
    ),
    "the department without satisfaction": (
        {"部门整体支出.indicators[satisfaction,*].*": ""} | NO_FUND,
        "amounts tasks indicators tasks_and_projects projects_or_funds forms",
    ),
    "the projects without satisfaction": (
        {"项目*.indicators[satisfaction,*].*": ""} | NO_FUND,
        "amounts tasks indicators tasks_and_projects projects_or_funds forms",
    ),
    "only the fund form has satisfaction": (
        {"项目*.indicators[satisfaction,*].*": "", "部门整体支出.indicators[satisfaction,*].*": ""},
        "amounts tasks indicators fund fund_and_project same_project two_periods tasks_and_projects projects_or_funds "
        "forms",
    ),
}
OTHERS = {
    "mof_2021": "amounts tasks indicators tasks_and_projects projects_or_funds satisfaction weights forms",
    "self_evaluation_2020": (
        "amounts tasks indicators tasks_and_projects projects_or_funds satisfaction weights scores forms"
    ),
}


def met(batch: Batch, file: str) -> str:
    """The needs that a file meets, in their order."""
    return " ".join(
        key
        for key, need in NEEDS.items()
        if key and any(need.holds(book) for book in batch.tables.returns if book.file == file)
    )


@pytest.fixture(scope="module")
def batch(tmp_path_factory) -> Batch:
    """One batch of all the workbooks: a need is asked of many files at once."""
    profile = profile_of(STANDARD)
    book = Book(CLEAN.read_bytes(), Places(layout(profile, PROJECTS[STANDARD])))
    folder: Path = tmp_path_factory.mktemp("needs")
    for name, (edits, _) in MET.items():
        (folder / f"{name}.xlsx").write_bytes(book.edited(edits))
    (folder / "blank.xlsx").write_bytes(build(profile, year=profile.year, projects=1))
    return check(folder, profile)


@pytest.mark.parametrize("name", MET)
def test_a_need_is_met_by_the_files_that_have_it_and_no_others(batch, name):
    assert met(batch, f"{name}.xlsx") == MET[name][1]


def test_a_blank_template_meets_none(batch):
    assert met(batch, "blank.xlsx") == ""
    assert all(NEEDS[""].holds(book) for book in batch.tables.returns)


@pytest.mark.parametrize("name", OTHERS)
def test_other_editions_have_weights_and_scores(name):
    (clean,) = (SAMPLES / name.replace("_", "-")).glob("*.clean.xlsx")
    assert met(check(clean, profile_of(name)), clean.name) == OTHERS[name]


def test_every_need_is_met_somewhere_and_not_elsewhere():
    told = [[], *(needs.split() for _, needs in MET.values()), *(needs.split() for needs in OTHERS.values())]
    for key in NEEDS.keys() - {"", "clerk", "round"}:
        assert any(key in needs for needs in told), key
        assert any(key not in needs for needs in told), key
