"""Fields: a label, and its value in the same cell, right of it or below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from perfxl.formats import Cell, Grid, as_text
from perfxl.profiles import Block, Field, Form
from perfxl.reading.choices import choice_text, right_of
from perfxl.reading.labels import Labels, Segment
from perfxl.reading.marks import chosen, is_option
from perfxl.values import in_digits, label_key, squeeze

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\)?年)")
_YEAR_CELL = re.compile(r"\(?(?:20\d\d|[_X×*]*)\)?年度?\)?")
#: what may be meant for a year and is none: （202年）, 2O20年度
_LIKE_YEAR = "(?=[^年]*[0-9一二三四五六七八九])[0-9OoIl〇○零一二三四五六七八九]{1,6}年"
#: a year and nothing else, as a number perhaps; and what is a digit short of one or has one too many
_BARE_YEAR = re.compile(r"\(?(20\d\d)\)?")
_NO_BARE_YEAR = re.compile(r"\(?(20\d|20\d{3})\)?")
_NO_YEAR = re.compile(rf"\(({_LIKE_YEAR})度?\)|({_LIKE_YEAR})度")
#: what a review or a stamp line holds before anybody has written in it
EMPTY_REVIEW = re.compile(r"[审核部门单位负责人公章签字名盖签意见年月日:：()（）\s_]*")

#: what may stand right of a value that was left empty, and is none: its unit, a remark
ASIDE = re.compile(r"(?:人民币)?[百千]?[万亿]?元|%|[(\[【〔].*[)\]】〕]|(?:备?注|附注|说明)[0-9]?[:、.].*")

#: so many blank rows may be between a label and the value below it
MOST_BLANK = 3
#: from so many labels side by side on, they may head columns
LEAST_HEADS = 2


class Found(NamedTuple):
    """A field with the cell that holds its value, or would hold it (``value`` is then ``""``).

    ``written`` is the content of the cell; ``label_at`` the cell of the label.
    """

    field: Field
    label: str
    value: object
    place: tuple[int, int]
    written: object
    label_at: tuple[int, int]


class FieldLabel(NamedTuple):
    """A label in its cell."""

    fields: tuple[Field, ...]
    label: str
    value: str | None
    cell: Cell


def find_fields(grid: Grid, segment: Segment, labels: Labels, rows: Sequence[int]) -> Iterator[Found]:
    """The fields of a form in the given rows (those of its tables are left out by the caller)."""
    found = [
        FieldLabel(pair.fields, pair.label, pair.value, cell)
        for row in rows
        for cell in grid.row(row)
        for pair in labels.pairs(cell.value)
    ]
    options = {  # no labels, though 其他 may be called like a field
        cell.place
        for label in found
        for field in label.fields
        if field.kind == "choice"
        for cell in right_of(grid, label.cell)
        if is_option(cell.text, field.options)
    }
    found = [label for label in found if label.cell.place not in options]
    heads = _column_heads(segment.form, found)
    taken: set[str] = set()
    below = {key for block in segment.form.blocks if block.kind == "goals" for key in block.fields}
    values: set[tuple[int, int]] = set()
    # columns in which nothing of the form begins were inserted, and contain no value
    empty = frozenset(range(1, grid.last_col + 1)) - {cell.col for row in segment.rows for cell in grid.row(row)}
    for label in found:
        field = _choose(label, heads, taken)
        if field is None or label.cell.place in values:
            continue
        taken.add(field.key)
        value, place = _value(grid, label, field, labels, empty, below=field.key in below)
        if place != label.cell.place:
            values.add(place)
        yield Found(field, label.label, _as_read(field, value), place, value, label.cell.place)


def find_year(grid: Grid, segment: Segment) -> Iterator[Found]:
    """The year of a form: ``（2020年度）`` near its title, or in the title itself.

    What may be meant for a year (202年度) is given as it is, but only from a cell that is alone in its row, and so is a
    bare 2020 where there is no 年.
    """
    field = next((f for f in segment.form.fields.values() if f.kind == "year"), None)
    if field is None:
        return
    bare: Found | None = None
    place, wrong = segment.title or grid.cells_by_row[segment.top][0], ""
    for row in range(max(1, segment.top - 2), min(segment.bottom, segment.top + 6) + 1):
        cells = grid.row(row)
        for cell in cells:
            text = in_digits(squeeze(cell.text))
            titled, alone = cell.row == segment.top, len(cells) == 1
            if (titled or _YEAR_CELL.fullmatch(text)) and (match := _YEAR.search(text)):
                yield _year(field, match[1], cell)
                return
            if alone and not titled and (match := _BARE_YEAR.fullmatch(text)):
                bare = bare or _year(field, match[1], cell)
            if alone and not titled and (match := _NO_BARE_YEAR.fullmatch(text)):
                text = f"{match[1]}年度"
            match = _NO_YEAR.search(text) if titled else _NO_YEAR.fullmatch(text) if alone else None
            if match or (not titled and _YEAR_CELL.fullmatch(text)):
                place, wrong = cell, (match[1] or match[2]) if match else ""
    yield bare or _year(field, wrong, place)


def _year(field: Field, text: str, cell: Cell) -> Found:
    return Found(field, field.label, text, cell.place, text, cell.place)


def _column_heads(form: Form, found: list[FieldLabel]) -> dict[str, tuple[frozenset[str], Cell]]:
    """For forms with amounts side by side: head field of a column -> (fields of the column, its label's cell)."""
    heads = {}
    for block in form.blocks:
        for column in block.columns if block.kind == "amounts" and len(block.columns) > 1 else ():
            alone = (
                label.cell for label in found if len(label.fields) == 1 and label.fields[0].key == column.fields[0]
            )
            if cell := next(alone, None):
                heads[column.fields[0]] = (frozenset(column.fields), cell)
    return heads


def _choose(label: FieldLabel, heads: dict[str, tuple[frozenset[str], Cell]], taken: set[str]) -> Field | None:
    """Which field a label means. The same label in two columns belongs to the head above it."""
    free = [field for field in label.fields if field.key not in taken and field.kind != "year"]  # see find_year
    above = [
        (cell.col, cell.row, members)
        for members, cell in heads.values()
        if cell.row <= label.cell.row and cell.col <= label.cell.col
    ]
    if len(label.fields) > 1 and above:
        free = [field for field in free if field.key in max(above)[2]]
    return free[0] if free else None


def _value(
    grid: Grid, label: FieldLabel, field: Field, labels: Labels, empty_columns: frozenset[int], *, below: bool
) -> tuple[object, tuple[int, int]]:
    """The value of a label and the cell in which it is, or would be."""
    cell = label.cell
    if label.value:
        return label.value, cell.place
    right = _beside(grid, cell, labels, empty_columns)
    under = _under(grid, cell, labels)
    if field.kind == "choice" and right is not None and (texts := choice_text(grid, cell, field, labels)):
        return texts, right.place
    heads = not below and field.kind != "choice" and _heads_columns(grid, cell.row, labels)
    order = (under, right) if below or heads else (right, under if field.kind == "long_text" else None)
    for place in order:
        if place is not None and _holds(place, labels):
            return place.value, place.place
    empty = order[0]
    return "", (cell if empty is None or labels.is_label(empty.value) else empty).place


def _under(grid: Grid, label: Cell, labels: Labels) -> Cell:
    """The cell below a label, or the value beyond blank rows, if nothing else of the form is beside it."""
    row = label.last_row + 1
    while row not in grid.cells_by_row and row <= label.last_row + MOST_BLANK:
        row += 1
    cells = grid.row(row)
    beyond = next((cell for cell in cells if cell.col == label.col), None)
    if beyond is not None and _holds(beyond, labels) and not any(labels.is_label(cell.value) for cell in cells):
        return beyond
    return grid.at(label.last_row + 1, label.col)


def _beside(grid: Grid, label: Cell, labels: Labels, empty_columns: frozenset[int]) -> Cell | None:
    """The cell right of a label, or the value beyond blank cells: of columns that are empty, of areas taken apart."""
    if label.last_col >= grid.last_col:
        return None
    right = grid.at(label.row, label.last_col + 1)
    first: Cell | None = None
    for col in range(right.col, grid.last_col + 1):
        place = grid.at(label.row, col)
        if labels.is_label(place.value):
            return first or right
        if squeeze(place.text):
            return first if first and ASIDE.fullmatch(squeeze(place.text)) else place
        if place.place != (place.last_row, place.last_col):
            return first or place
        if col not in empty_columns:
            first = first or place
    return first or right


def _heads_columns(grid: Grid, row: int, labels: Labels) -> bool:
    """Whether a row holds nothing but labels, and the row below a value under most of them."""
    cells = grid.row(row)
    if len(cells) < LEAST_HEADS or not all(labels.is_label(cell.value) for cell in cells):
        return False
    under = [grid.at(cell.last_row + 1, cell.col) for cell in cells]
    return sum(_holds(cell, labels) for cell in under) > len(cells) // 2


def _holds(cell: Cell, labels: Labels) -> bool:
    return bool(squeeze(cell.text)) and not labels.is_label(cell.value)


def _as_read(field: Field, value: object) -> object:
    if field.kind == "choice":
        return "、".join(chosen(as_text(value), field.options))
    if field.kind == "review" and isinstance(value, str) and EMPTY_REVIEW.fullmatch(value):
        return ""
    return value


#: blank or foreign rows that may be between the rows of a matrix
GAP = 3


def read_matrices(grid: Grid, segment: Segment, labels: Labels) -> tuple[list[Found], set[int]]:
    """The fields of every matrix of a form, and the rows that these take up."""
    found: list[Found] = []
    taken: set[int] = set()
    for block in segment.form.blocks:
        if block.kind == "matrix" and (head := _head(grid, segment, block)):
            row, columns = head
            taken.add(row)
            for label, number in _rows(grid, segment, block, row, min(columns.values())):
                taken.add(label.row)
                found.extend(_fields(grid, segment, block, columns, label, number))
    return found, taken


def _head(grid: Grid, segment: Segment, block: Block) -> tuple[int, dict[int, int]] | None:
    """The row that names most of the columns, and number of a column -> its column on the sheet."""
    best: tuple[int, dict[int, int]] | None = None
    for row in segment.rows:
        columns: dict[int, int] = {}
        for cell in grid.row(row):
            key = label_key(cell.text)
            number = next((n for n, column in enumerate(block.columns) if key in column.label_keys), None)
            if number is not None:
                columns.setdefault(number, cell.col)
        if 2 * len(columns) > len(block.columns) and (best is None or len(columns) > len(best[1])):
            best = row, columns
    return best


def _rows(grid: Grid, segment: Segment, block: Block, head: int, first: int) -> Iterator[tuple[Cell, int]]:
    """(label of the row, number of the row of the matrix), until all are found or something else begins."""
    waiting = dict(enumerate(block.rows))
    row, last = head, head
    while waiting and row < min(segment.bottom, last + GAP):
        row += 1
        heads = {label_key(cell.text): cell for cell in grid.row(row) if cell.col < first}
        number = next((n for n, line in waiting.items() if heads.keys() & line.label_keys), None)
        if number is not None:
            label = next(heads[key] for key in heads if key in waiting[number].label_keys)
            del waiting[number]
            last = row
            yield label, number


def _fields(
    grid: Grid, segment: Segment, block: Block, columns: dict[int, int], label: Cell, number: int
) -> Iterator[Found]:
    for column, col in columns.items():
        key = block.columns[column].fields[number]
        if key:
            field = segment.form.fields[key]
            cell = grid.at(label.row, col)
            if cell.row < label.row:  # merged down from a row above, to which it belongs
                cell = Cell(label.row, col, label.row, col, "")
            yield Found(field, field.label, cell.value, cell.place, cell.value, label.place)
