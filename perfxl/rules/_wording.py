"""Shared by the QUALITY rules: looking for words of the profile in names and values, and for notes of the reader."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from perfxl.model import Ref
from perfxl.profiles import Profile
from perfxl.tables import name_ref, ref
from perfxl.values import squeeze

#: keys of the second levels that these rules have something to say of
QUANTITY, QUALITY, TIMELINESS, SATISFACTION = "quantity", "quality", "timeliness", "satisfaction"
PERCENT = "%"


def noted(lines: pd.DataFrame, note: str) -> NDArray[np.bool_]:
    """Which indicators carry a note of the reader."""
    return np.fromiter((note in notes for notes in lines["notes"]), bool, len(lines))


def first_word(profile: Profile, words: str, text: str) -> str:
    """The first word of a list of the profile that stands in a text, ``""`` for none."""
    pattern = _any_of(profile.lexicon.get(words, ()))
    found = pattern.search(squeeze(text)) if pattern else None
    return found[0] if found else ""


@lru_cache(maxsize=256)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """The words as a pattern that finds the longest of them."""
    longest_first = sorted(map(squeeze, words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if words else None


def is_share(profile: Profile, name: str) -> bool:
    """Whether an indicator is by its name a share of something, so that 100% is the most it can be."""
    return bool(first_word(profile, "shares", name)) and not first_word(profile, "not_shares", name)


def shown(text: str) -> str:
    """A name or value on one line, for a message."""
    return " ".join(text.split())


def plain(number: Decimal) -> str:
    """A number as people write it: no exponent, no zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def usual(texts: Iterable[str], most: int = 3) -> str:
    """The few texts that occur most often, quoted; which they are does not depend on the order of the sheets."""
    counts = Counter(map(shown, texts))
    return "".join(f"“{text}”" for text in sorted(counts, key=lambda text: (-counts[text], text))[:most])


def longest(texts: Iterable[str]) -> str:
    """The longest text, as an example that tells most."""
    return max(texts, key=lambda text: (len(text), text))


def examples(found: list[Any]) -> str:
    """The values that occur most often."""
    return usual(line.value for line in found)


def value_cells(found: list[Any]) -> tuple[Ref, ...]:
    """The cells of the values of some indicators."""
    return tuple(map(ref, found))


def name_cells(found: list[Any]) -> tuple[Ref, ...]:
    """The cells of the names of some indicators."""
    return tuple(map(name_ref, found))
