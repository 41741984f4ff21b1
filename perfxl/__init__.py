"""perfxl: reads, checks and reports on workbook returns of budget performance targets.

In a notebook::

    import perfxl
    tables = perfxl.read("部门.xlsx")          # pandas tables, every value with its cell
    report = perfxl.check("部门.xlsx")         # the same, checked: report.findings

Both names are imported when first used, so that the command line starts without pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfxl.engine.batch import check, read

__version__ = "0.1.0"
__all__ = ["__version__", "check", "read"]


def __getattr__(name: str) -> Any:
    if name in ("check", "read"):
        from perfxl.engine import batch

        return getattr(batch, name)
    raise AttributeError(f"module 'perfxl' has no attribute {name!r}")
