"""The blank workbook: what is printed, what may be filled in, and that the committed one is fresh."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from filled_template import PROFILE, Book
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from perfxl.profiles import Field, built_in, load
from perfxl.template import CellArea, SheetLayout, build, layout
from perfxl.values import label_key

TEMPLATES = Path(__file__).parent.parent / "workbook_templates"
FRESHEN = "run make generated"


@pytest.fixture(scope="module")
def blank() -> Book:
    return Book(projects=2)


def layouts() -> tuple[SheetLayout, ...]:
    return layout(PROFILE, 2)


each_sheet = pytest.mark.parametrize("sheet", layouts(), ids=lambda sheet: sheet.sheet)


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def inputs(sheet: SheetLayout) -> Iterator[CellArea]:
    yield from sheet.fields.values()
    for spots in sheet.choices.values():
        yield from spots
    for row in (*sheet.tasks, sheet.task_sum):
        yield from row.values()
    for indicator in sheet.indicators:
        for columns in indicator.cells.values():
            yield from columns.values()


def amounts(sheet: SheetLayout) -> Iterator[CellArea]:
    form = PROFILE.forms[sheet.form]
    for key, spot in sheet.fields.items():
        if form.fields[key].kind == "amount":
            yield spot
    for row in sheet.tasks:
        yield from (row[key] for key in sheet.task_sum)
    yield from sheet.task_sum.values()


def rules(page: Worksheet) -> dict[str, object]:
    return {str(cells): rule for rule in page.data_validations.dataValidation for cells in rule.sqref.ranges}


@pytest.mark.parametrize("name", built_in())
def test_the_committed_workbook_is_what_the_profile_makes(name: str) -> None:
    profile = load(name)
    made, kept = parts(build(profile, year=profile.year)), parts((TEMPLATES / f"{name}.xlsx").read_bytes())
    assert made.keys() == kept.keys(), FRESHEN
    for name, data in made.items():
        assert data == kept[name], f"{name}: {FRESHEN}"


def test_the_same_call_gives_the_same_bytes() -> None:
    assert build(PROFILE, year=2021, unit="某局") == build(PROFILE, year=2021, unit="某局")


@each_sheet
def test_every_field_has_its_label_and_an_open_input(blank: Book, sheet: SheetLayout) -> None:
    page = blank.book[sheet.sheet]
    printed = {label_key(str(cell.value)) for row in page.iter_rows() for cell in row if cell.value}
    form = PROFILE.forms[sheet.form]
    assert set(form.fields) == {*sheet.fields, *sheet.choices}
    for field in form.fields.values():
        if field.kind != "year":
            assert {label_key(field.label), label_key(field.label + field.note)} & printed, field.key
    for spot in inputs(sheet):
        assert not page[spot.cell].protection.locked, spot


@each_sheet
def test_an_input_covers_its_cells_and_nothing_else(blank: Book, sheet: SheetLayout) -> None:
    page = blank.book[sheet.sheet]
    merged = {str(area) for area in page.merged_cells.ranges}
    spots = list(inputs(sheet))
    assert all(spot.ref in merged for spot in spots if spot.ref != spot.cell)
    cells = [(r, c) for s in spots for r in range(s.row, s.last_row + 1) for c in range(s.col, s.last_col + 1)]
    assert len(cells) == len(set(cells))


@each_sheet
def test_whatever_is_not_an_input_is_locked(blank: Book, sheet: SheetLayout) -> None:
    page = blank.book[sheet.sheet]
    form = PROFILE.forms[sheet.form]
    # a label with a bracket to fill in, such as 中长期目标（    年—    年）
    brackets = {f.label + f.note for f in form.fields.values() if f.note and f.kind != "review"}
    own = {spot.cell for spot in inputs(sheet)}
    for row in page.iter_rows():
        for cell in row:
            if cell.value and cell.coordinate not in own and cell.value not in brackets:
                assert cell.protection.locked, cell.coordinate
    assert page.protection.sheet
    assert not page.protection.password
    assert not page.protection.insertRows
    assert not page.protection.formatRows


@each_sheet
def test_an_amount_takes_a_number_with_two_decimals(blank: Book, sheet: SheetLayout) -> None:
    page = blank.book[sheet.sheet]
    found = rules(page)
    for spot in amounts(sheet):
        rule = found[spot.cell]
        at = spot.cell
        assert rule.formula1 == f"AND(ISNUMBER({at}),{at}>=0,ROUND({at},2)={at})"
        assert "万元" in rule.prompt
        assert rule.error
        assert page[at].number_format == "0.00"


@pytest.mark.parametrize(("decimals", "shown"), [(0, "0"), (4, "0.0000")])
def test_an_amount_shows_as_many_decimals_as_its_profile_asks_for(decimals: int, shown: str) -> None:
    other = dataclasses.replace(PROFILE, decimals=decimals)
    book = load_workbook(BytesIO(build(other, year=2020, projects=1)))
    sheet = next(sheet for sheet in layout(other, 1) if sheet.sheet == "项目1")
    formats = {book[sheet.sheet][spot.cell].number_format for spot in amounts(sheet)}
    assert formats == {shown}
    assert shown in {cell.number_format for row in book["校验"].iter_rows() for cell in row}


@each_sheet
def test_hints_are_shown_and_texts_stay_as_typed(blank: Book, sheet: SheetLayout) -> None:
    page = blank.book[sheet.sheet]
    found = rules(page)
    fields = PROFILE.forms[sheet.form].fields
    for key, spot in sheet.fields.items():
        if fields[key].hint:
            assert fields[key].hint in found[spot.cell].prompt
        if fields[key].kind not in ("amount", "year"):
            assert page[spot.cell].number_format == "@", key
    for row in sheet.indicators:
        for columns in row.cells.values():
            assert page[columns["value"].cell].number_format == "@"


def test_an_option_is_a_cell_with_an_empty_and_a_ticked_box(blank: Book) -> None:
    sheet = blank.sheets["专项资金"]
    page = blank.book["专项资金"]
    found = rules(page)
    for key, spots in sheet.choices.items():
        for option, spot in zip(PROFILE.forms["fund"].fields[key].options, spots, strict=True):
            assert page[spot.cell].value == f"{option} □"
            assert found[spot.cell].formula1 == f'"{option} □,{option} ☑"'


@each_sheet
def test_names_point_at_the_inputs(blank: Book, sheet: SheetLayout) -> None:
    names = {key: name.attr_text for key, name in blank.book[sheet.sheet].defined_names.items()}
    for key, spot in sheet.fields.items():
        assert names[f"px_{key}"].replace("$", "") == f"'{sheet.sheet}'!{spot.cell}"
    for key, spots in sheet.choices.items():
        assert names[f"px_{key}"].replace("$", "").endswith(f"!{spots[0].cell}:{spots[-1].ref.split(':')[-1]}")
    assert ("px_tasks" in names) == bool(sheet.tasks)
    assert "px_indicators" in names
    assert blank.book.defined_names["perfxl_profile"].attr_text == f'"{PROFILE.id}:{PROFILE.version}"'


@each_sheet
def test_it_prints_on_a4_one_page_wide(blank: Book, sheet: SheetLayout) -> None:
    page = blank.book[sheet.sheet]
    assert page.page_setup.paperSize == 9
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    widest = max(spot.last_col for spot in inputs(sheet))
    assert re.search(r"\$A\$1:\$([A-Z])\$", page.print_area)[1] == "ABCDEFGHIJ"[widest - 1]


def test_sheets_stamp_unit_and_year() -> None:
    book = load_workbook(BytesIO(build(PROFILE, year=2024, unit="=某局", projects=2)))
    forms = [sheet.sheet for sheet in layouts()]
    assert book.sheetnames == ["封面", *forms, "填报说明", "审核规则", "校验"]
    cover = [str(cell.value) for row in book["封面"].iter_rows() for cell in row if cell.value]
    assert any(PROFILE.stamp in text for text in cover)
    assert "=某局" in cover
    for sheet in layouts():
        page = book[sheet.sheet]
        assert page[sheet.year.cell].value == "（2024年度）"
        assert page[sheet.title.cell].value == PROFILE.forms[sheet.form].title
        unit = page[sheet.fields["unit"].cell]
        assert (unit.value, unit.data_type) == ("=某局", "s")
        assert page[sheet.fields["reporter"].cell].value is None


@pytest.mark.parametrize("projects", [1, 20])
def test_as_many_project_sheets_as_asked(projects: int) -> None:
    book = Book(projects=projects)
    names = [sheet for sheet in book.book.sheetnames if sheet.startswith("项目")]
    assert names == [f"项目{n}" for n in range(1, projects + 1)]
    rows = [row[0] for row in book.book["校验"].iter_rows(min_row=5, values_only=True)]
    assert rows.count("SUM-01") == projects


@pytest.mark.parametrize("projects", [0, -1, 201])
def test_too_few_or_too_many_projects_are_refused(projects: int) -> None:
    with pytest.raises(ValueError, match="1 to 200"):
        build(PROFILE, year=2020, projects=projects)


def test_no_formula_is_longer_than_excel_takes() -> None:
    made = parts(build(PROFILE, year=2020, projects=200))
    sheets = [data.decode() for name, data in made.items() if name.startswith("xl/worksheets/sheet")]
    lengths = [len(text) for xml in sheets for text in re.findall(r"<f[^>]*>([^<]*)</f>", xml)]
    assert len(lengths) > 1_000
    assert max(lengths) < 8192


def test_a_label_comes_from_the_profile() -> None:
    form = PROFILE.forms["project"]
    field: Field = dataclasses.replace(form.fields["project_name"], label="项目支出名称")
    other = dataclasses.replace(form, fields={**form.fields, "project_name": field})
    variant = dataclasses.replace(PROFILE, forms={**PROFILE.forms, "project": other})
    texts = {cell.value for row in Book(variant, 1).book["项目1"].iter_rows() for cell in row}
    assert "项目支出名称" in texts
    assert "项目名称" not in texts


def test_sums_over_tables_are_sums_over_ranges(blank: Book) -> None:
    page = blank.book["校验"]
    formulas = {
        (row[0].value, column): getattr(row[column].value, "text", row[column].value)
        for row in page.iter_rows(min_row=5)
        for column in (3, 4)
        if row[0].value
    }
    sheet = blank.sheets["部门整体支出"]
    head, last = sheet.amounts_head, sheet.task_sum["total"].row
    # from the heads to the row above the total: a row inserted anywhere is inside
    assert f"$G${head}:INDEX(" in formulas["SUM-10", 4]
    assert f"$G${head}:$G${last})-1)" in formulas["SUM-10", 4]
