"""Forms typed into the blank template, as a unit types them: text as text, numbers as numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from page import LINE_HEIGHT, lines

from perfxl import template
from perfxl.profiles.schema import Form, Profile
from perfxl.template import CellArea, SheetLayout

Data = Mapping[str, Any]


def workbook(profile: Profile, data: Data) -> bytes:
    """The template filled with the forms of a ``.toml`` of this folder."""
    projects = sum(profile.forms[form["form"]].repeats for form in data["forms"])
    book = openpyxl.load_workbook(io.BytesIO(template.build(profile, year=profile.year, projects=projects)))
    sign_cover(book.worksheets[0], data)
    for form, place in _placed(data, template.layout(profile, projects=projects)):
        fill_form(book[place.sheet], place, profile.forms[place.form], form)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _placed(data: Data, places: tuple[SheetLayout, ...]) -> Iterator[tuple[Data, SheetLayout]]:
    """Each form with its sheet; repeated forms go onto their sheets in the order of the file."""
    waiting = list(data["forms"])
    for place in places:
        form = next(form for form in waiting if form["form"] == place.form)
        waiting.remove(form)
        yield form, place
    if waiting:
        raise ValueError(f"no sheet for {len(waiting)} forms")


def sign_cover(cover: Worksheet, data: Data) -> None:
    """The unit's name beside 预算单位 on the cover, which is no form."""
    label = next(cell for row in cover.rows for cell in row if cell.value == "预算单位：")
    label.offset(column=1).value = data["forms"][0]["fields"]["unit"]


def fill_form(sheet: Worksheet, place: SheetLayout, kind: Form, form: Data) -> None:
    """Type one form into its sheet."""
    for key, value in form["fields"].items():
        if key in place.choices:
            _tick(sheet, place.choices[key], kind.fields[key].options, value)
        elif key != "year":
            _type(sheet, place.fields[key], value)
        if key in kind.fields and kind.fields[key].note and key in form.get("cells", {}):
            above = place.fields[key].row - 1  # the head holds blanks for years
            sheet.cell(above, place.fields[key].col).value = form["cells"][key]
    for row, task in zip(place.tasks, form.get("tasks", ()), strict=False):
        for column, value in zip(kind.tasks.columns, task, strict=True):
            _type(sheet, row[column.key], value)
    if "task_sum" in form:
        for column, value in zip(kind.tasks.amounts, form["task_sum"], strict=True):
            _type(sheet, place.task_sum[column.key], value)
    _fill_indicators(sheet, place, form["indicators"])


def _fill_indicators(sheet: Worksheet, place: SheetLayout, sets: Mapping[str, Mapping[str, Any]]) -> None:
    for period, levels in sets.items():
        for level, found in levels.items():
            rows = [row for row in place.indicators if row.level == level]
            if len(rows) < len(found):
                raise ValueError(f"{place.sheet}: {level} has {len(rows)} rows for {len(found)} indicators")
            for row, line in zip(rows, found, strict=False):
                for spot, value in zip(row.cells[period].values(), line, strict=True):
                    _type(sheet, spot, value)


def _tick(sheet: Worksheet, spots: tuple[CellArea, ...], options: tuple[str, ...], ticked: list[str]) -> None:
    for spot, option in zip(spots, options, strict=True):
        _type(sheet, spot, f"{option} {'☑' if option in ticked else '□'}")


def _type(sheet: Worksheet, spot: CellArea, value: str | float) -> None:
    """Put a value into a blank; a row in which it does not fit is pulled taller."""
    cell = sheet.cell(spot.row, spot.col)
    cell.value = None if value == "" else value
    if isinstance(value, str):
        width = sum(_width(sheet, col) for col in range(spot.col, spot.last_col + 1))
        have = sum(sheet.row_dimensions[row].height or 15.0 for row in range(spot.row, spot.last_row + 1))
        need = lines(value, width) * LINE_HEIGHT + 4
        if need > have:
            sheet.row_dimensions[spot.last_row].height += need - have


def _width(sheet: Worksheet, col: int) -> float:
    """A column's width; openpyxl keeps a run of equal columns under the letter of its first."""
    for dimension in sheet.column_dimensions.values():
        if dimension.min and dimension.min <= col <= dimension.max:
            return float(dimension.width)
    return 8.43
