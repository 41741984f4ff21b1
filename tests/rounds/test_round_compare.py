"""Two versions of a return: what is closed, still open and new, and which cells changed, though rows have moved."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import raw_books
from clerk_files import CLEAN

import perfxl
from perfxl.model import Finding
from perfxl.rounds.compare import Comparison, compare_tables

TOTAL = ("部门整体支出", "E25")


def edited(path: Path, edits: dict[tuple[str, str], object]) -> Path:
    """The clean sample with other values."""
    cells = {f"{sheet}!{cell}": value for (sheet, cell), value in edits.items()}
    path.write_bytes(raw_books.edited(CLEAN.read_bytes(), cells))
    return path


def between(before: Path, after: Path) -> Comparison:
    old, new = perfxl.check(before), perfxl.check(after)
    return compare_tables(old.tables, new.tables, old.findings, new.findings)


def places(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.ref)) for finding in findings]


def test_a_corrected_total_closes_its_findings_and_is_the_one_change(tmp_path):
    found = between(edited(tmp_path / "a.xlsx", {TOTAL: 404.03}), edited(tmp_path / "b.xlsx", {}))
    assert places(found.closed) == [("SUM-10", "部门整体支出!E25")]
    assert (places(found.still), places(found.new)) == ([], [])
    assert [change.render("zh") for change in found.changes] == [
        "“部门整体支出”表 E25“金额合计·总额”：“404.03”改为“394.03”"
    ]


def test_a_new_mistake_is_new_and_the_old_one_stays_open(tmp_path):
    before = edited(tmp_path / "a.xlsx", {TOTAL: 404.03})
    after = edited(tmp_path / "b.xlsx", {TOTAL: 405.03, ("项目1", "B5"): None})
    found = between(before, after)
    assert ("SUM-10", "部门整体支出!E25") in places(found.still)
    assert found.closed == ()
    assert ("COMPLETE-01", "项目1!B5") in places(found.new)
    assert not set(places(found.new)) & set(places(found.still))


def test_the_same_file_has_no_changes(tmp_path):
    found = between(edited(tmp_path / "a.xlsx", {TOTAL: 1}), edited(tmp_path / "b.xlsx", {TOTAL: 1}))
    assert (found.closed, found.new, found.changes) == ((), (), ())


def test_a_filled_and_an_emptied_cell_are_said_as_such(tmp_path):
    name = ("项目1", "B5")
    found = between(edited(tmp_path / "a.xlsx", {}), edited(tmp_path / "b.xlsx", {name: None}))
    [change] = [change for change in found.changes if (change.sheet, change.cell) == name]
    assert change.render("zh").startswith("“项目1”表 B5“项目名称”：删去“")
    back = between(edited(tmp_path / "c.xlsx", {name: None}), edited(tmp_path / "d.xlsx", {}))
    [change] = [change for change in back.changes if (change.sheet, change.cell) == name]
    assert change.render("zh").startswith("“项目1”表 B5“项目名称”：新填“")
    assert len(back.changes) == len(found.changes) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_that_moved_are_no_changes(tmp_path, rows):
    before = edited(tmp_path / "a.xlsx", {TOTAL: 404.03})
    after = tmp_path / "b.xlsx"
    book = openpyxl.load_workbook(before)
    page = book["部门整体支出"]
    merged = [str(area) for area in page.merged_cells.ranges]
    for area in merged:
        page.unmerge_cells(area)
    page.insert_rows(1, rows)
    for area in merged:
        first, _, last = area.partition(":")
        page.merge_cells(f"{_down(first, rows)}:{_down(last, rows)}")
    book.save(after)
    found = between(before, after)
    assert (found.closed, found.new, found.changes) == ((), (), ())
    assert ("SUM-10", f"部门整体支出!E{25 + rows}") in places(found.still)


def _down(cell: str, rows: int) -> str:
    letters = cell.rstrip("0123456789")
    return f"{letters}{int(cell[len(letters) :]) + rows}"
