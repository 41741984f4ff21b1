"""金额单位：万元 stands above a table, often beside a blank label: it is nobody's value."""

import openpyxl
import pytest
from containers import CLEAN

import perfxl

#: what stands in the cell of the label and in the one for its value -> 填报单位 as read
NOTES = {
    "beside a blank label": ("填报单位（盖章）：", "金额单位：万元", ""),
    "in the cell of a blank label": ("填报单位（盖章）          金额单位：万元", None, ""),
    "behind a value in one cell": ("填报单位（盖章）：市编办      金额单位：万元", None, "市编办"),
    "in brackets": ("填报单位：市编办 （单位：元）", None, "市编办"),
    "behind a value, which it is not": ("填报单位：万元店管理局", None, "万元店管理局"),
}


@pytest.mark.parametrize(("label", "value", "unit"), NOTES.values(), ids=NOTES)
def test_the_note_is_no_value(label, value, unit, tmp_path):
    made = openpyxl.load_workbook(CLEAN)
    sheet = made["项目1"]
    [place] = [cell for row in sheet.iter_rows(max_row=6) for cell in row if str(cell.value).startswith("填报单位")]
    place.value = label
    sheet["C4"] = value
    made.save(tmp_path / "x.xlsx")
    batch = perfxl.check(tmp_path / "x.xlsx")
    texts = batch.tables.texts
    assert texts.loc[(texts["sheet"] == "项目1") & (texts["field"] == "reporter"), "text"].item() == unit
    told = [finding for finding in batch.findings if finding.code == "COMPLETE-02"]
    assert [[cell.sheet for cell in finding.cells] for finding in told] == ([] if unit else [["项目1"]])
