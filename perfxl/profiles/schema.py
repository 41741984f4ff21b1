"""What a profile declares, as frozen dataclasses: forms, fields, blocks, tables, indicator levels, sums.

Names of forms, fields, levels and periods are the profile's own keys; Python uses by name only the few keys that
have a meaning of their own (``unit``, ``year``, ``project_name``, ``total``, ``cost`` …).
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from perfxl.model import Lang, Text
from perfxl.profiles.source import KeyLocation
from perfxl.values import Words, label_key

#: the names of the sheets of the blank workbook that are no forms: cover, instructions, rules, checks
OTHER_SHEETS = ("封面", "填报说明", "审核规则", "校验")
#: how many sheets the blank workbook may have for a form that repeats; the formulas of 校验 name each of them
MOST_PROJECTS = 200
#: the key of the field by which the forms of one project are matched
PROJECT_NAME = "project_name"

FORM_NAME = Text("{title}", "{title_en} form")
NUMBERED_FORM_NAME = Text("{attachment} {title}", "{title_en} form ({attachment})")


class Labelled:
    """Something that is found on a sheet by its label or one of its synonyms."""

    label: str
    synonyms: tuple[str, ...]

    @cached_property
    def label_keys(self) -> frozenset[str]:
        """The label and its synonyms as labels are compared."""
        return frozenset(label_key(text) for text in (self.label, *self.synonyms))


@dataclass(frozen=True)
class Field(Labelled):
    """One item that a form asks for: a label and a value.

    ``kind`` is ``text``, ``long_text``, ``amount``, ``year``, ``choice``, ``date``, ``phone``, ``span``, ``review``,
    ``points`` (a weight or a score) or ``rate``; ``required`` the code of the rule that reports an empty field,
    ``""`` for none. The template prints ``note`` behind the label of a goal and in the empty box of a review or of
    points. ``of`` names the fields that a figure is computed from: a rate from two amounts (part, whole), a score
    from its weight and, where it depends on one, a rate. ``after`` puts the field behind another one, into the block
    of that one; a profile that extends another adds a field with it.
    """

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    kind: str = "text"
    required: str = ""
    period: str = ""
    options: tuple[str, ...] = ()
    hint: str = ""
    note: str = ""
    after: str = ""
    of: tuple[str, ...] = ()

    @property
    def plain_label(self) -> str:
        """The label as it is used in a sentence, without 其中： and brackets."""
        return _without_brackets(self.label)


def _without_brackets(label: str) -> str:
    return re.sub(r"^其中[:：]|[（(][^）)]*[）)]$", "", label)


@dataclass(frozen=True)
class BlockColumn(Labelled):
    """A column of an ``amounts`` block, stacked fields; of a ``matrix`` block, one field a row, ``""`` for none."""

    fields: tuple[str, ...]
    label: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class BlockRow(Labelled):
    """A row of a ``matrix`` block."""

    label: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A part of a form; the blocks are in printed order. ``kind`` is the arrangement of its fields.

    ``line``: beside each other outside the table; ``field``: label left, value right; ``group``: a label over
    several rows, each with label and value; ``amounts``: a label, then columns of stacked amounts under an optional
    ``head``; ``goals``: labels side by side, values below them; ``matrix``: rows and columns with labels, a field
    where they cross; ``tasks`` and ``indicators``: the tables.
    """

    kind: str
    label: str = ""
    fields: tuple[str, ...] = ()
    head: str = ""
    columns: tuple[BlockColumn, ...] = ()
    rows: tuple[BlockRow, ...] = ()
    right: str = ""
    height: int = 0
    location: KeyLocation = dataclasses.field(kw_only=True, compare=False, repr=False)

    @property
    def all_fields(self) -> tuple[str, ...]:
        """Keys of all fields in it."""
        heads = (self.head,) if self.head else ()
        return (*heads, *self.fields, *(key for column in self.columns for key in column.fields if key))


@dataclass(frozen=True)
class TaskColumn(Labelled):
    """A column of the task table."""

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    kind: str = "text"


@dataclass(frozen=True)
class Tasks:
    """The task table (年度主要任务) with its total row; ``rows`` is the number of blank rows on the blank form."""

    label: str
    rows: int
    sum_label: str
    sum_synonyms: tuple[str, ...]
    amounts_label: str
    columns: tuple[TaskColumn, ...]

    @cached_property
    def sum_keys(self) -> frozenset[str]:
        """The labels of the total row as labels are compared."""
        return frozenset(label_key(text) for text in (self.sum_label, *self.sum_synonyms))

    @property
    def amounts(self) -> tuple[TaskColumn, ...]:
        """The columns that hold money."""
        return tuple(column for column in self.columns if column.kind == "amount")


@dataclass(frozen=True)
class Level:
    """A first or second level of indicators; ``parent`` is ``""`` for a first level."""

    key: str
    name: str
    parent: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormLevel:
    """A second level on one form: the number of blank rows, and the code of the rule that requires it."""

    key: str
    rows: int = 1
    required: str = ""
    weight: float | None = None


@dataclass(frozen=True)
class Period:
    """A set of indicators: ``year``, or ``long`` beside it."""

    key: str
    label: str


@dataclass(frozen=True)
class Indicators:
    """The indicator table of a form.

    ``header`` maps ``first``, ``second``, ``third``, ``value`` (and ``operator``, ``measure``, ``weight`` where
    they have columns of their own; ``actual``, ``score``, ``reason`` of an evaluation) to the printed heads, in their
    order. Other keys are printed and not read. ``options`` are the choices that the template offers in a column.
    """

    label: str
    synonyms: tuple[str, ...]
    header: Mapping[str, str]
    periods: tuple[Period, ...]
    levels: tuple[FormLevel, ...]
    #: the first levels that the form's own instructions name; empty: those of ``levels``
    first_levels: tuple[str, ...] = ()
    #: the sum of all weights, where there is a weight column
    weight_total: float = 100.0
    #: the sum of the weights of each first level, one mapping for every set of first levels that a form may have
    quotas: tuple[Mapping[str, float], ...] = ()
    options: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    #: the field in the last row that is the sum of all scores
    total: str = ""


@dataclass(frozen=True, eq=False)
class Form:
    """One kind of form. ``repeats``: there is one for each project; ``same_as``: the form whose project it repeats."""

    key: str
    attachment: str
    title: str
    synonyms: tuple[str, ...]
    title_en: str
    sheet: str
    fields: Mapping[str, Field]
    blocks: tuple[Block, ...]
    indicators: Indicators | None
    tasks: Tasks | None
    instructions: str = ""
    required: bool = False
    repeats: bool = False
    same_as: str = ""

    @cached_property
    def title_keys(self) -> tuple[str, ...]:
        """Titles as labels are compared, longest first."""
        return tuple(sorted({label_key(t) for t in (self.title, *self.synonyms)}, key=len, reverse=True))

    @cached_property
    def fields_by_label(self) -> Mapping[str, tuple[Field, ...]]:
        """Compared label -> the fields that may have it, in the order of the profile."""
        found: dict[str, list[Field]] = {}
        for field in self.fields.values():
            for key in field.label_keys:
                found.setdefault(key, []).append(field)
        return {key: tuple(fields) for key, fields in found.items()}

    def first_levels(self, levels: Mapping[str, Level]) -> tuple[str, ...]:
        """The first levels that the instructions name, else those of the printed second levels."""
        if self.indicators is None:
            return ()
        printed = (levels[level.key].parent or level.key for level in self.indicators.levels)
        return self.indicators.first_levels or tuple(dict.fromkeys(printed))

    def name(self, lang: Lang) -> str:
        """The name that people use: ``附件12 部门整体支出绩效目标申报表``."""
        text = NUMBERED_FORM_NAME if self.attachment else FORM_NAME
        return text.render(lang, attachment=self.attachment, title=self.title, title_en=self.title_en)


@dataclass(frozen=True)
class Term:
    """One operand of a declared sum; see the grammar at the sums of ``hengyang_2020.toml``."""

    text: str
    form: str
    alone: bool
    table: str
    select: str
    column: str

    _GRAMMAR = re.compile(
        r"(?P<form>\w+)(?P<alone>\[alone\])?\."
        r"(?:(?P<table>tasks|indicators)\[(?P<select>[^\]]+)\](?:\.(?P<column>\w+))?|(?P<field>\w+))"
    )

    @classmethod
    def parse(cls, text: str) -> Term | None:
        """Read ``department.tasks[rows].total`` and the like; ``None`` for anything else."""
        match = cls._GRAMMAR.fullmatch(text.strip())
        return match and cls(
            text,
            match["form"],
            match["alone"] is not None,
            match["table"] or "fields",
            match["select"] or "",
            match["column"] or match["field"] or "",
        )


@dataclass(frozen=True)
class Sum:
    """A sum that must hold: ``total``, what is stated, against ``parts``, what must add up to it."""

    code: str
    name: Text
    per: str
    total: tuple[Term, ...]
    parts: tuple[Term, ...]
    severity: str
    source: str = ""
    relation: str = "="
    follows: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """Keys of the forms of its terms, in their order."""
        return tuple(dict.fromkeys(term.form for term in (*self.total, *self.parts)))

    @property
    def of_one_cell(self) -> bool:
        """Whether the stated total is one cell, not itself a sum of several."""
        first = self.total[0]
        row = first.table == "tasks" and (first.select == "sum" or self.per == "row")
        return len(self.total) == 1 and (first.table == "fields" or row)


def _keys_of_forms(fits: Callable[[Form], object]) -> cached_property[frozenset[str]]:
    return cached_property(lambda profile: frozenset(key for key, form in profile.forms.items() if fits(form)))


@dataclass(frozen=True, eq=False)
class Profile:
    """One edition of the standard forms."""

    id: str
    version: int
    year: int
    title: Text
    basis: tuple[str, ...]
    measure: str
    decimals: int
    forms: Mapping[str, Form]
    levels: Mapping[str, Level]
    headers: Mapping[str, frozenset[str]]
    sums: tuple[Sum, ...]
    limits: Mapping[str, float]
    severity: Mapping[str, str]
    sources: Mapping[str, str]
    words: Words
    basic_tasks: tuple[str, ...]
    name_noise: tuple[str, ...]
    other_cost: tuple[str, ...]
    #: every other list of ``[words]``, used by the rules about wording; a rule without its list reports nothing
    lexicon: Mapping[str, tuple[str, ...]]
    #: key of a level -> words in the name of an indicator that belongs under it
    belongs: Mapping[str, tuple[str, ...]]
    #: misspelt words -> the correct ones
    typos: Mapping[str, str]
    #: grade of an evaluation -> the least score it is given for
    grades: Mapping[str, float]
    #: the codes of rules in its own file, each with its location
    rule_codes: tuple[tuple[str, KeyLocation], ...]

    @cached_property
    def levels_by_label(self) -> Mapping[str, Level]:
        """Compared label -> level."""
        return {label_key(text): level for level in self.levels.values() for text in (level.name, *level.synonyms)}

    @cached_property
    def only_kinds(self) -> Mapping[str, Level]:
        """Key of a first level that has a single second level -> that one."""
        kinds: dict[str, list[Level]] = {}
        for level in self.levels.values():
            if level.parent:
                kinds.setdefault(level.parent, []).append(level)
        return {key: found[0] for key, found in kinds.items() if len(found) == 1}

    #: keys of the forms of which there is one for each project
    project_forms = _keys_of_forms(lambda form: form.repeats)
    #: keys of the forms that describe a project a second time
    fund_forms = _keys_of_forms(lambda form: form.same_as)
    #: keys of the forms with an indicator table, with scores in it, and with two sets of indicators side by side
    indicator_forms = _keys_of_forms(lambda form: form.indicators)
    scored_forms = _keys_of_forms(lambda form: form.indicators and "score" in form.indicators.header)
    two_period_forms = _keys_of_forms(lambda form: form.indicators and len(form.indicators.periods) > 1)

    @property
    def stamp(self) -> str:
        """The text in the template by which a workbook is recognised with certainty."""
        return f"perfxl:{self.id}:{self.version}"


PLUS = " ＋ "
SIGNS = {"=": "＝", ">=": "≥"}
TASKS = {"rows": "各任务", "basic": "基本支出任务", "project": "项目任务"}


def describe(profile: Profile, item: Sum) -> str:
    """The condition that the sum must meet, as a clerk would write it."""
    total, parts = _sides(profile, item)
    if _one_of_the_tasks(item):
        return f"{total[0]}与一项{parts[0]}相同"
    holds = f"{PLUS.join(total)} {SIGNS[item.relation]} {PLUS.join(parts)}"
    return f"每一行的{holds}" if item.per == "row" else holds


def example(profile: Profile, item: Sum) -> tuple[str, str]:
    """Made-up figures with which the sum does not hold, and others with which it does."""
    total, parts = _sides(profile, item)
    figures = [max(60 - 30 * place, 0) for place in range(len(parts))]
    added = sum(figures)
    wrong, right = ("≠", added + 10), ("＝", added)
    if item.relation == ">=":
        wrong, right = ("＜", added - 10), ("≥", added + 30)
    parts_text = _with(profile, parts, figures)
    wrong_text, right_text = (
        f"{_with(profile, total, [stated] + [0] * (len(total) - 1))} {sign} {parts_text}（{profile.measure}）"
        for sign, stated in (wrong, right)
    )
    return wrong_text, right_text


def _with(profile: Profile, labels: Iterable[str], figures: Iterable[int]) -> str:
    decimals = profile.decimals
    return PLUS.join(f"{label} {figure:.{decimals}f}" for label, figure in zip(labels, figures, strict=True))


def _sides(profile: Profile, item: Sum) -> tuple[list[str], list[str]]:
    """The operands of both sides in words, each different."""
    if _one_of_the_tasks(item):
        first = item.parts[0]
        return [_what(profile, item.total[0])], [f"{TASKS[first.select]}的{_column(profile, first)}"]
    terms = (*item.total, *item.parts)
    if item.per == "row":
        labels = [_column(profile, term) for term in terms]
    else:
        labels = [_whose(profile, term, item) + _what(profile, term) for term in terms]
    names = distinct_labels(labels, [_marks(profile, term) for term in terms])
    return names[: len(item.total)], names[len(item.total) :]


def _one_of_the_tasks(item: Sum) -> bool:
    return item.per == "project" and item.parts[0].table == "tasks"


def _whose(profile: Profile, term: Term, item: Sum) -> str:
    """The sheets of a term, where they are not those of the stated total."""
    form = profile.forms[term.form]
    if term.form == item.total[0].form:
        return ""
    each = "" if not form.repeats else "同名" if item.per == "project" else "各"
    return f"{each}{form.sheet.format(n='')}{'（没有项目表的）' if term.alone else ''}·"


def _what(profile: Profile, term: Term) -> str:
    form = profile.forms[term.form]
    if term.table == "fields":
        return form.fields[term.column].plain_label
    if term.table == "tasks":
        if term.select == "sum" and form.tasks:
            return f"{form.tasks.sum_label}·{_column(profile, term)}"
        return f"{TASKS[term.select]}·{_column(profile, term)}之和"
    rest, _, named = term.select.partition(":")
    level, _, period = rest.partition("@")
    periods = {each.key: each.label for each in form.indicators.periods} if form.indicators else {}
    name = f"{periods.get(period, '')}{profile.levels[level].name}"
    return f"{name}（{named.replace('|', '、')}）之和" if named else f"{name}之和"


def _column(profile: Profile, term: Term) -> str:
    """The head of a column of the task table."""
    table = profile.forms[term.form].tasks
    return next((column.label for column in table.columns if column.key == term.column), "") if table else ""


def _marks(profile: Profile, term: Term) -> tuple[str, ...]:
    """What tells a term from others of its label, last which of them it is."""
    form = profile.forms[term.form]
    if term.table == "fields":
        label = form.fields[term.column].plain_label
        alike = [key for key, field in form.fields.items() if field.plain_label == label]
    else:
        columns = form.tasks.columns if form.tasks else ()
        alike = [column.key for column in columns if column.label == _column(profile, term)]
    nth = f"第 {alike.index(term.column) + 1} 处" if term.column in alike else term.select
    return (*marks_of(form, term.column if term.table == "fields" else ""), nth)


def marks_of(form: Form, key: str, period: str = "") -> tuple[str, ...]:
    """What may tell a field from another of its label: words in its brackets, block, column, row, period.

    Without a field the ``period`` of an indicator.
    """
    field, block = form.fields.get(key), next((one for one in form.blocks if key in one.all_fields), None)
    column = next((one for one in block.columns if key in one.fields), None) if block else None
    rows = block.rows if block and column else ()
    period = field.period if field else period
    periods = {one.key: one.label for one in form.indicators.periods} if form.indicators else {}
    in_brackets = re.search(r"[（(]([^）)]+)[）)]$", field.label) if field else None
    return (
        in_brackets[1] if in_brackets else "", _without_brackets(block.label) if block else "",
        _without_brackets(column.label) if column else "",
        _without_brackets(rows[column.fields.index(key)].label) if column and rows else "", periods.get(period, ""),
    )  # fmt: skip


def distinct_labels(labels: Sequence[str], marks: Sequence[Sequence[str]]) -> list[str]:
    """The labels, those that are equal each with a mark that tells it apart: 小计（年初）.

    ``marks`` are those that each label may have, the same kinds for all, in the order in which they are tried: one
    alone, then two together; the last, such as a cell, where nothing else differs.
    """
    found = list(labels)
    for label in (label for label, times in Counter(labels).items() if times > 1):
        places = [place for place, other in enumerate(labels) if other == label]
        *kinds, last = zip(*(marks[place] for place in places), strict=True)
        pairs = [
            tuple(f"{one}·{other}" if one and other else "" for one, other in zip(*two, strict=True))
            for two in combinations(kinds, 2)
        ]
        fit = (marked for marked in (*kinds, *pairs, last) if all(marked) and len(set(marked)) == len(marked))
        for place, mark in zip(places, next(fit, ()), strict=False):
            found[place] = f"{label}（{mark}）"
    return found
