"""Why a total differs: likely causes, each with its cells, offered only when it makes the figures meet exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from perfxl.cells.formulas import added
from perfxl.lang import Lang, Text
from perfxl.model import Finding, Hint, Ref, wan

#: more explanations than this tell a reader nothing
MOST = 3
#: 1 万元 = 10,000 元
YUAN = 10_000


class Operand(NamedTuple):
    """A figure of a comparison.

    ``fen`` is ``None`` for an empty cell, ``measure`` the unit that the cell writes, ``number`` whether Excel sees a
    number in it, ``formula`` what gave it.
    """

    ref: Ref
    label: str
    fen: int | None
    measure: str = ""
    number: bool = False
    formula: str = ""


MISSED = Text(
    "这个数是公式 {formula} 算出的，公式没有包括 {labels}（共 {amount} 万元）。请修改公式的范围。",
    "The figure comes from the formula {formula}, which leaves out {labels} ({amount} in all). Mend its range.",
)
NOT_ADDED = Text(
    "这个数是公式 {formula} 算出的；{labels} 写成了文字，Excel 求和时不计入（共 {amount} 万元）。请改为数字。",
    "The figure comes from the formula {formula}; {labels} is typed as text, which Excel does not add "
    "({amount} in all). Type it as a number.",
)
STALE = Text(
    "这个数是公式 {formula} 的旧结果，重新计算应为 {amount} 万元。请在 Excel 或 WPS 中打开，按 F9 重新计算后保存。",
    "The figure is an old result of the formula {formula}; worked out again it is {amount}. "
    "Open it, press F9 and save.",
)
COUNTED_TWICE = Text(
    "差额等于“{label}”（{cell}，{amount} 万元），可能重复计算了这一项。",
    "The difference equals “{label}” ({cell}, {amount}): was it counted twice?",
)
LEFT_OUT = Text(
    "差额等于“{label}”（{cell}，{amount} 万元），可能漏算了这一项。",
    "The difference equals “{label}” ({cell}, {amount}): was it left out?",
)
YUAN_AS_WAN = Text(
    "若“{label}”（{cell}）的单位是万元而不是元，即 {amount} 万元，则两边相等。",
    "If “{label}” ({cell}) is meant in 万元, not 元, that is {amount}, both sides meet.",
)
WAN_AS_YUAN = Text(
    "若“{label}”（{cell}）填的是元，即 {amount} 万元，则两边相等。",
    "If “{label}” ({cell}) was typed in 元, that is {amount} 万元, both sides meet.",
)
POINT = Text(
    "若“{label}”（{cell}）的小数点移位，即 {amount} 万元，则两边相等。",
    "If the decimal point of “{label}” ({cell}) is moved, that is {amount}, both sides meet.",
)
SWAPPED = Text(
    "“{label}”（{cell}）可能有两个数字颠倒：若为 {amount} 万元，则两边相等。",
    "Two digits of “{label}” ({cell}) may be swapped: with {amount} both sides meet.",
)
SIGN = Text(
    "“{label}”（{cell}）的正负号可能写反：若为 {amount} 万元，则两边相等。",
    "The sign of “{label}” ({cell}) may be wrong: with {amount} both sides meet.",
)
SAME_GAP = Text(
    "与 {codes} 的差额相同（{amount} 万元），很可能是同一处错误。",
    "{codes} has the same difference ({amount}): most likely one mistake.",
)
MANY = Text(
    "另有 {n} 种解释同样成立，仅凭数字无法判断是哪一种。",
    "{n} more explanations fit as well; the figures alone do not tell which.",
)


def explain(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """Likely causes of ``sum(total) != sum(parts)``, at most ``MOST``, in order of plausibility."""
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    found = list(_formula(total, parts, gap, lang))  # a formula tells for certain, the rest is likeness
    for search in (_units, _whole_rows, _slips) if not found else ():
        found.extend(search(total, parts, gap, lang))
    offered = found[:MOST]
    if len(found) > MOST:
        offered.append(Hint("many", MANY.say(lang, n=len(found) - MOST)))
    return tuple(offered)


def share_gaps(findings: Sequence[Finding], lang: Lang) -> list[Finding]:
    """Add to findings of one file that differ by the same amount, and have a cell in common, a hint that says so."""
    gaps: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        if finding.difference:
            gaps.setdefault((finding.file, abs(finding.difference)), []).append(finding)
    told = []
    for finding in findings:
        alike = gaps.get((finding.file, abs(finding.difference or 0)), [])
        cells = {*finding.cells, *finding.related}
        others = [f for f in alike if f is not finding and cells & {*f.cells, *f.related}]
        if others:
            codes = "、".join(dict.fromkeys(f"{f.code} {f.ref}" for f in others))
            text = SAME_GAP.say(lang, codes=codes, amount=wan(abs(finding.difference or 0)))
            hint = Hint("same_difference", text, tuple(f.ref for f in others if f.ref is not None))
            finding = replace(finding, hints=(*finding.hints, hint))
        told.append(finding)
    return told


def _hint(kind: str, text: Text, operand: Operand, fen: int, lang: Lang) -> Hint:
    return Hint(kind, text.say(lang, label=operand.label, cell=str(operand.ref), amount=wan(fen)), (operand.ref,))


def _formula(total: Sequence[Operand], parts: Sequence[Operand], gap: int, lang: Lang) -> Iterator[Hint]:
    """A total worked out by a formula that leaves out rows, meets text, or was not worked out again."""
    stated = total[0]
    if len(total) != 1 or not stated.formula or (inside := added_cells(stated.formula, stated.ref)) is None:
        return
    covered = [part for part in parts if part.ref in inside]
    missed = [part for part in parts if part.fen and part.ref not in inside]
    texts = [part for part in covered if part.fen and not part.number]
    if not covered:
        return
    if sum(part.fen or 0 for part in covered if part.number) == stated.fen:
        for kind, text, operands in (("range_misses", MISSED, missed), ("text_not_added", NOT_ADDED, texts)):
            if operands:
                yield _of_formula(kind, text, stated, operands, lang)
    elif not missed and not texts and {part.ref for part in parts if part.fen} <= inside:
        message = STALE.say(lang, formula=stated.formula, amount=wan((stated.fen or 0) - gap))
        yield Hint("stale_result", message, (stated.ref,))


def _of_formula(kind: str, text: Text, stated: Operand, operands: Sequence[Operand], lang: Lang) -> Hint:
    labels = Text("、", ", ").say(lang).join(f"“{o.label}”（{o.ref.cell}）" for o in operands[:MOST])
    amount = wan(sum(operand.fen or 0 for operand in operands))
    cells = tuple(operand.ref for operand in operands)
    return Hint(kind, text.say(lang, formula=stated.formula, labels=labels, amount=amount), cells)


def added_cells(formula: str, at: Ref) -> set[Ref] | None:
    """The cells of its own sheet that a formula adds up; ``None`` for one that does more than SUM and +."""
    cells = added(formula)
    return None if cells is None else {at._replace(row=row, col=col) for row, col in cells}


def _whole_rows(total: Sequence[Operand], parts: Sequence[Operand], gap: int, lang: Lang) -> Iterator[Hint]:
    """One row counted twice (the total is too large) or left out (too small)."""
    if len(parts) < 2:
        return
    for operand in parts:
        if operand.fen and operand.fen == gap:
            yield _hint("counted_twice", COUNTED_TWICE, operand, operand.fen, lang)
        elif operand.fen and operand.fen == -gap:
            yield _hint("left_out", LEFT_OUT, operand, operand.fen, lang)


def _units(total: Sequence[Operand], parts: Sequence[Operand], gap: int, lang: Lang) -> Iterator[Hint]:
    """A figure in 元 among 万元: written so or, where no figure is, typed in 元 without saying it."""
    figures = [(operand, needed) for operand, needed in _needed(total, parts, gap) if operand.fen]
    written = [pair for pair in figures if pair[0].measure == "元" and pair[1] == (pair[0].fen or 0) * YUAN]
    for operand, needed in written:
        yield _hint("yuan_written", YUAN_AS_WAN, operand, needed, lang)
    for operand, needed in figures if not written else ():
        if operand.measure in ("", "万元") and needed * YUAN == operand.fen:
            yield _hint("wan_meant_yuan", WAN_AS_YUAN, operand, needed, lang)


def _slips(total: Sequence[Operand], parts: Sequence[Operand], gap: int, lang: Lang) -> Iterator[Hint]:
    """A slipped decimal point, two digits swapped, a wrong sign in one figure."""
    kinds: tuple[tuple[str, Text, Callable[[int, int], bool]], ...] = (
        ("decimal_point", POINT, _point_slipped),
        ("swapped_digits", SWAPPED, _digits_swapped),
        ("sign", SIGN, lambda has, needs: has < 0 and has == -needs),
    )
    for kind, text, fits in kinds:
        for operand, needed in _needed(total, parts, gap):
            if operand.fen and fits(operand.fen, needed):
                yield _hint(kind, text, operand, needed, lang)


def _needed(total: Sequence[Operand], parts: Sequence[Operand], gap: int) -> Iterator[tuple[Operand, int]]:
    """Every figure, with the one that would make both sides meet in its place."""
    for operand in total:
        yield operand, (operand.fen or 0) - gap
    for operand in parts:
        yield operand, (operand.fen or 0) + gap


def _point_slipped(has: int, needs: int) -> bool:
    return any(has * shift == needs or needs * shift == has for shift in (10, 100, 1000))


def _digits_swapped(has: int, needs: int) -> bool:
    """Whether exchanging two neighbouring digits of one gives the other."""
    first, second = str(abs(has)), str(abs(needs))
    if len(first) != len(second) or (has < 0) != (needs < 0):
        return False
    apart = [i for i, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and first[apart[0]] == second[apart[1]]
        and first[apart[1]] == second[apart[0]]
    )
