"""What a form asks for, and how it lies on the sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from perfxl.values import label_key


@dataclass(frozen=True)
class Field:
    """One thing a form asks for (a label and where its value is).

    ``kind`` is ``text``, ``long_text``, ``amount``, ``year``, ``choice``, ``date``, ``phone``, ``span``, ``review``,
    ``points`` (a weight or a score) or ``rate``; ``required`` the code of the rule that reports it when it is empty,
    ``""`` for none. ``note`` is printed by the template: behind the label of a goal, inside the empty box of a review
    or of points. ``of`` says what a figure is made of: a rate of two amounts (part, whole), a score of its weight
    and, where it follows from one, of a rate.
    ``after`` puts the field behind another one, in whatever block that stands; a profile that extends another
    adds a field with it.
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

    @cached_property
    def label_keys(self) -> frozenset[str]:
        """The label and its synonyms as they are compared."""
        return frozenset(label_key(text) for text in (self.label, *self.synonyms))

    @property
    def plain_label(self) -> str:
        """The label as a person would say it, without 其中： and brackets."""
        return re.sub(r"^其中[:：]|[（(][^）)]*[）)]$", "", self.label)


@dataclass(frozen=True)
class Column:
    """A column of an ``amounts`` block, stacked fields; of a ``matrix`` block, a field a row, ``""`` for none."""

    fields: tuple[str, ...]
    label: str = ""
    synonyms: tuple[str, ...] = ()

    @cached_property
    def label_keys(self) -> frozenset[str]:
        """The label and its synonyms as they are compared."""
        return frozenset(label_key(text) for text in (self.label, *self.synonyms))


@dataclass(frozen=True)
class Line:
    """A row of a ``matrix`` block, told by its label."""

    label: str
    synonyms: tuple[str, ...] = ()

    @cached_property
    def label_keys(self) -> frozenset[str]:
        """The label and its synonyms as they are compared."""
        return frozenset(label_key(text) for text in (self.label, *self.synonyms))


@dataclass(frozen=True)
class Block:
    """A stretch of a form, in printed order. ``kind`` says how its fields lie.

    ``line``: beside each other outside the table; ``field``: label left, value right; ``group``: a label over
    several rows, each label and value; ``amounts``: a label, then columns of stacked amounts under an optional
    ``head``; ``goals``: labels side by side, values below them; ``matrix``: rows and columns with labels, a field
    where they meet; ``tasks`` and ``indicators``: the tables.
    """

    kind: str
    label: str = ""
    fields: tuple[str, ...] = ()
    head: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[Line, ...] = ()
    right: str = ""
    height: int = 0

    @property
    def all_fields(self) -> tuple[str, ...]:
        """Keys of every field that stands in it."""
        heads = (self.head,) if self.head else ()
        return (*heads, *self.fields, *(key for column in self.columns for key in column.fields if key))
