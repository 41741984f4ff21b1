"""The sheets before and after the forms, 封面 and 填报说明. Only their frame is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from perfxl.profiles import Form, Profile
from perfxl.template.grid import CHARACTER, text_width
from perfxl.template.sheets import draw, paper, protect
from perfxl.template.spots import SheetLayout, Spot
from perfxl.workbook_styles import Styles

COVER, INSTRUCTIONS, RULES, CHECKS = "封面", "填报说明", "审核规则", "校验"
#: the sheets of the workbook that are no forms
BESIDE_FORMS = frozenset((COVER, INSTRUCTIONS, RULES, CHECKS))
LINE = 15.5
COVER_WIDTHS = (4.0, 16.0, 50.0, 22.0, 4.0)
TEXT_WIDTH = 78.0


def write_cover(
    book: Workbook, styles: Styles, profile: Profile, sheets: Sequence[SheetLayout], year: int, unit: str
) -> None:
    """Title, year, unit, what is in the workbook, and how to fill it in."""
    sheet = book.add_worksheet(COVER)
    for number, width in enumerate(COVER_WIDTHS):
        sheet.set_column(number, number, width)
    row = 4
    for style, text, height in (
        ("cover_title", profile.title.zh, 48.0),
        ("cover_year", f"（{year}年度）", 32.0),
    ):
        _line(sheet, styles, row, style, text, height)
        row += 1
    row += 3
    sheet.set_row(row - 1, 30)
    sheet.write_string(f"B{row}", "预算单位：", styles.get("cover_label"))
    draw(sheet, styles, Spot(row, 3, row, 3), "cover_input", unit)
    row += 3
    for style, text in _cover_lines(profile, sheets):
        height = 26.0 if style == "cover_head" else wrapped_height(text, sum(COVER_WIDTHS[1:4])) + 7
        _line(sheet, styles, row, style, text, height)
        row += 1
    row += 2
    _line(sheet, styles, row, "stamp", f"模板版本 {profile.stamp}", LINE)
    paper(sheet, len(COVER_WIDTHS), row)
    protect(sheet)


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
    """Which sheets a form is on, and who fills it in."""
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
    sheet = book.add_worksheet(INSTRUCTIONS)
    sheet.set_column(0, 0, TEXT_WIDTH)
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
            sheet.set_row(row - 1, wrapped_height(indent + text, TEXT_WIDTH) + 3)
            sheet.write_string(row - 1, 0, indent + text, styles.get(style))
            row += 1
        row += 1
    paper(sheet, 1, row)
    protect(sheet)


def _line(sheet: Worksheet, styles: Styles, row: int, style: str, text: str, height: float) -> None:
    """A line of the cover, across the columns between its margins."""
    sheet.set_row(row - 1, height)
    draw(sheet, styles, Spot(row, 2, row, len(COVER_WIDTHS) - 1), style, text)


def wrapped_height(text: str, width: float) -> float:
    """How high a text is when it is wrapped at a width."""
    return LINE * max(1, ceil(text_width(text) * CHARACTER / (width - 4)))
