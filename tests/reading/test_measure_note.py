"""金额单位：万元 stands above a table, often beside a blank label: it is nobody's value."""

import pytest
from containers import CLEAN
from raw_books import edited

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
    (tmp_path / "x.xlsx").write_bytes(edited(CLEAN.read_bytes(), {"项目1!A4": label, "项目1!C4": value}))
    batch = perfxl.check(tmp_path / "x.xlsx")
    texts = batch.tables.texts
    assert texts.loc[(texts["sheet"] == "项目1") & (texts["field"] == "reporter"), "text"].item() == unit
    told = [finding for finding in batch.findings if finding.code == "COMPLETE-02"]
    assert [[cell.sheet for cell in finding.cells] for finding in told] == ([] if unit else [["项目1"]])
