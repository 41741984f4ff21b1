"""The list of problems (问题清单): the sheet in front of the sheets of the unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from lxml import etree

from perfxl.formats import our_marks
from perfxl.formats.our_marks import LIST, NOTHING
from perfxl.model import COMMA, Finding, Lang, Ref, Severity, Text, by_rule, cells_in_words, column_letters, seen_from
from perfxl.reports.package import markup
from perfxl.reports.package.markup import clean, cut, units, wrapped
from perfxl.reports.package.styles import ListLook, StylesPart, fill_of
from perfxl.reports.package.workbook import WorkbookPart, quoted
from perfxl.values import shown_figure

_TITLE = ListLook(size="16", bold=True, border=False, horizontal="center")
_HEAD = ListLook(border=False)
_NOTE = ListLook(size="9", colour="FF595959", border=False)
_HEADING = ListLook(bold=True, fill="FFD9E1F2", horizontal="center")
_SECTION = ListLook(bold=True, fill="FFF2F2F2")
_RULE = ListLook()
_LINK = ListLook(colour="FF0563C1", underline=True)
_CLEAN = ListLook(size="14", bold=True, colour="FF548235", border=False, horizontal="center")

_EXPLANATION = Text(
    "错误（强制性审核）：必须改正，单元格为橙色、粗边框；警告（提示性审核）：请核对，单元格为蓝色；"
    "提示（提示性审核）：供参考，只列入本表。浅橙色、虚线边框为可能原因或连带问题所在。",
    "Errors (blocking) must be corrected: orange cells with a thick edge. Warnings (advisory) are to be checked: blue "
    "cells. Notices (advisory) stand here only. Light orange with a dashed edge: a likely cause, or a consequence.",
)
_HOW = Text(
    "各单元格的问题见其批注；点“位置”跳到该单元格；连带问题折叠在所属问题之下，提示按审核项目折叠，点左侧“＋”展开。"
    "金额单位：万元。",
    "Each marked cell has a note; click a place to go there. Consequences are folded under their cause, notices under "
    "their rule: click “+” at the left. Amounts in 10,000 yuan.",
)
_WAIVED = Text("已豁免的问题列在最后，为灰色，无需改动。", "Waived ones stand at the end, in grey, and may stay.")
_CONSEQUENCES = Text(
    "（连带问题 {n} 处：{cells}，须一并改正或随之消除。）",
    " (Consequences, {n}: {cells}. They mostly go with this one.)",
)
_CONSEQUENCE = Text("连带", "follows")
_NOTICES = Text(
    "提示（供参考，不影响通过）：{n} 处，按审核项目列出，点左侧“＋”展开",
    "Notices (for information; they do not keep the return from passing): {n}, by rule: click “+” at the left",
)
_OF_RULE, _IN_CELLS = Text("{name}：{n} 处", "{name}: {n}"), Text("，涉及 {n} 个单元格", ", in {n} cells")
_ALL_WAIVED = Text("已豁免（无需改动）：{n} 处", "Waived (they may stay): {n}")
_FOOTER = Text("&C第 &P 页，共 &N 页", "&CPage &P of &N")

#: points of a line, of the space around lines, and of the highest row
_LINE, _PADDING, _TALLEST = 15.0, 6.0, 409.0
_DEFAULT_SIZE = 11.0
#: points of a head that is frozen; a taller one would leave no room to scroll on a small screen
_TALLEST_FROZEN = 240.0
_WHOLE_FILE = Text("整个文件", "the whole file")
_ALSO = Text("等 {n} 处：{cells}", "{n} cells: {cells}")
_MOST_RUNS = 12
#: hidden columns, and cells that are named in one of their cells
_HIDDEN, _PLACES = 100, 200


def put_list(
    workbook: WorkbookPart,
    styles: StylesPart,
    findings: Sequence[Finding],
    lang: Lang,
    head: Sequence[str],
    marked: Mapping[str, Marked],
) -> None:
    """Make the list sheet and put it before all others.

    ``marked`` are the marked cells (``表!B2``). They are kept in hidden columns, in the formats they had: a program
    that renumbers the formats of the copy before it comes back renumbers these too.
    """
    name = workbook.free_name(LIST.render(lang))
    page = _ListSheet(workbook, styles, lang, findings)
    page.title(LIST.render(lang), _TITLE)
    for line in head:
        page.title(line, _HEAD)
    if findings:
        page.title(_EXPLANATION.render(lang), _NOTE)
        page.title(_HOW.render(lang), _NOTE)
        if any(finding.waived for finding in findings):
            page.title(_WAIVED.render(lang), _NOTE)
        page.table()
    else:
        page.title(NOTHING.render(lang), _CLEAN)
    page.remember(marked)
    workbook.put_in_front(name, page.finish(), page.heading_row)


class Marked(NamedTuple):
    """A cell that was marked: the number of the format it had, and its note, ``""`` for none."""

    before: int
    note: str = ""


class _ListSheet:
    """The sheet while it is written from the top down."""

    def __init__(self, workbook: WorkbookPart, styles: StylesPart, lang: Lang, findings: Sequence[Finding]) -> None:
        self._workbook, self._styles, self._lang = workbook, styles, lang
        namespaces = {None: workbook.namespace, "r": markup.relationship_base(workbook.namespace)}
        self._root = etree.Element(f"{{{workbook.namespace}}}worksheet", nsmap=namespaces)
        self._data = markup.make(self._root, "sheetData")
        self._columns = _columns_for(findings)
        self._rows = list(_rows(findings, lang))
        self._texts = [self._row_texts(row) for row in self._rows]
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

    def table(self) -> None:
        """The headings and the rows below them."""
        titles = [column.title.render(self._lang) for column in self._columns]
        row = self._start_row(self._needed(titles) + _PADDING)
        for index, text in enumerate(titles):
            self._cell(row, index, text, _HEADING)
        self.heading_row, self._frozen = self._row, self._height
        for line, texts in zip(self._rows, self._texts, strict=True):
            if line.finding is None:
                self._section(line)
            else:
                self._finding(line, line.finding, texts)

    def remember(self, marked: Mapping[str, Marked]) -> None:
        """Write the cells by their formats into hidden columns, and behind them the different notes.

        There are few such columns: a sheet that goes on far to the right is not read again from every format.
        """
        styles: dict[int, list[str]] = {}
        for place, one in marked.items():
            styles.setdefault(one.before, []).append(clean(place))
        texts = [
            ("\n".join(places[start : start + _PLACES]), style)
            for style, places in styles.items()
            for start in range(0, len(places), _PLACES)
        ]
        texts += [(cut(clean(note)), 0) for note in dict.fromkeys(one.note for one in marked.values()) if note]
        self._hidden = min(len(texts), _HIDDEN)
        for number, (text, style) in enumerate(texts):
            line, col = divmod(number, _HIDDEN)
            if line == len(self._data):
                self._start_row(_LINE).set("hidden", "1")
            self._text_cell(self._data[line], line + 1, len(self._columns) + col, text, style)

    def finish(self) -> bytes:
        """The bytes of the sheet, its pieces in the order of the schema."""
        root, columns = self._root, len(self._columns)
        properties = markup.append(root, "sheetPr")
        markup.append(properties, "outlinePr", summaryBelow="0")
        markup.append(properties, "pageSetUpPr", fitToPage="1")
        markup.append(root, "dimension", ref=f"A1:{column_letters(columns + self._hidden)}{self._row}")
        self._view()
        folds = {"outlineLevelRow": "1"} if any(row.folded for row in self._rows) else {}
        markup.append(root, "sheetFormatPr", defaultRowHeight="15", **folds)
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

    def _section(self, line: _Row) -> None:
        """A heading across the table."""
        row = self._start_row(_LINE + _PADDING)
        self._across(row, 0, line.across, _SECTION)

    def _across(self, row: etree._Element, first: int, text: str, look: ListLook) -> None:
        """A text in all columns from one on."""
        for index in range(first, len(self._columns)):
            self._cell(row, index, text if index == first else "", look)
        self._merges.append(f"{column_letters(first + 1)}{self._row}:{column_letters(len(self._columns))}{self._row}")

    def _finding(self, line: _Row, finding: Finding, texts: Sequence[str]) -> None:
        row, target = self._start_row(self._needed(texts)), finding.ref
        if line.folded:
            row.attrib.update({"outlineLevel": "1", "hidden": "1"})
        elif line.closes:
            row.set("collapsed", "1")
        if target and (target.file != finding.file or target.sheet not in self._workbook.parts):
            target = None  # there can be no link to it
        columns = self._columns[:_BEFORE_RULE] if line.across else self._columns
        for index, (column, text) in enumerate(zip(columns, texts, strict=False)):
            look = column.look
            if column is SEVERITY:
                look = look._replace(fill="" if line.follows else fill_of(finding))
            elif column is PLACE and target:
                look = _LINK
                self._links.append((f"{column_letters(index + 1)}{self._row}", target))
            self._cell(row, index, text, look)
        if line.across:
            self._across(row, _BEFORE_RULE, line.across, _RULE)

    def _row_texts(self, row: _Row) -> list[str]:
        if row.finding is None:
            return [""] * len(self._columns)
        values = [column.value(row.finding, self._lang) or "" for column in self._columns[1:]]
        if row.follows:
            values[0] = _CONSEQUENCE.render(self._lang)
        elif row.across:
            severity, _, place, *others = values
            values = [severity, row.finding.code, place, *("" for _ in others)]
        return [row.number, *(cut(clean(value)) for value in values)]

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


class _Row(NamedTuple):
    """A line of the table: a finding, or with ``across`` a rule by its first finding, or the heading of a section.

    It is ``folded`` under the line above that ``closes`` over it; ``follows`` is that it is a consequence.
    """

    number: str
    finding: Finding | None
    folded: bool = False
    closes: bool = False
    follows: bool = False
    across: str = ""


def _rows(findings: Sequence[Finding], lang: Lang) -> Iterator[_Row]:
    """The lines: what asks for something, the notices under their rules, what is waived."""
    numbers = count(1)
    notices = [one for one in findings if one.severity is Severity.NOTICE and not one.waived]
    waived = [one for one in findings if one.waived]
    for finding in findings:
        if finding.severity is not Severity.NOTICE and not finding.waived:
            yield from _finding_rows(finding, numbers)
    if notices:
        yield _Row("", None, across=_NOTICES.render(lang, n=len(notices)))
    for rule in by_rule(notices):
        words = _OF_RULE.render(lang, name=rule[0].name, n=len(rule))
        if (cells := len({ref for finding in rule for ref in finding.cells})) > len(rule):
            words += _IN_CELLS.render(lang, n=cells)
        yield _Row("", rule[0], closes=True, across=words)
        for finding in rule:
            yield from _finding_rows(finding, numbers, folded=True)
    if notices and waived:
        yield _Row("", None, across=_ALL_WAIVED.render(lang, n=len(waived)))
    for finding in waived:
        yield from _finding_rows(finding, numbers)


def _finding_rows(finding: Finding, numbers: Iterator[int], *, folded: bool = False) -> Iterator[_Row]:
    yield _Row(str(next(numbers)), finding, folded, closes=bool(finding.consequences) and not folded)
    for one in finding.consequences:
        yield _Row("", one, folded=True, follows=True)


def _place(finding: Finding, lang: Lang) -> str:
    return finding.place(lang) or _WHOLE_FILE.render(lang)


def _problem(finding: Finding, lang: Lang) -> str:
    first = (ref for other in finding.consequences for ref in other.cells[:1])
    cells = dict.fromkeys(ref for ref in first if ref not in finding.cells)
    if not cells:
        return finding.message
    named = seen_from(cells_in_words(list(cells)[:_MOST_RUNS], lang), finding.file, finding.one_sheet, lang)
    more = "…" if len(cells) > _MOST_RUNS else ""
    return finding.message + _CONSEQUENCES.render(lang, n=len(finding.consequences), cells=named + more)


def _others(finding: Finding, lang: Lang) -> str:
    if len(finding.cells) < 2:
        return ""
    first, *others = finding.cells
    # a cell without a sheet is read as one of the sheet named before it
    sheets = list(dict.fromkeys(ref.sheet for ref in finding.cells))
    others.sort(key=lambda ref: sheets.index(ref.sheet))
    runs = [_run(start, end, first, lang) for start, end in _runs(others)]
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


def _run(start: Ref, end: Ref, first: Ref, lang: Lang) -> str:
    same_sheet = (start.file, start.sheet) == (first.file, first.sheet)
    name = start.cell if same_sheet else _long(start, first.file, lang)
    return name if start == end else f"{name}:{end.cell}"


def _long(ref: Ref, file: str, lang: Lang) -> str:
    return seen_from(cells_in_words((ref,), lang), file, "", lang)


_CENTRED = ListLook(horizontal="center")
_AMOUNT = ListLook(horizontal="right", indent=1)
SEVERITY = ListColumn(our_marks.SEVERITY, 8, 12, lambda one, lang: one.label.render(lang), _CENTRED)
#: only the first cell: some programs show a link as one word and would not wrap a list of cells
PLACE = ListColumn(our_marks.PLACE, 14, 30, _place)
_OTHERS = ListColumn(Text("其他位置", "Also at"), 12, 22, _others)
_WAIVER = ListColumn(our_marks.WAIVER, 30, 30, lambda one, lang: one.waived.render(lang) if one.waived else None)
_CAUSES = ListColumn(our_marks.LIKELY, 30, 30, _causes)
_COLUMNS = (
    ListColumn(our_marks.NUMBER, 6, 6, lambda one, lang: None, _CENTRED),
    SEVERITY,
    ListColumn(our_marks.CODE, 10, 18, lambda one, lang: f"{one.code}\n{one.name}", _CENTRED),
    PLACE,
    _OTHERS,
    ListColumn(
        Text("填报", "Stated"), 12, 22,
        lambda one, lang: one.written if one.stated is None else shown_figure(one.stated), _AMOUNT,
    ),
    ListColumn(Text("应为/计算", "Expected"), 13, 22, lambda one, lang: shown_figure(one.computed), _AMOUNT),
    ListColumn(Text("差额", "Difference"), 12, 18, lambda one, lang: shown_figure(one.difference), _AMOUNT),
    ListColumn(our_marks.PROBLEM, 46, 46, _problem),
    _CAUSES,
    ListColumn(our_marks.FIX, 36, 36, lambda one, lang: one.fix),
    _WAIVER,
)  # fmt: skip
#: the columns of a rule before its name, which goes across the others
_BEFORE_RULE = _COLUMNS.index(PLACE) + 1


def _columns_for(findings: Sequence[Finding]) -> list[ListColumn]:
    """The columns of a list; those for other cells, likely causes and waivers only if a finding has such."""
    needed = {
        _OTHERS: any(len(finding.cells) > 1 for finding in findings),
        _CAUSES: any(finding.hints for finding in findings),
        _WAIVER: any(finding.waived for finding in findings),
    }
    return [column for column in _COLUMNS if needed.get(column, True)]
