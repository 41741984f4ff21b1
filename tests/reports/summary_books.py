"""Batches for the tests of the summary workbook, and an independent reckoning of its formulas."""

from __future__ import annotations

import copy
import io
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import raw_books

import perfxl
from perfxl.clerk import ClerkInputs
from perfxl.engine import batch as batches
from perfxl.engine.parts import ReadResult, check_reads
from perfxl.profiles import load
from perfxl.reading import extract
from perfxl.sources import Received

SAMPLES = Path(__file__).parents[2] / "samples" / "hengyang-2020"
TYPED = "中共衡阳市委编办_绩效目标申报表.xlsx"
#: the first row of data of a table
FIRST = 4
_AREA = r"\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)"
_CELL = r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)"


def folder(to):
    """The sample workbooks, a text file, a workbook that is no return, and a second copy of a sample."""
    to.mkdir()
    for path in SAMPLES.glob("*.xlsx"):
        shutil.copy(path, to / path.name)
    (to / "名单.xlsx").write_text("单位,电话\n甲,1\n", "utf-8")
    other = openpyxl.Workbook()
    other.active["A1"] = "会议签到表"
    other.save(to / "签到.xlsx")
    shutil.copy(to / TYPED, to / "重发.xlsx")
    return to


def edited(path, texts):
    """The typed sample with some cells of some sheets written anew."""
    cells = {f"{sheet}!{cell}": raw_books.Words(text) for (sheet, cell), text in texts.items()}
    path.write_bytes(raw_books.edited((SAMPLES / TYPED).read_bytes(), cells))
    return path


def many(count, change=lambda number, form: form):
    """A checked batch of ``count`` units, each with the typed sample's forms."""
    profile = load("hengyang_2020")
    base = extract((SAMPLES / TYPED).read_bytes(), profile)
    files, reads = [], []
    for number in range(count):
        forms = []
        for form in base.forms:
            new = copy.copy(form)
            new.file = f"{number:05d}.xlsx"
            for kind in ("texts", "amounts", "tasks", "indicators", "results", "open_lines", "strays"):
                setattr(new, kind, [replace(row, form=new) for row in getattr(form, kind)])
            new.texts = [replace(t, text=f"单位{number}") if t.field == "unit" else t for t in new.texts]
            forms.append(change(number, new))
        files.append(Received(f"{number:05d}.xlsx", Path(f"/none/{number}.xlsx")))
        reads.append(ReadResult(f"sha-{number}", replace(base, file=f"{number:05d}.xlsx", forms=forms), None))
    part = check_reads(files, reads, profile, "zh")
    return batches.put_together(profile, files, [part], "zh", (), ClerkInputs())


def check(path, **options):
    return perfxl.check(path, **options)


def opened(data):
    """The workbook with its formulas and with their stored results."""
    return SimpleNamespace(
        data=data,
        formulas=openpyxl.load_workbook(io.BytesIO(data)),
        values=openpyxl.load_workbook(io.BytesIO(data), data_only=True),
    )


def rows(sheet):
    """The rows of a table by the words of its head."""
    head, *body = sheet.iter_rows(min_row=FIRST - 1, values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def formula_cells(book):
    for sheet in book:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.data_type == "f")


def links(book):
    return [cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]


class Reckoner:
    """Works the formulas of a workbook out anew, exactly, from its numbers; knows only what the summary uses."""

    def __init__(self, formulas, values):
        self._formulas, self._values = formulas, values

    def work_out(self, sheet, text):
        text = text.removeprefix("=")
        if match := re.fullmatch(r"ROUND\((.*),6\)", text):
            return self.work_out(sheet, match[1])
        if match := re.fullmatch(rf"SUM\({_AREA}\)|SUBTOTAL\(109,{_AREA}\)", text):
            return sum(self._area(sheet, *[part for part in match.groups() if part]))
        if match := re.fullmatch(rf'SUMIF\({_AREA},"([^"]+)",{_AREA}\)', text):
            parts = match.groups()
            marks = self._cells(sheet, *parts[:4])
            pairs = zip(marks, self._cells(sheet, *parts[5:]), strict=True)
            return sum(self._number(value) for mark, value in pairs if mark == parts[4])
        if match := re.fullmatch(rf'IF\({_CELL}="([^"]+)","([^"]+)","([^"]+)"\)', text):
            where, col, row, mark, yes, no = match.groups()
            return yes if self._value(where, f"{col}{row}") == mark else no
        if match := re.fullmatch(rf"{_CELL}-{_CELL}", text):
            parts = match.groups()
            left, right = f"{parts[1]}{parts[2]}", f"{parts[4]}{parts[5]}"
            return self._number(self._value(sheet, left)) - self._number(self._value(sheet, right))
        if match := re.fullmatch(_CELL, text):
            return self._number(self._value(match[1] or sheet, f"{match[2]}{match[3]}"))
        raise AssertionError(f"not a formula of the summary: {text}")

    def _value(self, sheet, cell):
        formula = self._formulas[sheet][cell].value
        if isinstance(formula, str) and formula.startswith("="):
            return self.work_out(sheet, formula)
        return formula

    def _cells(self, sheet, left, top, right, bottom):
        assert left == right
        return [self._value(sheet, f"{left}{row}") for row in range(int(top), int(bottom) + 1)]

    def _area(self, sheet, *corners):
        return [self._number(value) for value in self._cells(sheet, *corners)]

    @staticmethod
    def _number(value):
        if isinstance(value, Decimal):
            return value
        return Decimal(repr(value)) if isinstance(value, int | float) else Decimal(0)
