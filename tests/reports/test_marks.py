"""How much the annotated copy of a real department says, and where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from perfxl import check
from perfxl.model import Finding, Ref, Severity
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


def test_where_many_cells_have_notes_what_is_the_same_on_many_sheets_is_said_once(findings):
    wrong = [one for one in findings if one.severity is not Severity.NOTICE]
    single = replace(wrong[0], message="单独一处", hints=(), consequences=())
    many = [replace(single, cells=(Ref(single.file, "表", row, 1),), message=f"第 {row} 处") for row in range(1, 56)]
    same = replace(single, cells=tuple(Ref(single.file, f"项目{n}", 4, 3) for n in range(1, 10)), message="未填写。")
    sheets = marks_of([*many, same], "zh")
    assert [sheets[f"项目{n}"][4, 3][0].text[:4] for n in (1, 2, 9)] == ["未填写。", "", ""]
    assert "另有 8 张表同此，已着色。" in sheets["项目1"][4, 3][0].text
    assert all(marks_of([*many[:40], same], "zh")[f"项目{n}"][4, 3][0].text for n in range(1, 10))


def test_what_is_said_once_is_said_at_the_place_of_the_finding(findings, sheets):
    """Another finding may have marked a later sheet first."""
    for finding in findings:
        if finding.severity is not Severity.NOTICE and finding.ref:
            marks = sheets[finding.ref.sheet][finding.ref.row, finding.ref.col]
            assert any(f"{finding.code} {finding.name}" in mark.label and mark.text for mark in marks), finding
