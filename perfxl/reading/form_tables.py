"""The tables of a form: tasks (年度主要任务) with their total row; indicators of one or two periods side by side."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from perfxl.formats import Cell, Grid, as_text, is_number
from perfxl.profiles import Level, Profile, Tasks
from perfxl.reading.labels import Labels, Segment
from perfxl.reading.rows import COST, AmountRow, FormRows, IndicatorRow, OpenLine, ResultRow, TaskRow, TextRow
from perfxl.values import LEADING, Value, label_key, parse_amount, parse_value, squeeze

#: the heads of the amounts may be this many rows below those of name and content
HEAD_ROWS = 3


def read_tasks(grid: Grid, segment: Segment, labels: Labels, form: FormRows) -> range:
    """Read the table into ``form``; the rows it takes up, none if the form has no such table."""
    tasks = segment.form.tasks
    heads_of = ((row, {labels.task_column(cell.value) for cell in grid.row(row)}) for row in segment.rows)
    top = next((row for row, heads in heads_of if {"name", "content"} <= heads), 0) if tasks else 0
    if tasks is None or not top:
        return range(0)
    heads, row = _heads(grid, top, tasks, labels)
    item = 0
    while row < segment.bottom:
        row += 1
        cells = grid.row(row)
        if any(c.col < heads["name"] and labels.pairs(c.value) for c in cells):
            return range(top, row)
        if any(c.col <= heads["content"] and label_key(c.text) in tasks.sum_keys for c in cells):
            _amounts(grid, labels, tasks, form, heads, row)
            return range(top, row + 1)
        if sum(bool(labels.task_column(c.value)) for c in cells) > 1:
            continue  # the heads once more, at the top of a printed page
        name, content = grid.at(row, heads["name"]), grid.at(row, heads["content"])
        amounts = [grid.at(row, heads[c.key]) for c in tasks.amounts if c.key in heads]
        if any(squeeze(cell.text) and cell.row == row for cell in (name, content, *amounts)):
            item += 1
            form.tasks.append(TaskRow(form, item, name.text.strip(), content.text.strip(), *name.place, *content.place))
            _amounts(grid, labels, tasks, form, heads, row, item)
    return range(top, segment.bottom + 1)


def _heads(grid: Grid, top: int, tasks: Tasks, labels: Labels) -> tuple[dict[str, int], int]:
    """Column key -> its column, and the last row of the heads."""
    heads: dict[str, int] = {}
    last = top
    wanted = {column.key for column in tasks.columns}
    for row in range(top, top + HEAD_ROWS):
        for cell in grid.row(row):
            key = labels.task_column(cell.value)
            if key in wanted and key not in heads and label_key(cell.text) != label_key(tasks.amounts_label):
                heads[key] = cell.col
                last = max(last, row if key not in ("name", "content") else cell.last_row)
        if wanted <= set(heads):
            break
    return heads, last


def _amounts(
    grid: Grid, labels: Labels, tasks: Tasks, form: FormRows, heads: dict[str, int], row: int, item: int = 0
) -> None:
    """The amounts of a task, or of the total row."""
    line, role = (" ".join(form.tasks[item - 1].name.split()), "row") if item else (tasks.sum_label, "sum")
    for column in tasks.amounts:
        if column.key in heads and (cell := grid.at(row, heads[column.key])).row == row:  # merged over rows: once
            amount = parse_amount(cell.value, labels.profile.measure, labels.profile.words.placeholders)
            label = f"{line}·{column.label}"
            form.amounts.append(AmountRow(form, "tasks", role, item, column.key, "year", label, amount, *cell.place))


_SIGN = re.compile(LEADING)
#: a cost with such words in its name or value is a price
_COST_OF_EACH = re.compile("人均|户均|亩均|单价|均价|单位造价|每[人户件次场期个台套亩吨米张份]")
_REMARK = re.compile(r"[（(][^（()）]*[)）]")
_POINTS = re.compile(r"(-?\d+(?:\.\d+)?)[分%]?")


class Columns(NamedTuple):
    """The columns of a period's cells, by number; 0 for a column that the table does not have."""

    first: int
    second: int
    third: int
    value: int
    operator: int
    measure: int
    weight: int
    actual: int
    score: int
    reason: int
    standard: int


class Header(NamedTuple):
    """The head row of the table."""

    row: int
    last_row: int
    periods: tuple[Columns, ...]


def find_header(grid: Grid, segment: Segment, labels: Labels) -> Header | None:
    """The row that heads the indicators: it names at least the third level and, right of it, the value."""
    if segment.form.indicators is None:
        return None
    for row in segment.rows:
        named: dict[str, list[Cell]] = {}
        for cell in grid.row(row):
            if name := labels.header(cell.value):
                named.setdefault(name, []).append(cell)
        if "third" in named and (periods := tuple(_periods(named))):
            last = max(cell.last_row for cells in named.values() for cell in cells)
            return Header(row, last, periods)
    return None


def _periods(named: dict[str, list[Cell]]) -> Iterator[Columns]:
    """The columns of each period: a new one begins with each 三级指标 that has a value right of it."""
    thirds = [cell.col for cell in named["third"]]
    for third, following in zip(thirds, [*thirds[1:], 1 << 30], strict=True):

        def before(name: str, col: int = third) -> int:
            return max((cell.col for cell in named.get(name, ()) if cell.col < col), default=0)

        def after(name: str, col: int = third, end: int = following) -> int:
            return min((cell.col for cell in named.get(name, ()) if col < cell.col < end), default=0)

        if after("value"):
            yield Columns(before("first"), before("second"), third, *map(after, Columns._fields[3:]))


class _Reader:
    """Reads the body of the table from top to bottom, carrying the levels down."""

    def __init__(self, grid: Grid, profile: Profile, form: FormRows, header: Header, year: int | None) -> None:
        self.grid, self.profile, self.form, self.header, self.year = grid, profile, form, header, year
        self.first_text = ""
        self.second_texts = [""] * len(header.periods)
        #: where they stand
        self.first_at = (header.last_row + 1, header.periods[0].first)
        self.seconds_at = [(header.last_row + 1, columns.second) for columns in header.periods]
        indicators = profile.forms[form.kind].indicators
        self.keys = [period.key for period in indicators.periods] if indicators else []

    def row(self, row: int, item: int) -> None:
        """Read one row in every period."""
        first = self._text(row, self.header.periods[0].first)
        changed = bool(first) and first != self.first_text
        if first or self._emptied(row, self.header.periods[0].first):
            self.first_text, self.first_at = first, self.grid.at(row, self.header.periods[0].first).place
        for number, columns in enumerate(self.header.periods[: len(self.keys)]):
            second = self._text(row, columns.second)
            if second or changed or self._emptied(row, columns.second):
                self.second_texts[number] = second
                self.seconds_at[number] = self.grid.at(row, columns.second).place
            self._line(row, item, number, columns)

    def _emptied(self, row: int, col: int) -> bool:
        """Whether the area of a level begins here, and holds nothing."""
        cell = self.grid.at(row, col) if col else None
        return cell is not None and cell.row == row < cell.last_row and not squeeze(cell.text)

    def _line(self, row: int, item: int, number: int, columns: Columns) -> None:
        period, second_text = self.keys[number], self.second_texts[number] or self.second_texts[0]
        first, second = self._levels(self.first_text, second_text)
        name_cell = self.grid.at(row, columns.third)
        value_cell = self.grid.at(row, columns.value)
        name = name_cell.text.strip()
        value = self._value(row, columns, value_cell)
        if name_cell.row < row and (value_cell.row < row or value in ("", None)):
            return  # merged down from a line above, and read there
        if not squeeze(name) and value in ("", None):
            if name_cell.row == row:
                self.form.open_lines.append(OpenLine(self.form, period, first, second, *name_cell.place))
            return
        weight = self.grid.at(row, columns.weight)
        if not columns.weight or weight.row != row:
            weight = Cell(0, 0, 0, 0, "")  # none, or merged over several lines: it was counted with the first
        parsed = parse_value(value, self.profile.words, self.year)
        if self._measured_twice(row, columns, value_cell):
            parsed = replace(parsed, notes=(*parsed.notes, "measure_again"))
        line = IndicatorRow(
            self.form, item, period, first, second, self.first_text, second_text, name, parsed,
            points(weight.value), *value_cell.place, *name_cell.place, *weight.place,
            *self.first_at, *self.seconds_at[number],
        )  # fmt: skip
        self.form.indicators.append(line)
        self._beside(line, weight, self.grid.at(row, columns.standard) if columns.standard else None)
        if second == COST and value_cell.row == row:
            amount = parse_amount(value, self.profile.measure, self.profile.words.placeholders, limits=True)
            if not amount.per and (each := _COST_OF_EACH.search(squeeze(f"{name} {amount.text}"))):
                amount = replace(amount, per=each[0])
            label, at = " ".join(name.split()), value_cell.place
            self.form.amounts.append(AmountRow(self.form, "indicators", "row", item, COST, period, label, amount, *at))
        if columns.score:
            self._result(row, columns, line)

    def _beside(self, line: IndicatorRow, weight: Cell, standard: Cell | None) -> None:
        """What else is on the line: how its weight is written, and by what it is scored."""
        self._with_measure(weight)
        if standard is not None and line.name:
            self.form.standards.append((standard.text.strip(), *standard.place))

    def _with_measure(self, cell: Cell) -> None:
        text = cell.text.strip()
        if text.endswith("分") and points(cell.value) is not None:
            self.form.with_measure.append((text, *cell.place))

    def _result(self, row: int, columns: Columns, line: IndicatorRow) -> None:
        """What the year came to, beside the target."""
        wanted = (columns.actual, columns.score, columns.reason)
        actual, score, reason = (self.grid.at(row, col or columns.score) for col in wanted)
        reached = actual.value if columns.actual else ""
        if columns.measure and is_number(reached):
            reached = f"{as_text(reached)}{self._text(row, columns.measure)}"
        self._with_measure(score)
        self.form.results.append(
            ResultRow(
                line.form, line.item, line.period, line.first, line.second, line.name, line.parsed,
                self._reached(reached),
                line.weight, points(score.value), score.text.strip(), reason.text.strip() if columns.reason else "",
                *score.place, line.name_row, line.name_col, *actual.place, *reason.place,
            )
        )  # fmt: skip

    def _reached(self, value: object) -> Value:
        """What was reached; of several figures the one that is not in brackets: 3年（2023—2025）."""
        read = parse_value(value, self.profile.words, self.year)
        if isinstance(value, str) and "several" in read.notes:
            outside = parse_value(_REMARK.sub("", value), self.profile.words, self.year)
            if len(outside.numbers) == 1:
                return replace(outside, text=read.text)
        return read

    def total(self, row: int, labels: Labels) -> bool:
        """Read the last row of the table, 总分, if this is it."""
        spec = self.profile.forms[self.form.kind].indicators
        columns = self.header.periods[0]
        if spec is None or not spec.total or not columns.score:
            return False
        cells = self.grid.row(row)
        for cell in cells:
            pairs = labels.pairs(cell.value)
            if [field.key for pair in pairs for field in pair.fields] == [spec.total] and not pairs[0].value:
                score = self.grid.at(row, columns.score)
                # where the columns were not kept, the figure is beside its label
                beside = [c for c in cells if cell.last_col < c.col < columns.weight and points(c.value) is not None]
                score = beside[0] if beside and not squeeze(score.text) else score
                weight = self.grid.at(row, columns.weight)
                if columns.weight and weight.place not in (score.place, cell.place) and weight.row == row:
                    self.form.weight_total = (weight.text.strip(), *weight.place)
                    self._with_measure(weight)
                self._with_measure(score)
                text, label = score.text.strip(), pairs[0].label
                plain = pairs[0].fields[0].plain_label
                self.form.texts.append(
                    TextRow(self.form, spec.total, text, plain, *score.place, text, label, *cell.place)
                )
                return True
        return False

    def _value(self, row: int, columns: Columns, cell: Cell) -> object:
        """The value; with sign and measure in columns of their own, the three put together."""
        sign = self._text(row, columns.operator)
        if sign and not _SIGN.fullmatch(sign):
            sign = ""  # 定性, 正向 are kinds of indicators
        measure = self._text(row, columns.measure)
        value = cell.value.strip() if isinstance(cell.value, str) else cell.value
        if value == "" or not (sign or measure):
            return value
        if measure and squeeze(as_text(value)).endswith(measure):
            measure = ""  # 95% beside % is the same figure
        return f"{sign}{as_text(value)}{measure}"

    def _measured_twice(self, row: int, columns: Columns, cell: Cell) -> bool:
        """Whether the value has the measure that stands in a column of its own; 90% may be a percentage cell."""
        measure = self._text(row, columns.measure)
        return bool(measure) and isinstance(cell.value, str) and squeeze(cell.value).endswith(measure)

    def _text(self, row: int, col: int) -> str:
        return squeeze(self.grid.at(row, col).text) if col else ""

    def _levels(self, first_text: str, second_text: str) -> tuple[str, str]:
        first, second = self._level(first_text), self._level(second_text)
        if second is None or not second.parent:
            # 满意度指标 in both columns, or in the first alone: there is only one kind of it
            level = second or first
            second = self.profile.only_kinds.get(level.key) if level else None
        if second is None:
            return (first.key if first else ""), ""
        return (first.key if first else second.parent), second.key

    def _level(self, text: str) -> Level | None:
        return self.profile.levels_by_label.get(label_key(text)) if text else None


def points(value: object) -> float | None:
    """A weight or a score as a number: ``20``, ``"20"``, ``"20分"``, ``"20%"``; ``None`` for anything else."""
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    match = _POINTS.fullmatch(squeeze(value)) if isinstance(value, str) else None
    return float(match[1]) if match else None


def read_indicators(
    grid: Grid, segment: Segment, labels: Labels, form: FormRows, header: Header, year: int | None
) -> int:
    """Read the table into ``form``; the number of its last row. It ends before the next field's label."""
    reader = _Reader(grid, labels.profile, form, header, year)
    columns = header.periods[0]
    edge = columns.second or columns.third
    row, item, last = header.last_row, 0, header.last_row
    while row < segment.bottom:
        row += 1
        cells = grid.row(row)
        if any(c.col <= edge and labels.pairs(c.value) for c in cells):
            last = row if reader.total(row, labels) else last
            break
        if cells or any(grid.at(row, col).row < row for col in range(1, columns.third)):
            last = row
        heads = {(c.col, labels.header(c.text)) for c in cells}
        # a name that is called like the head alone was left as the template has it
        if (columns.third, "third") in heads and (columns.value, "value") in heads:
            continue
        item += 1
        reader.row(row, item)
    form.open_lines = [line for line in form.open_lines if line.row <= last]  # below it is no line, only a gap
    return last
