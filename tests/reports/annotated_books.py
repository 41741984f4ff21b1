"""Real workbooks for the tests of the annotated copy, and ways to look at what became of them."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from python_calamine import CalamineWorkbook

from perfxl.model import Finding, Ref, Severity

FILE = "教育局.xlsx"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


def ref(place: str, file: str = FILE) -> Ref:
    sheet, _, cell = place.rpartition("!")
    letters, row = coordinate_from_string(cell)
    return Ref(file, sheet, row, column_index_from_string(letters))


def finding(*places: str, message: str = "合计不符", code: str = "SUM-10", **more: Any) -> Finding:
    more = {"severity": Severity.ERROR, "name": "合计", "file": FILE, "unit": "教育局", **more}
    return Finding(code=code, message=message, cells=tuple(map(ref, places)), **more)


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def loaded(data: bytes, **options: Any) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*extension is not supported")
        return openpyxl.load_workbook(BytesIO(data), **options)


#: a workbook to be looked at only
_seen = lru_cache(maxsize=2)(loaded)


def plain(**cells: object) -> bytes:
    """One sheet named 表 with these cells."""
    book = openpyxl.Workbook()
    book.active.title = "表"
    for place, value in ({"A1": "项目", "B2": 17} | cells).items():
        book.active[place] = value
    return saved(book)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(entries: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return out.getvalue()


def surgery(data: bytes, change: Callable[[str, bytes], bytes | None], added: dict[str, bytes] | None = None) -> bytes:
    """The package with each part changed, those for which ``change`` gives ``None`` left out."""
    changed = {name: change(name, content) for name, content in (parts(data) | (added or {})).items()}
    return zipped({name: content for name, content in changed.items() if content is not None})


def within(part: str, *replacements: tuple[str, str]) -> Callable[[str, bytes], bytes]:
    """A change of one part that must find each text."""

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        for old, new in replacements:
            assert old.encode() in content
            content = content.replace(old.encode(), new.encode())
        return content

    return change


def values(data: bytes) -> dict[str, Any]:
    """All cells as both readers see them, formulas and results."""
    seen: dict[str, Any] = {}
    for results in (False, True):
        for sheet in loaded(data, data_only=results).worksheets:
            cells = (cell for row in sheet.iter_rows() for cell in row)
            filled = {cell.coordinate: getattr(cell.value, "text", cell.value) for cell in cells}
            seen[f"{sheet.title} {results}"] = {key: value for key, value in filled.items() if value is not None}
    fast = CalamineWorkbook.from_filelike(BytesIO(data))
    return seen | {name: fast.get_sheet_by_name(name).to_python() for name in fast.sheet_names}


def own(data: bytes) -> dict[str, Any]:
    """The same without the list of problems."""
    return {name: cells for name, cells in values(data).items() if not name.startswith("问题清单")}


def notes(data: bytes, sheet: str = "表") -> dict[str, str]:
    cells = (cell for row in _seen(data)[sheet].iter_rows() for cell in row if cell.comment)
    return {cell.coordinate: cell.comment.text for cell in cells}


def fills(data: bytes, sheet: str = "表") -> dict[str, str]:
    cells = (cell for row in _seen(data)[sheet].iter_rows() for cell in row if cell.fill.patternType == "solid")
    return {cell.coordinate: cell.fill.fgColor.rgb for cell in cells}


def listed(data: bytes, sheet: str = "问题清单") -> list[list[str]]:
    seen = _seen(data)[sheet]
    return [[cell.value for cell in row if cell.value is not None and shown(cell)] for row in seen.iter_rows()]


def shown(cell: Any) -> bool:
    """Whether people see a cell: what the list remembers of the formats stands in hidden columns."""
    columns = cell.parent.column_dimensions.values()
    return not any(one.hidden and one.min <= cell.column <= one.max for one in columns)


def full_workbook() -> bytes:
    """Everything that a load and save would lose or change."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    form, other = book.add_worksheet("部门整体"), book.add_worksheet("a'b")
    for row in range(6):
        form.write_row(row + 3, 0, [f"任务{row}", 10 + row, 20.5, row])
    form.write_formula("B10", "=SUM(B4:B9)", None, 404.03)
    form.write_rich_string("A2", "项", book.add_format({"bold": True, "font_color": "red"}), "目")
    form.merge_range("D12:F14", "年度绩效目标", book.add_format({"border": 1}))
    form.insert_textbox("H2", "填表说明")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=部门整体!$B$4:$B$9"})
    form.insert_chart("H9", chart)
    form.conditional_format("B4:B9", {"type": "data_bar", "data_bar_2010": True})
    form.conditional_format("C4:C9", {"type": "cell", "criteria": ">", "value": 9, "format": None})
    form.add_sparkline("G4", {"range": "部门整体!B4:D4"})
    form.data_validation("D4:D9", {"validate": "list", "source": ["是", "否"]})
    form.repeat_rows(0, 2)
    form.print_area("A1:F14")
    form.write_comment("B5", "按批复数填", {"author": "张三"})
    form.protect("密码")
    form.activate()
    other.add_table("A1:B3", {"columns": [{"header": "甲"}, {"header": "乙"}]})
    other.repeat_rows(0)
    book.define_name("'a'b'!合计", "='a''b'!$B$3")
    book.define_name("全局", "=部门整体!$B$10")
    book.close()
    uri = "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"
    validations = (
        f'<ext uri="{uri}" xmlns:x14="{X14}"><x14:dataValidations count="1" xmlns:xm="{XM}">'
        "<x14:dataValidation type=\"list\"><x14:formula1><xm:f>'a''b'!$A$1:$A$3</xm:f></x14:formula1>"
        "<xm:sqref>E4</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    )
    return surgery(out.getvalue(), within("xl/worksheets/sheet1.xml", ("<extLst>", "<extLst>" + validations)))
