"""To which unit a file belongs: by the form's own name, an alias, the sender. A conflict is told, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from perfxl.clerk.errors import filled
from perfxl.clerk.roster import Member, Roster
from perfxl.ledger.files import APART, COUNTED, TO_VERIFY
from perfxl.model import Text
from perfxl.values import name_key

OTHER_UNIT = Text(
    "表上的单位是“{unit}”，发件邮箱 {sender} 在名单中属于“{others}”。",
    "The form is of “{unit}”; the address {sender} belongs to “{others}” on the roster.",
)
NOT_ALLOWED = Text(
    "发件邮箱 {sender} 不在名单中“{unit}”的邮箱里。",
    "The address {sender} is not one of those of “{unit}” on the roster.",
)
NOT_LISTED = Text(
    "表上的单位“{written}”不在应报单位名单中{guess}。",
    "The unit of the form, “{written}”, is not on the roster{guess}.",
)
GUESS = Text("（发件邮箱 {sender} 属于“{others}”）", " (the address {sender} belongs to “{others}”)")
NO_NAME = Text(
    "表上没有填单位名称，发件邮箱 {sender} 也不能确定是哪个单位。",
    "The form names no unit, and the address {sender} does not tell one either.",
)
NO_NAME_AT_ALL = Text("表上没有填单位名称。", "The form names no unit.")


@dataclass(frozen=True)
class Sender:
    """Who a file came from. ``inner`` sent the forwarded mail that it lay in; both are empty for a file handed over.

    A forwarded mail is easily made up: its sender counts only where one of ``ours`` forwarded it.
    """

    address: str = ""
    inner: str = ""
    ours: frozenset[str] = frozenset()

    @property
    def counted(self) -> str:
        """The address that says who sent it."""
        return self.inner if self.address in self.ours and self.inner else self.address


@dataclass(frozen=True)
class Attributed:
    """The unit's name on the roster, by what it was found, whether the file counts, and if not, why."""

    unit: str = ""
    how: str = ""
    standing: str = APART
    why: Text | None = None


def attribute(roster: Roster, written: str, sender: Sender) -> Attributed:
    """The unit of a return on which a unit's name is ``written``."""
    named = roster.named(written)
    if named is not None:
        how = "form" if name_key(written) == named.key else "alias"
        why = _doubt(named, roster, sender)
        return Attributed(named.name, how, TO_VERIFY if why else COUNTED, why)
    units = roster.sending(sender.counted)
    if name_key(written):
        guess = filled(GUESS, sender=sender.counted, others=_listed(units)) if units else Text("", "")
        return Attributed("", "", TO_VERIFY, filled(NOT_LISTED, written=written, guess=guess))
    if len(units) == 1:
        return Attributed(units[0].name, "sender", COUNTED)
    why = filled(NO_NAME, sender=sender.counted) if sender.counted else NO_NAME_AT_ALL
    return Attributed("", "", TO_VERIFY, why)


def by_sender(roster: Roster, sender: Sender) -> Member | None:
    """The one unit that sends from an address."""
    units = roster.sending(sender.counted)
    return units[0] if len(units) == 1 else None


def _doubt(unit: Member, roster: Roster, sender: Sender) -> Text | None:
    """Why a file of a unit is to be verified, ``None`` if it came from the unit or from the clerk's own hand."""
    address = sender.counted
    if not address or address in unit.addresses:
        return None
    others = roster.sending(address)
    if others:
        return filled(OTHER_UNIT, unit=unit.name, sender=address, others=_listed(others))
    return filled(NOT_ALLOWED, unit=unit.name, sender=address)


def _listed(units: Sequence[Member]) -> str:
    return "、".join(unit.name for unit in units)
