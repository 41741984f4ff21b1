"""One amount of money as a cell holds it: exact to the fen, with all that was said by the way it was written.

A text is taken for an amount only where it cannot mean another one: ``(12)``, ``5 6``, ``17+3`` and ``17个``
are refused with a note that says why, and a second figure is never passed over in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from perfxl.values.dates import without_dates, without_items
from perfxl.values.figures import Figure, RefusedError, close_up, figures, refuse_formula, spell_out
from perfxl.values.measures import MONEY, money_unit, to_fen
from perfxl.values.numerals import decimals, from_cell, inexact, other_text, written
from perfxl.values.text import LONGEST, is_placeholder, one_line_each

State = Literal["ok", "blank", "placeholder", "unreadable", "several"]

#: what people write where there is no amount; a profile may have its own
PLACEHOLDERS = frozenset(
    (
        "—",
        "–",
        "-",
        "/",
        "\\",
        "*",
        "×",
        ".",
        "无",
        "暂无",
        "没有",
        "同上",
        "N/A",
        "n/a",
        "NA",
        "None",
        "null",
    )
)

_WIDE = re.compile("[０-９．－＋]|，(?=[0-9０-９]{3})")
_UNIT_IN_BRACKETS = re.compile(rf"(?<=[0-9])\(({MONEY})\)")
_INNERMOST = re.compile(r"\(([^()]*)\)")
_TOTAL = re.compile(r"(?:总额|总计|合计|共计|总投资|总金额|总资金|(?<!公)共)[:为是]*\Z")
_SUBSET = re.compile("其中|含")
_PUNCTUATION = " \n;:,。.、!?'\"“”"
_MUCH_TEXT = 0.4
_SENTENCE = 15


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as understood, beside how it was written.

    ``notes`` are machine words.
    The writing: ``full_width``, ``thousands``, ``spaces``, ``capitals``, ``currency``, ``sign``, ``years``,
    ``compound`` (17万5000元), ``leading_text``, ``trailing_text``, ``embedded`` (much text), ``sentence``
    (much text, and long).
    The figure: ``sub_fen``, ``precision`` (a number cell past 15 digits).
    Several figures: ``repeated``, ``range``, ``parts_differ``, ``other_figure`` (17万元,3个).
    Why unreadable: ``formula_text``, ``spaces``, ``sign``, ``brackets``, ``separators``, ``no_figure``,
    ``unknown_measure``, ``form_measure``, ``capitals``, ``too_large``, ``not_finite``, ``date``, ``boolean``,
    ``not_text``, ``too_long``.
    """

    state: State
    #: exact; with "several" the total where the text states one; else ``None``
    fen: int | None
    #: as written; of a number cell the shortest way to write it
    text: str
    #: whether the cell held a number, not text
    number: bool = False
    #: the unit as understood; "" where the cell writes none and the form's was assumed
    measure: str = ""
    #: the unit as written, where it had to be mended: 万无, 万
    misspelt: str = ""
    #: what a unit price is per: 亩, 人·月
    per: str = ""
    #: as written, in the unit as written; ``None`` without a figure
    decimals: int | None = None
    operator: str = "="
    #: fen of each part, where the text breaks the amount down
    parts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def parse_amount(value: object, measure: str = "万元", placeholders: frozenset[str] = PLACEHOLDERS) -> Amount:
    """Read a cell's amount; ``measure`` is the form's 金额单位, taken where the cell writes no unit.

    ``'260元'`` is 26_000 fen with measure ``元``; ``17`` is 17 万元 with measure ``''``. Never raises.
    """
    if value is None:
        return _BLANK
    if isinstance(value, str):
        return _from_text(value, measure, placeholders)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Amount("unreadable", None, other_text(value), notes=(_kind_of(value),))
    # a Decimal may be a signalling NaN, which cannot be a key
    return _of_number(value, measure) if isinstance(value, Decimal) else _from_number(value, measure)


_BLANK = Amount("blank", None, "")


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "date" if hasattr(value, "isoformat") else "not_text"


def _of_number(value: float | Decimal, measure: str) -> Amount:
    number = from_cell(value)
    if number is None:
        return Amount("unreadable", None, str(value), number=True, notes=("not_finite",))
    text = written(number)
    try:
        fen, notes = _fen(number, money_unit(measure)[0])
    except RefusedError as refused:
        return Amount("unreadable", None, text, number=True, notes=(refused.note,))
    if inexact(number):
        notes = (*notes, "precision")
    return Amount("ok", fen, text, number=True, decimals=decimals(Decimal(text)), notes=notes)


# 1, 1.0 and True are equal keys but not the same cell, hence typed
_from_number = lru_cache(maxsize=16_384, typed=True)(_of_number)


def _fen(number: Decimal, unit: str) -> tuple[int, tuple[str, ...]]:
    if not unit:
        raise RefusedError("form_measure")
    result = to_fen(number, unit)
    if result is None:
        raise RefusedError("too_large")
    return result[0], () if result[1] else ("sub_fen",)


@lru_cache(maxsize=65_536)
def _from_text(raw: str, measure: str, placeholders: frozenset[str]) -> Amount:
    text = one_line_each(raw)
    if not text:
        return _BLANK
    if is_placeholder(text, placeholders):
        return Amount("placeholder", None, raw)
    notes = ("full_width",) if _WIDE.search(raw) else ()
    try:
        if len(text) > LONGEST:
            raise RefusedError("too_long")
        return _read(raw, text, money_unit(measure)[0], notes)
    except RefusedError as refused:
        return Amount("unreadable", None, raw, notes=(*notes, refused.note))


def _read(raw: str, text: str, form_unit: str, notes: tuple[str, ...]) -> Amount:
    bare, spaced = close_up(text)
    refuse_formula(bare)
    undated = without_dates(bare)
    if undated != bare:
        notes += ("years",)
    main, inner = _take_brackets(_UNIT_IN_BRACKETS.sub(r"\1", without_items(undated)))
    found = figures(main) or spell_out(main)
    money = [figure for figure in found if not figure.foreign]
    if not money:
        raise RefusedError("unknown_measure" if found else "brackets" if figures(inner) else "no_figure")
    first = money[0]
    fen, rounded = _fen(first.number, first.unit or form_unit)
    amount = Amount(
        "ok",
        fen,
        raw,
        measure=first.unit,
        misspelt=first.misspelt,
        per=first.per,
        decimals=decimals(first.number),
        operator=first.operator,
        notes=notes + spaced + first.notes + rounded + _rest_notes(main, found, inner, len(bare)),
    )
    if len(found) > 1:
        return _several(amount, main, inner, found, form_unit)
    return _with_parts(amount, inner, first.unit or form_unit) if inner else amount


def _take_brackets(text: str) -> tuple[str, str]:
    """The text without what stands in brackets, and that, from the inside out, divided by ``;``."""
    taken: list[str] = []

    def take(found: re.Match[str]) -> str:
        taken.append(found[1])
        return ";"

    while "(" in text:
        text, count = _INNERMOST.subn(take, text)
        if not count:
            break
    return text, ";".join(taken)


def _rest_notes(main: str, found: list[Figure], inner: str, length: int) -> tuple[str, ...]:
    """What the words around the figures amount to."""
    ahead = main[: found[0].start].strip(_PUNCTUATION)
    behind = main[found[-1].end :].strip(_PUNCTUATION)
    between = [main[a.end : b.start].strip(_PUNCTUATION) for a, b in pairwise(found)]
    aside = inner if inner and not figures(inner) else ""
    notes = [word for word, text in (("leading_text", ahead), ("trailing_text", behind or aside)) if text]
    rest = len(ahead) + len(behind) + sum(map(len, between))
    if rest > _MUCH_TEXT * length:
        notes += ["embedded", "sentence"] if length > _SENTENCE else ["embedded"]
    return tuple(notes)


def _with_parts(amount: Amount, inner: str, unit: str) -> Amount:
    """The amount with the figures in its brackets as its parts: 854万(400万元,295万元,159万元)."""
    money = [figure for figure in figures(inner) if not figure.foreign]
    if not money:
        return amount
    parts = tuple(_fen(figure.number, figure.unit or unit)[0] for figure in money)
    stated = amount.fen or 0
    told = sum(parts) <= stated if _SUBSET.search(inner) else sum(parts) == stated
    notes = amount.notes if told else (*amount.notes, "parts_differ")
    return replace(amount, state="several", parts=parts, notes=notes)


def _several(amount: Amount, main: str, inner: str, found: list[Figure], form_unit: str) -> Amount:
    """Several figures side by side: one amount only if it is repeated, or the first is called the total."""
    money = [figure for figure in found if not figure.foreign]
    fens = tuple(_fen(figure.number, figure.unit or form_unit)[0] for figure in money)
    amount = replace(amount, state="several")
    if len(money) == 1:
        return replace(amount, notes=(*amount.notes, "other_figure"))
    if len(set(fens)) == 1 and len({figure.per for figure in money}) == 1:
        return _with_parts(replace(amount, notes=(*amount.notes, "repeated")), inner, money[0].unit or form_unit)
    if not found[0].foreign and _TOTAL.search(main[: found[0].start]):
        differ = ("parts_differ",) if sum(fens[1:]) != fens[0] else ()
        return replace(amount, parts=fens[1:], notes=amount.notes + differ)
    ranged = len(money) == 2 and main[money[0].end : money[1].start].strip() in ("", "~", "至", "到", "—")
    notes = (*amount.notes, "range") if ranged else amount.notes
    return replace(amount, fen=None, measure="", misspelt="", per="", decimals=None, operator="=", notes=notes)
