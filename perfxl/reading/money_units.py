"""The unit of money that a form prints, 金额单位：万元 or 项目资金（元）: it governs the figures that agree with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from perfxl.formats import Grid
from perfxl.profiles import Profile
from perfxl.reading.labels import Labels, Segment
from perfxl.reading.rows import COST, AmountRow, FormRows, StrayRow
from perfxl.values import money_unit, parse_amount, squeeze, to_fen

_UNIT = "(?:百|十|千)?(?:万|亿)?元"
_STATED = re.compile(rf"(?:金额|货币|计量|数额)?单位[:：]?(?:人民币)?({_UNIT})(?![一-龥/])")
_IN_BRACKETS = re.compile(rf"\((?:单位[:：]?)?(?:人民币)?({_UNIT})\)")
#: a form whose largest amount is less than so many fen, 1000元, does not count in that unit
_LEAST = 100_000


def printed_units(grid: Grid, segment: Segment, labels: Labels) -> Iterator[tuple[str, int, int]]:
    """The units that the heads and labels of a form name, with their cells."""
    for row in segment.rows:
        for cell in grid.row(row):
            text = squeeze(cell.text) if isinstance(cell.value, str) and "元" in cell.text else ""
            found = _STATED.search(text) or (_IN_BRACKETS.search(text) if labels.is_label(cell.value) else None)
            if text and found and (unit := money_unit(found[1])[0]):
                yield unit, *cell.place


def settle_units(forms: Sequence[FormRows], profile: Profile) -> None:
    """Read the figures of each form in its own unit, and note the printed units that they speak against.

    Of several units, that one counts by which the amounts are those of the other forms; where that does not tell, the
    printed one, unless it makes all amounts trifles.
    """
    usual = profile.measure
    known = {fen for form in forms if {unit for unit, *_ in form.units} <= {usual} for fen in _fens(form, usual)}
    for form in forms:
        units = list(dict.fromkeys(unit for unit, *_ in form.units))
        if set(units) <= {usual}:
            continue
        unit = _unit_of(form, units, usual, known)
        if unit != usual:
            form.measure = unit
            form.amounts[:] = [_counted_in(unit, row, profile) for row in form.amounts]
        example = next((row.text for row in form.amounts if row.fen and not row.amount.measure), "")
        form.strays += [
            StrayRow(form, "unit", f"{printed}\n{unit}\n{example}", *place)
            for printed, *place in form.units
            if printed != unit and example
        ]


def _unit_of(form: FormRows, units: Sequence[str], usual: str, known: set[int]) -> str:
    agreeing = {unit: len(_fens(form, unit) & known) for unit in dict.fromkeys((*units, usual))}
    most = max(agreeing.values())
    best = [unit for unit, number in agreeing.items() if number == most]
    if most and len(best) == 1:
        return best[0]
    if usual in units:
        return usual
    largest = max(_fens(form, units[0]), default=_LEAST)
    return units[0] if largest >= _LEAST else usual


def _fens(form: FormRows, unit: str) -> set[int]:
    """The amounts of a form but those of its indicators, if they count that unit where they name none."""
    found = set()
    for row in form.amounts:
        if row.state == "ok" and row.column != COST and row.fen:
            fen = row.fen if row.amount.measure else _in_unit(row, unit)
            found |= {fen} if fen else set()
    return found


def _in_unit(row: AmountRow, unit: str) -> int:
    try:
        result = to_fen(Decimal(row.text), unit)
    except InvalidOperation:
        return parse_amount(row.text, unit).fen or 0
    return result[0] if result else 0


def _counted_in(unit: str, row: AmountRow, profile: Profile) -> AmountRow:
    """The amount, read once more by another unit."""
    written = Decimal(row.text) if row.number else row.text
    if row.state in ("blank", "placeholder") or (row.number and row.state != "ok"):
        return row
    amount = parse_amount(written, unit, profile.words.placeholders, limits=row.column == COST)
    return replace(row, amount=amount)
