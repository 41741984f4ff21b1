"""Forms whose merged areas were taken apart, wholly or one by one, are read as before."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import perfxl

SAMPLES = Path(__file__).parents[2] / "samples"
CLEAN = {path.parent.name.replace("-", "_"): path for path in sorted(SAMPLES.glob("*/*.clean.xlsx"))}
#: of the forms of one kind the first is enough
KINDS = {"部门整体支出", "部门整体支出自评", "项目1", "项目1自评", "专项资金", "转移支付"}
PROFILES = pytest.mark.parametrize("profile", CLEAN)


def told(paths, profile):
    """What is found, by file."""
    batch = perfxl.check(paths, profile)
    return {item.file: [(f.code, str(f.ref), f.message) for f in batch.of(item.file)] for item in batch.submissions}, {
        item.status.value for item in batch.submissions
    }


@PROFILES
def test_a_clean_sample_passes_without_a_word(profile):
    found, status = told([CLEAN[profile]], profile)
    assert (found, status) == ({CLEAN[profile].name: []}, {"通过"})


@PROFILES
def test_a_form_without_a_single_merged_area(profile, tmp_path):
    book = openpyxl.load_workbook(CLEAN[profile])
    for page in book:
        for area in list(page.merged_cells.ranges):
            page.unmerge_cells(str(area))
    book.save(tmp_path / "散.xlsx")
    found, status = told([tmp_path / "散.xlsx"], profile)
    assert (found, status) == ({"散.xlsx": []}, {"通过"})


@PROFILES
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.slow), 9])
def test_one_merged_area_taken_apart(profile, every, tmp_path):
    areas = [
        (page.title, str(area))
        for page in openpyxl.load_workbook(CLEAN[profile])
        if page.title in KINDS
        for area in sorted(page.merged_cells.ranges, key=str)
    ]
    for sheet, area in areas[::every]:
        book = openpyxl.load_workbook(CLEAN[profile])
        book[sheet].unmerge_cells(area)
        book.save(tmp_path / f"{sheet}-{area.replace(':', '-')}.xlsx")
    found, _ = told([tmp_path], profile)
    assert {name: what for name, what in found.items() if what} == {}


def test_a_value_left_in_another_cell_of_its_former_area(tmp_path):
    book = openpyxl.load_workbook(CLEAN["hengyang_2020"])
    page = book["部门整体支出"]
    for area in list(page.merged_cells.ranges):
        if area.min_row <= 6 <= area.max_row:
            page.unmerge_cells(str(area))
    page["F6"].value, page["D6"].value = page["D6"].value, None
    book.save(tmp_path / "散.xlsx")
    amounts = perfxl.read(tmp_path / "散.xlsx").amounts
    assert list(amounts.loc[amounts["cell"] == "F6", "label"]) == ["资金总额"]


def test_what_stands_beside_an_empty_value_is_not_its_value(tmp_path):
    """A remark or a unit behind a cell that was left empty does not fill it."""
    found = {}
    for beside in ("（万元）", "万元", "备注：待批复"):
        book = openpyxl.load_workbook(CLEAN["hengyang_2020"])
        page = book["部门整体支出"]
        for area in list(page.merged_cells.ranges):
            if area.min_row <= 6 <= area.max_row:
                page.unmerge_cells(str(area))
        page["D6"].value, page["F6"].value = None, beside
        book.save(tmp_path / "散.xlsx")
        found[beside] = [f.code for f in perfxl.check(tmp_path / "散.xlsx").findings if f.ref and f.ref.row == 6]
    assert {beside: "COMPLETE-01" in codes for beside, codes in found.items()} == dict.fromkeys(found, True)
