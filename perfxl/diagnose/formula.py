"""A total that a formula gives: the formula itself tells why it differs, for certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from perfxl.diagnose.cause import NAMES, Cause, Kind, Operand
from perfxl.diagnose.rows import columns
from perfxl.model import Ref, Text

MISSED = Kind(
    "range_misses",
    Text(
        "这个数是公式 {formula} 算出的，公式没有包括{rows}，共 {amount} 万元。请修改公式的范围。",
        "The figure comes from the formula {formula}, which leaves out {rows} ({amount} in all). Mend its range.",
    ),
    Text("公式没有包括全部各行", "The formula leaves out rows"),
    NAMES,
)
SUBTOTAL = Kind(
    "range_takes_subtotal",
    Text(
        "这个数是公式 {formula} 算出的，公式还加了 {cell}（{amount} 万元，像是 {added} 的小计）。请修改公式的范围。",
        "The figure comes from the formula {formula}, which also adds {cell} ({amount}, it seems the subtotal of "
        "{added}). Mend its range.",
    ),
    Text("公式把小计也加了进去", "The formula adds a subtotal"),
    NAMES,
)
ADDED_TWICE = Kind(
    "range_adds_twice",
    Text(
        "这个数是公式 {formula} 算出的，公式把{rows}加了不止一次，多出 {amount} 万元。请修改公式的范围。",
        "The figure comes from the formula {formula}, which adds {rows} more than once ({amount} too much). "
        "Mend its range.",
    ),
    Text("公式把有的行加了不止一次", "The formula adds rows more than once"),
    NAMES,
)
NOT_ADDED = Kind(
    "text_not_added",
    Text(
        "这个数是公式 {formula} 算出的；{rows}写成了文字，Excel 求和时不计入，共 {amount} 万元。请改为数字。",
        "The figure comes from the formula {formula}, and Excel does not add what is typed as text: {rows} "
        "({amount} in all). Type it as a number.",
    ),
    Text("有的行写成了文字", "Rows are typed as text"),
    NAMES,
)
STALE = Kind(
    "stale_result",
    Text(
        "这个数是公式 {formula} 的旧结果，重新计算应为 {amount} 万元。请在 Excel 或 WPS 中打开，按 F9 重新计算后保存。",
        "The figure is an old result of the formula {formula}; worked out again it is {amount}. "
        "Open it, press F9 and save.",
    ),
    Text("公式的结果是旧的", "The result of the formula is old"),
    NAMES,
)


def by_formula(stated: Operand, parts: Sequence[Operand], gap: int, times: Counter[Ref]) -> Iterator[Cause]:
    """What the formula of the stated total leaves out, adds twice or has not worked out again."""
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
    """A cell next to some of the rows that holds what they add up to, if that is what the formula adds beside them."""
    beyond = set(others)
    for column in columns(added):
        for last in range(1, len(column)):
            fen = column[last].fen or 0
            for first in range(last - 1, -1, -1):
                fen += column[first].fen or 0
                start, end = column[first].ref, column[last].ref
                for cell in (end._replace(row=end.row + 1), start._replace(row=start.row - 1)):
                    if fen == beside and cell in beyond:
                        return Cause(
                            SUBTOTAL, (Operand(cell, "", fen),), fen, words={"added": f"{start.cell}:{end.cell}"}
                        )
    return None
