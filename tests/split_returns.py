"""The sample department's return in several workbooks."""

from __future__ import annotations

from functools import cache

from clerk_files import CLEAN, UNIT
from raw_books import edited, replaced

from perfxl.reports.package.markup import opened
from perfxl.reports.package.workbook import WorkbookPart

DEPARTMENT = ("部门整体支出",)
PROJECTS = tuple(f"项目{number}" for number in range(1, 9))
FUND = ("专项资金",)


@cache
def part(*sheets: str, unit: str = UNIT, year: int = 2020, cells: tuple[tuple[str, object], ...] = ()) -> bytes:
    """A workbook with some of the forms, of a unit and a year; ``cells`` are ``项目2!D7`` and values."""
    package = opened(edited(CLEAN.read_bytes(), dict(cells)))
    book = WorkbookPart(package)
    for name in [name for name in book.parts if name not in sheets]:
        book.remove(name)
    return replaced(package.save(), (UNIT, unit), ("2020年度", f"{year}年度"))
