"""Shared by the rules that compare prose with indicators: what goals and tasks say, and what indicators it may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from perfxl.model import Ref
from perfxl.profiles import Profile
from perfxl.rules._fields import declared
from perfxl.tables import Tables, ref, rows
from perfxl.values.quantities import CountedFigure, figures_of, measure_class, noun_key, nouns_of_name

_FIGURE = re.compile(r"[0-9][0-9.,]*")
_RATE_END = re.compile(r"(?:率|比例|比重|度)\Z")


class Claim(NamedTuple):
    """A figure in a goal, or in the content of a task (``project`` is then the task's)."""

    keys: tuple[str, ...]
    said: CountedFigure
    cell: Ref
    submission: int
    form_id: int
    form: str
    period: str
    project: str
    task: bool

    def words(self, key: str) -> str:
        """What was said of a noun: ``涉改单位124家``."""
        return f"{key}{self.said.figure}"


class Line(NamedTuple):
    """An indicator with one number and a measure; ``row`` is that of the table."""

    keys: tuple[str, ...]
    number: Decimal
    operator: str
    measure: str
    row: Any


@lru_cache(maxsize=1)
def claims(tables: Tables) -> tuple[Claim, ...]:
    """What goals and tasks say in figures, but what one cell says of one noun in two ways: it may be of parts."""
    found = [*_goal_claims(tables), *_task_claims(tables)]
    said: dict[tuple[Ref, str, str], set[Decimal]] = {}
    for claim in found:
        for key in claim.keys:
            said.setdefault((claim.cell, key, measure_class(claim.said.measure)), set()).add(claim.said.number)
    return tuple(c for c in found if all(len(said[c.cell, k, measure_class(c.said.measure)]) == 1 for k in c.keys))


def goals(tables: Tables) -> Iterator[tuple[Any, str]]:
    """The goals that are filled in, each with its period: the long texts that speak of one, 年度目标, 中长期目标."""
    found = declared(tables, lambda field: field.kind == "long_text" and bool(field.period), filled=True)
    return ((row, field.period) for row, field in found)


def _goal_claims(tables: Tables) -> Iterator[Claim]:
    for row, period in goals(tables):
        for said in figures_of(row.text):
            keys = keys_of(said.nouns, tables.profile)
            yield Claim(keys, said, ref(row), row.submission, row.form_id, row.form, period, "", False)


def _task_claims(tables: Tables) -> Iterator[Claim]:
    for task in rows(tables.tasks, tables.tasks["content"] != ""):
        for said in figures_of(task.content):
            cell = Ref(task.file, task.sheet, task.content_row, task.content_col)
            keys = keys_of(said.nouns, tables.profile)
            yield Claim(keys, said, cell, task.submission, task.form_id, task.form, "year", task.project, True)


@lru_cache(maxsize=1)
def lines(tables: Tables) -> dict[int, list[Line]]:
    """The indicators that can be compared with a figure, by form."""
    found: dict[int, list[Line]] = {}
    frame = tables.indicators
    for row in rows(frame, (frame["kind"] == "number") & (frame["measure"] != "") & (frame["name_key"] != "")):
        if len(_FIGURE.findall(row.value)) < 2:
            keys = keys_of(nouns_of_name(row.name), tables.profile)
            found.setdefault(row.form_id, []).append(Line(keys, row.number, row.operator, row.measure, row))
    return found


def keys_of(nouns: Iterable[str], profile: Profile) -> tuple[str, ...]:
    """What nouns are compared by, without those that say nothing."""
    return tuple(key for key in (noun_key(noun, profile.lexicon.get("noun_noise", ())) for noun in nouns) if key)


def match(claim: Claim, line: Line, profile: Profile) -> tuple[str, bool]:
    """The noun that both speak of, ``""`` if none, and whether it is word for word the same.

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
    said, number = claim.said, line.number
    if said.number == number or said.operator == "≈" or line.operator == "≈":
        return True
    if said.operator in ("≥", ">"):
        return number > said.number and line.operator not in ("≤", "<")
    if said.operator in ("≤", "<"):
        return number < said.number and line.operator not in ("≥", ">")
    if line.operator in ("≤", "<"):
        return said.number < number
    return line.operator in ("≥", ">") and not said.share and said.number > number


def quoted(names: Iterable[str]) -> str:
    """``“甲”、“乙”``, each once."""
    return "、".join(f"“{name}”" for name in dict.fromkeys(" ".join(name.split()) for name in names))
