"""完整性: a matrix of forms against what they must hold: fields, goals, and each kind of indicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from perfxl.model import Severity, Text
from perfxl.profiles import Field, Form
from perfxl.reports.sheets import names
from perfxl.reports.sheets.amounts import columns_of, levels_of
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts, FormRow
from perfxl.reports.sheets.names import labelled
from perfxl.reports.sheets.projects import YEAR, short, shown_levels
from perfxl.reports.sheets.table import Column, Table, Toned
from perfxl.rules import rules_of

TITLE = Text("填报完整性", "Completeness")
NOTE = Text(
    "✓ 已填，✗ 未填（颜色同问题级别），数字为三级指标条数，“—”为本表无此项。中长期与年度分行列出。",
    "✓ filled in, ✗ missing (in the colour of its severity), figures count indicators, — is not asked for by the form.",
)
EMPTY = Text("没有填写的申报表。", "No form is filled in.")
THERE, MISSING, NOT_ASKED = "✓", "✗", "—"
#: rules of the fields that are seldom filled in before printing
SIGNED = "COMPLETE-02"
#: a first level without any indicator -> the rule that says so
WHOLE = {"output": "COMPLETE-04", "benefit": "COMPLETE-05"}
GOALS = ("year_goal", "long_goal")


class _Matrix:
    """The sheet while it is written."""

    def __init__(self, book: Book, facts: Facts) -> None:
        self.book, self.facts = book, facts
        self.levels = shown_levels(facts)
        self.counts = levels_of(facts.batch.tables)
        self.severity = {rule.code: rule.severity for rule in rules_of(facts.profile)}
        self.severity |= {code: Severity(word) for code, word in facts.profile.severity.items() if word != "off"}
        every = [field for form in facts.profile.forms.values() for field in form.fields.values()]
        self.signed = {field.key: labelled(field.key, field.plain_label) for field in every if field.required == SIGNED}
        self.filled = self._filled()
        self._none = Toned(NOT_ASKED, "faint")
        self.other = any(counts[""] for counts in self.counts.values())

    def _filled(self) -> set[tuple[int, str]]:
        """(form, field) for every field that is filled in."""
        tables = self.facts.batch.tables
        found = {(form, field) for form, field, text in columns_of(tables.texts, ("form_id", "field", "text")) if text}
        for (form, field), amount in self.facts.amounts.fields.items():
            if amount.fen is not None or amount.text:
                found.add((form, field))
        return found

    def columns(self) -> list[Column]:
        """The columns of the matrix."""
        return [
            Column(names.NUMBER, 6, "count"),
            *self.facts.who_columns(),
            Column(Text("表", "Form"), 12, "centre"),
            Column(Text("项目名称", "Project"), 22),
            Column(Text("时期", "Period"), 8, "centre"),
            Column(Text("目标", "Goal"), 6, "centre"),
            *(Column(text, 9, "centre") for text in self.signed.values()),
            Column(Text("其他必填项", "Other required fields"), 20, "centre"),
            *(Column(short(level), 8, "centre") for level in self.levels),
            *([Column(Text("其他", "Other"), 6, "centre")] if self.other else []),
        ]

    def rows(self, form: FormRow) -> Iterator[list[Any]]:
        """One row for each period of a form; what does not belong to a period stands in the last (the year)."""
        spec = self.facts.profile.forms[form.form]
        periods = spec.indicators.periods if spec.indicators else ()
        several = len(periods) > 1
        for period in periods or (None,):
            key = period.key if period else YEAR
            # the year is always asked for, the longer term only once something stands there
            used = key == YEAR or not several or bool(self.counts.get((form.form_id, key)))
            main = key == YEAR or not several
            yield [
                *self.facts.who(form.file), self.facts.form_name(spec), form.name or form.sheet,
                self.book.render(labelled(period.key, period.label)) if period and several else "",
                self._goal(form, spec, key, several),
                *(self._field(form, spec, field) if main else self._none for field in self.signed),
                self._required(form, spec) if main else self._none,
                *self._levels(form, spec, key, used),
            ]  # fmt: skip

    def _goal(self, form: FormRow, spec: Form, period: str, several: bool) -> Any:
        for field in (spec.fields[key] for key in GOALS if key in spec.fields):
            if not several or field.period == period:
                return self._mark(form, field)
        return self._none

    def _field(self, form: FormRow, spec: Form, key: str) -> Any:
        return self._mark(form, spec.fields[key]) if key in spec.fields else self._none

    def _mark(self, form: FormRow, field: Field) -> Any:
        if (form.form_id, field.key) in self.filled:
            return Toned(THERE, "good")
        return Toned(MISSING, self._tone(field.required)) if field.required else self._none

    def _tone(self, code: str) -> str:
        return self.severity.get(code, Severity.NOTICE).value

    def _required(self, form: FormRow, spec: Form) -> Any:
        """The required fields that have no column of their own: a tick, or the names of those missing."""
        rest = [f for f in spec.fields.values() if f.required and f.key not in self.signed and f.key not in GOALS]
        missing = [field for field in rest if (form.form_id, field.key) not in self.filled]
        if not missing:
            return Toned(THERE, "good")
        worst = min((self.severity.get(field.required, Severity.NOTICE) for field in missing), key=lambda s: s.rank)
        words = [self.book.render(labelled(field.key, field.plain_label)) for field in missing]
        return Toned(f"{MISSING} {'、'.join(words)}", worst.value)

    def _levels(self, form: FormRow, spec: Form, period: str, used: bool) -> Iterator[Any]:
        asked = {level.key: level.required for level in spec.indicators.levels} if spec.indicators else {}
        counts = self.counts.get((form.form_id, period), Counter[str]())
        parents = {self.facts.profile.levels[key].parent for key, count in counts.items() if key and count}
        for level in self.levels:
            count = counts[level.key]
            if count:
                yield Toned(count, "good")
            elif used and asked.get(level.key):
                whole = "" if level.parent in parents else WHOLE.get(level.parent, "")
                yield Toned(MISSING, self._tone(whole or asked[level.key]))
            else:
                yield self._none
        if self.other:
            yield counts[""]


def write(book: Book, facts: Facts) -> None:
    """One row a form and period."""
    matrix = _Matrix(book, facts)
    table = Table(book, names.COMPLETENESS, TITLE, NOTE, matrix.columns(), frozen=2)
    number = 0
    for form in facts.forms:
        for row in matrix.rows(form):
            number += 1
            table.row([number, *row])
    if not number:
        table.line(EMPTY)
    table.close()
