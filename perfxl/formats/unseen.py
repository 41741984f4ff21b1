"""Which rows and columns of an .xlsx are hidden, from the raw XML of its sheets: most say nothing of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import ParseError

from perfxl.formats.far import MAX_COLS, MAX_ROWS
from perfxl.formats.grid import Grid
from perfxl.formats.package import Package
from perfxl.formats.xlsx_details import sheet_parts

_TAG = re.compile(rb"<(?:\w+:)?(row|col)\s([^<>]*)>")
_HIDDEN = re.compile(rb'\bhidden\s*=\s*["\'](?:1|true)["\']')
_NUMBER = re.compile(rb'\b(r|min|max)\s*=\s*["\'](\d{1,7})["\']')


def tell_hidden(package: Package, grids: Sequence[Grid]) -> None:
    """Give the grids of an .xlsx their hidden rows and columns; a part that is not as it should be tells nothing."""
    sheets = [name for name in package.names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    if not any(b"hidden=" in package.part(name) for name in sheets):
        return
    try:
        parts = sheet_parts(package)
    except (ParseError, ValueError, LookupError):
        return
    for grid in grids:
        xml = package.part(parts.get(grid.sheet, ""))
        rows: set[int] = set()
        cols: set[int] = set()
        for kind, attributes in _TAG.findall(xml) if b"hidden=" in xml else ():
            if not _HIDDEN.search(attributes):
                continue
            numbers = {name: int(number) for name, number in _NUMBER.findall(attributes)}
            if kind == b"row" and b"r" in numbers:
                rows.add(min(numbers[b"r"], MAX_ROWS + 1))
            elif b"min" in numbers and b"max" in numbers:
                cols.update(range(numbers[b"min"], min(numbers[b"max"], MAX_COLS) + 1))
        grid.hidden_rows, grid.hidden_cols = frozenset(rows), frozenset(cols)
