"""The annotated copy of odd, damaged and large packages, and what LibreOffice makes of it."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from annotated_books import (
    MAIN,
    fills,
    finding,
    full_workbook,
    loaded,
    notes,
    own,
    parts,
    plain,
    saved,
    surgery,
    values,
    within,
    zipped,
)
from filled_template import office
from programs import needs_office
from python_calamine import CalamineWorkbook

from perfxl.formats import read_book
from perfxl.reports.annotated import CannotAnnotate, annotate

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PURL = "http://purl.oclc.org/ooxml"
STYLES = "xl/styles.xml"
SHEET = "xl/worksheets/sheet1.xml"
MARK = {"B2": "【错误 SUM-10 合计】合计不符"}


def strict(data: bytes, back: bool = False) -> bytes:
    """The package in the namespaces of Strict Open XML, or back in those that openpyxl reads."""
    pairs = [
        (MAIN.encode(), f"{PURL}/spreadsheetml/main".encode()),
        (OFFICE.encode(), f"{PURL}/officeDocument/relationships".encode()),
    ]

    def change(name: str, content: bytes) -> bytes:
        for transitional, purl in pairs:
            content = content.replace(purl, transitional) if back else content.replace(transitional, purl)
        return content

    return surgery(data, change)


def prefixed(data: bytes) -> bytes:
    """The sheet, the workbook and the styles with ``x:`` before every element."""

    def change(name: str, content: bytes) -> bytes:
        if name not in (SHEET, STYLES, "xl/workbook.xml"):
            return content
        text = content.decode()
        text = text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
        return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).encode()

    return surgery(data, change)


def test_strict() -> None:
    result = annotate(strict(plain()), [finding("表!B2"), finding("表!C9")])
    assert b"schemas.openxmlformats.org/spreadsheetml" not in b"".join(parts(result).values())
    assert OFFICE.encode() not in parts(result)["xl/worksheets/_rels/sheet1.xml.rels"]
    readable = strict(result, back=True)
    assert fills(readable) == {"B2": "FFF8CBAD", "C9": "FFF8CBAD"}
    assert notes(readable)["B2"] == MARK["B2"]
    assert loaded(readable).sheetnames == ["问题清单", "表"]


def test_namespace_prefix() -> None:
    source = prefixed(plain())
    result = annotate(source, [finding("表!B2")])
    assert fills(result) == {"B2": "FFF8CBAD"}
    assert notes(result) == MARK
    assert own(result) == own(source)
    after = parts(result)
    assert b"<x:legacyDrawing" in after[SHEET]
    assert b"<x:fill>" in after[STYLES]


def test_backslashes_in_names() -> None:
    source = plain()
    names = {name: name.replace("/", "\\") if name.startswith("xl/") else name for name in parts(source)}
    odd = zipped({names[name]: content for name, content in parts(source).items()})
    result = annotate(odd, [finding("表!B2")])
    assert notes(result) == MARK
    assert own(result) == own(source)
    assert list(parts(result))[: len(names)] == list(names)


def test_utf16_sheet_and_standalone_declaration() -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != SHEET:
            return content
        text = content.decode().replace("<sheetView ", '<sheetView tabSelected="1" ')
        return ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")

    source = surgery(plain(), change)
    for findings in ([], [finding("表!B2")]):
        book = loaded(annotate(source, findings))
        assert [sheet.sheet_view.tabSelected for sheet in book] == [True, False]
        assert list(book["表"].values) == list(loaded(source)["表"].values)
    declared = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    source = surgery(plain(), within(SHEET, ("<worksheet", f"{declared}<worksheet")))
    assert parts(annotate(source, [finding("表!B2")]))[SHEET].startswith(f"{declared}<worksheet".encode())


@pytest.mark.parametrize("encoding", ["gb18030", "GBK", "ISO-8859-1", "US-ASCII"])
def test_a_part_in_an_encoding_that_not_every_reader_knows(encoding: str) -> None:
    """Its own letters are references; the copy is read by the fast look, which knows no such encoding."""
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'

    def change(name: str, content: bytes) -> bytes:
        inline = content.decode().replace(
            '<c r="A1" t="s"><v>0</v></c>', '<c r="A1" t="inlineStr"><is><t>项目</t></is></c>'
        )
        return declared.encode() + inline.encode("ascii", "xmlcharrefreplace") if name == SHEET else content

    source = surgery(plain(), change)
    assert "inlineStr" in parts(source)[SHEET].decode()
    copy = annotate(source, [finding("表!B2")])
    assert parts(copy)[SHEET].startswith(declared.encode())
    [grid] = [grid for grid in read_book(copy).grids if grid.sheet == "表"]
    assert [cell.value for cell in grid] == ["项目", 17]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("builtinId", "biltinId"),
        (
            '<patternFill patternType="gray125"/>',
            '<patternFill patternType="gray125"><extLst/></patternFill>',
        ),
        ('<family val="2"/>', '<family val="34"/><color rgb="#000000"/>'),
        ("</styleSheet>", '<extLst><ext uri="x"><y xmlns="urn:y"/></ext></extLst></styleSheet>'),
    ],
)
def test_odd_styles_are_kept(old: str, new: str) -> None:
    source = surgery(plain(), within(STYLES, (old, new)))
    result = parts(annotate(source, [finding("表!B2")]))
    assert new.encode() in result[STYLES]
    assert result[STYLES].count(b"FFF8CBAD") == 1
    back = surgery(annotate(source, [finding("表!B2")]), within(STYLES, (new, old)))
    assert (fills(back), notes(back)) == ({"B2": "FFF8CBAD"}, MARK)


@pytest.mark.parametrize("content", [b"", f'<styleSheet xmlns="{MAIN}"/>'.encode()])
def test_styles_missing_or_empty(content: bytes) -> None:
    def change(name: str, data: bytes) -> bytes | None:
        if name == STYLES:
            return content or None
        if content or name not in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
            return data
        return re.sub(rb"<(Override|Relationship) [^>]*styles[^>]*/>", b"", data)

    result = annotate(surgery(plain(), change), [finding("表!B2")])
    assert (fills(result), notes(result)) == ({"B2": "FFF8CBAD"}, MARK)
    assert loaded(result)["表"]["A1"].fill.patternType is None


def test_macros_and_content_type_stay() -> None:
    macro = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    ordinary = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    source = surgery(plain(), within("[Content_Types].xml", (ordinary, macro)), {"xl/vbaProject.bin": b"\x00VBA\xff"})
    after = parts(annotate(source, [finding("表!B2")]))
    assert after["xl/vbaProject.bin"] == b"\x00VBA\xff"
    assert macro.encode() in after["[Content_Types].xml"]


def test_cells_without_addresses() -> None:
    bare = '<row><c><v>1</v></c><c><v>2</v></c></row><row><c r="C2"><v>3</v></c><c><v>4</v></c></row>'
    data = f'<worksheet xmlns="{MAIN}"><sheetData>{bare}</sheetData></worksheet>'.encode()
    source = surgery(plain(), lambda name, content: data if name == SHEET else content)
    result = annotate(source, [finding("表!B1", "表!D2", "表!A2")])
    assert set(fills(result)) == {"B1", "D2", "A2"}
    assert own(result) == own(source)


def test_alternate_content_stays_and_the_drawing_goes_before_it() -> None:
    uri = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    controls = f'<mc:AlternateContent xmlns:mc="{uri}"><mc:Choice Requires="x14"/></mc:AlternateContent>'
    source = surgery(plain(), within(SHEET, ("</worksheet>", f"{controls}</worksheet>")))
    result = annotate(source, [finding("表!B2")])
    text = parts(result)[SHEET].decode()
    assert text.endswith(f"{controls}</worksheet>")
    assert re.search(r"<pageMargins [^>]*/><legacyDrawing [^>]*/><mc:", text)
    assert notes(result) == MARK


def test_chart_on_a_sheet_of_its_own_is_left_alone() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("表")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=表!$A$1:$A$2"})
    book.add_chartsheet("图").set_chart(chart)
    book.close()
    before, after = (
        parts(out.getvalue()),
        parts(annotate(out.getvalue(), [finding("图!B2"), finding("表!B2")])),
    )
    assert after["xl/chartsheets/sheet1.xml"] == before["xl/chartsheets/sheet1.xml"]
    assert "xl/comments1.xml" in after


def test_hidden_columns_to_the_end_leave_the_box_visible() -> None:
    book = openpyxl.Workbook()
    book.active.title = "表"
    book.active.column_dimensions.group("G", "XFD", hidden=True)
    after = parts(annotate(saved(book), [finding("表!F20", message="合计不符。" * 30)]))
    assert b"<x:Anchor>0, 0, 18, 13, " in after["xl/drawings/vmlDrawing1.vml"]


def _doctype(name: str, content: bytes) -> bytes:
    return b'<!DOCTYPE x [<!ENTITY e "e">]>' + content if name == SHEET else content


def _word(name: str, content: bytes) -> bytes:
    return b'<w:document xmlns:w="urn:w"/>' if name == "xl/workbook.xml" else content


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", "不是 .xlsx/.xlsm 工作簿"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "不是 .xlsx/.xlsm 工作簿"),
        (plain()[:-400], "不是 .xlsx/.xlsm 工作簿"),
        (zipped({"a.txt": b"a"}), "文件已损坏"),
        (surgery(plain(), within(SHEET, ("</sheetData>", ""))), "文件已损坏"),
        (surgery(plain(), _doctype), "文件已损坏"),
        (surgery(plain(), _word), "不是 Excel 工作簿"),
    ],
)
def test_what_cannot_be_annotated(source: bytes, reason: str) -> None:
    with pytest.raises(CannotAnnotate) as caught:
        annotate(source, [finding("表!B2")])
    assert caught.value.reason.render("zh").startswith(reason)


def test_a_sheet_whose_part_is_missing_is_listed_all_the_same() -> None:
    source = surgery(plain(), lambda name, content: None if name == SHEET else content)
    after = parts(annotate(source, [finding("表!B2")]))
    assert "合计不符".encode() in after["xl/worksheets/sheet1.xml"]


@needs_office
def test_libreoffice_opens_and_keeps_everything(tmp_path: Path) -> None:
    findings = [finding("部门整体!B10", "部门整体!E13"), finding("部门整体!C20"), finding("a'b!C3")]
    result = annotate(full_workbook(), findings)
    (tmp_path / "批注.xlsx").write_bytes(result)
    for kind in ("pdf", "xlsx:Calc MS Excel 2007 XML"):
        office(tmp_path, "--convert-to", kind, "--outdir", str(tmp_path / "out"), str(tmp_path / "批注.xlsx"))
    assert (tmp_path / "out" / "批注.pdf").read_bytes().startswith(b"%PDF")
    after = (tmp_path / "out" / "批注.xlsx").read_bytes()
    for name in ("部门整体", "a'b"):
        assert notes(after, name) == notes(result, name)
    fast = CalamineWorkbook.from_path(tmp_path / "out" / "批注.xlsx")
    assert fast.sheet_names == ["问题清单", "部门整体", "a'b"]
    assert fast.get_sheet_by_name("部门整体").to_python() == values(result)["部门整体"]
    assert fills(after, "部门整体")["B10"] == "FFF8CBAD"
