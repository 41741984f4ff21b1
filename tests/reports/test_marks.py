"""How much the annotated copy of a real department says, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfxl import check
from perfxl.model import Finding, Severity
from perfxl.reports.package.marks import HABITS, CellMarks, marks_of

TYPED = Path(__file__).parents[2] / "samples" / "hengyang-2020" / "中共衡阳市委编办_绩效目标申报表.xlsx"


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return check(TYPED).findings


@pytest.fixture(scope="module")
def sheets(findings) -> dict[str, CellMarks]:
    return marks_of(findings, "zh")


def test_no_more_than_sixty_cells_have_a_note(sheets):
    noted = [marks for cells in sheets.values() for marks in cells.values() if any(mark.text for mark in marks)]
    assert 30 <= len(noted) <= 60


def test_every_error_and_warning_is_marked_where_it_is_and_no_notice(findings, sheets):
    marked = {(sheet, *cell) for sheet, cells in sheets.items() for cell in cells}
    for finding in findings:
        if finding.severity is not Severity.NOTICE:
            cells = finding.cells[:1] if finding.code in HABITS else finding.cells
            assert {ref[1:] for ref in cells} <= marked, finding
    allowed = {
        ref[1:]
        for finding in findings
        if finding.severity is not Severity.NOTICE
        for one in (finding, *finding.consequences)
        for ref in (*one.cells, *(cell for hint in one.hints for cell in hint.cells))
    }
    assert marked <= allowed


def test_every_note_says_what_to_do(sheets):
    for cells in sheets.values():
        for marks in cells.values():
            for mark in marks:
                assert not mark.text or mark.tone == "related" or "怎么改：" in mark.text
