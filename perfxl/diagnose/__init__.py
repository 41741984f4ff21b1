"""Why a total differs: likely causes, offered only where they alone explain it, and which findings have one cause."""

from perfxl.diagnose.causes import MOST, Operand, added_cells
from perfxl.diagnose.explain import by_what_is_shown, explain
from perfxl.diagnose.one_cause import Held, Told, one_cause, repairs_of

__all__ = [
    "MOST", "Held", "Operand", "Told", "added_cells", "by_what_is_shown", "explain", "one_cause", "repairs_of",
]  # fmt: skip
