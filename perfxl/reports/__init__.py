"""The reports: one file each, found by looking into this folder.

A report is a module with ``write(batch, out) -> list[Path]``: it writes below the folder ``out`` and returns what it
wrote. To add one, put a module here; ``perfxl check --report <module>`` and the default run know it by its name.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from perfxl.reports.out_folder import Incomplete

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

__all__ = ["Incomplete", "names", "write"]

Write = Callable[["Batch", Path], list[Path]]


def names() -> tuple[str, ...]:
    """Names of the reports, by their modules, without importing them."""
    found = []
    for info in pkgutil.iter_modules(__path__):
        spec = find_spec(f"perfxl.reports.{info.name}")
        origin = spec.origin if spec is not None and not info.ispkg else None
        if origin is not None and "\ndef write(batch" in Path(origin).read_text("utf-8"):
            found.append(info.name)
    return tuple(found)


def write(batch: Batch, out: Path, wanted: Iterable[str] = ()) -> list[Path]:
    """Write the wanted reports (all of them by default) below ``out``; the files that were written.

    Raises ``Incomplete`` where some files of a report could not be made, ``OSError`` where none can be written.
    """
    written: list[Path] = []
    for name in tuple(wanted) or names():
        module = import_module(f"perfxl.reports.{name}")
        written.extend(module.write(batch, out))
    return written
