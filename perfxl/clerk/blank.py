"""A blank list of waivers to fill in: codes to choose from, dates that are asked for, hints."""

from __future__ import annotations

from datetime import date

from xlsxwriter.worksheet import Worksheet

from perfxl.clerk import waivers
from perfxl.clerk.paper import FIRST, Column, Paper
from perfxl.model import Lang, Severity, Text, column_letters
from perfxl.profiles import Profile
from perfxl.rules import rules_of

#: how many waivers there is room for
LINES = 200
LAST = FIRST + LINES - 1
#: the columns of the list, from 0
CODE, NAME, WHERE, UNTIL = 1, 2, 3, 6
NEEDED = (0, CODE, 4, 5, UNTIL)

WAIVERS, RULES, HOW = Text("豁免", "Waivers"), Text("规则编号", "Rules"), Text("填写说明", "How to fill it in")
TITLE = Text("审核问题豁免登记表", "Waivers")
NOTE = Text(
    "每行一条，除“项目或单元格”外都要填，填法见“填写说明”。审核时加 --waivers 本文件。",
    "One waiver a row; only the project or cell may stay empty. Give the file to perfxl check by --waivers.",
)
RULE_NAME = Text("规则名称（自动显示）", "Rule (shown by itself)")
NO_RULE = Text("没有这个编号", "no such code")
RULES_TITLE = Text("规则编号一览", "Codes of the rules")
RULES_NOTE = Text("编号与问题清单、错误报告上的一致。", "They are the codes of the lists of findings.")
RULE_COLUMNS = (
    Column(Text("编号", "Code"), 16, "table_centre"),
    Column(Text("审核规则", "Rule"), 34),
    Column(Text("级别", "Severity"), 10, "table_centre"),
    Column(Text("审核内容", "What it checks"), 80),
)
HOW_COLUMNS = (Column(Text("栏目", "Column"), 20, "table_centre"), Column(Text("怎样填", "What to write"), 100))
HOW_LINES = (
    (
        waivers.UNIT.label,
        Text(
            "单位全称，与申报表上的部门名称一致。空格和标点不影响。",
            "The unit's full name as on its form. Blanks and marks do not matter.",
        ),
    ),
    (
        waivers.CODE.label,
        Text("从下拉框选取，与问题清单上的编号一致。", "Choose it from the list; it stands beside the finding."),
    ),
    (
        waivers.WHERE.label,
        Text(
            "不填：豁免该单位这条规则的所有问题。填项目名称：只豁免这个项目的。填“项目3!D14”这样的单元格：只豁免这一处。",
            "Empty: the rule in the whole unit. A project's name: only there. A cell such as 项目3!D14: only that one.",
        ),
    ),
    (
        waivers.REASON.label,
        Text(
            "会写进汇总表和退回单位的材料，请写明依据。",
            "Shown in the summary and to the unit: say on what grounds.",
        ),
    ),
    (waivers.BY.label, Text("同意豁免的人。", "Who agreed to it.")),
    (
        waivers.UNTIL.label,
        Text(
            "日期，如 2026-12-31。当天仍有效；过期的不再适用，并有提示。",
            "A date such as 2026-12-31, the last day on which it holds. An expired waiver is not applied, and told.",
        ),
    ),
)
HOW_NOTE = Text(
    "豁免的问题照样列出并注明理由，只是不计入审核结果；没有用到的豁免也有提示，请及时清理。",
    "Waived findings are still listed, with the reason, and do not count. A waiver that is not used is told as well.",
)
CHOOSE = Text("请从下拉框选取规则编号。", "Choose a code from the list.")
A_DATE = Text("请写日期，如 2026-12-31。", "Write a date such as 2026-12-31.")
A_PLACE = Text("可不填；或写项目名称，或写“项目3!D14”。", "May stay empty; a project's name, or a cell like 项目3!D14.")


def blank_waivers(profile: Profile, lang: Lang) -> bytes:
    """The workbook, with the codes of the profile's rules."""
    paper = Paper(lang)
    widths = (30, 15, 26, 40, 14, 14)
    styles = ("text_left", "text", "text_left", "text_left", "text", "date")
    columns = [
        Column(head.label, width, style) for head, width, style in zip(waivers.HEADS, widths, styles, strict=True)
    ]
    columns.insert(NAME, Column(RULE_NAME, 26))
    sheet = paper.sheet(WAIVERS, TITLE, NOTE, columns)
    count = len({rule.code for rule in rules_of(profile)})
    codes, names = (f"'{paper.render(RULES)}'!$A${FIRST + 1}:${last}${FIRST + count}" for last in "AB")
    for row in range(FIRST, LAST + 1):
        for col, column in enumerate(columns):
            sheet.write_blank(row, col, None, paper.style(column.style))
        code = f"B{row + 1}"
        found = f'IFERROR(VLOOKUP({code},{names},2,FALSE),"{paper.render(NO_RULE)}")'
        sheet.write_formula(row, NAME, f'=IF({code}="","",{found})', paper.style("table_text"), "")
    _ask(sheet, paper, codes)
    _colour(sheet, paper)
    _rules(paper, profile)
    how = paper.sheet(HOW, HOW, HOW_NOTE, HOW_COLUMNS)
    for row, texts in enumerate(HOW_LINES, FIRST):
        how.set_row(row, 36)
        for col, text in enumerate(texts):
            how.write_string(row, col, paper.render(text), paper.style(HOW_COLUMNS[col].style))
    return paper.data()


def _ask(sheet: Worksheet, paper: Paper, codes: str) -> None:
    """What Excel and WPS themselves ask of an entry."""
    for col, rule, text in (
        (CODE, {"validate": "list", "source": f"={codes}"}, CHOOSE),
        (WHERE, {"validate": "any"}, A_PLACE),
        (UNTIL, {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}, A_DATE),
    ):
        words = {"input_message": paper.render(text)} | (
            {} if rule["validate"] == "any" else {"error_message": paper.render(text)}
        )
        sheet.data_validation(FIRST, col, LAST, col, rule | words)


def _colour(sheet: Worksheet, paper: Paper) -> None:
    """What is missing in a row that is begun, and what is over."""
    row = FIRST + 1
    for col in NEEDED:
        begun = f"COUNTA($A{row}:$B{row},$D{row}:$G{row})>0"
        empty = {"type": "formula", "criteria": f'=AND({begun},{column_letters(col + 1)}{row}="")'}
        sheet.conditional_format(FIRST, col, LAST, col, empty | {"format": paper.style("bad")})
    over = {"type": "formula", "criteria": f"=AND(ISNUMBER($G{row}),$G{row}<TODAY())", "format": paper.style("over")}
    sheet.conditional_format(FIRST, 0, LAST, UNTIL, over)


def _rules(paper: Paper, profile: Profile) -> None:
    """The codes with what they mean; of several sums with one code, the first."""
    sheet = paper.sheet(RULES, RULES_TITLE, RULES_NOTE, RULE_COLUMNS)
    rules = {rule.code: rule for rule in reversed(rules_of(profile))}
    for row, code in enumerate(sorted(rules), FIRST):
        rule = rules[code]
        severity = Severity(profile.severity.get(code, rule.severity)).label
        for col, text in enumerate((code, *map(paper.render, (rule.name, severity, rule.what)))):
            sheet.write_string(row, col, text, paper.style(RULE_COLUMNS[col].style))
