"""Workbooks that cannot be edited as a package: rebuilt at the same addresses, with a note to the unit."""

from __future__ import annotations

import datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from annotated_books import fills, finding, listed, loaded, notes, plain
from containers import CLEAN, TYPED
from everything_book import everything
from filled_template import office
from programs import needs_office
from python_calamine import CalamineWorkbook

from perfxl.engine.batch import check
from perfxl.formats import Book, Grid, read_book
from perfxl.reports import annotated
from perfxl.reports.package.marks import marks_of
from perfxl.reports.package.rebuild import rebuild

FILTERS = {"xls": "xls:MS Excel 97", "ods": "ods"}


@pytest.fixture(scope="module", params=FILTERS)
def returned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The department's workbook as .xls and .ods."""
    folder = tmp_path_factory.mktemp(request.param)
    ending = str(request.param)
    (folder / "申报表.xlsx").write_bytes(TYPED.read_bytes())
    office(folder, "--convert-to", FILTERS[ending], "--outdir", str(folder), str(folder / "申报表.xlsx"))
    return folder / f"申报表.{ending}"


@needs_office
def test_same_sheets_values_merges_marks_and_notes(returned: Path, tmp_path: Path) -> None:
    before = returned.read_bytes()
    batch = check(returned)
    [path] = annotated.write(batch, tmp_path)
    assert (path.name, returned.read_bytes()) == ("申报表_批注.xlsx", before)
    data = path.read_bytes()
    grids = read_book(before).grids
    book = loaded(data)
    assert book.sheetnames == ["问题清单", *(grid.sheet for grid in grids)]
    again = {grid.sheet: grid for grid in read_book(data).grids}
    for grid in grids:
        assert list(again[grid.sheet]) == list(grid)
        areas = {(a.min_row, a.min_col, a.max_row, a.max_col) for a in book[grid.sheet].merged_cells.ranges}
        assert areas == {area for area in grid.merges if area[:2] != area[2:]}
    noted = {
        (sheet, *cell)
        for sheet, cells in marks_of(batch.findings, "zh").items()
        for cell, marks in cells.items()
        if any(mark.text for mark in marks)
    }
    anchors = {(s, grid.at(row, col)) for grid in grids for s, row, col in noted if s == grid.sheet}
    assert {(s, f"{openpyxl.utils.get_column_letter(c.col)}{c.row}") for s, c in anchors} == {
        (sheet.title, place) for sheet in book.worksheets[1:] for place in notes(data, sheet.title)
    }
    assert set(fills(data, "部门整体支出").values()) == {"FFF8CBAD", "FFCFE2F3", "FFFCE4D6"}
    assert [row for row in listed(data) if row and "重新生成" in str(row[0])]
    assert len([row for row in listed(data) if row and str(row[0]).isdigit()]) == len(batch.findings)


@needs_office
def test_it_opens_in_libreoffice_and_all_can_be_read(returned: Path, tmp_path: Path) -> None:
    [path] = annotated.write(check(returned), tmp_path)
    office(tmp_path, "--convert-to", "pdf", "--outdir", str(tmp_path), str(path))
    assert (tmp_path / f"{path.stem}.pdf").read_bytes().startswith(b"%PDF")
    sheet = loaded(path.read_bytes())["部门整体支出"]
    widths = [sheet.column_dimensions[letter].width for letter in "BCDEFG"]
    assert min(widths) >= 9
    assert max(widths) <= 43
    assert max(dimension.height or 0 for dimension in sheet.row_dimensions.values()) > 30


def rebuilt(monkeypatch: pytest.MonkeyPatch, *grids: Grid, findings: tuple = ()) -> tuple[bytes, list]:
    monkeypatch.setattr("perfxl.reports.package.rebuild.read_book", lambda source: Book(list(grids), None))
    return rebuild(b"", findings)


def test_values_of_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    row = [
        "a\x0bb", 1.5, 7, True, datetime.date(2020, 3, 15), datetime.datetime(2020, 3, 15, 8, 30),
        datetime.time(8, 30), datetime.timedelta(hours=30),
        "=1+1", "http://x.y", "长" * 40_000, float("nan"), "_x0041_",
    ]  # fmt: skip
    data, _ = rebuilt(monkeypatch, Grid("表", [row], []))
    [seen] = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert seen[:10] == ["ab", 1.5, 7, True, *row[4:8], "=1+1", "http://x.y"]
    assert (len(seen[10]), seen[12]) == (32_767, "_x0041_")
    assert not [cell for cell in loaded(data).active[1] if cell.data_type == "f" and cell.column != 12]
    assert loaded(data).active["J1"].hyperlink is None


def test_areas_that_overlap_or_are_one_cell_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = Grid("表", [["a", "b"], ["c", "d"]], [(1, 1, 2, 1), (2, 1, 2, 2), (1, 2, 1, 2)])
    data, _ = rebuilt(monkeypatch, grid)
    assert [area.coord for area in loaded(data).active.merged_cells.ranges] == ["A1:A2"]


def test_what_lies_under_a_merged_area_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = Grid("表", [["甲", "乙"], ["丙", 17]], [(1, 1, 2, 2)])
    data, _ = rebuilt(monkeypatch, grid)
    [again] = read_book(data).grids
    assert ([*again], again.covered) == ([*grid], grid.covered)
    assert [(cell.row, cell.col, cell.value) for cell in again.covered] == [(1, 2, "乙"), (2, 1, "丙"), (2, 2, 17)]


def test_names_that_excel_forbids_are_changed_in_the_findings_too(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "一张名字特别长的工作表" * 4
    grids = [Grid(name, [["x"]], []) for name in (long, long + "2", "a/b", "好")]
    findings = (finding(f"{long}2!A1", related=(finding("a/b!A1").cells)), finding("好!A1"))
    data, moved = rebuilt(monkeypatch, *grids, findings=findings)
    names = loaded(data).sheetnames
    assert names == [long[:31], long[:27] + " (2)", "a_b", "好"]
    assert [str(ref) for one in moved for ref in (*one.cells, *one.related)] == [f"{names[1]}!A1", "a_b!A1", "好!A1"]


def test_two_sheets_of_one_name_are_both_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page may have them; the findings speak of the first."""
    grids = [Grid("S", [[text]], []) for text in "甲乙"]
    data, moved = rebuilt(monkeypatch, *grids, findings=(finding("S!A1"),))
    book = loaded(data)
    assert {sheet.title: sheet["A1"].value for sheet in book} == {"S": "甲", "S (2)": "乙"}
    assert [str(ref) for one in moved for ref in one.cells] == ["S!A1"]


def test_the_ending_tells_what_the_file_is(tmp_path: Path) -> None:
    (tmp_path / "宏.xlsx").write_bytes(everything())
    (tmp_path / "旧名.xls").write_bytes(CLEAN.read_bytes())
    (tmp_path / "无宏.xlsm").write_bytes(TYPED.read_bytes())
    batch = check(tmp_path)
    assert {path.name for path in annotated.write(batch, tmp_path / "out")} == {"旧名_批注.xlsx", "无宏_批注.xlsx"}
    assert annotated.suffix_of(everything()) == ".xlsm"
    assert annotated.suffix_of(plain()) == ".xlsx"
