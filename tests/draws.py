"""Random draws of the tests: fixed ones in ``make test``, new ones where a seed is given (``--hypothesis-seed``)."""

from __future__ import annotations

import random

#: the seed of this run; without one every run draws the same
SEED: str | None = None


def dice(key: int | str) -> random.Random:
    """A generator of random numbers, another one for each key."""
    return random.Random(key if SEED is None else f"{SEED} {key}")
