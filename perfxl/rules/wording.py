"""The words of indicators: lists of the profile found in names and values, and how both are quoted in a message."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from perfxl.profiles import Profile
from perfxl.reading import IndicatorRow
from perfxl.values import squeeze

#: keys of second levels that rules are about
QUANTITY, QUALITY, TIMELINESS, SATISFACTION = "quantity", "quality", "timeliness", "satisfaction"
ECOLOGICAL = "ecological"
PERCENT = "%"
#: the change that a value needs which says several things: what else is said of it goes with that
ONE_VALUE = "one value"


def first_word(profile: Profile, words: str, text: str) -> str:
    """The first word of a list of the profile that is part of a text, ``""`` for none."""
    pattern = _any_of(profile.lexicon.get(words, ()))
    found = pattern.search(squeeze(text)) if pattern else None
    return found[0] if found else ""


@lru_cache(maxsize=256)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """The words as a pattern that finds the longest of them."""
    longest_first = sorted(map(squeeze, words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if words else None


def is_share(profile: Profile, name: str) -> bool:
    """Whether an indicator is by its name a share of something, so that 100% is its maximum."""
    return bool(first_word(profile, "shares", name)) and not first_word(profile, "not_shares", name)


def shown(text: str) -> str:
    """A name or value on one line, for a message."""
    return " ".join(text.split())


def beginning(text: str, most: int = 20) -> str:
    """The text, of a longer one so many characters, to be quoted."""
    return text if len(text) <= most else f"{text[:most]}…"


def plain(number: Decimal) -> str:
    """A number as people write it: no exponent, no zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quoted(line: IndicatorRow) -> dict[str, object]:
    """The name and the value of an indicator for a message."""
    return {"name": shown(line.name), "value": shown(line.value)}


def single_rate(line: IndicatorRow) -> Decimal | None:
    """The percentage of an indicator whose value is a single one, whatever its sign; ``None`` for any other value."""
    alone = line.kind == "number" and line.measure == PERCENT and len(line.numbers) == 1
    return line.numbers[0] if alone else None


def usual(texts: Iterable[str], most: int = 3) -> str:
    """The few most frequent texts, quoted; which they are does not depend on the order of the sheets."""
    counts = Counter(map(shown, texts))
    return "".join(f"“{text}”" for text in sorted(counts, key=lambda text: (-counts[text], text))[:most])


def longest(texts: Iterable[str]) -> str:
    """The longest text, as an example for a message."""
    return max(texts, key=lambda text: (len(text), text))


def without_figure(line: IndicatorRow) -> bool:
    """Whether a value has no content but signs, a measure or a mark: ≥, 家, —; not 无, nor the template's ≥**."""
    if line.kind != "placeholder" or "template" in line.notes:
        return False
    return "hollow" in line.notes or not any(letter.isalnum() for letter in line.value)


def none_of_it(profile: Profile, line: IndicatorRow) -> bool:
    """Whether 无 is the target: of accidents and other things of which less is better."""
    return squeeze(line.value) in ("无", "没有") and bool(first_word(profile, "small_is_good", line.name))
