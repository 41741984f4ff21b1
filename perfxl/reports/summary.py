"""The report ``汇总表.xlsx``: the whole batch in one workbook for the bureau.

Its first sheet is 总览: figures, charts and the first things to do on one page. It is written last; the other sheets
are made in ``sheets``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsxwriter.worksheet import Worksheet

from perfxl.model import Finding, Severity, Status, Text, severities
from perfxl.output_files import save
from perfxl.reports.sheets import amounts, findings, indicators, round_sheets
from perfxl.reports.sheets.facts import BatchFacts, headed
from perfxl.reports.sheets.findings import compared, link_to
from perfxl.reports.sheets.table import LINE_HEIGHT, PADDING, SummaryBook, clean, lines, room
from perfxl.values import FEN_PER_WAN
from perfxl.workbook_styles import BODY_FONT, LINE

if TYPE_CHECKING:
    from perfxl.engine.batch import Batch

NAME = Text("汇总表.xlsx", "summary.xlsx")
#: with so many indicators and findings the cells are not kept in memory
MANY = 150_000

PAGE = Text("总览", "Overview")
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

DATA = Text("以下为图表数据", "Data of the charts")
STATUS = Text("报送文件审核结果（份）", "Returns by result")
CODES = Text("出现最多的问题（条）", "Most frequent findings")
BUDGETS = Text("资金总额最大的单位（万元）", "Largest budgets (万元)")
#: bars in a chart
MOST_BARS = 10
#: characters of the label of a bar
LABEL = {"zh": 16, "en": 28}

COLOURS = {
    Status.PASSED: "#70AD47",
    Status.PASSED_WITH_NOTES: "#9DC3E6",
    Status.FAILED: "#D9534F",
    Status.UNREADABLE: "#A5A5A5",
    Status.NOT_A_RETURN: "#D0CECE",
    Severity.ERROR: "#D9534F",
    Severity.WARNING: "#F0AD4E",
    Severity.NOTICE: "#9DC3E6",
}


def write(batch: Batch, out: Path) -> list[Path]:
    """Write the summary workbook; returns its path."""
    return [save(out / NAME.render(batch.lang), workbook(batch))]


def workbook(batch: Batch, when: datetime | None = None) -> bytes:
    """The bytes of the summary workbook; ``when`` is the time of the check, now by default."""
    facts = BatchFacts(batch)
    title = TITLE.render(batch.lang, title=batch.profile.title.render(batch.lang))
    frugal = len(batch.tables.indicators) + len(batch.findings) > MANY
    book = SummaryBook(batch.lang, title, when or datetime.now().astimezone(), frugal=frugal)
    overview = Overview(book, facts)
    if batch.progress is not None:
        round_sheets.write_standing(book, batch.progress)
        round_sheets.write_arrivals(book, batch.progress)
    findings.write_differences(book, facts)
    units = amounts.UnitsSheet(book, facts)
    amounts.write_projects(book, facts, units)
    amounts.write_tasks(book, facts)
    indicators.write_indicators(book, facts)
    indicators.write_completeness(book, facts)
    findings.write_findings(book, facts)
    findings.write_unread(book, facts)
    findings.write_rules(book, facts)
    overview.write(units)
    return book.data()


class Overview:
    """The page; it is written when all other sheets are."""

    def __init__(self, book: SummaryBook, facts: BatchFacts) -> None:
        self._book, self._facts = book, facts
        self._sheet: Worksheet = book.sheet(book.render(PAGE))
        self._sheet.set_column(0, GRID - 1, WIDE)
        self._sheet.fit_to_pages(1, 1)
        self._next = 0

    def write(self, units: amounts.UnitsSheet) -> None:
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
        about = {"id": profile.id, "version": profile.version, "years": "、".join(map(str, years))}
        self._across(render(ABOUT, **about, when=self._book.when), "about", 22)
        self._gap(6)

    def _gap(self, height: float) -> None:
        self._sheet.set_row(self._next, height)
        self._next += 1

    def _files(self) -> list[tuple[Text, Any, str]]:
        """How many files came in, and how many have each result."""
        every = self._facts.batch.submissions
        ended = Counter(item.status for item in every if not item.duplicate_of)
        twice = sum(bool(item.duplicate_of) for item in every)
        cards: list[tuple[Text, Any, str]] = [(RECEIVED, len(every), ""), (CHECKED, len(self._facts.checked), "")]
        for status in Status:
            bad = ended[status] and (status is Status.FAILED or not status.checked)
            cards.append((headed(status.label), ended[status], "worse" if bad else ""))
        return [*cards, (DUPLICATES, twice, "")]

    def _amounts(self, units: amounts.UnitsSheet) -> list[tuple[Text, Any, str]]:
        """How much was declared, and how many findings there are."""
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
        """Write a row of cells, each over several columns."""
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
            (unread, UNREAD, findings.UNREAD),
        ):  # fmt: skip
            if n:
                line = render(text, n=n, sheet=render(texts.name))
                self._across(line, "remark", 20)
        if unread:
            target, style = f"internal:'{render(findings.UNREAD.name)}'!A1", self._book.styles.get("remark")
            self._sheet.write_url(self._next - 1, 0, target, style, line)

    def _first(self) -> None:
        """Write the table of the largest errors."""
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
        unit, message = self._facts.unit(finding.unit), clean(finding.message)
        where = str(finding.ref) if finding.ref else finding.file
        stated, computed, gap = compared(finding, self._next, sum(SPANS[:4]))
        rooms = [room(span * WIDE, self._book.lang) for span in SPANS]
        texts = {1: unit, 2: where, 3: finding.name, 7: message}
        deepest = max(lines(text, rooms[col]) for col, text in texts.items())
        link = link_to(self._book, index, clean(where))
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


class Charts:
    """One to three charts side by side; their data is below the page, in grey."""

    def __init__(self, book: SummaryBook, facts: BatchFacts, budgets: Counter[str]) -> None:
        self._book = book
        counts = Counter(item.status for item in facts.batch.submissions if not item.duplicate_of)
        statuses = [(status, counts[status]) for status in Status if counts[status]]
        largest = budgets.most_common(MOST_BARS) if len(budgets) > 1 else ()
        bars = [(self._short(unit), fen / FEN_PER_WAN) for unit, fen in largest if fen]
        #: the data of each chart, and what makes it
        self._parts: list[tuple[Sequence[tuple[Any, ...]], Callable[[int, Sequence[Any]], Any]]] = [
            (statuses, self._status_chart), (self._frequent(facts), self._codes_chart), (bars, self._budgets_chart)
        ]  # fmt: skip

    def _short(self, text: str) -> str:
        text = clean(" ".join(text.split()), self._book.lang)
        most = LABEL[self._book.lang]
        return text if len(text) <= most else f"{text[: most - 1]}…"

    def _frequent(self, facts: BatchFacts) -> list[tuple[Any, ...]]:
        counts: dict[str, Counter[Severity]] = defaultdict(Counter)
        names: dict[str, str] = {}
        for finding in (one for one in facts.batch.findings if not one.waived):
            counts[finding.code][finding.severity] += 1
            names.setdefault(finding.code, finding.name)
        top = sorted(counts, key=lambda code: (-counts[code].total(), code))[:MOST_BARS]
        return [(f"{self._short(names[code])} {code}", *(counts[code][each] for each in Severity)) for code in top]

    def write_data(self, sheet: Worksheet, row: int) -> None:
        """Write the data from ``row`` down."""
        style = self._book.styles.get("data")
        sheet.write_string(row, 0, self._book.render(DATA), style)
        for number, (name, *values) in enumerate(chain.from_iterable(rows for rows, _ in self._parts), row + 1):
            words = self._book.render(name.label) if isinstance(name, Status) else name
            sheet.write_string(number, 0, words, style)
            for col, value in enumerate(values, 1):
                sheet.write_number(number, col, value, style)

    def insert(self, sheet: Worksheet, row: int, data: int, size: tuple[int, int]) -> None:
        """Place the charts at ``row`` within a width and height in pixels; their data begins below ``data``."""
        first, charts = data + 1, list[Any]()
        for rows, make in self._parts:
            if rows or not charts:
                charts.append(make(first, rows))
            first += len(rows)
        shares = {1: (1.0,), 2: (0.38, 0.62), 3: (0.26, 0.39, 0.35)}[len(charts)]
        left = 0
        for chart, share in zip(charts, shares, strict=True):
            wide = int(size[0] * share)
            gap = 8 if chart is not charts[-1] else 0
            chart.set_size({"width": wide - gap, "height": size[1]})
            sheet.insert_chart(row, 0, chart, {"x_offset": left, "y_offset": 4, "object_position": 3})
            left += wide

    def _status_chart(self, first: int, data: Sequence[Any]) -> Any:
        points = [{"fill": {"color": COLOURS[status]}} for status, _ in data]
        series = self._series(first, data, 1, self._font(11, bold=True)) | {"points": points}
        chart = self._chart({"type": "doughnut"}, STATUS, "bottom", [series])
        chart.set_hole_size(50)
        return chart

    def _codes_chart(self, first: int, data: Sequence[Any]) -> Any:
        series = [
            self._series(first, data, number, self._font(9), "0;;")
            | {"name": self._book.render(severity.label), "fill": {"color": COLOURS[severity]}, "gap": 45}
            for number, severity in enumerate(Severity, 1)
        ]
        return self._chart({"type": "bar", "subtype": "stacked"}, CODES, "bottom", series)

    def _budgets_chart(self, first: int, data: Sequence[Any]) -> Any:
        series = self._series(first, data, 1, self._font(9), "#,##0.00")
        return self._chart({"type": "bar"}, BUDGETS, "", [series | {"fill": {"color": "#5B84B1"}, "gap": 45}])

    def _series(self, first: int, data: Sequence[Any], col: int, font: Any, number: str = "") -> dict[str, Any]:
        """A column of the data with labels in a font and a number format."""
        name, last = self._book.render(PAGE), first + len(data) - 1
        label = {"value": True, "font": font} | ({"num_format": number} if number else {})
        return {"categories": [name, first, 0, last, 0], "values": [name, first, col, last, col], "data_labels": label}

    def _chart(self, options: dict[str, str], title: Text, legend: str, series: Sequence[dict[str, Any]]) -> Any:
        """A chart; bars have the largest on top, and no lines."""
        chart = self._book.workbook.add_chart(options)
        for one in series:
            chart.add_series(one)
        chart.set_title({"name": self._book.render(title), "name_font": self._font(11, bold=True), "overlay": False})
        chart.set_legend({"position": legend, "font": self._font(9)} if legend else {"none": True})
        chart.set_chartarea({"border": {"color": LINE}})
        if options["type"] == "bar":
            axis = {"num_font": self._font(9), "line": {"none": True}, "major_tick_mark": "none"}
            chart.set_y_axis({"reverse": True, **axis})
            chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        return chart

    def _font(self, size: int, *, bold: bool = False) -> dict[str, Any]:
        return {"name": BODY_FONT.render(self._book.lang), "size": size, "bold": bold, "color": "#404040"}
