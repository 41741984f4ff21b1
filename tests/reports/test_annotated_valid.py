"""The annotated copy is valid for its kind: types, links, formats, and no signature that is no longer true."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from annotated_books import fills, finding, loaded, notes, parts, plain, saved, surgery, within, zipped
from containers import CLEAN, TYPED
from everything_book import everything
from filled_template import office
from openpyxl.styles import Font
from package_checker import faults
from programs import needs_office

from perfxl.engine.batch import check
from perfxl.formats import read_book
from perfxl.model import Severity
from perfxl.output_files import safe_name
from perfxl.reports import annotated
from perfxl.reports.annotated import annotate, suffix_of

TYPES, SHEET, BOOK = "[Content_Types].xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"
STYLES = "xl/styles.xml"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
RELS = "application/vnd.openxmlformats-package.relationships+xml"
SIGNATURE = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WRONG = [finding("表!B2"), finding("表!C9", severity=Severity.WARNING)]


def copy_of(source: bytes) -> bytes:
    """The copy, after it was found to have no fault that the original has not."""
    made = annotate(source, WRONG)
    assert not set(faults(made)) - set(faults(source))
    assert fills(made)["B2"] == "FFF8CBAD"
    assert notes(made)["B2"].endswith("合计不符")
    return made


def kind_of(data: bytes) -> str:
    return re.search(rb'PartName="/xl/workbook.xml"[^>]*ContentType="([^"]*)"|$', parts(data)[TYPES])[1].decode()


@pytest.mark.parametrize(
    ("kind", "becomes", "suffix"),
    [
        (WORKBOOK, WORKBOOK, ".xlsx"),
        (WORKBOOK.replace("sheet.main", "template.main"), WORKBOOK, ".xlsx"),
        (MACROS, MACROS, ".xlsm"),
        (MACROS.replace("sheet.", "template."), MACROS, ".xlsm"),
        (MACROS.replace("sheet.", "addin."), MACROS, ".xlsm"),
        ("application/xml", WORKBOOK, ".xlsx"),
    ],
)
def test_a_template_becomes_a_workbook(kind: str, becomes: str, suffix: str) -> None:
    source = surgery(plain(), within(TYPES, (f'"{WORKBOOK}"', f'"{kind}"')))
    made = annotate(source, WRONG)
    assert kind_of(made) == becomes
    assert suffix_of(source) == suffix_of(made) == suffix
    assert not faults(made)


def test_each_list_of_relationships_has_a_type() -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != TYPES:
            return content
        text = re.sub(r'<Default Extension="rels"[^>]*/>', "", content.decode())
        own = "".join(
            f'<Override PartName="/{part}" ContentType="{RELS}"/>'
            for part in ("_rels/.rels", "xl/_rels/workbook.xml.rels")
        )
        return text.replace("</Types>", f"{own}</Types>").encode()

    source = surgery(plain(), change)
    assert not faults(source)
    copy_of(source)


@pytest.mark.parametrize("left", ["", "<styleSheet/>"])
@pytest.mark.parametrize("linked", [True, False])
def test_what_is_declared_but_missing_is_declared_once(left: str, linked: bool) -> None:
    def change(name: str, content: bytes) -> bytes | None:
        if name == STYLES:
            return None
        if name == "xl/_rels/workbook.xml.rels" and not linked:
            return re.sub(rb'<Relationship [^>]*styles\.xml"[^>]*/>', b"", content)
        return re.sub(rb' s="\d+"', b"", content) if name == SHEET else content

    made = annotate(surgery(plain(), change), WRONG)
    assert not faults(made)
    assert fills(made)["B2"] == "FFF8CBAD"


def test_parts_declared_in_another_case() -> None:
    source = surgery(plain(), within(TYPES, ("/xl/styles.xml", "/XL/Styles.xml"), ("/xl/worksheets", "/xl/WorkSheets")))
    copy_of(source)


def test_numbers_of_formats_that_are_not_there() -> None:
    book = openpyxl.Workbook()
    book.active.title = "表"
    other = book.create_sheet("其他")
    for sheet in (book.active, other):
        sheet["B2"], sheet["C3"] = 17, 18
    change = [
        ('<c r="B2"', '<c s="9999" r="B2"'),
        ('<c r="C3"', '<c r="C3" s="-1"'),
        ('<row r="3"', '<row r="3" customFormat="1" s="77"'),
        ("<sheetData>", '<cols><col min="9" max="9" width="9" style="55"/></cols><sheetData>'),
    ]
    source = saved(book)
    for part in (SHEET, "xl/worksheets/sheet2.xml"):
        source = surgery(source, within(part, *change))
    assert faults(source)
    assert not faults(annotate(source, []))
    made = annotate(source, [*WRONG, finding("表!I1")])
    assert not faults(made)
    assert fills(made).keys() == {"B2", "C9", "I1"}


def test_formats_whose_own_parts_are_not_there() -> None:
    book = loaded(plain())
    book.active["B2"].font = Font(bold=True)
    source = surgery(saved(book), within(STYLES, ('fontId="1"', 'fontId="44"')))
    assert faults(source)
    assert not faults(annotate(source, WRONG))


def test_conditional_formats_without_a_format() -> None:
    rule = (
        '<conditionalFormatting sqref="B2"><cfRule type="expression" dxfId="1" priority="1">'
        "<formula>B2&gt;1</formula></cfRule></conditionalFormatting>"
    )
    source = surgery(plain(), within(SHEET, ("</sheetData>", f"</sheetData>{rule}")))
    assert faults(source)
    assert not faults(annotate(source, WRONG))
    loaded(annotate(source, WRONG))


def test_the_first_two_fills_are_those_that_excel_draws_itself() -> None:
    def change(name: str, content: bytes) -> bytes:
        one = b'<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        return re.sub(rb"<fills.*</fills>", one, content) if name == STYLES else content

    text = parts(copy_of(surgery(plain(), change)))[STYLES].decode()
    first, second, third = re.findall(r"<fill>.*?</fill>", text)[:3]
    assert ("none" in first, "gray125" in second, "FFF8CBAD" in third) == (True, True, True)


@pytest.mark.parametrize("where", ["root", "element"])
def test_links_have_the_usual_prefix(where: str) -> None:
    """Some programs look for ``r:id`` to the letter; the links that are there keep their own."""

    def change(name: str, content: bytes) -> bytes:
        text = content.decode()
        if name == BOOK:
            text = re.sub(rf'(?:\w+:id|xmlns:r)="{OFFICE}"', "", text)
            if where == "root":
                text = text.replace("<workbook ", f'<workbook xmlns:ns1="{OFFICE}" ', 1)
                text = re.sub(r"\s(?:r:)?id=", " ns1:id=", text)
            else:
                text = re.sub(r"<sheet (?!xmlns)", f'<sheet xmlns:ns1="{OFFICE}" ', text)
                text = re.sub(r'\sxmlns(?::r)?="[^"]*officeDocument[^"]*"', "", text)
                text = re.sub(r"\sr:id=", " ns1:id=", text)
        if name == SHEET:
            text = text.replace("<worksheet ", f'<worksheet xmlns:ns1="{OFFICE}" ', 1)
        return text.encode()

    after = parts(copy_of(surgery(plain(), change)))
    assert re.search(r'<sheet [^>]*name="问题清单"[^>]* r:id="', after[BOOK].decode())
    assert b"ns1:id" in after[BOOK]
    assert re.search(rb"<legacyDrawing [^>]*r:id=", after[SHEET])


def signed(source: bytes) -> bytes:
    folder = "_xmlsignatures"
    one = '<Relationship Id="rId1" Type="{}" Target="{}"/>'
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    kind = "application/vnd.openxmlformats-package.digital-signature"
    declared = (
        f'<Default Extension="sigs" ContentType="{kind}-origin"/>'
        f'<Override PartName="/{folder}/sig1.xml" ContentType="{kind}-xmlsignature+xml"/>'
    )
    arrow = one.format(f"{SIGNATURE}/origin", f"{folder}/origin.sigs").replace("rId1", "rIdS")
    added = {
        f"{folder}/origin.sigs": b"",
        f"{folder}/sig1.xml": b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>',
        f"{folder}/_rels/origin.sigs.rels": rels.format(one.format(f"{SIGNATURE}/signature", "sig1.xml")).encode(),
    }
    source = surgery(source, within("_rels/.rels", ("</Relationships>", f"{arrow}</Relationships>")), added)
    return surgery(source, within(TYPES, ("</Types>", f"{declared}</Types>")))


def test_a_signature_is_left_out() -> None:
    made = annotate(signed(plain()), WRONG)
    assert not faults(made)
    assert not [name for name in parts(made) if "sig" in name]
    assert b"digital-signature" not in parts(made)[TYPES] + parts(made)["_rels/.rels"]


def test_a_signature_that_is_left_out_is_told(tmp_path: Path) -> None:
    source = tmp_path / "甲局.xlsx"
    source.write_bytes(signed(TYPED.read_bytes()))
    written = annotated.write(check(source), tmp_path / "out")
    assert len(written.remarks) == 1
    assert "甲局.xlsx" in written.remarks[0]
    assert "数字签名" in written.remarks[0]
    front = loaded(written[0].read_bytes()).worksheets[0]
    assert any("数字签名" in str(row[0].value) for row in front.iter_rows(max_row=5))
    assert not annotated.write(check(TYPED), tmp_path / "out").remarks


def test_macros_stay_to_the_byte() -> None:
    source = everything()
    before, after = parts(source), parts(annotate(source, [finding("部门整体!B10")]))
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert kind_of(annotate(source, [])) == MACROS


@pytest.mark.parametrize("rows", ['<c r="JA2" s="0"/><c r="JB2"><v>5</v></c>', '<c r="JA2"/><c r="JB2"/>'])
@pytest.mark.parametrize("tail", ["", '<row r="900001"><c r="A900001" s="0"/></row>'])
def test_far_cells_stay_to_the_byte(rows: str, tail: str) -> None:
    source = surgery(plain(), within(SHEET, ("</row></sheetData>", f"{rows}</row>{tail}</sheetData>")))
    made = annotate(source, WRONG)
    assert not faults(made)
    assert rows + "</row>" in (text := parts(made)[SHEET].decode())
    assert tail + "</sheetData>" in text


def test_a_workbook_in_another_folder_or_none() -> None:
    for folder in ("", "Contents/"):
        moved = {}
        for name, content in parts(plain()).items():
            text = content.replace(b'"/xl/', f'"/{folder}'.encode()).replace(b'"xl/', f'"{folder}'.encode())
            moved[name.replace("xl/", folder, 1) if name.startswith("xl/") else name] = text
        made = annotate(zipped(moved), WRONG)
        assert not faults(made)
        assert not [name for name in parts(made) if name.startswith("xl/")]
        assert b"FFF8CBAD" in parts(made)[f"{folder}styles.xml"]


def test_notes_without_boxes_get_them() -> None:
    book = loaded(annotate(plain(), [finding("表!C9")]))
    source = surgery(saved(book), lambda name, data: re.sub(rb"<legacyDrawing[^>]*/>", b"", data))
    assert faults(source)
    assert not faults(annotate(source, WRONG))


def test_the_numbers_of_sheets_stay_below_the_last_one() -> None:
    source = surgery(plain(), within(BOOK, ('sheetId="1"', 'sheetId="65534"')))
    copy_of(source)


def test_many_marks_stay_in_few_columns() -> None:
    places = [f"表!{letters}{row}" for row in range(2, 62) for letters in ("A", "B", "C", "D", "E", "F", "G", "H", "I")]
    book = loaded(plain())
    for number, place in enumerate(places):
        book.active[place.partition("!")[2]].number_format = f'0"{number}"'
    source = saved(book)
    findings = [finding(place, message=f"第{number}处不符") for number, place in enumerate(places)]
    made = annotate(source, findings)
    assert max(sheet.max_column for sheet in loaded(made)) < 150
    back = annotate(made, [])
    assert (fills(back), notes(back)) == ({}, {})
    assert {cell.number_format for row in loaded(back)["表"].iter_rows() for cell in row} == {
        cell.number_format for row in loaded(source)["表"].iter_rows() for cell in row
    }


@pytest.mark.parametrize("name", ["甲" * 200, "a" * 300, "😀" * 60, "CON", "甲局.2020 "])
def test_a_long_name_keeps_its_ending(name: str) -> None:
    made = safe_name(name, ending="_批注")
    assert made.endswith("_批注")
    assert len(made.encode()) <= 200
    assert safe_name(made) == made


@needs_office
@pytest.mark.parametrize(
    ("path", "kind"),
    [(TYPED, "xlsx:Calc MS Excel 2007 XML"), (TYPED, "ods"), (CLEAN, "ods"), (CLEAN, "xls:MS Excel 97")],
)
def test_a_copy_in_another_format_is_read_again(path: Path, kind: str, tmp_path: Path) -> None:
    def told(batch):
        return [(one.code, one.message, [str(ref)[-8:] for ref in one.cells]) for one in batch.findings]

    first = check(path)
    [written] = annotated.write(first, tmp_path / "一")
    suffix = kind.partition(":")[0]
    office(tmp_path, "--convert-to", kind, "--outdir", str(tmp_path / "二"), str(written))
    second = check(tmp_path / "二" / f"{written.stem}.{suffix}")
    assert [one.status for one in second.submissions] == [one.status for one in first.submissions]
    assert told(second) == told(first)
    [again] = annotated.write(second, tmp_path / "三")
    assert not faults(again.read_bytes())
    assert [sheet.title for sheet in loaded(again.read_bytes())].count("问题清单") == 1
    assert [grid.sheet for grid in read_book(again.read_bytes()).grids][1:] == [
        grid.sheet for grid in read_book(path.read_bytes()).grids
    ]


def test_of_two_names_that_differ_in_case_the_linked_one_stays() -> None:
    made = annotate(surgery(plain(), lambda name, data: data, {"xl/Styles.xml": b"<a/>"}), WRONG)
    assert not faults(made)
    assert fills(made)["B2"] == "FFF8CBAD"
    assert b"<a/>" not in parts(made).values()


def test_a_link_with_percent_signs() -> None:
    odd = {SHEET: "xl/worksheets/申报 表.xml"}
    source = zipped({odd.get(name, name): data for name, data in parts(plain()).items()})
    percent = "%E7%94%B3%E6%8A%A5%20%E8%A1%A8.xml"
    source = surgery(source, within("xl/_rels/workbook.xml.rels", ("sheet1.xml", percent)))
    made = annotate(surgery(source, within(TYPES, ("worksheets/sheet1.xml", f"worksheets/{percent}"))), WRONG)
    assert "xl/worksheets/_rels/申报 表.xml.rels" in parts(made)
    assert not faults(made)
