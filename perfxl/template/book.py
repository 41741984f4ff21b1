"""Profile -> the bytes of the blank workbook. The same call gives the same bytes."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from perfxl.profiles import Profile
from perfxl.template.checksheet import write_checks
from perfxl.template.layout import plans
from perfxl.template.marks import marks
from perfxl.template.pages import write_cover, write_instructions
from perfxl.template.rulesheet import write_rules
from perfxl.template.sheets import write_form
from perfxl.workbook_styles import SONG, Styles, new_workbook

#: a clock in the file would make every build another file
CREATED = datetime(2020, 1, 1)  # noqa: DTZ001 -- the file format has no zones


def build(profile: Profile, *, year: int, unit: str = "", projects: int = 8) -> bytes:
    """Write the blank workbook of a profile for one year, with the unit's name where one is given.

    ``projects`` sheets are made of a repeated form; ``ValueError`` when that is not 1 to 200.
    """
    target = BytesIO()
    book = new_workbook(target, font=SONG)
    book.set_properties({"title": f"{year}年{profile.title.zh}", "comments": profile.stamp, "created": CREATED})
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
