"""The sheets with amounts and their totals: 单位, 项目 and 任务."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell as cell

from perfxl.model import Severity, Status, Submission, Text
from perfxl.reading import FormRows
from perfxl.reports.sheets.facts import (
    NONE,
    NOT_READ,
    WAIVED_COUNT,
    YEAR,
    BatchFacts,
    ShownAmount,
    headed,
    labelled,
    short_name,
    shown_levels,
)
from perfxl.reports.sheets.table import (
    FILE,
    NUMBER,
    UNIT,
    CellFormula,
    SheetTable,
    SheetTexts,
    SummaryBook,
    TableColumn,
    Toned,
    counting,
)

YES, NO = Text("是", "yes"), Text("否", "no")
TOTAL, VISIBLE = Text("合计", "Total"), Text("筛选小计", "Visible rows")

UNITS = SheetTexts(
    Text("单位", "Units"),
    Text("各单位申报与审核情况", "Returns by unit"),
    Text(
        "金额单位：万元。合计只加“计入合计”为“是”的行：同一单位报送多份的，计入最后一份；可在该栏改选，合计随之更新。",
        "Amounts in 万元. Totals add the rows marked yes: the last of several returns of a unit. Marks can be changed.",
    ),
    Text("没有收到文件。", "No files were received."),
)
SAME_AS = Text("与“{other}”内容相同", "identical to “{other}”")
IN_PARTS = Text("由 {n} 个文件组成，合并审核", "came in {n} files, checked together")
SEVERAL = Text("本单位另有一份计入合计", "another return of this unit counts")
UNCHECKED = Text("{n} 处合计或比率尚未核对", "{n} totals or rates not checked")
STATUS_TONES = {
    Status.PASSED: "good",
    Status.PASSED_WITH_NOTES: "notice",
    Status.FAILED: "error",
    Status.UNREADABLE: "warning",
    Status.NOT_A_RETURN: "warning",
}
#: the figures of a return, in their order, and the heads of those that are not called like a field of the profile
FIGURES = ("total", "basic", "projects", "forms", "project_gap", "tasks", "task_gap")
FIGURE_HEADS = {
    "total": Text("资金总额", "Budget total"),
    "forms": Text("项目表合计", "Sum of project forms"),
    "project_gap": Text("项目支出－项目表", "Projects less forms"),
    "tasks": Text("任务金额合计", "Tasks as stated"),
    "task_gap": Text("任务合计－资金总额", "Tasks less total"),
}
#: differences -> the two figures that are subtracted
GAPS = {"project_gap": ("projects", "forms"), "task_gap": ("tasks", "total")}

PROJECTS = SheetTexts(
    Text("项目", "Projects"),
    Text("项目汇总", "Projects"),
    Text(
        "金额单位：万元。专项资金表与项目表为同一项目的，不重复计入合计。"
        "指标数为本年度指标，“配对任务”取自整体支出表的年度主要任务。",
        "Amounts in 万元. A fund form whose project has a project form is not added. Indicators are those of the year.",
    ),
    Text("没有项目表。", "There are no project forms."),
)
SAME = Text("否：与项目表为同一项目", "no: has a project form")
OTHER = Text("否：本单位另有一份计入", "no: another return counts")
#: the amounts of a project form
MONEY = ("total", "fiscal", "other")

TASKS = SheetTexts(
    Text("任务", "Tasks"),
    Text("年度主要任务", "Tasks of the year"),
    Text(
        "金额单位：万元。差额＝填报的金额合计－各任务相加，负数为少填（红色）。",
        "Amounts in 万元. Difference = total as stated - sum of the tasks; negative (red) is too little.",
    ),
    Text("没有填写年度主要任务。", "No tasks are filled in."),
)
KINDS = {"basic": Text("基本支出", "basic"), "project": Text("项目", "project")}
PAIRED = {"name": Text("名称", "name"), "amount": Text("金额", "amount"), "given": Text("指定", "given")}
ADDED = Text("各任务相加", "Sum of the tasks")
STATED = Text("填报的金额合计", "Total as stated")
GAP = Text("差额", "Difference")


class UnitsSheet:
    """单位: one row for each return, of one file or several, and for each file that is none.

    A row has its amounts, its findings, and whether it counts in the totals. ``total`` and ``mark`` give references to
    its cells for formulas on other sheets.
    """

    def __init__(self, book: SummaryBook, facts: BatchFacts) -> None:
        self._book, self._facts = book, facts
        self._heads = _figure_heads(facts)
        #: the totals of the files that count, and of all rows
        self._sums: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        #: unit -> its budget, of the files that count
        self.budgets: Counter[str] = Counter()
        self._total_row = 0
        self._rows: dict[str, int] = {}
        self._table = SheetTable(book, UNITS, self._layout(), frozen=2)
        self._at = self._table.at
        forms = {one.file: one.forms for one in facts.batch.tables.returns}
        rows = (one for one in facts.batch.submissions if not one.is_further_part)
        for number, submission in enumerate(rows, 1):
            self._row(number, submission, forms.get(submission.file, ()))
        if self._rows:
            keys = [key for key in self._at if key != "counted"]
            counted, every = ({key: sums[key] for key in keys} for sums in (self._sums, self._all))
            self._total_row = _write_totals(book, self._table, counted, every)
        self._table.close()

    def _layout(self) -> list[TableColumn]:
        """The columns; those of figures have a key."""
        forms = self._facts.profile.forms.values()
        names = [(form.key, Text(self._facts.form_name(form), form.title_en)) for form in forms]
        return [
            TableColumn(NUMBER, 6, "count"),
            TableColumn(UNIT, 18),
            TableColumn(FILE, 20),
            TableColumn(Text("审核结果", "Result"), 10, "centre"),
            TableColumn(Text("年度", "Year"), 6, "centre"),
            *(TableColumn(name, 8, "count", key) for key, name in names),
            *(TableColumn(head, 11, "money", key) for key, head in self._heads.items()),
            *(TableColumn(headed(each.label), 6, "count", each.value) for each in Severity),
            TableColumn(Text("计入合计", "Counts"), 6, "centre", "counted"),
            TableColumn(Text("备注", "Remark"), 14),
            TableColumn(Text("报告", "Report"), 6, "centre"),
        ]

    def _row(self, number: int, item: Submission, forms: Sequence[FormRows]) -> None:
        facts, render = self._facts, self._book.render
        read, counted = item.status.checked, item.file in facts.counted
        kinds = Counter(form.kind for form in forms)
        files = (item.parts if not item.duplicate_of else ()) or (item.file,)
        found = sum((facts.by_file[file] for file in files), Counter[Severity]())
        figures = _figures(facts, forms, self._heads)
        row = self._table.next
        self._rows |= dict.fromkeys(files, row)
        self._table.row([
            number, facts.unit(item.unit) if read else NOT_READ, "\n".join(files),
            Toned(render(item.status.label), STATUS_TONES[item.status]), str(item.year) if item.year else "",
            *(kinds[key] if read else None for key in facts.profile.forms),
            *(self._money(key, amount, row) for key, amount in figures.items()),
            *(Toned(found[each], each.value) if found[each] else 0 for each in Severity),
            render(YES if counted else NO) if read else NOT_READ, self._remark(item),
            facts.report(item.file),
        ])  # fmt: skip
        values = {key: amount.fen or 0 for key, amount in figures.items()} | kinds | dict(found)
        self._all.update(values)
        if counted:
            self._sums.update(values)
            self.budgets[facts.unit(item.unit)] += figures.get("total", NONE).fen or 0
        if read:
            where, choice = (self._table.next - 1, self._at["counted"]), [render(YES), render(NO)]
            self._table.sheet.data_validation(*where, *where, {"validate": "list", "source": choice})

    def _remark(self, item: Submission) -> str:
        render, files = self._book.render, item.parts or (item.file,)
        waived, unchecked = (sum(n[file] for file in files) for n in (self._facts.waived, self._facts.unchecked))
        if item.duplicate_of:
            return render(SAME_AS, other=item.duplicate_of)
        lines = [render(IN_PARTS, n=len(item.parts))] if item.parts else []
        lines += [render(SEVERAL)] if item.status.checked and item.file not in self._facts.counted else []
        lines += [render(UNCHECKED, n=unchecked)] if unchecked else []
        return "\n".join([*lines, render(WAIVED_COUNT, n=waived)] if waived else lines)

    def _money(self, key: str, amount: ShownAmount, row: int) -> Any:
        """The value of a cell of money; a difference is a formula."""
        if key not in GAPS or amount.fen is None:
            return amount.shown
        left, right = (self._at[side] for side in GAPS[key])
        return _less(row, left, right, amount.fen)

    def shown(self) -> list[tuple[str, Text]]:
        """The figures that the overview shows too, with their heads."""
        return [(key, text) for key, text in self._heads.items() if key not in GAPS and key != "tasks"]

    def total(self, key: str) -> CellFormula:
        """The total of a figure, as a formula for another sheet."""
        where = cell(self._total_row, self._at[key])
        return CellFormula(f"='{self._book.render(UNITS.name)}'!{where}", self._sums[key])

    def mark(self, file: str) -> str:
        """A reference to the cell with yes or no for a file."""
        where = cell(self._rows[file], self._at["counted"], row_abs=True, col_abs=True)
        return f"'{self._book.render(UNITS.name)}'!{where}"


def _less(row: int, left: int, right: int, fen: int) -> Toned:
    text = f"=ROUND({cell(row, left)}-{cell(row, right)},6)"
    return Toned(CellFormula(text, fen), "worse" if fen else "")


def _write_totals(book: SummaryBook, table: SheetTable, counted: Mapping[str, int], every: Mapping[str, int]) -> int:
    """Write the totals of the rows that count, and of those that the filter shows; returns the row of the former."""
    formula = counting(table.at["counted"], table.next, book.render(YES))
    row = table.totals(TOTAL, {key: (formula, value) for key, value in counted.items()})
    table.totals(VISIBLE, {key: ("SUBTOTAL(109,{range})", value) for key, value in every.items()})
    return row


def _figure_heads(facts: BatchFacts) -> dict[str, Text]:
    fields = facts.main.fields if facts.main else {}
    present = {key for key in ("total", "basic", "projects") if key in fields} | {"forms"}
    if facts.main and facts.main.tasks:
        present.add("tasks")
    present |= {key for key, sides in GAPS.items() if present.issuperset(sides)}
    return {key: FIGURE_HEADS.get(key) or labelled(key, fields[key].plain_label) for key in FIGURES if key in present}


def _figures(facts: BatchFacts, forms: Sequence[FormRows], keys: Iterable[str]) -> dict[str, ShownAmount]:
    main = next((form for form in forms if facts.main and form.kind == facts.main.key), None)
    added = [facts.amount(form, "total").fen for form in forms if facts.counts(form)]
    found: dict[str, ShownAmount] = {}
    for key in keys:
        found[key] = NONE
        if key == "forms":
            found[key] = ShownAmount(sum(fen or 0 for fen in added)) if added else NONE
        elif key in GAPS:
            left, right = (found[side].fen for side in GAPS[key])
            found[key] = NONE if left is None or right is None else ShownAmount(left - right)
        elif main is not None:
            found[key] = facts.amount(main, "total", "tasks") if key == "tasks" else facts.amount(main, key)
    return found


def _project_columns(facts: BatchFacts) -> list[TableColumn]:
    fields = {key: field for form in facts.profile.forms.values() for key, field in form.fields.items()
              if form.repeats and field.kind == "amount"}  # fmt: skip
    return [
        TableColumn(NUMBER, 6, "count"),
        *facts.who_columns(),
        TableColumn(Text("表", "Form"), 11, "centre"),
        TableColumn(Text("项目名称", "Project"), 22),
        TableColumn(Text("工作表", "Sheet"), 10, "centre"),
        *(TableColumn(labelled(k, fields[k].plain_label), 10, "money", k) for k in MONEY if k in fields),
        TableColumn(Text("成本指标合计", "Cost indicators"), 10, "money", "cost"),
        *(TableColumn(short_name(level), 6, "count", f"#{level.key}") for level in shown_levels(facts)),
        TableColumn(Text("配对任务", "Paired task"), 22),
        TableColumn(Text("任务金额", "Amount of the task"), 10, "money", "task"),
        TableColumn(Text("项目－任务", "Project less task"), 10, "money", "gap"),
        TableColumn(Text("错误", "Errors"), 6, "count", "errors"),
        TableColumn(Text("是否计入合计", "Counts"), 11, "centre", "counted"),
    ]


class _Projects:
    """The sheet 项目 while it is written."""

    def __init__(self, book: SummaryBook, facts: BatchFacts, units: UnitsSheet) -> None:
        self.book, self.facts, self.units = book, facts, units
        self.table = SheetTable(book, PROJECTS, _project_columns(facts), frozen=2)
        whole = self.return_of = facts.return_of
        self.tasks = {(whole[f.file], task.project): task for f in reversed(facts.forms) for task in reversed(f.tasks)}
        self.money = [key for key in MONEY if key in self.table.at]
        self.levels = [key for key in self.table.at if key.startswith("#")]
        self.sums: Counter[str] = Counter()
        self.all: Counter[str] = Counter()

    def row(self, number: int, form: FormRows) -> None:
        """Write one form."""
        facts, at = self.facts, self.table.at
        money = {key: facts.amount(form, key) for key in self.money}
        cost, errors = facts.costs.get((form, YEAR)), facts.by_form[form]
        counts = {key: facts.levels[form, YEAR][key[1:]] for key in self.levels}
        task = self.tasks.get((self.return_of[form.file], form.project)) if form.project else None
        planned = facts.amount(task.form, "total", "tasks", task.item) if task else NONE
        total, gap = money.get("total", NONE).fen, None
        if total is not None and planned.fen is not None:
            gap = _less(self.table.next, at["total"], at["task"], total - planned.fen)
        self.table.row([
            number, *facts.who(form.file), facts.form_name(facts.profile.forms[form.kind]), form.name, form.sheet,
            *(amount.shown for amount in money.values()), cost,
            *(count or Toned(0, "faint") for count in counts.values()),
            task.name if task else "", planned.shown, gap, Toned(errors, "error") if errors else 0,
            self._counted(form),
        ], tone="" if facts.counts(form) else "sum")  # fmt: skip
        values = {key: amount.fen or 0 for key, amount in money.items()} | {"cost": cost or 0}
        self.all.update(values | counts | {"errors": errors})
        if facts.counts(form) and form.file in facts.counted:
            self.sums.update(values)

    def _counted(self, form: FormRows) -> str | CellFormula:
        """Whether the amounts of a form are added; follows the yes or no of the file on the sheet 单位."""
        yes, other = self.book.render(YES), self.book.render(OTHER)
        if not self.facts.counts(form):
            return self.book.render(SAME)
        result = yes if form.file in self.facts.counted else other
        return CellFormula(f'=IF({self.units.mark(form.file)}="{yes}","{yes}","{other}")', result)

    def close(self) -> None:
        """Write the totals of the forms that count, and of the rows that the filter shows."""
        if self.all:
            counted = {key: self.sums[key] for key in (*self.money, "cost")}
            every = {key: self.all[key] for key in (*counted, *self.levels, "errors")}
            _write_totals(self.book, self.table, counted, every)
        self.table.close()


def write_projects(book: SummaryBook, facts: BatchFacts, units: UnitsSheet) -> None:
    """One row for each project or fund form, with the task that it was paired with."""
    sheet = _Projects(book, facts, units)
    kinds = {key for key, spec in facts.profile.forms.items() if spec.repeats or spec.same_as}
    for number, form in enumerate((form for form in facts.forms if form.kind in kinds), 1):
        sheet.row(number, form)
    sheet.close()


class _Tasks:
    """The sheet 任务 while it is written: after the tasks of a form their sum, the stated total and the difference."""

    def __init__(self, book: SummaryBook, facts: BatchFacts) -> None:
        self.book, self.facts = book, facts
        spec = facts.main.tasks if facts.main else None
        self.money = {column.key: labelled(column.key, column.label) for column in spec.amounts} if spec else {}
        whole = facts.return_of
        self.projects = {(whole[form.file], form.project): form.name for form in reversed(facts.forms) if form.project}
        columns = [
            TableColumn(NUMBER, 6, "count"),
            *facts.who_columns(),
            TableColumn(Text("类别", "Kind"), 13, "centre"),
            TableColumn(Text("任务名称", "Task"), 28),
            TableColumn(Text("主要内容", "Content"), 42),
            *(TableColumn(text, 11, "money", key) for key, text in self.money.items()),
            TableColumn(Text("配对项目", "Paired project"), 22),
            TableColumn(Text("配对依据", "Paired by"), 7, "centre"),
            TableColumn(Text("位置", "Cell"), 15, "centre"),
        ]
        self.table = SheetTable(book, TASKS, columns, frozen=2)

    def form(self, form: FormRows) -> None:
        """Write the tasks of one form and their three closing rows."""
        self.table.need(len(form.tasks) + 3)
        first, whole = self.table.next, self.facts.return_of[form.file]
        added = dict.fromkeys(self.money, 0)
        for task in form.tasks:
            amounts = {key: self.facts.amount(form, key, "tasks", task.item) for key in self.money}
            for key, amount in amounts.items():
                added[key] += amount.fen or 0
            self.table.row([
                task.item, *self.facts.who(form.file), self._word(KINDS, task.kind), task.name, task.content,
                *(amount.shown for amount in amounts.values()), self.projects.get((whole, task.project), ""),
                self._word(PAIRED, task.paired_by), self.facts.place(task.ref),
            ])  # fmt: skip
        self._close(form, first, added)

    def _word(self, known: Mapping[str, Text], key: str) -> str:
        return self.book.render(known[key]) if key in known else key

    def _close(self, form: FormRows, first: int, added: dict[str, int]) -> None:
        last = self.table.next - 1
        stated = {key: self.facts.amount(form, key, "tasks") for key in self.money}
        sums, gaps = [], []
        for key, amount in stated.items():
            col = self.table.at[key]
            sums.append(CellFormula(f"=ROUND(SUM({cell(first, col)}:{cell(last, col)}),6)", added[key]))
            text = f"=ROUND({cell(last + 2, col)}-{cell(last + 1, col)},6)"
            gap = CellFormula(text, amount.fen - added[key]) if amount.fen is not None else None
            gaps.append(Toned(gap, "error") if gap and gap.value else gap)
        for label, money, tone in (
            (ADDED, sums, "sum"), (STATED, [amount.shown for amount in stated.values()], "sum"), (GAP, gaps, "total"),
        ):  # fmt: skip
            who = self.facts.who(form.file)
            self.table.row([None, *who, self.book.render(label), None, None, *money, None, None, None], tone)


def write_tasks(book: SummaryBook, facts: BatchFacts) -> None:
    """One row for each task, form by form."""
    sheet = _Tasks(book, facts)
    for form in facts.forms:
        if form.tasks:
            sheet.form(form)
    sheet.table.close()
