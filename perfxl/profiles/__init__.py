"""A form is data: the TOML profiles, what they may declare, and their loader."""

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
