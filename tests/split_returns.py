"""The sample department's return in several workbooks."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import openpyxl
from clerk_files import CLEAN, UNIT
from raw_books import edited, replaced

DEPARTMENT = ("部门整体支出",)
PROJECTS = tuple(f"项目{number}" for number in range(1, 9))
FUND = ("专项资金",)


@cache
def part(*sheets: str, unit: str = UNIT, year: int = 2020, cells: tuple[tuple[str, object], ...] = ()) -> bytes:
    """A workbook with some of the forms, of a unit and a year; ``cells`` are ``项目2!D7`` and values."""
    book = openpyxl.load_workbook(CLEAN)
    for name in book.sheetnames:
        if name not in sheets:
            del book[name]
    made = BytesIO()
    book.save(made)
    data = edited(made.getvalue(), dict(cells)) if cells else made.getvalue()
    return replaced(data, (UNIT, unit), ("2020年度", f"{year}年度"))
