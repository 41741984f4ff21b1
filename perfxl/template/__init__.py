"""Makes the blank workbook of a profile, which the units fill in, and computes the layout of its form sheets."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from perfxl.profiles import Profile
from perfxl.profiles.layout import CellArea, IndicatorCells, SheetLayout, layout, plans
from perfxl.template.sheets import write_checks, write_cover, write_form, write_instructions, write_rules
from perfxl.template.sums import marks
from perfxl.workbook_styles import SONG, Styles, new_workbook

__all__ = ["CellArea", "IndicatorCells", "SheetLayout", "build", "layout"]

#: fixed, so that the same call gives the same bytes
CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 -- the file format has no zones


def build(profile: Profile, *, year: int, unit: str = "", projects: int = 8) -> bytes:
    """The bytes of the blank workbook for one year, with the name of a unit if it is given.

    ``projects`` sheets are made of a repeated form; raises ``ValueError`` if that is not 1 to 200.
    """
    target = BytesIO()
    book = new_workbook(target, font=SONG)
    title = profile.title.render("zh")
    book.set_properties({"title": f"{year}年{title}", "comments": profile.stamp, "created": CREATED})
    book.define_name("perfxl_profile", f'="{profile.id}:{profile.version}"')
    styles = Styles(book, "form", decimals=profile.decimals)
    planned = list(plans(profile, projects, year, unit))
    sheets = [plan.layout for plan in planned]
    write_cover(book, styles, profile, sheets, year, unit)
    for plan in planned:
        write_form(book, styles, profile, plan, marks(profile, plan.layout))
    write_instructions(book, styles, profile)
    write_rules(book, styles, profile)
    write_checks(book, styles, profile, sheets)
    book.close()
    return target.getvalue()
