"""Writes the sheets of the blank workbook: the planned forms, and 封面, 填报说明, 审核规则 and 校验 in Chinese.

A form sheet has texts, input checks, marks beside totals, names, and is locked but for its inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from xlsxwriter.utility import xl_range_abs
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from perfxl.model import Severity, Text, column_letters
from perfxl.profiles import OTHER_SHEETS, PROJECT_NAME, Form, Profile, Sum, describe, distinct_labels, marks_of
from perfxl.profiles.layout import CHARACTER, CellArea, Page, Piece, SheetLayout, text_width
from perfxl.rules import CODE, FIX, NAME, SEVERITY, WHAT, catalogue
from perfxl.template import sums
from perfxl.template.sums import FAILED, PASSED, LiveFormula
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


def write_form(book: Workbook, styles: Styles, profile: Profile, plan: Page, marks: list[sums.Mark]) -> None:
    """Add the worksheet of one form, with its marks."""
    sheet = _add_sheet(book, plan.layout.sheet, plan.columns.widths)
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
    sheet.ignore_errors({"number_stored_as_text": f"A1:{column_letters(plan.columns.last)}{plan.last_row + 200}"})
    set_up(sheet, plan.columns.last, plan.last_row)
    if plan.layout.indicators and _long(plan):
        # the second page begins with the indicators, whose heads are one row above them
        sheet.set_h_pagebreaks([_cells(plan.layout.indicators[0].cells)[0].row - 2])


def _long(plan: Page) -> bool:
    width = sum(plan.columns.widths) * DIGIT + plan.columns.last * PADDING
    scale = min(1.0, PAGE[0] / width)
    return sum(plan.heights.values()) * scale > PAGE[1]


def draw(sheet: Worksheet, styles: Styles, area: CellArea, style: str, text: str = "") -> None:
    """Write a text, or a blank, into a cell or a merged area."""
    look = styles.get(style)
    if area.ref != area.cell:
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
    what = f"以{profile.measure}为单位，只填数字，最多 {profile.decimals} 位小数；没有的填 0。"
    return {
        "validate": "custom",
        "value": f"=AND(ISNUMBER({cell}),{cell}>=0,ROUND({cell},{profile.decimals})={cell})",
        "input_title": (label or "金额")[:TITLE_LIMIT],
        "input_message": f"{hint}{what}"[:MESSAGE_LIMIT],
        "error_title": "金额填写有误",
        "error_message": f"金额{what}不要写“{profile.measure}”等文字。",
    }


def _write_marks(sheet: Worksheet, styles: Styles, plan: Page, marks: list[sums.Mark]) -> None:
    """Write the marks right of the table, outside the printed area."""
    if not marks:
        return
    first = plan.columns.last + 1
    last = first + max(mark.nth for mark in marks)
    sheet.set_column(first - 1, last - 1, MARK_WIDTH)
    for mark in marks:
        cell = f"{column_letters(first + mark.nth)}{mark.total.row}"
        put_formula(sheet, cell, mark.formula, styles.get("mark"))
        message = f"{mark.about}（{mark.total.cell}）"[:MESSAGE_LIMIT]
        sheet.data_validation(cell, {"validate": "any", "input_title": "勾稽", "input_message": message})
    area = f"{column_letters(first)}1:{column_letters(last)}{plan.last_row}"
    colour_results(sheet, styles, area)


COVER, INSTRUCTIONS, RULES, CHECKS = OTHER_SHEETS
#: points that a line of text takes
LINE = 15.5
#: widths of columns, in digits
COVER_WIDTHS = (4.0, 16.0, 50.0, 22.0, 4.0)
INSTRUCTIONS_WIDTH = 78.0
#: 审核规则: the heads and the widths of their columns; those in ``RULE_CENTRED`` take one line
RULE_COLUMNS: dict[Text, float] = {CODE: 14.0, NAME: 26.0, SEVERITY: 13.0, WHAT: 54.0, FIX: 46.0}
RULE_CENTRED = (CODE, SEVERITY)
RULE_HEAD = 3
#: 校验: the same, and points that its rows take
CHECK_COLUMNS = {
    "编号": 11.0, "工作表": 15.0, "校验内容": 54.0,
    "填报数": 12.0, "计算数": 12.0, "差额": 12.0, "结果": 7.0, "说明": 28.0,
}  # fmt: skip
CHECK_HEAD = 4
CHECK_HEIGHT, LIST_HEIGHT = 32.0, 18.0
BLOCKING, ADVISORY = (severity.gate.render("zh") for severity in (Severity.ERROR, Severity.WARNING))


def write_cover(
    book: Workbook, styles: Styles, profile: Profile, sheets: Sequence[SheetLayout], year: int, unit: str
) -> None:
    """Title, year, unit, what is in the workbook, and how to fill it in."""
    sheet = _add_sheet(book, COVER, COVER_WIDTHS)
    _line(sheet, styles, 4, "cover_title", profile.title.render("zh"), 48.0)
    _line(sheet, styles, 5, "cover_year", f"（{year}年度）", 32.0)
    sheet.set_row(8, 30)
    sheet.write_string("B9", "预算单位：", styles.get("cover_label"))
    draw(sheet, styles, CellArea(9, 3, 9, 3), "cover_input", unit)
    lines = list(_cover_lines(profile, sheets))
    for row, (style, text) in enumerate(lines, 12):
        height = 26.0 if style == "cover_head" else wrapped_height(text, sum(COVER_WIDTHS[1:4])) + 7
        _line(sheet, styles, row, style, text, height)
    row = 12 + len(lines) + 2
    _line(sheet, styles, row, "stamp", f"模板版本 {profile.stamp}", LINE)
    set_up(sheet, len(COVER_WIDTHS), row)


def _cover_lines(profile: Profile, sheets: Sequence[SheetLayout]) -> Iterator[tuple[str, str]]:
    yield "cover_head", "本工作簿包括"
    for form in profile.forms.values():
        yield "cover_text", f"　　{form.name('zh')}　　{_where(form, sheets)}"
    yield "cover_text", f"　　{INSTRUCTIONS}、{RULES}、{CHECKS}"
    yield "cover_text", ""
    yield "cover_head", "怎样填报"
    for number, text in enumerate(_how_to(profile), 1):
        yield "cover_text", f"{number}. {text}"


def _where(form: Form, sheets: Sequence[SheetLayout]) -> str:
    names = [sheet.sheet for sheet in sheets if sheet.form == form.key]
    if form.repeats and len(names) > 1:
        return f"工作表“{names[0]}”至“{names[-1]}”，每个项目填一张，多余的留空"
    need = "每个单位都填" if form.required else "有的填，没有的留空"
    return f"工作表“{names[0]}”，{need}"


def _how_to(profile: Profile) -> Iterator[str]:
    yield "只填浅黄色的格子，其余的格子已锁定；选中格子时会显示填写提示。"
    yield f"金额以{profile.measure}为单位，只填数字，最多 {profile.decimals} 位小数；没有的填 0。"
    yield "行数不够时，在表格中间选中整行插入；文字较多时，拖动行的下边线加高。"
    yield f"表格右侧的 ✓、✗ 随填随看；报出前打开“{CHECKS}”，改好标 ✗ 的各条，确实无误的说明理由。"
    yield "不要改动工作表的名称和表头；填好后打印盖章，并把本工作簿发回财政部门。"


def write_instructions(book: Workbook, styles: Styles, profile: Profile) -> None:
    """The instructions of every form, as they were published."""
    sheet = _add_sheet(book, INSTRUCTIONS, (INSTRUCTIONS_WIDTH,))
    row = 1
    for form in profile.forms.values():
        if not form.instructions:
            continue
        sheet.set_row(row - 1, 30)
        sheet.write_string(row - 1, 0, f"{form.attachment}《{form.title}》填报说明", styles.get("section"))
        row += 1
        for text in filter(None, map(str.strip, form.instructions.splitlines())):
            chapter = text[0] in "一二三四五六七八九十" and text[1:2] == "、"
            style, indent = ("heading", "") if chapter else ("paragraph", "　　")
            sheet.set_row(row - 1, wrapped_height(indent + text, INSTRUCTIONS_WIDTH) + 3)
            sheet.write_string(row - 1, 0, indent + text, styles.get(style))
            row += 1
        row += 1
    set_up(sheet, 1, row)


def write_rules(book: Workbook, styles: Styles, profile: Profile) -> None:
    """What a return will be checked for: a row for each rule that the profile has switched on."""
    sheet = _table_sheet(book, styles, RULES, RULES, list(RULE_COLUMNS.values()))
    note = (
        f"报送后按下列规则审核。{BLOCKING}发现的错误必须改正；{ADVISORY}发现的问题请核对，无误的无需改动。"
        "审核结果中的编号与本表相同。"
    )
    draw(sheet, styles, CellArea(2, 1, 2, len(RULE_COLUMNS)), "cover_text", note)
    sheet.set_row(1, wrapped_height(note, sum(RULE_COLUMNS.values())) + 6)
    _heads(sheet, styles, RULE_HEAD, [head.render("zh") for head in RULE_COLUMNS])
    row = RULE_HEAD
    for entry in catalogue(profile):
        if entry.severity is None or not entry.rule.of_returns:
            continue
        rule, gate = entry.rule, entry.severity.gate
        texts = (entry.code, *(text.render("zh") for text in (rule.name, gate, rule.what, rule.fix)))
        heights = []
        for column, ((head, width), text) in enumerate(zip(RULE_COLUMNS.items(), texts, strict=True)):
            centred = head in RULE_CENTRED
            heights.append(LINE if centred else wrapped_height(text, width))
            sheet.write_string(row, column, text, styles.get("table_centre" if centred else "table_text"))
        sheet.set_row(row, max(heights) + 5)
        row += 1
    set_up(sheet, len(RULE_COLUMNS), row, landscape=True)


def write_checks(book: Workbook, styles: Styles, profile: Profile, sheets: Sequence[SheetLayout]) -> None:
    """A row for each declared sum, with its result on the blank workbook, and the projects by which forms match."""
    sheet = _table_sheet(book, styles, CHECKS, "勾稽关系校验表", list(CHECK_COLUMNS.values()))
    found = sums.checks(profile, sheets)
    last = CHECK_HEAD + len(found)
    tables = list(_lists(profile, sheets, last + 2))
    writer = sums.SumWriter(profile, sheets, {table.form: table.matches for table in tables}, CHECKS)
    _check_head(sheet, styles, f"G{CHECK_HEAD + 1}:G{last}")
    for row, check in enumerate(found, CHECK_HEAD + 1):
        _write_check(sheet, styles, writer, *check, row)
    colour_results(sheet, styles, f"G{CHECK_HEAD + 1}:G{last}")
    for table in tables:
        _write_list(sheet, styles, writer, table)
    set_up(sheet, len(CHECK_COLUMNS), tables[-1].last if tables else last, landscape=True)


def _check_head(sheet: Worksheet, styles: Styles, results: str) -> None:
    """How many checks passed and failed (``results`` is the area of their results), the legend, the heads."""
    passed, failed = (f'COUNTIF({results},"{text}")' for text in (PASSED, FAILED))
    text = f'="相符 "&{passed}&" 条，不符 "&{failed}&" 条"'
    sheet.merge_range(1, 0, 1, len(CHECK_COLUMNS) - 1, "", styles.get("summary"))
    put_formula(sheet, "A2", LiveFormula(text, "相符 0 条，不符 0 条"), styles.get("summary"))
    legend = f"{PASSED} 相符　{FAILED} 不符　— 未填，或有按单价、比率填写的，不作比较。本表自动计算，不需填写。"
    draw(sheet, styles, CellArea(3, 1, 3, len(CHECK_COLUMNS)), "cover_text", legend)
    sheet.set_row(CHECK_HEAD - 1, LIST_HEIGHT + 4)
    _heads(sheet, styles, CHECK_HEAD, list(CHECK_COLUMNS))


def _write_check(
    sheet: Worksheet, styles: Styles, writer: sums.SumWriter, item: Sum, form: SheetLayout | None, number: int
) -> None:
    row = sums.formulas(item, form, writer, number)
    sheet.set_row(number - 1, CHECK_HEIGHT)
    place = form.sheet if form else "各表之间"
    texts = (item.code, place, f"{item.name.render('zh')}：{describe(writer.profile, item)}")
    for column, (text, style) in enumerate(zip(texts, ("centre", "centre", "text"), strict=True)):
        sheet.write_string(number - 1, column, text, styles.get(f"table_{style}"))
    figures = styles.get("table_count" if row.counts else "table_amount")
    for letter, formula in zip("DEF", (row.stated, row.computed, row.difference), strict=True):
        put_formula(sheet, f"{letter}{number}", formula, figures)
    put_formula(sheet, f"G{number}", row.result, styles.get("table_centre"))
    if row.note.text:
        put_formula(sheet, f"H{number}", row.note, styles.get("table_text"))
    else:
        note = "" if item.severity == "error" else f"{ADVISORY}，经核对无误的无需改动"
        draw(sheet, styles, CellArea(number, 8, number, 8), "table_text", note)


@dataclass(frozen=True)
class _ProjectTable:
    """The list of the sheets of one form: sheet, name, amounts; ``row`` is that of its heads."""

    form: str
    fields: tuple[str, ...]
    sheets: tuple[SheetLayout, ...]
    row: int

    @property
    def last(self) -> int:
        return self.row + len(self.sheets)

    @property
    def matches(self) -> sums.ProjectList:
        """Its ranges, for the formulas above it."""
        amounts = {key: self._range(column_letters(col)) for col, key in enumerate(self.fields, 4)}
        return sums.ProjectList(self._range("C"), amounts)

    def _range(self, letter: str) -> str:
        return f"${letter}${self.row + 1}:${letter}${self.last}"


def _lists(profile: Profile, sheets: Sequence[SheetLayout], row: int) -> Iterator[_ProjectTable]:
    for form, fields in sums.matched_forms(profile).items():
        own = tuple(sheet for sheet in sheets if sheet.form == form)
        table = _ProjectTable(form, tuple(fields), own, row)
        row = table.last + 2
        yield table


def _write_list(sheet: Worksheet, styles: Styles, writer: sums.SumWriter, table: _ProjectTable) -> None:
    form = writer.profile.forms[table.form]
    sheet.set_row(table.row - 1, LIST_HEIGHT)
    labels = [form.fields[key].plain_label for key in table.fields]
    marks = [(*marks_of(form, key), f"第 {nth} 处") for nth, key in enumerate(table.fields, 1)]
    heads = ("", "工作表", form.fields[PROJECT_NAME].label, *distinct_labels(labels, marks))
    for column, text in enumerate(heads):
        if text:
            sheet.write_string(table.row - 1, column, text, styles.get("table_head"))
    for row, each in enumerate(table.sheets, table.row + 1):
        sheet.set_row(row - 1, LIST_HEIGHT)
        sheet.write_string(row - 1, 1, each.sheet, styles.get("table_centre"))
        name = LiveFormula(f"={sums.cleaned(writer.ref(each, each.fields[PROJECT_NAME].cell))}")
        put_formula(sheet, f"C{row}", name, styles.get("table_text"))
        for column, key in enumerate(table.fields, 4):
            ref = writer.ref(each, each.fields[key].cell)
            amount = LiveFormula(f'=IF(ISNUMBER({ref}),{ref},"")')
            put_formula(sheet, f"{column_letters(column)}{row}", amount, styles.get("table_amount"))


def _add_sheet(book: Workbook, name: str, widths: Sequence[float]) -> Worksheet:
    sheet = book.add_worksheet(name)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    return sheet


def _table_sheet(book: Workbook, styles: Styles, name: str, title: str, widths: Sequence[float]) -> Worksheet:
    sheet = _add_sheet(book, name, widths)
    sheet.set_row(0, 34)
    draw(sheet, styles, CellArea(1, 1, 1, len(widths)), "title", title)
    return sheet


def _heads(sheet: Worksheet, styles: Styles, row: int, texts: Sequence[str]) -> None:
    """The heads of a table in ``row``: they stay on the screen and are repeated on each printed page."""
    for column, text in enumerate(texts):
        sheet.write_string(row - 1, column, text, styles.get("table_head"))
    sheet.freeze_panes(row, 0)
    sheet.repeat_rows(row - 1)


def _line(sheet: Worksheet, styles: Styles, row: int, style: str, text: str, height: float) -> None:
    sheet.set_row(row - 1, height)
    draw(sheet, styles, CellArea(row, 2, row, len(COVER_WIDTHS) - 1), style, text)


def wrapped_height(text: str, width: float) -> float:
    """How high a text is when it is wrapped at a width."""
    return LINE * max(1, ceil(text_width(text) * CHARACTER / (width - 4)))
