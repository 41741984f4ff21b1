"""The cover of a workbook: its unit and its year are those of the forms."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import perfxl

SAMPLES = Path(__file__).parents[2] / "samples"
CLEAN = next((SAMPLES / "hengyang-2020").glob("*.clean.xlsx"))
OTHER = next((SAMPLES / "mof-2015").glob("*.clean.xlsx"))


def told(tmp_path, edits, path=CLEAN, profile="hengyang_2020"):
    book = openpyxl.load_workbook(path)
    for cell, value in edits.items():
        book["封面"][cell].value = value
    book.save(tmp_path / "封面.xlsx")
    return [(f.code, f.severity.value, str(f.ref)) for f in perfxl.check(tmp_path / "封面.xlsx", profile).findings]


@pytest.mark.parametrize(
    ("edits", "cell"),
    [
        ({"C9": "衡阳市教育局"}, "封面!C9"),
        ({"B9": "预算单位：衡阳市教育局", "C9": None}, "封面!B9"),
        ({"B9": "申报单位", "C9": "衡阳市教育局"}, "封面!C9"),
        ({"B5": "（2019年度）"}, "封面!B5"),
        ({"B4": "2019年度市级预算绩效目标申报表"}, "封面!B4"),
        ({"B5": "二〇一九年度"}, "封面!B5"),
    ],
)
def test_another_unit_or_year_on_the_cover(edits, cell, tmp_path):
    assert told(tmp_path, edits) == [("CROSS-21", "warning", cell)]


@pytest.mark.parametrize(
    "edits",
    [
        {"C9": "市委编办"},
        {"C9": "中共衡阳市委机构编制委员会办公室（本级）"},
        {"C9": None, "B5": "（    年度）"},
        {"B5": "二〇二〇年度"},
        {"B10": "填报日期", "C10": "2019年11月20日"},
    ],
)
def test_a_cover_that_fits(edits, tmp_path):
    assert told(tmp_path, edits) == []


def test_the_cover_of_another_edition(tmp_path):
    assert told(tmp_path, {"C9": "某市教育局"}, OTHER, "mof_2015") == [("CROSS-21", "warning", "封面!C9")]
