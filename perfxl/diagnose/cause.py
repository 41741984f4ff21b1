"""A possible cause of a difference between two sides of a sum, and the hints that are made from some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from perfxl.formats.cell_details import summed_cells
from perfxl.model import Hint, Lang, Ref, Text
from perfxl.values import wan

#: more explanations than this are of no use to a reader
MOST = 3
#: so many rows of one cause are named one by one; of more, the first and the last
NAMED = 4
#: more causes than this are not counted
COUNTED = 99


class Operand(NamedTuple):
    """A figure of a comparison.

    ``fen`` is ``None`` for an empty cell, ``measure`` the unit as written in the cell, ``number`` whether it is a
    number for Excel, ``formula`` its formula, ``decimals`` their number, ``shown`` the figure in fen as its format
    shows it, where that has fewer decimals.
    """

    ref: Ref
    label: str
    fen: int | None
    measure: str = ""
    number: bool = False
    formula: str = ""
    decimals: int = 0
    shown: int | None = None


class Kind(NamedTuple):
    """A kind of cause: the name of its hints, the message for one, that for many, and one item of that for many."""

    name: str
    one: Text
    many: Text
    item: Text = Text("{rows}", "{rows}")


class Cause(NamedTuple):
    """An assumption under which both sides are equal.

    ``operands`` are the figures in question, ``fen`` the amount in the message; ``change`` is the one cell that would
    have to change and by how many fen, where it is one; ``words`` are further values for the message.
    """

    kind: Kind
    operands: tuple[Operand, ...]
    fen: int
    change: tuple[Ref, int] | None = None
    words: Mapping[str, str | Text] = MappingProxyType({})


AMONG = Text(
    "{slip}，有{n}种可能：{items}{more}。仅凭数字无法判断是哪一种。",
    "{slip}, in {n} ways: {items}{more}. The figures alone do not tell which.",
)
MANY = Text(
    "另有{n}种解释同样成立，仅凭数字无法判断是哪一种。",
    "{n} more explanations fit as well; the figures alone do not tell which.",
)
ROW = Text("“{label}”（{cell}）", "“{label}” ({cell})")
ROWS = Text("{first}至{last}共 {n} 项", "{first} to {last} ({n} rows)")
COMMA, PLUS = Text("、", ", "), Text("＋", " + ")
MORE = Text("等", " and others")
EXACTLY, OVER = Text(" {n} ", "{n}"), Text("超过 {n} ", "more than {n}")

#: one item of a list of slips; of rows only the names are listed
NEEDED = Text("{rows}应为 {amount} 万元", "{rows} should be {amount}")


def offer(causes: Sequence[Cause], lang: Lang, *, each: int = MOST) -> tuple[Hint, ...]:
    """The causes as hints, at most ``MOST`` and ``each`` of a kind; of a kind with more, one hint for all of them."""
    kinds: dict[Kind, list[Cause]] = {}
    for cause in causes:
        kinds.setdefault(cause.kind, []).append(cause)
    offered: list[Hint] = []
    left: list[Hint] = []
    for kind, all_alike in kinds.items():
        alike = all_alike[: COUNTED + 1]
        room = min(each, MOST - len(offered))
        hints = [_hint(cause, lang) for cause in alike]
        if len(hints) <= room:
            offered.extend(hints)
        elif room:
            offered.append(_among(kind, alike, hints, lang))
        else:
            left.extend(hints)
    if left:
        offered.append(Hint("many", MANY.render(lang, n=_count(len(left), lang)), among=tuple(left)))
    return tuple(offered)


def _hint(cause: Cause, lang: Lang) -> Hint:
    cells = tuple(operand.ref for operand in cause.operands)
    return Hint(cause.kind.name, _message(cause.kind.one, cause, lang), cells, cause.change)


def _among(kind: Kind, causes: Sequence[Cause], hints: Sequence[Hint], lang: Lang) -> Hint:
    items = COMMA.render(lang).join(_message(kind.item, cause, lang, PLUS) for cause in causes[:MOST])
    more = MORE.render(lang) if len(causes) > MOST else ""
    message = AMONG.render(lang, slip=kind.many.render(lang), n=_count(len(causes), lang), items=items, more=more)
    cells = tuple(dict.fromkeys(cell for hint in hints for cell in hint.cells))
    return Hint(kind.name, message, cells, among=tuple(hints))


def _count(n: int, lang: Lang) -> str:
    return EXACTLY.render(lang, n=n) if n <= COUNTED else OVER.render(lang, n=COUNTED)


def _message(text: Text, cause: Cause, lang: Lang, joint: Text = COMMA) -> str:
    first = cause.operands[0]
    words = {name: word.render(lang) if isinstance(word, Text) else word for name, word in cause.words.items()}
    rows = _all_labelled(cause.operands, lang, joint)
    return text.render(lang, label=first.label, cell=str(first.ref), amount=wan(cause.fen), rows=rows, **words)


def _all_labelled(operands: Sequence[Operand], lang: Lang, joint: Text) -> str:
    """“A”（E17）、“B”（E18）, or the first and the last of more than ``NAMED``."""
    if len(operands) <= NAMED:
        return joint.render(lang).join(_labelled(operand, lang) for operand in operands)
    return ROWS.render(lang, first=_labelled(operands[0], lang), last=_labelled(operands[-1], lang), n=len(operands))


def _labelled(operand: Operand, lang: Lang) -> str:
    return ROW.render(lang, label=operand.label, cell=str(operand.ref))


def is_typed(operand: Operand) -> bool:
    """Whether the figure was typed: it has no formula, or one that does more than add up cells."""
    return not operand.formula or added_cells(operand.formula, operand.ref) is None


def added_parts(total: Sequence[Operand], parts: Sequence[Operand]) -> Counter[Ref] | None:
    """How often the formula of the total adds up each cell; ``None`` where it is no formula that adds up parts."""
    if len(total) != 1 or not total[0].formula:
        return None
    times = added_cells(total[0].formula, total[0].ref)
    return times if times and any(part.ref in times for part in parts) else None


def added_cells(formula: str, at: Ref) -> Counter[Ref] | None:
    """How often a formula adds up each cell of its own sheet; ``None`` for one that does more than SUM and +."""
    cells = summed_cells(formula)
    return None if cells is None else Counter(at._replace(row=row, col=col) for row, col in cells)
