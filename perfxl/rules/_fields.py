"""Shared by the rules about fields: those that a profile declares in some way, whatever it calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from perfxl.profiles import Field
from perfxl.tables import Tables, rows


def declared(
    tables: Tables, wanted: Callable[[Field], bool], *, filled: bool | None = None
) -> Iterator[tuple[Any, Field]]:
    """The rows of ``texts`` of the fields that are wanted, each with its field.

    ``filled`` picks those that are filled in, or those that are not. A key may be declared otherwise on another form.
    """
    forms, texts = tables.profile.forms, tables.texts
    keys = {field.key for form in forms.values() for field in form.fields.values() if wanted(field)}
    found = texts["field"].isin(keys)
    for row in rows(texts, found if filled is None else found & ((texts["text"] != "") == filled)):
        field = forms[row.form].fields[row.field]
        if wanted(field):
            yield row, field


def texts_of(tables: Tables, *kinds: str) -> Iterator[Any]:
    """The rows of ``texts`` whose fields are of these kinds and filled in."""
    return (row for row, _ in declared(tables, lambda field: field.kind in kinds, filled=True))


def years_of(tables: Tables) -> dict[int, int]:
    """Form -> its year, the profile's where none is written."""
    return _years(tables, tables.forms, "form_id")


def years_of_files(tables: Tables) -> dict[int, int]:
    """Submission -> the year that it is about: CROSS-10 speaks of a form that says another."""
    return _years(tables, tables.submissions, "submission")


def _years(tables: Tables, frame: pd.DataFrame, key: str) -> dict[int, int]:
    written = frame["year"].fillna(tables.profile.year)
    return dict(zip(frame[key], (int(year) for year in written), strict=True))
