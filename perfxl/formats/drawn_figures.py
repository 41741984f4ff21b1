"""What a cell shows of its number or text under a number format, as Excel draws it: 95个, 017, 已填, nothing at all.

A format has up to four sections, for positive and negative numbers, zero and text, or by conditions of its own. Each
draws digits at its places and other things before, between and behind them. Here no commas are put between thousands,
and Chinese numerals ([DBNum1]) are digits: they are the same figures.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple

from perfxl.values import from_cell, inexact, written

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_.|\*(?P<filled>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<exponent>[Ee][-+])|(?P<clock>AM/PM|A/P|上午/下午)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_UNSEEN = frozenset(("white", "白色", "color2", "颜色2"))
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
#: what is read of a date: years, months, days, hours, seconds, names of days and eras
_DATE_LETTERS = frozenset("ymdhsaegb")
_PLACES = "0#?"
_PER_DAY = {"h": 24, "m": 24 * 60, "s": 24 * 60 * 60}
_DAYS = datetime(1899, 12, 30)  # noqa: DTZ001 - a date in a cell has no zone
_LAST_DAY = 2_958_466


class Item(NamedTuple):
    """A piece of a section; ``kind`` says what it is.

    ``text``, ``place`` for a digit, ``point``, ``percent``, ``general``, ``exponent``, ``slash``, ``date``, ``typed``
    (the text of the cell).
    """

    kind: str
    text: str


class Section(NamedTuple):
    """One section of a format; ``thousands`` is how often its last commas divide the number by 1000."""

    items: tuple[Item, ...]
    condition: tuple[str, Decimal] | None = None
    thousands: int = 0
    unseen: bool = False

    def has(self, kind: str) -> bool:
        """Whether it has an item of a kind."""
        return any(item.kind == kind for item in self.items)

    @property
    def figures(self) -> bool:
        """Whether it draws digits, points or percent signs of its own, which look like those of the number."""
        return any(item.kind == "text" and re.search(r"[0-9.%]", item.text) for item in self.items)

    @property
    def drawn_point(self) -> bool:
        """Whether all that it draws of that kind is one point between places: 0!.0000 shows 39403 as 3.9403."""
        places = [n for n, item in enumerate(self.items) if item.kind == "place"]
        points = [n for n, item in enumerate(self.items) if item.kind == "text" and re.search(r"[0-9.%]", item.text)]
        return len(points) == 1 and self.items[points[0]].text == "." and places[0] < points[0] < places[-1]


def sections_of(code: str) -> tuple[Section, ...]:
    """Take the code of a format apart."""
    sections, start = list[Section](), 0
    for token in _TOKEN.finditer(code):
        if token[0] == ";":
            sections.append(_section(code[start : token.start()]))
            start = token.end()
    return (*sections, _section(code[start:]))[:4]


def _section(code: str) -> Section:
    items: list[Item] = []
    condition: tuple[str, Decimal] | None = None
    unseen = False
    for token in _TOKEN.finditer(code):
        inside = token["bracket"]
        if inside is not None:
            if found := _CONDITION.fullmatch(inside.strip()):
                condition = _compared(found) or condition
            elif inside.startswith("$"):
                items.append(Item("text", inside[1:].partition("-")[0]))
            elif _ELAPSED.fullmatch(inside):
                items.append(Item("date", f"[{inside.lower()}]"))
            unseen = unseen or inside.strip().lower() in _UNSEEN
        elif item := _item(token):
            items.append(item)
    return _counted(items, condition, unseen)


def _compared(found: re.Match[str]) -> tuple[str, Decimal] | None:
    try:
        return found[1], Decimal(found[2])
    except InvalidOperation:
        return None


def _item(token: re.Match[str]) -> Item | None:
    """The item of a token that is no bracket."""
    if token["quoted"] is not None or token["escaped"] or token["filled"]:
        text = token["quoted"] or token["escaped"] or token["filled"] or ""
        return Item("text", "" if token["filled"] in (" ", "\u3000") else text)
    if token["general"] or token["exponent"] or token["clock"]:
        kind = "general" if token["general"] else "exponent" if token["exponent"] else "date"
        return Item(kind, token[0])
    other = token["other"]
    if other is None:
        return Item("text", " ")  # _x leaves a gap
    kinds = {"%": "percent", "@": "typed", ".": "point", ",": "comma", "/": "slash", **dict.fromkeys(_PLACES, "place")}
    return Item(kinds.get(other, "date" if other.lower() in _DATE_LETTERS else "text"), other)


def _of_date(items: Sequence[Item]) -> Iterator[Item]:
    """The items of a date; places behind a point are parts of its seconds."""
    before = ""
    for item in items:
        seconds = before in ("s", "ss") and item.kind == "point"
        part = before == "." and item.kind == "place"
        before = "." if seconds or part else item.text.strip("[]").lower()
        kind = "text" if seconds or part or item.kind in ("comma", "point", "slash") else item.kind
        yield Item(kind, item.text)


def _counted(items: Sequence[Item], condition: tuple[str, Decimal] | None, unseen: bool) -> Section:
    """The section with its commas understood: behind the last place of the whole they divide, between places group."""
    if any(item.kind == "date" for item in items):
        return Section(tuple(_of_date(items)), condition, unseen=unseen)
    kept: list[Item] = []
    thousands, points = 0, 0
    last = max((n for n, item in enumerate(items) if item.kind == "place"), default=-1)
    for n, item in enumerate(items):
        if item.kind == "comma":
            before = any(one.kind == "place" for one in items[:n])
            rest = [one.kind for one in items[n + 1 :] if one.kind in ("place", "point")]
            if not before:
                kept.append(Item("text", ","))
            elif n > last or rest[:1] == ["point"]:
                thousands += 1
        elif item.kind == "point" and points:
            kept.append(Item("text", "."))
        else:
            points += item.kind == "point"
            kept.append(item)
    return Section(tuple(kept), condition, thousands, unseen)


def chosen(sections: Sequence[Section], number: Decimal) -> tuple[Section | None, bool]:
    """The section that draws a number, and whether a minus is drawn before it; ``None`` where none fits."""
    numbers = sections[:3]
    if len(numbers) > 1 and numbers[-1].has("typed") and len(sections) < 4:
        numbers = numbers[:-1]
    if any(section.condition for section in numbers):
        for place, section in enumerate(numbers):
            if section.condition is None:
                if place == len(numbers) - 1 or number > 0:
                    return section, number < 0
            elif _COMPARED[section.condition[0]](number, section.condition[1]):
                below = section.condition[0] in ("<", "<=") and section.condition[1] <= 0
                return section, number < 0 and not below
        return None, False
    if number < 0 and len(numbers) > 1:
        return numbers[1], False
    return numbers[2 if not number and len(numbers) > 2 else 0], number < 0


def draw(number: float, sections: Sequence[Section]) -> str | None:
    """All that people see of a number; ``None`` where that is not known."""
    stored = from_cell(number)
    if stored is None or inexact(stored):
        return None
    section, minus = chosen(sections, stored)
    if section is None or section.unseen:
        return ""
    if not section.items:
        return "-" * minus + written(abs(stored)) if len(sections) == 1 else ""
    figure = abs(stored) * 100 ** sum(item.kind == "percent" for item in section.items)
    figure = figure.scaleb(-3 * section.thousands)
    if section.has("date"):
        return None if stored < 0 or section.has("place") else _date(stored, section.items)
    if section.has("general") or section.has("typed"):
        drawn = "".join(written(figure) if i.kind in ("general", "typed") else i.text for i in section.items)
    elif section.has("exponent"):
        drawn = _scientific(figure, section.items)
    elif section.has("slash") and (fraction := _fraction(figure, section.items)):
        drawn = fraction
    else:
        drawn = _digits(figure, section)
    return "-" * minus + drawn


def draw_text(text: str, sections: Sequence[Section]) -> str:
    """All that people see of a text."""
    section = sections[3] if len(sections) > 3 else next((one for one in reversed(sections) if one.has("typed")), None)
    if section is None:
        return text
    return "" if section.unseen else "".join(text if i.kind == "typed" else i.text for i in section.items)


def _digits(figure: Decimal, section: Section) -> str:
    """The digits over their places: ``0000-0000000`` shows 7348866668 as 0734-8866668."""
    items = section.items
    point = next((n for n, item in enumerate(items) if item.kind == "point"), len(items))
    decimals = sum(item.kind == "place" for item in items[point:])
    if not section.has("place"):
        return "".join(item.text for item in items)
    whole, _, part = f"{figure.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}".partition(".")
    return _whole(whole.lstrip("0"), items[:point]) + _part(part, items[point:])


def _whole(digits: str, items: Sequence[Item]) -> str:
    """The digits before the point, from the last place on; what is left of them stands at the first place."""
    pieces: list[str] = []
    left = sum(item.kind == "place" for item in items)
    for item in reversed(items):
        if item.kind != "place":
            pieces.append(item.text)
            continue
        left -= 1
        taken, digits = (digits, "") if not left else (digits[-1:], digits[:-1])
        pieces.append(taken or {"0": "0", "?": " "}.get(item.text, ""))
    return "".join(reversed(pieces))


def _part(digits: str, items: Sequence[Item]) -> str:
    """The digits behind the point; noughts at their end only where they are asked for."""
    last = len(digits.rstrip("0"))
    place, pieces = 0, []
    for item in items:
        if item.kind != "place":
            pieces.append(item.text)
            continue
        shown = place < last or item.text == "0"
        pieces.append(digits[place] if shown else " " if item.text == "?" else "")
        place += 1
    return "".join(pieces)


def _scientific(figure: Decimal, items: Sequence[Item]) -> str:
    at = next(n for n, item in enumerate(items) if item.kind == "exponent")
    head, tail = items[:at], items[at + 1 :]
    places = max(1, sum(i.kind == "place" for i in head[: _point(head)]))
    power = figure.adjusted() - (figure.adjusted() % places if places > 1 else 0) if figure else 0
    decimals = Decimal(1).scaleb(-sum(i.kind == "place" for i in head[_point(head) :]))
    mantissa = figure.scaleb(-power).quantize(decimals, ROUND_HALF_UP)
    if places == 1 and mantissa >= 10:
        power, mantissa = power + 1, (mantissa / 10).quantize(decimals, ROUND_HALF_UP)
    sign = "-" if power < 0 else "+" * (items[at].text[1] == "+")
    return f"{_digits(mantissa, Section(tuple(head)))}E{sign}{_digits(Decimal(abs(power)), Section(tuple(tail)))}"


def _point(items: Sequence[Item]) -> int:
    return next((n for n, item in enumerate(items) if item.kind == "point"), len(items))


def _fraction(figure: Decimal, items: Sequence[Item]) -> str | None:
    """394 1/33; ``None`` where the stroke is none of a fraction."""
    slash = next(n for n, item in enumerate(items) if item.kind == "slash")
    before, behind = items[:slash], items[slash + 1 :]
    fixed = re.match(r"[1-9][0-9]*", "".join(item.text for item in behind))
    places = next((n for n, i in enumerate(behind) if i.kind != "place"), len(behind))
    if not before or before[-1].kind != "place" or not (fixed or places):
        return None
    head = list(before)
    while head and head[-1].kind == "place":
        head.pop()
    whole = int(figure) if any(item.kind == "place" for item in head) else 0
    rest = Fraction(figure) - whole
    if fixed:
        below = int(fixed[0])
        over = int(rest * below + Fraction(1, 2))
    else:
        near = rest.limit_denominator(10**places - 1)
        over, below = near.numerator, near.denominator
    tail = "".join(item.text for item in behind[len(fixed[0]) if fixed else places :])
    if whole and over == below:
        whole, over = whole + 1, 0
    if whole and not over:
        return f"{whole}{tail}"
    return f"{f'{whole} ' if whole else ''}{over}/{below}{tail}" if over else f"0{tail}"


def _date(days: Decimal, items: Sequence[Item]) -> str | None:
    """A number as the date and time that it stands for."""
    if days >= _LAST_DAY:
        return None
    moment = _DAYS + timedelta(days=float(days))
    texts = {"y": f"{moment.year}", "d": f"{moment.day}", "h": f"{moment.hour}", "s": f"{moment.second}"}
    pieces: list[str] = []
    before = ""
    place = 0
    while place < len(items):
        item = items[place]
        if item.kind != "date" or len(item.text) > 1:
            per_day = _PER_DAY.get(item.text[1:2], 0) if item.text.startswith("[") else 0
            pieces.append(f"{int(days * per_day)}" if per_day else item.text)
            before = item.text[1:2] if per_day else before
            place += 1
            continue
        letter, end = item.text.lower(), place
        while end < len(items) and items[end].kind == "date" and items[end].text.lower() == letter:
            end += 1
        minutes = before == "h" or any(i.text.lower() == "s" for i in items[end : end + 2] if i.kind == "date")
        month = f"{moment.minute}" if minutes else f"{moment.month}"
        pieces.append((month if letter == "m" else texts.get(letter, "")).zfill(min(end - place, 2)))
        before, place = letter, end
    return "".join(pieces)
