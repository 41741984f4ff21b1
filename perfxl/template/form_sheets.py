"""Writes a planned form sheet: texts, input checks, marks beside totals, names, page and protection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from perfxl.model import column_letters
from perfxl.profiles import Profile
from perfxl.template.sheet_plan import CellArea, Piece, SheetLayout, SheetPlan
from perfxl.template.sums import FAILED, PASSED, LiveFormula, Mark
from perfxl.workbook_styles import Styles, set_page

MARK_WIDTH = 3.5
#: in inches: more at the left and top, where official papers are bound and stamped
MARGINS = {"left": 0.79, "right": 0.63, "top": 0.75, "bottom": 0.6}
#: points of A4 within the margins; of a digit, and of the space beside the digits of a column
PAGE = (595 - 72 * (MARGINS["left"] + MARGINS["right"]), 842 - 72 * (MARGINS["top"] + MARGINS["bottom"]))
DIGIT, PADDING = 6.0, 3.75
#: what a protected sheet still allows
ALLOWED = dict.fromkeys(("insert_rows", "format_rows", "format_columns"), True)
#: characters that Excel allows in the title and the text of an input message
TITLE_LIMIT, MESSAGE_LIMIT = 32, 255


def write_form(book: Workbook, styles: Styles, profile: Profile, plan: SheetPlan, marks: list[Mark]) -> None:
    """Add the worksheet of one form, with its marks."""
    sheet = book.add_worksheet(plan.layout.sheet)
    for number, width in enumerate(plan.widths):
        sheet.set_column(number, number, width)
    for row, height in plan.heights.items():
        sheet.set_row(row - 1, height)
    for piece in plan.pieces:
        draw(sheet, styles, piece.area, piece.style, piece.text)
        if rule := _rule(profile, piece):
            sheet.data_validation(piece.area.cell, rule)
    _write_marks(sheet, styles, plan, marks)
    for name, area in _names(plan.layout):
        ref = xl_range_abs(area.row - 1, area.col - 1, area.last_row - 1, area.last_col - 1)
        book.define_name(f"'{plan.layout.sheet}'!{name}", f"='{plan.layout.sheet}'!{ref}")
    sheet.ignore_errors({"number_stored_as_text": f"A1:{column_letters(len(plan.widths))}{plan.last_row + 200}"})
    set_up(sheet, len(plan.widths), plan.last_row)
    if plan.layout.indicators and _long(plan):
        # the second page begins with the indicators, whose heads are one row above them
        sheet.set_h_pagebreaks([_cells(plan.layout.indicators[0].cells)[0].row - 2])


def _long(plan: SheetPlan) -> bool:
    """Whether a form is higher than a page when it is scaled to the width of the page."""
    width = sum(plan.widths) * DIGIT + len(plan.widths) * PADDING
    scale = min(1.0, PAGE[0] / width)
    return sum(plan.heights.values()) * scale > PAGE[1]


def draw(sheet: Worksheet, styles: Styles, area: CellArea, style: str, text: str = "") -> None:
    """Write a text, or a blank, into a cell or a merged area."""
    look = styles.get(style)
    if area.merged:
        sheet.merge_range(area.ref, "", look)
    if text:
        sheet.write_string(area.cell, text, look)
    else:
        sheet.write_blank(area.cell, None, look)


def put_formula(sheet: Worksheet, cell: str, formula: LiveFormula, look: Any) -> None:
    """Write a formula with the result it has on the blank form."""
    if formula.array:
        sheet.write_array_formula(f"{cell}:{cell}", f"{{{formula.text}}}", look, formula.blank)
    elif formula.text:
        sheet.write_formula(cell, formula.text, look, formula.blank)
    else:
        sheet.write_blank(cell, None, look)


def colour_results(sheet: Worksheet, styles: Styles, area: str) -> None:
    """Show ✓ in green and ✗ in red."""
    for text, style in ((PASSED, "good"), (FAILED, "bad")):
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": styles.get(style)}
        sheet.conditional_format(area, rule)


def set_up(sheet: Worksheet, columns: int, rows: int, *, landscape: bool = False) -> None:
    """Set the page for official papers, print the first rows and columns only, and lock the sheet without a password.

    Inputs stay open and rows may be inserted.
    """
    set_page(sheet, landscape=landscape, margins=MARGINS)
    sheet.print_area(0, 0, rows - 1, columns - 1)
    sheet.protect("", ALLOWED)


def _names(layout: SheetLayout) -> Iterator[tuple[str, CellArea]]:
    """The names that the sheet defines: ``px_`` and the key of a field, ``px_tasks`` and ``px_indicators``."""
    for key, area in layout.fields.items():
        yield f"px_{key}", CellArea(area.row, area.col, area.row, area.col)
    for key, options in layout.choices.items():
        yield f"px_{key}", _around(options[0], options[-1])
    if layout.tasks:
        first, last = (list(row.values()) for row in (layout.tasks[0], layout.tasks[-1]))
        yield "px_tasks", _around(first[0], last[-1])
    if layout.indicators:
        first, last = (_cells(row.cells) for row in (layout.indicators[0], layout.indicators[-1]))
        yield "px_indicators", _around(first[0], last[-1])


def _cells(cells: Mapping[str, Mapping[str, CellArea]]) -> list[CellArea]:
    return [cell for columns in cells.values() for cell in columns.values()]


def _around(first: CellArea, last: CellArea) -> CellArea:
    return CellArea(first.row, first.col, last.last_row, last.last_col)


def _rule(profile: Profile, piece: Piece) -> dict[str, Any]:
    """What may be typed into a piece, and the hint that is shown while it is selected; empty for neither."""
    label = piece.field.plain_label if piece.field else ""
    hint = piece.field.hint if piece.field else ""
    if piece.style == "amount":
        return _amount_rule(profile, piece.area.cell, label, hint)
    message = {"input_title": label[:TITLE_LIMIT], "input_message": hint[:MESSAGE_LIMIT]} if hint else {}
    if piece.options:
        return message | {
            "validate": "list",
            "source": list(piece.options),
            "error_title": "请从下拉列表中选",
            "error_message": f"只能填{'或'.join(f'“{option}”' for option in piece.options)}。",
        }
    return message | {"validate": "any"} if message else {}


def _amount_rule(profile: Profile, cell: str, label: str, hint: str) -> dict[str, Any]:
    """A number, not negative, with no more decimals than the forms ask for."""
    what = f"以{profile.measure}为单位，只填数字，最多 {profile.decimals} 位小数；没有的填 0。"
    return {
        "validate": "custom",
        "value": f"=AND(ISNUMBER({cell}),{cell}>=0,ROUND({cell},{profile.decimals})={cell})",
        "input_title": (label or "金额")[:TITLE_LIMIT],
        "input_message": f"{hint}{what}"[:MESSAGE_LIMIT],
        "error_title": "金额填写有误",
        "error_message": f"金额{what}不要写“{profile.measure}”等文字。",
    }


def _write_marks(sheet: Worksheet, styles: Styles, plan: SheetPlan, marks: list[Mark]) -> None:
    """Write the marks right of the table, outside the printed area."""
    if not marks:
        return
    first = len(plan.widths) + 1
    last = first + max(mark.nth for mark in marks)
    sheet.set_column(first - 1, last - 1, MARK_WIDTH)
    for mark in marks:
        cell = f"{column_letters(first + mark.nth)}{mark.total.row}"
        put_formula(sheet, cell, mark.formula, styles.get("mark"))
        message = f"{mark.about}（{mark.total.cell}）"[:MESSAGE_LIMIT]
        sheet.data_validation(cell, {"validate": "any", "input_title": "勾稽", "input_message": message})
    area = f"{column_letters(first)}1:{column_letters(last)}{plan.last_row}"
    colour_results(sheet, styles, area)
