"""A blank template filled in so that every sum holds, and LibreOffice to recalculate it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from programs import OFFICE

from perfxl.profiles import Profile, load
from perfxl.template import SheetLayout, build, layout

PROFILE = load("hengyang_2020")
PROJECTS = 4  # one more than is filled in

TASKS = [
    ("保障人员经费", "全办工作人员的工资福利", 300.03, 300.03, 0),
    ("日常运转", "水电、办公、差旅", 34, 34, 0),
    ("提高中文域名的注册率", "注册率达到 95%", 17, 16, 1),
    ("推动信息化", None, 20, 20, 0),
    ("推进赋码", None, 23, 22, 1),
]
DEPARTMENT = {
    "unit": "衡阳市某局",
    "total": 394.03,
    "fiscal": 390.03,
    "gov_fund": 1,
    "special_account": 2,
    "other": 1,
    "basic": 334.03,
    "projects": 60,
}
SUMS = {"total": 394.03, "fiscal": 392.03, "other": 2}
FORMS = [
    ("项目1", {"project_name": "中文域名注册管理", "total": 17, "fiscal": 16, "other": 1}),
    ("项目2", {"project_name": "信息化", "total": 20, "fiscal": 20, "other": 0}),
    ("项目3", {"project_name": "赋码", "total": 23, "fiscal": 22, "other": 1}),
    (
        "专项资金",
        {
            "project_name": "　中文域名 注册管理",
            "total": 17,
            "fiscal": 16,
            "other": 1,
            "long_total": 260,
            "long_fiscal": 260,
            "long_other": 0,
        },
    ),
]
COSTS = {
    ("部门整体支出", "year"): [("人员经费", "287.67万元"), ("日常公用经费", "46.36 万元"), ("项目", "60")],
    ("项目1", "year"): [("续费", "5万元"), ("培训费", "12")],
    ("项目2", "year"): [("设备", 20)],
    ("项目3", "year"): [("耗材", "≤100元/人"), ("印制", "3万元")],
    ("专项资金", "long"): [("续费", "260万元")],
    ("专项资金", "year"): [("续费", "17万元")],
}


class Book:
    """An opened template and where everything stands in it."""

    def __init__(self, profile: Profile = PROFILE, projects: int = PROJECTS) -> None:
        blank = build(profile, year=profile.year, projects=projects)
        self.book: Workbook = load_workbook(BytesIO(blank))
        self.sheets: Mapping[str, SheetLayout] = {s.sheet: s for s in layout(profile, projects)}

    def put(self, sheet: str, cell: str, value: Any) -> None:
        self.book[sheet][cell] = value

    def field(self, sheet: str, key: str, value: Any) -> None:
        self.put(sheet, self.sheets[sheet].fields[key].cell, value)

    def task(self, row: int, key: str, value: Any) -> None:
        self.put("部门整体支出", self.sheets["部门整体支出"].tasks[row][key].cell, value)

    def task_sum(self, key: str, value: Any) -> None:
        self.put("部门整体支出", self.sheets["部门整体支出"].task_sum[key].cell, value)

    def cost(self, sheet: str, period: str, nth: int, column: str, value: Any) -> None:
        rows = [row for row in self.sheets[sheet].indicators if row.level == "cost"]
        self.put(sheet, rows[nth].cells[period][column].cell, value)


def filled() -> Book:
    """A template whose every sum holds."""
    book = Book()
    for sheet, fields in [("部门整体支出", DEPARTMENT), *FORMS]:
        for key, value in fields.items():
            book.field(sheet, key, value)
    for number, row in enumerate(TASKS):
        for key, value in zip(("name", "content", "total", "fiscal", "other"), row, strict=True):
            book.task(number, key, value)
    for key, value in SUMS.items():
        book.task_sum(key, value)
    for (sheet, period), rows in COSTS.items():
        for number, (third, value) in enumerate(rows):
            book.cost(sheet, period, number, "third", third)
            book.cost(sheet, period, number, "value", value)
    return book


def office(folder: Path, *arguments: str) -> None:
    """Run LibreOffice with a profile of its own, so that two runs do not meet."""
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    subprocess.run([str(OFFICE), home, "--headless", *arguments], check=True, capture_output=True, timeout=300)


def recalculate(folder: Path, books: Mapping[str, Workbook]) -> dict[str, Workbook]:
    """Save the books, let LibreOffice compute them, and read the results."""
    paths = []
    for name, book in books.items():
        path = folder / f"{name}.xlsx"
        book.save(path)
        paths.append(str(path))
    office(folder, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), *paths)
    return {name: load_workbook(folder / "out" / f"{name}.xlsx", data_only=True) for name in books}


def results(book: Workbook) -> dict[tuple[str, str, str], str]:
    """(code, sheet, name) of each row of the check sheet -> its result."""
    return {
        (str(row[0]), str(row[1]), str(row[2]).split("：")[0]): str(row[6])
        for row in book["校验"].iter_rows(min_row=5, values_only=True)
        if row[0]
    }
