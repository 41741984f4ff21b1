"""A blank list of the units of a round to fill in: a row of examples in the notes, choices, room to write."""

from __future__ import annotations

from perfxl.clerk import roster
from perfxl.clerk.paper import FIRST, Column, Paper
from perfxl.model import Lang, Text

#: how many units there is room for
LINES = 500
LAST = FIRST + LINES - 1
NIL = len(roster.HEADS) - 1
CONTROL = NIL - 1

UNITS, HOW = Text("应报单位", "Units"), Text("填写说明", "How to fill it in")
TITLE = Text("应报单位名单", "The units that have to report")
NOTE = Text(
    "每个单位一行，只有“单位”必须填，填法见“填写说明”。",
    "One unit a row; only the unit's name must be filled in. The next sheet says how.",
)
WIDTHS = (36, 30, 40, 12, 18, 16, 12)
STYLES = ("text_left", "text_left", "text_left", "text", "text", "amount", "choice")
HOW_NOTE = Text(
    "名单可以随时修改，保存后下一次运行 perfxl 时生效。",
    "The list may be changed at any time; perfxl reads it anew each time it runs.",
)
HOW_COLUMNS = (Column(Text("栏目", "Column"), 20, "table_centre"), Column(Text("怎样填", "What to write"), 100))
HOW_LINES = (
    (
        roster.UNIT.label,
        Text(
            "单位全称，与申报表上的一致。空格和标点不影响。",
            "The full name, as on its form. Blanks and marks do not matter.",
        ),
    ),
    (
        roster.ALIASES.label,
        Text(
            "申报表上可能出现的简称、曾用名，如“市委编办”。多个用顿号或分号隔开。一个别名只能属于一个单位。",
            "Short and former names that may stand on a form; a semicolon between several. A name belongs to one unit.",
        ),
    ),
    (
        roster.ADDRESSES.label,
        Text(
            "允许该单位报送的邮箱，多个用分号隔开。从其他邮箱发来的先列为“待核实”，不计入，等您确认。",
            "From where the unit may send; a semicolon between several. Mail from elsewhere waits until you accept it.",
        ),
    ),
    (roster.CONTACT.label, Text("回复和催报时的称呼，如 张三。", "Whom to address, such as 张三.")),
    (roster.PHONE.label, Text("只供查询，不会写进回复。", "For looking up only; it goes into no reply.")),
    (
        roster.CONTROL.label,
        Text(
            "下达的预算控制数，只填数字，单位万元，如 394.03。没有的留空，不核对。",
            "The budget that was given, a number in 万元 such as 394.03. Empty: the total is not compared.",
        ),
    ),
    (
        roster.NIL.label,
        Text(
            "“是”：没有项目的单位可以只发一封写明“零报”的邮件，不附申报表。不填为“否”。",
            "是: the unit may send a mail that says 零报 in place of a workbook. Empty means 否.",
        ),
    ),
)
YES_OR_NO = Text("请选“是”或“否”，不填为“否”。", "是 or 否; empty means 否.")
A_NUMBER = Text("请只填数字，单位万元，如 394.03。", "A number in 万元, such as 394.03.")


def blank_roster(lang: Lang) -> bytes:
    """The workbook."""
    paper = Paper(lang)
    columns = [
        Column(head.label, width, style) for head, width, style in zip(roster.HEADS, WIDTHS, STYLES, strict=True)
    ]
    sheet = paper.sheet(UNITS, TITLE, NOTE, columns)
    for row in range(FIRST, LAST + 1):
        for col, column in enumerate(columns):
            sheet.write_blank(row, col, None, paper.style(column.style))
    for col, rule, text in (
        (NIL, {"validate": "list", "source": ["是", "否"]}, YES_OR_NO),
        (CONTROL, {"validate": "decimal", "criteria": ">=", "value": 0}, A_NUMBER),
    ):
        words = {"input_message": paper.render(text), "error_message": paper.render(text)}
        sheet.data_validation(FIRST, col, LAST, col, rule | words)
    how = paper.sheet(HOW, HOW, HOW_NOTE, HOW_COLUMNS)
    for row, texts in enumerate(HOW_LINES, FIRST):
        how.set_row(row, 36)
        for col, text in enumerate(texts):
            how.write_string(row, col, paper.render(text), paper.style(HOW_COLUMNS[col].style))
    return paper.data()
