"""The clerk's own templates are filled in another process, which a mistake in one cannot keep busy for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from perfxl.untrusted import STOPPED, Limits, Unreadable, run

#: what a letter may take
LIMITS = Limits(memory=256 * 2**20, seconds=10.0, by_the_clock=120.0)
#: characters of a letter
LONGEST_LETTER = 1_000_000

_Value = TypeVar("_Value")


class TooMuch(Exception):  # noqa: N818 - the letter is too much, nothing failed
    """The work did not end in its time or memory."""


def bounded(work: Callable[..., _Value], *values: Any) -> _Value:
    """``work(*values)`` in the other process. Raises ``TooMuch``, and what the work raises."""
    try:
        return run(work, *values, limits=LIMITS)
    except Unreadable as error:
        if error.kind not in STOPPED:
            raise
        raise TooMuch from error
