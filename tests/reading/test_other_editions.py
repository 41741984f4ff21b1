"""A form of another edition is named as such, with one finding in place of those about the one that was asked for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from containers import ROOT

from perfxl.engine.batch import check
from perfxl.model import Status

SAMPLES = {
    "hengyang_2020": "hengyang-2020/中共衡阳市委编办_绩效目标申报表.clean.xlsx",
    "mof_2021": "mof-2021/某市水务局_绩效目标表.clean.xlsx",
    "self_evaluation_2020": "self-evaluation-2020/某市水务局_绩效自评表.clean.xlsx",
}


def sample(name: str) -> Path:
    return ROOT / "samples" / SAMPLES[name]


@pytest.mark.parametrize(
    ("sent", "asked", "words"),
    [
        ("self_evaluation_2020", "hengyang_2020", "预算绩效自评表"),
        ("self_evaluation_2020", "mof_2021", "预算绩效自评表"),
        ("mof_2021", "hengyang_2020", "预算绩效目标表"),
        ("mof_2021", "self_evaluation_2020", "预算绩效目标表"),
        ("hengyang_2020", "self_evaluation_2020", "绩效目标申报表"),
    ],
)
def test_another_edition_is_named(sent, asked, words):
    batch = check(sample(sent), profile=asked)
    assert [item.status for item in batch.submissions] == [Status.NOT_A_RETURN]
    (found,) = batch.findings
    assert found.code == "FILE-02"
    assert f"这是“{words}”" in found.message or words in found.message.split("”")[0]
    assert batch.worst == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_a_form_of_the_edition_itself_is_read(name):
    assert check(sample(name), profile=name).submissions[0].status.checked


def test_one_own_title_makes_it_a_return(tmp_path):
    """A self-evaluation with one target form in it is checked: that form is asked for."""
    path = tmp_path / "x.xlsx"
    made = openpyxl.load_workbook(sample("self_evaluation_2020"))
    made["项目1自评"]["A1"] = "项目绩效目标申报表"
    made.save(path)
    assert check(path).submissions[0].status.checked
