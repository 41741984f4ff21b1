"""问题清单: every finding, in the order to read them, with the columns that finance staff know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from perfxl.model import WAIVED, Finding, Ref, Text
from perfxl.reports.sheets import names
from perfxl.reports.sheets.book import Book, cell_link
from perfxl.reports.sheets.facts import Facts
from perfxl.reports.sheets.table import Column, Formula, Link, Table, Toned, cell, place

TITLE = Text("问题清单", "Findings")
NOTE = Text(
    "金额单位：万元。错误属强制性审核，须改正；警告、提示属提示性审核，请核实。",
    "Amounts in 万元. Errors must be put right; warnings and notices are to be looked at.",
)
NONE = Text("没有发现问题。", "Nothing was found.")
MORE = Text("…等 {n} 处", " … {n} cells in all")
OPEN = Text("打开", "open")
#: cells that are named one by one
CELLS = 12
COLUMNS = (
    Column(names.NUMBER, 6, "count"),
    Column(names.UNIT, 15),
    Column(names.FILE, 16),
    Column(Text("表名", "Sheet"), 10, "centre"),
    Column(Text("单元格", "Cell"), 7, "centre"),
    Column(Text("审核定义名称", "Rule"), 16),
    Column(Text("编号", "Code"), 12, "centre"),
    Column(Text("级别", "Severity"), 6, "centre"),
    Column(Text("审核类型", "Class"), 11, "centre"),
    Column(Text("填报数", "Stated"), 11, "money"),
    Column(Text("计算数", "Computed"), 11, "money"),
    Column(Text("差额", "Difference"), 11, "money"),
    Column(Text("错误信息", "Message"), 38),
    Column(Text("可能原因", "Likely cause"), 30),
    Column(Text("涉及单元格", "Cells involved"), 20),
    Column(Text("报告", "Report"), 6, "centre"),
)
STATED = 9
WAIVER = Column(names.WAIVER, 26)


def write(book: Book, facts: Facts) -> None:
    """One row a finding; row number ``n`` is finding number ``n`` of the batch."""
    table = Table(book, names.FINDINGS, TITLE, NOTE, with_waivers(COLUMNS, facts), frozen=2)
    for number, finding in enumerate(facts.batch.findings, 1):
        ref = finding.ref
        table.row([
            number, facts.owner(finding), finding.file, ref.sheet if ref else "", ref.cell if ref else "",
            finding.name, finding.code, severity_of(finding, book),
            book.render(finding.severity.gate), *compared(finding, table.next, STATED), finding.message,
            causes(finding), involved(finding, book), facts.report(finding.file, book.render(OPEN)),
            *waiver_of(finding, facts),
        ], tone="faint" if finding.waived else "")  # fmt: skip
    if not facts.batch.findings:
        table.line(NONE)
    table.close()


def with_waivers(columns: Sequence[Column], facts: Facts) -> Sequence[Column]:
    """The columns of a list of findings, with one for the waivers where there are any."""
    return (*columns, WAIVER) if facts.waived else columns


def waiver_of(finding: Finding, facts: Facts) -> list[Toned]:
    """What stands in that column."""
    if not facts.waived:
        return []
    return [Toned(finding.waived.render(facts.lang) if finding.waived else "", "")]


def severity_of(finding: Finding, book: Book) -> Toned:
    """The severity in its colour, or that the finding is waived."""
    if finding.waived:
        return Toned(book.render(WAIVED), "faint")
    return Toned(book.render(finding.severity.label), finding.severity.value)


def compared(finding: Finding, row: int, stated: int) -> tuple[Any, Any, Any]:
    """Stated, computed and difference, the last a live formula where both figures stand in the row."""
    a, b, gap = finding.stated, finding.computed, finding.difference
    if isinstance(a, int) and isinstance(b, int) and gap == a - b:
        return a, b, Formula(f"=ROUND({cell(row, stated)}-{cell(row, stated + 1)},6)", gap)
    return a, b, gap


def causes(finding: Finding) -> str:
    """The likely causes, one a line."""
    return "\n".join(hint.message for hint in finding.hints)


def involved(finding: Finding, book: Book) -> str:
    """The further cells of a finding and its operands, the first few by name."""
    return _listed((*finding.cells[1:], *finding.related), finding.ref, book)


def _listed(refs: Sequence[Ref], near: Ref | None, book: Book) -> str:
    """Cells by sheet: ``部门整体支出!E15、E16；项目1!D7``; the sheet of ``near`` goes without saying."""
    sheets: dict[str, list[str]] = {}
    for ref in refs[:CELLS]:
        sheets.setdefault(ref.sheet, []).append(ref.cell)
    comma, stop = book.render(Text("、", ", ")), book.render(Text("；", "; "))
    parts = [
        comma.join(cells) if near and near.sheet == sheet and len(sheets) == 1 else f"{sheet}!{comma.join(cells)}"
        for sheet, cells in sheets.items()
    ]
    return stop.join(parts) + (book.render(MORE, n=len(refs)) if len(refs) > CELLS else "")


def link_to(book: Book, index: int, words: str = "") -> Link:
    """A link to finding number ``index`` (from 0) of the batch."""
    sheet, row = place(book.render(names.FINDINGS), index)
    return Link(cell_link(sheet, row), words or f"#{index + 1}")
