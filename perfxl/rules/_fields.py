"""Shared by the DATE, CONTACT and BOX rules: the fields of a kind, whatever a profile calls them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from perfxl.tables import Tables, rows


def texts_of(tables: Tables, *kinds: str) -> Iterator[Any]:
    """The rows of ``texts`` whose fields are of these kinds and filled in."""
    wanted = {
        (form.key, field.key) for form in tables.profile.forms.values() for field in form.fields.values()
        if field.kind in kinds
    }  # fmt: skip
    texts = tables.texts
    for row in rows(texts, (texts["text"] != "") & texts["field"].isin({key for _, key in wanted})):
        if (row.form, row.field) in wanted:
            yield row


def years_of(tables: Tables) -> dict[int, int]:
    """Form -> its year, the profile's where none is written."""
    return _years(tables, tables.forms, "form_id")


def years_of_files(tables: Tables) -> dict[int, int]:
    """Submission -> the year that it is about: CROSS-10 speaks of a form that says another."""
    return _years(tables, tables.submissions, "submission")


def _years(tables: Tables, frame: pd.DataFrame, key: str) -> dict[int, int]:
    written = frame["year"].fillna(tables.profile.year)
    return dict(zip(frame[key], (int(year) for year in written), strict=True))
