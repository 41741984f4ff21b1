"""Workbooks edited and written as XML: openpyxl takes up to a hundred times as long to load and save one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from containers import packed, parts_of
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles.numbers import builtin_format_id
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula

#: address of a cell with its sheet -> what is typed there
Cells = Mapping[str, Any]

_SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"')
_NUMBER_FORMAT = re.compile(r'numFmtId="\d+"')
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f'<styleSheet xmlns="{MAIN}">{{}}<fonts count="1"><font><name val="宋体"/><sz val="11"/></font></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1">{}</cellStyleXfs><cellXfs>{}</cellXfs></styleSheet>'
)
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Words(str):
    """A text that is none but a text, though it begins like a formula."""

    __slots__ = ()


def typed(address: str, value: Any, style: str = "") -> str:
    """The element of a cell: a number, text or date, nothing (``None`` or ``""``), or a formula without a result."""
    head = f'<c r="{address}"{style}'
    if value is None or value == "":
        return f"{head}/>"
    if isinstance(value, bool):
        return f'{head} t="b"><v>{value:d}</v></c>'
    if isinstance(value, datetime.date):
        return f"{head}><v>{to_excel(value)}</v></c>"
    if isinstance(value, ArrayFormula):
        return f'{head}><f t="array" ref="{value.ref}">{escape(str(value.text)[1:])}</f><v></v></c>'
    if isinstance(value, str) and value.startswith("=") and value != "=" and not isinstance(value, Words):
        return f"{head}><f>{escape(value[1:])}</f><v></v></c>"
    if value in ERROR_CODES:
        return f'{head} t="e"><v>{value}</v></c>'
    if isinstance(value, str):
        text = escape(value, {"\r": "&#13;"})
        return f'{head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    assert isinstance(value, int | float), f"{value!r} in {address}"
    return f"{head}><v>{value}</v></c>"


class Package:
    """The parts of a workbook that openpyxl or xlsxwriter wrote, to put other contents into its cells."""

    def __init__(self, data: bytes) -> None:
        self.parts = parts_of(data)
        names = _SHEET.findall(self.parts["xl/workbook.xml"].decode())
        self._sheets = {name: f"xl/worksheets/sheet{number}.xml" for number, name in enumerate(names, 1)}

    def has(self, addresses: Iterable[str]) -> bool:
        """Whether all these cells are written in the file; those without contents and style are not."""
        return all(
            f'<c r="{cell}"'.encode() in self.parts[self._sheets[sheet]]
            for sheet, cell in (address.split("!") for address in addresses)
        )

    @cache  # noqa: B019 -- no more packages are kept than _opened keeps
    def _covered(self, part: str) -> frozenset[str]:
        """The cells of merged areas but for the first of each."""
        areas = re.findall(rb'<mergeCell ref="([^"]+)"', self.parts[part])
        cells = (cells_of(area.decode()) for area in areas)
        return frozenset(cell for inside in cells for cell in inside[1:])

    def edited(self, cells: Cells, formats: Mapping[str, str] | None = None, more: Cells | None = None) -> bytes:
        """The workbook with other contents and number formats of cells, and with ``more`` parts in place of its own."""
        texts: dict[str, str] = {}
        formats = dict(formats or {})
        for address, value in cells.items():
            if isinstance(value, datetime.date):
                time = " h:mm:ss" if isinstance(value, datetime.datetime) else ""
                formats.setdefault(address, f"yyyy-mm-dd{time}")
        for address in {**cells, **formats}:
            sheet, cell = address.split("!")
            part = self._sheets[sheet]
            xml = texts.setdefault(part, self.parts[part].decode())
            old = re.search(rf'<c r="{cell}"(?: s="(\d+)")?([^>]*?)(/>|>.*?</c>)', xml, re.DOTALL)
            assert old, f"there is no cell {address}"
            assert cell not in self._covered(part), f"{address} is covered by the cell it is merged into"
            style = f' s="{old[1]}"' if old[1] else ""
            if address in formats:
                style = f' s="{self._style(texts, int(old[1] or 0), formats[address])}"'
            new = typed(cell, cells[address], style) if address in cells else f'<c r="{cell}"{style}{old[2]}{old[3]}'
            texts[part] = f"{xml[: old.start()]}{new}{xml[old.end() :]}"
        return packed(self.parts | {name: text.encode() for name, text in texts.items()} | (more or {}))

    def _style(self, texts: dict[str, str], number: int, code: str) -> int:
        """The number of a style like another one but for its number format."""
        part = "xl/styles.xml"
        xml = texts.setdefault(part, self.parts[part].decode())
        head, inside, tail = re.split("(?<=<cellXfs)([^>]*>.*?)(?=</cellXfs>)", xml, maxsplit=1, flags=re.DOTALL)
        styles = re.findall("<xf [^>]*?/>|<xf .*?</xf>", inside, re.DOTALL)
        new = builtin_format_id(code)
        if new is None:
            new = 900 + len(styles)
        styles.append(_NUMBER_FORMAT.sub(f'numFmtId="{new}"', styles[number], count=1))
        declared = f'<numFmt numFmtId="{new}" formatCode={quoteattr(code)}/>'
        if new < 900:
            pass
        elif "<numFmts" in head:
            head = head.replace("</numFmts>", f"{declared}</numFmts>")
        else:
            head = re.sub("(<styleSheet[^>]*>)", lambda match: f"{match[1]}<numFmts>{declared}</numFmts>", head)
        texts[part] = f"{head}>{''.join(styles)}{tail}"
        return len(styles) - 1


def cells_of(area: str) -> list[str]:
    left, top, right, bottom = range_boundaries(area)
    return [f"{get_column_letter(col)}{row}" for row in range(top, bottom + 1) for col in range(left, right + 1)]


#: the packages of workbooks that were edited last
_opened = lru_cache(maxsize=4)(Package)


def edited(data: bytes, cells: Cells, formats: Mapping[str, str] | None = None) -> bytes:
    """A workbook with other contents and number formats of cells; ``项目1!D7`` is an address."""
    return _opened(data).edited(cells, formats)


def replaced(data: bytes, *texts: tuple[str, str]) -> bytes:
    """A workbook in whose sheets each of these texts is another, wherever it is found."""
    parts = dict(_opened(data).parts)
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        xml = parts[name].decode()
        for old, new in texts:
            for written in (escape(old), escape(old).encode("ascii", "xmlcharrefreplace").decode()):
                xml = xml.replace(written, escape(new))
        parts[name] = xml.encode()
    return packed(parts)


class Sheet:
    """A sheet to be written; what a merged area covers is left out.

    Rows and columns count from 1; an area is first row, first column, last row and last column.
    """

    def __init__(
        self,
        name: str,
        cells: Mapping[tuple[int, int], Any],
        formats: Mapping[tuple[int, int], str] | None = None,
        merges: Iterable[tuple[int, int, int, int]] = (),
        heights: Mapping[int, float] | None = None,
    ) -> None:
        self.name, self.cells = name, cells
        self.formats, self.merges, self.heights = formats or {}, tuple(merges), heights or {}


def written(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of these sheets."""
    sheets = list(sheets)
    codes = sorted({code for sheet in sheets for code in sheet.formats.values()} - {"General"})
    styles = {"General": 0, **{code: number for number, code in enumerate(codes, 1)}}
    names = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"/>' for n, sheet in enumerate(sheets, 1)
    )
    links = [("officeDocument", "xl/workbook.xml")]
    inside = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)] + [("styles", "styles.xml")]
    pages = "".join(f'<Override PartName="/xl/{target}" ContentType="{TYPES}.{kind}+xml"/>' for kind, target in inside)
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>{pages}</Types>',
        "_rels/.rels": _relationships(links),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationships(inside),
        "xl/styles.xml": _styles(codes),
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheet, styles) for n, sheet in enumerate(sheets, 1)},
    }
    return packed({name: text.encode() for name, text in parts.items()})


def _relationships(links: Iterable[tuple[str, str]]) -> str:
    one = '<Relationship Id="rId{}" Type="{}/{}" Target="{}"/>'
    inside = "".join(one.format(number, RELATIONSHIPS, *link) for number, link in enumerate(links, 1))
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


def _styles(codes: Iterable[str]) -> str:
    """A style for each number format beside the usual one."""
    numbers = {164 + n if (known := builtin_format_id(code)) is None else known: code for n, code in enumerate(codes)}
    own = {number: code for number, code in numbers.items() if number > 163}
    declared = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for number, code in own.items())
    xf = '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0"/>'
    formats = f"<numFmts>{declared}</numFmts>" if declared else ""
    return STYLES.format(formats, xf.format(0), "".join(map(xf.format, (0, *numbers))))


def _sheet(sheet: Sheet, styles: Mapping[str, int]) -> str:
    rows: dict[int, list[int]] = {row: [] for row in sheet.heights}
    covered = {
        (row, col)
        for top, left, bottom, right in sheet.merges
        for row in range(top, bottom + 1)
        for col in range(left, right + 1)
        if (row, col) != (top, left)
    }
    for row, col in sheet.cells:
        if (row, col) not in covered:
            rows.setdefault(row, []).append(col)
    lines = []
    for row, columns in sorted(rows.items()):
        height = f' ht="{sheet.heights[row]}" customHeight="1"' if row in sheet.heights else ""
        cells = []
        for col in sorted(columns):
            style = styles[sheet.formats.get((row, col), "General")]
            address = f"{get_column_letter(col)}{row}"
            cells.append(typed(address, sheet.cells[row, col], f' s="{style}"' if style else ""))
        lines.append(f'<row r="{row}"{height}>{"".join(cells)}</row>')
    areas = "".join(
        f'<mergeCell ref="{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"/>'
        for top, left, bottom, right in sheet.merges
    )
    merged = f'<mergeCells count="{len(sheet.merges)}">{areas}</mergeCells>' if areas else ""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{merged}</worksheet>'
