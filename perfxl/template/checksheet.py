"""The 校验 sheet: one row a declared sum, and below them the list of projects that forms are matched with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from perfxl.model import Severity, Text, column_letters
from perfxl.profiles import Profile
from perfxl.profiles.wording import describe
from perfxl.template.checks import FAILED, NAME, PASSED, Check, Formula, Row, checks, formulas, matched_forms
from perfxl.template.pages import CHECKS
from perfxl.template.sheets import colour_results, draw, paper, protect, put_formula
from perfxl.template.spots import SheetLayout, Spot
from perfxl.template.terms import Matches, Terms, cleaned
from perfxl.workbook_styles import Styles

#: heads and their widths
COLUMNS = {
    "编号": 11.0,
    "工作表": 15.0,
    "校验内容": 54.0,
    "填报数": 12.0,
    "计算数": 12.0,
    "差额": 12.0,
    "结果": 7.0,
    "说明": 28.0,
}
HEAD_ROW = 4
ROW_HEIGHT = 32.0
LIST_HEIGHT = 18.0


def write_checks(book: Workbook, styles: Styles, profile: Profile, sheets: Sequence[SheetLayout]) -> None:
    """Add the sheet; every formula carries the result it has on the blank workbook."""
    sheet = book.add_worksheet(CHECKS)
    for number, width in enumerate(COLUMNS.values()):
        sheet.set_column(number, number, width)
    found = checks(profile, sheets)
    last = HEAD_ROW + len(found)
    tables = list(_tables(profile, sheets, last + 2))
    terms = Terms(profile, sheets, {table.form: table.matches for table in tables}, CHECKS)
    _head(sheet, styles, last)
    for row, check in enumerate(found, HEAD_ROW + 1):
        _write_row(sheet, styles, profile, check, formulas(check, terms, row), row)
    colour_results(sheet, styles, f"G{HEAD_ROW + 1}:G{last}")
    for table in tables:
        _write_table(sheet, styles, profile, terms, table)
    sheet.freeze_panes(HEAD_ROW, 0)
    sheet.repeat_rows(HEAD_ROW - 1)
    paper(sheet, len(COLUMNS), tables[-1].last if tables else last, landscape=True)
    protect(sheet)


def _head(sheet: Worksheet, styles: Styles, last: int) -> None:
    sheet.set_row(0, 34)
    draw(sheet, styles, Spot(1, 1, 1, len(COLUMNS)), "title", "勾稽关系校验表")
    area = f"G{HEAD_ROW + 1}:G{last}"
    passed, failed = (f'COUNTIF({area},"{text}")' for text in (PASSED, FAILED))
    text = f'="相符 "&{passed}&" 条，不符 "&{failed}&" 条"'
    sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, "", styles.get("summary"))
    put_formula(sheet, "A2", Formula(text, "相符 0 条，不符 0 条"), styles.get("summary"))
    about = f"{PASSED} 相符　{FAILED} 不符　— 未填，或有按单价、比率填写的，不作比较。本表自动计算，不需填写。"
    draw(sheet, styles, Spot(3, 1, 3, len(COLUMNS)), "cover_text", about)
    sheet.set_row(HEAD_ROW - 1, LIST_HEIGHT + 4)
    for number, text in enumerate(COLUMNS):
        sheet.write_string(HEAD_ROW - 1, number, text, styles.get("table_head"))


def _write_row(sheet: Worksheet, styles: Styles, profile: Profile, check: Check, row: Row, number: int) -> None:
    item = check.sum
    sheet.set_row(number - 1, ROW_HEIGHT)
    texts = (item.code, check.place, f"{item.name.zh}：{describe(profile, item)}")
    for column, (text, style) in enumerate(zip(texts, ("centre", "centre", "text"), strict=True)):
        sheet.write_string(number - 1, column, text, styles.get(f"table_{style}"))
    figures = styles.get("table_count" if row.counts else "table_amount")
    for letter, formula in zip("DEF", (row.stated, row.computed, row.difference), strict=True):
        put_formula(sheet, f"{letter}{number}", formula, figures)
    put_formula(sheet, f"G{number}", row.result, styles.get("table_centre"))
    if row.note.text:
        put_formula(sheet, f"H{number}", row.note, styles.get("table_text"))
    else:
        note = "" if item.severity == "error" else ADVISORY.zh
        draw(sheet, styles, Spot(number, 8, number, 8), "table_text", note)


ADVISORY = Text(f"{Severity.WARNING.gate.zh}，如属实可不改", "advisory")


@dataclass(frozen=True)
class _Table:
    """The list of the sheets of one form: sheet, name, amounts; ``row`` is that of its heads."""

    form: str
    fields: tuple[str, ...]
    sheets: tuple[SheetLayout, ...]
    row: int

    @property
    def last(self) -> int:
        return self.row + len(self.sheets)

    @property
    def matches(self) -> Matches:
        """Its ranges, for the formulas above it."""
        amounts = {key: self._range(letter) for key, letter in zip(self.fields, "DEFGH", strict=False)}
        return Matches(self._range("C"), amounts)

    def _range(self, letter: str) -> str:
        return f"${letter}${self.row + 1}:${letter}${self.last}"


def _tables(profile: Profile, sheets: Sequence[SheetLayout], row: int) -> Iterator[_Table]:
    for form, fields in matched_forms(profile).items():
        own = tuple(sheet for sheet in sheets if sheet.form == form)
        table = _Table(form, tuple(fields), own, row)
        row = table.last + 2
        yield table


def _write_table(sheet: Worksheet, styles: Styles, profile: Profile, terms: Terms, table: _Table) -> None:
    form = profile.forms[table.form]
    sheet.set_row(table.row - 1, LIST_HEIGHT)
    heads = ("", "工作表", form.fields[NAME].label, *(form.fields[key].plain_label for key in table.fields))
    for column, text in enumerate(heads):
        if text:
            sheet.write_string(table.row - 1, column, text, styles.get("table_head"))
    for row, each in enumerate(table.sheets, table.row + 1):
        sheet.set_row(row - 1, LIST_HEIGHT)
        sheet.write_string(row - 1, 1, each.sheet, styles.get("table_centre"))
        name = Formula(f"={cleaned(terms.ref(each, each.fields[NAME].cell))}")
        put_formula(sheet, f"C{row}", name, styles.get("table_text"))
        for column, key in enumerate(table.fields, 4):
            ref = terms.ref(each, each.fields[key].cell)
            amount = Formula(f'=IF(ISNUMBER({ref}),{ref},"")')
            put_formula(sheet, f"{column_letters(column)}{row}", amount, styles.get("table_amount"))
