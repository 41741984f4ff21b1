"""The sums that a profile declares, and the terms they are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from perfxl.model import Text


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
    def parse(cls, text: str) -> Term:
        """Read ``department.tasks[rows].total`` and its kin; ``ValueError`` says what is wrong."""
        match = cls._GRAMMAR.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not a term: {text!r}")
        return cls(
            text,
            match["form"],
            match["alone"] is not None,
            match["table"] or "fields",
            match["select"] or "",
            match["column"] or match["field"] or "",
        )


@dataclass(frozen=True)
class Sum:
    """A sum that must hold: ``total`` (what is stated) against ``parts`` (what must add up to it)."""

    code: str
    name: Text
    per: str
    total: tuple[Term, ...]
    parts: tuple[Term, ...]
    severity: str
    source: str
    relation: str = "="
    follows: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """Keys of the forms it speaks of, in the order they are named."""
        return tuple(dict.fromkeys(term.form for term in (*self.total, *self.parts)))

    @property
    def of_one_cell(self) -> bool:
        """Whether what is stated is one cell, and not itself a sum of several."""
        first = self.total[0]
        row = first.table == "tasks" and (first.select == "sum" or self.per == "row")
        return len(self.total) == 1 and (first.table == "fields" or row)
