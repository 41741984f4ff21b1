"""Small project forms, written cell by cell, whose levels stand where a test wants them."""

from __future__ import annotations

import random
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import openpyxl
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

HEADS = [
    ["项目绩效目标申报表"], ["（2020年度）"], ["项目名称", "培训"], ["预算单位", "某局"], ["资金总额", 5],
    ["年度目标", "培训200人"], [None, "一级指标", "二级指标", "三级指标", "指标值"],
]  # fmt: skip
FOOT = ["填报人：某人  联系电话：0734-0000000  填报日期：2019年11月20日"]
#: the row of the first line, and the columns of levels, name and value
FIRST, LEVELS, NAME, VALUE = len(HEADS) + 1, (2, 3), 4, 5

#: indicators as people write them, by first and second level
WRITTEN = {
    "产出指标": {
        "数量指标": [("培训人数", "≥200人"), ("检查企业数", "≥30家"), ("发放资料", "5000份"), ("建设站点", "3个")],
        "质量指标": [("培训合格率", "≥95%"), ("设备完好率", "≥98%"), ("验收合格率", "100%"), ("检查覆盖面", "全覆盖")],
        "时效指标": [("完成时间", "2020年12月底前"), ("按时办结率", "≥95%"), ("开工时间", "2020年3月")],
        "成本指标": [("培训费", "3万元"), ("资料费", "1.5万元"), ("设备购置费", "20万元")],
    },
    "效益指标": {
        "经济效益指标": [("带动增收", "≥100万元"), ("减少损失", "明显"), ("新增产值", "≥5%")],
        "社会效益指标": [("受益单位数", "≥20家"), ("服务能力", "提高"), ("群众知晓率", "≥90%")],
        "可持续影响指标": [("制度完善", "长期"), ("人才培养", "≥3年")],
        "社会公众或服务对象满意度指标": [("群众满意度", "≥90%"), ("企业满意度", "≥95%")],
    },
}


class Line(NamedTuple):
    """An indicator with its levels."""

    first: str
    second: str
    name: str
    value: str


def lines_of(counts: list[int], *, same: bool = False) -> list[Line]:
    """So many lines of each second level, 0 to leave it out; with ``same`` nothing about a line tells its level."""
    dice = random.Random(repr(counts))
    seconds = [(first, second) for first, below in WRITTEN.items() for second in below]
    return [
        Line(first, second, *((f"第{n}项工作", "按计划") if same else dice.choice(WRITTEN[first][second])))
        for (first, second), count in zip(seconds, counts, strict=True)
        for n in range(count)
    ]


def place_of(how: str, top: int, bottom: int) -> int:
    """The row in which a level of these rows is written."""
    return {"middle": (top + bottom) // 2, "lower middle": (top + bottom + 1) // 2, "bottom": bottom}.get(how, top)


def form(sheet: Worksheet, lines: list[Line], first: str, second: str, *, drawn: str = "") -> None:
    """Write a form; each level is ``merged``, beside ``each`` line, or in the row that ``place_of`` says.

    ``drawn``: lines round ``each`` cell of the levels, or round each ``level``.
    """
    for row in HEADS:
        sheet.append(row)
    for row, line in enumerate(lines, FIRST):
        sheet.cell(row, NAME, line.name)
        sheet.cell(row, VALUE, line.value)
    for col, how, depth in zip(LEVELS, (first, second), (1, 2), strict=True):
        for text, own in groupby(enumerate(lines, FIRST), key=lambda pair, depth=depth: pair[1][:depth]):
            rows = [row for row, _ in own]
            for row in rows if how == "each" else [place_of(how, rows[0], rows[-1])]:
                sheet.cell(row, col, text[-1])
            if how == "merged":
                sheet.merge_cells(start_row=rows[0], end_row=rows[-1], start_column=col, end_column=col)
            elif drawn:
                _draw(sheet, col, rows, each=drawn == "each")
    sheet.append(FOOT)


def _draw(sheet: Worksheet, col: int, rows: list[int], *, each: bool) -> None:
    thin = Side(style="thin")
    for row in rows:
        top, bottom = each or row == rows[0], each or row == rows[-1]
        sheet.cell(row, col).border = Border(
            left=thin, right=thin, top=thin if top else None, bottom=thin if bottom else None
        )


def book_of(lines: list[Line], first: str, second: str, path: Path, *, drawn: str = "") -> Path:
    """A workbook with one form."""
    book = openpyxl.Workbook()
    form(book.active, lines, first, second, drawn=drawn)
    book.save(path)
    return path
