"""差异: every finding that compares two figures: what was stated, what it should be, and why it may differ."""

from __future__ import annotations

from perfxl.model import Severity, Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts
from perfxl.reports.sheets.findings import OPEN, causes, compared, link_to, severity_of, waiver_of, with_waivers
from perfxl.reports.sheets.table import Column, Table, Toned

TITLE = Text("差异：填报数与计算数不符", "Differences: stated against computed")
NOTE = Text(
    "金额单位：万元。差额＝填报数－计算数，负数为少填（红色）。点击“清单”一栏查看这一条的全部内容。",
    "Amounts in 万元. Difference = stated - computed; negative (red) is too little. The last columns lead to details.",
)
NONE = Text("没有发现数字不符。", "All figures agree.")
COLUMNS = (
    Column(names.NUMBER, 6, "count"),
    Column(names.UNIT, 15),
    Column(names.FILE, 16),
    Column(Text("表", "Form"), 11, "centre"),
    Column(Text("位置", "Cell"), 15, "centre"),
    Column(Text("编号", "Code"), 11, "centre"),
    Column(Text("级别", "Severity"), 6, "centre"),
    Column(Text("项目", "Item"), 16),
    Column(Text("填报数", "Stated"), 11, "money"),
    Column(Text("计算数", "Computed"), 11, "money"),
    Column(Text("差额", "Difference"), 11, "money"),
    Column(Text("可能原因", "Likely cause"), 32),
    Column(Text("说明", "Message"), 36),
    Column(Text("清单", "Finding"), 6, "centre"),
    Column(Text("报告", "Report"), 6, "centre"),
)
STATED = 8


def write(book: Book, facts: Facts) -> None:
    """One row a finding that has figures."""
    table = Table(book, names.DIFFERENCES, TITLE, NOTE, with_waivers(COLUMNS, facts), frozen=2)
    number = 0
    for index, finding in enumerate(facts.batch.findings):
        if finding.stated is None and finding.computed is None:
            continue
        number += 1
        ref = finding.ref
        stated, computed, gap = compared(finding, table.next, STATED)
        tone = "worse" if finding.severity is Severity.ERROR and not finding.waived else ""
        table.row([
            number, facts.owner(finding), finding.file, facts.form_name_of(index), str(ref) if ref else "",
            finding.code, severity_of(finding, book), finding.name,
            stated, computed, Toned(gap, tone) if tone else gap, causes(finding), finding.message, link_to(book, index),
            facts.report(finding.file, book.render(OPEN)), *waiver_of(finding, facts),
        ], tone="faint" if finding.waived else "")  # fmt: skip
    if not number:
        table.line(NONE)
    table.close()
