"""How far a round is: how each unit stands, and what came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from perfxl.model import State


@dataclass(frozen=True, slots=True)
class Standing:
    """How one unit stands: what counts of it, what waits to be verified. ``control`` and ``total`` are fen.

    ``last`` is the day on which the last thing came from it; ``errors`` are open in the version that counts.
    """

    unit: str
    state: State
    versions: int = 0
    last: date | None = None
    errors: int = 0
    waiting: int = 0
    control: int | None = None
    total: int | None = None
    remark: str = ""

    @property
    def gap(self) -> int | None:
        """Total less control figure, in fen."""
        return None if self.total is None or self.control is None else self.total - self.control


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that came in, or one mail without any (来件登记).

    ``message`` and ``file`` are their numbers in the ledger, ``file`` 0 where there is none. ``received`` is local
    time; ``version`` 0 for what is none. ``how``, ``result``, ``answer`` and ``remark`` are words for people;
    ``tone`` is what is to be thought of the result: good, notice, warning, error or faint. ``state`` is how far the
    answer is: due, drafted, sending, sent, refused, or ``""`` for none; ``draft`` the name of its file.
    """

    message: int
    file: int
    received: datetime | None
    sender: str
    subject: str
    name: str
    unit: str
    how: str
    version: int
    result: str
    tone: str
    answer: str
    state: str
    draft: str
    remark: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is, and what came in.

    ``days_left`` is negative when its deadline is over, ``None`` without one.
    """

    title: str
    deadline: date | None
    days_left: int | None
    units: tuple[Standing, ...]
    arrivals: tuple[Arrival, ...] = ()
