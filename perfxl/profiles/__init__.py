"""A form is data: the TOML profiles, their loader, and recognising which form a sheet is."""

from perfxl.profiles.fields import Block, Field
from perfxl.profiles.loader import built_in, load
from perfxl.profiles.node import ProfileError
from perfxl.profiles.schema import Form, Indicators, Level, Period, Profile, Tasks
from perfxl.profiles.sums import Sum, Term

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
