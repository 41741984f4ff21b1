"""A form is data: the TOML profiles, what they may declare, and their loader.

Public names are imported from their modules when first used, so that the command line, which needs only the name of
the default profile to show its help, starts without the loader and the classes of values.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfxl.profiles.loader import built_in, load, refuse_unknown_codes
    from perfxl.profiles.schema import (
        OTHER_SHEETS,
        PROJECT_NAME,
        Block,
        Field,
        Form,
        Indicators,
        Level,
        Period,
        Profile,
        Sum,
        Tasks,
        Term,
        describe,
        distinct_labels,
        example,
        marks_of,
    )
    from perfxl.profiles.source import ProfileError

#: the edition that is used where none is asked for
DEFAULT = "hengyang_2020"

__all__ = [
    "DEFAULT", "OTHER_SHEETS", "PROJECT_NAME", "Block", "Field", "Form", "Indicators", "Level", "Period", "Profile",
    "ProfileError", "Sum", "Tasks", "Term", "built_in", "describe", "distinct_labels", "example", "load",
    "marks_of", "refuse_unknown_codes",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    modules = {"built_in": "loader", "load": "loader", "refuse_unknown_codes": "loader", "ProfileError": "source"}
    return getattr(import_module(f"{__name__}.{modules.get(name, 'schema')}"), name)
