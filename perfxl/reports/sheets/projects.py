"""项目: one row a project or fund form, against the task that it was paired with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from perfxl.model import Text
from perfxl.profiles import Level
from perfxl.reports.sheets import names
from perfxl.reports.sheets.amounts import NONE, Amount, levels_of
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts, FormRow, Task
from perfxl.reports.sheets.names import labelled
from perfxl.reports.sheets.table import Column, Formula, Table, Toned, cell, counting
from perfxl.reports.sheets.units import UnitsSheet

TITLE = Text("项目汇总", "Projects")
NOTE = Text(
    "金额单位：万元。专项资金表与项目表为同一项目的，不重复计入合计。指标数为本年度指标，“配对任务”取自整体支出表的年度主要任务。",
    "Amounts in 万元. A fund form whose project has a project form is not added. Indicators are those of the year.",
)
EMPTY = Text("没有项目表。", "There are no project forms.")
SAME = Text("否：与项目表为同一项目", "no: has a project form")
OTHER = Text("否：本单位另有一份计入", "no: another return counts")
MONEY = ("total", "fiscal", "other")
YEAR = "year"


def short(level: Level) -> Text:
    """The shortest name of a level, for a narrow column."""
    names_of = [level.name.removesuffix("指标"), *(word for word in level.synonyms if "目标" not in word)]
    return Text(min(names_of, key=len), level.key.capitalize())


def shown_levels(facts: Facts) -> list[Level]:
    """The second levels that any form of the profile prints."""
    used = {level.key for form in facts.profile.forms.values() if form.indicators for level in form.indicators.levels}
    return [level for key, level in facts.profile.levels.items() if key in used]


class _Projects:
    """The sheet while it is written."""

    def __init__(self, book: Book, facts: Facts, units: UnitsSheet) -> None:
        self.book, self.facts, self.units = book, facts, units
        self.levels = shown_levels(facts)
        self.counts = levels_of(facts.batch.tables)
        self.tasks: dict[tuple[int, str], Task] = {}
        for task in facts.tasks:
            if task.project:
                self.tasks.setdefault((task.submission, task.project), task)
        self.columns = self._layout()
        self.at = {key: number for number, (key, _) in enumerate(self.columns) if key}
        self.sums: Counter[str] = Counter()
        self.all: Counter[str] = Counter()

    def _layout(self) -> list[tuple[str, Column]]:
        fields = {key: field for form in self.facts.profile.forms.values() for key, field in form.fields.items()
                  if form.repeats and field.kind == "amount"}  # fmt: skip
        money = [(key, labelled(key, fields[key].plain_label)) for key in MONEY if key in fields]
        return [
            ("", Column(names.NUMBER, 6, "count")),
            *(("", column) for column in self.facts.who_columns()),
            ("", Column(Text("表", "Form"), 11, "centre")),
            ("", Column(Text("项目名称", "Project"), 22)),
            ("", Column(Text("工作表", "Sheet"), 10, "centre")),
            *((key, Column(text, 10, "money")) for key, text in money),
            ("cost", Column(Text("成本指标合计", "Cost indicators"), 10, "money")),
            *(("#" + level.key, Column(short(level), 6, "count")) for level in self.levels),
            ("", Column(Text("配对任务", "Paired task"), 22)),
            ("task", Column(Text("任务金额", "Amount of the task"), 10, "money")),
            ("gap", Column(Text("项目－任务", "Project less task"), 10, "money")),
            ("errors", Column(Text("错误", "Errors"), 6, "count")),
            ("counted", Column(Text("是否计入合计", "Counts"), 11, "centre")),
        ]  # fmt: skip

    def row(self, table: Table, number: int, form: FormRow) -> None:
        """One form."""
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
        return Toned(Formula(text, gap), "worse" if gap else "")

    def _counted(self, form: FormRow) -> str | Formula:
        """Whether the amounts are added: follows the mark of the file on the sheet of units."""
        render = self.book.render
        if not self.facts.counts(form):
            return render(SAME)
        yes = render(names.YES)
        result = yes if form.file in self.facts.counted else render(OTHER)
        return Formula(f'=IF({self.units.mark(form.file)}="{yes}","{yes}","{render(OTHER)}")', result)

    def _add(self, form: FormRow, money: Mapping[str, Amount], cost: int | None, counts: Counter[str]) -> None:
        values = {key: amount.fen or 0 for key, amount in money.items()} | {"cost": cost or 0}
        self.all.update(values)
        self.all.update({f"#{level.key}": counts[level.key] for level in self.levels})
        self.all["errors"] += self.facts.by_form[form.form_id]
        if self.facts.counts(form) and form.file in self.facts.counted:
            self.sums.update(values)

    def totals(self, table: Table) -> None:
        """The total of what counts, and of the rows that the filter shows."""
        counted = counting(self.at["counted"], table.next, self.book.render(names.YES))
        money = [key for key in (*MONEY, "cost") if key in self.at]
        rest = [key for key in self.at if key.startswith("#") or key == "errors"]
        table.totals(names.TOTAL, {self.at[key]: (counted, self.sums[key]) for key in money}, where=1)
        visible = {self.at[key]: ("SUBTOTAL(109,{range})", self.all[key]) for key in (*money, *rest)}
        table.totals(names.VISIBLE, visible, where=1)


def write(book: Book, facts: Facts, units: UnitsSheet) -> None:
    """One row a form that tells of a project."""
    sheet = _Projects(book, facts, units)
    table = Table(book, names.PROJECTS, TITLE, NOTE, [column for _, column in sheet.columns], frozen=2)
    number = 0
    for form in facts.forms:
        spec = facts.profile.forms[form.form]
        if spec.repeats or spec.same_as:
            number += 1
            sheet.row(table, number, form)
    if number:
        sheet.totals(table)
    else:
        table.line(EMPTY)
    table.close()
