"""Covers: what a sheet without a form says of the unit and the year of the return."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfxl.formats import Cell, Grid
from perfxl.profiles import Profile
from perfxl.reading.rows import CoverRow
from perfxl.values import in_digits, label_key, squeeze

#: fields of a form whose labels a cover may have too, and labels of a cover alone
UNIT_FIELDS = ("unit", "reporter")
UNIT_LABELS = ("单位", "单位名称", "申报单位", "报送单位", "编报单位", "申报部门", "部门（单位）")
#: a sheet with more cells is a list or a note, and no cover
MOST_CELLS = 60
#: a longer text is a sentence, no title or name
LONGEST = 40
#: a sheet of notes, whose items begin like labels
_NOTES = re.compile("说明|须知|要求|规则|校验|目录|通知")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年度?")


def cover_rows(grid: Grid, profile: Profile) -> Iterator[CoverRow]:
    """The unit and the year on a sheet in which no form was recognised, each once; nothing of a hidden one."""
    cells = list(grid)
    if grid.hidden or len(cells) > MOST_CELLS or _NOTES.search(grid.sheet):
        return
    labels = _labels(profile)
    for cell in cells:
        label, _, value = squeeze(cell.text).partition(":")
        found = cell if value else _right_of(grid, cell)
        if label_key(label) in labels and found and len(squeeze(found.text)) <= LONGEST and "。" not in found.text:
            yield CoverRow("", grid.sheet, "unit", value or squeeze(found.text), *found.place)
            break
    for cell in cells:
        text = in_digits(squeeze(cell.text))
        if len(text) <= LONGEST and "年" in text and (year := _YEAR.search(text)) and "月" not in text:
            yield CoverRow("", grid.sheet, "year", year[1], *cell.place)
            break


def _labels(profile: Profile) -> frozenset[str]:
    fields = (form.fields[key] for form in profile.forms.values() for key in UNIT_FIELDS if key in form.fields)
    named = (text for field in fields for text in (field.label, field.plain_label, *field.synonyms))
    return frozenset(map(label_key, (*named, *UNIT_LABELS)))


def _right_of(grid: Grid, label: Cell) -> Cell | None:
    """The next cell of the row that has a text."""
    return next((cell for cell in grid.row(label.row) if cell.col > label.last_col and squeeze(cell.text)), None)
