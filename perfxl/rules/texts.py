"""The texts of a workbook that several rules read: declared fields, years, all prose, figures of goals and tasks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from perfxl.model import Ref
from perfxl.profiles import Field, Profile
from perfxl.reading import FormRows, IndicatorRow, TextRow
from perfxl.rules.same_thing import stand_together
from perfxl.rules.wording import shown
from perfxl.tables import Return
from perfxl.values import in_digits, normal, squeeze
from perfxl.values.measures import measure_class
from perfxl.values.sentences import CountedFigure, figures_of, noun_key, nouns_of_name

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d{3})")
#: written beside a single year that is only one end of a term
_OPEN_END = re.compile(r"起|至今|以来|开始|长期|[-~—–－至到](?![0-9]{1,2}月)")


def declared(book: Return, wanted: Callable[[Field], bool], *, empty: bool = False) -> Iterator[tuple[TextRow, Field]]:
    """The texts of the fields that are wanted, each with its field; with ``empty`` those not filled in too."""
    return ((row, field) for row, field in _declared(book) if (row.text or empty) and wanted(field))


@lru_cache(maxsize=1)
def _declared(book: Return) -> list[tuple[TextRow, Field]]:
    return [(row, book.spec(row.form).fields[row.field]) for row in book.texts]


def texts_of(book: Return, *kinds: str) -> Iterator[TextRow]:
    """The texts of fields of these kinds that are filled in."""
    return (row for row, field in _declared(book) if row.text and field.kind in kinds)


def year_of(book: Return, form: FormRows) -> int | None:
    """The year that a form is judged by: that of most forms of its workbook, ``None`` where none states a year.

    CROSS-10 reports a form with another one. Of two years that are stated equally often, its own counts.
    """
    stated = _stated_years(book)
    return form.year if form.year and stated.count(form.year) == stated.count(book.year or 0) else book.year


@lru_cache(maxsize=1)
def _stated_years(book: Return) -> list[int]:
    return [one.year for one in book.forms if one.year is not None]


class ProjectTerm(NamedTuple):
    """The years that the project of a form runs (项目起止年限), and the cell in which they are written."""

    form: FormRows
    start: int
    end: int
    ref: Ref

    @property
    def years(self) -> int:
        """How many calendar years the project runs."""
        return self.end - self.start + 1


def project_terms(book: Return) -> Iterator[ProjectTerm]:
    """The terms that can be judged by: two years, or one for a project of a single year, with the form's among them.

    DATE-02 reports the others.
    """
    for row in texts_of(book, "span"):
        found, year = years_in(row.text), year_of(book, row.form)
        if not 1 <= len(found) <= 2 or open_ended(row.text):
            continue
        if found[0] <= found[-1] and (year is None or found[0] <= year <= found[-1]):
            yield ProjectTerm(row.form, found[0], found[-1], row.ref)


def years_in(text: str) -> list[int]:
    """The years that are named in a text, in its order."""
    return [int(year) for year in _YEAR.findall(in_digits(normal(text)))]


def open_ended(text: str) -> bool:
    """Whether a text gives only one end of a term: 2019年起."""
    return len(years_in(text)) == 1 and bool(_OPEN_END.search(squeeze(text)))


class Prose(NamedTuple):
    """A cell with words: its form, where it is, and its text without blanks."""

    form: FormRows
    ref: Ref
    text: str


@lru_cache(maxsize=1)
def prose(book: Return) -> list[Prose]:
    """All cells with words: text fields, names and contents of tasks, names and values of indicators, in this order."""
    found = [Prose(row.form, row.ref, squeeze(row.text)) for row in texts_of(book, "text", "long_text")]
    for task in book.tasks:
        found.append(Prose(task.form, task.ref, squeeze(task.name)))
        found.append(Prose(task.form, task.content_ref, squeeze(task.content)))
    for line in book.indicators:
        found.append(Prose(line.form, line.name_ref, squeeze(line.name)))
        found.append(Prose(line.form, line.ref, squeeze(line.value)))
    return [item for item in found if len(item.text) > 1]


_FIGURE = re.compile(r"[0-9][0-9.,]*")
_RATE_END = re.compile(r"(?:率|比例|比重|度)\Z")


class Claim(NamedTuple):
    """A figure in a goal, or in the content of a task (``project`` is then that of the task)."""

    keys: tuple[str, ...]
    said: CountedFigure
    cell: Ref
    form: FormRows
    period: str
    project: str
    task: bool

    def words(self, key: str) -> str:
        """A noun with its figure: ``涉改单位124家``."""
        return f"{key}{self.said.figure}"


class Line(NamedTuple):
    """An indicator with one number and a measure."""

    keys: tuple[str, ...]
    number: Decimal
    operator: str
    measure: str
    row: IndicatorRow


@lru_cache(maxsize=1)
def claims(book: Return) -> tuple[Claim, ...]:
    """The figures of goals and tasks, without nouns of which one cell gives two figures: they may be of parts."""
    found = [
        Claim(keys_of(said.nouns, book.profile), said, row.ref, row.form, period, "", False)
        for row, period in goals(book) for said in figures_of(row.text, year_of(book, row.form))
    ] + [
        Claim(keys_of(said.nouns, book.profile), said, task.content_ref, task.form, "year", task.project, True)
        for task in book.tasks if task.content for said in figures_of(task.content, year_of(book, task.form))
    ]  # fmt: skip
    numbers: dict[tuple[Ref, str, str], set[Decimal]] = {}
    for claim in found:
        for key in claim.keys:
            numbers.setdefault((claim.cell, key, measure_class(claim.said.measure)), set()).add(claim.said.number)
    return tuple(c for c in found if all(len(numbers[c.cell, k, measure_class(c.said.measure)]) == 1 for k in c.keys))


def goals(book: Return) -> Iterator[tuple[TextRow, str]]:
    """The goals that are filled in, each with its period: the long texts that have one, 年度目标, 中长期目标."""
    found = declared(book, lambda field: field.kind == "long_text" and bool(field.period))
    return ((row, field.period) for row, field in found)


@lru_cache(maxsize=1)
def lines(book: Return) -> dict[FormRows, list[Line]]:
    """The indicators that can be compared with a figure, by form."""
    found: dict[FormRows, list[Line]] = {}
    for row in book.indicators:
        if row.kind != "number" or row.number is None or not row.measure or not row.name_key:
            continue
        if len(_FIGURE.findall(row.value)) < 2:
            keys = keys_of(nouns_of_name(row.name), book.profile)
            found.setdefault(row.form, []).append(Line(keys, row.number, row.operator, row.measure, row))
    return found


def keys_of(nouns: Iterable[str], profile: Profile) -> tuple[str, ...]:
    """The keys by which nouns are compared, without meaningless ones."""
    return tuple(key for key in (noun_key(noun, profile.lexicon.get("noun_noise", ())) for noun in nouns) if key)


def match(claim: Claim, line: Line, profile: Profile) -> tuple[str, bool]:
    """The noun that both have, ``""`` if none, and whether it is literally the same.

    A rate is also the same with a word more in front, 网站挂标率 and 挂标率, unless any work has it (完成率).
    """
    if measure_class(claim.said.measure) != measure_class(line.measure):
        return "", False
    for key in claim.keys:
        if key in line.keys:
            return key, True
    if claim.said.share:
        for key in claim.keys:
            if any(longer_name(key, other, profile.lexicon.get("plain_rates", ())) for other in line.keys):
                return key, False
    return "", False


def longer_name(one: str, other: str, plain: tuple[str, ...]) -> bool:
    """Whether one rate's name is the other's with a word more in front."""
    short, long = sorted((one, other), key=len)
    return len(short) > 2 and bool(_RATE_END.search(short)) and short not in plain and long.endswith(short)


def likely(claim: Claim, line: Line, profile: Profile) -> str:
    """The noun of two rates that probably mean the same: 中文域名注册率 and 全市域名注册覆盖率."""
    key, _ = match(claim, line, profile)
    if key or not (claim.said.share and line.measure == "%"):
        return key
    for key in claim.keys:
        core = _core(key, profile)
        others = [_core(other, profile) for other in line.keys if _RATE_END.search(other)]
        for short, long in (sorted((core, other), key=len) for other in others):
            if len(short) > 2 and long.endswith(short):
                return key
    return ""


def _core(key: str, profile: Profile) -> str:
    """A rate's name without 率 and what may as well be left out before it (覆盖率)."""
    core = _RATE_END.sub("", key)
    for word in profile.lexicon.get("rate_noise", ()):
        core = core.removesuffix(word)
    return core


def agree(claim: Claim, line: Line) -> bool:
    """Whether an indicator may stand beside what was said: the same number, or one on the side that was left open.

    A share must be aimed at as said; a count may be more than an indicator's least.
    """
    said = claim.said
    if said.operator in ("≥", ">") and line.operator in ("≥", ">") and not said.share:
        return said.number == line.number
    return stand_together((said.operator, said.number), (line.operator, line.number), share=said.share)


def in_quotes(names: Iterable[str]) -> str:
    """``“甲”、“乙”``, each once."""
    return "、".join(f"“{name}”" for name in dict.fromkeys(map(shown, names)))
