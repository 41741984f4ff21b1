"""总览: one page with the figures, the charts and what to do first. Its sheet comes first, and is written last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from perfxl.model import Finding, Severity, Status, Text, severities
from perfxl.reports.sheets import names
from perfxl.reports.sheets.book import Book, cell_link
from perfxl.reports.sheets.charts import Charts
from perfxl.reports.sheets.facts import NOT_CHECKED, Facts
from perfxl.reports.sheets.findings import OPEN, compared, link_to
from perfxl.reports.sheets.table import LINE_HEIGHT, PADDING, Formula, Link
from perfxl.reports.sheets.text import clean, lines, room
from perfxl.reports.sheets.units import UnitsSheet
from perfxl.values import FEN_PER_WAN

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
FORMS = Text("申报表数", "Forms")
SEVERAL = Text(
    "有 {n} 份申报表没有计入合计（同一单位报送多份的，计入最后一份），可在“{sheet}”表的“计入合计”栏改选。",
    "{n} returns are not in the totals (the last of several returns of a unit is); change it on the sheet {sheet}.",
)
WAIVED = Text(
    "另有 {n} 处问题已豁免，不计入以上数字，理由见“{sheet}”表最后一栏。",
    "{n} more findings are waived and not counted; the last column of the sheet {sheet} says why.",
)
UNREAD = Text("有 {n} 个文件没有审核，原因见“{sheet}”表。", "{n} files were not checked; the sheet {sheet} says why.")
FIRST = Text("先办这些：差额最大的错误", "What to do first: the largest errors")
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
    Text("错误信息", "Message"),
    Text("错误报告", "Report"),
)
#: how many of the page's columns each column of the table takes
SPANS = (1, 3, 2, 2, 1, 1, 1, 4, 1)
GRID = sum(SPANS)
WIDE = 11.5
#: a card takes two columns
CARD = 2
CHART_ROWS, CHART_HEIGHT = 14, 20
PIXELS = 97
MOST = 10


class Overview:
    """The page; ``write`` it once the other sheets stand."""

    def __init__(self, book: Book, facts: Facts) -> None:
        self._book, self._facts = book, facts
        self._sheet: Worksheet = book.sheet(book.render(names.OVERVIEW))
        self._sheet.set_column(0, GRID - 1, WIDE)
        self._sheet.fit_to_pages(1, 1)
        self._next = 0

    def write(self, units: UnitsSheet) -> None:
        """Write the page."""
        self._head()
        self._cards(self._files())
        self._cards(self._amounts(units))
        self._remarks()
        charts = Charts(self._book, self._facts, units.budgets)
        chart_row = self._next
        for row in range(chart_row, chart_row + CHART_ROWS):
            self._sheet.set_row(row, CHART_HEIGHT)
        self._next += CHART_ROWS
        self._first()
        self._sheet.print_area(0, 0, self._next - 1, GRID - 1)
        data = self._next + 2
        charts.write_data(self._sheet, data)
        charts.insert(self._sheet, chart_row, data, (GRID * PIXELS, CHART_ROWS * CHART_HEIGHT * 4 // 3 - 12))
        self._sheet.activate()

    def _across(self, text: str, style: str, height: float) -> None:
        """A line of text over the whole page."""
        self._sheet.set_row(self._next, height)
        text = clean(text, self._book.lang)
        self._sheet.merge_range(self._next, 0, self._next, GRID - 1, text, self._book.styles.get(style))
        self._next += 1

    def _head(self) -> None:
        profile, render = self._facts.profile, self._book.render
        years = sorted({item.year for item in self._facts.checked if item.year}) or [profile.year]
        self._across(render(TITLE, title=render(profile.title)), "cover", 44)
        words = {"id": profile.id, "version": profile.version, "years": "、".join(map(str, years))}
        self._across(render(ABOUT, **words, when=self._book.when), "about", 22)
        self._gap(6)

    def _gap(self, height: float) -> None:
        self._sheet.set_row(self._next, height)
        self._next += 1

    def _files(self) -> list[tuple[Text, Any, str]]:
        """What came in and how it ended."""
        every = self._facts.batch.submissions
        ended = Counter(item.status for item in every if not item.duplicate_of)
        twice = sum(bool(item.duplicate_of) for item in every)
        cards: list[tuple[Text, Any, str]] = [(RECEIVED, len(every), ""), (CHECKED, len(self._facts.checked), "")]
        for status in Status:
            bad = ended[status] and status in (Status.FAILED, *NOT_CHECKED)
            cards.append((names.headed(status.label), ended[status], "worse" if bad else ""))
        return [*cards, (DUPLICATES, twice, "")]

    def _amounts(self, units: UnitsSheet) -> list[tuple[Text, Any, str]]:
        """How much was declared, and what was found."""
        found = severities(self._facts.batch.findings)
        named = {item.unit or item.file for item in self._facts.checked}
        cards: list[tuple[Text, Any, str]] = [(UNITS, len(named), "")]
        if self._facts.batch.submissions:
            cards += [(text, units.total(key), "") for key, text in units.shown()]
        for severity in Severity:
            bad = found[severity] and severity is Severity.ERROR
            cards.append((names.headed(severity.label), found[severity], "worse" if bad else ""))
        return cards

    def _cards(self, cards: Sequence[tuple[Text, Any, str]]) -> None:
        label, number = self._next, self._next + 1
        self._sheet.set_row(label, 20)
        self._merged(label, [(self._book.render(text), "card", "") for text, _, _ in cards])
        self._sheet.set_row(number, 34)
        self._merged(number, [(value, "figure", tone) for _, value, tone in cards])
        self._next += 2
        self._gap(8)

    def _merged(self, row: int, cells: Sequence[tuple[Any, str, str]]) -> None:
        for number, (value, kind, tone) in enumerate(cells):
            self._cell(row, number * CARD, CARD, value, kind, tone)

    def _cell(self, row: int, col: int, span: int, value: Any, kind: str, tone: str = "") -> None:
        """A cell over several columns: text, a count, a ``Formula`` of money or a ``Link``."""
        sheet, styles = self._sheet, self._book.styles
        style = styles.get(kind, tone)
        if isinstance(value, Formula) and isinstance(value.value, int):
            style = styles.money(value.value, tone, kind)
        elif isinstance(value, int) and kind == "money":
            style = styles.money(value, tone)
        elif isinstance(value, Link) and value.target:
            style = styles.get("link")
        if span > 1:
            sheet.merge_range(row, col, row, col + span - 1, "", style)
        if isinstance(value, Formula):
            sheet.write_formula(row, col, value.text, style, _plain(value.value))
        elif isinstance(value, Link) and value.target:
            sheet.write_url(row, col, value.target, style, value.words)
        elif isinstance(value, int):
            sheet.write_number(row, col, value / FEN_PER_WAN if kind == "money" else value, style)
        elif value:
            sheet.write_string(row, col, clean(str(value.words if isinstance(value, Link) else value)), style)
        elif span == 1:
            sheet.write_blank(row, col, None, style)

    def _remarks(self) -> None:
        facts, render = self._facts, self._book.render
        left_out = len(facts.checked) - len(facts.counted)
        unread = sum(item.status in NOT_CHECKED for item in facts.batch.submissions) + len(facts.batch.problems)
        if facts.waived:
            self._across(render(WAIVED, n=facts.waived.total(), sheet=render(names.FINDINGS)), "remark", 20)
        if left_out:
            self._across(render(SEVERAL, n=left_out, sheet=render(names.UNITS)), "remark", 20)
        if unread:
            self._across(render(UNREAD, n=unread, sheet=render(names.UNREAD)), "remark", 20)
            self._sheet.write_url(
                self._next - 1, 0, cell_link(render(names.UNREAD), 0), self._book.styles.get("remark"),
                render(UNREAD, n=unread, sheet=render(names.UNREAD)),
            )  # fmt: skip

    def _first(self) -> None:
        """The table of the largest errors."""
        render = self._book.render
        self._across(render(FIRST), "section", 26)
        errors = urgent(self._facts.batch.findings, self._facts.counted)
        if not errors:
            self._across(render(NOTHING), "about", 24)
            return
        self._sheet.set_row(self._next, 24)
        self._spread([(render(text), "head", "") for text in HEADS])
        for number, (index, finding) in enumerate(errors[:MOST], 1):
            self._error(number, index, finding)
        if len(errors) > MOST:
            self._across(render(MORE, n=len(errors) - MOST, sheet=render(names.FINDINGS)), "about", 22)

    def _spread(self, cells: Sequence[tuple[Any, str, str]]) -> None:
        col = 0
        for (value, kind, tone), span in zip(cells, SPANS, strict=True):
            self._cell(self._next, col, span, value, kind, tone)
            col += span
        self._next += 1

    def _error(self, number: int, index: int, finding: Finding) -> None:
        unit, message = self._facts.unit(finding.unit), clean(finding.message)
        where = str(finding.ref) if finding.ref else finding.file
        stated, computed, gap = compared(finding, self._next, sum(SPANS[:4]))
        rooms = [room(span * WIDE, self._book.lang) for span in SPANS]
        texts = {1: unit, 2: where, 3: finding.name, 7: message}
        deepest = max(lines(text, rooms[col]) for col, text in texts.items())
        self._sheet.set_row(self._next, max(24, LINE_HEIGHT * min(deepest, 8) + PADDING))
        link = link_to(self._book, index, clean(where))
        self._spread([
            (number, "count", ""), (unit, "text", ""), (link, "link", ""), (finding.name, "text", ""),
            (stated, _kind(stated), ""), (computed, _kind(computed), ""), (gap, "money", "worse"),
            (message, "text", ""), (self._facts.report(finding.file, self._book.render(OPEN)), "centre", ""),
        ])  # fmt: skip


def _kind(value: Any) -> str:
    return "number" if isinstance(value, str) else "money"


def _plain(fen: int | str) -> float | str:
    return fen / FEN_PER_WAN if isinstance(fen, int) else fen


def urgent(findings: Sequence[Finding], files: set[str]) -> list[tuple[int, Finding]]:
    """The errors of some files, one a place, the largest difference on top, each with its number in the batch."""
    places: dict[object, tuple[int, Finding]] = {}
    for index, finding in enumerate(findings):
        if finding.severity is not Severity.ERROR or finding.waived or finding.ref is None or finding.file not in files:
            continue
        old = places.setdefault(finding.ref, (index, finding))
        if abs(finding.difference or 0) > abs(old[1].difference or 0):
            places[finding.ref] = (index, finding)
    return sorted(places.values(), key=lambda pair: (-abs(pair[1].difference or 0), pair[0]))
