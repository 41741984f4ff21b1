"""The sample in other formats, made by hand where no program here can write them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape
from types import MappingProxyType
from typing import Any

from perfxl.formats import Grid, read_book
from perfxl.model import column_letters


def filled(grid: Grid) -> tuple[list[list[object]], dict[tuple[int, int], tuple[int, int]]]:
    """Rows of one length, and for every merged area that begins in a cell the rows and columns it spans."""
    width = max((len(row) for row in grid.rows), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in grid.rows]
    return rows, {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in grid.merges}


def covered(grid: Grid) -> set[tuple[int, int]]:
    return {
        (row, col)
        for top, left, bottom, right in grid.merges
        for row in range(top, bottom + 1)
        for col in range(left, right + 1)
        if (row, col) != (top, left)
    }


# ---------------------------------------------------------------- HTML and MHTML


def html_table(grid: Grid) -> str:
    rows, spans = filled(grid)
    hidden = covered(grid)
    out = []
    for number, row in enumerate(rows, 1):
        cells = []
        for col, value in enumerate(row, 1):
            if (number, col) not in hidden:
                down, across = spans.get((number, col), (1, 1))
                text = escape(shown(value)).replace("\n", "<br>")
                cells.append(f"<td rowspan={down} colspan={across}>{text}</td>")
        out.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(out)}</table>"


def shown(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def html(grids: Sequence[Grid], charset: str = "utf-8", names: bool = True) -> str:
    sheets = "".join(f"<x:ExcelWorksheet><x:Name>{grid.sheet}</x:Name></x:ExcelWorksheet>" for grid in grids)
    head = f"<!--[if gte mso 9]><xml><x:ExcelWorkbook>{sheets}</x:ExcelWorkbook></xml><![endif]-->" if names else ""
    return (
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type '
        f'content="text/html; charset={charset}">{head}<style>td {{ color: red }}</style></head><body>'
        + "".join(html_table(grid) for grid in grids)
        + "</body></html>"
    )


def mhtml(grids: Sequence[Grid]) -> bytes:
    """A page of frames as Excel saves it: one part that names the sheets, one part a sheet."""
    message = MIMEMultipart("related")
    frames = html(grids).partition("<style>")[0] + "</head><frameset></frameset></html>"
    message.attach(MIMEText(frames, "html", "utf-8"))
    for grid in grids:
        message.attach(MIMEText(html([grid], "gb2312", names=False), "html", "gb18030"))
    return message.as_bytes()


# ---------------------------------------------------------------- XML 2003


def spreadsheetml(data: bytes) -> str:
    """The sheets of a workbook as XML 2003: with gaps in rows and cells, and formulas in R1C1."""
    out = [
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" ',
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">',
        '<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style><Style ss:ID="q" ss:Parent="p"/></Styles>',
    ]
    for grid in read_book(data).grids:
        rows, spans = filled(grid)
        hidden = covered(grid)
        out.append(f'<Worksheet ss:Name="{grid.sheet}"><Table>')
        for number, row in enumerate(rows, 1):
            cells = [
                _cell(col, value, spans.get((number, col)))
                for col, value in enumerate(row, 1)
                if (number, col) not in hidden and (value != "" or (number, col) in spans)
            ]
            if cells:
                out.append(f'<Row ss:Index="{number}">{"".join(cells)}</Row>')
        out.append("</Table></Worksheet>")
    return "".join(out) + "</Workbook>"


def _cell(col: int, value: object, span: tuple[int, int] | None) -> str:
    merge = f' ss:MergeDown="{span[0] - 1}" ss:MergeAcross="{span[1] - 1}"' if span else ""
    kind = "Number" if isinstance(value, float | int) else "String"
    text = escape(shown(value)).replace("\n", "&#10;")
    data = f'<Data ss:Type="{kind}">{text}</Data>' if value != "" else ""
    return f'<Cell ss:Index="{col}"{merge}>{data}<Comment><Data>批注</Data></Comment></Cell>'


# ---------------------------------------------------------------- xlsb


#: sheet -> address -> the code of a number format; sheet -> address -> the number of an error
Marked = Mapping[str, Mapping[str, Any]]


def xlsb(
    data: bytes, formats: Marked = MappingProxyType({}), errors: Marked = MappingProxyType({}), hidden: str = ""
) -> bytes:
    """A binary workbook with the cells and merged areas of a workbook, and no more.

    Some cells may get a number format or an error; of the sheet ``hidden`` row 8 and column D are not shown.
    """
    codes = list(dict.fromkeys(code for sheet in formats.values() for code in sheet.values()))
    return xlsb_of(
        {
            grid.sheet: _binary_sheet(
                grid,
                {address: 1 + codes.index(code) for address, code in formats.get(grid.sheet, {}).items()},
                errors.get(grid.sheet, {}),
                hide=grid.sheet == hidden,
            )
            for grid in read_book(data).grids
        },
        _binary_styles(codes),
    )


def _binary_styles(codes: Sequence[str]) -> bytes:
    """The parent of all styles, then General, then one style for each code: built-in ones by their number."""
    own = {code: number for number, code in enumerate(codes, 164) if code not in BUILT_IN}
    numbers = [0, *(own.get(code) or BUILT_IN[code] for code in codes)]
    formats = b"".join(_record(44, struct.pack("<H", number) + _wide(code)) for code, number in own.items())
    styles = [_record(47, struct.pack("<HHHHHBBHH", 0, number, 0, 0, 0, 0, 0, 0, 0)) for number in numbers]
    parent = _record(626, struct.pack("<I", 1)) + _record(47, struct.pack("<HH12x", 0xFFFF, 9)) + _record(627)
    cells = _record(617, struct.pack("<I", len(styles))) + b"".join(styles) + _record(618)
    return _record(278) + _record(615, struct.pack("<I", len(own))) + formats + _record(616) + parent + cells


BUILT_IN = {"0%": 9, "0.00%": 10, "0.00": 2}


def xlsb_of_cell(row: int, col: int) -> bytes:
    """A binary workbook with one cell somewhere."""
    sheet = [(129, b""), (148, struct.pack("<4I", 0, row - 1, 0, col - 1)), (145, b"")]
    sheet += [
        (0, struct.pack("<IIHBBBI", row - 1, 0, 300, 0, 0, 0, 0)),
        (6, struct.pack("<II", col - 1, 0) + _wide("x")),
    ]
    return xlsb_of({"S": b"".join(_record(*record) for record in [*sheet, (146, b""), (130, b"")])})


def xlsb_of(named: dict[str, bytes], styles: bytes = b"") -> bytes:
    """A binary workbook of sheets."""
    parts = {f"worksheets/sheet{number}.bin": sheet for number, sheet in enumerate(named.values(), 1)}
    sheets = b"".join(
        _record(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
        for number, name in enumerate(named, 1)
    )
    parts["workbook.bin"] = _record(131) + _record(143) + sheets + _record(144) + _record(132)
    types = "".join(f'<Override PartName="/xl/{name}" ContentType="{_type(name)}"/>' for name in parts)
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_REL}/worksheet" Target="worksheets/sheet{number}.bin"/>'
        for number in range(1, len(named) + 1)
    )
    top = f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.bin"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>')
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{top}</Relationships>')
        archive.writestr(
            "xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
        )
        for name, content in parts.items():
            archive.writestr(f"xl/{name}", content)
        if styles:
            archive.writestr("xl/styles.bin", styles)
    return buffer.getvalue()


_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _type(name: str) -> str:
    binary = "application/vnd.ms-excel."
    return binary + ("sheet.binary.macroEnabled.main" if name == "workbook.bin" else "worksheet")


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size, length = len(body), b""
    while True:
        length += bytes([size & 127 | (128 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + body


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def _binary_sheet(grid: Grid, styles: Mapping[str, int], errors: Mapping[str, int], *, hide: bool) -> bytes:
    rows, _ = filled(grid)
    width = max((len(row) for row in rows), default=1)
    out = _record(129) + _record(148, struct.pack("<4I", 0, max(len(rows) - 1, 0), 0, width - 1))
    if hide:
        out += _record(390) + _record(60, struct.pack("<4IH", 3, 3, 2000, 0, 1)) + _record(391)
    out += _record(145)
    for number, row in enumerate(rows):
        gone = 0x10 if hide and number == 7 else 0
        out += _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, gone, 0, 0))
        for col, value in enumerate(row):
            address = f"{column_letters(col + 1)}{number + 1}"
            place = struct.pack("<II", col, styles.get(address, 0))
            if address in errors:
                out += _record(3, place + bytes([errors[address]]))
            elif isinstance(value, float) and value * 100 == int(value * 100):  # as Excel writes a short number
                out += _record(2, place + struct.pack("<I", (int(value * 100) << 2 & 0xFFFF_FFFF) | 3))
            elif isinstance(value, float | int):
                out += _record(5, place + struct.pack("<d", value))
            elif value != "":
                out += _record(6, place + _wide(str(value)))
    out += _record(146)
    if grid.merges:
        areas = [
            struct.pack("<4I", top - 1, bottom - 1, left - 1, right - 1) for top, left, bottom, right in grid.merges
        ]
        out += (
            _record(177, struct.pack("<I", len(areas))) + b"".join(_record(176, area) for area in areas) + _record(178)
        )
    return out + _record(130)
