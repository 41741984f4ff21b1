"""Cells of a workbook by name, edited and put back: the words in which the cases of this folder are written.

``项目1.total`` a field, ``部门整体支出.tasks[3].fiscal`` and ``.tasks[sum].total`` the task table,
``专项资金.indicators[cost,2,year].value`` an indicator (level, row, period where there are two), ``项目1!D7`` any cell,
``项目1`` the whole sheet. Rows count from 1; ``*`` stands for anything: ``项目1.indicators[cost,*].*``.

A cell is given a number, a text, ``""`` (empty) or a formula (``=SUM(D8:D9)``, which openpyxl saves without a result);
``{ formula = "…", result = 17 }`` saves it with one, ``{ value = 0.95, format = "0%" }`` sets how it is shown,
``{ value = "…", unmerge = true }`` takes it out of a merged area first, ``{ picture = true }`` lays a picture on it.
A sheet is given ``{ delete = true }`` or ``{ state = "hidden" }``.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.drawing.image import Image
from openpyxl.formatting.formatting import ConditionalFormattingList
from raw_books import Package

from perfxl.template import SheetLayout

_NAME = re.compile(r"(?P<sheet>[^.!]+)(?:!(?P<cell>[A-Z]+\d+)|\.(?P<path>.+))?")
_TASK = re.compile(r"tasks\[(?P<row>\d+|sum)\]\.(?P<column>\w+)")
_INDICATOR = re.compile(r"indicators\[(?P<level>\w+),(?P<row>\d+)(?:,(?P<period>\w+))?\]\.(?P<column>\w+)")

Edits = Mapping[str, Any]


class Places:
    """Names of cells -> addresses, and back."""

    def __init__(self, sheets: tuple[SheetLayout, ...]) -> None:
        self._cells = {
            f"{sheet.sheet}.{path}": f"{sheet.sheet}!{cell}" for sheet in sheets for path, cell in _cells_of(sheet)
        }
        self._names = {address: name for name, address in self._cells.items()}
        self.sheets = frozenset(sheet.sheet for sheet in sheets)

    def address(self, name: str) -> str:
        """``项目1.total`` -> ``项目1!D7``; an address is itself."""
        return name if "!" in name else self._cells[name]

    def all_names(self) -> list[str]:
        """The names of all cells to be filled in, sheet by sheet from the top down."""
        return list(self._cells)

    def addresses(self, name: str) -> list[str]:
        """The address of a name, or those of all the names that it stands for with its ``*``."""
        if "*" not in name:
            return [self.address(name)]
        pattern = re.compile(re.escape(name).replace(r"\*", ".*"))
        found = [address for known, address in self._cells.items() if pattern.fullmatch(known)]
        if not found:
            raise KeyError(name)
        return found

    def name(self, address: str) -> str:
        """``项目1!D7`` -> ``项目1.total``; the address where the cell has no name."""
        return self._names.get(address, address)


def _cells_of(sheet: SheetLayout) -> Iterator[tuple[str, str]]:
    yield "title", sheet.title.cell
    yield from ((key, spot.cell) for key, spot in sheet.fields.items())
    for number, task in enumerate(sheet.tasks, 1):
        yield from ((f"tasks[{number}].{key}", spot.cell) for key, spot in task.items())
    yield from ((f"tasks[sum].{key}", spot.cell) for key, spot in sheet.task_sum.items())
    seen: dict[str, int] = {}
    for row in sheet.indicators:
        seen[row.level] = number = seen.get(row.level, 0) + 1
        for period, columns in row.cells.items():
            which = f"{row.level},{number}" + (f",{period}" if len(row.cells) > 1 else "")
            yield from ((f"indicators[{which}].{key}", spot.cell) for key, spot in columns.items())


class Picture(Image):
    """A picture for openpyxl, which needs another library to look into the file of one."""

    def __init__(self, anchor: str) -> None:
        self.anchor = anchor
        self.width = self.height = 60
        self.format = "png"

    def _data(self) -> bytes:
        return b"\x89PNG\r\n\x1a\n"


class Book:
    """A workbook that is edited, saved and put back any number of times; it is opened once.

    Numbers, texts and formats are put into the XML of the saved sheets, which takes a tenth of the time that saving
    takes; for anything else the workbook is edited and saved by openpyxl.
    """

    def __init__(self, data: bytes, places: Places) -> None:
        self.places = places
        self._book: Workbook = load_workbook(io.BytesIO(data))
        _lighten(self._book, places.sheets)
        self._before: list[tuple[Any, Any, str]] = []
        self._unmerged: list[tuple[str, str]] = []
        self._hidden: list[Any] = []
        self._saved = 0

    def edited(self, edits: Edits) -> bytes:
        """The bytes of the workbook with the edits, which are undone again. No two of them are equal."""
        self._saved += 1
        if all(name not in self._book.sheetnames and _is_plain(value) for name, value in edits.items()):
            cells = {address: value for name, value in edits.items() for address in self.places.addresses(name)}
            formats = {address: value["format"] for address, value in cells.items() if isinstance(value, Mapping)}
            cells |= {address: cells[address]["value"] for address in formats}
            for address in cells:
                self._uncovered(address)
            if self._package.has(cells):
                return self._package.edited(cells, formats, self._numbered())
        return self._saved_with(edits)

    @cached_property
    def _package(self) -> Package:
        return Package(self._saved_with({}))

    def _numbered(self) -> dict[str, bytes]:
        name = "docProps/core.xml"
        numbered = rb"\g<1>%d" % self._saved
        return {name: re.sub(rb"(<dc:identifier[^>]*>)[0-9]+", numbered, self._package.parts[name])}

    def _saved_with(self, edits: Edits) -> bytes:
        results: dict[str, float] = {}
        with self._as_it_was():
            for name, value in edits.items():
                if name in self._book.sheetnames:
                    self._sheet(name, value)
                else:
                    for address in self.places.addresses(name):
                        self._cell(address, value, results)
            buffer = io.BytesIO()
            self._book.properties.identifier = str(self._saved)  # or equal edits would be one file sent twice
            self._book.save(buffer)
        return _with_results(buffer.getvalue(), results)

    def _sheet(self, name: str, what: Mapping[str, Any]) -> None:
        if what == {"delete": True}:
            self._book.remove(self._book[name])
        elif set(what) == {"state"}:
            self._book[name].sheet_state = what["state"]
        elif set(what) == {"hide"}:
            for line in what["hide"]:
                sheet = self._book[name]
                lines = sheet.row_dimensions if isinstance(line, int) else sheet.column_dimensions
                lines[line].hidden = True
                self._hidden.append(lines[line])
        else:
            raise ValueError(f"{name}: a sheet can only be deleted, get another state or hide lines, not {what!r}")

    def _cell(self, address: str, value: Any, results: dict[str, float]) -> None:
        sheet, cell = address.split("!")
        if value == {"picture": True}:
            self._book[sheet]._images.append(Picture(cell))
            return
        if isinstance(value, Mapping) and value.get("unmerge"):
            self._unmerge(sheet, cell)
        target = self._uncovered(address)
        self._before.append((target, target.value, target.number_format))
        if isinstance(value, Mapping):
            target.number_format = value.get("format", target.number_format)
            if "result" in value:
                results[address] = value["result"]
            value = value.get("formula", value.get("value"))
        target.value = None if value == "" else value

    def _uncovered(self, address: str) -> Cell:
        sheet, cell = address.split("!")
        target = self._book[sheet][cell]
        if isinstance(target, MergedCell):
            raise ValueError(f"{address} is covered by the cell it is merged into")
        return target

    def _unmerge(self, sheet: str, cell: str) -> None:
        area = next(area for area in self._book[sheet].merged_cells.ranges if cell in area)
        self._book[sheet].unmerge_cells(area.coord)
        self._unmerged.append((sheet, area.coord))

    @contextmanager
    def _as_it_was(self) -> Iterator[None]:
        self._before.clear()
        self._unmerged.clear()
        self._hidden.clear()
        sheets = list(self._book._sheets)
        try:
            yield
        finally:
            self._book._sheets = sheets
            for sheet in sheets:
                sheet._images.clear()
                sheet.sheet_state = "visible"
            for line in self._hidden:
                line.hidden = False
            for cell, value, shown in reversed(self._before):
                cell.value = value
                cell.number_format = shown
            for sheet, area in self._unmerged:
                self._book[sheet].merge_cells(area)


def _is_plain(value: Any) -> bool:
    """A number, a text, an error value or a formula without a result, with or without a number format."""
    if isinstance(value, Mapping):
        return set(value) == {"value", "format"} and _is_plain(value["value"])
    return isinstance(value, str | int | float)


def _lighten(book: Workbook, forms: frozenset[str]) -> None:
    """Take out what nobody reads and a third of the time to save goes into: other sheets, colours."""
    for sheet in book.worksheets:
        if sheet.title not in forms:
            book.remove(sheet)
        sheet.conditional_formatting = ConditionalFormattingList()
        sheet.data_validations.dataValidation = []


def _with_results(data: bytes, results: Mapping[str, float]) -> bytes:
    """The workbook with results stored beside its formulas, as Excel stores them; openpyxl cannot."""
    if not results:
        return data
    names = load_workbook(io.BytesIO(data), read_only=True).sheetnames
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            text = old.read(item)
            for address, result in results.items():
                sheet, cell = address.split("!")
                if item.filename == f"xl/worksheets/sheet{names.index(sheet) + 1}.xml":
                    found = re.compile(rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)(?:<v\s*/>|<v></v>)?'.encode())
                    text, count = found.subn(rb"\g<1><v>%s</v>" % str(result).encode(), text)
                    assert count == 1, f"no formula in {address}"
            new.writestr(item, text)
    return buffer.getvalue()
