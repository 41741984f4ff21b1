"""The reports of a batch.

A report is a module of this package with ``write(batch, out) -> list[Path]``: it writes files below the folder
``out`` and returns their paths. To add one, put its module here and its name into ``REPORTS``; ``perfxl check`` writes
it by default, and ``--report NAME`` asks for it alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.reports.out_folder import Incomplete, Written

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

__all__ = ["REPORTS", "Incomplete", "Written", "write"]

#: the modules of the reports, in the order in which they are written; each is imported when it is asked for
REPORTS = ("annotated", "findings_json", "summary", "unit_report")


def write(batch: Batch, out: Path, wanted: Iterable[str] = ()) -> Written:
    """Write the wanted reports (all of them by default) below ``out``; returns the paths of the written files.

    Raises ``ValueError`` for a name that is not in ``REPORTS``, ``Incomplete`` if some files of a report could not be
    made, ``OSError`` if none can be written.
    """
    written = Written()
    for name in tuple(wanted) or REPORTS:
        if name not in REPORTS:
            raise ValueError(f"no report is called {name!r}")
        made = Written(import_module(f"perfxl.reports.{name}").write(batch, out))
        written.extend(made)
        written.remarks.extend(made.remarks)
    return written
