"""The 审核规则 sheet: what the return will be checked for, so that the clerk can look before sending it."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook

from perfxl.model import Severity, Text
from perfxl.profiles import Profile
from perfxl.rules.catalogue import CODE, FIX, NAME, SEVERITY, WHAT, catalogue
from perfxl.template.pages import RULES, wrapped_height
from perfxl.template.sheets import draw, paper, protect
from perfxl.template.spots import Spot
from perfxl.workbook_styles import Styles

#: heads and their widths; a code and a severity take one line
COLUMNS: dict[Text, float] = {CODE: 14.0, NAME: 26.0, SEVERITY: 13.0, WHAT: 54.0, FIX: 46.0}
CENTRED = (CODE, SEVERITY)
HEAD_ROW = 3
ABOUT = (
    f"报送后按下列规则审核。{Severity.ERROR.gate.zh}的问题必须改正；{Severity.WARNING.gate.zh}的请核对，如属实可不改。"
    "审核结果中的编号与本表相同。"
)


def write_rules(book: Workbook, styles: Styles, profile: Profile) -> None:
    """Add the sheet: a row for each rule that the profile asks."""
    sheet = book.add_worksheet(RULES)
    for number, width in enumerate(COLUMNS.values()):
        sheet.set_column(number, number, width)
    sheet.set_row(0, 34)
    draw(sheet, styles, Spot(1, 1, 1, len(COLUMNS)), "title", RULES)
    draw(sheet, styles, Spot(2, 1, 2, len(COLUMNS)), "cover_text", ABOUT)
    sheet.set_row(1, wrapped_height(ABOUT, sum(COLUMNS.values())) + 6)
    for column, head in enumerate(COLUMNS):
        sheet.write_string(HEAD_ROW - 1, column, head.zh, styles.get("table_head"))
    row = HEAD_ROW
    for entry in catalogue(profile):
        if entry.severity is None or not entry.rule.of_returns:
            continue
        texts = (entry.code, entry.rule.name.zh, entry.severity.gate.zh, entry.rule.what.zh, entry.rule.fix.zh)
        wrapped = (
            wrapped_height(text, width)
            for (head, width), text in zip(COLUMNS.items(), texts, strict=True)
            if head not in CENTRED
        )
        sheet.set_row(row, max(wrapped) + 5)
        for column, (head, text) in enumerate(zip(COLUMNS, texts, strict=True)):
            style = "table_centre" if head in CENTRED else "table_text"
            sheet.write_string(row, column, text, styles.get(style))
        row += 1
    sheet.freeze_panes(HEAD_ROW, 0)
    sheet.repeat_rows(HEAD_ROW - 1)
    paper(sheet, len(COLUMNS), row, landscape=True)
    protect(sheet)
