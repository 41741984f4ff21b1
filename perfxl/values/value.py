"""What an indicator value is once read: the record that the tables and the rules know."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal[
    "number",
    "range",
    "date",
    "period",
    "frequency",
    "money",
    "unit_price",
    "ratio",
    "relative",
    "graded",
    "text",
    "placeholder",
    "empty",
    "unread",
]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a profile that decide what a value without a figure is."""

    #: 优, 良, 合格, 达标 …: a grade, accepted as a target
    graded: frozenset[str]
    #: 无, /, 同上 …: nothing was said
    placeholders: frozenset[str]


@dataclass(frozen=True, slots=True)
class Value:
    """An indicator value as understood, beside how it was written.

    ``notes`` are machine words.
    The wording: ``open_wording`` (以上, 不低于, 约, 力争 instead of a sign), ``unit_word`` (百分比, M),
    ``number_words`` (九成), ``embedded`` (words around the figure), ``sentence`` (more than 15 characters of
    text), ``spaces``, ``misspelt`` (万无).
    The content: ``no_measure``, ``several``, ``mixed_measures``, ``years`` (beside the figures), ``rise`` and
    ``fall`` (of a relative value), ``budget`` (不超预算), ``template`` (≥**人 left as it was), ``separators``
    (1.2.3), ``impossible_date``, ``precision``, ``not_finite``, ``boolean``.
    Of the kind ``unread``, a formula that gives nothing to read: ``no_result``, ``error_value``.
    """

    kind: Kind
    #: "" where there is none: text, graded, empty, placeholder
    operator: str
    #: one as a rule, two for a range, ratio or period, several for a sentence; years are never among them,
    #: but a date or period is given as 20201231, 202012 or 2020
    numbers: tuple[Decimal, ...]
    #: "" where none is written; for a date or period 日, 月 or 年: what ``numbers`` counts
    measure: str
    approx: bool
    #: as written; of a number cell the shortest way to write it
    text: str
    notes: tuple[str, ...] = ()
    #: of a date or the end of a period, the form's where the text has none; of a relative value its base
    year: int | None = None
    #: exact, for a single amount of kind "money"
    fen: int | None = None
