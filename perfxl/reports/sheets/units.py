"""单位: one row a received file, with its amounts, what was found, and whether it counts in the total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from perfxl.model import Severity, Status, Submission, Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.amounts import Amount
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import NOT_CHECKED, NOT_READ, Facts
from perfxl.reports.sheets.findings import OPEN
from perfxl.reports.sheets.returns import GAPS, figures, heads
from perfxl.reports.sheets.table import Column, Formula, Table, Toned, cell, counting, fixed

TITLE = Text("各单位申报与审核情况", "Returns by unit")
NOTE = Text(
    "金额单位：万元。合计只加“计入合计”为“是”的行：同一单位报送多份的，计入最后一份；可在该栏改选，合计随之更新。",
    "Amounts in 万元. Totals add the rows marked yes: the last of several returns of a unit. Marks can be changed.",
)
EMPTY = Text("没有收到文件。", "No files were received.")
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


class UnitsSheet:
    """The sheet; once written, where its cells are, for formulas on other sheets."""

    def __init__(self, book: Book, facts: Facts) -> None:
        self._book, self._facts = book, facts
        self._heads = heads(facts)
        self._forms = facts.forms_of()
        self._columns = self._layout()
        #: key of a figure -> its column
        self.at = {key: number for number, (key, _) in enumerate(self._columns) if key}
        #: the totals of what counts; and of all rows
        self.sums: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        #: unit -> its budget, of what counts
        self.budgets: Counter[str] = Counter()
        self.total_row = 0
        self._rows: dict[str, int] = {}

    def _layout(self) -> list[tuple[str, Column]]:
        """The columns, each with the key under which it is spoken of."""
        forms = self._facts.profile.forms.values()
        return [
            ("", Column(names.NUMBER, 6, "count")),
            ("", Column(names.UNIT, 18)),
            ("", Column(names.FILE, 20)),
            ("", Column(Text("审核结果", "Result"), 10, "centre")),
            ("", Column(Text("年度", "Year"), 6, "centre")),
            *((form.key, Column(Text(self._facts.form_name(form), form.title_en), 8, "count")) for form in forms),
            *((key, Column(text, 11, "money")) for key, text in self._heads.items()),
            *((each.value, Column(names.headed(each.label), 6, "count")) for each in Severity),
            ("counted", Column(Text("计入合计", "Counts"), 6, "centre")),
            ("", Column(Text("备注", "Remark"), 14)),
            ("", Column(Text("报告", "Report"), 6, "centre")),
        ]

    def write(self) -> None:
        """Write the rows and the totals."""
        table = Table(self._book, names.UNITS, TITLE, NOTE, [column for _, column in self._columns], frozen=2)
        for number, submission in enumerate(self._facts.batch.submissions, 1):
            self._row(table, number, submission)
        if self._rows:
            self._totals(table)
        else:
            table.line(EMPTY)
        table.close()

    def _row(self, table: Table, number: int, item: Submission) -> None:
        facts, render = self._facts, self._book.render
        read, counted = item.status not in NOT_CHECKED, item.file in facts.counted
        forms = self._forms.get(item.file, [])
        kinds = Counter(form.form for form in forms)
        found = facts.by_file[item.file]
        values = figures(facts, forms, list(self._heads))
        self._rows[item.file] = table.next
        table.row([
            number, facts.unit(item.unit) if read else NOT_READ, item.file,
            Toned(render(item.status.label), STATUS_TONES[item.status]), str(item.year) if item.year else "",
            *(kinds[key] if read else None for key in facts.profile.forms),
            *(self._money(key, values, table.next) for key in self._heads),
            *(Toned(found[each], each.value) if found[each] else 0 for each in Severity),
            render(names.YES if counted else names.NO) if read else NOT_READ, self._remark(item),
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
        said = [self._book.render(SEVERAL)] if other else []
        return "\n".join([*said, self._book.render(WAIVED, n=waived)] if waived else said)

    def _money(self, key: str, values: Mapping[str, Amount], row: int) -> Any:
        """A cell of money; a difference is a live formula."""
        amount = values[key]
        if key not in GAPS or amount.fen is None:
            return amount.shown
        left, right = (cell(row, self.at[side]) for side in GAPS[key])
        return Toned(Formula(f"=ROUND({left}-{right},6)", amount.fen), "worse" if amount.fen else "")

    def _choose(self, table: Table) -> None:
        """A list of yes and no where a row may count or not."""
        where = (table.next - 1, self.at["counted"])
        choice = [self._book.render(names.YES), self._book.render(names.NO)]
        table.sheet.data_validation(*where, *where, {"validate": "list", "source": choice})

    def _totals(self, table: Table) -> None:
        yes = self._book.render(names.YES)
        counted = counting(self.at["counted"], table.next, yes)
        keys = [key for key in self.at if key != "counted"]
        sums = {self.at[key]: (counted, self.sums[key]) for key in keys}
        self.total_row = table.totals(names.TOTAL, sums, where=1)
        visible = {self.at[key]: ("SUBTOTAL(109,{range})", self._all[key]) for key in keys}
        table.totals(names.VISIBLE, visible, where=1)

    def shown(self) -> list[tuple[str, Text]]:
        """The figures that the overview repeats, with their heads."""
        return [(key, text) for key, text in self._heads.items() if key not in GAPS and key != "tasks"]

    def total(self, key: str) -> Formula:
        """The total of a figure, as a formula for another sheet."""
        where = cell(self.total_row, self.at[key])
        return Formula(f"='{self._book.render(names.UNITS)}'!{where}", self.sums[key])

    def mark(self, file: str) -> str:
        """The address of the mark that says whether a file counts."""
        return f"'{self._book.render(names.UNITS)}'!{fixed(self._rows[file], self.at['counted'])}"
