"""perfxl: reads, checks and reports on workbook returns of budget performance targets.

In a notebook::

    import perfxl
    tables = perfxl.read("部门.xlsx")          # pandas tables, every value with its cell
    batch = perfxl.check("部门.xlsx")          # the same, checked: batch.findings_frame

These names are imported when they are first used, so that the command line starts without pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch, check, read
    from perfxl.model import Finding, Outcome, Submission
    from perfxl.tables import Tables

__version__ = "0.1.0"
__all__ = ["Batch", "Finding", "Outcome", "Submission", "Tables", "__version__", "check", "read"]

_MODULES = {
    "Batch": "perfxl.engine.batch",
    "Finding": "perfxl.model",
    "Outcome": "perfxl.model",
    "Submission": "perfxl.model",
    "Tables": "perfxl.tables",
    "check": "perfxl.engine.batch",
    "read": "perfxl.engine.batch",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'perfxl' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
