"""The charts of the sheet 总览: results of the files, most frequent findings, largest budgets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from xlsxwriter.worksheet import Worksheet

from perfxl.model import Severity, Status, Text
from perfxl.reports.sheets.facts import BatchFacts
from perfxl.reports.sheets.table import SummaryBook, clean
from perfxl.values import FEN_PER_WAN
from perfxl.workbook_styles import BODY_FONT, LINE

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
    Status.FAILED: "#C55A11",
    Status.UNREADABLE: "#A5A5A5",
    Status.NOT_A_RETURN: "#D0CECE",
    Severity.ERROR: "#C55A11",
    Severity.WARNING: "#2E75B6",
    Severity.NOTICE: "#A5A5A5",
}
#: figures on bars: light on the dark ones
DARK = "#404040"
ON_COLOUR = {Severity.ERROR: "#FFFFFF", Severity.WARNING: "#FFFFFF", Severity.NOTICE: DARK}


class Charts:
    """One to three charts side by side; their data is below the page, in grey."""

    def __init__(self, book: SummaryBook, facts: BatchFacts, sheet: Worksheet, budgets: Counter[str]) -> None:
        self._book, self._sheet = book, sheet
        returns = (one for one in facts.batch.submissions if not one.duplicate_of and not one.is_further_part)
        counts = Counter(item.status for item in returns)
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

    def write_data(self, row: int) -> None:
        """Write the data from ``row`` down."""
        style = self._book.styles.get("data")
        self._sheet.write_string(row, 0, self._book.render(DATA), style)
        for number, (name, *values) in enumerate(chain.from_iterable(rows for rows, _ in self._parts), row + 1):
            words = self._book.render(name.label) if isinstance(name, Status) else name
            self._sheet.write_string(number, 0, words, style)
            for col, value in enumerate(values, 1):
                self._sheet.write_number(number, col, value, style)

    def insert(self, row: int, data: int, size: tuple[int, int]) -> None:
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
            self._sheet.insert_chart(row, 0, chart, {"x_offset": left, "y_offset": 4, "object_position": 3})
            left += wide

    def _status_chart(self, first: int, data: Sequence[Any]) -> Any:
        points = [{"fill": {"color": COLOURS[status]}} for status, _ in data]
        series = self._series(first, data, 1, self._font(11, bold=True)) | {"points": points}
        chart = self._chart({"type": "doughnut"}, STATUS, "bottom", [series])
        chart.set_hole_size(50)
        return chart

    def _codes_chart(self, first: int, data: Sequence[Any]) -> Any:
        series = [
            self._series(first, data, number, self._font(9, colour=ON_COLOUR[severity]), "0;;")
            | {"name": self._book.render(severity.label), "fill": {"color": COLOURS[severity]}, "gap": 45}
            for number, severity in enumerate(Severity, 1)
        ]
        return self._chart({"type": "bar", "subtype": "stacked"}, CODES, "bottom", series)

    def _budgets_chart(self, first: int, data: Sequence[Any]) -> Any:
        series = self._series(first, data, 1, self._font(9), "#,##0.00")
        return self._chart({"type": "bar"}, BUDGETS, "", [series | {"fill": {"color": "#5B84B1"}, "gap": 45}])

    def _series(self, first: int, data: Sequence[Any], col: int, font: Any, number: str = "") -> dict[str, Any]:
        name, last = self._sheet.get_name(), first + len(data) - 1
        label = {"value": True, "font": font} | ({"num_format": number} if number else {})
        return {"categories": [name, first, 0, last, 0], "values": [name, first, col, last, col], "data_labels": label}

    def _chart(self, options: dict[str, str], title: Text, legend: str, series: Sequence[dict[str, Any]]) -> Any:
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

    def _font(self, size: int, *, bold: bool = False, colour: str = DARK) -> dict[str, Any]:
        return {"name": BODY_FONT.render(self._book.lang), "size": size, "bold": bold, "color": colour}
