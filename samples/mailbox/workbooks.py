"""The workbooks of the mailbox: one small return, typed into the template once, and made into each unit's own."""

from __future__ import annotations

import io
import re
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openpyxl

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import fill  # noqa: E402 - it lies one folder up, as a script's neighbour
import pack  # noqa: E402

from perfxl import template  # noqa: E402
from perfxl.profiles import load  # noqa: E402

PROFILE = "hengyang_2020"
SAVED = "2019-11-20T01:30:00Z"
#: what stands in return.toml for the unit's amounts, in fen: basic and whole expenditure, people, the stated total
BASIC, WHOLE, PEOPLE, STATED = 11111, 13111, 9111, 22222
PROJECTS, RUNNING = 2000, 2000
SATISFACTION = "社会公众或服务对象满意度指标"


@dataclass(frozen=True)
class Return:
    """What a unit writes: its name, its subject, its basic expenditure in fen, and what is wrong about it.

    ``too_much`` is how far the stated total of the tasks exceeds its rows, in fen; ``unsigned`` leaves the head out;
    ``proper`` is laid out as the instructions ask, without the sheet that does not apply.
    """

    unit: str
    subject: str
    basic: int
    too_much: int = 0
    unsigned: bool = False
    proper: bool = False

    @property
    def whole(self) -> int:
        """Its expenditure in fen."""
        return self.basic + PROJECTS


def workbook(what: Return) -> bytes:
    """The bytes of a return, the same on every run."""
    amounts = {
        BASIC: what.basic, WHOLE: what.whole, PEOPLE: what.basic - RUNNING, STATED: what.whole + what.too_much,
    }  # fmt: skip
    numbers = {_wan(old): _wan(new) for old, new in amounts.items()}
    pattern = re.compile("|".join(rf"(?<![\d.]){re.escape(old)}(?!\d)" for old in numbers).encode())
    texts = {"某某单位": what.unit, "某某业务": what.subject} | ({"李四": ""} if what.unsigned else {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in _base(proper=what.proper).items():
            if name.startswith("xl/worksheets/sheet"):
                for old, new in texts.items():
                    content = content.replace(_escaped(old), _escaped(new))
                content = pattern.sub(lambda found: numbers[found[0].decode()].encode(), content)
            archive.writestr(zipfile.ZipInfo(name), content)
    return pack.steady(out.getvalue(), SAVED)


def _escaped(text: str) -> bytes:
    """Text as openpyxl writes it."""
    return text.encode("ascii", "xmlcharrefreplace")


def _wan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


@cache
def _base(*, proper: bool) -> Mapping[str, bytes]:
    """The parts of the return of nobody."""
    data = tomllib.loads((HERE / "return.toml").read_text("utf-8"))
    profile = load(PROFILE)
    projects = sum(form["form"] == "project" for form in data["forms"])
    book = openpyxl.load_workbook(io.BytesIO(template.build(profile, year=profile.year, projects=projects)))
    waiting = list(data["forms"])
    for place in template.layout(profile, projects=projects):
        form = next((form for form in waiting if form["form"] == place.form), None)
        if form is not None:
            waiting.remove(form)
            fill.fill_form(book[place.sheet], place, profile.forms[place.form], form)
        elif proper:
            del book[place.sheet]
    fill.sign_cover(book.worksheets[0], data)
    if proper:
        _set_apart(book["部门整体支出"])
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _set_apart(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    """Satisfaction as a first level of its own, as the instructions ask, where the form prints it below 效益指标."""
    row = next(cell.row for cell in sheet["C"] if cell.value == SATISFACTION)
    around = next(
        area for area in sheet.merged_cells.ranges if area.min_col == 2 and area.min_row < row <= area.max_row
    )
    first, last = around.min_row, around.max_row
    sheet.unmerge_cells(str(around))
    sheet.merge_cells(start_row=first, end_row=row - 1, start_column=2, end_column=2)
    sheet.merge_cells(start_row=row, end_row=last, start_column=2, end_column=2)
    sheet.cell(row, 2).value = SATISFACTION
