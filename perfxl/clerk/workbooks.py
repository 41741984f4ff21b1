"""The workbooks that perfxl gives a clerk to fill in: a blank list of waivers, a blank roster, the current pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO

from xlsxwriter.worksheet import Worksheet

from perfxl.clerk.lists import ClerkList, ListColumn
from perfxl.clerk.pairs import NONE, PAIRS, PROJECT, names
from perfxl.clerk.roster import ROSTER
from perfxl.clerk.waivers import CODE, UNTIL, WAIVERS
from perfxl.model import Lang, Severity, Text, column_letters
from perfxl.profiles import Profile
from perfxl.reading import WorkbookRows
from perfxl.rules import rules_of
from perfxl.values import FEN_PER_WAN, name_key
from perfxl.workbook_styles import Styles, new_workbook, set_page

#: the row of the heads, from 0; the first row to fill in is the next
HEAD = 2
FIRST = HEAD + 1

HOW = Text("填写说明", "How to fill it in")
HOW_COLUMNS = (
    ListColumn("column", Text("栏目", "Column"), width=20, style="table_centre"),
    ListColumn("how", Text("怎样填", "What to write"), width=100),
)
RULES = Text("规则编号", "Rules")
RULES_TITLE = Text("规则编号一览", "Codes of the rules")
RULES_NOTE = Text("编号与问题清单、错误报告上的一致。", "They are the codes of the lists of findings.")
RULE_COLUMNS = (
    ListColumn("code", Text("编号", "Code"), width=16, style="table_centre"),
    ListColumn("rule", Text("审核规则", "Rule"), width=34),
    ListColumn("severity", Text("级别", "Severity"), width=10, style="table_centre"),
    ListColumn("what", Text("审核内容", "What it checks"), width=80),
)
#: shown beside the code of a waiver, by a formula
RULE_NAME = ListColumn("name", Text("规则名称（自动显示）", "Rule (shown by itself)"), width=26)
NO_RULE = Text("无此编号", "no such code")
PROJECTS = Text("项目名单", "Projects")
PROJECTS_NOTE = Text("各单位填报的项目，供“项目名称”一栏选用。", "The projects of each unit, to choose from.")
PAIR_COLUMNS = (
    *PAIRS.columns,
    ListColumn("by", Text("现在的依据", "Paired by"), width=12, style="table_centre"),
    ListColumn("planned", Text("任务金额", "Amount of the task"), width=12, style="table_amount"),
    ListColumn("total", Text("项目金额", "Amount of the project"), width=12, style="table_amount"),
)
PAIRED_BY = {
    "name": Text("名称相近", "name"),
    "amount": Text("金额相同", "amount"),
    "given": Text("指定", "given"),
    "": Text("没有对应", "none"),
}


class ListWorkbook:
    """A workbook in memory, written sheet by sheet: a title, a note, frozen heads, rows to fill in."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._target = BytesIO()
        self._book = new_workbook(self._target)
        self.style = Styles(self._book, "list").get

    def sheet(self, name: Text, title: Text, note: Text, columns: Sequence[ListColumn]) -> Worksheet:
        """A sheet with its title, a note and the heads of a list; it prints on A4 across."""
        sheet = self._book.add_worksheet(name.render(self.lang))
        set_page(sheet, landscape=True)
        sheet.set_default_row(22)
        sheet.set_row(0, 34)
        sheet.set_row(1, 20)
        sheet.write_string(0, 0, title.render(self.lang), self.style("heading"))
        sheet.write_string(1, 0, note.render(self.lang), self.style("note"))
        sheet.set_row(HEAD, 26)
        for col, column in enumerate(columns):
            sheet.set_column(col, col, column.width)
            sheet.write_string(HEAD, col, column.label.render(self.lang), self.style("table_head"))
        sheet.freeze_panes(FIRST, 0)
        sheet.repeat_rows(HEAD)
        return sheet

    def texts(self, sheet: Worksheet, row: int, columns: Sequence[ListColumn], texts: Iterable[str | Text]) -> None:
        """Write a row of texts in the styles of their columns."""
        for col, (column, text) in enumerate(zip(columns, texts, strict=False)):
            written = text.render(self.lang) if isinstance(text, Text) else text
            sheet.write_string(row, col, written, self.style(column.style))

    def blank(self, kind: ClerkList, columns: Sequence[ListColumn], sources: Mapping[str, str]) -> Worksheet:
        """The sheet to fill in; ``sources`` are the formulas of the choices of a column, by its key."""
        sheet = self.sheet(kind.sheet, kind.title, kind.note, columns)
        last = FIRST + kind.rows - 1
        for row in range(FIRST, last + 1):
            for col, column in enumerate(columns):
                sheet.write_blank(row, col, None, self.style(column.style))
        for col, column in enumerate(columns):
            if any(column.prompt):
                chosen = {"validate": "list", "source": sources[column.key]} if column.key in sources else {}
                options = {**column.accepts, **chosen, "input_message": column.prompt.render(self.lang)}
                if options["validate"] != "any":
                    options["error_message"] = options["input_message"]
                sheet.data_validation(FIRST, col, last, col, options)
        return sheet

    def instructions(self, kind: ClerkList) -> None:
        """The sheet that explains each column."""
        sheet = self.sheet(HOW, HOW, kind.how_note, HOW_COLUMNS)
        for row, column in enumerate((column for column in kind.columns if column.width), FIRST):
            sheet.set_row(row, 36)
            self.texts(sheet, row, HOW_COLUMNS, (column.label, column.how))

    def data(self) -> bytes:
        """Finish the workbook; its bytes."""
        self._book.close()
        return self._target.getvalue()


def blank_roster(lang: Lang) -> bytes:
    """A blank list of the units of a round."""
    book = ListWorkbook(lang)
    book.blank(ROSTER, [column for column in ROSTER.columns if column.width], {})
    book.instructions(ROSTER)
    return book.data()


def blank_waivers(profile: Profile, lang: Lang) -> bytes:
    """A blank list of waivers, with the codes of the profile's rules to choose from."""
    book = ListWorkbook(lang)
    columns = list(WAIVERS.columns)
    name = columns.index(CODE) + 1
    columns.insert(name, RULE_NAME)
    count = len({rule.code for rule in rules_of(profile)})
    codes, named = (f"'{RULES.render(lang)}'!$A${FIRST + 1}:${last}${FIRST + count}" for last in "AB")
    sheet = book.blank(WAIVERS, columns, {CODE.key: f"={codes}"})
    for row in range(FIRST, FIRST + WAIVERS.rows):
        code = f"{column_letters(name)}{row + 1}"
        found = f'IFERROR(VLOOKUP({code},{named},2,FALSE),"{NO_RULE.render(lang)}")'
        sheet.write_formula(row, name, f'=IF({code}="","",{found})', book.style("table_text"), "")
    _colour(sheet, book, columns)
    _rules(book, profile)
    book.instructions(WAIVERS)
    return book.data()


def _colour(sheet: Worksheet, book: ListWorkbook, columns: Sequence[ListColumn]) -> None:
    """Colour what is missing in a row that is begun, and strike out what has expired."""
    row, last, until = FIRST + 1, FIRST + WAIVERS.rows - 1, columns.index(UNTIL)
    for col, column in enumerate(columns):
        if column.required and column is not RULE_NAME:
            begun = f"COUNTA($A{row}:$B{row},$D{row}:$G{row})>0"
            empty = {"type": "formula", "criteria": f'=AND({begun},{column_letters(col + 1)}{row}="")'}
            sheet.conditional_format(FIRST, col, last, col, empty | {"format": book.style("bad")})
    expired = f"=AND(ISNUMBER($G{row}),$G{row}<TODAY())"
    over = {"type": "formula", "criteria": expired, "format": book.style("over")}
    sheet.conditional_format(FIRST, 0, last, until, over)


def _rules(book: ListWorkbook, profile: Profile) -> None:
    """The codes with their meaning; of several sums with one code, the first."""
    sheet = book.sheet(RULES, RULES_TITLE, RULES_NOTE, RULE_COLUMNS)
    rules = {rule.code: rule for rule in reversed(rules_of(profile))}
    for row, code in enumerate(sorted(rules), FIRST):
        rule = rules[code]
        severity = Severity(profile.severity.get(code, rule.severity)).label
        book.texts(sheet, row, RULE_COLUMNS, (code, rule.name, severity, rule.what))


def current_pairs(books: Iterable[WorkbookRows], profile: Profile, lang: Lang) -> bytes:
    """The pairs of some workbooks as they are now; of several workbooks of one unit, those of the last."""
    book = ListWorkbook(lang)
    sheet = book.sheet(PAIRS.sheet, PAIRS.title, PAIRS.note, PAIR_COLUMNS)
    last = {name_key(rows.unit): rows for rows in books if rows.unit}
    choices = [[NONE.render(lang), *map(_one_line, names(rows, profile)[1])] for rows in last.values()]
    row, chosen = FIRST, PAIR_COLUMNS.index(PROJECT)
    for number, rows in enumerate(last.values()):
        top = row
        for (*names_of, by), amounts in _pair_rows(rows, profile):
            book.texts(sheet, row, PAIR_COLUMNS, (rows.unit, *(name or NONE for name in names_of), PAIRED_BY[by]))
            for col, fen in enumerate(amounts, PAIR_COLUMNS.index(PROJECT) + 2):
                figure = None if fen is None else fen / FEN_PER_WAN
                sheet.write(row, col, figure, book.style(PAIR_COLUMNS[col].style))
            row += 1
        if row > top:
            letters, size = column_letters(number + 1), len(choices[number])
            source = f"='{PROJECTS.render(lang)}'!${letters}${FIRST + 1}:${letters}${FIRST + size}"
            sheet.data_validation(top, chosen, row - 1, chosen, {"validate": "list", "source": source})
    sheet.autofilter(HEAD, 0, max(HEAD, row - 1), len(PAIR_COLUMNS) - 1)
    units = [ListColumn("", Text(rows.unit, rows.unit), width=34) for rows in last.values()]
    sheet = book.sheet(PROJECTS, PROJECTS, PROJECTS_NOTE, units)
    for col, projects in enumerate(choices):
        for row, name in enumerate(projects, FIRST):
            sheet.write_string(row, col, name, book.style("table_text"))
    return book.data()


def _pair_rows(
    rows: WorkbookRows, profile: Profile
) -> Iterator[tuple[tuple[str, str, str], tuple[int | None, int | None]]]:
    """Every task, then the projects without one: the names of both and by what they are paired, the fen of both.

    Those without a name are left out: no list can name them.
    """
    filled = [form for form in rows.forms if not form.blank]
    projects = {form.project: form for form in filled if profile.forms[form.kind].repeats}
    for form in filled:
        planned = {row.item: row.amount.fen for row in form.amounts if (row.role, row.column) == ("row", "total")}
        for task in form.tasks:
            project = projects.pop(task.project, None)
            name = _one_line(project.text("project_name")) if project else ""
            if task.name and (name or not project):
                total = project.total() if project else None
                by = task.paired_by if project else ""
                yield (_one_line(task.name), name, by), (planned.get(task.item), total)
    for project in projects.values():
        if name := _one_line(project.text("project_name")):
            yield ("", name, ""), (None, project.total())


def _one_line(text: str) -> str:
    """A name without line breaks, as a list of choices can hold it."""
    return " ".join(text.encode("utf-8", "replace").decode().split())
