"""Layouts that people make of a form by hand: all of it is read as before, at the cells where it stands now."""

from __future__ import annotations

import re

import moves
import openpyxl
import pytest
from containers import changed
from moves import CLEAN, TYPED, Page, assert_same, pages_of

from perfxl.engine.batch import check

SAMPLES = pytest.mark.parametrize(
    "path", [pytest.param(TYPED, id="typed"), pytest.param(CLEAN, id="clean", marks=pytest.mark.slow)]
)


def new_columns(pages, before):
    """A blank column before each of the given ones on every form; merged areas around it grow."""

    def moved(col):
        return col + sum(at <= col for at in before)

    result = [
        Page(
            page.name,
            {(row, moved(col)): value for (row, col), value in page.cells.items()},
            {(row, moved(col)): code for (row, col), code in page.formats.items()},
            [(top, moved(left), bottom, moved(right)) for top, left, bottom, right in page.merges],
            page.heights,
        )
        if page.is_form
        else page
        for page in pages
    ]
    forms = {page.name for page in pages if page.is_form}
    return result, lambda place: (place[0], place[1], moved(place[2]) if place[0] in forms else place[2])


@SAMPLES
@pytest.mark.parametrize("before", [[1], [2], [2, 2], [3, 5], [4, 4, 4], [2, 3, 4, 5, 6, 7]], ids=str)
def test_blank_columns(path, before, tmp_path):
    pages, where = new_columns(pages_of(path), before)
    assert_same(path, pages, where, tmp_path)


def cut(page, where, pieces):
    """The text of a merged cell in pieces, one in each of its rows from the top; it is merged no more."""
    area = next(a for a in page.merges if a[:2] == where)
    page.merges.remove(area)
    for number, piece in enumerate(pieces):
        page.cells[where[0] + number, where[1]] = piece


@pytest.mark.parametrize("step", [1, 2], ids=["characters", "pairs"])
def test_levels_cut_over_rows(step, tmp_path):
    pages = pages_of(CLEAN)
    for page in pages:
        for area in page.levels() if page.is_form else ():
            text = page.text(*area[:2])
            pieces = [text[n : n + step] for n in range(0, len(text), step)]
            if 1 < len(pieces) <= area[2] - area[0] + 1:
                cut(page, area[:2], pieces)
    assert_same(CLEAN, pages, moves.stay, tmp_path)


# ---------------------------------------------------------------- levels in the middle of their lines


def filled_lines(page):
    """The lines of the indicators that are filled in: blank ones would shift what is the middle."""
    head, last = page.head, page.last_indicator
    name = max(col for row, col in page.cells if row == head and page.text(row, col) == "三级指标")
    return [row for row in range(head + 1, last + 1) if page.text(row, name)]


def middled(pages, which):
    """The level labels of the forms unmerged, each beside the middle line of its own: of two the first."""
    for page in pages:
        lines, columns = filled_lines(page), page.level_columns()
        for area in page.levels():
            top, left, bottom, _ = area
            if which != "both" and (left == columns[0]) != (which == "first"):
                continue
            if area in page.merges:
                page.merges.remove(area)
            text = page.cells.pop((top, left))
            own = [row for row in lines if top <= row <= bottom]
            page.cells[own[(len(own) - 1) // 2], left] = text
    return pages


@pytest.mark.parametrize(
    ("which", "sheets"),
    [("first", ["部门整体支出", "项目1", "项目2"]), ("second", ["部门整体支出"]), ("both", ["部门整体支出"])],
    ids=["first", "second", "both"],
)
def test_levels_in_the_middle_of_their_lines(which, sheets, tmp_path):
    usual, moved = ([page for page in pages_of(CLEAN) if page.name in sheets] for _ in range(2))
    before = check(moves.save(usual, tmp_path / "usual.xlsx"))
    after = check(moves.save(middled(moved, which), tmp_path / "moved.xlsx"))
    columns = ["sheet", "cell", "first", "second", "first_text", "second_text", "name", "value"]
    assert table(after.tables.indicators, columns) == table(before.tables.indicators, columns)
    assert moves.said(after) == moves.said(before)


def table(frame, columns):
    return frame[columns].astype(str).to_numpy().tolist()


def test_levels_beside_no_middle_are_told_and_not_guessed(tmp_path):
    lines = [["", "", "甲", "1个"], ["", "数量指标", "乙", "2个"], ["", "质量指标", "丙", "3个"]]
    book, _ = small_form([*lines, *(["", "", name, "4个"] for name in "丁戊己庚")])
    batch = check(write(book, tmp_path))
    [finding] = [f for f in batch.findings if f.code == "LAYOUT-07"]
    assert [cell.cell for cell in finding.cells] == ["C8"]
    assert "未标明指标级别" in finding.message


# ---------------------------------------------------------------- a small form, built cell by cell


TOP = [
    ["项目绩效目标申报表"], ["（2020年度）"], ["项目名称", "培训"], ["预算单位", "某局"], ["资金总额", 5],
    ["年度目标", "培训200人"], ["", "一级指标", "二级指标", "三级指标", "指标值"],
]  # fmt: skip
FOOT = ["填报人：张三  联系电话：0734-0000000  填报日期：2019年11月20日"]


def small_form(lines, top=TOP, foot=FOOT):
    """A project form of few rows; each line is first and second level, name and value."""
    book = openpyxl.Workbook()
    for row in [*top, *(["", *line] for line in lines), foot]:
        book.active.append([None if value == "" else value for value in row])
    return book, book.active


def write(book, folder, name="small.xlsx"):
    path = folder / name
    book.save(path)
    return path


LINES = [["产出指标", "数量指标", "培训人数", "≥200人"], ["效益指标", "社会效益指标", "受益单位数", "≥20家"]]


def fields(batch):
    """Key of a field -> what was read and where."""
    return {row.field: (row.text, row.cell) for row in batch.tables.texts.itertuples()}


def test_a_footer_with_all_in_one_cell(tmp_path):
    batch = check(write(small_form(LINES)[0], tmp_path))
    found = fields(batch)
    assert found["filler"] == ("张三", "A10")
    assert found["phone"] == ("0734-0000000", "A10")
    assert found["date"] == ("2019年11月20日", "A10")
    assert not [f for f in batch.findings if f.code == "LAYOUT-07"]


def test_values_below_a_row_of_labels(tmp_path):
    top = [*TOP[:2], ["项目名称", "预算单位", "资金总额"], ["培训", "某局", 5], *TOP[5:]]
    batch = check(write(small_form(LINES, top)[0], tmp_path))
    found = fields(batch)
    assert (found["project_name"], found["unit"]) == (("培训", "A4"), ("某局", "B4"))
    total = batch.tables.amounts[batch.tables.amounts["column"] == "total"]
    assert total[["fen", "cell"]].to_numpy().tolist() == [[5_000_000, "C4"]]
    assert not [f for f in batch.findings if f.code == "LAYOUT-07"]


def test_labels_cut_over_cells_beside_each_other(tmp_path):
    top = [*TOP[:2], ["项目", "名称", "培训"], *TOP[3:]]
    assert fields(check(write(small_form(LINES, top)[0], tmp_path)))["project_name"] == ("培训", "C3")


def test_values_in_the_cells_of_their_labels(tmp_path):
    top = [*TOP[:2], ["项目名称：培训"], ["预算单位：某局"], ["资金总额：5万元"], *TOP[5:]]
    batch = check(write(small_form(LINES, top)[0], tmp_path))
    assert fields(batch)["unit"] == ("某局", "A4")
    assert batch.tables.amounts["fen"].tolist() == [5_000_000]


def test_a_merged_line_is_one_line(tmp_path):
    """Level, name and value merged over three rows are one indicator, a merged amount counts once."""
    cost = [["产出指标", "成本指标", "培训费", "3万元"], ["", "", "", ""], ["", "", "", ""]]
    book, sheet = small_form([*LINES, *cost])
    for column in "BCDE":
        sheet.merge_cells(f"{column}10:{column}12")
    tables = check(write(book, tmp_path)).tables
    assert tables.indicators["name"].tolist() == ["培训人数", "受益单位数", "培训费"]
    assert tables.amounts[tables.amounts["table"] == "indicators"]["fen"].tolist() == [3_000_000]


# ---------------------------------------------------------------- what cannot be placed is told


def not_read(batch):
    """Cells that LAYOUT-07 names, each with its reason."""
    return {
        (cell.cell, reason)
        for f in batch.findings
        if f.code == "LAYOUT-07"
        for reason in ("被合并单元格遮盖", "未标明指标级别", "不在表式规定的单元格内")
        if reason in f.message
        for cell in f.cells
    }


def test_a_value_under_a_merged_area_is_told(tmp_path):
    book, sheet = small_form(LINES)
    sheet.merge_cells("B5:C5")
    path = write(book, tmp_path)
    under = (rb'(<c r="B5".*?</c>)(<c r="C5"[^>]*/>)?', rb'\1<c r="C5"><v>9</v></c>')
    path.write_bytes(changed(path.read_bytes(), ("xl/worksheets/sheet1.xml", lambda xml: re.sub(*under, xml))))
    batch = check(path)
    assert not_read(batch) == {("C5", "被合并单元格遮盖")}
    assert "C5“9”" in next(f.message for f in batch.findings if f.code == "LAYOUT-07")
    assert batch.tables.amounts["fen"].tolist() == [5_000_000]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["县级配套：5万元"], ["A6"]),
        (["县级配套", 5], ["A6", "B6"]),
        (["", "5万元"], ["B6"]),
        (["", "≥95%"], ["B6"]),
        (["", 12.5], ["B6"]),
        (["以上数据经单位负责人审定"], []),
        (["（金额以万元为单位，保留两位小数）"], []),
        (["注：1.金额以万元为单位", 2], ["B6"]),
        (["第1页 共2页"], []),
        (["——", "√"], []),
        (["编号：2020-01"], []),
    ],
    ids=str,
)
def test_what_stands_in_a_gap_between_the_tables(row, told, tmp_path):
    batch = check(write(small_form(LINES, [*TOP[:5], row, *TOP[5:]])[0], tmp_path))
    assert sorted(cell for cell, _ in not_read(batch)) == told


def test_an_indicator_above_its_level_is_told(tmp_path):
    book, _ = small_form([["", "", "培训班次", "≥4期"], *LINES])
    assert not_read(check(write(book, tmp_path))) == {("C8", "未标明指标级别")}


def test_a_value_right_of_its_empty_cell_is_read(tmp_path):
    top = [*TOP[:2], ["项目名称", "", "", "培训"], *TOP[3:]]
    batch = check(write(small_form(LINES, top)[0], tmp_path))
    assert fields(batch)["project_name"] == ("培训", "D3")
    assert not_read(batch) == set()


def test_a_goal_that_goes_on_in_the_next_row_is_told(tmp_path):
    top = [*TOP[:6], ["", "举办培训班4期"], TOP[6]]
    assert not_read(check(write(small_form(LINES, top)[0], tmp_path))) == {("B7", "不在表式规定的单元格内")}


def test_columns_of_ones_own_that_say_what_they_are_are_let_be(tmp_path):
    top = [*TOP[:6], ["序号", *TOP[6][1:], "备注"]]
    book, sheet = small_form(LINES, top)
    sheet["A8"], sheet["A9"], sheet["F8"], sheet["F9"] = 1, 2, "含线上", 3
    assert not_read(check(write(book, tmp_path))) == set()


def test_notes_below_the_form_are_let_be(tmp_path):
    book, sheet = small_form(LINES)
    for text in ("填表说明：", "1.资金总额：填写5万元这样的数", "2.≥95%", 3):
        sheet.append([text])
    assert not_read(check(write(book, tmp_path))) == set()
