"""Tick boxes that lie on the forms as controls: what they tick counts like a mark in a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from perfxl.formats import Book, Grid, TickBox, tick_boxes
from perfxl.profiles import Field, Profile
from perfxl.reading.rows import FormRows, StrayRow, TextRow
from perfxl.reading.ticks import is_option, marks, ticked


def read_controls(book: Book, profile: Profile, forms: Sequence[FormRows]) -> None:
    """Put the marks of tick boxes beside the options that they have for their words, or beside whose cell they lie.

    A ticked one beside the label of a choice of which that cannot be told is a stray of the form.
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
    """Each box right of the label and its option, ``""`` where that cannot be told."""
    label = grid.at(text.label_row, text.label_col)
    for box in boxes:
        if label.row <= box.row <= label.last_row and box.col >= label.col:
            near = [box.caption] if box.caption else [grid.at(box.row, box.col + n).text for n in (0, 1)]
            options = [option for words in near for option in field.options if is_option(words, (option,))]
            yield box, next(iter(options), "")


def _with(text: TextRow, field: Field, named: dict[str, bool]) -> TextRow:
    """The choice with the marks of its boxes; of an option that has one in its cell too, that one counts as well."""
    shown = " ".join(f"{option}{'☑' if is_ticked else '□'}" for option, is_ticked in named.items())
    kept = {option: run for option, run in marks(text.written, field.options).items() if option not in named}
    also = " ".join(f"{option}{run}" for option, run in kept.items())
    written = f"{shown} {also}".strip()
    return text._replace(text="、".join(ticked(written, field.options)), written=written)
