"""The bytes of workbooks, taken apart and put together again with parts that are not as they should be."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "samples/hengyang-2020/中共衡阳市委编办_绩效目标申报表.clean.xlsx"
#: the only one of the samples with shared strings
PASTED = ROOT / "samples/hengyang-2020/中共衡阳市委编办_Word粘贴.xlsx"
TYPED = ROOT / "samples/hengyang-2020/中共衡阳市委编办_绩效目标申报表.xlsx"


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def changed(data: bytes, *changes: tuple[str, Callable[[bytes], bytes]]) -> bytes:
    """Some parts made other: (pattern of the name, what becomes of the content). A pattern that fits nothing fails."""
    parts = parts_of(data)
    for pattern, change in changes:
        names = [name for name in parts if re.fullmatch(pattern, name)]
        assert names, f"no part {pattern}"
        for name in names:
            before = parts[name]
            parts[name] = change(before)
            assert parts[name] != before, f"nothing changed in {name}"
    return packed(parts)


def without(data: bytes, pattern: str) -> bytes:
    """The container less some parts."""
    parts = parts_of(data)
    kept = {name: content for name, content in parts.items() if not re.fullmatch(pattern, name)}
    assert len(kept) < len(parts)
    return packed(kept)


def book(*sheets: str) -> openpyxl.Workbook:
    """A new workbook with these sheets, the first of them active."""
    made = openpyxl.Workbook()
    made.active.title = sheets[0] if sheets else "S"
    for name in sheets[1:]:
        made.create_sheet(name)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def sheet_part(data: bytes, sheet: str) -> str:
    """The part that holds a sheet, in a workbook that openpyxl or xlsxwriter wrote."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = re.findall(r'<sheet [^>]*?name="([^"]*)"', archive.read("xl/workbook.xml").decode())
    number = names.index(sheet) + 1
    return f"xl/worksheets/sheet{number}.xml"


def put_cells(data: bytes, sheet: str, cells: Mapping[str, str]) -> bytes:
    """Raw ``<c>`` elements in the place of those that a sheet holds; ``{s}`` stands for the style of the old one."""
    xml = parts_of(data)[name := sheet_part(data, sheet)].decode()
    for address, raw in cells.items():
        old = re.search(rf'<c r="{address}"([^>]*?)(?:/>|>.*?</c>)', xml, re.DOTALL)
        assert old, f"{sheet} has no cell {address}"
        style = re.search(r's="(\d+)"', old[1])
        new = raw.replace("{s}", f's="{style[1] if style else 0}"')
        xml = xml[: old.start()] + new + xml[old.end() :]
    return changed(data, (re.escape(name), lambda _: xml.encode()))
