"""A workbook with macros and all else that Excel and WPS put into one and that a load and save would lose."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import xlsxwriter
from annotated_books import X14, XM, surgery

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
WPS = "http://www.wps.cn/officeDocument/2017/etCustomData"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FORM, LISTS, HIDDEN, DEEP = "部门整体", "字典", "测算", "深藏"


def picture() -> bytes:
    """A red dot, as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def everything() -> bytes:
    """The bytes of the .xlsm."""
    return _with_parts(_written())


def _written() -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_vba_project(BytesIO(b"\xd0\xcf\x11\xe0 no real project, but bytes to be kept"), is_stream=True)
    book.set_vba_name("ThisWorkbook")
    form, lists, hidden, deep = (book.add_worksheet(name) for name in (FORM, LISTS, HIDDEN, DEEP))
    for number, sheet in enumerate((form, lists, hidden, deep), 1):
        sheet.set_vba_name(f"Sheet{number}")
    hidden.hide()
    deep.very_hidden()
    hidden.write("B9", 17)
    deep.write("A1", "秘")
    lists.write_column("A1", ["是", "否", "部分"])
    lists.add_table("C1:D3", {"columns": [{"header": "甲"}, {"header": "乙"}]})
    _form(book, form)
    book.define_name("合计", f"={FORM}!$B$10")
    book.define_name(f"{LISTS}!选项", f"={LISTS}!$A$1:$A$3")
    book.set_custom_property("批次", "2020-1")
    book.set_properties({"author": "张三", "title": "申报表"})
    book.close()
    return out.getvalue()


def _form(book: xlsxwriter.Workbook, form: xlsxwriter.worksheet.Worksheet) -> None:
    money = book.add_format({"num_format": "#,##0.00", "bg_color": "#FFF2CC", "locked": False})
    form.merge_range("A1:F1", "部门整体支出", book.add_format({"bold": True, "bg_color": "#DDEBF7", "pattern": 4}))
    form.write_rich_string("A2", "项", book.add_format({"bold": True, "font_color": "red"}), "目")
    for row in range(6):
        form.write_row(row + 3, 0, [f"任务{row}", 10 + row, 20.5, row], money)
    form.write_formula("B10", "=SUM(B4:B9)", money, 75)
    form.write_array_formula("C10:C10", "{=SUM(B4:B9*C4:C9)}", money, 1537.5)
    form.write_formula("D4", "=B4+1", money, 11)
    form.write_formula("D5", "=B5+1", money, 12)
    form.write_formula("E4", "=[1]汇总!$B$9", money, 4)
    form.write_formula("E5", '=_xlfn.DISPIMG("ID_1",1)', None, '=DISPIMG("ID_1",1)')
    form.insert_textbox("H2", "填表说明")
    form.insert_image("H14", "印章.png", {"image_data": BytesIO(picture())})
    form.insert_button("H18", {"caption": "核对", "macro": "check"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={FORM}!$B$4:$B$9"})
    form.insert_chart("H24", chart)
    form.conditional_format("B4:B9", {"type": "data_bar", "data_bar_2010": True})
    form.conditional_format("C4:C9", {"type": "cell", "criteria": ">", "value": 9, "format": None})
    form.conditional_format("D4:D9", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    form.add_sparkline("G4", {"range": f"{FORM}!B4:D4"})
    form.data_validation("D6:D9", {"validate": "list", "source": ["是", "否"]})
    form.write_url("A12", "https://example.org/", string="办法")
    form.write_comment("B5", "按批复数填", {"author": "张三"})
    form.write_comment("B6", "[线程批注] 请核", {"author": "tc={7D1D4F6A-0000-4000-8000-000000000001}"})
    form.repeat_rows(0, 2)
    form.print_area("A1:F14")
    form.set_header("&C&G", {"image_center": "章.png", "image_data_center": BytesIO(picture())})
    form.set_h_pagebreaks([8])
    form.set_landscape()
    form.set_row(10, None, None, {"hidden": True, "level": 1})
    form.set_column("F:F", 12, None, {"hidden": True})
    form.freeze_panes(3, 1)
    form.ignore_errors({"number_stored_as_text": "A1:A9"})
    form.protect("密码", {"format_cells": True})


_LINKS = '<externalReferences><externalReference r:id="rIdL"/></externalReferences>'
_SHEET = "xl/worksheets/sheet1.xml"
_RELS = "xl/worksheets/_rels/sheet1.xml.rels"


def _with_parts(data: bytes) -> bytes:
    """What xlsxwriter cannot write is added as Excel and WPS write it."""
    uri = "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"
    validations = (
        f'<ext uri="{uri}" xmlns:x14="{X14}"><x14:dataValidations count="1" xmlns:xm="{XM}"><x14:dataValidation '
        f'type="list"><x14:formula1><xm:f>{LISTS}!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>E6</xm:sqref>'
        "</x14:dataValidation></x14:dataValidations></ext>"
    )
    shared = ("<f>B4+1</f>", '<f t="shared" ref="D4:D5" si="0">B4+1</f>'), (
        "<f>B5+1</f>", '<f t="shared" si="0"/>'
    )  # fmt: skip
    changes = {
        _SHEET: [("</extLst></worksheet>", f"{validations}</extLst></worksheet>"), *shared],
        _RELS: [("</Relationships>", _arrow("rIdT", "http://schemas.microsoft.com/office/2017/10/relationships/"
                                            "threadedComment", "../threadedComments/threadedComment1.xml"))],
        "xl/_rels/workbook.xml.rels": [
            ("</Relationships>", _arrow("rIdP", "http://schemas.microsoft.com/office/2017/10/relationships/person",
                                        "persons/person.xml")),
            ("</Relationships>", _arrow("rIdL", f"{OFFICE}/externalLink", "externalLinks/externalLink1.xml")),
            ("</Relationships>", _arrow("rIdC", f"{OFFICE}/customXml", "../customXml/item1.xml")),
            ("</Relationships>", _arrow("rIdI", "http://www.wps.cn/officeDocument/2020/cellImage", "cellimages.xml")),
        ],
        "xl/workbook.xml": [
            ("<definedNames>", f"{_LINKS}<definedNames>")
        ],
        "[Content_Types].xml": [("</Types>", _types())],
    }  # fmt: skip

    def change(name: str, content: bytes) -> bytes:
        for old, new in changes.get(name, ()):
            assert content.count(old.encode()) == 1, (name, old)
            whole = new if old not in ("</Relationships>", "</Types>") else new + old
            content = content.replace(old.encode(), whole.encode())
        return content

    return surgery(data, change, _added())


def _arrow(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identifier}" Type="{kind}" Target="{target}"/>'


def _types() -> str:
    ms, main = "application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = {
        "/xl/threadedComments/threadedComment1.xml": f"{ms}.threadedcomments+xml",
        "/xl/persons/person.xml": f"{ms}.person+xml",
        "/xl/externalLinks/externalLink1.xml": f"{main}.externalLink+xml",
        "/xl/cellimages.xml": "application/vnd.wps-officedocument.cellimage+xml",
        "/customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    }
    return "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items())


def _added() -> dict[str, bytes]:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    book = f'<externalBook xmlns:r="{OFFICE}" r:id="rId1"><sheetNames><sheetName val="汇总"/></sheetNames>'
    parts = {
        "xl/threadedComments/threadedComment1.xml": (
            f'<ThreadedComments xmlns="{THREADED}"><threadedComment ref="B6" dT="2020-03-01T08:00:00.00" '
            'personId="{5E2B7C7A-0000-4000-8000-000000000001}" id="{7D1D4F6A-0000-4000-8000-000000000001}">'
            "<text>请核</text></threadedComment></ThreadedComments>"
        ),
        "xl/persons/person.xml": (
            f'<personList xmlns="{THREADED}"><person displayName="张三" id="{{5E2B7C7A-0000-4000-8000-000000000001}}" '
            'userId="张三" providerId="None"/></personList>'
        ),
        "xl/externalLinks/externalLink1.xml": (
            f'<externalLink xmlns="{MAIN}">{book}<sheetDataSet><sheetData sheetId="0"><row r="9"><cell r="B9">'
            "<v>4</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>"
        ),
        "xl/externalLinks/_rels/externalLink1.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/externalLinkPath" '
            'Target="file:///C:/汇总.xlsx" TargetMode="External"/></Relationships>'
        ),
        "xl/cellimages.xml": (
            f'<etc:cellImages xmlns:etc="{WPS}" xmlns:xdr="{DRAWING}/spreadsheetDrawing" xmlns:a="{DRAWING}/main" '
            f'xmlns:r="{OFFICE}"><etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="ID_1"/><xdr:cNvPicPr/>'
            '</xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill><xdr:spPr/></xdr:pic>'
            "</etc:cellImage></etc:cellImages>"
        ),
        "xl/_rels/cellimages.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/image" '
            'Target="media/cell1.png"/></Relationships>'
        ),
        "customXml/item1.xml": '<项目 xmlns="urn:x-test:form"><编号>1</编号></项目>',
        "customXml/itemProps1.xml": (
            '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
            'ds:itemID="{A0B1C2D3-0000-4000-8000-000000000001}"><ds:schemaRefs/></ds:datastoreItem>'
        ),
        "customXml/_rels/item1.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/customXmlProps" '
            'Target="itemProps1.xml"/></Relationships>'
        ),
    }
    return {name: (head + text).encode() for name, text in parts.items()} | {"xl/media/cell1.png": picture()}
