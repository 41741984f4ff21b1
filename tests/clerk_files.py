"""Clerk's files for the tests, written as a clerk would: into the workbooks that perfxl gives, or by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from perfxl.clerk.workbooks import blank_waivers
from perfxl.model import Finding
from perfxl.profiles import load

SAMPLES = Path(__file__).parents[1] / "samples" / "hengyang-2020"
TYPED = SAMPLES / "中共衡阳市委编办_绩效目标申报表.xlsx"
CLEAN = SAMPLES / "中共衡阳市委编办_绩效目标申报表.clean.xlsx"
UNIT = "中共衡阳市委机构编制委员会办公室"
#: the first row to fill in of the blank list, and the columns of its heads
FIRST, COLUMNS = 4, (1, 2, 4, 5, 6, 7)


def waivers(path: Path, *rows: Sequence[Any]) -> Path:
    """The blank list filled in: unit, code, project or cell, reason, by, until."""
    book = openpyxl.load_workbook(BytesIO(blank_waivers(load("hengyang_2020"), "zh")))
    for number, row in enumerate(rows, FIRST):
        for col, value in zip(COLUMNS, row, strict=True):
            book["豁免"].cell(number, col).value = value
    book.save(path)
    return path


def sheet(path: Path, *rows: Sequence[Any], name: str = "Sheet1", merged: Iterable[str] = ()) -> Path:
    """A workbook with these rows from A1 down."""
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(list(row))
    for area in merged:
        book.active.merge_cells(area)
    book.save(path)
    return path


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def places(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    """Code and cell of some findings, one for each cell."""
    return {(finding.code, str(ref)) for finding in findings for ref in finding.cells}
