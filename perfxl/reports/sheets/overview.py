"""The sheet 总览: figures, charts and the first things to do on one page. It is the first sheet, written last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from perfxl.model import Finding, Severity, Status, Text, severities
from perfxl.reports.sheets import amounts, findings
from perfxl.reports.sheets.charts import Charts
from perfxl.reports.sheets.facts import NOT_CHECKED, BatchFacts, headed
from perfxl.reports.sheets.findings import compared, link_to
from perfxl.reports.sheets.table import LINE_HEIGHT, PADDING, SummaryBook, clean, lines, room

NAME = Text("总览", "Overview")
TITLE = Text("{title}审核汇总", "{title}: summary of the check")
ABOUT = Text(
    "表式：{id}（第 {version} 版）　预算年度：{years}　"
    "审核时间：{when.year}年{when.month}月{when.day}日 {when:%H:%M}　金额单位：万元",
    "Forms: {id} (version {version})   Budget year: {years}   Checked: {when:%Y-%m-%d %H:%M}   Amounts in 万元",
)
RECEIVED = Text("收到文件", "Files received")
CHECKED = Text("已审核", "Checked")
DUPLICATES = Text("重复报送", "Sent twice")
UNITS = Text("单位数", "Units")
SEVERAL = Text(
    "有 {n} 份申报表未计入合计（同一单位报送多份的，计入最后一份），可在“{sheet}”表的“计入合计”栏改选。",
    "{n} returns are not in the totals (the last of several returns of a unit is); change it on the sheet {sheet}.",
)
WAIVED = Text(
    "另有 {n} 处问题已豁免，不计入以上数字，理由见“{sheet}”表最后一栏。",
    "{n} more findings are waived and not counted; the last column of the sheet {sheet} says why.",
)
UNREAD = Text("有 {n} 个文件未予审核，原因见“{sheet}”表。", "{n} files were not checked; the sheet {sheet} says why.")
UNCHECKED = Text(
    "有 {n} 处合计或比率因金额无法识别，尚未核对，见“{sheet}”表编号 {code} 各行；金额改正并重新报送后再审。",
    "{n} totals or rates could not be checked, as an amount cannot be read: {code} on the sheet {sheet}.",
)
FIRST = Text("优先办理：差额最大的错误", "What to do first: the largest errors")
NOTHING = Text("没有须改正的错误。", "There are no errors to put right.")
MORE = Text("其余 {n} 处错误见“{sheet}”表。", "{n} more places with errors: see the sheet {sheet}.")
HEADS = (
    Text("序号", "No."),
    Text("单位", "Unit"),
    Text("位置", "Cell"),
    Text("审核定义", "Rule"),
    Text("填报数", "Stated"),
    Text("计算数", "Computed"),
    Text("差额", "Difference"),
    Text("问题", "Message"),
    Text("错误报告", "Report"),
)
#: the columns of the page that each column of the table takes
SPANS = (1, 3, 2, 2, 1, 1, 1, 4, 1)
GRID = sum(SPANS)
#: the width of such a column
WIDE = 11.5
#: columns of a card
CARD = 2
#: rows of the charts, and points of such a row
CHART_ROWS, CHART_HEIGHT = 14, 20
#: pixels of a column
PIXELS = 97
#: errors in the table
MOST_ERRORS = 10


class Overview:
    """The page; it is written when all other sheets are."""

    def __init__(self, book: SummaryBook, facts: BatchFacts) -> None:
        self._book, self._facts = book, facts
        self._sheet: Worksheet = book.sheet(book.render(NAME))
        self._sheet.set_column(0, GRID - 1, WIDE)
        self._sheet.fit_to_pages(1, 1)
        self._next = 0

    def write(self, units: amounts.UnitsSheet) -> None:
        """Write the page."""
        self._head()
        self._cards(self._files())
        self._cards(self._amounts(units))
        self._remarks()
        charts = Charts(self._book, self._facts, self._sheet, units.budgets)
        chart_row = self._next
        for row in range(chart_row, chart_row + CHART_ROWS):
            self._sheet.set_row(row, CHART_HEIGHT)
        self._next += CHART_ROWS
        self._first()
        self._sheet.print_area(0, 0, self._next - 1, GRID - 1)
        data = self._next + 2
        charts.write_data(data)
        charts.insert(chart_row, data, (GRID * PIXELS, CHART_ROWS * CHART_HEIGHT * 4 // 3 - 12))
        self._sheet.activate()

    def _across(self, text: str, style: str, height: float) -> None:
        self._sheet.set_row(self._next, height)
        text = clean(text, self._book.lang)
        self._sheet.merge_range(self._next, 0, self._next, GRID - 1, text, self._book.styles.get(style))
        self._next += 1

    def _head(self) -> None:
        profile, render = self._facts.profile, self._book.render
        years = sorted({item.year for item in self._facts.checked if item.year}) or [profile.year]
        self._across(render(TITLE, title=render(profile.title)), "cover", 44)
        about = {"id": profile.id, "version": profile.version, "years": "、".join(map(str, years))}
        self._across(render(ABOUT, **about, when=self._book.when), "about", 22)
        self._gap(6)

    def _gap(self, height: float) -> None:
        self._sheet.set_row(self._next, height)
        self._next += 1

    def _files(self) -> list[tuple[Text, Any, str]]:
        every = self._facts.batch.submissions
        ended = Counter(item.status for item in every if not item.duplicate_of and not item.is_further_part)
        twice = sum(bool(item.duplicate_of) for item in every)
        cards: list[tuple[Text, Any, str]] = [(RECEIVED, len(every), ""), (CHECKED, len(self._facts.checked), "")]
        for status in Status:
            bad = ended[status] and (status is Status.FAILED or not status.checked)
            cards.append((headed(status.label), ended[status], "worse" if bad else ""))
        return [*cards, (DUPLICATES, twice, "")]

    def _amounts(self, units: amounts.UnitsSheet) -> list[tuple[Text, Any, str]]:
        found = severities(self._facts.batch.findings)
        named = {item.unit or item.file for item in self._facts.checked}
        cards: list[tuple[Text, Any, str]] = [(UNITS, len(named), "")]
        if self._facts.batch.submissions:
            cards += [(text, units.total(key), "") for key, text in units.shown()]
        for severity in Severity:
            bad = found[severity] and severity is Severity.ERROR
            cards.append((headed(severity.label), found[severity], "worse" if bad else ""))
        return cards

    def _cards(self, cards: Sequence[tuple[Text, Any, str]]) -> None:
        spans = [CARD] * len(cards)
        self._spread([(self._book.render(text), "card", "") for text, _, _ in cards], spans, 20)
        figures = ((value, "figure" if isinstance(value, int) else "money_figure", tone) for _, value, tone in cards)
        self._spread(figures, spans, 34)
        self._gap(8)

    def _spread(self, cells: Iterable[tuple[Any, str, str]], spans: Sequence[int], height: float) -> None:
        self._sheet.set_row(self._next, height)
        col = 0
        for (value, kind, tone), span in zip(cells, spans, strict=True):
            value = clean(value) if isinstance(value, str) else value
            if span > 1:
                style = self._book.style(value, kind, tone)
                self._sheet.merge_range(self._next, col, self._next, col + span - 1, "", style)
            self._book.put(self._sheet, self._next, col, value, kind, tone)
            col += span
        self._next += 1

    def _remarks(self) -> None:
        facts, render = self._facts, self._book.render
        left_out = len(facts.checked) - len(facts.counted)
        unread = sum(not item.status.checked for item in facts.batch.submissions) + len(facts.batch.problems)
        line = ""
        for n, text, texts in (
            (facts.waived.total(), WAIVED, findings.FINDINGS), (left_out, SEVERAL, amounts.UNITS),
            (facts.unchecked.total(), UNCHECKED, findings.FINDINGS), (unread, UNREAD, findings.UNREAD),
        ):  # fmt: skip
            if n:
                line = render(text, n=n, sheet=render(texts.name), code=NOT_CHECKED)
                self._across(line, "remark", 20)
        if unread:
            target, style = f"internal:'{render(findings.UNREAD.name)}'!A1", self._book.styles.get("remark")
            self._sheet.write_url(self._next - 1, 0, target, style, line)

    def _first(self) -> None:
        render = self._book.render
        self._across(render(FIRST), "section", 26)
        errors = _urgent(self._facts.batch.findings, self._facts.counted)
        if not errors:
            self._across(render(NOTHING), "about", 24)
            return
        self._spread([(render(text), "head", "") for text in HEADS], SPANS, 24)
        for number, (index, finding) in enumerate(errors[:MOST_ERRORS], 1):
            self._error(number, index, finding)
        if len(errors) > MOST_ERRORS:
            self._across(render(MORE, n=len(errors) - MOST_ERRORS, sheet=render(findings.FINDINGS.name)), "about", 22)

    def _error(self, number: int, index: int, finding: Finding) -> None:
        unit, message = self._facts.unit(finding.unit), clean(finding.told.message)
        where = finding.place(self._book.lang) or finding.file
        stated, computed, gap = compared(finding, self._next, sum(SPANS[:4]))
        rooms = [room(span * WIDE, self._book.lang) for span in SPANS]
        texts = {1: unit, 2: where, 3: finding.name, 7: message}
        deepest = max(lines(text, rooms[col]) for col, text in texts.items())
        link = link_to(self._book, self._facts, index, clean(where))
        cells = (
            (number, "count", ""), (unit, "text", ""), (link, "link", ""), (finding.name, "text", ""),
            (stated, _kind(stated), ""), (computed, _kind(computed), ""), (gap, "money", "worse"),
            (message, "text", ""), (self._facts.report(finding.file), "centre", ""),
        )  # fmt: skip
        self._spread(cells, SPANS, max(24, LINE_HEIGHT * min(deepest, 8) + PADDING))


def _kind(value: Any) -> str:
    return "number" if isinstance(value, str) else "money"


def _urgent(findings: Sequence[Finding], files: set[str]) -> list[tuple[int, Finding]]:
    """The errors of some files with their numbers in the batch, one for each cell, the largest difference first."""
    at_cell: dict[object, tuple[int, Finding]] = {}
    for index, finding in enumerate(findings):
        if finding.severity is not Severity.ERROR or finding.waived or finding.ref is None or finding.file not in files:
            continue
        old = at_cell.setdefault(finding.ref, (index, finding))
        if abs(finding.difference or 0) > abs(old[1].difference or 0):
            at_cell[finding.ref] = (index, finding)
    return sorted(at_cell.values(), key=lambda pair: (-abs(pair[1].difference or 0), pair[0]))
