"""The list of problems (问题清单): the sheet in front of the sheets of the unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from perfxl.formats import our_marks
from perfxl.formats.our_marks import LIST, NOTHING
from perfxl.model import COMMA, Finding, Lang, Ref, Text, column_letters
from perfxl.reports.package import markup
from perfxl.reports.package.markup import clean, cut, units, wrapped
from perfxl.reports.package.styles import ListLook, StylesPart, fill_of
from perfxl.reports.package.workbook import WorkbookPart, quoted
from perfxl.values import shown_figure

_TITLE = ListLook(size="16", bold=True, border=False, horizontal="center")
_HEAD = ListLook(border=False)
_NOTE = ListLook(size="9", colour="FF595959", border=False)
_HEADING = ListLook(bold=True, fill="FFD9E1F2", horizontal="center")
_LINK = ListLook(colour="FF0563C1", underline=True)
_CLEAN = ListLook(size="14", bold=True, colour="FF548235", border=False, horizontal="center")

_EXPLANATION = Text(
    "有问题的单元格已着色（错误：浅红，警告：浅黄，提示：浅蓝）并加批注；点“位置”跳到该单元格。金额单位：万元。",
    "Cells with a problem are filled (error: red, warning: amber, notice: blue) and carry a note; "
    "click a place to go there. Amounts in 10,000 yuan.",
)
_WAIVED = Text("已豁免的问题列在最后，着浅灰色，不必改动。", "Waived ones stand at the end, in grey, and may stay.")
_FOOTER = Text("&C第 &P 页，共 &N 页", "&CPage &P of &N")

#: points of a line, of the space around lines, and of the highest row
_LINE, _PADDING, _TALLEST = 15.0, 6.0, 409.0
_DEFAULT_SIZE = 11.0
#: points of a head that is frozen; a taller one would leave no room to scroll on a small screen
_TALLEST_FROZEN = 240.0
_WHOLE_FILE = Text("整个文件", "the whole file")
_ALSO = Text("等 {n} 处：{cells}", "{n} cells: {cells}")
_MOST_RUNS = 12


def put_list(
    workbook: WorkbookPart,
    styles: StylesPart,
    findings: Sequence[Finding],
    lang: Lang,
    head: Sequence[str],
    marked: Mapping[str, int],
) -> None:
    """Make the list sheet and put it before all others.

    ``marked`` are the marked cells (``表!B2``) and the formats they had. They are kept in hidden columns, in these
    formats: a program that renumbers the formats of the copy before it comes back renumbers these too.
    """
    name = workbook.free_name(LIST.render(lang))
    page = _ListSheet(workbook, styles, lang, findings)
    page.title(LIST.render(lang), _TITLE)
    for line in head:
        page.title(line, _HEAD)
    if findings:
        page.title(_EXPLANATION.render(lang), _NOTE)
        if any(finding.waived for finding in findings):
            page.title(_WAIVED.render(lang), _NOTE)
        page.table(findings)
    else:
        page.title(NOTHING.render(lang), _CLEAN)
    page.remember(marked)
    workbook.put_in_front(name, page.finish(), page.heading_row)


class _ListSheet:
    """The sheet while it is written from the top down."""

    def __init__(self, workbook: WorkbookPart, styles: StylesPart, lang: Lang, findings: Sequence[Finding]) -> None:
        self._workbook, self._styles, self._lang = workbook, styles, lang
        namespaces = {None: workbook.namespace, "r": markup.relationship_base(workbook.namespace)}
        self._root = etree.Element(f"{{{workbook.namespace}}}worksheet", nsmap=namespaces)
        self._data = markup.make(self._root, "sheetData")
        self._columns = _columns_for(findings)
        self._texts = [self._row_texts(number, finding) for number, finding in enumerate(findings, 1)]
        self._widths = [self._width(index, column) for index, column in enumerate(self._columns)]
        self._merges: list[str] = []
        self._links: list[tuple[str, Ref]] = []
        self._row, self._height, self._frozen = 0, 0.0, 0.0
        self._hidden = 0
        #: the row of the table's headings, ``None`` if there is no table
        self.heading_row: int | None = None

    def title(self, text: str, look: ListLook) -> None:
        """A line across the whole table."""
        size = float(look.size)
        lines = wrapped(clean(text), sum(self._widths) * 10 / size)
        row = self._start_row(lines * size * 1.5 + _PADDING)
        self._cell(row, 0, text, look)
        self._merges.append(f"A{self._row}:{column_letters(len(self._columns))}{self._row}")

    def table(self, findings: Sequence[Finding]) -> None:
        """The headings and a row for each finding."""
        titles = [column.title.render(self._lang) for column in self._columns]
        row = self._start_row(self._needed(titles) + _PADDING)
        for index, text in enumerate(titles):
            self._cell(row, index, text, _HEADING)
        self.heading_row, self._frozen = self._row, self._height
        for finding, texts in zip(findings, self._texts, strict=True):
            self._finding(finding, texts)

    def remember(self, marked: Mapping[str, int]) -> None:
        """Write cells and their formats into hidden columns of the first row."""
        for place, style in marked.items():
            self._text_cell(self._data[0], 1, len(self._columns) + self._hidden, clean(place), style)
            self._hidden += 1

    def finish(self) -> bytes:
        """The bytes of the sheet, its pieces in the order of the schema."""
        root, columns = self._root, len(self._columns)
        markup.append(markup.append(root, "sheetPr"), "pageSetUpPr", fitToPage="1")
        markup.append(root, "dimension", ref=f"A1:{column_letters(columns + self._hidden)}{self._row}")
        self._view()
        markup.append(root, "sheetFormatPr", defaultRowHeight="15")
        self._cols()
        root.append(self._data)
        merges = markup.append(root, "mergeCells", count=str(len(self._merges)))
        for ref in self._merges:
            markup.append(merges, "mergeCell", ref=ref)
        links = markup.append(root, "hyperlinks") if self._links else None
        for place, target in self._links:
            markup.append(links, "hyperlink", ref=place, location=f"{quoted(target.sheet)}!{target.cell}")
        markup.append(root, "printOptions", horizontalCentered="1")
        ends = {"top": "0.5", "bottom": "0.6", "header": "0.3", "footer": "0.3"}
        markup.append(root, "pageMargins", left="0.4", right="0.4", **ends)
        paper = {"paperSize": "9", "orientation": "landscape"}  # 9 is A4
        markup.append(root, "pageSetup", **paper, fitToWidth="1", fitToHeight="0")
        markup.append(markup.append(root, "headerFooter"), "oddFooter", _FOOTER.render(self._lang))
        used = f"A1:{column_letters(columns)}{self._row}"
        markup.append(markup.append(root, "ignoredErrors"), "ignoredError", sqref=used, numberStoredAsText="1")
        return markup.serialise(root)

    def _finding(self, finding: Finding, texts: Sequence[str]) -> None:
        row, target = self._start_row(self._needed(texts)), finding.ref
        if target and (target.file != finding.file or target.sheet not in self._workbook.parts):
            target = None  # there can be no link to it
        for index, (column, text) in enumerate(zip(self._columns, texts, strict=True)):
            look = column.look
            if column is SEVERITY:
                look = look._replace(fill=fill_of(finding))
            elif column is PLACE and target:
                look = _LINK
                self._links.append((f"{column_letters(index + 1)}{self._row}", target))
            self._cell(row, index, text, look)

    def _row_texts(self, number: int, finding: Finding) -> list[str]:
        values = (column.value(finding, self._lang) or "" for column in self._columns[1:])
        return [str(number), *(cut(clean(value)) for value in values)]

    def _width(self, index: int, column: ListColumn) -> int:
        texts = [column.title.render(self._lang), *(texts[index] for texts in self._texts)]
        longest = max(units(line) for text in texts for line in text.split("\n"))
        return min(max(longest + 4, column.narrowest), column.widest)

    def _needed(self, texts: Sequence[str]) -> float:
        lines = max(wrapped(text, width) for text, width in zip(texts, self._widths, strict=True))
        return lines * _LINE + _PADDING

    def _start_row(self, height: float) -> etree._Element:
        self._row += 1
        height = min(height, _TALLEST)
        self._height += height
        return markup.append(self._data, "row", r=str(self._row), ht=f"{height:g}", customHeight="1")

    def _cell(self, row: etree._Element, index: int, text: str, look: ListLook) -> None:
        self._text_cell(row, self._row, index, cut(clean(text)), self._styles.look(look))

    def _text_cell(self, row: etree._Element, number: int, index: int, text: str, style: int) -> None:
        cell = markup.append(row, "c", r=f"{column_letters(index + 1)}{number}", s=str(style))
        if text:
            cell.set("t", "inlineStr")
            markup.append(markup.append(cell, "is"), "t", text)

    def _cols(self) -> None:
        columns = markup.append(self._root, "cols")
        # widths are counted in digits of the default font of the workbook; our font is wider than a small one
        scale = max(_DEFAULT_SIZE / max(self._styles.default_size(), 1.0), 1.0)
        for number, width in enumerate(self._widths, 1):
            span = {"min": str(number), "max": str(number)}
            markup.append(columns, "col", **span, width=f"{width * scale:g}", customWidth="1")
        if self._hidden:
            first, last = len(self._widths) + 1, len(self._widths) + self._hidden
            markup.append(columns, "col", min=str(first), max=str(last), width="2", hidden="1", customWidth="1")

    def _view(self) -> None:
        views = markup.append(self._root, "sheetViews")
        view = markup.append(views, "sheetView", showGridLines="0", tabSelected="1", workbookViewId="0")
        if self.heading_row is not None and self._frozen <= _TALLEST_FROZEN:
            below = f"A{self.heading_row + 1}"
            split = {"ySplit": str(self.heading_row), "topLeftCell": below}
            markup.append(view, "pane", **split, activePane="bottomLeft", state="frozen")
            markup.append(view, "selection", pane="bottomLeft", activeCell=below, sqref=below)


class ListColumn(NamedTuple):
    """A column: its heading, its least and greatest width in Latin letters, and the text of a finding."""

    title: Text
    narrowest: int
    widest: int
    value: Callable[[Finding, Lang], str | None]
    look: ListLook = ListLook()


def _place(finding: Finding, lang: Lang) -> str:
    return _long(finding.ref, finding.file) if finding.ref else _WHOLE_FILE.render(lang)


def _others(finding: Finding, lang: Lang) -> str:
    if len(finding.cells) < 2:
        return ""
    first, *others = finding.cells
    runs = [_run(start, end, first) for start, end in _runs(others)]
    cells = COMMA.render(lang).join(runs[:_MOST_RUNS]) + ("…" if len(runs) > _MOST_RUNS else "")
    return _ALSO.render(lang, n=len(finding.cells), cells=cells)


def _causes(finding: Finding, lang: Lang) -> str:
    messages = [hint.message for hint in finding.hints]
    if len(messages) < 2:
        return "".join(messages)
    return "\n".join(f"{number}. {message}" for number, message in enumerate(messages, 1))


def _runs(refs: Sequence[Ref]) -> list[tuple[Ref, Ref]]:
    """Runs of adjacent cells of a column or a row, as first and last cell."""
    runs: list[tuple[Ref, Ref]] = []
    for ref in refs:
        start, end = runs[-1] if runs else (ref, ref)
        down = start.col == end.col and ref == end._replace(row=end.row + 1)
        if down or (start.row == end.row and ref == end._replace(col=end.col + 1)):
            runs[-1] = start, ref
        else:
            runs.append((ref, ref))
    return runs


def _run(start: Ref, end: Ref, first: Ref) -> str:
    same_sheet = (start.file, start.sheet) == (first.file, first.sheet)
    name = start.cell if same_sheet else _long(start, first.file)
    return name if start == end else f"{name}:{end.cell}"


def _long(ref: Ref, file: str) -> str:
    return str(ref) if ref.file == file else f"{ref.file} {ref}"


_CENTRED = ListLook(horizontal="center")
_AMOUNT = ListLook(horizontal="right", indent=1)
SEVERITY = ListColumn(our_marks.SEVERITY, 8, 12, lambda one, lang: one.label.render(lang), _CENTRED)
#: only the first cell: some programs show a link as one word and would not wrap a list of cells
PLACE = ListColumn(our_marks.PLACE, 14, 30, _place)
_OTHERS = ListColumn(Text("其他位置", "Also at"), 12, 22, _others)
_WAIVER = ListColumn(our_marks.WAIVER, 30, 30, lambda one, lang: one.waived.render(lang) if one.waived else None)
_COLUMNS = (
    ListColumn(our_marks.NUMBER, 6, 6, lambda one, lang: None, _CENTRED),
    SEVERITY,
    ListColumn(our_marks.CODE, 10, 16, lambda one, lang: one.code, _CENTRED),
    PLACE,
    _OTHERS,
    ListColumn(
        Text("填报", "Stated"), 12, 22,
        lambda one, lang: one.written if one.stated is None else shown_figure(one.stated), _AMOUNT,
    ),
    ListColumn(Text("应为/计算", "Expected"), 13, 22, lambda one, lang: shown_figure(one.computed), _AMOUNT),
    ListColumn(Text("差额", "Difference"), 12, 18, lambda one, lang: shown_figure(one.difference), _AMOUNT),
    ListColumn(our_marks.PROBLEM, 46, 46, lambda one, lang: one.message),
    ListColumn(our_marks.CAUSES, 38, 38, _causes),
    _WAIVER,
)  # fmt: skip


def _columns_for(findings: Sequence[Finding]) -> list[ListColumn]:
    """The columns of a list; those for other cells and waivers only if a finding has such."""
    left_out = set() if any(len(finding.cells) > 1 for finding in findings) else {_OTHERS}
    if not any(finding.waived for finding in findings):
        left_out.add(_WAIVER)
    return [column for column in _COLUMNS if column not in left_out]
