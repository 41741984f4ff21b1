"""The charts of the overview, and the small tables that they are drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from perfxl.model import Severity, Status, Text
from perfxl.reports.sheets.book import Book
from perfxl.reports.sheets.facts import Facts
from perfxl.reports.sheets.names import OVERVIEW
from perfxl.reports.sheets.text import clean
from perfxl.values import FEN_PER_WAN
from perfxl.workbook_styles import BODY_FONT

DATA = Text("以下为图表数据", "Data of the charts")
STATUS = Text("报送文件审核结果（份）", "Returns by result")
CODES = Text("出现最多的问题（条）", "Most frequent findings")
BUDGETS = Text("资金总额最大的单位（万元）", "Largest budgets (万元)")
#: bars in a chart
MOST = 10
#: characters of a label beside a bar
LABEL = {"zh": 16, "en": 28}

#: of the charts
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

_Data = list[tuple[Any, ...]]


class Charts:
    """Two or three charts beside each other; their data is written below the page, in grey."""

    def __init__(self, book: Book, facts: Facts, budgets: Counter[str]) -> None:
        self._book = book
        self._status = statuses(facts)
        self._codes = self._frequent(facts)
        self._budgets: _Data = []
        if len(budgets) > 1:
            self._budgets = [(self._short(unit), fen / FEN_PER_WAN) for unit, fen in budgets.most_common(MOST) if fen]

    def _short(self, text: str) -> str:
        text = clean(" ".join(text.split()), self._book.lang)
        most = LABEL[self._book.lang]
        return text if len(text) <= most else f"{text[: most - 1]}…"

    def _frequent(self, facts: Facts) -> _Data:
        counts: dict[str, Counter[Severity]] = {}
        names: dict[str, str] = {}
        for finding in (one for one in facts.batch.findings if not one.waived):
            counts.setdefault(finding.code, Counter())[finding.severity] += 1
            names.setdefault(finding.code, finding.name)
        top = sorted(counts, key=lambda code: (-counts[code].total(), code))[:MOST]
        return [(f"{self._short(names[code])} {code}", *(counts[code][each] for each in Severity)) for code in top]

    @property
    def rows(self) -> int:
        """How many rows the data takes."""
        return 1 + len(self._status) + len(self._codes) + len(self._budgets)

    def write_data(self, sheet: Worksheet, row: int) -> None:
        """Write the data from ``row`` down."""
        style = self._book.styles.get("data")
        sheet.write_string(row, 0, self._book.render(DATA), style)
        labelled = [(self._book.render(status.label), count) for status, count in self._status]
        for number, values in enumerate((*labelled, *self._codes, *self._budgets), row + 1):
            sheet.write_string(number, 0, values[0], style)
            for col, value in enumerate(values[1:], 1):
                sheet.write_number(number, col, value, style)

    def insert(self, sheet: Worksheet, row: int, data: int, size: tuple[int, int]) -> None:
        """Place the charts at ``row`` within a width and height in pixels; their data begins below ``data``."""
        first = data + 1
        charts = [self._status_chart(first)]
        first += len(self._status)
        if self._codes:
            charts.append(self._codes_chart(first))
        first += len(self._codes)
        if self._budgets:
            charts.append(self._budgets_chart(first))
        shares = {1: (1.0,), 2: (0.38, 0.62), 3: (0.26, 0.39, 0.35)}[len(charts)]
        left = 0
        for chart, share in zip(charts, shares, strict=True):
            wide = int(size[0] * share)
            gap = 8 if chart is not charts[-1] else 0
            chart.set_size({"width": wide - gap, "height": size[1]})
            sheet.insert_chart(row, 0, chart, {"x_offset": left, "y_offset": 4, "object_position": 3})
            left += wide

    def _status_chart(self, first: int) -> Any:
        chart = self._book.workbook.add_chart({"type": "doughnut"})
        last = first + len(self._status) - 1
        chart.add_series(
            self._range(first, last, 1)
            | {
                "points": [{"fill": {"color": COLOURS[status]}} for status, _ in self._status],
                "data_labels": {"value": True, "font": self._font(11, bold=True)},
            }
        )
        chart.set_hole_size(50)
        self._dress(chart, STATUS, "bottom")
        return chart

    def _codes_chart(self, first: int) -> Any:
        chart = self._book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
        last = first + len(self._codes) - 1
        for number, severity in enumerate(Severity, 1):
            label = {"value": True, "font": self._font(9), "num_format": "0;;"}
            chart.add_series(
                self._range(first, last, number)
                | {"name": self._book.render(severity.label), "fill": {"color": COLOURS[severity]}, "gap": 45,
                   "data_labels": label}
            )  # fmt: skip
        self._dress(chart, CODES, "bottom")
        self._bars(chart)
        return chart

    def _budgets_chart(self, first: int) -> Any:
        chart = self._book.workbook.add_chart({"type": "bar"})
        label = {"value": True, "font": self._font(9), "num_format": "#,##0.00"}
        series = {"fill": {"color": "#5B84B1"}, "gap": 45, "data_labels": label}
        chart.add_series(self._range(first, first + len(self._budgets) - 1, 1) | series)
        self._dress(chart, BUDGETS, "")
        self._bars(chart)
        return chart

    def _range(self, first: int, last: int, col: int) -> dict[str, Any]:
        name = self._book.render(OVERVIEW)
        return {"categories": [name, first, 0, last, 0], "values": [name, first, col, last, col]}

    def _font(self, size: int, *, bold: bool = False) -> dict[str, Any]:
        return {"name": BODY_FONT.render(self._book.lang), "size": size, "bold": bold, "color": "#404040"}

    def _dress(self, chart: Any, title: Text, legend: str) -> None:
        chart.set_title({"name": self._book.render(title), "name_font": self._font(11, bold=True), "overlay": False})
        chart.set_legend({"position": legend, "font": self._font(9)} if legend else {"none": True})
        chart.set_chartarea({"border": {"color": "#BFC5CF"}})

    def _bars(self, chart: Any) -> None:
        """The largest bar on top, no lines that say nothing."""
        chart.set_y_axis(
            {"reverse": True, "num_font": self._font(9), "line": {"none": True}, "major_tick_mark": "none"}
        )
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})


def statuses(facts: Facts) -> Sequence[tuple[Status, int]]:
    """How many received files ended in each status; files that repeat another count as that one did."""
    counts = Counter(item.status for item in facts.batch.submissions if not item.duplicate_of)
    return [(status, counts[status]) for status in Status if counts[status]]
