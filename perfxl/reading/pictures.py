"""Pictures on the forms: a stamp or a signature that was put in as an image."""

from __future__ import annotations

from collections.abc import Sequence

from perfxl.formats import Book, picture_rows
from perfxl.reading.rows import FormRows


def count_pictures(book: Book, forms: Sequence[FormRows]) -> None:
    """Count the pictures of each form; one between two forms of a sheet belongs to the upper."""
    rows = picture_rows(book.package, {form.sheet for form in forms})
    if rows is None:
        return
    for form in forms:
        form.pictures = 0
        here = [other for other in forms if other.sheet == form.sheet]
        for row in rows.get(form.sheet, ()):
            above = [other for other in here if other.title_row <= row]
            if form is (max(above, key=lambda other: other.title_row) if above else here[0]):
                form.pictures += 1
