"""A form is data: the TOML profiles, what they may declare, and their loader.

Public names are imported from their modules when first used, so that the command line, which needs only the name of
the default profile to show its help, starts without the loader and the classes of values.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perfxl.profiles.loader import built_in, load
    from perfxl.profiles.schema import Block, Field, Form, Indicators, Level, Period, Profile, Sum, Tasks, Term
    from perfxl.profiles.source import ProfileError

#: the edition that is used where none is asked for
DEFAULT = "hengyang_2020"

__all__ = [
    "DEFAULT",
    "Block",
    "Field",
    "Form",
    "Indicators",
    "Level",
    "Period",
    "Profile",
    "ProfileError",
    "Sum",
    "Tasks",
    "Term",
    "built_in",
    "load",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = {"built_in": "loader", "load": "loader", "ProfileError": "source"}.get(name, "schema")
    return getattr(import_module(f"{__name__}.{module}"), name)
