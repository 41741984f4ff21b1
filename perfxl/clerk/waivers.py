"""``--waivers FILE``: problems that the bureau lets stand, each with a reason, by whom and until when."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from perfxl.clerk.errors import meant
from perfxl.clerk.table import Entry, Head, read_entries
from perfxl.model import Ref, Text, Waived
from perfxl.values import name_key, squeeze

UNIT = Head("unit", Text("单位", "Unit"), ("单位名称", "预算单位", "部门名称", "部门"))
CODE = Head("code", Text("规则编号", "Code"), ("编号", "规则", "代码"))
WHERE = Head("where", Text("项目或单元格", "Project or cell"), ("项目", "项目名称", "单元格", "位置"), required=False)
REASON = Head("reason", Text("理由", "Reason"), ("豁免理由", "原因", "说明"))
BY = Head("by", Text("批准人", "Approved by"), ("批准", "审批人", "经办人"))
UNTIL = Head("until", Text("有效期至", "Valid until"), ("有效期", "到期日", "截止日期"))
HEADS = (UNIT, CODE, WHERE, REASON, BY, UNTIL)

NO_CODE = Text("没有规则“{code}”。{meant}", "There is no rule {code!r}.{meant}")
NO_SHEET = Text(
    "“{where}”没有写工作表。单元格请写成“项目3!D14”。",
    "{where!r} names no sheet. Write a cell as 项目3!D14.",
)

_CELL = re.compile(r"(?:(?P<sheet>.+)!)?\$?(?P<col>[A-Za-z]{1,3})\$?(?P<row>[1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A problem that may stand: of a unit, by its rule, everywhere or at one project or cell.

    ``project`` and ``sheet`` are as they are compared, ``""`` where they do not matter; ``entry`` is its place.
    """

    unit: str
    code: str
    project: str
    sheet: str
    cell: str
    waived: Waived
    entry: Entry

    def holds(self, today: date) -> bool:
        """Whether it has not ended; its last day counts."""
        return today <= self.waived.until

    def covers(self, ref: Ref, projects: Collection[str]) -> bool:
        """Whether it speaks of a cell that stands for these projects."""
        if self.cell:
            return (squeeze(ref.sheet), ref.cell) == (self.sheet, self.cell)
        return not self.project or self.project in projects


def read_waivers(path: str | Path, codes: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers of a file; ``codes`` are those of the rules that there are.

    Raises ``ClerkError`` with file, row and column when something cannot be used.
    """
    return tuple(_waiver(entry, codes) for entry in read_entries(path, "waiver", HEADS))


def _waiver(entry: Entry, codes: Collection[str]) -> Waiver:
    unit, code = entry.needed(UNIT.key), squeeze(entry.needed(CODE.key)).upper()
    if code not in codes:
        raise entry.fail(CODE.key, NO_CODE, code=entry.text(CODE.key), meant=meant(code, codes))
    where = entry.text(WHERE.key)
    cell = _CELL.fullmatch(squeeze(where))
    if cell and not cell["sheet"]:
        raise entry.fail(WHERE.key, NO_SHEET, where=where)
    return Waiver(
        name_key(unit),
        code,
        "" if cell else name_key(where),
        cell["sheet"].strip("'") if cell else "",
        f"{cell['col'].upper()}{cell['row']}" if cell else "",
        Waived(entry.needed(REASON.key), entry.needed(BY.key), entry.day(UNTIL.key)),
        entry,
    )
