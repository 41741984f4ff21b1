"""One indicator value (指标值) as a cell holds it: operator, numbers, measure, and the kind of target."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from perfxl.values import dates, frequency, operators
from perfxl.values.figures import close_digits
from perfxl.values.numerals import figure, from_cell, inexact, other_text, written
from perfxl.values.quantities import Quantity, digits_for_words, quantities
from perfxl.values.text import LONGEST, is_placeholder, one_line_each, squeeze
from perfxl.values.value import Kind, Value, Words

#: a text longer than this is a sentence, not a value
_SENTENCE = 15
_ENDS = " \n;:,。.、!?"


def parse_value(value: object, words: Words, year: int | None = None) -> Value:
    """Read an indicator value; ``year`` is the form's 年度, for a date without one.

    ``'满意率达95%以上'`` is the number 95 with ``≥`` and ``%``. Never raises.
    """
    if value is None:
        return _EMPTY
    if isinstance(value, str):
        return _from_text(value, words, year)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _from_number(value)
    if isinstance(value, date):
        digits = Decimal(value.year * 10_000 + value.month * 100 + value.day)
        return Value("date", "≤", (digits,), "日", False, other_text(value), year=value.year)
    return Value("text", "", (), "", False, other_text(value), ("boolean",) if isinstance(value, bool) else ())


_EMPTY = Value("empty", "", (), "", False, "")


def _from_number(value: float | Decimal) -> Value:
    number = from_cell(value)
    if number is None:
        return Value("text", "", (), "", False, str(value), ("not_finite",))
    text = written(number)
    when = dates.read(text, None) if len(text) == 8 else None
    if when and when.numbers:  # 20201231 typed as a number
        return Value(when.kind, when.operator, when.numbers, when.measure, False, text, year=when.year)
    notes = ("no_measure", "precision") if inexact(number) else ("no_measure",)
    return Value("number", "=", (Decimal(text),), "", False, text, notes)


class _Reading(NamedTuple):
    """A text on its way through the readers: as written, and bare with its number words in digits."""

    raw: str
    bare: str
    words: Words
    year: int | None
    notes: tuple[str, ...]

    def value(self, kind: Kind, operator: str = "", *notes: str, numbers: tuple[Decimal, ...] = ()) -> Value:
        """A value of this text without measure."""
        return Value(kind, operator, numbers, "", operator == "≈", self.raw, self.notes + notes)

    def around(self, rest: str) -> tuple[str, ...]:
        """The notes for the words that are left around a figure or date."""
        if not rest.strip(_ENDS):
            return ()
        return ("embedded", "sentence") if len(squeeze(self.raw)) > _SENTENCE else ("embedded",)


@lru_cache(maxsize=65_536)
def _from_text(raw: str, words: Words, year: int | None) -> Value:
    line = one_line_each(raw)
    if not line:
        return _EMPTY
    if len(line) > LONGEST:
        return Value("text", "", (), "", False, raw, ("sentence",))
    closed = close_digits(line)
    notes: tuple[str, ...] = ("spaces",) if closed != line else ()
    plain = closed.replace(" ", "").replace("\n", ";").strip(_ENDS)
    bare = digits_for_words(plain)
    if bare != plain:
        notes += ("number_words",)
    reading = _Reading(raw, bare, words, year, notes)
    if is_placeholder(line, words.placeholders):
        return reading.value("placeholder")
    for read in _READERS:
        value = read(reading)
        if value is not None:
            return value
    return reading.value("text", "", *(("sentence",) if len(bare) > _SENTENCE else ()))


_TEMPLATE = re.compile(r"\*{2,}|[×xX]{2,}|_{2,}|[○〇]{2,}|(?:^|(?<=[≥≤<>=]))[*×xX](?=[^\W0-9a-zA-Z]{1,3}\Z)")


def _template(reading: _Reading) -> Value | None:
    """≥**人: the template's own text, left as it was."""
    if _TEMPLATE.search(reading.bare) and not _DIGIT.search(reading.bare):
        return reading.value("placeholder", "", "template")
    return None


_DIGIT = re.compile("[0-9]")
_GRADED_AS = re.compile(r"^(?:达到|达|评为|评定为|为)|(?:等次|等级)?(?:(?:\(含\)|及)?以上)?\Z")


def _grade(reading: _Reading) -> Value | None:
    bare, graded = reading.bare, reading.words.graded
    if bare in graded or (not _DIGIT.search(bare) and _GRADED_AS.sub("", bare) in graded):
        return reading.value("graded")
    return None


def _date(reading: _Reading) -> Value | None:
    when = dates.read(reading.bare, reading.year)
    return _of_when(reading, when) if when else None


def _of_when(reading: _Reading, when: dates.When, *notes: str) -> Value:
    notes = reading.notes + when.notes + notes
    return Value(when.kind, when.operator, when.numbers, when.measure, False, reading.raw, notes, year=when.year)


def _how_often(reading: _Reading) -> Value | None:
    often = frequency.read(reading.bare)
    if often is None:
        return None
    notes = reading.notes + (("open_wording",) if often.worded else ()) + reading.around(often.what)
    return Value("frequency", often.operator, (often.number,), often.measure, often.approx, reading.raw, notes)


_RATIO = re.compile(rf"(?P<lead>(?:{operators.LEADING})*)(?P<a>[0-9]+(?:\.[0-9]+)?)[:∶/](?P<b>[0-9]+(?:\.[0-9]+)?)")


def _ratio(reading: _Reading) -> Value | None:
    """1:1.2, 3/4以上."""
    found = _RATIO.match(reading.bare)
    tail = operators.after(reading.bare, found.end()) if found else None
    if found is None or tail is None or tail.end != len(reading.bare):
        return None
    a, b = figure(found["a"]), figure(found["b"])
    if a is None or b is None:
        return None
    operator, worded, approx = operators.both(operators.before(reading.bare, 0, found.end("lead")), tail)
    notes = reading.notes + (("open_wording",) if worded else ())
    return Value("ratio", operator, (a, b), "", approx, reading.raw, notes)


def _figures(reading: _Reading) -> Value | None:
    undated = dates.without_dates(reading.bare) if _DIGIT.search(reading.bare) else ""
    text = dates.without_items(undated)
    found = quantities(text) if text else []
    if found is None:
        return reading.value("text", "", "separators")
    if not found:
        return None
    if undated != reading.bare:
        reading = reading._replace(notes=(*reading.notes, "years"))
    if len(found) == 2 and text[found[0].end : found[1].start] in _TO:
        return _range(reading, text, *found)
    return _one(reading, text, found[0]) if len(found) == 1 else _many(reading, text, found)


_TO = frozenset({"-", "~", "—", "–", "至", "到"})


def _range(reading: _Reading, text: str, low: Quantity, high: Quantity) -> Value:
    """96.5-98%, 6-8万人: the first figure may leave its measure and multiplier to the second."""
    if not low.measure and low.times == 1:
        low = low._replace(number=low.number * high.times, measure=high.measure)
    value = _valued(reading, "range", (low, high), text[: low.start] + text[high.end :])
    return replace(value, operator=low.operator if high.operator == "=" else high.operator)


_CHANGE = re.compile(
    "(?:(?P<rise>增长|增加|提高|提升|上升|增幅|涨幅|增速|增收)|下降|降低|减少|降幅|缩短|压减|压降)(?:率|幅度|比例|了)?\\Z"
)


def _one(reading: _Reading, text: str, quantity: Quantity) -> Value:
    before, behind = text[: quantity.start], text[quantity.end :]
    change = _CHANGE.search(before)
    if not change and quantity.measure != "个百分点":
        kind: Kind = "unit_price" if quantity.per else "money" if quantity.money else "number"
        return _valued(reading, kind, (quantity,), before + behind, fen=quantity.fen)
    rest = (before[: change.start()] if change else before) + behind
    direction = () if not change else ("rise",) if change["rise"] else ("fall",)
    quantity = quantity._replace(notes=quantity.notes + direction)
    return _valued(reading, "relative", (quantity,), rest, year=dates.first_year(reading.bare))


def _many(reading: _Reading, text: str, found: list[Quantity]) -> Value:
    """2020年95%，2021年97%: all the numbers, under the first one's kind and operator."""
    ends = [0, *(quantity.end for quantity in found)]
    starts = [*(quantity.start for quantity in found), len(text)]
    rest = "".join(text[end:start].strip(_ENDS) for end, start in zip(ends, starts, strict=True))
    kind = _one(reading, text[: found[0].end], found[0]).kind
    value = _valued(reading, kind, tuple(found), rest)
    return replace(value, notes=(*value.notes, "several"))


def _valued(
    reading: _Reading,
    kind: Kind,
    found: tuple[Quantity, ...],
    rest: str,
    *,
    year: int | None = None,
    fen: int | None = None,
) -> Value:
    """The value of some figures; one that states no measure shares the others'."""
    first, measure, notes = found[0], found[0].measure, reading.notes + found[0].notes
    if len(found) > 1:
        measures = dict.fromkeys(quantity.measure for quantity in found if quantity.measure)
        measure = next(iter(measures), "")
        notes += tuple(note for quantity in found[1:] for note in quantity.notes if note not in notes)
        notes += ("mixed_measures",) if len(measures) > 1 else ()
    if not measure:
        notes += ("no_measure",)
    approx = any(quantity.approx for quantity in found)
    numbers = tuple(quantity.number for quantity in found)
    notes += reading.around(rest) if rest else ()
    return Value(kind, first.operator, numbers, measure, approx, reading.raw, notes, year, fen)


_AGAINST = re.compile("(?:预算|概算|批复|限额|控制数|合同价|定额)")
_CAPPED = re.compile("不超|不突破|不高于|控制在|不得超|低于|小于|≤|<=")
_BASE = re.compile(
    rf"持平|同比|环比|(?:[与比较同]|{operators.LEADING})(?P<base>上一?年|去年|往年|历年|前年|同期|(?:19|20)[0-9]{{2}}年)"
)


def _relation(reading: _Reading) -> Value | None:
    """不超预算, 与2012年持平: a target measured against something that the cell does not give."""
    bare = reading.bare
    against, capped = _AGAINST.search(bare), _CAPPED.search(bare)
    if against and capped and capped.start() < against.start():
        return reading.value("relative", "≤", "budget")
    base = _BASE.search(bare)
    if base is None:
        return None
    year = dates.first_year(bare)
    lead = operators.before(bare, 0, base.start("base")) if base["base"] else None
    value = reading.value("relative", (lead and lead.operator) or "=", *(("years",) if year else ()))
    return replace(value, year=year)


def _date_inside(reading: _Reading) -> Value | None:
    """项目于12月底前完成."""
    when = dates.within(reading.bare, reading.year)
    return _of_when(reading, when, *reading.around("…")) if when else None


#: dates before figures, so that 2020.12 and 3月 are not counts; the more exact reader first
_READERS = (_template, _grade, _date, _how_often, _ratio, _figures, _relation, _date_inside)
