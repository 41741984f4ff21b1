"""The possible causes of a difference between two sides of a sum, and the hints that are made from some of them.

A cause is in the rows of a table (rounded, counted twice, left out, a subtotal among them), in a formula over them, or
in one figure: its unit of money, its decimal point, its digits, its sign.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, islice
from math import gcd
from types import MappingProxyType
from typing import NamedTuple

from perfxl.formats import summed_cells
from perfxl.model import Hint, Lang, Ref, Text
from perfxl.values import FEN_PER_WAN, wan

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
    item: Text


NAMES = Text("{rows}", "{rows}")


def _kind(name: str, zh: str, en: str, many: Text, item: Text = NAMES) -> Kind:
    return Kind(name, Text(zh, en), many, item)


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
        hints = [
            Hint(kind.name, _message(kind.one, cause, lang), tuple(each.ref for each in cause.operands), cause.change)
            for cause in alike
        ]
        if len(hints) <= room:
            offered.extend(hints)
        elif room:
            offered.append(_among(kind, alike, hints, lang))
        else:
            left.extend(hints)
    if left:
        offered.append(Hint("many", MANY.render(lang, n=_count(len(left), lang)), among=tuple(left)))
    return tuple(offered)


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
    return text.render(lang, label=first.label, cell=first.ref, amount=wan(cause.fen), rows=rows, **words)


def _all_labelled(operands: Sequence[Operand], lang: Lang, joint: Text) -> str:
    """“A”（E17）、“B”（E18）, or the first and the last of more than ``NAMED``."""
    names = [ROW.render(lang, label=operand.label, cell=operand.ref) for operand in operands]
    if len(names) <= NAMED:
        return joint.render(lang).join(names)
    return ROWS.render(lang, first=names[0], last=names[-1], n=len(names))


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


#: among more rows than this, sets of three or four that fit are found by chance
WIDEST = 20
#: a set of more rows than this is no slip, unless they are neighbours
LARGEST_SET = 4

AS_SHOWN = _kind(
    "shown_rounded",
    "按显示的金额计算，两边相等；{rows}实际存储的小数位多于显示的位数，差额由此产生。请按显示的位数重新填写。",
    "By the figures that the sheet shows both sides meet: {rows} hold more decimals than are shown, and these make "
    "the difference. Round them and type them again.",
    Text("差额在未显示的小数中", "The difference is in decimals that are not shown"),
)
ROUNDED = _kind(
    "rounding",
    "若{rows}是四舍五入到{places}的，这一差额可能由四舍五入造成。",
    "Rounding {rows} to {places} can make this difference.",
    Text("可能是四舍五入造成", "Rounding may have made the difference"),
)
COUNTED_TWICE = _kind(
    "counted_twice",
    "差额等于“{label}”（{cell}，{amount} 万元），可能重复计算该项。",
    "The difference equals “{label}” ({cell}, {amount}): was it counted twice?",
    Text("可能重复计算一项", "One row may have been counted twice"),
)
LEFT_OUT = _kind(
    "left_out",
    "差额等于“{label}”（{cell}，{amount} 万元），可能漏算该项。",
    "The difference equals “{label}” ({cell}, {amount}): was it left out?",
    Text("可能漏算一项", "One row may have been left out"),
)
ROWS_TWICE = _kind(
    "counted_twice",
    "差额等于{rows}之和（{amount} 万元），可能重复计算这几项。",
    "The difference equals the sum of {rows} ({amount}): were they counted twice?",
    Text("可能重复计算几项", "Several rows may have been counted twice"),
)
ROWS_LEFT_OUT = _kind(
    "left_out",
    "差额等于{rows}之和（{amount} 万元），可能漏算这几项。",
    "The difference equals the sum of {rows} ({amount}): were they left out?",
    Text("可能漏算几项", "Several rows may have been left out"),
)
TEXTS_LEFT_OUT = _kind(
    "text_not_added",
    "{rows}以文本格式填写，Excel 求和时不计入，共 {amount} 万元，与差额相等。请改为数字。",
    "Excel does not add what is typed as text: {rows} ({amount} in all), which is the difference. Type it as a number.",
    Text("部分行以文本格式填写", "Rows are typed as text"),
)
SUBTOTAL = _kind(
    "subtotal",
    "“{label}”（{cell}，{amount} 万元）等于相邻各行之和，可能为小计；不计入则两边相等。",
    "“{label}” ({cell}, {amount}) is the sum of the rows next to it, as a subtotal is; without it both sides meet.",
    Text("有一行可能为小计", "One row may be a subtotal"),
)
MISSED = _kind(
    "range_misses",
    "该数由公式 {formula} 计算得出，公式未包括{rows}，共 {amount} 万元。请修改公式的求和范围。",
    "The figure comes from the formula {formula}, which leaves out {rows} ({amount} in all). Mend its range.",
    Text("公式未包括全部各行", "The formula leaves out rows"),
)
FORMULA_TAKES_SUBTOTAL = _kind(
    "range_takes_subtotal",
    "该数由公式 {formula} 计算得出，公式另计入 {cell}（{amount} 万元，可能为 {added} 的小计）。请修改公式的求和范围。",
    "The figure comes from the formula {formula}, which also adds {cell} ({amount}, it seems the subtotal of "
    "{added}). Mend its range.",
    Text("公式计入了小计", "The formula adds a subtotal"),
)
ADDED_TWICE = _kind(
    "range_adds_twice",
    "该数由公式 {formula} 计算得出，公式重复计入{rows}，多计 {amount} 万元。请修改公式的求和范围。",
    "The figure comes from the formula {formula}, which adds {rows} more than once ({amount} too much). "
    "Mend its range.",
    Text("公式重复计入部分行", "The formula adds rows more than once"),
)
NOT_ADDED = _kind(
    "text_not_added",
    "该数由公式 {formula} 计算得出；{rows}以文本格式填写，Excel 求和时不计入，共 {amount} 万元。请改为数字。",
    "The figure comes from the formula {formula}, and Excel does not add what is typed as text: {rows} "
    "({amount} in all). Type it as a number.",
    Text("部分行以文本格式填写", "Rows are typed as text"),
)
STALE = _kind(
    "stale_result",
    "该数是公式 {formula} 未更新的结果，重新计算应为 {amount} 万元。请在 Excel 或 WPS 中打开，按 F9 重新计算后保存。",
    "The figure is an old result of the formula {formula}; worked out again it is {amount}. "
    "Open it, press F9 and save.",
    Text("公式结果未更新", "The result of the formula is old"),
)
DECIMALS = {0: Text("整数", "whole 万元"), 1: Text("一位小数", "1 decimal")} | {
    n: Text(f"{word}位小数", f"{n} decimals") for n, word in enumerate("两三四五", 2)
}


class _Table(NamedTuple):
    """Rows that should add up to the other side; ``excess`` is by how much the other side is larger, in fen."""

    rows: list[Operand]
    excess: int
    change: tuple[Ref, int] | None

    def cause(self, kind: Kind, *rows: Operand) -> Cause:
        """Rows that the other side includes once too often or not at all."""
        return Cause(kind, rows, sum(row.fen or 0 for row in rows), self.change)


def _table(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> _Table:
    rows, others, excess = (parts, total, gap) if len(parts) > 1 else (total, parts, -gap)
    change = (others[0].ref, -excess) if len(others) == 1 else None
    # a formula leaves out no row by mistake
    by_hand = change is None or is_typed(others[0])
    return _Table([row for row in rows if row.fen] if len(rows) > 1 and by_hand else [], excess, change)


def as_shown(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """Figures whose formats show fewer decimals than they have, where the figures as shown add up."""
    hiding = tuple(figure for figure in (*total, *parts) if figure.shown is not None)
    hidden = [sum(f.shown - (f.fen or 0) for f in side if f.shown is not None) for side in (total, parts)]
    if hiding and gap + hidden[0] - hidden[1] == 0:
        yield Cause(AS_SHOWN, hiding, gap)


def rounded(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """Figures of one side that have fewer decimals than the other side.

    The bound is three times the usual error of so many rounded figures, which grows with the root of their number.
    """
    stated, added = _decimals(total), _decimals(parts)
    if stated == added:
        return
    figures = tuple(figure for figure in (parts if added < stated else total) if figure.fen)
    decimals = min(stated, added)
    step = FEN_PER_WAN // 10**decimals
    if 4 * gap**2 <= min(len(figures) ** 2, 3 * len(figures)) * step**2:
        yield Cause(ROUNDED, figures, gap, words={"places": DECIMALS[decimals]})


def _decimals(figures: Sequence[Operand]) -> int:
    """The fewest decimals of 万元 that write all these figures, or as many as one of them shows."""
    common = gcd(FEN_PER_WAN, *(figure.fen or 0 for figure in figures))
    needed = next(n for n in range(7) if common % (FEN_PER_WAN // 10**n) == 0)
    return max(needed, *(figure.decimals for figure in figures), 0)


def one_row(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """One row counted twice, all that is typed as text left out, one row left out, or one that is a subtotal."""
    table = _table(total, parts, gap)
    yield from (table.cause(COUNTED_TWICE, row) for row in table.rows if row.fen == table.excess)
    texts = [row for row in table.rows if not row.number]
    all_texts = len(texts) < len(table.rows) and sum(row.fen or 0 for row in texts) == -table.excess
    if all_texts:
        yield table.cause(TEXTS_LEFT_OUT, *texts)
    left = [row for row in table.rows if row.fen == -table.excess and not (all_texts and texts == [row])]
    subtotals = [row for row in left if _is_subtotal(row, table.rows)]
    yield from (table.cause(LEFT_OUT, row) for row in left if row not in subtotals)
    for row in subtotals:
        yield Cause(SUBTOTAL, (row,), row.fen or 0, (row.ref, -(row.fen or 0)))


def _is_subtotal(row: Operand, rows: Sequence[Operand]) -> bool:
    """Whether the rows right above or right below, two or more, add up to this one."""
    for column in columns(rows):
        if row in column:
            place = column.index(row)
            for stretch in (column[:place][::-1], column[place + 1 :]):
                sums = accumulate(near.fen or 0 for near in stretch)
                if any(fen == row.fen for fen in islice(sums, 1, None)):
                    return True
    return False


def several_rows(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """Neighbours counted twice or left out; where none fit, the smallest sets of rows that do."""
    table = _table(total, parts, gap)
    negative = any((row.fen or 0) < 0 for row in table.rows)
    count = len(table.rows)
    # a total that lacks most of its rows is no slip
    for kind, fen, most_near, most in (
        (ROWS_TWICE, table.excess, count, LARGEST_SET),
        (ROWS_LEFT_OUT, -table.excess, (count + 1) // 2, min((count - 1) // 2, LARGEST_SET)),
    ):
        if fen > 0 or negative:
            near = [found for found in _neighbours(table.rows, fen) if len(found) <= most_near]
            rows = table.rows if negative else [row for row in table.rows if (row.fen or 0) < fen]
            yield from (table.cause(kind, *found) for found in near or _sets(rows, fen, most))


def columns(rows: Sequence[Operand]) -> list[list[Operand]]:
    """Rows below each other, from the top down."""
    found: dict[tuple[str, str, int], list[Operand]] = {}
    for row in rows:
        found.setdefault((row.ref.file, row.ref.sheet, row.ref.col), []).append(row)
    return [sorted(column, key=lambda row: row.ref.row) for column in found.values()]


def _neighbours(rows: Sequence[Operand], fen: int) -> Iterator[tuple[Operand, ...]]:
    """Two or more rows below each other that add up to an amount."""
    for column in columns(rows):
        begins: dict[int, list[int]] = {0: [0]}
        made = 0
        for last, row in enumerate(column):
            made += row.fen or 0
            yield from (tuple(column[first : last + 1]) for first in begins.get(made - fen, ()) if first < last)
            begins.setdefault(made, []).append(last + 1)


def _sets(rows: Sequence[Operand], fen: int, most: int) -> list[tuple[Operand, ...]]:
    """The smallest sets of rows that add up to an amount, at most one more than are counted."""
    fens = [row.fen or 0 for row in rows]
    for size in range(2, (most if len(rows) <= WIDEST else 2) + 1):
        if found := list(islice(_of_size(size, fens, fen), COUNTED + 1)):
            return [tuple(rows[place] for place in places) for places in found]
    return []


def _of_size(size: int, fens: Sequence[int], fen: int) -> Iterator[tuple[int, ...]]:
    """Indices of ``size`` figures with the sum ``fen``, the rest of a set looked up among pairs or singles."""
    lower: dict[int, list[tuple[int, ...]]] = {}
    for place, own in enumerate(fens):
        uppers: list[tuple[int, tuple[int, ...]]] = [(own, (place,))]
        if size == LARGEST_SET:
            uppers = [(own + other, (place, above)) for above, other in enumerate(fens[place + 1 :], place + 1)]
        for made, upper in uppers:
            for below in lower.get(fen - made, ()):
                yield below + upper
        if size == 2:
            lower.setdefault(own, []).append((place,))
        else:
            for first, other in enumerate(fens[:place]):
                lower.setdefault(own + other, []).append((first, place))


def by_formula(stated: Operand, parts: Sequence[Operand], gap: int, times: Counter[Ref]) -> Iterator[Cause]:
    """The cells that the formula of the stated total leaves out or adds twice, or an outdated result of it."""
    filled = [part for part in parts if part.fen]
    missed = [part for part in filled if not times[part.ref]]
    texts = [part for part in filled if times[part.ref] and not part.number]
    added = [part for part in filled if times[part.ref] and part.number]
    twice = [part for part in added if times[part.ref] > 1]
    beside = (stated.fen or 0) - sum((part.fen or 0) * times[part.ref] for part in added)
    subtotal = _subtotal(times.keys() - {part.ref for part in parts}, added, beside) if beside else None
    words = {"formula": stated.formula}
    if subtotal or not beside:
        for kind, found in ((MISSED, missed), (NOT_ADDED, texts)):
            if found:
                yield Cause(kind, tuple(found), sum(part.fen or 0 for part in found), words=words)
        if twice:
            fen = sum((part.fen or 0) * (times[part.ref] - 1) for part in twice)
            yield Cause(ADDED_TWICE, tuple(twice), fen, words=words)
        if subtotal:
            yield subtotal._replace(words={**words, **subtotal.words})
    elif not (missed or texts or twice):
        yield Cause(STALE, (stated,), (stated.fen or 0) - gap, words=words)


def _subtotal(others: Iterable[Ref], added: Sequence[Operand], beside: int) -> Cause | None:
    """A cell next to some of the rows with their sum, if it is all that the formula adds besides the parts."""
    beyond = set(others)
    for column in columns(added):
        for last in range(1, len(column)):
            fen = column[last].fen or 0
            for first in range(last - 1, -1, -1):
                fen += column[first].fen or 0
                start, end = column[first].ref, column[last].ref
                for cell in (end._replace(row=end.row + 1), start._replace(row=start.row - 1)):
                    if fen == beside and cell in beyond:
                        words = {"added": f"{start.cell}:{end.cell}"}
                        return Cause(FORMULA_TAKES_SUBTOTAL, (Operand(cell, "", fen),), fen, words=words)
    return None


#: 1 万元 = 10,000 元
YUAN = 10_000
#: an amount in 元 is as a rule not less; read as 万元
LEAST_YUAN = 1_000 * FEN_PER_WAN
#: figures of fewer digits are similar by chance
FEWEST_DIGITS = 3
UNIT = Text("可能有一个数的单位弄错", "The unit of one figure may be wrong")
_slip = partial(_kind, item=NEEDED)

YUAN_AS_WAN = _slip(
    "yuan_written",
    "若“{label}”（{cell}）的单位是万元而不是元，即 {amount} 万元，则两边相等。",
    "If “{label}” ({cell}) is meant in 万元, not 元, that is {amount}, both sides meet.",
    UNIT,
)
WAN_AS_YUAN = _slip(
    "wan_meant_yuan",
    "若“{label}”（{cell}）填的是元，即 {amount} 万元，则两边相等。",
    "If “{label}” ({cell}) was typed in 元, that is {amount} 万元, both sides meet.",
    UNIT,
)
WAN_AMONG_YUAN = _kind(
    "wan_among_yuan",
    "若其他各项填的是元，只有“{label}”（{cell}）填的是万元，即 {amount} 元，则两边相等。",
    "If “{label}” ({cell}) was typed in 万元 and all others in 元, that is {amount} 元, both sides meet.",
    UNIT,
    Text("{rows}应为 {amount} 元", "{rows} should be {amount} 元"),
)
POINT = _slip(
    "decimal_point",
    "若“{label}”（{cell}）的小数点移位，即 {amount} 万元，则两边相等。",
    "If the decimal point of “{label}” ({cell}) is moved, that is {amount}, both sides meet.",
    Text("可能有一个数的小数点移位", "The decimal point of one figure may have slipped"),
)
SWAPPED = _slip(
    "swapped_digits",
    "“{label}”（{cell}）可能有两个数字颠倒：若为 {amount} 万元，则两边相等。",
    "Two digits of “{label}” ({cell}) may be swapped: with {amount} both sides meet.",
    Text("可能有一个数的两个数字颠倒", "Two digits of one figure may be swapped"),
)
MISTYPED = _slip(
    "mistyped_digit",
    "“{label}”（{cell}）可能有一位数字录错：若为 {amount} 万元，则两边相等。",
    "One digit of “{label}” ({cell}) may be mistyped: with {amount} both sides meet.",
    Text("可能有一个数的一位数字录错", "One digit of one figure may be mistyped"),
)
SIGN = _slip(
    "sign",
    "“{label}”（{cell}）的正负号可能写反：若为 {amount} 万元，则两边相等。",
    "The sign of “{label}” ({cell}) may be wrong: with {amount} both sides meet.",
    Text("可能有一个数的正负号写反", "The sign of one figure may be wrong"),
)


def units(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """A figure in 元 among 万元, by the unit it is written with or, where it has none, assumed; or the reverse."""
    if gap % (YUAN - 1):
        return
    figures = [operand for operand in (*total, *parts) if operand.fen]
    found = list(_slips(YUAN_AS_WAN, total, parts, gap, lambda has, needs: needs == has * YUAN, ("元",)))
    found = found or list(_slips(WAN_AS_YUAN, total, parts, gap, lambda has, needs: has == needs * YUAN))
    for cause in found or _slips(WAN_AMONG_YUAN, total, parts, gap, lambda has, needs: needs == has * YUAN):
        others = [operand for operand in figures if operand not in cause.operands]
        if found or all(abs(operand.fen or 0) >= LEAST_YUAN for operand in others):
            yield cause


def likely_slips(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """A slipped decimal point, two digits swapped, a wrong sign in one figure."""
    if gap % 9 == 0:  # as it is after both of the first
        yield from _slips(POINT, total, parts, gap, _point_slipped, ())
        yield from _slips(SWAPPED, total, parts, gap, _digits_swapped, ())
    yield from _slips(SIGN, total, parts, gap, lambda has, needs: has < 0 and has == -needs, ())


def mistyped(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[Cause]:
    """One digit mistyped in one figure."""
    if len(str(abs(gap)).strip("0")) == 1:
        yield from _slips(MISTYPED, total, parts, gap, _digit_mistyped, ())


def _slips(
    kind: Kind,
    total: Sequence[Operand],
    parts: Sequence[Operand],
    gap: int,
    fits: Callable[[int, int], bool],
    measures: Sequence[str] = ("", "万元"),
) -> Iterator[Cause]:
    for side, change in ((total, -gap), (parts, gap)):
        for operand in side:
            if not operand.fen or (measures and operand.measure not in measures):
                continue
            if fits(operand.fen, operand.fen + change) and is_typed(operand):
                yield Cause(kind, (operand,), operand.fen + change, (operand.ref, change))


def _point_slipped(has: int, needs: int) -> bool:
    return any(has * shift == needs or needs * shift == has for shift in (10, 100, 1000))


def _digits_swapped(has: int, needs: int) -> bool:
    apart = _apart(has, needs)
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = str(abs(has)), str(abs(needs))
    return first[apart[0]] == second[apart[1]] and first[apart[1]] == second[apart[0]]


def _digit_mistyped(has: int, needs: int) -> bool:
    """Whether one digit is another, of those typed: the whole integer, and decimals up to the last that is not 0."""
    apart = _apart(has, needs)
    digits = str(abs(has))
    decimals = digits.zfill(7)[-6:].rstrip("0")
    typed = len(digits) - 6 + len(decimals)
    return len(apart) == 1 and apart[0] < typed and typed >= FEWEST_DIGITS


def _apart(has: int, needs: int) -> list[int]:
    """The places at which the digits of two figures of one length and sign differ, from the left."""
    first, second = str(abs(has)), str(abs(needs))
    if len(first) != len(second) or (has < 0) != (needs < 0):
        return []
    return [place for place, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
