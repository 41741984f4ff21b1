"""The live formulas of the blank workbook, computed by LibreOffice."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from filled_template import PROFILE, PROJECTS, Book, filled, office, recalculate, results
from openpyxl import Workbook, load_workbook
from programs import OFFICE_MARKS

from perfxl.template import build, layout

pytestmark = OFFICE_MARKS

Row = tuple[str, str, str]
DEPARTMENT, FUND, ALL = "部门整体支出", "专项资金", "各表之间"


def _rename(book: Book) -> None:
    book.field(FUND, "project_name", "另一个项目")


def _call_it_otherwise(book: Book) -> None:
    book.task(1, "name", "其他支出")
    book.task(1, "content", None)


#: what is changed in the consistent workbook, and exactly which rows then say ✗
BROKEN: dict[str, tuple[Callable[[Book], None], set[Row]]] = {
    "a project's total": (
        lambda book: book.field("项目1", "total", 18),
        {
            ("SUM-01", "项目1", "项目资金总额"),
            ("SUM-13", "项目1", "成本指标与项目资金"),
            ("CROSS-01", "项目1", "项目金额与任务金额"),
            ("CROSS-02", ALL, "各项目合计与项目支出"),
            ("CROSS-04", FUND, "专项资金与项目·资金总额"),
        },
    ),
    "the total of the tasks": (
        lambda book: book.task_sum("total", 404.03),
        {
            ("SUM-10", DEPARTMENT, "金额合计·总额"),
            ("SUM-11", DEPARTMENT, "任务金额合计与年度预算申请"),
        },
    ),
    "one amount of a task": (
        lambda book: book.task(2, "other", 2),
        {
            ("SUM-09", DEPARTMENT, "任务金额"),
            ("SUM-10", DEPARTMENT, "金额合计·其他资金"),
            ("CROSS-03", ALL, "各项目其他资金与任务其他资金"),
        },
    ),
    "a cost written as text": (
        lambda book: book.cost(DEPARTMENT, "year", 0, "value", "287.63万元"),
        {
            ("SUM-14", DEPARTMENT, "成本指标与资金总额"),
            ("SUM-14", DEPARTMENT, "人员经费、公用经费与基本支出"),
        },
    ),
    "the funds of the term": (
        lambda book: book.field(FUND, "long_total", 26),
        {
            ("SUM-03", FUND, "中长期资金总额"),
            ("SUM-13", FUND, "中长期成本指标与中长期资金"),
            ("SUM-17", FUND, "中长期财政拨款不超过中长期资金总额"),
        },
    ),
    "a basic task that is not called so": (
        _call_it_otherwise,
        {
            ("SUM-12", DEPARTMENT, "项目任务与项目支出"),
            ("SUM-12", DEPARTMENT, "基本支出任务与基本支出"),
            ("CROSS-03", ALL, "各项目财政拨款与任务财政拨款"),
        },
    ),
    "a fund form of a project that has no form": (
        _rename,
        {
            ("CROSS-02", ALL, "各项目合计与项目支出"),
            ("CROSS-03", ALL, "各项目财政拨款与任务财政拨款"),
            ("CROSS-03", ALL, "各项目其他资金与任务其他资金"),
        },
    ),
}


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    books = {"blank": Book().book, "filled": filled().book}
    for number, (change, _) in enumerate(BROKEN.values()):
        book = filled()
        change(book)
        books[f"broken{number}"] = book.book
    return recalculate(tmp_path_factory.mktemp("computed"), books)


def test_a_blank_form_is_neither_right_nor_wrong(computed: dict[str, Workbook]) -> None:
    assert set(results(computed["blank"]).values()) == {"—"}


def test_the_stored_results_are_those_that_are_computed(computed: dict[str, Workbook]) -> None:
    stored = load_workbook(BytesIO(build(PROFILE, year=PROFILE.year, projects=PROJECTS)), data_only=True)
    for page in stored:
        for row in page.iter_rows():
            for cell in row:
                again = computed["blank"][page.title][cell.coordinate].value
                assert (cell.value or "") == (again or ""), f"{page.title}!{cell.coordinate}"


def test_a_consistent_workbook_is_right_everywhere(computed: dict[str, Workbook]) -> None:
    found = results(computed["filled"])
    blank = {key for key in found if key[1] == f"项目{PROJECTS}"}
    # one of its costs is a price a head: not to be added up
    unsure = {("SUM-13", "项目3", "成本指标与项目资金")}
    assert {key for key, result in found.items() if result == "—"} == blank | unsure
    assert {key for key, result in found.items() if result == "✓"} == found.keys() - blank - unsure
    assert computed["filled"]["校验"]["A2"].value.endswith("不符 0 条")


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=list(BROKEN))
def test_a_wrong_number_shows_in_its_rows_only(computed: dict[str, Workbook], number: int) -> None:
    wrong = {key for key, result in results(computed[f"broken{number}"]).items() if result == "✗"}
    assert wrong == list(BROKEN.values())[number][1]


def test_marks_stand_beside_the_totals(computed: dict[str, Workbook]) -> None:
    assert marks(computed["blank"]) == {}
    right = marks(computed["filled"])
    assert set(right.values()) == {"✓"}
    sheets = {sheet.sheet: sheet for sheet in layout(PROFILE, PROJECTS)}
    department, fund = sheets[DEPARTMENT], sheets[FUND]
    rows = {(sheet, row) for sheet, row, _ in right}
    assert {(DEPARTMENT, department.fields[key].row) for key in ("total", "basic", "projects")} <= rows
    assert {(DEPARTMENT, row["total"].row) for row in department.tasks[:5]} <= rows
    assert sum(row == fund.fields["total"].row for sheet, row, _ in right if sheet == FUND) == 2
    wrong = {key for key, mark in marks(computed["broken0"]).items() if mark == "✗"}
    assert {(sheet, row) for sheet, row, _ in wrong} == {("项目1", sheets["项目1"].fields["total"].row)}


def marks(book: Workbook) -> dict[tuple[str, int, int], str]:
    """(sheet, row, column) of each mark that shows."""
    found = {}
    for sheet in layout(PROFILE, PROJECTS):
        for row in book[sheet.sheet].iter_rows(min_col=sheet.title.last_col + 1):
            for cell in row:
                if cell.value:
                    found[sheet.sheet, cell.row, cell.column] = str(cell.value)
    return found


#: inserts a row above the total of the tasks and one above the first task, and fills them in
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Insert" script:language="StarBasic">
Sub Main
 Dim hidden(0) As New com.sun.star.beans.PropertyValue
 hidden(0).Name = "Hidden"
 hidden(0).Value = True
 book = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
 page = book.Sheets.getByName("部门整体支出")
 page.unprotect("")
 Insert page, {last}, 7, 7
 Insert page, {first}, 3, 2
 book.calculateAll()
 Dim kind(0) As New com.sun.star.beans.PropertyValue
 kind(0).Name = "FilterName"
 kind(0).Value = "Calc MS Excel 2007 XML"
 book.storeToURL("{target}", kind())
 book.close(True)
End Sub
Sub Insert(page, row, total, fiscal)
 page.Rows.insertByIndex(row - 1, 1)
 page.getCellByPosition({total} - 1, row - 1).Value = total
 page.getCellByPosition({fiscal} - 1, row - 1).Value = fiscal
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Insert"/></library:library>
"""


def test_rows_inserted_at_either_end_are_added_up(tmp_path: Path) -> None:
    book = filled()
    book.book.save(tmp_path / "book.xlsx")
    sheet = book.sheets[DEPARTMENT]
    office(tmp_path, "--terminate_after_init")
    standard = tmp_path / "office" / "user" / "basic" / "Standard"
    macro = MACRO.format(
        source=(tmp_path / "book.xlsx").as_uri(),
        target=(tmp_path / "inserted.xlsx").as_uri(),
        first=sheet.tasks[0]["total"].row,
        last=sheet.task_sum["total"].row,
        total=sheet.tasks[0]["total"].col,
        fiscal=sheet.tasks[0]["fiscal"].col,
    )
    (standard / "Insert.xba").write_text(macro, "utf-8")
    (standard / "script.xlb").write_text(LIBRARY, "utf-8")
    office(tmp_path, "macro:///Standard.Insert.Main")
    rows = {
        (row[0], row[2].split("：")[0]): row[3:8]
        for row in load_workbook(tmp_path / "inserted.xlsx", data_only=True)["校验"].iter_rows(
            min_row=5, max_row=18, values_only=True
        )
    }
    assert rows["SUM-10", "金额合计·总额"][:4] == (394.03, 404.03, -10, "✗")
    assert rows["SUM-10", "金额合计·财政拨款"][:4] == (392.03, 401.03, -9, "✗")
    assert rows["SUM-09", "任务金额"] == (7, 6, 1, "✗", f"最先不符的是第{sheet.tasks[0]['total'].row}行")
