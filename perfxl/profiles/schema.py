"""What a profile says, as frozen dataclasses.

Names of forms, fields, levels and periods are the profile's own keys; Python asks for the few keys that
carry a meaning of their own (``unit``, ``year``, ``project_name``, ``total``, ``cost`` …) and for nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from perfxl.model import Lang, Text
from perfxl.profiles.fields import Block, Field
from perfxl.profiles.source import Place
from perfxl.profiles.sums import Sum
from perfxl.values import Words, label_key


@dataclass(frozen=True)
class TaskColumn:
    """A column of the task table."""

    key: str
    label: str
    synonyms: tuple[str, ...] = ()
    kind: str = "text"

    @cached_property
    def label_keys(self) -> frozenset[str]:
        """The label and its synonyms as they are compared."""
        return frozenset(label_key(text) for text in (self.label, *self.synonyms))


@dataclass(frozen=True)
class Tasks:
    """The task table (年度主要任务) with its total row."""

    label: str
    rows: int
    sum_label: str
    sum_synonyms: tuple[str, ...]
    amounts_label: str
    columns: tuple[TaskColumn, ...]

    @cached_property
    def sum_keys(self) -> frozenset[str]:
        """The labels of the total row as they are compared."""
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
    """A second level as one form prints it: how many blank rows, and which rule asks for it."""

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
    order. Other keys are printed and not read. ``options`` are what the template offers in a column.
    """

    label: str
    synonyms: tuple[str, ...]
    header: Mapping[str, str]
    periods: tuple[Period, ...]
    levels: tuple[FormLevel, ...]
    #: the first levels that the form's own instructions name; empty: those of ``levels``
    first_levels: tuple[str, ...] = ()
    #: what all weights add up to, where there is a weight column
    weight_total: float = 100.0
    #: what the weights of each first level add up to, one mapping for every set of first levels that a form may have
    quotas: tuple[Mapping[str, float], ...] = ()
    options: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    #: the field in the last row that all scores add up to
    total: str = ""


@dataclass(frozen=True, eq=False)
class Form:
    """One kind of form."""

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
        """Titles as they are compared, longest first."""
        return tuple(sorted({label_key(t) for t in (self.title, *self.synonyms)}, key=len, reverse=True))

    @cached_property
    def fields_by_label(self) -> Mapping[str, tuple[Field, ...]]:
        """Compared label -> the fields that may carry it, in the order of the profile."""
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
        """What people call the form: ``附件12 部门整体支出绩效目标申报表``."""
        more = f" ({self.attachment})" if self.attachment else ""
        return Text(f"{self.attachment} {self.title}".strip(), f"{self.title_en} form{more}").render(lang)


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
    #: every other list of ``[words]``: what the rules about wording look for; a rule without its list is silent
    lexicon: Mapping[str, tuple[str, ...]]
    #: key of a level -> words that tell that an indicator belongs under it
    belongs: Mapping[str, tuple[str, ...]]
    #: misspelt words -> what was meant
    typos: Mapping[str, str]
    #: grade of an evaluation -> the least score it is given for
    grades: Mapping[str, float]
    #: the codes of rules that its own file names, and where
    named: tuple[tuple[str, Place], ...]

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

    @cached_property
    def project_forms(self) -> frozenset[str]:
        """Keys of the forms of which there is one for each project."""
        return frozenset(key for key, form in self.forms.items() if form.repeats)

    @cached_property
    def fund_forms(self) -> frozenset[str]:
        """Keys of the forms that tell of a project a second time."""
        return frozenset(key for key, form in self.forms.items() if form.same_as)

    @cached_property
    def indicator_forms(self) -> frozenset[str]:
        """Keys of the forms with an indicator table."""
        return frozenset(key for key, form in self.forms.items() if form.indicators)

    @cached_property
    def scored_forms(self) -> frozenset[str]:
        """Keys of the forms whose indicators are given a score."""
        return frozenset(k for k, form in self.forms.items() if form.indicators and "score" in form.indicators.header)

    @cached_property
    def two_period_forms(self) -> frozenset[str]:
        """Keys of the forms with two sets of indicators side by side."""
        return frozenset(k for k, form in self.forms.items() if form.indicators and len(form.indicators.periods) > 1)

    @property
    def stamp(self) -> str:
        """What the template carries so that it is recognised with certainty."""
        return f"perfxl:{self.id}:{self.version}"
