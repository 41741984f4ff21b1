"""The search for the causes of a difference, in order of plausibility.

Where the stated total is a formula over the parts, it gives the cause with certainty and nothing else is searched.
Sets of rows and single digits fit too easily by chance: they are searched only where nothing else fits.
"""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.diagnose import causes
from perfxl.diagnose.causes import Operand, offer
from perfxl.model import Hint, Lang

LIKELY = (causes.rounded, causes.one_row, causes.units, causes.likely_slips)
#: one line is enough for all of a kind
UNLIKELY = (causes.several_rows, causes.mistyped)


def explain(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """Likely causes of ``sum(total) != sum(parts)``, in order of plausibility.

    At most ``MOST`` are named; where more fit, the last hint is that the figures do not determine the cause.
    """
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    if not gap:
        return ()
    if times := causes.added_parts(total, parts):
        return offer(list(causes.by_formula(total[0], parts, gap, times)), lang)
    if found := [cause for search in LIKELY for cause in search(total, parts, gap)]:
        return offer(found, lang)
    return offer([cause for search in UNLIKELY for cause in search(total, parts, gap)], lang, each=1)


def by_what_is_shown(total: Sequence[Operand], parts: Sequence[Operand], lang: Lang) -> tuple[Hint, ...]:
    """The cause of a difference that is not visible: all of it is in decimals that the formats do not show."""
    gap = sum(o.fen or 0 for o in total) - sum(o.fen or 0 for o in parts)
    return offer(list(causes.as_shown(total, parts, gap)), lang)
