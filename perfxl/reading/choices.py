"""The cells of a choice as one text: options and marks may be in one cell, in several, or in rows of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from perfxl.formats import Book, Cell, Grid, TickBox, tick_boxes
from perfxl.profiles import Field, Profile
from perfxl.reading.labels import Labels
from perfxl.reading.marks import is_mark, is_option, read_marks, ticked
from perfxl.reading.rows import FormRows, StrayRow, TextRow
from perfxl.values import squeeze

#: a cell that is a tick box holds one of these
_BOXES = {True: "☑", False: "□"}
#: a cell left empty between options and marks, where a mark could be
EMPTY = "( )"


def choice_text(grid: Grid, label: Cell, field: Field, labels: Labels) -> str:
    """The texts of all the option cells right of a label, in the rows that the label spans, up to the next label."""
    rows = [_row(grid, label, row, field, labels) for row in range(label.row, label.last_row + 1)]
    lines: list[str] = []
    for number, cells in enumerate(rows):
        above, below = rows[number - 1] if number else [], rows[number + 1] if number + 1 < len(rows) else []
        if cells and all(map(_is_mark, cells)) and (_heads(above, cells) or _heads(below, cells)):
            continue  # each mark goes with the option in its column
        beside = [row for row in (above, below) if row and all(map(_is_mark, row)) and _heads(cells, row)]
        lines.append(" ".join(_with_mark(cell, beside) for cell in _spaced(grid, label, cells)))
    return " ".join(filter(None, lines))


def right_of(grid: Grid, label: Cell) -> Iterator[Cell]:
    """The cells right of a label, in the rows that it spans."""
    for row in range(label.row, label.last_row + 1):
        yield from (cell for cell in grid.row(row) if cell.col > label.last_col)


def _row(grid: Grid, label: Cell, row: int, field: Field, labels: Labels) -> list[Cell]:
    """The cells right of a label in one row, up to the next label."""
    right = (cell for cell in grid.row(row) if cell.col > label.last_col)
    return list(takewhile(lambda c: not labels.is_label(c.value) or is_option(c.text, field.options), right))


def _text(cell: Cell) -> str:
    return _BOXES[cell.value] if isinstance(cell.value, bool) else cell.text


def _is_mark(cell: Cell) -> bool:
    return is_mark(_text(cell))


def _heads(options: Sequence[Cell], marks: Sequence[Cell]) -> bool:
    """Whether each mark is above or below one of the options, and no mark among these."""
    return not any(map(_is_mark, options)) and all(any(_meet(one, mark) for one in options) for mark in marks)


def _meet(one: Cell, other: Cell) -> bool:
    return one.col <= other.last_col and other.col <= one.last_col


def _with_mark(cell: Cell | None, rows: Sequence[Sequence[Cell]]) -> str:
    if cell is None:
        return EMPTY
    return _text(cell) + "".join(_text(mark) for row in rows for mark in row if _meet(cell, mark))


def _spaced(grid: Grid, label: Cell, cells: Sequence[Cell]) -> Iterator[Cell | None]:
    """The cells; where marks have cells of their own, with ``None`` for those left empty.

    An empty cell before the first option means that marks come before options; else there is one behind the last.
    """
    if not any(map(_is_mark, cells)):
        yield from cells
        return
    edge = label.last_col
    for cell in cells:
        if cell.col > edge + 1:
            yield None
        yield cell
        edge = cell.last_col
    first = cells[0].col == label.last_col + 1
    if first and not _is_mark(cells[-1]) and not squeeze(grid.at(cells[-1].row, edge + 1).text):
        yield None


def read_controls(book: Book, profile: Profile, forms: Sequence[FormRows]) -> None:
    """Put the marks of tick boxes beside the options that are their captions, or beside whose cell they are placed.

    A ticked one beside the label of a choice whose option is not clear is a stray of the form.
    """
    choices = [
        (form, place, field)
        for form in forms
        for place, text in enumerate(form.texts)
        if (field := profile.forms[form.kind].fields[text.field]).kind == "choice"
    ]
    boxes = tick_boxes(book.package, {form.sheet for form, _, _ in choices})
    grids = {grid.sheet: grid for grid in book.grids if boxes.get(grid.sheet)}
    for form, place, field in choices:
        if grid := grids.get(form.sheet):
            text = form.texts[place]
            beside = list(_beside(grid, boxes[form.sheet], text, field))
            if named := {option: box.ticked for box, option in beside if option}:
                form.texts[place] = _with(text, field, named)
            open_ones = [box for box, option in beside if box.ticked and not option]
            form.strays += [StrayRow(form, "box", box.caption or "☑", box.row, box.col) for box in open_ones]


def _beside(grid: Grid, boxes: Sequence[TickBox], text: TextRow, field: Field) -> Iterator[tuple[TickBox, str]]:
    """Each box right of the label and its option, ``""`` where that is not clear."""
    label = grid.at(text.label_row, text.label_col)
    for box in boxes:
        if label.row <= box.row <= label.last_row and box.col >= label.col:
            near = [box.caption] if box.caption else [grid.at(box.row, box.col + n).text for n in (0, 1)]
            options = [option for words in near for option in field.options if is_option(words, (option,))]
            yield box, next(iter(options), "")


def _with(text: TextRow, field: Field, named: dict[str, bool]) -> TextRow:
    """The choice with the marks of its boxes; of an option that has one in its cell too, that one counts as well."""
    shown = " ".join(f"{option}{'☑' if is_ticked else '□'}" for option, is_ticked in named.items())
    kept = read_marks(text.written, field.options).beside
    also = " ".join(f"{option}{run}" for option, run in kept.items() if option not in named)
    written = f"{shown} {also}".strip()
    return replace(text, text="、".join(ticked(written, field.options)), written=written)
