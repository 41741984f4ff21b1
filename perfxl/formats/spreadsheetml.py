"""XML 2003 spreadsheets (SpreadsheetML), which many programs export under the name .xls.

Unlike the fast look this reads formulas, error values and percentages on the way, so there is no second look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from perfxl.formats.encoded import decoded
from perfxl.formats.errors import BROKEN_XML, damaged, too_much, unsafe
from perfxl.formats.far import MAX_COLS, MAX_ROWS
from perfxl.formats.grid import Grid, Merge
from perfxl.formats.number_formats import NumberFormat, number_format
from perfxl.formats.xlsx_details import Truth
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

Truths = dict[tuple[str, int, int], Truth]


class _Read(NamedTuple):
    value: object
    truth: Truth | None


def read_spreadsheetml(data: bytes) -> tuple[list[Grid], Truths]:
    """The sheets, and of their cells what values do not tell."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(data) > _MAX_XML:
        raise too_much()
    try:
        root = fromstring(_DECLARATION.sub("", decoded(data), count=1).encode("utf-8", "replace"))
    except DefusedXmlException as error:
        raise unsafe() from error
    except BROKEN_XML as error:
        raise damaged() from error
    formats = _formats(root)
    grids: list[Grid] = []
    truths: Truths = {}
    size = 0
    for sheet in root.findall(f"{_SS}Worksheet"):
        grid = _sheet(sheet, formats, truths)
        size += sum(map(len, grid.rows))
        if size > _MAX_CELLS:
            raise too_much()
        grids.append(grid)
    return grids, truths


def _formats(root: Element) -> dict[str, NumberFormat]:
    """How each style shows numbers; one that is made from another shows them as that does."""
    codes: dict[str, str] = {}
    for style in root.iterfind(f"{_SS}Styles/{_SS}Style"):
        node = style.find(f"{_SS}NumberFormat")
        inherited = codes.get(style.get(f"{_SS}Parent", ""), "")
        codes[style.get(f"{_SS}ID", "")] = node.get(f"{_SS}Format", "") if node is not None else inherited
    return {name: number_format(_NAMED.get(code, code)) for name, code in codes.items()}


def _sheet(node: Element, formats: Mapping[str, NumberFormat], truths: Truths) -> Grid:
    name = node.get(f"{_SS}Name", "")
    rows: list[list[object]] = []
    merges: list[Merge] = []
    hidden: set[int] = set()
    number = 0
    for row in node.iterfind(f"{_SS}Table/{_SS}Row"):
        number = _whole(row, "Index") or number + 1
        if number > MAX_ROWS:
            break
        if _whole(row, "Hidden"):
            hidden.update(range(number, min(number + _whole(row, "Span"), MAX_ROWS) + 1))
        rows += [[] for _ in range(number - len(rows))]
        col = 0
        for cell in row.iterfind(f"{_SS}Cell"):
            col = _whole(cell, "Index") or col + 1
            if col > MAX_COLS:
                break
            style = cell.get(f"{_SS}StyleID") or row.get(f"{_SS}StyleID") or ""
            value, truth = _cell(cell, number, col, formats.get(style, _GENERAL))
            line = rows[number - 1]
            line += [""] * (col - len(line))
            line[col - 1] = value
            if truth is not None:
                truths[name, number, col] = truth
            across, down = _whole(cell, "MergeAcross"), _whole(cell, "MergeDown")
            if across or down:
                merges.append((number, col, min(number + down, MAX_ROWS), min(col + across, MAX_COLS)))
            col += across
        number += _whole(row, "Span")
    grid = Grid(name, rows, merges)
    grid.hidden_rows, grid.hidden_cols = frozenset(hidden), frozenset(_hidden_columns(node))
    return grid


def _hidden_columns(node: Element) -> Iterator[int]:
    col = 0
    for column in node.iterfind(f"{_SS}Table/{_SS}Column"):
        col = _whole(column, "Index") or col + 1
        last = col + _whole(column, "Span")
        if _whole(column, "Hidden"):
            yield from range(col, min(last, MAX_COLS) + 1)
        col = last


def _cell(node: Element, row: int, col: int, form: NumberFormat) -> _Read:
    data = node.find(f"{_SS}Data")
    text = "".join(data.itertext()) if data is not None else ""
    kind = data.get(f"{_SS}Type", "String") if data is not None else ""
    formula = _a1(node.get(f"{_SS}Formula", ""), row, col)
    if kind == "Error":
        return _Read("", Truth(error=text or "#N/A"))
    value = _value(kind, text)
    number = value if isinstance(value, float) else None
    share, shown = form.percent and number is not None, None if number is None else form.shown(number)
    if not formula and not share and shown is None:
        return _Read(value, None)
    return _Read(value, Truth(formula, result=bool(formula) and data is not None, percent=share, shown=shown))


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
    """A formula with addresses like E16, as people know them."""

    def address(match: re.Match[str]) -> str:
        return f"{column_letters(max(1, _at(match[2], col)))}{max(1, _at(match[1], row))}"

    return _R1C1.sub(address, formula)


def _at(given: str | None, here: int) -> int:
    """A row or a column: ``[-2]`` counts from here, ``7`` from the start, nothing is here."""
    if not given:
        return here
    return here + int(given[1:-1]) if given.startswith("[") else int(given)


def _whole(node: Element, name: str) -> int:
    text = node.get(_SS + name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
