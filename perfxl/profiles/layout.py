"""Computes the layout of the blank form sheets from a profile: block by block, in the order in which they are printed.

Widths are those of columns in Excel, in digits of the default font; heights are points; columns count from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby
from math import comb
from unicodedata import east_asian_width

from perfxl.model import Text, column_letters
from perfxl.profiles.schema import MOST_PROJECTS, Block, Field, Form, Indicators, Level, Profile


@dataclass(frozen=True)
class CellArea:
    """One cell, or one merged area, of a sheet; rows and columns count from 1."""

    row: int
    col: int
    last_row: int
    last_col: int

    @property
    def cell(self) -> str:
        """Its first cell, which contains the value: ``D7``."""
        return f"{column_letters(self.col)}{self.row}"

    @property
    def ref(self) -> str:
        """All of it: ``D7:G7``, or ``D7`` if it is one cell."""
        last = f"{column_letters(self.last_col)}{self.last_row}"
        return self.cell if last == self.cell else f"{self.cell}:{last}"


@dataclass(frozen=True)
class IndicatorCells:
    """The cells of one row of indicators of a second level: ``cells`` maps a period to ``third``, ``value`` ..."""

    level: str
    cells: Mapping[str, Mapping[str, CellArea]]


@dataclass
class SheetLayout:
    """The cells of one form on its sheet. ``number`` counts the sheets of a repeated form, else it is 0."""

    form: str
    sheet: str
    number: int
    title: CellArea
    year: CellArea
    #: field -> its input; choices are apart
    fields: dict[str, CellArea] = field(default_factory=dict)
    #: choice field -> a cell for each option, in their order
    choices: dict[str, tuple[CellArea, ...]] = field(default_factory=dict)
    #: the rows of the task table: column -> cell
    tasks: list[dict[str, CellArea]] = field(default_factory=list)
    #: the total row of the task table: amount column -> cell
    task_sum: dict[str, CellArea] = field(default_factory=dict)
    indicators: list[IndicatorCells] = field(default_factory=list)

    @property
    def amounts_head(self) -> int:
        """Row of the heads right above the first task."""
        return next(iter(self.tasks[0].values())).row - 1


@dataclass(frozen=True)
class Piece:
    """One printed or fillable area: its style, its text, and what may be typed there."""

    area: CellArea
    style: str
    text: str = ""
    field: Field | None = None
    #: of a drop-down
    options: tuple[str, ...] = ()


#: first and last column
ColumnSpan = tuple[int, int]

#: heights of rows: one line of text, two lines, and a text area without a height in the profile
ONE_LINE, TWO_LINES, AREA = 20.0, 29.0, 60.0
#: widths: the labels, the first and the second level, the least for an amount, half of a Chinese character
LABEL, FIRST, SECOND, AMOUNT, CHARACTER = 12.0, 8.0, 15.0, 12.0, 0.92
#: widths of the third level and the value with one set of indicators and with several side by side
THIRD, VALUE = (26.0, 15.0), (36.0, 11.5)
#: widths of the other columns of indicators that some forms have: sign, measure, weight …
OTHER, WIDER = 8.0, {"standard": 18.0, "actual": 13.0, "reason": 20.0}
#: widths of the value beside a column for its sign, and beside other columns; of the third level beside ``MANY`` others
BARE_VALUE, BRIEF_VALUE, BRIEF_THIRD, MANY = 12.0, 14.0, 22.0, 4
#: columns that every table of indicators has
PLAIN = ("first", "second", "third", "value")
#: the value of a single set takes at least so many columns of the sheet, so that lines of fields can be cut into them
VALUE_PARTS = 3
#: what a matrix has in place of a field
NO_FIGURE = "—"
#: the columns of the first level
FIRST_LEVEL: ColumnSpan = (2, 2)
EMPTY_BOX, TICKED_BOX = "□", "☑"
#: so many ways to cut the columns of a form are tried at most, which takes a second or two
MOST_CUTS = 200_000
NO_ROOM = Text(
    "并排的有 {cells} 格，排不进 {columns} 列。请减少并排的项，或分成几块。",
    "{cells} cells side by side do not fit into {columns} columns; put fewer side by side, or make several blocks.",
)


def layout(profile: Profile, projects: int = 8) -> tuple[SheetLayout, ...]:
    """The layout of each form sheet of the blank workbook, in the order of the sheets. Raises as ``plans`` does."""
    return tuple(plan.layout for plan in plans(profile, projects))


def plans(profile: Profile, projects: int = 8, year: int | None = None, unit: str = "") -> Iterator[Page]:
    """Plan each form sheet with its year and unit; a repeated form gets ``projects`` sheets.

    Raises ``ValueError`` unless ``projects`` is 1 to ``MOST_PROJECTS``, and ``ProfileError`` where a block has more
    cells side by side than the form has columns.
    """
    if not 1 <= projects <= MOST_PROJECTS:
        raise ValueError(f"projects must be 1 to {MOST_PROJECTS}, not {projects}")
    for form in profile.forms.values():
        for number in range(1, projects + 1) if form.repeats else (0,):
            yield _plan(profile, form, number, year or profile.year, unit)


def _plan(profile: Profile, form: Form, project: int, year: int, unit: str) -> Page:
    columns = _columns_of(form, profile.levels)
    row = 2 if form.attachment else 1
    title, year_area = (CellArea(place, 1, place, len(columns.widths)) for place in (row, row + 1))
    cells = SheetLayout(form.key, form.sheet.format(n=project), project, title, year_area)
    page = Page(profile, form, columns, unit, cells)
    if form.attachment:
        page.put(page.whole, "attachment", f"{form.attachment}：")
        page.next(ONE_LINE)
    page.put(page.whole, "title", form.title)
    page.next(32)
    page.put(page.whole, "year", f"（{year}年度）", form.fields.get("year"))
    page.next(20)
    if "year" in form.fields:
        cells.fields["year"] = year_area
    for block in form.blocks:
        try:
            _BLOCKS[block.kind](page, block)
        except NoRoomError as error:
            needed, there = error.args
            raise block.location.error(NO_ROOM.fill(cells=needed, columns=there)) from error
    return page


def _line(page: Page, block: Block) -> None:
    fields = [page.form.fields[key] for key in block.fields]
    needs: list[float] = []
    for about in fields:
        needs += [text_width(about.label) + 3, 44 if about.key in ("reporter", "unit") else 14]
    if block.right:
        needs.append(text_width(block.right) + 1)
    parts = iter(page.columns.split(page.whole, needs))
    for number, about in enumerate(fields):
        page.put(next(parts), "line_label_right" if number else "line_label", f"{about.label}：")
        page.value(about, next(parts), "line_input")
    for part in parts:
        page.put(part, "line_right", block.right)
    page.next(24)


def _field(page: Page, block: Block) -> None:
    about = page.form.fields[block.fields[0]]
    page.put((1, 1), "label", _folded(page, about.label))
    page.value(about, page.body)
    page.next(block.height or TWO_LINES)


def _group(page: Page, block: Block) -> None:
    start = page.row
    label, value = _label_and_value(page, page.body)
    for key in block.fields:
        about = page.form.fields[key]
        page.put(label, "label", about.label)
        page.value(about, value)
        page.next(block.height if block.height and about.kind == "long_text" else TWO_LINES)
    page.side(start, block.label)


def _amounts(page: Page, block: Block) -> None:
    start = page.row
    if block.head:
        about = page.form.fields[block.head]
        label, value = _label_and_value(page, page.body)
        page.put(label, "label", about.label)
        page.value(about, value)
        page.next(ONE_LINE + 2)
    parts = page.columns.split(page.body, [1.0] * len(block.columns))
    if any(column.label for column in block.columns):
        for column, part in zip(block.columns, parts, strict=True):
            page.put(part, "head", column.label)
        page.next(ONE_LINE)
    labels = [max((page.form.fields[key].label for key in c.fields), key=text_width) for c in block.columns]
    halves = [page.columns.beside(part, label) for part, label in zip(parts, labels, strict=True)]
    for number in range(max(len(column.fields) for column in block.columns)):
        for column, half in zip(block.columns, halves, strict=True):
            if number < len(column.fields):
                about = page.form.fields[column.fields[number]]
                page.put(half[0], "label_left", about.label)
                page.value(about, half[1])
            else:  # the empty rest of a shorter column
                page.put((half[0][0], half[1][1]), "blank")
        page.next(ONE_LINE + 2)
    page.side(start, _folded(page, block.label))


def _folded(page: Page, label: str) -> str:
    """The label; one that is too wide for its column gets a line break before its bracket."""
    return label.replace("（", "\n（") if text_width(label) * CHARACTER > page.columns.widths[0] else label


def _matrix(page: Page, block: Block) -> None:
    """Labels of columns above, labels of rows on the left, a field for each of both."""
    start = page.row
    names = [max(block.rows, key=lambda line: text_width(line.label)).label, *(c.label for c in block.columns)]
    parts = page.columns.split(page.body, [text_width(name) + 2 for name in names])
    page.put(parts[0], "head")
    for column, part in zip(block.columns, parts[1:], strict=True):
        page.put(part, "head", column.label)
    page.next(ONE_LINE + 2)
    for number, line in enumerate(block.rows):
        page.put(parts[0], "label_left", line.label)
        for column, part in zip(block.columns, parts[1:], strict=True):
            key = column.fields[number]
            if key:
                page.value(page.form.fields[key], part)
            else:
                page.put(part, "none", NO_FIGURE)
        page.next(ONE_LINE + 2)
    page.side(start, _folded(page, block.label))


def _goals(page: Page, block: Block) -> None:
    start = page.row
    fields = [page.form.fields[key] for key in block.fields]
    parts = page.columns.split(page.body, [1.0] * len(fields))
    for about, part in zip(fields, parts, strict=True):
        page.put(part, "open_label" if about.note else "head", about.label + about.note)
    page.next(ONE_LINE)
    for about, part in zip(fields, parts, strict=True):
        page.value(about, part)
    page.next(block.height or AREA)
    page.side(start, block.label)


def _label_and_value(page: Page, columns: ColumnSpan) -> list[ColumnSpan]:
    """A label as wide as the first and the second level, and the rest for its value."""
    last = page.columns.sets[0]["second"][1]
    return [(columns[0], last), (last + 1, columns[1])]


def _tasks(page: Page, block: Block) -> None:
    table = page.form.tasks
    if table is None:
        raise ValueError(f"{page.form.key}: a tasks block, but no task table")
    start = page.row
    needs = [12 if column.kind == "amount" else 20 + 6 * n for n, column in enumerate(table.columns)]
    parts = page.columns.split(page.body, needs)
    amounts = [part for part, column in zip(parts, table.columns, strict=True) if column.kind == "amount"]
    page.put((amounts[0][0], amounts[-1][1]), "head", table.amounts_label)
    for part, column in zip(parts, table.columns, strict=True):
        if part not in amounts:
            page.put(part, "head", column.label, rows=2)
    page.next(ONE_LINE)
    for part, column in zip(parts, table.columns, strict=True):
        if part in amounts:
            page.put(part, "head", column.label)
    page.next(ONE_LINE)
    for _ in range(table.rows):
        styles = ["amount" if part in amounts else "text_left" for part in parts]
        cells = [page.put(part, style) for part, style in zip(parts, styles, strict=True)]
        page.layout.tasks.append({column.key: cell for column, cell in zip(table.columns, cells, strict=True)})
        page.next(TWO_LINES)
    page.put((page.body[0], amounts[0][0] - 1), "label", table.sum_label)
    for part, column in zip(amounts, table.amounts, strict=True):
        page.layout.task_sum[column.key] = page.put(part, "amount")
    page.next(ONE_LINE + 2)
    page.side(start, block.label or table.label)


def _indicators(page: Page, block: Block) -> None:
    table = page.form.indicators
    if table is None:
        raise ValueError(f"{page.form.key}: an indicators block, but no indicator table")
    start = page.row
    page.put(FIRST_LEVEL, "head", table.header["first"])
    for columns in page.columns.sets:
        for key, part in columns.items():
            page.put(part, "head", table.header[key])
    page.next(ONE_LINE + 2)
    levels = page.profile.levels
    for parent, group in groupby(table.levels, lambda item: levels[item.key].parent or item.key):
        first = page.row
        for item in group:
            _level_rows(page, table, item.key, item.rows)
        page.down(first, FIRST_LEVEL, "label", levels[parent].name)
    page.side(start, block.label or table.label)
    if table.total:
        _total(page, table)


def _total(page: Page, table: Indicators) -> None:
    """The last row: the sum of the weights, and a field for the sum of the scores."""
    about, columns = page.form.fields[table.total], page.columns.sets[0]
    page.put((1, columns["weight"][0] - 1), "label", about.label)
    page.put(columns["weight"], "label", f"{table.weight_total:g}")
    page.value(about, columns["score"])
    if columns["score"][1] < page.columns.last:
        page.put((columns["score"][1] + 1, page.columns.last), "blank")
    page.next(ONE_LINE + 2)


def _level_rows(page: Page, table: Indicators, key: str, rows: int) -> None:
    for columns in page.columns.sets:
        page.put(columns["second"], "label", page.profile.levels[key].name, rows=rows)
    for _ in range(rows):
        cells = {}
        for period, columns in zip(table.periods, page.columns.sets, strict=True):
            cells[period.key] = {
                name: page.put(part, _CELLS.get(name, "text"), options=table.options.get(name, ()))
                for name, part in columns.items()
                if name != "second"
            }
        page.layout.indicators.append(IndicatorCells(key, cells))
        page.next(TWO_LINES)


#: styles of the columns of indicators whose cells are not short texts
_CELLS = {"third": "text_left", "standard": "text_left", "reason": "text_left", "weight": "points", "score": "points"}
_BLOCKS: dict[str, Callable[[Page, Block], None]] = {
    "line": _line, "field": _field, "group": _group, "amounts": _amounts,
    "goals": _goals, "matrix": _matrix, "tasks": _tasks, "indicators": _indicators,
}  # fmt: skip


@dataclass
class Page:
    """A form sheet while it is laid out from the top; ``row`` is the next free row, ``heights`` are in points."""

    profile: Profile
    form: Form
    columns: FormColumns
    unit: str
    layout: SheetLayout
    row: int = 1
    pieces: list[Piece] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)

    @property
    def whole(self) -> ColumnSpan:
        """All columns."""
        return 1, self.columns.last

    @property
    def body(self) -> ColumnSpan:
        """The columns right of the labels."""
        return 2, self.columns.last

    @property
    def last_row(self) -> int:
        """The last row that is printed."""
        return self.row - 1

    def next(self, height: float) -> None:
        """Give the current row its height and go to the next one."""
        self.heights[self.row] = height
        self.row += 1

    def put(
        self,
        columns: ColumnSpan,
        style: str,
        text: str = "",
        about: Field | None = None,
        rows: int = 1,
        options: tuple[str, ...] = (),
    ) -> CellArea:
        """Add a piece of one or more rows from the current row down."""
        area = CellArea(self.row, columns[0], self.row + rows - 1, columns[1])
        self.pieces.append(Piece(area, style, text, about, options))
        return area

    def down(self, start: int, columns: ColumnSpan, style: str, text: str) -> None:
        """Add a piece from row ``start`` to the row above the current one."""
        self.pieces.append(Piece(CellArea(start, columns[0], self.row - 1, columns[1]), style, text))

    def side(self, start: int, text: str) -> None:
        """Add the label of a block, left of its rows from ``start`` on."""
        self.down(start, (1, 1), "label", text)

    def value(self, about: Field, columns: ColumnSpan, style: str = "") -> None:
        """Add the input of a field; a choice gets one cell for each option."""
        if about.kind == "choice":
            offers = [tuple(f"{option} {box}" for box in (EMPTY_BOX, TICKED_BOX)) for option in about.options]
            parts = self.columns.split(columns, [text_width(option) + 3 for option in about.options])
            self.layout.choices[about.key] = tuple(
                self.put(part, "choice", offer[0], about, options=offer)
                for offer, part in zip(offers, parts, strict=True)
            )
            return
        text = about.note if about.kind in ("review", "points") else self.unit if about.key == "unit" else ""
        self.layout.fields[about.key] = self.put(columns, style or about.kind, text, about)


class NoRoomError(ValueError):
    """So many cells do not fit into so many columns: its arguments."""


@dataclass(frozen=True)
class FormColumns:
    """The columns of one form: for labels, for the first level, then those of each column of the indicator table."""

    widths: tuple[float, ...]
    #: one mapping for each period: column of the indicator table -> columns of the sheet
    sets: tuple[Mapping[str, ColumnSpan], ...]

    @property
    def last(self) -> int:
        """The last column of the form."""
        return len(self.widths)

    def width(self, columns: ColumnSpan) -> float:
        """The width of some columns together."""
        return sum(self.widths[columns[0] - 1 : columns[1]])

    def split(self, columns: ColumnSpan, needs: Sequence[float]) -> list[ColumnSpan]:
        """Cut columns into one part for each needed width, so that the tightest part is as wide as possible.

        Raises ``NoRoomError`` if there are fewer columns than parts, or too many ways to cut them.
        """
        first, last = columns
        if last - first + 1 < len(needs) or comb(last - first, len(needs) - 1) > MOST_CUTS:
            raise NoRoomError(len(needs), last - first + 1)
        cuts = combinations(range(first + 1, last + 1), len(needs) - 1)
        ways = (list(zip((first, *cut), (*(col - 1 for col in cut), last), strict=True)) for cut in cuts)
        return min(ways, key=lambda parts: self._tightness(parts, needs))

    def beside(self, columns: ColumnSpan, label: str) -> list[ColumnSpan]:
        """Cut columns in two: just wide enough for a label, and the rest for its value."""
        need = text_width(label) * CHARACTER + 1
        for cut in range(columns[0], columns[1]):
            if self.width((columns[0], cut)) >= need and self.width((cut + 1, columns[1])) >= AMOUNT:
                return [(columns[0], cut), (cut + 1, columns[1])]
        return self.split(columns, [need, AMOUNT])

    def _tightness(self, parts: Iterable[ColumnSpan], needs: Sequence[float]) -> tuple[float, float]:
        ratios = [need / self.width(part) for part, need in zip(parts, needs, strict=True)]
        return max(ratios), sum(ratio * ratio for ratio in ratios)


def _columns_of(form: Form, levels: Mapping[str, Level]) -> FormColumns:
    amounts = len(form.tasks.amounts) if form.tasks else 0
    printed = [levels[row.key] for row in form.indicators.levels] if form.indicators else []
    firsts = [levels[level.parent or level.key].name for level in printed]
    widths = [LABEL, max([FIRST, *(text_width(name) * CHARACTER for name in firsts)])]
    periods = form.indicators.periods if form.indicators else (None,)
    heads = [key for key in (form.indicators.header if form.indicators else PLAIN) if key != "first"]
    alone = len(periods) == 1
    others = len(set(heads) - set(PLAIN))
    sets = []
    for _ in periods:
        columns: dict[str, ColumnSpan] = {}
        for key in heads:
            parts = max(1, max(VALUE_PARTS, amounts) - others) if alone and key == "value" else 1
            width = _width(key, heads, others, alone=alone)
            columns[key] = (len(widths) + 1, len(widths) + parts)
            widths += [width / parts] * parts
        sets.append(columns)
    return FormColumns(tuple(widths), tuple(sets))


def _width(key: str, heads: Sequence[str], others: int, *, alone: bool) -> float:
    """The width of a column of indicators; texts are shorter where other columns contain a part of them."""
    if key == "value" and others:
        return BARE_VALUE if "operator" in heads else BRIEF_VALUE
    if key == "third" and others >= MANY:
        return BRIEF_THIRD
    widths = {"second": (SECOND, SECOND), "third": THIRD, "value": VALUE}
    return widths[key][0 if alone else 1] if key in widths else WIDER.get(key, OTHER)


def text_width(text: str) -> int:
    """The width of a text when a Chinese character takes two digits."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)
