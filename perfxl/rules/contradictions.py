"""The figures of a workbook's goals and tasks that contradict an indicator of what is likely the same thing.

The rules first compare what has exactly one noun; here follows what is left: names that are only alike, dates, time
limits and amounts (``same_thing``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from perfxl.model import Ref, Severity, Text
from perfxl.reading import FormRows, IndicatorRow, TaskRow, TextRow
from perfxl.rules.projects import filled_projects
from perfxl.rules.rule import Hit
from perfxl.rules.same_thing import LIKELY, Contradiction, Target, contradictions, pairs
from perfxl.rules.texts import Claim, Line, agree, claims, goals, likely, lines, match, year_of
from perfxl.rules.wording import beginning, shown
from perfxl.tables import Return
from perfxl.values.sentences import CountedFigure, all_figures

#: a text and an indicator of another scope, a task's and the whole department's, have so much of their words in common
_SAME_WORDS = 0.7


MEASURES = Text(
    "指标“{name}”填“{stated}”，而 {where} 写“{said}”，数字相同，计量单位不符。\n核对计量单位，改正有误的一处。",
    "The indicator “{name}” is “{stated}”, but {where} says “{said}”: one number in two measures.\n"
    "Check them and correct the wrong one.",
)


class Likely(NamedTuple):
    """A contradiction with the cell of the text; ``across``: the indicator is on the form of a project."""

    one: Contradiction
    cell: Ref
    across: bool
    #: the whole text of the cell
    text: str

    @property
    def row(self) -> IndicatorRow:
        """The indicator."""
        row: IndicatorRow = self.one.target.item
        return row


def targets(forms: Iterable[FormRows], period: str) -> list[Target]:
    """The indicators of a period that a figure in a text can be compared with, and the project that they are of."""
    return [
        Target(row.name, row.parsed, row, form.name)
        for form in forms for row in form.indicators if row.period == period and row.name_key
    ]  # fmt: skip


_CLAUSES = re.compile(r"[，,。；;！!\n：:]")
_LONGEST = 30


def quotation(text: str, said: CountedFigure) -> str:
    """The words of a text in which a figure stands, as they are written there; a long clause is cut behind it."""
    for clause in _CLAUSES.split(text):
        found = [(one.number, one.measure) for one in all_figures(clause)]
        if (said.number, said.measure) in found:
            return beginning(shown(clause), _LONGEST)
    return ""


@lru_cache(maxsize=1)
def likely_contradictions(book: Return) -> list[Likely]:
    """One an indicator at most: those of its own form's goals, of its task, of the department's goals."""
    found: dict[Ref, Likely] = {}
    for one in (*_of_goals(book), *_of_tasks(book), *_of_projects(book)):
        found.setdefault(one.row.ref, one)
    return list(found.values())


def hit_of(found: Likely, message: Text) -> Hit:
    """A warning at the indicator, with the cell of the text beside it."""
    row, stated = found.row, found.row.value.strip()
    message = MEASURES if found.one.of_measure else message
    said = quotation(found.text, found.one.said) or found.one.words
    values = {"name": shown(row.name), "stated": shown(stated), "said": said, "where": found.cell}
    return Hit(
        (row.ref,), values, (found.cell,), stated, found.one.said.figure, written=row.value,
        severity=Severity.WARNING, message=message,
    )  # fmt: skip


def _of_goals(book: Return) -> Iterator[Likely]:
    for row, period in goals(book):
        yield from _not_compared(book, row, row.text, row.ref, targets([row.form], period), [row.form], equal=True)


def _of_tasks(book: Return) -> Iterator[Likely]:
    """A task against its project first, then against the department; a figure is told once."""
    projects = {form.project: form for form in filled_projects(book)}
    for task in book.tasks:
        own = [projects[task.project]] if task.project in projects else []
        told = list(_not_compared(book, task, task.content, task.content_ref, targets(own, "year"), own, across=True))
        yield from told
        figures = {one.one.said for one in told}
        of_form = _not_compared(
            book, task, task.content, task.content_ref, targets([task.form], "year"), [task.form, *own]
        )
        yield from (one for one in of_form if one.one.said not in figures and _much_alike(one.one))


def _of_projects(book: Return) -> Iterator[Likely]:
    """The department's goals against all projects, in what the department itself has no indicator of."""
    forms = filled_projects(book)
    for row, period in goals(book):
        if period != "year" or not book.spec(row.form).tasks:
            continue
        own, others = targets([row.form], period), targets(forms, "year")
        for one in _not_compared(book, row, row.text, row.ref, others, [row.form, *forms], across=True):
            if _much_alike(one.one) and not pairs(one.one.said, own, _plain(book)):
                yield one


def _much_alike(one: Contradiction) -> bool:
    return one.rank >= LIKELY and one.share >= _SAME_WORDS


def _not_compared(
    book: Return, row: TextRow | TaskRow, text: str, cell: Ref, found: Sequence[Target], forms: Sequence[FormRows],
    *, across: bool = False, equal: bool = False,
) -> Iterator[Likely]:  # fmt: skip
    """The contradictions of a text, but for figures that were compared by their noun.

    ``equal``: those too that the indicator would keep, as it asks for more.
    """
    here = [claim for claim in claims(book) if claim.cell == cell]
    done = {(c.said.number, c.said.measure) for c in here if _was_compared(book, c, forms, equal=equal)}
    for one in contradictions(text, found, year_of(book, row.form), _plain(book), equal=equal):
        if one.of_measure or (one.said.number, one.said.measure) not in done:
            yield Likely(one, cell, across, text)


def _was_compared(book: Return, claim: Claim, forms: Sequence[FormRows], *, equal: bool) -> bool:
    """Whether the rules about equal nouns have told a figure, or have nothing to tell of it."""
    same = [line for form in forms for line in lines(book).get(form, ()) if _same_noun(book, claim, line)]
    if not same or any(line.number == claim.said.number for line in same):
        return bool(same)
    if claim.said.share and book.spec(claim.form).tasks:  # CROSS-12 tells those that are below
        return not equal or any(line.number < claim.said.number for line in same)
    return not (equal and any(agree(claim, line) for line in same))


def _same_noun(book: Return, claim: Claim, line: Line) -> bool:
    return bool(match(claim, line, book.profile)[0] or likely(claim, line, book.profile))


def _plain(book: Return) -> tuple[str, ...]:
    """Rates that any work has."""
    return tuple(book.profile.lexicon.get("plain_rates", ()))
