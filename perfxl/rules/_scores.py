"""Shared by the SCORE rules and SUM-19: weights, scores and rates, wherever a form asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from perfxl.model import Ref, Text
from perfxl.profiles import Field
from perfxl.rules._fields import declared
from perfxl.tables import Tables, rows
from perfxl.values import squeeze

_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?)[分%]?")
UNREAD = Text("有得分没有填写或读不出来，无法核对", "a score is missing or cannot be read")


class Score(NamedTuple):
    """A score outside the indicator table: its cell and text, that of its weight, and of the rate it follows from."""

    row: Any
    field: Field
    weight: Any
    rate: Any


@lru_cache(maxsize=1)
def fields_of(tables: Tables) -> dict[tuple[int, str], Any]:
    """(form, key) -> the row of ``texts`` of its points, rates and choices, filled in or not."""
    found = declared(tables, lambda field: field.kind in ("points", "rate", "choice"))
    return {(row.form_id, row.field): row for row, _ in found}


@lru_cache(maxsize=1)
def money_of(tables: Tables) -> dict[tuple[int, str], Any]:
    """(form, key) -> the row of ``amounts`` of every field that can be read."""
    amounts = tables.amounts
    found = amounts[(amounts["table"] == "fields") & (amounts["state"] == "ok")]
    return {(row.form_id, row.column): row for row in rows(found)}


def rate_of(tables: Tables, form_id: int, field: Field) -> tuple[Any, Any, Decimal] | None:
    """Part, whole, and what they make in percent; ``None`` where they cannot be divided."""
    part, whole = (money_of(tables).get((form_id, of)) for of in field.of)
    if part is None or whole is None or int(whole.fen) <= 0:
        return None
    return part, whole, Decimal(int(part.fen)) * 100 / Decimal(int(whole.fen))


def scores_of(tables: Tables) -> Iterator[Score]:
    """The scores outside the indicator tables, of filled forms."""
    texts = fields_of(tables)
    for (form_id, key), row in texts.items():
        field = tables.profile.forms[row.form].fields[key]
        if field.kind == "points" and field.of:
            yield Score(row, field, *(texts.get((form_id, of)) for of in (*field.of, "")[:2]))


def weights_of(tables: Tables, form_id: int, form: str) -> list[Decimal | None]:
    """The weights outside the indicator table; ``None`` for one that cannot be read."""
    fields = tables.profile.forms[form].fields.values()
    texts = fields_of(tables)
    keys = dict.fromkeys(field.of[0] for field in fields if field.kind == "points" and field.of)
    return [number(texts[form_id, key].text) if (form_id, key) in texts else None for key in keys]


def number(text: str) -> Decimal | None:
    """``9.50``, ``9.5分``, ``95%`` as the number that is written, with its decimals; ``None`` for anything else."""
    found = _FIGURE.fullmatch(squeeze(text))
    return Decimal(found[1]) if found else None


def exact(value: float | None) -> Decimal:
    """A figure of a cell as it is shown there."""
    return Decimal(str(value if value is not None else 0.0))


def decimals(value: Decimal) -> int:
    """How many decimals it is written with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def rounded(value: Decimal, like: Decimal) -> bool:
    """Whether a figure is ``like`` once it is rounded to its decimals."""
    return abs(value - like) * 2 <= Decimal(1).scaleb(-decimals(like))


def share(text: str) -> tuple[Decimal, ...]:
    """What a rate may mean, in percent: ``93.3%`` and ``93.3`` one thing, ``0.933`` either of two."""
    bare = squeeze(text)
    figure = number(bare)
    if figure is None:
        return ()
    # a cell shown as a percentage holds a fraction with all its digits
    fraction = ((round(figure, 6) * 100).normalize(),) if not bare.endswith("%") and figure <= 2 else ()
    return (figure, *fraction)


def cell(row: Any, which: str) -> Ref:
    """``name``, ``actual`` or ``reason`` cell of a row of ``results``."""
    return Ref(row.file, row.sheet, getattr(row, f"{which}_row"), getattr(row, f"{which}_col"))
