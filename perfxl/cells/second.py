"""The second look: what the fast look cannot tell, read from the raw XML of a sheet where there is a doubt.

The fast look shows a formula without a stored result, an error value and a blank cell alike as nothing, 95% as
0.95, and a figure with a ``d`` in its format as a date. Only a doubt that could change a finding is followed up;
most returns hold none, and then no XML is parsed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from perfxl.cells.grid import Merge
from perfxl.cells.package import Package
from perfxl.cells.refusal import Unreadable
from perfxl.model import column_letters

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Address = tuple[int, int]
#: the built-in number formats that show a share
PERCENT = frozenset((9, 10))
#: the sheets are listed in few tags of a part that may hold thousands of defined names
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s([^>]*?)/?>")
_PREFIX = re.compile(rb"\b\w+:(?=id=)")
_FORMULA = (b"<f", b":f")
_VALUE = (b"<v", b":v")
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
#: Excel takes no longer format
LONGEST_CODE = 255
#: a place for a digit, which of all formats of dates only one with parts of a second has
_DIGIT = re.compile(r"(?<![0#?.])(?<!s\.)[0#?]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a cell really holds.

    ``formula`` is its formula and ``result`` whether that has a stored result; ``error`` is ``#REF!`` or the like;
    ``percent`` whether its number is shown as a share; ``number`` what is stored under a format that only looks like
    that of a date.
    """

    formula: str = ""
    result: bool = False
    error: str = ""
    percent: bool = False
    number: float | None = None


@dataclass
class Told:
    """What a format tells of a sheet in one go: merged areas (``None``: ask calamine), what is hidden, cells."""

    merges: list[Merge] | None = None
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    truths: dict[Address, Truth] = field(default_factory=dict)


_NOTHING = Truth()


def look_again(
    package: Package | None,
    doubts: Mapping[str, Collection[Address]],
    figures: Mapping[str, Collection[Address]] | None = None,
) -> dict[tuple[str, int, int], Truth]:
    """Settle the doubts: sheet name -> (row, col) from 1. Cells of which there is nothing to tell are left out.

    ``figures`` are cells whose number is believed, and of which only the formula is asked, if they have one.

    An .xls, .xlsb or .ods, and a part that is not as it should be, give nothing: the fast look stands as it is.
    """
    figures = figures or {}
    if package is None or not (any(doubts.values()) or any(figures.values())):
        return {}
    found: dict[tuple[str, int, int], Truth] = {}
    try:
        parts = sheet_parts(package)
        for sheet in {**doubts, **figures}:
            xml = package.part(parts.get(sheet, ""))
            asked = {_address(*cell): cell for cell in doubts.get(sheet, ()) if _tells(xml, *cell, _FORMULA + _VALUE)}
            asked |= {_address(*cell): cell for cell in figures.get(sheet, ()) if _tells(xml, *cell, _FORMULA)}
            if asked:
                for address, truth in _Sheet(package, xml).truths(asked.keys()):
                    found[(sheet, *asked[address])] = truth
    except (ParseError, ValueError, LookupError, Unreadable):
        return {}
    return found


def _address(row: int, col: int) -> str:
    return f"{column_letters(col)}{row}"


def _tells(xml: bytes, row: int, col: int, marks: tuple[bytes, ...]) -> bool:
    """Whether the XML of a cell holds one of these tags: the cheap question first."""
    start = xml.find(f'r="{_address(row, col)}"'.encode())
    if start < 0:
        return False
    end = xml.find(b' r="', start + 3)
    stretch = xml[start : end if end > 0 else len(xml)]
    return any(mark in stretch for mark in marks)


def sheet_parts(package: Package) -> dict[str, str]:
    """Sheet name -> the part that holds it, by the package's own relationships."""
    from defusedxml.ElementTree import fromstring

    targets = {
        node.get("Id"): node.get("Target", "") for node in fromstring(package.part("xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for tag in _SHEET_TAG.findall(package.part("xl/workbook.xml")):
        node = fromstring(b"<sheet " + _PREFIX.sub(b"", tag) + b"/>")
        target = targets.get(node.get("id"), "").replace("\\", "/")
        parts[node.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return parts


class _Sheet:
    """The parsed XML of one sheet."""

    def __init__(self, package: Package, xml: bytes) -> None:
        from defusedxml.ElementTree import fromstring

        self.package = package
        self.cells: dict[str, Element] = {
            node.get("r", ""): node for node in fromstring(xml).iter() if local_name(node) == "c"
        }

    def truths(self, addresses: Collection[str]) -> list[tuple[str, Truth]]:
        """What there is to tell of some cells."""
        told = [(address, self._truth(address)) for address in addresses if address in self.cells]
        return [(address, truth) for address, truth in told if truth != _NOTHING]

    def _truth(self, address: str) -> Truth:
        cell = self.cells[address]
        parts = {local_name(child): child for child in cell}
        kind = cell.get("t", "n")
        stored = (parts["v"].text or "").strip() if "v" in parts else ""
        if kind == "e":
            return Truth(error=stored or "#N/A")
        formula = "=" + self._formula(address, parts["f"]) if "f" in parts else ""
        if formula and not stored and kind != "str":
            return Truth(formula)
        told = Truth(formula, result=bool(formula))
        if kind != "n" or not stored:
            return told
        format_id, code = self._format(int(cell.get("s") or 0))
        bare = LITERAL.sub("", code)
        if format_id in PERCENT or "%" in bare:
            return replace(told, percent=True)
        return replace(told, number=float(stored)) if _DIGIT.search(bare) else told

    def _formula(self, address: str, node: Element) -> str:
        """The text of a formula; a cell that shares another's has none of its own."""
        if node.text or node.get("t") != "shared":
            return node.text or ""
        for origin, cell in self.cells.items():
            master = next((child for child in cell if local_name(child) == "f"), None)
            if master is not None and master.text and master.get("si") == node.get("si"):
                from openpyxl.formula.translate import Translator

                return str(Translator("=" + master.text, origin).translate_formula(address)).removeprefix("=")
        return ""

    def _format(self, style: int) -> tuple[int, str]:
        """Number and code of a cell style's number format; the code of a built-in one is ``""``."""
        formats, codes = self._formats
        number = formats[style] if style < len(formats) else 0
        return number, codes.get(number, "")

    @cached_property
    def _formats(self) -> tuple[list[int], dict[int, str]]:
        """The number formats of the cell styles, and the codes of those that the file defines itself."""
        from defusedxml.ElementTree import fromstring

        xml = self.package.part("xl/styles.xml")
        formats: list[int] = []
        codes: dict[int, str] = {}
        for group in fromstring(xml) if xml else ():
            if local_name(group) == "numFmts":
                codes = {int(node.get("numFmtId", -1)): node.get("formatCode", "")[:LONGEST_CODE] for node in group}
            elif local_name(group) == "cellXfs":
                formats = [int(node.get("numFmtId", 0)) for node in group]
        return formats, codes


def local_name(node: Element) -> str:
    """The tag without its namespace."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
