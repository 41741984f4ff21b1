"""What a form on a sheet says, as plain rows. Every row knows its cell (``row``, ``col`` from 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from perfxl.values import Amount, Value


class TextRow(NamedTuple):
    """A field that is not money. ``text`` is ``""`` when it is empty; ``label`` as printed on the sheet.

    ``written`` is what the cell says; of a choice, of which ``text`` is the ticked options, with all its marks.
    ``label_row``/``label_col`` are the cell of the label.
    """

    field: str
    text: str
    label: str
    row: int
    col: int
    written: str
    label_row: int
    label_col: int


class AmountRow(NamedTuple):
    """A money cell.

    ``table``: ``fields``, ``tasks`` or ``indicators``; ``role``: ``field``, ``row`` or ``sum``; ``item`` the row of the
    table it belongs to (0 for a field); ``column`` the key of the field or table column, for an indicator its level;
    ``formula`` the formula that gave the figure, ``""`` for a typed one; ``again`` what it gives if it is worked out
    again from what the sheet holds, in fen, ``None`` where that is not known; ``shown`` what people see of a number
    with more decimals than its format shows, or under one that scales it (noted as ``scaled``), else ``""``.
    """

    table: str
    role: str
    item: int
    column: str
    period: str
    amount: Amount
    row: int
    col: int
    formula: str = ""
    again: int | None = None
    shown: str = ""


class TaskRow(NamedTuple):
    """A task of 年度主要任务; ``row``/``col`` are those of its name, ``content_*`` those of its content.

    ``kind`` is ``basic`` (paid from 基本支出) or ``project``; ``project`` the key of the project it was paired with,
    ``""`` if with none; ``paired_by`` ``name``, ``amount`` or ``given`` (by the user).
    """

    item: int
    name: str
    content: str
    row: int
    col: int
    content_row: int
    content_col: int
    kind: str = ""
    project: str = ""
    paired_by: str = ""


class IndicatorRow(NamedTuple):
    """A line of the indicator table in one period.

    ``first``/``second`` are level keys (``""`` where the profile knows no such level), ``*_text`` as written;
    ``row``/``col`` are those of the value, ``name_*`` those of the name, ``weight_*`` those of the weight,
    0 without one.
    """

    item: int
    period: str
    first: str
    second: str
    first_text: str
    second_text: str
    name: str
    value: Value
    weight: float | None
    row: int
    col: int
    name_row: int
    name_col: int
    weight_row: int
    weight_col: int


class ResultRow(NamedTuple):
    """What an evaluation says of an indicator: its target, what came of it, and the score.

    ``row``/``col`` are those of the score, ``name_*``, ``actual_*`` and ``reason_*`` those of the other cells;
    ``score`` is ``None`` where none can be read.
    """

    item: int
    period: str
    first: str
    second: str
    name: str
    target: Value
    actual: Value
    weight: float | None
    score: float | None
    score_text: str
    reason: str
    row: int
    col: int
    name_row: int
    name_col: int
    actual_row: int
    actual_col: int
    reason_row: int
    reason_col: int


class OpenLine(NamedTuple):
    """A line of the indicator table that is printed but not filled in; ``row``/``col`` are those of its name cell."""

    period: str
    first: str
    second: str
    row: int
    col: int


class StrayRow(NamedTuple):
    """A cell that somebody should be told of, for what it holds may not be where it belongs.

    ``why``: ``unread`` (it looks like a value and was read as nothing), ``level`` (the name of an indicator that stands
    under no level), ``unsure`` (one of which it is not certain under which), ``covered`` (it lies under a merged area,
    where nobody sees it, and was not read), ``box`` (a ticked box of no option that is known), ``hidden_row`` and
    ``hidden_col`` (a value that nobody sees, and which was read); of what is to be filled in, ``error`` (an error
    value), ``no_result`` (a formula without a stored result) and ``digits`` (a number that lost its last digits), and
    ``error_beside``, ``no_result_beside`` of any other cell between them.
    """

    why: str
    text: str
    row: int
    col: int


@dataclass
class FormRows:
    """One form on one sheet.

    ``project`` is the key that a project's forms and its task share, ``""`` for the department form; ``alone`` marks
    a fund form whose project has no project form; ``likeness`` how alike its name is to the project form's (1 = equal).
    ``hidden`` is a form on a sheet that is not shown. ``pictures`` is how many pictures lie on the form, ``None`` where
    the file does not tell. ``places`` says of each row of a document on which sheet and row it is reported; a sheet
    needs none.
    """

    form: str
    sheet: str
    title_row: int
    title_col: int
    project: str = ""
    alone: bool = False
    likeness: float = 1.0
    pictures: int | None = None
    hidden: bool = False
    texts: list[TextRow] = field(default_factory=list)
    amounts: list[AmountRow] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    indicators: list[IndicatorRow] = field(default_factory=list)
    results: list[ResultRow] = field(default_factory=list)
    open_lines: list[OpenLine] = field(default_factory=list)
    strays: list[StrayRow] = field(default_factory=list)
    #: fields that hold no more than what the template prints in them
    printed: set[str] = field(default_factory=set)
    places: Sequence[tuple[str, int]] = ()

    @property
    def blank(self) -> bool:
        """Whether nobody has filled it in: no amount, no task, no indicator, and no text but unit, stamp and year."""
        prefilled = {"year", "unit", "reporter"} | self.printed
        return (
            not self.tasks
            and not self.indicators
            and all(row.amount.state == "blank" for row in self.amounts)
            and not any(row.text for row in self.texts if row.field not in prefilled)
        )

    @property
    def year(self) -> int | None:
        """The year it states, ``None`` if it states none."""
        text = self.text("year")
        return int(text) if text.isdigit() else None

    def total(self) -> int | None:
        """The amount of the form's ``total`` field in fen, ``None`` when it is empty or unreadable."""
        return next((row.amount.fen for row in self.amounts if row.table == "fields" and row.column == "total"), None)

    def text(self, key: str) -> str:
        """The text of a field, ``""`` when it is empty or not there."""
        return next((row.text for row in self.texts if row.field == key), "")


@dataclass
class SheetRows:
    """What a workbook gave: its forms, and the sheets in which no form was recognised."""

    forms: list[FormRows] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def unit(self) -> str:
        """The unit that most of its forms name, ``""`` if none does."""
        return _most_common([unit for form in self.forms if (unit := form.text("unit"))]) or ""

    @property
    def document(self) -> bool:
        """Whether it is a document, whose tables stand for sheets."""
        return any(form.places for form in self.forms)

    @property
    def year(self) -> int | None:
        """The year that most of its forms state."""
        return _most_common([year for form in self.forms if (year := form.year) is not None])


T = TypeVar("T")


def _most_common(values: Sequence[T]) -> T | None:
    """The value that occurs most often, the earlier one on a tie; ``None`` of nothing."""
    return max(dict.fromkeys(values), key=values.count, default=None)
