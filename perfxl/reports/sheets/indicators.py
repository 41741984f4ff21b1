"""The sheets of what the forms contain: 指标 (each indicator) and 完整性 (what is filled in and what is missing)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from perfxl.model import Severity, Text
from perfxl.profiles import Field, Form
from perfxl.reading import FormRows
from perfxl.reports.sheets.facts import YEAR, BatchFacts, labelled, short_name, shown_levels
from perfxl.reports.sheets.table import NUMBER, SheetTable, SheetTexts, SummaryBook, TableColumn, Toned
from perfxl.rules import rules_of

INDICATORS = SheetTexts(
    Text("指标", "Indicators"),
    Text("绩效指标", "Indicators"),
    Text("“填报值”为表上原文，其后各栏为系统识别的结果。", "The value as written, then as it was understood."),
    Text("没有填写绩效指标。", "No indicators are filled in."),
)
KINDS = {
    "number": Text("数值", "number"),
    "range": Text("区间", "range"),
    "date": Text("日期", "date"),
    "period": Text("时段", "period"),
    "frequency": Text("频次", "frequency"),
    "money": Text("金额", "money"),
    "unit_price": Text("单价", "unit price"),
    "ratio": Text("比例", "ratio"),
    "relative": Text("相对值", "relative"),
    "graded": Text("等级", "grade"),
    "text": Text("文字描述", "words"),
    "placeholder": Text("未说明", "placeholder"),
    "unread": Text("无法识别", "unread"),
    "empty": Text("空白", "empty"),
}
#: significant digits that a number keeps in a workbook
DIGITS = 15
#: further columns where the forms are evaluations
RESULTS = [
    TableColumn(Text("实际完成值", "Result"), 18),
    TableColumn(Text("分值", "Weight"), 7, "number"),
    TableColumn(Text("得分", "Score"), 7, "number"),
    TableColumn(Text("偏差原因", "Reason"), 24),
]

COMPLETENESS = SheetTexts(
    Text("完整性", "Completeness"),
    Text("填报完整性", "Completeness"),
    Text(
        "✓ 已填，✗ 未填（颜色同问题级别），数字为三级指标条数，“—”为本表无此项。中长期与年度分行列出。",
        "✓ filled in, ✗ missing (in the colour of its severity), figures count indicators, "
        "— is not asked for by the form.",
    ),
    Text("没有填写的申报表。", "No form is filled in."),
)
THERE, MISSING, NOT_ASKED = "✓", "✗", "—"
#: the rule for fields that are seldom filled in before a form is printed
SIGNED = "COMPLETE-02"
#: a first level without any indicator -> the rule that reports it
WHOLE = {"output": "COMPLETE-04", "benefit": "COMPLETE-05"}
GOALS = ("year_goal", "long_goal")


def write_indicators(book: SummaryBook, facts: BatchFacts) -> None:
    """One row for each indicator, as written and as understood, in the order of the files."""
    results = _results(facts)
    nothing: list[Any] = [None] * len(RESULTS) if results else []
    table = SheetTable(book, INDICATORS, _columns(facts, evaluated=bool(results)), frozen=2)
    names = {key: facts.form_name(form) for key, form in facts.profile.forms.items()}
    periods = {
        period.key: book.render(labelled(period.key, period.label))
        for form in facts.profile.forms.values() if form.indicators for period in form.indicators.periods
    }  # fmt: skip
    kinds = {key: book.render(text) for key, text in KINDS.items()}
    for number, line in enumerate((line for form in facts.forms for line in form.indicators), 1):
        form = line.form
        table.row([
            number, *facts.who(form.file), names[form.kind], form.name, periods[line.period],
            line.first_text, line.second_text, line.name, line.value, line.operator, _shown(line.number), line.measure,
            kinds[line.kind], *results.get((form, line.item, line.period), nothing), facts.place(line.ref),
        ])  # fmt: skip
    table.close()


def _columns(facts: BatchFacts, *, evaluated: bool) -> list[TableColumn]:
    return [
        TableColumn(NUMBER, 7, "count"),
        *facts.who_columns(),
        TableColumn(Text("表", "Form"), 11, "centre"),
        TableColumn(Text("项目", "Project"), 18),
        TableColumn(Text("时期", "Period"), 8, "centre"),
        TableColumn(Text("一级指标", "First level"), 10, "centre"),
        TableColumn(Text("二级指标", "Second level"), 13, "centre"),
        TableColumn(Text("三级指标", "Indicator"), 28),
        TableColumn(Text("填报值", "As written"), 18),
        TableColumn(Text("符号", "Sign"), 6, "centre"),
        TableColumn(Text("数值", "Number"), 12, "number"),
        TableColumn(Text("计量单位", "Measure"), 9, "centre"),
        TableColumn(Text("类型", "Kind"), 9, "centre"),
        *(RESULTS if evaluated else ()),
        TableColumn(Text("位置", "Cell"), 15, "centre"),
    ]


def _results(facts: BatchFacts) -> dict[tuple[FormRows, int, str], list[Any]]:
    """(form, item, period) -> the values of ``RESULTS``, if the forms ask for them."""
    return {
        (form, row.item, row.period): [
            row.actual.text,
            *(_shown(points and Decimal(str(points))) for points in (row.weight, row.score)),
            row.reason,
        ]
        for form in facts.forms
        for row in form.results
    }


def _shown(number: Decimal | float | None) -> Any:
    """A number for a cell; a text if it has more digits than a workbook keeps."""
    if number is None or number != number:
        return None
    exact = Decimal(number)
    if not exact.is_finite() or abs(exact.adjusted()) > 300:
        return str(number)
    if len(exact.normalize().as_tuple().digits) > DIGITS or abs(exact) >= 10**DIGITS:
        return f"{exact:f}"
    return int(exact) if exact == exact.to_integral_value() else float(exact)


class _Matrix:
    """The sheet 完整性 while it is written."""

    def __init__(self, book: SummaryBook, facts: BatchFacts) -> None:
        self.book, self.facts = book, facts
        self.levels = shown_levels(facts)
        self.severity = {rule.code: rule.severity for rule in rules_of(facts.profile)}
        self.severity |= {code: Severity(word) for code, word in facts.profile.severity.items() if word != "off"}
        every = [field for form in facts.profile.forms.values() for field in form.fields.values()]
        self.signed = {field.key: labelled(field.key, field.plain_label) for field in every if field.required == SIGNED}
        self._none = Toned(NOT_ASKED, "faint")
        self.other = any(counts[""] for counts in facts.levels.values())

    def _filled(self, form: FormRows, key: str) -> bool:
        amount = self.facts.amount(form, key)
        return amount.fen is not None or bool(amount.text) or any(row.text for row in form.texts if row.field == key)

    def columns(self) -> list[TableColumn]:
        """The columns of the matrix."""
        return [
            TableColumn(NUMBER, 6, "count"),
            *self.facts.who_columns(),
            TableColumn(Text("表", "Form"), 12, "centre"),
            TableColumn(Text("项目名称", "Project"), 22),
            TableColumn(Text("时期", "Period"), 8, "centre"),
            TableColumn(Text("目标", "Goal"), 6, "centre"),
            *(TableColumn(text, 9, "centre") for text in self.signed.values()),
            TableColumn(Text("其他必填项", "Other required fields"), 20, "centre"),
            *(TableColumn(short_name(level), 8, "centre") for level in self.levels),
            *([TableColumn(Text("其他", "Other"), 6, "centre")] if self.other else []),
        ]

    def rows(self, form: FormRows) -> Iterator[list[Any]]:
        """One row for each period of a form; fields that belong to no period are in the row of the year."""
        spec = self.facts.profile.forms[form.kind]
        periods = spec.indicators.periods if spec.indicators else ()
        several = len(periods) > 1
        for period in periods or (None,):
            key = period.key if period else YEAR
            # the year is always asked for, a longer term only if it has an indicator
            main = key == YEAR or not several
            used = main or bool(self.facts.levels.get((form, key)))
            yield [
                *self.facts.who(form.file), self.facts.form_name(spec), form.name or form.sheet,
                self.book.render(labelled(period.key, period.label)) if period and several else "",
                self._goal(form, spec, "" if not several else key),
                *(self._mark(form, spec.fields.get(key)) if main else self._none for key in self.signed),
                self._required(form, spec) if main else self._none,
                *self._levels(form, spec, key, used),
            ]  # fmt: skip

    def _goal(self, form: FormRows, spec: Form, period: str) -> Any:
        fields = [spec.fields[key] for key in GOALS if key in spec.fields]
        return self._mark(form, next((field for field in fields if not period or field.period == period), None))

    def _mark(self, form: FormRows, field: Field | None) -> Any:
        if field and self._filled(form, field.key):
            return Toned(THERE, "good")
        return self._missing([field.required]) if field and field.required else self._none

    def _missing(self, codes: Iterable[str], labels: Iterable[str] = ()) -> Toned:
        worst = min((self.severity.get(code, Severity.NOTICE) for code in codes), key=lambda severity: severity.rank)
        return Toned(" ".join([MISSING, *filter(None, ["、".join(labels)])]), worst.value)

    def _required(self, form: FormRows, spec: Form) -> Any:
        """The required fields without a column of their own: a tick, or the labels of those that are missing."""
        rest = [f for f in spec.fields.values() if f.required and f.key not in self.signed and f.key not in GOALS]
        missing = [field for field in rest if not self._filled(form, field.key)]
        labels = (self.book.render(labelled(field.key, field.plain_label)) for field in missing)
        return self._missing((field.required for field in missing), labels) if missing else Toned(THERE, "good")

    def _levels(self, form: FormRows, spec: Form, period: str, used: bool) -> Iterator[Any]:
        asked = {level.key: level.required for level in spec.indicators.levels} if spec.indicators else {}
        counts = self.facts.levels[form, period]
        parents = {self.facts.profile.levels[key].parent for key, count in counts.items() if key and count}
        for level in self.levels:
            if counts[level.key]:
                yield Toned(counts[level.key], "good")
            elif used and asked.get(level.key):
                whole = "" if level.parent in parents else WHOLE.get(level.parent, "")
                yield self._missing([whole or asked[level.key]])
            else:
                yield self._none
        if self.other:
            yield counts[""]


def write_completeness(book: SummaryBook, facts: BatchFacts) -> None:
    """One row for each form and period."""
    matrix = _Matrix(book, facts)
    table = SheetTable(book, COMPLETENESS, matrix.columns(), frozen=2)
    rows = (row for form in facts.forms for row in matrix.rows(form))
    for number, row in enumerate(rows, 1):
        table.row([number, *row])
    table.close()
