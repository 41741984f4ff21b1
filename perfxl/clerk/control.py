"""The list of control figures (控制数): which unit was given how much, as a workbook with a column for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from perfxl.clerk.errors import ClerkError, contents
from perfxl.formats import Cell, Grid, Unreadable, read_book
from perfxl.formats.grid import as_text
from perfxl.model import Ref, Text
from perfxl.values import is_total, label_key, name_key, parse_amount, wan

UNITS = frozenset(("单位", "单位名称", "预算单位", "预算单位名称", "部门", "部门名称"))
FIGURES = ("控制数", "预算控制数", "年度控制数")
#: what may stand in the heading behind 控制数; nothing is 万元
MEASURES = {"": "万元", "万元": "万元", "元": "元", "亿元": "亿元", "千元": "千元"}

NOT_READ = Text("控制数文件 {path} 读不出来：{reason}", "The control figures {path} cannot be read: {reason}")
NO_HEADING = Text(
    "控制数文件 {path} 中没有同时写“单位”和“控制数（万元）”的表头行。请补上这两列的列名。",
    "No row of {path} heads both a column 单位 and a column 控制数（万元）. Please add these headings.",
)
NO_ROWS = Text(
    "控制数文件 {path} 的表头下面没有单位。请在“单位”列填写单位名称。",
    "No unit stands below the headings of {path}. Please fill in the column 单位.",
)
NO_AMOUNT = Text(
    "控制数文件 {path} 的 {cell}（{unit}）读不出金额：“{read}”。请只填数字，如 394.03。",
    "{path}, {cell} ({unit}): “{read}” is no amount. Please write a number only, such as 394.03.",
)
TWICE = Text(
    "控制数文件 {path} 的 {cell}：“{unit}”前面已有一个不同的控制数（{first} 万元）。请只留一个。",
    "{path}, {cell}: there is another figure for “{unit}” above ({first} 万元). Please keep one of them.",
)


def read_control(path: str | Path) -> Mapping[str, int]:
    """Unit (as ``name_key`` compares it) -> its control figure in fen. Raises ``ClerkError``."""
    path = Path(path)
    name = path.name
    try:
        grids = read_book(contents(path)).grids
    except Unreadable as error:
        raise ClerkError(NOT_READ.fill(path=name, reason=error.reason)) from error
    for grid in grids:
        heading = _heading(grid)
        if heading is not None:
            figures = _figures(grid, name, *heading)
            if not figures:
                raise ClerkError(NO_ROWS.fill(path=name))
            return figures
    raise ClerkError(NO_HEADING.fill(path=name))


def _heading(grid: Grid) -> tuple[Cell, Cell, str] | None:
    """The headings of both columns, and the measure of the figures."""
    for cells in grid.cells_by_row.values():
        labels = {label_key(as_text(cell.value)): cell for cell in cells}
        unit = next((cell for label, cell in labels.items() if label in UNITS), None)
        for label, cell in labels.items():
            word = next((word for word in sorted(FIGURES, key=len, reverse=True) if label.startswith(word)), None)
            measure = MEASURES.get(label.removeprefix(word)) if word else None
            if unit is not None and measure:
                return unit, cell, measure
    return None


def _figures(grid: Grid, name: str, unit: Cell, figure: Cell, measure: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for written, cell in _rows(grid, unit, figure):
        where = Ref(name, grid.sheet, cell.row, cell.col)
        amount = parse_amount(cell.value, measure)
        if amount.state != "ok" or amount.fen is None:
            raise ClerkError(NO_AMOUNT.fill(path=name, cell=where, unit=written, read=as_text(cell.value)))
        first = found.setdefault(name_key(written), amount.fen)
        if first != amount.fen:
            raise ClerkError(TWICE.fill(path=name, cell=where, unit=written, first=wan(first)))
    return found


def _rows(grid: Grid, unit: Cell, figure: Cell) -> Iterator[tuple[str, Cell]]:
    """The units below the heading, each with the cell of its figure."""
    for row in range(unit.last_row + 1, len(grid.rows) + 1):
        written = " ".join(as_text(grid.at(row, unit.col).value).split())
        if name_key(written) and not is_total(written):
            yield written, grid.at(row, figure.col)
