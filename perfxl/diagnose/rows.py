"""Causes in the rows of a table (rounded, counted twice, left out, a subtotal among them) or in a formula over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from math import gcd
from typing import NamedTuple

from perfxl.diagnose.cause import COUNTED, Cause, Kind, Operand, is_typed
from perfxl.model import Ref, Text
from perfxl.values import FEN_PER_WAN

#: among more rows than this, sets of three or four that fit are found by chance
WIDEST = 20
#: a set of more rows than this is no slip, unless they are neighbours
LARGEST_SET = 4

AS_SHOWN = Kind(
    "shown_rounded",
    Text(
        "按表上显示的数计算，两边相等：{rows}存的小数比显示的多，差额就在没有显示的小数里。请四舍五入后重新填写。",
        "By the figures that the sheet shows both sides meet: {rows} hold more decimals than are shown, and these make "
        "the difference. Round them and type them again.",
    ),
    Text("差额在没有显示的小数里", "The difference is in decimals that are not shown"),
)
ROUNDED = Kind(
    "rounding",
    Text("若{rows}是四舍五入到{places}的，即可造成这一差额。", "Rounding {rows} to {places} can make this difference."),
    Text("可能是四舍五入造成", "Rounding may have made the difference"),
)
COUNTED_TWICE = Kind(
    "counted_twice",
    Text(
        "差额等于“{label}”（{cell}，{amount} 万元），可能重复计算了这一项。",
        "The difference equals “{label}” ({cell}, {amount}): was it counted twice?",
    ),
    Text("可能重复计算了一项", "One row may have been counted twice"),
)
LEFT_OUT = Kind(
    "left_out",
    Text(
        "差额等于“{label}”（{cell}，{amount} 万元），可能漏算了这一项。",
        "The difference equals “{label}” ({cell}, {amount}): was it left out?",
    ),
    Text("可能漏算了一项", "One row may have been left out"),
)
ROWS_TWICE = Kind(
    "counted_twice",
    Text(
        "差额等于{rows}之和（{amount} 万元），可能重复计算了这几项。",
        "The difference equals the sum of {rows} ({amount}): were they counted twice?",
    ),
    Text("可能重复计算了几项", "Several rows may have been counted twice"),
)
ROWS_LEFT_OUT = Kind(
    "left_out",
    Text(
        "差额等于{rows}之和（{amount} 万元），可能漏算了这几项。",
        "The difference equals the sum of {rows} ({amount}): were they left out?",
    ),
    Text("可能漏算了几项", "Several rows may have been left out"),
)
TEXTS_LEFT_OUT = Kind(
    "text_not_added",
    Text(
        "{rows}写成了文字，Excel 求和时不计入，共 {amount} 万元，正好是这一差额。请改为数字。",
        "Excel does not add what is typed as text: {rows} ({amount} in all), which is the difference. "
        "Type it as a number.",
    ),
    Text("有的行写成了文字", "Rows are typed as text"),
)
SUBTOTAL = Kind(
    "subtotal",
    Text(
        "“{label}”（{cell}，{amount} 万元）等于相邻各行之和，像是小计；不与各行一起相加，则两边相等。",
        "“{label}” ({cell}, {amount}) is the sum of the rows next to it, as a subtotal is; without it both sides meet.",
    ),
    Text("有一行像是小计", "One row may be a subtotal"),
)
MISSED = Kind(
    "range_misses",
    Text(
        "这个数是公式 {formula} 算出的，公式没有包括{rows}，共 {amount} 万元。请修改公式的范围。",
        "The figure comes from the formula {formula}, which leaves out {rows} ({amount} in all). Mend its range.",
    ),
    Text("公式没有包括全部各行", "The formula leaves out rows"),
)
FORMULA_TAKES_SUBTOTAL = Kind(
    "range_takes_subtotal",
    Text(
        "这个数是公式 {formula} 算出的，公式还加了 {cell}（{amount} 万元，像是 {added} 的小计）。请修改公式的范围。",
        "The figure comes from the formula {formula}, which also adds {cell} ({amount}, it seems the subtotal of "
        "{added}). Mend its range.",
    ),
    Text("公式把小计也加了进去", "The formula adds a subtotal"),
)
ADDED_TWICE = Kind(
    "range_adds_twice",
    Text(
        "这个数是公式 {formula} 算出的，公式把{rows}加了不止一次，多出 {amount} 万元。请修改公式的范围。",
        "The figure comes from the formula {formula}, which adds {rows} more than once ({amount} too much). "
        "Mend its range.",
    ),
    Text("公式把有的行加了不止一次", "The formula adds rows more than once"),
)
NOT_ADDED = Kind(
    "text_not_added",
    Text(
        "这个数是公式 {formula} 算出的；{rows}写成了文字，Excel 求和时不计入，共 {amount} 万元。请改为数字。",
        "The figure comes from the formula {formula}, and Excel does not add what is typed as text: {rows} "
        "({amount} in all). Type it as a number.",
    ),
    Text("有的行写成了文字", "Rows are typed as text"),
)
STALE = Kind(
    "stale_result",
    Text(
        "这个数是公式 {formula} 的旧结果，重新计算应为 {amount} 万元。请在 Excel 或 WPS 中打开，按 F9 重新计算后保存。",
        "The figure is an old result of the formula {formula}; worked out again it is {amount}. "
        "Open it, press F9 and save.",
    ),
    Text("公式的结果是旧的", "The result of the formula is old"),
)
WHOLE = Text("整数", "whole 万元")
DECIMALS = {1: Text("一位小数", "1 decimal")} | {
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
        yield Cause(ROUNDED, figures, gap, words={"places": DECIMALS[decimals] if decimals else WHOLE})


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
    found: dict[tuple[str, int], list[Operand]] = {}
    for row in rows:
        found.setdefault((row.ref.sheet, row.ref.col), []).append(row)
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
            yield Cause(
                ADDED_TWICE, tuple(twice), sum((part.fen or 0) * (times[part.ref] - 1) for part in twice), words=words
            )  # fmt: skip
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
