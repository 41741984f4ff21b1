"""The list of the units that have to report in a round (应报单位), and the shorter list of control figures (控制数)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from perfxl.clerk import lists
from perfxl.clerk.errors import file_bytes
from perfxl.clerk.lists import ClerkList, ListColumn, ListEntry, read_entries
from perfxl.formats import Cell, Grid, Unreadable, read_grids
from perfxl.model import Ref, Text, UserError
from perfxl.untrusted import run
from perfxl.values import is_total, label_key, name_key, parse_amount, squeeze, wan

UNIT = lists.UNIT._replace(
    width=36,
    how=Text(
        "单位全称，与申报表上的一致。空格和标点不影响。",
        "The full name, as on its form. Blanks and marks do not matter.",
    ),
)
ALIASES = ListColumn(
    "aliases", Text("别名", "Other names"), ("简称", "曾用名", "其他名称"), required=False, width=30, style="text_left",
    how=Text(
        "申报表上可能出现的简称、曾用名，如“市委编办”。多个用顿号或分号隔开。一个别名只能属于一个单位。",
        "Short and former names that may stand on a form; a semicolon between several. A name belongs to one unit.",
    ),
    example="市委编办",
)  # fmt: skip
ADDRESSES = ListColumn(
    "addresses", Text("邮箱", "Addresses"), ("电子邮箱", "邮箱地址", "邮件地址"), required=False, width=40,
    style="text_left",
    how=Text(
        "允许该单位报送的邮箱，多个用分号隔开。从其他邮箱发来的先列为“待核实”，不计入，等您确认。",
        "From where the unit may send; a semicolon between several. Mail from elsewhere waits until you accept it.",
    ),
    example="name@example.gov.cn",
)  # fmt: skip
CONTACT = ListColumn(
    "contact", Text("联系人", "Contact"), ("经办人",), required=False, width=12, style="text",
    how=Text("回复和催报时的称呼，如 张三。", "Whom to address, such as 张三."), example="张三",
)  # fmt: skip
PHONE = ListColumn(
    "phone", Text("电话", "Phone"), ("联系电话", "手机"), required=False, width=18, style="text",
    how=Text("只供查询，不会写进回复。", "For looking up only; it goes into no reply."), example="0734-0000000",
)  # fmt: skip


def _figure(measure: str, *synonyms: str) -> ListColumn:
    """The column of control figures in one unit of money."""
    return ListColumn(
        "control" if measure == "万元" else f"control_{measure}",
        Text("控制数（{measure}）", "Control figure ({measure})").fill(measure=measure),
        (f"预算控制数（{measure}）", f"年度控制数（{measure}）", *synonyms),
        required=False,
    )


CONTROL = _figure("万元", "控制数", "预算控制数", "年度控制数")._replace(
    width=16,
    style="amount",
    how=Text(
        "下达的预算控制数，只填数字，单位万元，如 394.03。没有的留空，不核对。",
        "The budget that was given, a number in 万元 such as 394.03. Empty: the total is not compared.",
    ),
    example="394.03",
    prompt=Text("请只填数字，单位万元，如 394.03。", "A number in 万元, such as 394.03."),
    accepts={"validate": "decimal", "criteria": ">=", "value": 0},
)
CONTROL_YUAN = _figure("元")._replace(key="control_yuan")
#: the columns by which a list of control figures may give them, each with its unit of money
FIGURES = ((CONTROL, "万元"), (CONTROL_YUAN, "元"), (_figure("亿元"), "亿元"), (_figure("千元"), "千元"))
NIL = ListColumn(
    "nil", Text("允许零报", "Nil return allowed"), ("零报", "可零报"), required=False, width=12, style="choice",
    how=Text(
        "“是”：没有项目的单位可以只发一封写明“零报”的邮件，不附申报表。不填为“否”。",
        "是: the unit may send a mail that says 零报 in place of a workbook. Empty means 否.",
    ),
    example="否", prompt=Text("请选“是”或“否”，不填为“否”。", "是 or 否; empty means 否."),
    accepts={"validate": "list", "source": ["是", "否"]},
)  # fmt: skip
ROSTER = ClerkList(
    "unit", (UNIT, ALIASES, ADDRESSES, CONTACT, PHONE, CONTROL, NIL, CONTROL_YUAN), Text("应报单位", "Units"),
    Text("应报单位名单", "The units that have to report"),
    Text(
        "每个单位一行，只有“单位”必须填，填法见“填写说明”。",
        "One unit a row; only the unit's name must be filled in. The next sheet says how.",
    ),
    Text(
        "名单可以随时修改，保存后下一次运行 perfxl 时生效。",
        "The list may be changed at any time; perfxl reads it anew each time it runs.",
    ),
    rows=500,
)  # fmt: skip
#: its figures may also be in another unit of money, see ``FIGURES``
CONTROL_FIGURES = ClerkList(
    "",
    (
        UNIT,
        CONTROL._replace(
            required=True,
            how=Text(
                "下达的预算控制数，只填数字，如 394.03。表头写明单位：万元、元、千元或亿元，不写的按万元。",
                "The budget that was given, a number such as 394.03. The head says in what: 万元, 元, 千元 or 亿元; "
                "without one it is 万元.",
            ),
        ),
    ),
    Text("控制数", "Control figures"),
    Text("预算控制数名单", "Control figures"),
)

YES = frozenset(("是", "允许", "可", "可以", "√", "y", "yes"))
NO = frozenset(("", "否", "不允许", "不", "×", "n", "no"))

TWICE = Text(
    "“{name}”在第 {row} 行已经列过。同一单位只留一行。", "“{name}” is already in row {row}. Keep one row for each unit."
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
    "“{written}”无法识别为金额。请只填数字，如 394.03；没有控制数的留空。",
    "“{written}” is no amount. Write a number only, such as 394.03, or leave it empty.",
)
NO_CHOICE = Text("“{written}”应为“是”或“否”，不填为“否”。", "“{written}” must be 是 or 否; empty means 否.")
NO_UNITS = Text(
    "{file}：表头下面没有单位。请在“单位”一栏逐行填写应报单位。",
    "{file}: no unit stands below the heads. Fill in the column 单位.",
)
CONTROL_NOT_READ = Text("控制数文件 {path} 无法读取：{reason}", "The control figures {path} cannot be read: {reason}")
CONTROL_NO_HEADS = Text(
    "控制数文件 {path} 中没有同时写“单位”和“控制数（万元）”的表头行。请补上这两列的列名。",
    "No row of {path} heads both a column 单位 and a column 控制数（万元）. Please add these headings.",
)
CONTROL_NO_UNITS = Text(
    "控制数文件 {path} 的表头下面没有单位。请在“单位”列填写单位名称。",
    "No unit stands below the headings of {path}. Please fill in the column 单位.",
)
CONTROL_NO_AMOUNT = Text(
    "控制数文件{cell}（{unit}）无法识别为金额：“{read}”。请只填数字，如 394.03。",
    "{cell} ({unit}): “{read}” is no amount. Please write a number only, such as 394.03.",
)
CONTROL_TWICE = Text(
    "控制数文件{cell}：“{unit}”前面已有一个不同的控制数（{first} 万元）。请只留一个。",
    "{cell}: there is another figure for “{unit}” above ({first} 万元). Please keep one of them.",
)

_BETWEEN = re.compile(r"[;；,，、\s]+")
_BETWEEN_NAMES = re.compile(r"[;；,，、\n]+")
_ADDRESS = re.compile(r"[a-z0-9._%+'&=~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class Member:
    """A unit that has to report. Addresses are lower-case; ``control`` is fen, ``None`` where there is none.

    ``nil``: whether it may send a nil return; ``ref``: the cell of its name.
    """

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

    def named(self, name: str) -> Member | None:
        """The unit of that name or alias."""
        return self._names.get(name_key(name)) if name_key(name) else None

    def sending(self, address: str) -> tuple[Member, ...]:
        """The units that may send from an address."""
        return tuple(unit for unit in self.units if address.lower() in unit.addresses)

    def only_sending(self, address: str) -> Member | None:
        """The only unit that may send from an address."""
        units = self.sending(address)
        return units[0] if len(units) == 1 else None

    @property
    def control(self) -> Mapping[str, int]:
        """Every name of a unit, as ``name_key`` compares it -> its control figure in fen."""
        return {key: unit.control for key, unit in self._names.items() if unit.control is not None}


def read_roster(path: str | Path) -> Roster:
    """The units of a list (.xlsx, or .toml with ``[[unit]]``). Raises ``UserError`` with file, sheet and cell."""
    units: list[Member] = []
    taken: dict[str, Member] = {}
    for entry in read_entries(path, ROSTER):
        if is_total(entry.text(UNIT)):
            continue
        unit = _member(entry)
        for column, names in ((UNIT, (unit.name,)), (ALIASES, unit.aliases)):
            for name in names:
                _take(entry, column, name, unit, taken)
        units.append(unit)
    if not units:
        raise UserError(NO_UNITS, file=Path(path).name)
    return Roster(Path(path).name, tuple(units))


def _take(entry: ListEntry, column: ListColumn, name: str, unit: Member, taken: dict[str, Member]) -> None:
    """Note the name of a unit; refuse one that another row has."""
    other = taken.setdefault(name_key(name), unit)
    if other is not unit:
        problem = TWICE if column is UNIT and other.key == unit.key else TWO_UNITS
        raise entry.error(column, problem, name=name, unit=other.name, row=other.ref.row)


def _member(entry: ListEntry) -> Member:
    name = " ".join(entry.needed(UNIT).split())
    [ref] = entry.ref(UNIT) or [Ref(entry.file, "", entry.number, 1)]
    return Member(
        name, _aliases(entry, name), _addresses(entry), entry.text(CONTACT), entry.text(PHONE), _control(entry),
        _nil(entry), ref,
    )  # fmt: skip


def _aliases(entry: ListEntry, own: str) -> tuple[str, ...]:
    """The other names, each once and without the unit's own."""
    names = {name_key(name): " ".join(name.split()) for name in _BETWEEN_NAMES.split(entry.text(ALIASES))}
    return tuple(name for key, name in names.items() if key and key != name_key(own))


def _addresses(entry: ListEntry) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in _BETWEEN.split(entry.text(ADDRESSES)):
        address = squeeze(part).lower()
        if address and not _ADDRESS.fullmatch(address):
            raise entry.error(ADDRESSES, NO_ADDRESS, written=part)
        if address:
            found[address] = None
    return tuple(found)


def _control(entry: ListEntry) -> int | None:
    for column, measure in FIGURES:
        if entry.text(column):
            amount = parse_amount(entry.values.get(column.key), measure)
            if amount.state != "ok" or amount.fen is None:
                raise entry.error(column, NO_AMOUNT, written=entry.text(column))
            return amount.fen
    return None


def _nil(entry: ListEntry) -> bool:
    written = squeeze(entry.text(NIL)).lower()
    if written not in YES | NO:
        raise entry.error(NIL, NO_CHOICE, written=entry.text(NIL))
    return written in YES


def read_control(path: str | Path) -> Mapping[str, int]:
    """Unit (as ``name_key`` compares it) -> its control figure in fen. Raises ``UserError``."""
    path, name = Path(path), Path(path).name
    try:
        grids = run(read_grids, file_bytes(path))
    except Unreadable as error:
        raise UserError(CONTROL_NOT_READ, path=name, reason=error.reason) from error
    for grid in grids:
        if heads := _control_heads(grid):
            if figures := _control_figures(grid, name, *heads):
                return figures
            raise UserError(CONTROL_NO_UNITS, path=name)
    raise UserError(CONTROL_NO_HEADS, path=name)


def _control_heads(grid: Grid) -> tuple[Cell, Cell, str] | None:
    """The heads of both columns, and the unit of money of the figures."""
    for cells in grid.cells_by_row.values():
        labels = {label_key(cell.text).casefold(): cell for cell in cells}
        unit = next((cell for label, cell in labels.items() if label in UNIT.keys), None)
        for label, cell in labels.items():
            for column, measure in FIGURES:
                if unit is not None and label in column.keys:
                    return unit, cell, measure
    return None


def _control_figures(grid: Grid, name: str, unit: Cell, figure: Cell, measure: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for row in range(unit.last_row + 1, len(grid.rows) + 1):
        written, cell = " ".join(grid.at(row, unit.col).text.split()), grid.at(row, figure.col)
        if not name_key(written) or is_total(written):
            continue
        where = Ref(name, grid.sheet, cell.row, cell.col)
        amount = parse_amount(cell.value, measure)
        if amount.state != "ok" or amount.fen is None:
            raise UserError(CONTROL_NO_AMOUNT, cell=where, unit=written, read=cell.text)
        first = found.setdefault(name_key(written), amount.fen)
        if first != amount.fen:
            raise UserError(CONTROL_TWICE, cell=where, unit=written, first=wan(first))
    return found
