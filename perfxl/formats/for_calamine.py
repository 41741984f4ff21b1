"""What calamine is given of an .xlsx: the sheets with their cells, texts and formats in a container made here.

So it meets neither odd names, tabs that point at nothing and sheets without cells, nor declared sizes, macros, pictures
or any other part that nobody reads.
"""

from __future__ import annotations

import io
import re
import zipfile

from perfxl.formats.grid import Merge
from perfxl.formats.package import Package
from perfxl.formats.workbook_parts import Parts
from perfxl.model import column_number

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
#: an office program writes its size within so many bytes
_HEAD = 4096
_DIMENSION = re.compile(rb"<dimension\b[^<>]*(?:/>|>\s*</dimension>)")
_DATA_ENDS = b"</sheetData>"
_ERROR = re.compile(rb'(<c [^<>]*t="e"[^<>]*>(?:<f[^<>]*/>|<f[^<>]*>[^<]*</f>)?<v>)[^<]*')
_MERGED = re.compile(rb'<mergeCell\s[^<>]*?ref="([^"]*)"')
_EDGE = re.compile(r"\$?([A-Za-z]{0,3})\$?([0-9]{0,7})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


def container(package: Package, parts: Parts) -> bytes:
    """A workbook of the sheets that have cells, in the order of their tabs."""
    tabs = [tab for tab in parts.tabs if tab.has_cells]
    sheets, links = "", ""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for number, tab in enumerate(tabs, 1):
            sheets += f'<sheet name="{number}" sheetId="{number}" r:id="rId{number}"/>'
            links += _link(number, "worksheet", f"worksheets/sheet{number}.xml")
            made.writestr(f"xl/worksheets/sheet{number}.xml", _cells(package.part(tab.part)))
        for name, part in (("sharedStrings", parts.strings), ("styles", parts.styles)):
            if part:
                links += _link(f"_{name}", name, f"{name}.xml")
                made.writestr(f"xl/{name}.xml", package.part(part))
        made.writestr("[Content_Types].xml", f'<Types xmlns="{_TYPES}"/>')
        start = _link(1, "officeDocument", "xl/workbook.xml")
        made.writestr("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}">{start}</Relationships>')
        made.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><workbookPr date1904="{parts.since_1904:d}"/>'
            f"<sheets>{sheets}</sheets></workbook>",
        )
        made.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>')
    return out.getvalue()


def _link(number: object, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'


def _cells(xml: bytes) -> bytes:
    """A sheet up to its last cell, without the size that it declares."""
    whole = _DIMENSION.sub(b"", xml[:_HEAD], count=1) + xml[_HEAD:]
    if b't="e"' in whole:
        whole = _ERROR.sub(rb"\1#N/A", whole)  # it stops at one that it does not know, and tells none of them
    end = whole.rfind(_DATA_ENDS)
    return whole if end < 0 else whole[: end + len(_DATA_ENDS)] + b"</worksheet>"


def merged_areas(xml: bytes) -> list[Merge]:
    """The merged areas of a sheet: top, left, bottom, right. One of whole rows or columns reaches to their ends."""
    found = []
    end = xml.rfind(_DATA_ENDS)
    for match in _MERGED.finditer(xml, max(end, 0)):
        first, _, last = match[1].decode("ascii", "replace").strip().partition(":")
        begin, finish = _EDGE.fullmatch(first), _EDGE.fullmatch(last or first)
        if begin and finish and (begin[1] or begin[2]):
            top, left = int(begin[2] or 1), column_number(begin[1].upper()) if begin[1] else 1
            bottom = int(finish[2] or _LAST_ROW)
            right = column_number(finish[1].upper()) if finish[1] else _LAST_COLUMN
            found.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))
    return found
