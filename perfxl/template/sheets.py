"""A planned form -> its worksheet: cells, what may be typed in them, names, paper and protection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from perfxl.model import column_letters
from perfxl.profiles import Profile
from perfxl.template.checks import FAILED, PASSED, Formula
from perfxl.template.marks import Mark
from perfxl.template.spots import Piece, Plan, SheetLayout, Spot
from perfxl.workbook_styles import Styles, set_page

MARK_WIDTH = 3.5
#: in inches: more at the left and top, where official papers are bound and stamped
MARGINS = {"left": 0.79, "right": 0.63, "top": 0.75, "bottom": 0.6}
#: what is left of A4 between the margins, and what a column takes beside its digits, in points
PAGE = (595 - 72 * (MARGINS["left"] + MARGINS["right"]), 842 - 72 * (MARGINS["top"] + MARGINS["bottom"]))
DIGIT, PADDING = 6.0, 3.75
#: what a clerk may still do to a protected sheet
ALLOWED = dict.fromkeys(("insert_rows", "format_rows", "format_columns"), True)
#: how long Excel lets the title and the text of an input message be
TITLE_LIMIT, MESSAGE_LIMIT = 32, 255


def write_form(book: Workbook, styles: Styles, profile: Profile, plan: Plan, marks: list[Mark]) -> None:
    """Add the worksheet of one form."""
    sheet = book.add_worksheet(plan.layout.sheet)
    for number, width in enumerate(plan.widths):
        sheet.set_column(number, number, width)
    for row, height in plan.heights.items():
        sheet.set_row(row - 1, height)
    for piece in plan.pieces:
        draw(sheet, styles, piece.spot, piece.style, piece.text)
        rule = _rule(profile, piece)
        if rule:
            sheet.data_validation(piece.spot.cell, rule)
    _write_marks(sheet, styles, plan, marks)
    for name, spot in names(plan.layout):
        area = xl_range_abs(spot.row - 1, spot.col - 1, spot.last_row - 1, spot.last_col - 1)
        book.define_name(f"'{plan.layout.sheet}'!{name}", f"='{plan.layout.sheet}'!{area}")
    sheet.ignore_errors({"number_stored_as_text": f"A1:{column_letters(len(plan.widths))}{plan.last_row + 200}"})
    paper(sheet, len(plan.widths), plan.last_row)
    if plan.layout.indicators and _long(plan):
        # a form of two pages is turned over at its indicators, whose heads stand one row above them
        sheet.set_h_pagebreaks([_spots(plan.layout.indicators[0].cells)[0].row - 2])
    protect(sheet)


def _long(plan: Plan) -> bool:
    """Whether a form is higher than a page once its columns fit the page."""
    width = sum(plan.widths) * DIGIT + len(plan.widths) * PADDING
    scale = min(1.0, PAGE[0] / width)
    return sum(plan.heights.values()) * scale > PAGE[1]


def draw(sheet: Worksheet, styles: Styles, spot: Spot, style: str, text: str = "") -> None:
    """Write a text, or a blank, into a cell or a merged area."""
    look = styles.get(style)
    if spot.merged:
        sheet.merge_range(spot.area, "", look)
    if text:
        sheet.write_string(spot.cell, text, look)
    else:
        sheet.write_blank(spot.cell, None, look)


def put_formula(sheet: Worksheet, cell: str, formula: Formula, look: Any) -> None:
    """Write a formula with the result it has on the blank form."""
    if formula.array:
        sheet.write_array_formula(f"{cell}:{cell}", f"{{{formula.text}}}", look, formula.blank)
    elif formula.text:
        sheet.write_formula(cell, formula.text, look, formula.blank)
    else:
        sheet.write_blank(cell, None, look)


def colour_results(sheet: Worksheet, styles: Styles, area: str) -> None:
    """✓ green, ✗ red."""
    for text, style in ((PASSED, "good"), (FAILED, "bad")):
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": styles.get(style)}
        sheet.conditional_format(area, rule)


def paper(sheet: Worksheet, columns: int, rows: int, *, landscape: bool = False) -> None:
    """The page for official papers; cells right of the columns and below the rows are not printed."""
    set_page(sheet, landscape=landscape, margins=MARGINS)
    sheet.print_area(0, 0, rows - 1, columns - 1)


def protect(sheet: Worksheet) -> None:
    """Lock what is printed, without a password; inputs stay open and rows may be inserted."""
    sheet.protect("", ALLOWED)


def names(layout: SheetLayout) -> Iterator[tuple[str, Spot]]:
    """The sheet-local names: ``px_`` and the key of a field, ``px_tasks`` and ``px_indicators``."""
    for key, spot in layout.fields.items():
        yield f"px_{key}", Spot(spot.row, spot.col, spot.row, spot.col)
    for key, spots in layout.choices.items():
        yield f"px_{key}", _around(spots[0], spots[-1])
    if layout.tasks:
        first, last = (list(row.values()) for row in (layout.tasks[0], layout.tasks[-1]))
        yield "px_tasks", _around(first[0], last[-1])
    if layout.indicators:
        first, last = (_spots(row.cells) for row in (layout.indicators[0], layout.indicators[-1]))
        yield "px_indicators", _around(first[0], last[-1])


def _spots(cells: Mapping[str, Mapping[str, Spot]]) -> list[Spot]:
    return [spot for columns in cells.values() for spot in columns.values()]


def _around(first: Spot, last: Spot) -> Spot:
    return Spot(first.row, first.col, last.last_row, last.last_col)


def _rule(profile: Profile, piece: Piece) -> dict[str, Any]:
    """What may be typed into a piece, and the hint shown while it is selected."""
    label = piece.field.plain_label if piece.field else ""
    hint = piece.field.hint if piece.field else ""
    if piece.style == "amount":
        return _amount_rule(profile, piece.spot.cell, label, hint)
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


def _write_marks(sheet: Worksheet, styles: Styles, plan: Plan, marks: list[Mark]) -> None:
    """The marks stand right of the table, outside the printed area."""
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
