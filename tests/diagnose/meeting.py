"""All explanations that make both sides of a sum meet, by trying every one: slow, and written apart from the program.

A slip is identifiable when not more than ``MOST`` explanations of equal or better plausibility meet. The ranks below
are those of the search; several rows and one mistyped digit count only where nothing better meets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from perfxl.diagnose import MOST, Operand
from perfxl.model import Hint, Ref

WAN, YUAN = 1_000_000, 10_000
Explanation = tuple[str, frozenset[Ref]]

STRONG = (
    "rounding", "counted_twice", "text_not_added", "left_out", "subtotal", "yuan_written", "wan_meant_yuan",
    "wan_among_yuan", "decimal_point", "swapped_digits", "sign",
)  # fmt: skip


def explanations(total: Sequence[Operand], parts: Sequence[Operand]) -> list[list[Explanation]]:
    """Those that meet, by rank; the better ranks first."""
    strong = [[e for e in _strong(total, parts) if e[0] == kind] for kind in STRONG]
    if any(strong):
        return strong
    return [list(_several(total, parts, 1)), list(_several(total, parts, -1)), list(_digits(total, parts))]


def identifiable(true: Explanation, total: Sequence[Operand], parts: Sequence[Operand]) -> bool:
    """Whether the figures tell a slip: it meets, and not too many others do."""
    before = 0
    for rank in explanations(total, parts):
        before += len(rank)
        if true in rank:
            return before <= MOST
    return False


def offered(hints: Sequence[Hint]) -> set[Explanation]:
    """What the hints name, in a sentence of its own or in a list."""
    named = [one for hint in hints for one in (hint.among[:MOST] if hint.among else (hint,)) if hint.kind != "many"]
    return {(hint.kind, frozenset(hint.cells)) for hint in named}


def _fen(operands: Sequence[Operand]) -> int:
    return sum(operand.fen or 0 for operand in operands)


def _table(total: Sequence[Operand], parts: Sequence[Operand]) -> tuple[list[Operand], int]:
    """The rows, and by how much the other side is more."""
    rows, other = (parts, total) if len(parts) > 1 else (total, parts)
    return [row for row in rows if row.fen] if len(rows) > 1 else [], _fen(other) - _fen(rows)


def _strong(total: Sequence[Operand], parts: Sequence[Operand]) -> Iterator[Explanation]:
    rows, excess = _table(total, parts)
    for side, other in ((total, parts), (parts, total)):
        figures = [operand for operand in side if operand.fen]
        step = _step(figures)
        # three standard deviations of a sum of n figures rounded to a step: 3 * step * sqrt(n / 12)
        bound = min(Fraction(len(figures), 2) ** 2, Fraction(3 * len(figures), 4)) * step**2
        if step > _step(other) and (_fen(total) - _fen(parts)) ** 2 <= bound:
            yield "rounding", frozenset(figure.ref for figure in figures)
    typed = [row for row in rows if not row.number]
    text = len(typed) < len(rows) and _fen(typed) == -excess
    if text:
        yield "text_not_added", frozenset(row.ref for row in typed)
    for row in rows:
        if row.fen == excess:
            yield "counted_twice", frozenset({row.ref})
        if row.fen == -excess and not (text and typed == [row]):
            yield "subtotal" if _adds_up(row, rows) else "left_out", frozenset({row.ref})
    everything = [operand for operand in (*total, *parts) if operand.fen]
    written = False
    for operand, needs in _needs(total, parts):
        has = operand.fen
        if operand.measure == "元" and needs == has * YUAN:
            written = True
            yield "yuan_written", frozenset({operand.ref})
        if any(has * n == needs or needs * n == has for n in (10, 100, 1000)):
            yield "decimal_point", frozenset({operand.ref})
        if needs in _swaps(has):
            yield "swapped_digits", frozenset({operand.ref})
        if has < 0 and needs == -has:
            yield "sign", frozenset({operand.ref})
    if written:
        return
    bare = [(operand, needs) for operand, needs in _needs(total, parts) if operand.measure in ("", "万元")]
    typed_yuan = [operand for operand, needs in bare if needs * YUAN == operand.fen]
    yield from (("wan_meant_yuan", frozenset({operand.ref})) for operand in typed_yuan)
    for operand, needs in bare if not typed_yuan else ():
        if needs == operand.fen * YUAN and all(abs(o.fen) >= 1000 * WAN for o in everything if o is not operand):
            yield "wan_among_yuan", frozenset({operand.ref})


def _step(figures: Sequence[Operand]) -> int:
    return next(
        WAN // 10**n for n in range(7) if all(f.decimals <= n and not (f.fen or 0) % (WAN // 10**n) for f in figures)
    )


def _needs(total: Sequence[Operand], parts: Sequence[Operand]) -> Iterator[tuple[Operand, int]]:
    for operand in (*total, *parts):
        if operand.fen:
            others = [o for o in (total if operand in total else parts) if o is not operand]
            yield operand, _fen(parts if operand in total else total) - _fen(others)


def _swaps(fen: int) -> set[int]:
    """What two neighbouring digits exchanged make of a figure, with no digit lost at its head."""
    digits, sign = str(abs(fen)), -1 if fen < 0 else 1
    swapped = {digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :] for n in range(len(digits) - 1)}
    return {sign * int(made) for made in swapped if made[0] != "0"} - {fen}


def _adds_up(row: Operand, rows: Sequence[Operand]) -> bool:
    column = sorted((o for o in rows if o.ref[:2] == row.ref[:2] and o.ref.col == row.ref.col), key=lambda o: o.ref.row)
    place = column.index(row)
    runs = [column[n:place] for n in range(place - 1)] + [
        column[place + 1 : n] for n in range(place + 3, len(column) + 1)
    ]
    return any(_fen(run) == row.fen for run in runs)


def _several(total: Sequence[Operand], parts: Sequence[Operand], sign: int) -> Iterator[Explanation]:
    rows, excess = _table(total, parts)
    kind, fen, half = ("counted_twice", excess, len(rows)) if sign > 0 else ("left_out", -excess, (len(rows) + 1) // 2)
    columns: dict[object, list[Operand]] = {}
    for row in sorted(rows, key=lambda o: o.ref.row):
        columns.setdefault((row.ref.sheet, row.ref.col), []).append(row)
    runs = [
        column[n:m] for column in columns.values() for n in range(len(column)) for m in range(n + 2, len(column) + 1)
    ]
    found = [run for run in runs if len(run) <= half and _fen(run) == fen]
    most = 4 if sign > 0 else min(4, (len(rows) - 1) // 2)
    for size in range(2, most + 1):
        found = found or [group for group in combinations(rows, size) if _fen(group) == fen]
    yield from ((kind, frozenset(row.ref for row in group)) for group in found)


def _digits(total: Sequence[Operand], parts: Sequence[Operand]) -> Iterator[Explanation]:
    """One digit of those typed is another; of fewer than three digits nobody can tell."""
    for operand, needs in _needs(total, parts):
        if needs in _retyped(operand.fen):
            yield "mistyped_digit", frozenset({operand.ref})


def _retyped(fen: int) -> set[int]:
    """A figure with each of its typed digits replaced by every other one."""
    whole, part = divmod(abs(fen), WAN)
    decimals = f"{part:06d}".rstrip("0")
    text = str(whole) + decimals
    head = len(text) - len(text.lstrip("0"))
    if len(text) - head < 3:
        return set()
    made = {
        text[:n] + digit + text[n + 1 :]
        for n in range(head, len(text))
        for digit in "0123456789"
        if digit != text[n] and not (digit == "0" and n == head)
    }
    sign = -1 if fen < 0 else 1
    return {sign * int(figure) * WAN // 10 ** len(decimals) for figure in made}
