"""The fields that a profile declares in some way, and the years of a form: what several rules ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from perfxl.profiles import Field
from perfxl.reading import FormRows, TextRow
from perfxl.tables import Return


def declared(
    book: Return, wanted: Callable[[Field], bool], *, filled: bool | None = None
) -> Iterator[tuple[TextRow, Field]]:
    """The texts of the fields that are wanted, each with its field; ``filled`` only those filled in, or those not."""
    for row in book.texts:
        field = book.spec(row.form).fields[row.field]
        if wanted(field) and (filled is None or bool(row.text) == filled):
            yield row, field


def texts_of(book: Return, *kinds: str) -> Iterator[TextRow]:
    """The texts of fields of these kinds that are filled in."""
    return (row for row, _ in declared(book, lambda field: field.kind in kinds, filled=True))


def year_of(book: Return, form: FormRows) -> int:
    """The year of a form, the profile's where none is written."""
    return book.profile.year if form.year is None else form.year


def year_of_file(book: Return) -> int:
    """The year that a workbook is about; CROSS-10 reports a form with another."""
    return book.profile.year if book.year is None else book.year
