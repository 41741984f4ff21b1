"""Which cells a formula adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from perfxl.diagnose.cause import Operand
from perfxl.formats.formulas import added
from perfxl.model import Ref


def is_typed(operand: Operand) -> bool:
    """Whether people wrote the figure: it is no formula that only adds up cells."""
    return not operand.formula or added_cells(operand.formula, operand.ref) is None


def added_parts(total: Sequence[Operand], parts: Sequence[Operand]) -> Counter[Ref] | None:
    """How often the formula of the total adds up each cell; ``None`` where it is no formula that adds up parts."""
    if len(total) != 1 or not total[0].formula:
        return None
    times = added_cells(total[0].formula, total[0].ref)
    return times if times and any(part.ref in times for part in parts) else None


def added_cells(formula: str, at: Ref) -> Counter[Ref] | None:
    """How often a formula adds up each cell of its own sheet; ``None`` for one that does more than SUM and +."""
    cells = added(formula)
    return None if cells is None else Counter(at._replace(row=row, col=col) for row, col in cells)
