"""What each cell of a form was read as, by the rows of the form; and the cells that were left over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from perfxl.formats import Cell, Grid, as_text
from perfxl.profiles import Field
from perfxl.reading.form_tables import Columns, Header
from perfxl.reading.labels import Labels, Segment
from perfxl.reading.marks import ticked
from perfxl.reading.rows import FormRows, TextRow
from perfxl.values import Amount, Value, label_key

Position = tuple[int, int]
#: heads of columns in the order of ``Columns``
COLUMNS = Columns._fields


class Parts(NamedTuple):
    """Where the tables of a form are: rows of its tasks and of its matrices, heads and last row of its indicators."""

    tasks: range
    header: Header | None
    last: int
    matrix: frozenset[int]

    @property
    def periods(self) -> tuple[Columns, ...]:
        """The columns of the indicators in each period, none without such a table."""
        return self.header.periods if self.header else ()

    @property
    def body(self) -> range:
        """The rows of the indicators below their heads."""
        return range(self.header.last_row + 1, self.last + 1) if self.header else range(0)

    @property
    def lines(self) -> range:
        """The rows of the indicators with their heads."""
        return range(self.header.row, self.last + 1) if self.header else range(0)

    @property
    def rows(self) -> set[int]:
        """All rows of tables."""
        return {*self.tasks, *self.lines, *self.matrix}


class CellRole(NamedTuple):
    """What a cell was read as.

    ``role``: ``title``, ``label``, ``value``, ``task``, ``line`` (a cell of the indicators), ``level``, ``head`` or
    ``unused`` (below a head that is printed and not read). ``key`` is the field, the column of the table or the level;
    ``value`` what was understood, an ``Amount`` or ``Value`` or text.
    """

    role: str
    key: str = ""
    value: Amount | Value | str = ""


CellRoles = dict[Position, list[CellRole]]


class Reading(NamedTuple):
    """A form with all that is known of where it was read; ``rest`` are the cells that were left over.

    ``doubtful`` are the names of indicators whose level is not certain; ``moved`` whether a level was found to apply
    to lines above it.
    """

    form: FormRows
    grid: Grid
    segment: Segment
    labels: Labels
    parts: Parts
    found: CellRoles
    rest: Sequence[Cell]
    doubtful: frozenset[Position] = frozenset()
    moved: bool = False


def cell_roles(form: FormRows, grid: Grid, segment: Segment, labels: Labels, parts: Parts) -> Reading:
    """Position -> what was read there, several where a cell holds several fields; and the cells that were left over."""
    found: CellRoles = {}
    if segment.title is not None:
        found[segment.title.place] = [CellRole("title")]
    for place, seen in _read(grid, labels, form):
        found.setdefault(place, []).append(seen)
    _levels(grid, labels, parts, found)
    _unused(grid, labels, parts, found)
    rest, tables = [], parts.rows
    for row in segment.rows:
        for cell in grid.row(row):
            if cell.place not in found and labels.is_label(cell.value):
                found[cell.place] = [_label(labels, cell.text, table=row in tables)]
            elif cell.place not in found:
                rest.append(cell)
    return Reading(form, grid, segment, labels, parts, found, rest)


def _label(labels: Labels, text: str, *, table: bool) -> CellRole:
    """A label outside the tables is that of a field, if it can be only one."""
    pairs = () if table else labels.pairs(text)
    if pairs and len(pairs[0].fields) == 1:
        return CellRole("label", pairs[0].fields[0].key)
    return CellRole("head", labels.header(text) or labels.task_column(text))


def _read(grid: Grid, labels: Labels, form: FormRows) -> Iterator[tuple[Position, CellRole]]:
    """The cells that the rows of the form name."""
    for text in form.texts:
        field = labels.form.fields[text.field]
        if field.kind == "choice":
            yield from _options(grid, labels, text, field)
        else:
            yield (text.row, text.col), CellRole("value", text.field, text.text)
        if (text.label_row, text.label_col) != (text.row, text.col):
            yield (text.label_row, text.label_col), CellRole("label", text.field)
    for task in form.tasks:
        yield (task.row, task.col), CellRole("task", "name", task.name)
        yield (task.content_row, task.content_col), CellRole("task", "content", task.content)
    for line in form.indicators:
        yield (line.name_row, line.name_col), CellRole("line", "third", line.name)
        yield (line.row, line.col), CellRole("line", "value", line.parsed)
    for result in form.results:
        yield (result.row, result.col), CellRole("line", "score", result.score_text)
        yield (result.actual_row, result.actual_col), CellRole("line", "actual", result.actual)
        yield (result.reason_row, result.reason_col), CellRole("line", "reason", result.reason)
    for row in form.amounts:
        if row.table != "indicators":  # one of these is the value of its line
            yield (row.row, row.col), CellRole("task" if row.table == "tasks" else "value", row.column, row.amount)


def _options(grid: Grid, labels: Labels, text: TextRow, field: Field) -> Iterator[tuple[Position, CellRole]]:
    """The cells of a choice, each with its own ticks; options may be in one cell or in several."""
    label = grid.at(text.label_row, text.label_col)
    first = grid.at(text.row, text.col)
    cells = [first]
    for row in range(label.row, label.last_row + 1) if first != label else ():
        cells += [
            cell
            for cell in grid.row(row)
            if cell.col >= text.col and cell not in (first, label) and not labels.is_label(cell.value)
        ]
    for cell in cells:
        own = "、".join(ticked(cell.text, field.options)) if len(cells) > 1 else text.text
        yield cell.place, CellRole("value", field.key, own)


def _levels(grid: Grid, labels: Labels, parts: Parts, found: CellRoles) -> None:
    """Levels, signs, measures and weights are in the columns of their heads; blank lines have none of their own."""
    levels = labels.profile.levels_by_label
    for row in parts.body:
        cells = {cell.col: cell for cell in grid.row(row)}
        for columns in parts.periods:
            for name, col in zip(COLUMNS, columns, strict=True):
                cell = cells.get(col)
                if cell is None or (row, col) in found:
                    continue
                if name in ("first", "second"):
                    level = levels.get(label_key(cell.text))
                    found[row, col] = [CellRole("level", level.key if level else "", cell.text)]
                elif not labels.is_label(cell.value):
                    found[row, col] = [CellRole("line", name, as_text(cell.value))]


def _unused(grid: Grid, labels: Labels, parts: Parts, found: CellRoles) -> None:
    """The columns of tables below a head that is printed and not read: 序号, 备注."""
    heads: dict[int, tuple[Cell, range]] = {}
    for rows in (parts.tasks, parts.lines):
        for cell in (cell for row in rows for cell in grid.row(row) if cell.place not in found):
            if (name := labels.header(cell.value)) and name not in COLUMNS:
                heads.update(dict.fromkeys(range(cell.col, cell.last_col + 1), (cell, rows)))
                found[cell.place] = [CellRole("head", name)]
            elif (head := heads.get(cell.col)) and cell.row in head[1]:
                found[cell.place] = [CellRole("unused", "", " ".join(head[0].text.split()))]
