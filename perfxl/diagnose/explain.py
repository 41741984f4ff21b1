"""The search for causes, in the order of their plausibility.

A formula that adds up the parts tells for certain why it differs, so nothing else is asked. All else is likeness.
Several rows together and one digit fit too easily by chance to stand beside anything better: they are looked for only
where nothing else fits.
"""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.diagnose.cause import Operand, offer
from perfxl.diagnose.formula import by_formula
from perfxl.diagnose.ranges import added_parts
from perfxl.diagnose.rows import as_shown, one_row, rounded, several_rows
from perfxl.diagnose.slips import likely_slips, mistyped, units
from perfxl.model import Hint, Lang

LIKELY = (rounded, one_row, units, likely_slips)
#: one line is enough for all of a kind
UNLIKELY = (several_rows, mistyped)


def explain(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """Likely causes of ``sum(total) != sum(parts)``, in order of plausibility.

    At most ``MOST`` are named; where more fit, a hint says that the figures do not tell which.
    """
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    if not gap:
        return ()
    if times := added_parts(total, parts):
        return offer(list(by_formula(total[0], parts, gap, times)), lang)
    causes = [cause for search in LIKELY for cause in search(total, parts, gap)]
    if causes:
        return offer(causes, lang)
    return offer([cause for search in UNLIKELY for cause in search(total, parts, gap)], lang, each=1)


def by_what_is_shown(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """The cause of a difference that nobody sees: all of it is in decimals that the formats do not show."""
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    return offer(list(as_shown(total, parts, gap)), lang)
