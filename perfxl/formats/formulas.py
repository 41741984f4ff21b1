"""Formulas that only add: which cells they take in, and what these make now."""

from __future__ import annotations

from decimal import Decimal

from perfxl.formats.grid import Grid, as_text

#: a formula over more cells than this adds up no form
LARGEST_RANGE = 10_000


def added(formula: str) -> list[tuple[int, int]] | None:
    """The cells (row, column from 1) of its own sheet that a formula adds up, one that it names twice twice.

    ``None`` for one that does more than SUM and +.
    """
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.utils import range_boundaries

    try:
        tokens = Tokenizer(formula).items
    except (TokenizerError, IndexError):
        return None
    cells: list[tuple[int, int]] = []
    for token in tokens:
        if token.type == "FUNC" and token.value.upper() not in ("SUM(", ")"):
            return None
        if token.type.startswith("OPERATOR") and token.value != "+":
            return None
        if token.type != "OPERAND":
            continue
        if token.subtype != "RANGE" or "!" in token.value:
            return None
        try:
            left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(token.value.replace("$", "")))
        except (ValueError, TypeError):
            return None
        if not (left and top and right and bottom) or (right - left + 1) * (bottom - top + 1) > LARGEST_RANGE:
            return None
        cells += [(row, col) for row in range(top, bottom + 1) for col in range(left, right + 1)]
    return cells


def worked_out(formula: str, grid: Grid) -> Decimal | None:
    """What a formula that only adds gives by what the sheet holds.

    ``None`` for any other, and where a cell holds something of which one cannot be sure how a program takes it. SUM
    passes over text, + does not.
    """
    cells = added(formula)
    if not cells:
        return None
    whole = Decimal(0)
    for row, col in cells:
        value = grid.value(row, col)
        if isinstance(value, int | float) and not isinstance(value, bool):
            whole += Decimal(as_text(value))
        elif not (value in ("", None) or (isinstance(value, str) and "+" not in formula)):
            return None
    return whole
