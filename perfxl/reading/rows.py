"""The rows of a workbook: what its forms contain, each row with its form and its cells.

One set of classes for the reader, the rules, the reports and the pandas tables. A row has a field or a property for
each column that its table in ``perfxl.tables`` adds; ``row.ref`` is its cell. ``row`` and ``col`` count from 1.
What an amount or a value has is explained at ``perfxl.values.Amount`` and ``perfxl.values.Value``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeVar

from perfxl.model import Ref, Text
from perfxl.values import Amount, Value, name_key

T = TypeVar("T")
#: a second level whose values are money: they take part in sums
COST = "cost"
#: at most so many stray cells of a kind are reported of a form
MOST_STRAYS = 200


class Part(property, Generic[T]):
    """An attribute of a row that is one of its amount, value or form: ``amount.fen``; or what ``of`` makes of it.

    A property of a compiled getter, because the rules ask thousands of times for each workbook.
    """

    def __init__(self, path: str, of: Callable[[str], T] | None = None) -> None:
        get = attrgetter(path)
        super().__init__(get if of is None else lambda row: of(get(row)))

    if TYPE_CHECKING:

        def __get__(self, row: object, owner: type | None = None) -> T: ...  # type: ignore[override]


class CellRef:
    """The cell that a row names in ``row`` and ``col``, or ``name_row`` and ``name_col``, as it is reported."""

    def __init__(self, prefix: str = "") -> None:
        self._place = attrgetter("form", f"{prefix}row", f"{prefix}col")

    def __get__(self, row: object, owner: type) -> Ref:
        form, line, col = self._place(row)
        ref: Ref = form.ref(line, col)
        return ref


@dataclass(frozen=True)
class TextRow:
    """A field that is not money. ``text`` is ``""`` where it is empty.

    ``label`` is the field's name in the profile, ``label_text`` the label as printed on the sheet. ``written`` is the
    text of the cell; for a choice, of which ``text`` is the ticked options, with all its marks.
    """

    form: FormRows
    field: str
    text: str
    label: str
    row: int
    col: int
    written: str
    label_text: str
    label_row: int
    label_col: int

    ref = CellRef()
    label_ref = CellRef("label_")


@dataclass(frozen=True)
class AmountRow:
    """A money cell.

    ``table``: ``fields``, ``tasks`` or ``indicators``; ``role``: ``field``, ``row`` or ``sum``; ``item`` the number of
    the line of the table (0 for a field and for a total); ``column`` the key of the field or table column, for an
    indicator its level; ``label`` as people call the amount: 资金总额, 金额合计·总额, 任务名·财政拨款, or the name of a
    cost item. ``formula`` is the formula of the cell, ``""`` for a typed figure; ``again`` its result calculated from
    the sheet, in fen, ``None`` where that cannot be done; ``shown`` the figure that is displayed where the number
    format rounds or scales it (``scaled`` in ``notes``), else ``""``; ``seen`` what is displayed where that is another
    amount or none (``drawn`` in ``notes``).
    """

    form: FormRows
    table: str
    role: str
    item: int
    column: str
    period: str
    label: str
    amount: Amount
    row: int
    col: int
    formula: str = ""
    again: int | None = None
    shown: str = ""
    seen: str = ""

    ref = CellRef()

    @property
    def task(self) -> TaskRow | None:
        """The task whose amount it is."""
        return self.form.tasks[self.item - 1] if self.table == "tasks" and self.item else None

    @property
    def kind(self) -> str:
        """The kind of its task, ``""`` if it has none."""
        task = self.task
        return task.kind if task else ""

    @property
    def project(self) -> str:
        """The key of the project whose money it is: of its task, else of its form."""
        task = self.task
        return task.project if task else self.form.project

    alone = Part[bool]("form.alone")
    state = Part[str]("amount.state")
    fen = Part[int | None]("amount.fen")
    text = Part[str]("amount.text")
    number = Part[bool]("amount.number")
    measure = Part[str]("amount.measure")
    misspelt = Part[str]("amount.misspelt")
    per = Part[str]("amount.per")
    decimals = Part[int | None]("amount.decimals")
    notes = Part[tuple[str, ...]]("amount.notes")
    parts = Part[tuple[int, ...]]("amount.parts")


@dataclass(frozen=True)
class TaskRow:
    """A task of 年度主要任务; ``row``/``col`` is the cell of its name, ``content_*`` that of its content.

    ``item`` counts from 1. ``kind`` is ``basic`` (paid from 基本支出) or ``project``; ``project`` the key of the
    project that it was paired with, ``""`` if none; ``paired_by`` ``name``, ``amount`` or ``given`` (by the user).
    """

    form: FormRows
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

    ref = CellRef()
    content_ref = CellRef("content_")

    name_key = Part("name", name_key)


@dataclass(frozen=True)
class IndicatorRow:
    """A line of the indicator table in one period.

    ``first``/``second`` are level keys (``""`` for an unknown level), ``*_text`` as written; ``row``/``col`` is the
    cell of the value, ``name_*`` that of the name, ``weight_*`` that of the weight, 0 without one; ``first_*`` and
    ``second_*`` the cells in which its levels stand, or should stand.
    """

    form: FormRows
    item: int
    period: str
    first: str
    second: str
    first_text: str
    second_text: str
    name: str
    parsed: Value
    weight: float | None
    row: int
    col: int
    name_row: int
    name_col: int
    weight_row: int
    weight_col: int
    first_row: int = 0
    first_col: int = 0
    second_row: int = 0
    second_col: int = 0

    ref = CellRef()
    name_ref = CellRef("name_")
    weight_ref = CellRef("weight_")
    first_ref = CellRef("first_")
    second_ref = CellRef("second_")

    name_key = Part("name", name_key)

    value = Part[str]("parsed.text")
    kind = Part[str]("parsed.kind")
    operator = Part[str]("parsed.operator")

    @property
    def number(self) -> Decimal | None:
        """The first number of the value."""
        return self.parsed.numbers[0] if self.parsed.numbers else None

    numbers = Part[tuple[Decimal, ...]]("parsed.numbers")
    measure = Part[str]("parsed.measure")
    fen = Part[int | None]("parsed.fen")
    approx = Part[bool]("parsed.approx")
    notes = Part[tuple[str, ...]]("parsed.notes")


@dataclass(frozen=True)
class ResultRow:
    """The result of an indicator in a self-evaluation: its target, the actual value and the score.

    ``row``/``col`` is the cell of the score, ``name_*``, ``actual_*`` and ``reason_*`` those of the others; ``score``
    is ``None`` where none can be read.
    """

    form: FormRows
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

    ref = CellRef()
    name_ref = CellRef("name_")
    actual_ref = CellRef("actual_")
    reason_ref = CellRef("reason_")


@dataclass(frozen=True)
class OpenLine:
    """A line of the indicator table that is printed and not filled in; ``row``/``col`` is its name cell."""

    form: FormRows
    period: str
    first: str
    second: str
    row: int
    col: int

    ref = CellRef()


@dataclass(frozen=True)
class StrayRow:
    """A cell whose content may be in the wrong place or cannot be used.

    ``why``: ``unread`` (looks like a value and was not read), ``outside`` (beside or below the table, and adds to it),
    ``level`` (the name of an indicator under no level),
    ``unsure`` (one whose level is not certain), ``covered`` (under a merged area, not read), ``box`` (a ticked box of
    no known option), ``hidden_row`` and ``hidden_col`` (a value in a hidden row or column, read), ``unit`` (a printed
    unit of money that the figures speak against: both units and a figure, a line each); of cells to be filled in,
    ``drawn`` (a number whose format shows something else: both, a line each), ``error`` (an error value),
    ``no_result`` (a formula without a stored result) and ``digits`` (a number that lost its last digits), and
    ``error_beside``, ``no_result_beside`` for any other cell of the form. ``replaced``
    is the title of a form on a hidden sheet that was left out, with the sheet of the form that replaces it for a text;
    ``again`` that of a visible one, ``hidden_copy`` the name of a line in a hidden row that repeats a visible line.
    """

    form: FormRows
    why: str
    text: str
    row: int
    col: int

    ref = CellRef()


@dataclass(frozen=True)
class CoverRow:
    """What a sheet without a form says of the return: ``what`` is ``unit`` or ``year``."""

    file: str
    sheet: str
    what: str
    text: str
    row: int
    col: int

    @property
    def ref(self) -> Ref:
        """The cell in which it is written."""
        return Ref(self.file, self.sheet, self.row, self.col)


@dataclass(eq=False)
class FormRows:
    """One form on one sheet; two are equal only if they are the same object, so that a form can be a key.

    ``kind`` is the key of the form in the profile. ``project`` is the key that a project's forms and its task share,
    ``""`` for the department form; ``alone`` marks a fund form whose project has no project form; ``likeness`` is the
    similarity of its name to the project form's (1 = equal). ``pictures`` is the number of pictures on the form,
    ``None`` where the format does not contain it; ``measure`` the unit of money that it prints and its figures count,
    ``""`` for that of the profile; ``places`` the sheet and row at which each row of a document is
    reported, empty for a sheet.
    """

    kind: str
    sheet: str
    title_row: int
    title_col: int
    file: str = ""
    project: str = ""
    alone: bool = False
    likeness: float = 1.0
    pictures: int | None = None
    hidden: bool = False
    measure: str = ""
    #: each unit of money that it prints, with the row and column
    units: list[tuple[str, int, int]] = field(default_factory=list, repr=False)
    texts: list[TextRow] = field(default_factory=list, repr=False)
    amounts: list[AmountRow] = field(default_factory=list, repr=False)
    tasks: list[TaskRow] = field(default_factory=list, repr=False)
    indicators: list[IndicatorRow] = field(default_factory=list, repr=False)
    results: list[ResultRow] = field(default_factory=list, repr=False)
    open_lines: list[OpenLine] = field(default_factory=list, repr=False)
    strays: list[StrayRow] = field(default_factory=list, repr=False)
    #: the total of the weights as printed, and the weights and scores of indicators written with 分 (10分)
    weight_total: tuple[str, int, int] | None = field(default=None, repr=False)
    with_measure: list[tuple[str, int, int]] = field(default_factory=list, repr=False)
    #: by what each indicator is scored, where the form has a column for it
    standards: list[tuple[str, int, int]] = field(default_factory=list, repr=False)
    #: row, column and name of the lines that a hidden row repeats and that were left out
    hidden_copies: list[tuple[int, int, str]] = field(default_factory=list, repr=False)
    #: fields that contain no more than what the template prints in them
    printed: set[str] = field(default_factory=set, repr=False)
    places: Sequence[tuple[str, int]] = field(default=(), repr=False)
    #: whether its return came in several files
    in_parts: bool = field(default=False, repr=False)
    #: the file of the same return that has a later version of the form
    replaced_by: str = field(default="", repr=False)

    def ref(self, row: int, col: int) -> Ref:
        """A cell of the form as it is reported."""
        if not self.places:
            return Ref(self.file, self.sheet, row, col)
        sheet, line = self.places[min(row, len(self.places)) - 1]
        return Ref(self.file, sheet, line, col)

    @property
    def title_ref(self) -> Ref:
        """The cell of the title; in a document, the first cell of its table where the title is not in it."""
        ref = self.ref(self.title_row, self.title_col)
        return ref if ref.sheet == self.sheet else ref._replace(sheet=self.sheet, row=1, col=1)

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
    def name(self) -> str:
        """The name of its project, ``""`` where it has none."""
        return self.text("project_name")

    name_key = Part("name", name_key)

    @property
    def unit(self) -> str:
        """The unit that it names."""
        return self.text("unit")

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
class WorkbookRows:
    """The forms of a workbook, and the sheets in which no form was recognised, with what their covers say.

    ``file`` is its display name.

    ``parts`` are the files of a return that came in several, of which ``file`` is the first. ``other_edition`` is the
    title of the edition of which the workbook is instead; of such a one no form is read.
    """

    file: str = ""
    forms: list[FormRows] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    parts: tuple[str, ...] = ()
    covers: list[CoverRow] = field(default_factory=list)
    other_edition: Text | None = None

    @property
    def unit(self) -> str:
        """The unit that most of its forms name, ``""`` if none does."""
        return _most_common([unit for form in self.forms if (unit := form.unit)]) or ""

    @property
    def document(self) -> bool:
        """Whether it is a document, whose tables are its sheets."""
        return any(form.places for form in self.forms)

    @property
    def year(self) -> int | None:
        """The year that most of its forms state."""
        return _most_common([year for form in self.forms if (year := form.year) is not None])


def _most_common(values: Sequence[T]) -> T | None:
    """The value that occurs most often, the earlier one on a tie; ``None`` of nothing."""
    return max(dict.fromkeys(values), key=values.count, default=None)
