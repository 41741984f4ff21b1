"""Old copies of a form on hidden sheets: told and not judged, while a hidden form of its own is judged and told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import perfxl

SAMPLES = Path(__file__).parents[2] / "samples"
CLEAN = next((SAMPLES / "hengyang-2020").glob("*.clean.xlsx"))


def told(book, tmp_path):
    book.save(tmp_path / "x.xlsx")
    batch = perfxl.check(tmp_path / "x.xlsx")
    return [(f.code, f.severity.value, str(f.ref), f.message) for f in batch.findings], batch


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
@pytest.mark.parametrize("sheet", ["部门整体支出", "项目3", "专项资金"])
@pytest.mark.parametrize("first", [True, False])
def test_an_old_copy_of_a_visible_form_is_told_and_left_out(sheet, state, first, tmp_path):
    book = openpyxl.load_workbook(CLEAN)
    copy = book.copy_worksheet(book[sheet])
    copy.title, copy.sheet_state = "旧稿", state
    if first:
        book.move_sheet(copy, -len(book.sheetnames) + 1)
    for row in copy.iter_rows(min_row=6, max_row=16):
        for cell in row:
            if isinstance(cell.value, int | float):
                cell.value = 99.99
    [(code, severity, ref, message)], batch = told(book, tmp_path)
    assert (code, severity, ref.partition("!")[0]) == ("LAYOUT-06", "notice", "旧稿")
    assert f"“{sheet}”" in message
    assert len(batch.submissions[0].forms) == 10


def test_a_hidden_form_that_no_visible_one_replaces_is_judged(tmp_path):
    book = openpyxl.load_workbook(CLEAN)
    book["项目3"].sheet_state = "hidden"
    book["项目3"]["D7"].value = 9
    found, batch = told(book, tmp_path)
    assert any(code == "LAYOUT-06" and ref.startswith("项目3!") for code, _, ref, _ in found)
    assert any(severity == "error" for _, severity, _, _ in found)
    assert len(batch.submissions[0].forms) == 10


def test_an_old_copy_in_another_unit_of_money_has_no_say(tmp_path):
    book = openpyxl.load_workbook(CLEAN)
    copy = book.copy_worksheet(book["部门整体支出"])
    copy.title, copy.sheet_state = "旧稿", "hidden"
    copy["A3"].value = "（2019年度）"
    for row in copy.iter_rows(max_row=5):
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace("万元", "元")
    found, batch = told(book, tmp_path)
    assert [code for code, *_ in found] == ["LAYOUT-06"]
    assert batch.submissions[0].year == 2020


@pytest.mark.parametrize("change", [None, 50])
def test_a_second_form_of_the_department_is_one_finding(change, tmp_path):
    book = openpyxl.load_workbook(CLEAN)
    copy = book.copy_worksheet(book["部门整体支出"])
    copy.title = "部门整体支出 (2)"
    if change:
        copy["E16"].value = change
    [(code, severity, ref, message)], _ = told(book, tmp_path)
    assert (code, severity, ref.partition("!")[0]) == ("DUP-01", "error", "部门整体支出 (2)")
    assert "另有“部门整体支出”表" in message
