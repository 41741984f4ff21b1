"""Shared by the COMPLETE rules: which required fields are empty, which levels of indicators have no row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from perfxl.model import Lang, Ref, Text
from perfxl.profiles import Profile
from perfxl.rules._fields import declared
from perfxl.rules.rule import Hit
from perfxl.tables import Tables, ref, rows


def empty_fields(tables: Tables, code: str) -> Iterator[Hit]:
    """The empty fields of filled forms that the profile requires under ``code``; fields not found on the sheet too."""
    for row, _ in declared(tables, lambda field: field.required == code, filled=False):
        yield Hit((ref(row),), {"label": row.label})
    forms, amounts = tables.profile.forms, tables.amounts
    for row in rows(amounts, (amounts["table"] == "fields") & (amounts["state"] == "blank")):
        if forms[row.form].fields[row.column].required == code:
            yield Hit((ref(row),), {"label": row.label})
    yield from _not_found(tables, code)


def _not_found(tables: Tables, code: str) -> Iterator[Hit]:
    """Required fields whose label is not on the sheet at all, reported at the form's title."""
    seen = _fields_found(tables)
    for form in rows(tables.forms, ~tables.forms["blank"]):
        for field in tables.profile.forms[form.form].fields.values():
            if field.required == code and (form.form_id, field.key) not in seen:
                yield Hit((ref(form),), {"label": field.plain_label})


@lru_cache(maxsize=1)
def _fields_found(tables: Tables) -> set[tuple[int, str]]:
    """(form_id, key) of every field whose label was found, filled in or not."""
    amounts = tables.amounts[tables.amounts["table"] == "fields"]
    return set(zip(tables.texts["form_id"], tables.texts["field"], strict=True)) | set(
        zip(amounts["form_id"], amounts["column"], strict=True)
    )


def level_name(profile: Profile, key: str) -> str:
    """What a level is called on the forms."""
    return profile.levels[key].name


def form_levels(profile: Profile, form: str, code: str) -> list[str]:
    """Keys of the second levels that a form requires under ``code``."""
    spec = profile.forms[form].indicators
    return [level.key for level in spec.levels if level.required == code] if spec else []


@lru_cache(maxsize=1)
def levels_filled(tables: Tables) -> set[tuple[int, str, str]]:
    """(form_id, period, level) for every first and second level that has a row; COMPLETE-09 speaks of half a row."""
    lines = tables.indicators
    seconds = set(zip(lines["form_id"], lines["period"], lines["second"], strict=True))
    return seconds | set(zip(lines["form_id"], lines["period"], lines["first"], strict=True))


@lru_cache(maxsize=1)
def periods_to_fill(tables: Tables, lang: Lang) -> list[tuple[Any, str, str]]:
    """(form, key of a period, words for a message) for every period of a filled form that is to be filled in.

    The year always; the long term once an indicator stands in it. The words are empty for a form with one period.
    """
    used = set(zip(tables.indicators["form_id"], tables.indicators["period"], strict=True))
    found = []
    for form in rows(tables.forms, ~tables.forms["blank"]):
        spec = tables.profile.forms[form.form].indicators
        periods = spec.periods if spec else ()
        for period in periods:
            if len(periods) == 1:
                found.append((form, period.key, ""))
            elif period.key == "year" or (form.form_id, period.key) in used:
                found.append(
                    (form, period.key, Text(f"{period.label}栏", f" in the column {period.label}").render(lang))
                )
    return found


@lru_cache(maxsize=1)
def open_cells(tables: Tables) -> OpenCells:
    """The open cells of a batch, collected once for all the rules that ask."""
    return OpenCells(tables)


class OpenCells:
    """Where a missing indicator would have stood: the printed lines that are still empty, else the form's title."""

    def __init__(self, tables: Tables) -> None:
        self._lines: dict[tuple[int, str, str], list[Ref]] = {}
        for line in rows(tables.open_lines):
            for level in (line.second, line.first):
                self._lines.setdefault((line.form_id, line.period, level), []).append(ref(line))

    def of(self, form: Any, period: str, level: str) -> tuple[Ref, ...]:
        """The cells for a level of a form (a row of ``forms``) in a period, never none."""
        found = self._lines.get((form.form_id, period, level))
        return tuple(found) if found else (ref(form),)
