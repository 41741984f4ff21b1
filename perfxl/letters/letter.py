"""What a letter to a unit is about: the data from which its template is filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from perfxl.model import Finding, Text

#: kind -> its name for people, which is also the name of its template
KINDS = {
    "passed": Text("通过", "passed"),
    "passed_with_notes": Text("通过有提示", "passed_with_notes"),
    "failed": Text("未通过", "failed"),
    "unreadable": Text("无法读取", "unreadable"),
    "not_a_return": Text("不是申报表", "not_a_return"),
    "to_verify": Text("待核实", "to_verify"),
    "nil_return": Text("零报", "nil_return"),
    "identical": Text("重复报送", "identical"),
    "reminder_missing": Text("催报", "reminder_missing"),
    "reminder_failed": Text("催改", "reminder_failed"),
}
REMINDERS = frozenset({"reminder_missing", "reminder_failed"})


@dataclass(frozen=True, slots=True)
class Original:
    """The mail that is answered: its ids with ``<>``, ``''`` where it has none; ``sent`` has a time zone."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    sent: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one unit.

    ``kind`` is a key of ``KINDS``; with an empty ``to`` the clerk fills in the address. ``original`` is ``None`` for
    a letter that is no answer. ``findings`` are those of the version that the letter is about, in reading order;
    ``closed``, ``new``, ``still`` and ``changed`` (cells, in words) compare it with the version before. ``reason`` is
    why a file could not be read, is no return or must be verified. ``attachments`` are read when the letter is
    composed; ``received`` are the file names as the unit sent them. Raises ``ValueError`` for an unknown kind.
    """

    kind: str
    unit: str
    to: str
    to_name: str
    original: Original | None
    round_title: str
    year: int
    deadline: date | None
    signature: str
    contact: str
    findings: tuple[Finding, ...] = ()
    closed: tuple[Finding, ...] = ()
    new: tuple[Finding, ...] = ()
    still: tuple[Finding, ...] = ()
    changed: tuple[str, ...] = ()
    reason: str = ""
    attachments: tuple[Path, ...] = ()
    version: int = 1
    received: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of letter; there are {', '.join(KINDS)}")
