"""The ten real forms as Word documents, laid out as they were pasted from Word; and small documents of raw XML."""

from __future__ import annotations

import io
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml

from perfxl.profiles import load

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "samples"))

import page  # noqa: E402
import paste  # noqa: E402

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = f'xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" ' + (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
PROFILE = load("hengyang_2020")
FORMS = tomllib.loads((ROOT / "samples/hengyang-2020/forms.toml").read_text("utf-8"))


def ten_forms(only: Iterable[str] = ()) -> bytes:
    """The forms one after the other in one document, in the order in which they were pasted; some of them by sheet."""
    by_sheet = {form["sheet"]: form for form in FORMS["forms"]}
    document = docx.Document()
    for name in only or FORMS["pasted_order"]:
        add_sheet(document, paste._sheet(PROFILE, by_sheet[name]))
    return saved(document)


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def add_sheet(document, sheet: page.Sheet) -> None:
    """What has a frame becomes a table, what has none the lines around it."""
    framed = [cell for cell in sheet.cells if cell.style in ("label", "text")]
    first, last = min(cell.row for cell in framed), max(cell.last_row for cell in framed)
    lines = sorted((cell for cell in sheet.cells if cell not in framed), key=lambda cell: (cell.row, cell.col))
    for row in sorted({cell.row for cell in lines if cell.row < first}):
        add_line(document, [cell.text for cell in lines if cell.row == row])
    append(document, table(framed, first, last, len(sheet.widths)))
    for row in sorted({cell.row for cell in lines if cell.row > last}):
        add_line(document, [cell.text for cell in lines if cell.row == row])


def add_line(document, texts: list[str]) -> None:
    document.add_paragraph("\t".join(texts))


def append(document, xml: str) -> None:
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))


def table(cells: list[page.Cell], first: int, last: int, width: int) -> str:
    """A table in raw XML, with gridSpan and vMerge."""
    at = {(row, cell.col): cell for cell in cells for row in range(cell.row, cell.last_row + 1)}
    rows = []
    for row in range(first, last + 1):
        out, col = [], 0
        while col < width:
            cell = at.get((row, col))
            end = cell.last_col if cell else col
            merge = ""
            if cell and cell.last_row > cell.row:
                merge = '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
            text = cell.text if cell and row == cell.row else ""
            out.append(tc(paragraphs(text), f'<w:gridSpan w:val="{end - col + 1}"/>{merge}'))
            col = end + 1
        rows.append(f"<w:tr>{''.join(out)}</w:tr>")
    grid = '<w:gridCol w:w="1500"/>' * width
    return f"<w:tbl {SPACES}><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content or '<w:p/>'}</w:tc>"


def paragraphs(text: str) -> str:
    return "".join(p(run(line)) for line in text.split("\n"))


def p(content: str) -> str:
    return f"<w:p>{content}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def raw(*blocks: str) -> bytes:
    """A document of raw XML blocks."""
    document = docx.Document()
    for block in blocks:
        space = block.index(">") if block[block.index(">") - 1] != "/" else block.index("/>")
        append(document, block[:space] + " " + SPACES + block[space:])
    return saved(document)


def rows(*lines: Iterable[str], grid: Iterable[int] = ()) -> str:
    """A raw table; every cell is the XML of ``tc``."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return (
        f"<w:tbl><w:tblGrid>{columns}</w:tblGrid>" + "".join(f"<w:tr>{''.join(x)}</w:tr>" for x in lines) + "</w:tbl>"
    )
