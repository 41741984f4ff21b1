"""Workbooks saved as XML 2003 spreadsheets, often under the name .xls: cells, formulas, errors and number formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from perfxl.formats.cell_details import CellDetails, Details, NumberFormat, SheetExtras, number_format
from perfxl.formats.errors import BROKEN_XML, DAMAGED, MAX_COLS, MAX_ROWS, TOO_MUCH, UNSAFE, Unreadable
from perfxl.formats.grid import Grid, Merge
from perfxl.formats.package import whole_number
from perfxl.formats.web_pages import decoded
from perfxl.model import column_letters

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
#: bytes of a file, and cells of all its sheets with the empty ones between
_MAX_XML = 40 * 2**20
_MAX_CELLS = 4_000_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_R1C1 = re.compile(r"(?<![\w.])R(\[-?\d+\]|\d+)?C(\[-?\d+\]|\d+)?(?![\w(])")

#: formats that go by a name
_NAMED = {"Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00"}
_GENERAL = NumberFormat()


def read_spreadsheetml(data: bytes) -> tuple[list[Grid], Details]:
    """The sheets of an XML 2003 spreadsheet and the details of their cells. Raises ``Unreadable`` if it is damaged."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(data) > _MAX_XML:
        raise Unreadable(*TOO_MUCH)
    try:
        root = fromstring(_DECLARATION.sub("", decoded(data), count=1).encode("utf-8", "replace"))
    except DefusedXmlException as error:
        raise Unreadable(*UNSAFE) from error
    except BROKEN_XML as error:
        raise Unreadable(*DAMAGED) from error
    formats = _formats(root)
    grids: list[Grid] = []
    details: Details = {}
    size = 0
    for sheet in root.findall(f"{_SS}Worksheet"):
        grid = _sheet(sheet, formats, details)
        size += sum(map(len, grid.rows))
        if size > _MAX_CELLS:
            raise Unreadable(*TOO_MUCH)
        grids.append(grid)
    return grids, details


def _formats(root: Element) -> dict[str, NumberFormat]:
    """How each style shows numbers; one without a format of its own as the style that it is derived from."""
    codes: dict[str, str] = {}
    for style in root.iterfind(f"{_SS}Styles/{_SS}Style"):
        node = style.find(f"{_SS}NumberFormat")
        inherited = codes.get(style.get(f"{_SS}Parent", ""), "")
        codes[style.get(f"{_SS}ID", "")] = node.get(f"{_SS}Format", "") if node is not None else inherited
    return {name: number_format(_NAMED.get(code, code)) for name, code in codes.items()}


def _sheet(node: Element, formats: Mapping[str, NumberFormat], details: Details) -> Grid:
    name = node.get(f"{_SS}Name", "")
    rows: list[list[object]] = []
    merges: list[Merge] = []
    extras = SheetExtras()
    number = 0
    for row in node.iterfind(f"{_SS}Table/{_SS}Row"):
        number = _whole(row, "Index") or number + 1
        if number > MAX_ROWS:
            break
        if _whole(row, "Hidden"):
            extras.hide_rows(number, number + _whole(row, "Span"))
        rows += [[] for _ in range(number - len(rows))]
        col = 0
        for cell in row.iterfind(f"{_SS}Cell"):
            col = _whole(cell, "Index") or col + 1
            if col > MAX_COLS:
                break
            style = cell.get(f"{_SS}StyleID") or row.get(f"{_SS}StyleID") or ""
            value, more = _cell(cell, number, col, formats.get(style, _GENERAL))
            line = rows[number - 1]
            line += [""] * (col - len(line))
            line[col - 1] = value
            if more is not None:
                details[name, number, col] = more
            across, down = _whole(cell, "MergeAcross"), _whole(cell, "MergeDown")
            if across or down:
                merges.append((number, col, min(number + down, MAX_ROWS), min(col + across, MAX_COLS)))
            col += across
        number += _whole(row, "Span")
    col = 0
    for column in node.iterfind(f"{_SS}Table/{_SS}Column"):
        first = _whole(column, "Index") or col + 1
        col = first + _whole(column, "Span")
        if _whole(column, "Hidden"):
            extras.hide_columns(first, col)
    grid = Grid(name, rows, merges)
    extras.hide(grid)
    return grid


def _cell(node: Element, row: int, col: int, form: NumberFormat) -> tuple[object, CellDetails | None]:
    data = node.find(f"{_SS}Data")
    text = "".join(data.itertext()) if data is not None else ""
    kind = data.get(f"{_SS}Type", "String") if data is not None else ""
    formula = _a1(node.get(f"{_SS}Formula", ""), row, col)
    if kind == "Error":
        return "", CellDetails(error=text or "#N/A")
    value = _value(kind, text)
    details = form.details(value) if isinstance(value, float) else None
    if not formula:
        return value, details
    return value, replace(details or CellDetails(), formula=formula, result=data is not None)


def _value(kind: str, text: str) -> object:
    try:
        if kind == "Number":
            return float(text)
        if kind == "Boolean":
            return text.strip() == "1"
        if kind == "DateTime":
            moment = datetime.fromisoformat(text.strip())
            return date(moment.year, moment.month, moment.day) if moment.time().isoformat() == "00:00:00" else moment
    except ValueError:
        pass
    return text


def _a1(formula: str, row: int, col: int) -> str:
    """A formula with addresses like E16 in place of R16C5 or R[-2]C."""

    def address(match: re.Match[str]) -> str:
        return f"{column_letters(max(1, _at(match[2], col)))}{max(1, _at(match[1], row))}"

    return _R1C1.sub(address, formula)


def _at(given: str | None, here: int) -> int:
    """A row or column: ``[-2]`` counts from here, ``7`` from the start, nothing is here."""
    if not given:
        return here
    return here + int(given[1:-1]) if given.startswith("[") else int(given)


def _whole(node: Element, name: str) -> int:
    return whole_number(node.get(_SS + name, ""), 7)
