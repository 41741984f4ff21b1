"""指标: every indicator on a row of its own, as written and as understood."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from perfxl.model import Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.amounts import columns_of
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts
from perfxl.reports.sheets.names import labelled
from perfxl.reports.sheets.table import Column, Table

TITLE = Text("绩效指标", "Indicators")
NOTE = Text("“填报值”为表上原文，其后各栏为系统识别的结果。", "The value as written, then as it was understood.")
EMPTY = Text("没有填写绩效指标。", "No indicators are filled in.")
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
    "unread": Text("读不出", "unread"),
    "empty": Text("空白", "empty"),
}
#: digits that a number of a workbook keeps
DIGITS = 15
_WANTED = ("form_id", "item", "file", "form", "period", "first_text", "second_text", "name", "value", "operator",
           "number", "measure", "kind", "sheet", "cell")  # fmt: skip
#: of an evaluation, behind its target
RESULTS = [
    Column(Text("实际完成值", "Result"), 18),
    Column(Text("分值", "Weight"), 7, "number"),
    Column(Text("得分", "Score"), 7, "number"),
    Column(Text("偏差原因", "Reason"), 24),
]


def write(book: Book, facts: Facts) -> None:
    """One row an indicator, in the order of the files."""
    results = _results(facts)
    nothing: list[Any] = [None] * len(RESULTS) if results else []
    table = Table(book, names.INDICATORS, TITLE, NOTE, _columns(facts, evaluated=bool(results)), frozen=2)
    projects = {form.form_id: form.name for form in facts.forms}
    forms = {key: facts.form_name(form) for key, form in facts.profile.forms.items()}
    periods = {
        period.key: book.render(labelled(period.key, period.label))
        for form in facts.profile.forms.values() if form.indicators for period in form.indicators.periods
    }  # fmt: skip
    kinds = {key: book.render(text) for key, text in KINDS.items()}
    number = 0
    rows = columns_of(facts.batch.tables.indicators, _WANTED)
    for form_id, item, file, form, period, first, second, name, value, sign, figure, measure, kind, sheet, cell in rows:
        number += 1
        table.row([
            number, *facts.who(file), forms[form], projects.get(form_id, ""), periods.get(period, period), first,
            second, name, value, sign, shown(figure), measure, kinds.get(kind, kind),
            *results.get((form_id, item, period), nothing), f"{sheet}!{cell}",
        ])  # fmt: skip
    if not number:
        table.line(EMPTY)
    table.close()


def _columns(facts: Facts, *, evaluated: bool) -> list[Column]:
    return [
        Column(names.NUMBER, 7, "count"),
        *facts.who_columns(),
        Column(Text("表", "Form"), 11, "centre"),
        Column(Text("项目", "Project"), 18),
        Column(Text("时期", "Period"), 8, "centre"),
        Column(Text("一级指标", "First level"), 10, "centre"),
        Column(Text("二级指标", "Second level"), 13, "centre"),
        Column(Text("三级指标", "Indicator"), 28),
        Column(Text("填报值", "As written"), 18),
        Column(Text("符号", "Sign"), 6, "centre"),
        Column(Text("数值", "Number"), 12, "number"),
        Column(Text("计量单位", "Measure"), 9, "centre"),
        Column(Text("类型", "Kind"), 9, "centre"),
        *(RESULTS if evaluated else ()),
        Column(Text("位置", "Cell"), 15, "centre"),
    ]


def _results(facts: Facts) -> dict[tuple[int, int, str], list[Any]]:
    """What came of each indicator, where the forms ask for it."""
    wanted = ("form_id", "item", "period", "actual", "weight", "score", "reason")
    return {
        (form_id, item, period): [
            actual.text,
            *(None if p is None else shown(Decimal(str(p))) for p in (weight, score)),
            reason,
        ]
        for form_id, item, period, actual, weight, score, reason in columns_of(facts.batch.tables.results, wanted)
    }


def shown(number: Decimal | float | None) -> Any:
    """A number for a cell; as text when it has more digits than a workbook keeps."""
    if number is None or number != number:
        return None
    exact = Decimal(number)
    if not exact.is_finite() or abs(exact.adjusted()) > 300:
        return str(number)
    if len(exact.normalize().as_tuple().digits) > DIGITS or abs(exact) >= 10**DIGITS:
        return f"{exact:f}"
    return int(exact) if exact == exact.to_integral_value() else float(exact)
