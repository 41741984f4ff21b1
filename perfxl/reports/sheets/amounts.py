"""The sheets with amounts and their totals: 单位, 项目 and 任务."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from perfxl.model import Severity, Status, Submission, Text
from perfxl.reports.sheets.facts import (
    NONE,
    NOT_CHECKED,
    NOT_READ,
    YEAR,
    BatchFacts,
    FilledForm,
    PairedTask,
    ShownAmount,
    headed,
    labelled,
    levels_of,
    short_name,
    shown_levels,
)
from perfxl.reports.sheets.findings import OPEN
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
    cell,
    counting,
    fixed,
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
WAIVED = Text("已豁免 {n} 处", "{n} waived")
SEVERAL = Text("本单位另有一份计入合计", "another return of this unit counts")
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
    """单位: one row for each received file, with its amounts, its findings, and whether it counts in the totals.

    Once it is written, ``total`` and ``mark`` give references to its cells for formulas on other sheets.
    """

    def __init__(self, book: SummaryBook, facts: BatchFacts) -> None:
        self._book, self._facts = book, facts
        self._heads = _figure_heads(facts)
        self._forms = facts.forms_of()
        self._columns = self._layout()
        #: key of a figure -> its column
        self.at = {key: number for number, (key, _) in enumerate(self._columns) if key}
        #: the totals of the files that count, and of all rows
        self.sums: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        #: unit -> its budget, of the files that count
        self.budgets: Counter[str] = Counter()
        self.total_row = 0
        self._rows: dict[str, int] = {}

    def _layout(self) -> list[tuple[str, TableColumn]]:
        """The columns, each with the key of its figure."""
        forms = self._facts.profile.forms.values()
        return [
            ("", TableColumn(NUMBER, 6, "count")),
            ("", TableColumn(UNIT, 18)),
            ("", TableColumn(FILE, 20)),
            ("", TableColumn(Text("审核结果", "Result"), 10, "centre")),
            ("", TableColumn(Text("年度", "Year"), 6, "centre")),
            *((form.key, TableColumn(Text(self._facts.form_name(form), form.title_en), 8, "count")) for form in forms),
            *((key, TableColumn(text, 11, "money")) for key, text in self._heads.items()),
            *((each.value, TableColumn(headed(each.label), 6, "count")) for each in Severity),
            ("counted", TableColumn(Text("计入合计", "Counts"), 6, "centre")),
            ("", TableColumn(Text("备注", "Remark"), 14)),
            ("", TableColumn(Text("报告", "Report"), 6, "centre")),
        ]

    def write(self) -> None:
        """Write the rows and the totals."""
        table = SheetTable(self._book, UNITS, [column for _, column in self._columns], frozen=2)
        for number, submission in enumerate(self._facts.batch.submissions, 1):
            self._row(table, number, submission)
        if self._rows:
            self._totals(table)
        table.close()

    def _row(self, table: SheetTable, number: int, item: Submission) -> None:
        facts, render = self._facts, self._book.render
        read, counted = item.status not in NOT_CHECKED, item.file in facts.counted
        forms = self._forms.get(item.file, [])
        kinds = Counter(form.form for form in forms)
        found = facts.by_file[item.file]
        values = _figures(facts, forms, list(self._heads))
        self._rows[item.file] = table.next
        table.row([
            number, facts.unit(item.unit) if read else NOT_READ, item.file,
            Toned(render(item.status.label), STATUS_TONES[item.status]), str(item.year) if item.year else "",
            *(kinds[key] if read else None for key in facts.profile.forms),
            *(self._money(key, values, table.next) for key in self._heads),
            *(Toned(found[each], each.value) if found[each] else 0 for each in Severity),
            render(YES if counted else NO) if read else NOT_READ, self._remark(item),
            facts.report(item.file, render(OPEN)),
        ])  # fmt: skip
        self._all.update(kinds)
        self._all.update({each.value: found[each] for each in Severity})
        self._all.update({key: amount.fen or 0 for key, amount in values.items()})
        if counted:
            self.sums.update({key: amount.fen or 0 for key, amount in values.items()})
            self.sums.update(kinds)
            self.sums.update({each.value: found[each] for each in Severity})
            self.budgets[facts.unit(item.unit)] += values["total"].fen or 0 if "total" in values else 0
        if read:
            self._choose(table)

    def _remark(self, item: Submission) -> str:
        if item.duplicate_of:
            return self._book.render(SAME_AS, other=item.duplicate_of)
        waived = self._facts.waived[item.file]
        other = item.status not in NOT_CHECKED and item.file not in self._facts.counted
        lines = [self._book.render(SEVERAL)] if other else []
        return "\n".join([*lines, self._book.render(WAIVED, n=waived)] if waived else lines)

    def _money(self, key: str, values: Mapping[str, ShownAmount], row: int) -> Any:
        """The value of a cell of money; a difference is a formula."""
        amount = values[key]
        if key not in GAPS or amount.fen is None:
            return amount.shown
        left, right = (cell(row, self.at[side]) for side in GAPS[key])
        return Toned(CellFormula(f"=ROUND({left}-{right},6)", amount.fen), "worse" if amount.fen else "")

    def _choose(self, table: SheetTable) -> None:
        """A drop-down of yes and no in the row that was written last."""
        where = (table.next - 1, self.at["counted"])
        choice = [self._book.render(YES), self._book.render(NO)]
        table.sheet.data_validation(*where, *where, {"validate": "list", "source": choice})

    def _totals(self, table: SheetTable) -> None:
        yes = self._book.render(YES)
        counted = counting(self.at["counted"], table.next, yes)
        keys = [key for key in self.at if key != "counted"]
        sums = {self.at[key]: (counted, self.sums[key]) for key in keys}
        self.total_row = table.totals(TOTAL, sums, where=1)
        visible = {self.at[key]: ("SUBTOTAL(109,{range})", self._all[key]) for key in keys}
        table.totals(VISIBLE, visible, where=1)

    def shown(self) -> list[tuple[str, Text]]:
        """The figures that the overview shows too, with their heads."""
        return [(key, text) for key, text in self._heads.items() if key not in GAPS and key != "tasks"]

    def total(self, key: str) -> CellFormula:
        """The total of a figure, as a formula for another sheet."""
        where = cell(self.total_row, self.at[key])
        return CellFormula(f"='{self._book.render(UNITS.name)}'!{where}", self.sums[key])

    def mark(self, file: str) -> str:
        """A reference to the cell with yes or no for a file."""
        return f"'{self._book.render(UNITS.name)}'!{fixed(self._rows[file], self.at['counted'])}"


def _figure_heads(facts: BatchFacts) -> dict[str, Text]:
    """The figures that returns of this profile have -> their heads."""
    fields = facts.main.fields if facts.main else {}
    present = {key for key in ("total", "basic", "projects") if key in fields} | {"forms"}
    if facts.main and facts.main.tasks:
        present.add("tasks")
    present |= {key for key, sides in GAPS.items() if present.issuperset(sides)}
    return {key: FIGURE_HEADS.get(key) or labelled(key, fields[key].plain_label) for key in FIGURES if key in present}


def _figures(facts: BatchFacts, forms: Sequence[FilledForm], keys: Sequence[str]) -> dict[str, ShownAmount]:
    """The figures of one return, from its filled forms."""
    amounts = facts.amounts
    main = next((form for form in forms if facts.main and form.form == facts.main.key), None)
    added = [amounts.fields.get((form.form_id, "total"), NONE).fen for form in forms if facts.counts(form)]
    found: dict[str, ShownAmount] = {}
    for key in keys:
        if key == "forms":
            found[key] = ShownAmount(sum(fen or 0 for fen in added)) if added else NONE
        elif key in GAPS:
            left, right = (found[side].fen for side in GAPS[key])
            found[key] = NONE if left is None or right is None else ShownAmount(left - right)
        elif main is None:
            found[key] = NONE
        elif key == "tasks":
            found[key] = amounts.sums.get((main.form_id, "total"), NONE)
        else:
            found[key] = amounts.fields.get((main.form_id, key), NONE)
    return found


class _Projects:
    """The sheet 项目 while it is written."""

    def __init__(self, book: SummaryBook, facts: BatchFacts, units: UnitsSheet) -> None:
        self.book, self.facts, self.units = book, facts, units
        self.levels = shown_levels(facts)
        self.counts = levels_of(facts.batch.tables)
        self.tasks: dict[tuple[int, str], PairedTask] = {}
        for task in facts.tasks:
            if task.project:
                self.tasks.setdefault((task.submission, task.project), task)
        self.columns = self._layout()
        self.at = {key: number for number, (key, _) in enumerate(self.columns) if key}
        self.sums: Counter[str] = Counter()
        self.all: Counter[str] = Counter()

    def _layout(self) -> list[tuple[str, TableColumn]]:
        fields = {key: field for form in self.facts.profile.forms.values() for key, field in form.fields.items()
                  if form.repeats and field.kind == "amount"}  # fmt: skip
        money = [(key, labelled(key, fields[key].plain_label)) for key in MONEY if key in fields]
        return [
            ("", TableColumn(NUMBER, 6, "count")),
            *(("", column) for column in self.facts.who_columns()),
            ("", TableColumn(Text("表", "Form"), 11, "centre")),
            ("", TableColumn(Text("项目名称", "Project"), 22)),
            ("", TableColumn(Text("工作表", "Sheet"), 10, "centre")),
            *((key, TableColumn(text, 10, "money")) for key, text in money),
            ("cost", TableColumn(Text("成本指标合计", "Cost indicators"), 10, "money")),
            *(("#" + level.key, TableColumn(short_name(level), 6, "count")) for level in self.levels),
            ("", TableColumn(Text("配对任务", "Paired task"), 22)),
            ("task", TableColumn(Text("任务金额", "Amount of the task"), 10, "money")),
            ("gap", TableColumn(Text("项目－任务", "Project less task"), 10, "money")),
            ("errors", TableColumn(Text("错误", "Errors"), 6, "count")),
            ("counted", TableColumn(Text("是否计入合计", "Counts"), 11, "centre")),
        ]  # fmt: skip

    def row(self, table: SheetTable, number: int, form: FilledForm) -> None:
        """Write one form."""
        facts, at = self.facts, table.next
        money = {key: facts.amounts.fields.get((form.form_id, key), NONE) for key in MONEY if key in self.at}
        cost = facts.amounts.costs.get((form.form_id, YEAR))
        task = self.tasks.get((form.submission, form.project)) if form.project else None
        planned = facts.amounts.tasks.get((task.form_id, task.item, "total"), NONE) if task else NONE
        total, gap = money.get("total", NONE).fen, None
        if total is not None and planned.fen is not None:
            gap = total - planned.fen
        counts = self.counts.get((form.form_id, YEAR), Counter())
        errors = facts.by_form[form.form_id]
        table.row([
            number, *facts.who(form.file), facts.form_name(facts.profile.forms[form.form]), form.name, form.sheet,
            *(amount.shown for amount in money.values()), cost,
            *(counts[level.key] or Toned(0, "faint") for level in self.levels),
            task.name if task else "", planned.shown, self._gap(at, gap), Toned(errors, "error") if errors else 0,
            self._counted(form),
        ], tone="" if facts.counts(form) else "sum")  # fmt: skip
        self._add(form, money, cost, counts)

    def _gap(self, row: int, gap: int | None) -> Toned | None:
        if gap is None:
            return None
        text = f"=ROUND({cell(row, self.at['total'])}-{cell(row, self.at['task'])},6)"
        return Toned(CellFormula(text, gap), "worse" if gap else "")

    def _counted(self, form: FilledForm) -> str | CellFormula:
        """Whether the amounts are added; follows the yes or no of the file on the sheet 单位."""
        render = self.book.render
        if not self.facts.counts(form):
            return render(SAME)
        yes = render(YES)
        result = yes if form.file in self.facts.counted else render(OTHER)
        return CellFormula(f'=IF({self.units.mark(form.file)}="{yes}","{yes}","{render(OTHER)}")', result)

    def _add(self, form: FilledForm, money: Mapping[str, ShownAmount], cost: int | None, counts: Counter[str]) -> None:
        values = {key: amount.fen or 0 for key, amount in money.items()} | {"cost": cost or 0}
        self.all.update(values)
        self.all.update({f"#{level.key}": counts[level.key] for level in self.levels})
        self.all["errors"] += self.facts.by_form[form.form_id]
        if self.facts.counts(form) and form.file in self.facts.counted:
            self.sums.update(values)

    def totals(self, table: SheetTable) -> None:
        """Write the totals of the forms that count, and of the rows that the filter shows."""
        counted = counting(self.at["counted"], table.next, self.book.render(YES))
        money = [key for key in (*MONEY, "cost") if key in self.at]
        rest = [key for key in self.at if key.startswith("#") or key == "errors"]
        table.totals(TOTAL, {self.at[key]: (counted, self.sums[key]) for key in money}, where=1)
        visible = {self.at[key]: ("SUBTOTAL(109,{range})", self.all[key]) for key in (*money, *rest)}
        table.totals(VISIBLE, visible, where=1)


def write_projects(book: SummaryBook, facts: BatchFacts, units: UnitsSheet) -> None:
    """One row for each project or fund form, with the task that it was paired with."""
    sheet = _Projects(book, facts, units)
    table = SheetTable(book, PROJECTS, [column for _, column in sheet.columns], frozen=2)
    kinds = {key for key, spec in facts.profile.forms.items() if spec.repeats or spec.same_as}
    forms = [form for form in facts.forms if form.form in kinds]
    for number, form in enumerate(forms, 1):
        sheet.row(table, number, form)
    if forms:
        sheet.totals(table)
    table.close()


class _Tasks:
    """The sheet 任务 while it is written: after the tasks of a form their sum, the stated total and the difference."""

    def __init__(self, book: SummaryBook, facts: BatchFacts) -> None:
        self.book, self.facts = book, facts
        spec = facts.main.tasks if facts.main else None
        self.money = {column.key: labelled(column.key, column.label) for column in spec.amounts} if spec else {}
        self.projects = {(form.submission, form.project): form.name for form in reversed(facts.forms) if form.project}
        self.columns = [
            TableColumn(NUMBER, 6, "count"),
            *facts.who_columns(),
            TableColumn(Text("类别", "Kind"), 13, "centre"),
            TableColumn(Text("任务名称", "Task"), 28),
            TableColumn(Text("主要内容", "Content"), 42),
            *(TableColumn(text, 11, "money") for text in self.money.values()),
            TableColumn(Text("配对项目", "Paired project"), 22),
            TableColumn(Text("配对依据", "Paired by"), 7, "centre"),
            TableColumn(Text("位置", "Cell"), 15, "centre"),
        ]
        self.first_money = 4 + len(facts.who_columns())

    def group(self, table: SheetTable, tasks: Sequence[PairedTask]) -> None:
        """Write the tasks of one form and their three closing rows."""
        table.need(len(tasks) + 3)
        first = table.next
        added = dict.fromkeys(self.money, 0)
        for task in tasks:
            amounts = [self.facts.amounts.tasks.get((task.form_id, task.item, key), NONE) for key in self.money]
            for key, amount in zip(self.money, amounts, strict=True):
                added[key] += amount.fen or 0
            paired = self.projects.get((task.submission, task.project), "") if task.project else ""
            table.row([
                task.item, *self.facts.who(task.file), self._word(KINDS, task.kind), task.name, task.content,
                *(amount.shown for amount in amounts), paired, self._word(PAIRED, task.paired_by),
                f"{task.sheet}!{task.cell}",
            ])  # fmt: skip
        self._close(table, tasks[0], first, added)

    def _word(self, known: Mapping[str, Text], key: str) -> str:
        return self.book.render(known[key]) if key in known else key

    def _close(self, table: SheetTable, task: PairedTask, first: int, added: dict[str, int]) -> None:
        last = table.next - 1
        stated = {key: self.facts.amounts.sums.get((task.form_id, key), NONE) for key in self.money}
        sums, gaps = [], []
        for col, key in enumerate(self.money, self.first_money):
            sums.append(CellFormula(f"=ROUND(SUM({cell(first, col)}:{cell(last, col)}),6)", added[key]))
            fen = stated[key].fen
            text = f"=ROUND({cell(last + 2, col)}-{cell(last + 1, col)},6)"
            gap = CellFormula(text, fen - added[key]) if fen is not None else None
            gaps.append(Toned(gap, "error") if gap and gap.value else gap)
        self._closing(table, task, ADDED, sums, "sum")
        self._closing(table, task, STATED, [amount.shown for amount in stated.values()], "sum")
        self._closing(table, task, GAP, gaps, "total")

    def _closing(self, table: SheetTable, task: PairedTask, label: Text, money: Sequence[Any], tone: str) -> None:
        who = self.facts.who(task.file)
        table.row([None, *who, self.book.render(label), None, None, *money, None, None, None], tone)


def write_tasks(book: SummaryBook, facts: BatchFacts) -> None:
    """One row for each task, form by form."""
    sheet = _Tasks(book, facts)
    table = SheetTable(book, TASKS, sheet.columns, frozen=2)
    for _, tasks in groupby(facts.tasks, key=lambda task: task.form_id):
        sheet.group(table, list(tasks))
    table.close()
