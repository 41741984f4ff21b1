"""The annotated copy of a workbook with everything in it: what is not touched keeps its bytes, all else its meaning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from annotated_books import finding, loaded, notes, own, parts, values
from everything_book import DEEP, FORM, HIDDEN, LISTS, everything
from filled_template import office
from lxml import etree
from programs import needs_office

from perfxl.reports.annotated import annotate

FINDINGS = [
    finding(f"{FORM}!B10", f"{FORM}!E13", f"{FORM}!D4"),
    finding(f"{FORM}!B5", f"{FORM}!B6"),
    finding(f"{HIDDEN}!B9"),
]
#: what a mark, a note and a sheet in front must touch
TOUCHED = {
    *("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"),
    *("xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"),
}
ADDED = {
    *("xl/worksheets/sheet5.xml", "xl/worksheets/_rels/sheet3.xml.rels"),
    *("xl/comments2.xml", "xl/drawings/vmlDrawing3.vml"),
}


@pytest.fixture(scope="module")
def source() -> bytes:
    return everything()


@pytest.fixture(scope="module")
def copy(source: bytes) -> bytes:
    return annotate(source, FINDINGS)


def test_the_workbook_really_has_everything(source: bytes) -> None:
    names = " ".join(parts(source))
    for part in (
        *("vbaProject.bin", "threadedComment1.xml", "person.xml", "externalLink1.xml", "cellimages.xml", "cell1.png"),
        *("customXml/item1.xml", "custom.xml", "chart1.xml", "drawing1.xml", "image1.png", "table1.xml"),
    ):
        assert part in names
    sheet = parts(source)["xl/worksheets/sheet1.xml"].decode()
    for piece in (
        *("x14:dataValidation ", "x14:conditionalFormatting", "x14:sparkline", "sheetProtection", "rowBreaks"),
        *('t="shared"', 't="array"', "legacyDrawingHF", "hyperlink", 'hidden="1"', "iconSet", "DISPIMG"),
    ):
        assert piece in sheet
    assert [sheet.sheet_state for sheet in loaded(source)] == ["visible", "visible", "hidden", "veryHidden"]


def test_every_other_part_keeps_its_bytes_and_its_place(source: bytes, copy: bytes) -> None:
    before, after = parts(source), parts(copy)
    assert {name for name in before if before[name] != after[name]} == TOUCHED
    assert set(after) - set(before) == ADDED
    assert list(after)[: len(before)] == list(before)


def unmarked(part: bytes) -> bytes:
    """A sheet without the formats of its cells, the selection, and what a new note hangs on."""
    root = etree.fromstring(part)
    for node in root.iter():
        name = etree.QName(node).localname
        if name == "c":
            node.attrib.pop("s", None)
        elif name == "sheetView":
            node.attrib.pop("tabSelected", None)
    for name in ("legacyDrawing", "dimension"):
        for node in root.findall(f"{{*}}{name}"):
            root.remove(node)
    for row in root.iter("{*}row"):
        for cell in [cell for cell in row if not len(cell)]:
            row.remove(cell)
        if not len(row) and not set(row.attrib) - {"r", "spans"}:
            row.getparent().remove(row)
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_touched_sheet_keeps_all_but_the_formats_of_its_cells(source: bytes, copy: bytes, number: int) -> None:
    name = f"xl/worksheets/sheet{number}.xml"
    assert unmarked(parts(copy)[name]) == unmarked(parts(source)[name])


def test_touched_lists_only_grow(source: bytes, copy: bytes) -> None:
    """Relationships, content types, formats, comments and boxes: what was there is there, in its order."""
    before, after = parts(source), parts(copy)
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        old, new = ([dict(node.attrib) for node in etree.fromstring(data[name])] for data in (before, after))
        assert [one for one in new if one in old] == old
    old, new = (etree.fromstring(data["xl/styles.xml"]) for data in (before, after))
    for group in old:
        entries = [etree.tostring(node, method="c14n") for node in group]
        grown = new.find(f"{{*}}{etree.QName(group).localname}")
        assert [etree.tostring(node, method="c14n") for node in grown][: len(entries)] == entries


def test_names_protection_and_states_stay(source: bytes, copy: bytes) -> None:
    before, after = loaded(source), loaded(copy)
    assert after.sheetnames == ["问题清单", *before.sheetnames]
    for sheet in before:
        other = after[sheet.title]
        assert other.sheet_state == sheet.sheet_state
        assert vars(other.protection) == vars(sheet.protection)
        assert other.print_area == sheet.print_area
        assert other.print_title_rows == sheet.print_title_rows
        assert {n: v.attr_text for n, v in other.defined_names.items()} == {
            n: v.attr_text for n, v in sheet.defined_names.items()
        }
    assert {n: v.attr_text for n, v in after.defined_names.items()} == {"合计": f"{FORM}!$B$10"}


def test_both_readers_see_the_same_values(source: bytes, copy: bytes) -> None:
    assert own(copy) == own(source)
    seen = values(copy)[f"{FORM} True"]
    assert (seen["B10"], seen["C10"], seen["D5"], seen["E4"]) == (75, 1537.5, 12, 4)


def test_notes_of_others_stay_and_a_discussion_is_left_alone(copy: bytes) -> None:
    assert notes(copy, FORM) == {
        "B5": "按批复数填\n\n【错误 SUM-10 合计】合计不符\n本表 B6 同此。",
        "B6": "[线程批注] 请核",
        "B10": "【错误 SUM-10 合计】合计不符\n本表 E13、D4 同此。",
    }
    assert notes(copy, HIDDEN) == {"B9": "【错误 SUM-10 合计】合计不符"}


@pytest.fixture(scope="module")
def converted(source: bytes, copy: bytes, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """The workbook and its copy as LibreOffice opens and saves them."""
    folder: Path = tmp_path_factory.mktemp("office")
    for name, data in (("source", source), ("copy", copy)):
        (folder / f"{name}.xlsm").write_bytes(data)
        office(
            folder, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(folder / f"{name}.xlsm")
        )
    return lambda name: (folder / f"{name}.xlsx").read_bytes()


@needs_office
def test_libreoffice_opens_it_and_sees_what_it_saw(converted: Callable[[str], bytes], copy: bytes) -> None:
    source, opened = converted("source"), converted("copy")
    assert own(opened) == own(source)
    assert loaded(opened).sheetnames == ["问题清单", FORM, LISTS, HIDDEN, DEEP]
    assert notes(opened, FORM) == notes(copy, FORM)
    assert loaded(opened)[FORM].protection.sheet
    for kind in ("charts/chart1.xml", "drawings/drawing1.xml", "media/image1.png"):
        assert f"xl/{kind}" in parts(opened)
