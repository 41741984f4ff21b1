"""Why a total differs: likely causes, each with its cells, offered only when it makes the figures meet exactly."""

from perfxl.diagnose.causes import MOST, Operand, added_cells
from perfxl.diagnose.explain import by_what_is_shown, explain, share_gaps

__all__ = ["MOST", "Operand", "added_cells", "by_what_is_shown", "explain", "share_gaps"]
