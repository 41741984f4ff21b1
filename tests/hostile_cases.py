"""Files that are made to hurt whoever opens them: each small to send, each with what must come of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from typing import NamedTuple

import openpyxl
from containers import TYPED, changed, packed, parts_of, saved
from small_forms import FOOT, HEADS, WRITTEN

GOOD = TYPED.read_bytes()
SHEET = "xl/worksheets/sheet3.xml"
ONE = r"xl/worksheets/sheet3\.xml"
LABELS = (
    "项目名称",
    "资金总额",
    "项目负责人",
    "年度绩效目标",
    "三级指标",
    "指标值",
    "数量指标",
    "一级指标",
    "二级指标",
)


class Hostile(NamedTuple):
    """A file, what it is called in the docs, and whether it is refused (``read`` otherwise)."""

    name: str
    make: Callable[[], bytes]
    refused: bool
    ending: str = "xlsx"


def rows(xml: bytes) -> Callable[[bytes], bytes]:
    """These rows behind those of a sheet."""
    return lambda sheet: sheet.replace(b"</sheetData>", xml + b"</sheetData>")


def with_rows(xml: bytes, part: str = ONE) -> bytes:
    return changed(GOOD, (part, rows(xml)))


def with_part(name: str, content: bytes) -> bytes:
    return packed(parts_of(GOOD) | {name: content})


def text_rows(numbers: Iterable[int], columns: int, cell: Callable[[int, str], str]) -> bytes:
    letters = [openpyxl.utils.get_column_letter(col) for col in range(1, columns + 1)]
    return "".join(
        f'<row r="{row}">' + "".join(cell(row, f"{letter}{row}") for letter in letters) + "</row>" for row in numbers
    ).encode()


def inline(text: str) -> Callable[[int, str], str]:
    return lambda row, address: f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def repeated_string(length: int = 32_000, count: int = 200_000) -> bytes:
    """One long shared string, shown by very many cells."""
    strings = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"长" * length}</t></si></sst>'
    ).encode()
    body = text_rows(range(100, 100 + count // 200), 200, lambda row, a: f'<c r="{a}" t="s"><v>0</v></c>')
    data = changed(
        with_rows(body),
        (r"\[Content_Types\]\.xml", lambda x: x.replace(
            b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
            b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>')),
        (r"xl/_rels/workbook\.xml\.rels", lambda x: x.replace(
            b"</Relationships>", b'<Relationship Id="rIdS" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            b'relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>')),
    )  # fmt: skip
    return packed(parts_of(data) | {"xl/sharedStrings.xml": strings})


def merges(areas: Iterable[str]) -> bytes:
    xml = "".join(f'<mergeCell ref="{area}"/>' for area in areas).encode()
    return changed(GOOD, (ONE, lambda sheet: re.sub(rb"(<mergeCells[^>]*>)", rb"\1" + xml, sheet)))


def corners(sheets: int) -> bytes:
    """Very many sheets with one cell each, as far away as is still near."""
    made = openpyxl.Workbook(write_only=False)
    for _ in range(sheets):
        made.create_sheet()["IV4999"] = 1
    return saved(made)


def ods(body: str) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0" '
        f'xmlns:text="{office}text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


def ods_cell(columns: int, text: str = "x") -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def drawing_without_ends() -> bytes:
    """A note's drawing in which a million boxes begin and none ends."""
    made = openpyxl.load_workbook(io.BytesIO(GOOD))
    made["项目1"]["D7"].comment = openpyxl.comments.Comment("x", "y")
    return changed(saved(made), (r".*Drawing.*\.vml", lambda x: x.replace(b"</xml>", b"<v:shape " * 10**6 + b"</xml>")))


def levels_apart(forms: int, lines: int) -> bytes:
    """Forms below each other whose levels are not merged and fit in very many ways, and many cells with lines below."""
    made = openpyxl.Workbook()
    sheet = made.active
    seconds = [second for below in WRITTEN.values() for second in below]
    for _ in range(forms):
        for head in HEADS:
            sheet.append(head)
        for n in range(lines):
            first = ("产出指标", "效益指标")[n // 9 % 2] if n % 9 == 3 else None
            sheet.append(
                [None, first, seconds[n // 3 % len(seconds)] if n % 3 == 1 else None, f"第{n}项工作", "按计划"]
            )
        sheet.append(FOOT)
    line = openpyxl.styles.Border(bottom=openpyxl.styles.Side(style="thin"))
    for row in sheet.iter_rows(min_row=sheet.max_row + 2, max_row=4990, max_col=150_000 // 4990):
        for cell in row:
            cell.border = line
    return saved(made)


def comment_of_views(xml: bytes) -> bytes:
    return xml.replace(b"<sheetData>", b"<!--" + b"<sheetView " * 250_000 + b"--><sheetData>")


def defined_names(xml: bytes) -> bytes:
    names = b"".join(b'<definedName name="n%d">1</definedName>' % number for number in range(10**6))
    return xml.replace(b"<definedNames>", b"<definedNames>" + names)


def deep(xml: bytes) -> bytes:
    return xml.replace(b"</styleSheet>", b"<x>" * 100_000 + b"</x>" * 100_000 + b"</styleSheet>")


def brackets(xml: bytes) -> bytes:
    return re.sub(rb'formatCode="[^"]*"', b'formatCode="' + b"[" * 10**6 + b'"', xml)


def pairs_of_cells() -> bytes:
    letters = [openpyxl.utils.get_column_letter(col) for col in range(1, 103)]
    return merges(f"{letter}{row}:{letter}{row + 1}" for row in range(100, 4000, 2) for letter in letters)


def labels(row: int, address: str) -> str:
    return inline(LABELS[(row + len(address)) % len(LABELS)])(row, address)


def whole_sheet() -> bytes:
    return merges(f"A{row}:XFD1048576" for row in range(100, 2100))


def ods_rows(times: int, cell: str) -> bytes:
    return ods(f'<table:table-row table:number-rows-repeated="{times}">{cell}</table:table-row>')


CASES = (
    Hostile("300 MB of nothing beside the sheets", lambda: with_part("xl/media/b.bin", bytes(300 << 20)), True),
    Hostile("300 MB of nothing in a sheet", lambda: with_rows(b" " * (300 << 20)), True),
    Hostile("60 MB of nothing in a sheet", lambda: with_rows(b" " * (60 << 20)), False),
    Hostile("110 MB of texts in a sheet", lambda: with_rows(text_rows(range(100, 3900), 200, inline("长" * 30))), True),
    Hostile("16,384 columns in 40 rows", lambda: with_rows(text_rows(range(100, 140), 16_384, inline("x"))), False),
    Hostile("a million rows", lambda: with_rows(text_rows(range(100, 1_048_577), 1, inline("x"))), False),
    Hostile("one text of 32,000 letters in 200,000 cells", repeated_string, True),
    Hostile("one text of 32,000 letters in 200 cells", lambda: repeated_string(count=200), False),
    Hostile("a text of 40,000 letters in 400 cells", lambda: with_rows(
        text_rows(range(100, 102), 200, inline("长" * 40_000))), False),
    Hostile("1.2 million short texts", lambda: with_rows(text_rows(range(100, 4900), 250, inline("x"))), True),
    Hostile("290,000 short texts", lambda: with_rows(text_rows(range(100, 1260), 250, inline("x"))), False),
    Hostile("200,000 labels of the forms", lambda: with_rows(text_rows(range(100, 900), 250, labels)), False),
    Hostile("4,000 titles of forms", lambda: with_rows(
        text_rows(range(100, 4100), 1, inline("项目支出绩效目标申报表"))), False),
    Hostile("99 forms with levels apart", lambda: levels_apart(99, 30), False),
    Hostile("40 tables whose levels fit in very many ways", lambda: levels_apart(40, 96), False),
    Hostile("2,000 merged areas of the whole sheet", whole_sheet, True),
    Hostile("200,000 merged areas", pairs_of_cells, True),
    Hostile("1,000 sheets with a cell in IV4999", lambda: corners(1000), True),
    Hostile("12 sheets with a cell in IV4999", lambda: corners(12), False),
    Hostile("20,000 parts", lambda: packed(parts_of(GOOD) | {f"xl/x/{n}.xml": b"" for n in range(20_000)}), True),
    Hostile("a million defined names", lambda: changed(GOOD, (r"xl/workbook\.xml", defined_names)), True),
    Hostile("elements 100,000 deep", lambda: changed(GOOD, (r"xl/styles\.xml", deep)), False),
    Hostile("a number format of a million brackets", lambda: changed(GOOD, (r"xl/styles\.xml", brackets)), False),
    Hostile("a million boxes of notes without an end", drawing_without_ends, False),
    Hostile("3 million views in comments", lambda: changed(GOOD, (r"xl/worksheets/sheet\d+\.xml", comment_of_views)),
            False),
    Hostile(".ods: a cell repeated over 16,384 columns", lambda: ods_rows(4000, ods_cell(16_384)), True, "ods"),
    Hostile(".ods: a row repeated a million times", lambda: ods_rows(10**6, ods_cell(250)), True, "ods"),
    Hostile(".ods: 30,000 letters in a million cells", lambda: ods_rows(
        4900, ods_cell(250, "长" * 30_000)), True, "ods"),
)  # fmt: skip
