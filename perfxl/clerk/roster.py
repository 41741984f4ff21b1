"""应报单位.xlsx: who has to report in a round, from which addresses, and with which control figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from perfxl.clerk.errors import ClerkError, file_bytes
from perfxl.clerk.lists import ListColumn, ListEntry, read_entries
from perfxl.formats import Cell, Grid, Unreadable, read_book
from perfxl.formats.grid import as_text
from perfxl.model import Ref, Text
from perfxl.values import is_total, label_key, name_key, parse_amount, squeeze, wan

UNIT = ListColumn("unit", Text("单位", "Unit"), ("单位名称", "预算单位", "部门名称", "部门", "单位全称"))
ALIASES = ListColumn("aliases", Text("别名", "Other names"), ("简称", "曾用名", "其他名称"), required=False)
ADDRESSES = ListColumn("addresses", Text("邮箱", "Addresses"), ("电子邮箱", "邮箱地址", "邮件地址"), required=False)
CONTACT = ListColumn("contact", Text("联系人", "Contact"), ("经办人",), required=False)
PHONE = ListColumn("phone", Text("电话", "Phone"), ("联系电话", "手机"), required=False)
CONTROL = ListColumn(
    "control",
    Text("控制数（万元）", "Control figure (万元)"),
    ("控制数", "预算控制数", "预算控制数（万元）"),
    required=False,
)
CONTROL_YUAN = ListColumn(
    "control_yuan", Text("控制数（元）", "Control figure (元)"), ("预算控制数（元）",), required=False
)
NIL = ListColumn("nil", Text("允许零报", "Nil return allowed"), ("零报", "可零报"), required=False)
#: the columns of the blank list; in a list of the clerk's own the figures may be in 元
HEADS = (UNIT, ALIASES, ADDRESSES, CONTACT, PHONE, CONTROL, NIL)
_READ = (*HEADS, CONTROL_YUAN)

YES = frozenset(("是", "允许", "可", "可以", "√", "y", "yes"))
NO = frozenset(("", "否", "不允许", "不", "×", "n", "no"))

TWICE = Text(
    "“{name}”在第 {row} 行已经列过。同一单位只留一行。",
    "“{name}” is already in row {row}. Keep one row for each unit.",
)
TWO_UNITS = Text(
    "“{name}”在第 {row} 行已是“{unit}”的名称或别名。一个名称只能属于一个单位，请删去一处。",
    "“{name}” is already a name of “{unit}” in row {row}. A name belongs to one unit only; delete one of them.",
)
NO_ADDRESS = Text(
    "“{written}”不是邮箱地址。请写成 name@example.gov.cn，多个地址用分号隔开。",
    "“{written}” is no address. Write name@example.gov.cn; put a semicolon between several.",
)
NO_AMOUNT = Text(
    "“{written}”读不出金额。请只填数字，如 394.03；没有控制数的留空。",
    "“{written}” is no amount. Write a number only, such as 394.03, or leave it empty.",
)
NO_CHOICE = Text("“{written}”应为“是”或“否”，不填为“否”。", "“{written}” must be 是 or 否; empty means 否.")
NO_UNITS = Text(
    "{file}：表头下面没有单位。请在“单位”一栏逐行填写应报单位。",
    "{file}: no unit stands below the heads. Fill in the column 单位.",
)

_BETWEEN = re.compile(r"[;；,，、\s]+")
_BETWEEN_NAMES = re.compile(r"[;；,，、\n]+")
_ADDRESS = re.compile(r"[a-z0-9._%+'&=~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class Member:
    """A unit that has to report. Addresses are lower-cased; ``control`` is fen, ``None`` where there is none."""

    name: str
    aliases: tuple[str, ...]
    addresses: tuple[str, ...]
    contact: str
    phone: str
    control: int | None
    nil: bool
    ref: Ref

    @property
    def key(self) -> str:
        """Its name as names are compared."""
        return name_key(self.name)


@dataclass(frozen=True)
class Roster:
    """The units of a round, in the order of the list."""

    file: str
    units: tuple[Member, ...]

    @cached_property
    def _names(self) -> Mapping[str, Member]:
        return {name_key(name): unit for unit in self.units for name in (*unit.aliases, unit.name)}

    @cached_property
    def _senders(self) -> Mapping[str, tuple[Member, ...]]:
        found: dict[str, tuple[Member, ...]] = {}
        for unit in self.units:
            for address in unit.addresses:
                found[address] = (*found.get(address, ()), unit)
        return found

    def named(self, name: str) -> Member | None:
        """The unit of that name or alias."""
        return self._names.get(name_key(name)) if name_key(name) else None

    def sending(self, address: str) -> tuple[Member, ...]:
        """The units that may send from an address."""
        return self._senders.get(address.lower(), ())

    @property
    def control(self) -> Mapping[str, int]:
        """Every name of a unit, as ``name_key`` compares it -> its control figure in fen."""
        return {key: unit.control for key, unit in self._names.items() if unit.control is not None}


def read_roster(path: str | Path) -> Roster:
    """The units of a list (.xlsx, or .toml with ``[[unit]]``).

    Raises ``ClerkError`` with file, sheet, cell and what to do when something cannot be used.
    """
    units: list[Member] = []
    taken: dict[str, Member] = {}
    for entry in read_entries(path, "unit", _READ):
        if is_total(entry.text(UNIT.key)):
            continue
        unit = _member(entry)
        for key, names in ((UNIT.key, (unit.name,)), (ALIASES.key, unit.aliases)):
            for name in names:
                _free(entry, key, name, unit, taken)
        units.append(unit)
    if not units:
        raise ClerkError(NO_UNITS.fill(file=Path(path).name))
    return Roster(Path(path).name, tuple(units))


def _free(entry: ListEntry, key: str, name: str, unit: Member, taken: dict[str, Member]) -> None:
    """Refuse a name that another row has."""
    other = taken.setdefault(name_key(name), unit)
    if other is unit:
        return
    if key == UNIT.key and other.key == unit.key:
        raise entry.fail(key, TWICE, name=name, row=other.ref.row)
    raise entry.fail(key, TWO_UNITS, name=name, unit=other.name, row=other.ref.row)


def _member(entry: ListEntry) -> Member:
    name = " ".join(entry.needed(UNIT.key).split())
    [ref] = entry.ref(UNIT.key) or [Ref(entry.file, "", entry.number, 1)]
    return Member(
        name, _names(entry.text(ALIASES.key), name), tuple(_addresses(entry)), entry.text(CONTACT.key),
        entry.text(PHONE.key), _control(entry), _nil(entry), ref,
    )  # fmt: skip


def _names(written: str, own: str) -> tuple[str, ...]:
    """The other names, each once and without the unit's own."""
    names = {name_key(name): " ".join(name.split()) for name in _BETWEEN_NAMES.split(written)}
    return tuple(name for key, name in names.items() if key and key != name_key(own))


def _addresses(entry: ListEntry) -> Iterable[str]:
    found: dict[str, None] = {}
    for part in _BETWEEN.split(entry.text(ADDRESSES.key)):
        address = squeeze(part).lower()
        if address and not _ADDRESS.fullmatch(address):
            raise entry.fail(ADDRESSES.key, NO_ADDRESS, written=part)
        if address:
            found[address] = None
    return found


def _control(entry: ListEntry) -> int | None:
    """The control figure in fen."""
    for head, measure in ((CONTROL, "万元"), (CONTROL_YUAN, "元")):
        if entry.text(head.key):
            amount = parse_amount(entry.values.get(head.key), measure)
            if amount.state != "ok" or amount.fen is None:
                raise entry.fail(head.key, NO_AMOUNT, written=entry.text(head.key))
            return amount.fen
    return None


def _nil(entry: ListEntry) -> bool:
    written = squeeze(entry.text(NIL.key)).lower()
    if written not in YES | NO:
        raise entry.fail(NIL.key, NO_CHOICE, written=entry.text(NIL.key))
    return written in YES


UNITS = frozenset(("单位", "单位名称", "预算单位", "预算单位名称", "部门", "部门名称"))
FIGURES = ("控制数", "预算控制数", "年度控制数")
#: what may stand in the heading behind 控制数; nothing is 万元
MEASURES = {"": "万元", "万元": "万元", "元": "元", "亿元": "亿元", "千元": "千元"}

CONTROL_NOT_READ = Text("控制数文件 {path} 读不出来：{reason}", "The control figures {path} cannot be read: {reason}")
CONTROL_NO_HEADING = Text(
    "控制数文件 {path} 中没有同时写“单位”和“控制数（万元）”的表头行。请补上这两列的列名。",
    "No row of {path} heads both a column 单位 and a column 控制数（万元）. Please add these headings.",
)
CONTROL_NO_UNITS = Text(
    "控制数文件 {path} 的表头下面没有单位。请在“单位”列填写单位名称。",
    "No unit stands below the headings of {path}. Please fill in the column 单位.",
)
CONTROL_NO_AMOUNT = Text(
    "控制数文件 {path} 的 {cell}（{unit}）读不出金额：“{read}”。请只填数字，如 394.03。",
    "{path}, {cell} ({unit}): “{read}” is no amount. Please write a number only, such as 394.03.",
)
CONTROL_TWICE = Text(
    "控制数文件 {path} 的 {cell}：“{unit}”前面已有一个不同的控制数（{first} 万元）。请只留一个。",
    "{path}, {cell}: there is another figure for “{unit}” above ({first} 万元). Please keep one of them.",
)


def read_control(path: str | Path) -> Mapping[str, int]:
    """Unit (as ``name_key`` compares it) -> its control figure in fen. Raises ``ClerkError``."""
    path = Path(path)
    name = path.name
    try:
        grids = read_book(file_bytes(path)).grids
    except Unreadable as error:
        raise ClerkError(CONTROL_NOT_READ.fill(path=name, reason=error.reason)) from error
    for grid in grids:
        heading = _heading(grid)
        if heading is not None:
            figures = _figures(grid, name, *heading)
            if not figures:
                raise ClerkError(CONTROL_NO_UNITS.fill(path=name))
            return figures
    raise ClerkError(CONTROL_NO_HEADING.fill(path=name))


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
            raise ClerkError(CONTROL_NO_AMOUNT.fill(path=name, cell=where, unit=written, read=as_text(cell.value)))
        first = found.setdefault(name_key(written), amount.fen)
        if first != amount.fen:
            raise ClerkError(CONTROL_TWICE.fill(path=name, cell=where, unit=written, first=wan(first)))
    return found


def _rows(grid: Grid, unit: Cell, figure: Cell) -> Iterator[tuple[str, Cell]]:
    """The units below the heading, each with the cell of its figure."""
    for row in range(unit.last_row + 1, len(grid.rows) + 1):
        written = " ".join(as_text(grid.at(row, unit.col).value).split())
        if name_key(written) and not is_total(written):
            yield written, grid.at(row, figure.col)
