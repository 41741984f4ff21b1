"""Formulas that are worked out again: constants, sums and what else needs no more than the four operations.

A result is only what every program gives: where a text is added, or a cell holds an error, nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import NamedTuple

from perfxl.formats.cell_details import MAX_RANGE
from perfxl.model import column_number

#: characters of a formula, and brackets within brackets
_LONGEST, _DEEPEST = 2_000, 50
#: a number that no amount reaches
_LARGEST = Decimal(10) ** 15

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)(?![\w!:])"
    r'|"(?P<text>(?:[^"]|"")*)"'
    r"|(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<sheet>[^\W\d][\w.]*))!)?"
    r"(?P<first>\$?[A-Za-z]{1,3}\$?[0-9]{1,7})(?::(?P<last>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}))?(?![\w(!:.])"
    r"|(?P<function>[A-Za-z]+)\(|(?P<sign>[-+*/%(),])|(?P<end>$))\s*"
)
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

#: sheet (``""``: its own), row and column -> the number of a cell (a blank is 0), ``None`` where it holds something
#: else, which SUM passes over; raises ``UnknownError`` where its value is not known
ValueOf = Callable[[str, int, int], Decimal | None]


class UnknownError(Exception):
    """What a formula gives is not known."""


class _Cells(NamedTuple):
    """A cell or a range that a formula names."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


_Operand = Decimal | _Cells


def worked_out(formula: str, value_of: ValueOf) -> Decimal | None:
    """What a formula gives, ``None`` for any that does more than this module knows."""
    if not formula.startswith("=") or len(formula) > _LONGEST:
        return None
    try:
        return _Formula(formula[1:], value_of).result()
    except (UnknownError, InvalidOperation, DivisionByZero, Overflow):
        return None


class _Formula:
    """A formula that is read from left to right."""

    def __init__(self, text: str, value_of: ValueOf) -> None:
        self._text, self._value_of = text, value_of
        self._place = self._depth = 0
        self._token = self._next()

    def result(self) -> Decimal:
        """What it gives, to the 15 digits that a cell keeps."""
        found = self._number(self._sum())
        if self._token["end"] is None:
            raise UnknownError
        if not found.is_finite() or abs(found) >= _LARGEST:
            raise UnknownError
        return Decimal(f"{found:.15g}")

    def _next(self) -> re.Match[str]:
        found = _TOKEN.match(self._text, self._place)
        if found is None:
            raise UnknownError
        self._place = found.end()
        return found

    def _takes(self, *signs: str) -> str:
        """The sign that comes now, if it is one of these; the next token then comes."""
        sign = self._token["sign"] or ""
        if sign not in signs:
            return ""
        self._token = self._next()
        return sign

    def _sum(self) -> _Operand:
        found = self._product()
        while sign := self._takes("+", "-"):
            right = self._number(self._product())
            found = self._number(found) + (right if sign == "+" else -right)
        return found

    def _product(self) -> _Operand:
        found = self._signed()
        while sign := self._takes("*", "/"):
            right = self._number(self._signed())
            found = self._number(found) * right if sign == "*" else self._number(found) / right
        return found

    def _signed(self) -> _Operand:
        if sign := self._takes("-", "+"):
            self._deeper()
            found = self._signed()
            self._depth -= 1
            return -self._number(found) if sign == "-" else found
        found = self._operand()
        while self._takes("%"):
            found = self._number(found) / 100
        return found

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownError

    def _operand(self) -> _Operand:
        if self._takes("("):
            self._deeper()
            found = self._sum()
            self._depth -= 1
            return self._closed(found)
        token = self._token
        if token["number"] is not None or token["text"] is not None:
            self._token = self._next()
            return Decimal(token["number"] or token["text"].strip())
        if token["first"] is not None:
            self._token = self._next()
            return _cells(token)
        if token["function"] is not None:
            self._deeper()
            self._token = self._next()
            found = self._function(token["function"].upper())
            self._depth -= 1
            return found
        raise UnknownError

    def _closed(self, found: _Operand) -> _Operand:
        if not self._takes(")"):
            raise UnknownError
        return found

    def _function(self, name: str) -> Decimal:
        given = [self._sum()]
        while self._takes(","):
            given.append(self._sum())
        self._closed(given[0])
        if name == "SUM":
            return sum((self._added(one) for one in given), Decimal(0))
        numbers = [self._number(one) for one in given]
        if name == "ABS" and len(numbers) == 1:
            return abs(numbers[0])
        if name == "ROUND" and len(numbers) == 2 and abs(numbers[1]) <= 15:
            return numbers[0].quantize(Decimal(1).scaleb(-int(numbers[1])), ROUND_HALF_UP)
        raise UnknownError

    def _number(self, found: _Operand) -> Decimal:
        """The number of an operand; a range is none."""
        if isinstance(found, Decimal):
            return found
        number = self._value_of(*found[:3]) if found[1:3] == found[3:] else None
        if number is None:
            raise UnknownError
        return number

    def _added(self, found: _Operand) -> Decimal:
        """What SUM adds of an operand; of cells it passes over all that are no numbers."""
        if isinstance(found, Decimal):
            return found
        sheet, top, left, bottom, right = found
        if (bottom - top + 1) * (right - left + 1) > MAX_RANGE:
            raise UnknownError
        cells = ((row, col) for row in range(top, bottom + 1) for col in range(left, right + 1))
        return sum((self._value_of(sheet, *cell) or Decimal(0) for cell in cells), Decimal(0))


def _cells(token: re.Match[str]) -> _Cells:
    sheet = (token["quoted"] or "").replace("''", "'") or token["sheet"] or ""
    rows, cols = [], []
    for address in (token["first"], token["last"] or token["first"]):
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise UnknownError
        rows.append(int(found[2]))
        cols.append(column_number(found[1].upper()))
    return _Cells(sheet, min(rows), min(cols), max(rows), max(cols))
