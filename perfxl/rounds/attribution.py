"""Of which unit a file or a nil return (零报) is, and why it has to be verified before it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from perfxl.clerk.roster import Member, Roster
from perfxl.ledger.records import APART, COUNTED, TO_VERIFY, FileRecord, MessageRecord
from perfxl.model import State, Text
from perfxl.rounds.folder import Round
from perfxl.sources.mail.attachments import Mail
from perfxl.values import name_key, squeeze

OTHER_UNIT = Text(
    "申报表填写的单位是“{unit}”，发件邮箱 {sender} 在名单中属于“{others}”。",
    "The form is of “{unit}”; the address {sender} belongs to “{others}” on the roster.",
)
NOT_ALLOWED = Text(
    "发件邮箱 {sender} 不属于名单中“{unit}”的邮箱。",
    "The address {sender} is not one of those of “{unit}” on the roster.",
)
NOT_LISTED = Text(
    "申报表填写的单位“{written}”不在应报单位名单中{guess}。",
    "The unit of the form, “{written}”, is not on the roster{guess}.",
)
GUESS = Text("（发件邮箱 {sender} 属于“{others}”）", " (the address {sender} belongs to “{others}”)")
NO_NAME = Text(
    "申报表未填写单位名称，按发件邮箱 {sender} 也无法确定单位。",
    "The form names no unit, and the address {sender} does not tell one either.",
)
NO_NAME_AT_ALL = Text("申报表未填写单位名称。", "The form names no unit.")
NIL_UNKNOWN = Text(
    "邮件声明零报，按发件邮箱 {sender} 无法确定单位。",
    "The mail is a nil return, and its address {sender} does not tell the unit.",
)
NIL_NOT_ALLOWED = Text(
    "邮件声明零报，但名单未允许“{unit}”零报。", "The mail is a nil return, which the roster does not allow “{unit}”."
)
#: the subject of a reply to another mail may be the bureau's own
_REPLY = re.compile(r"(?:re|回复|答复|回覆)[:：]", re.IGNORECASE)


@dataclass(frozen=True)
class Attribution:
    """The unit's name on the roster, by what it was found, whether the file counts, and if not, why."""

    unit: str = ""
    how: str = ""
    standing: str = APART
    why: Text | None = None


def attribute(roster: Roster, written: str, sender: str) -> Attribution:
    """The unit of a return: by the name on the form, an alias, else the sender; it waits if they differ."""
    named = roster.named(written)
    if named is not None:
        how = "form" if name_key(written) == named.key else "alias"
        why = _contradiction(named, roster, sender)
        return Attribution(named.name, how, TO_VERIFY if why else COUNTED, why)
    units = roster.sending(sender)
    if name_key(written):
        guess = GUESS.fill(sender=sender, others=_listed(units)) if units else ""
        return Attribution("", "", TO_VERIFY, NOT_LISTED.fill(written=written, guess=guess))
    unit = roster.only_sending(sender)
    if unit is not None:
        return Attribution(unit.name, "sender", COUNTED)
    return Attribution("", "", TO_VERIFY, NO_NAME.fill(sender=sender) if sender else NO_NAME_AT_ALL)


def _contradiction(unit: Member, roster: Roster, sender: str) -> Text | None:
    """Why a file of a unit is to be verified, ``None`` if it came from the unit itself or by the clerk."""
    if not sender or sender in unit.addresses:
        return None
    others = roster.sending(sender)
    if others:
        return OTHER_UNIT.fill(unit=unit.name, sender=sender, others=_listed(others))
    return NOT_ALLOWED.fill(unit=unit.name, sender=sender)


def _listed(units: Iterable[Member]) -> str:
    return "、".join(unit.name for unit in units)


def nil_return(round_: Round, entered: MessageRecord, place: int, mail: Mail) -> list[FileRecord]:
    """The record of a mail without a return that reports nothing (零报), by the profile's words; ``[]`` for others."""
    lexicon = round_.profile.lexicon
    subject = "" if _REPLY.match(squeeze(mail.subject)) else mail.subject
    text = squeeze(f"{subject} {mail.text}")
    for word in lexicon.get("not_nil", ()):
        text = text.replace(word, "")
    if mail.automatic is not None or not any(word in text for word in lexicon.get("nil_return", ())):
        return []
    record = FileRecord(entered.id, place, mail.subject, "", "", mail.sender, State.NIL.value, standing=TO_VERIFY)
    unit = round_.roster.only_sending(mail.sender)
    if unit is None:
        return [replace(record, why=NIL_UNKNOWN.fill(sender=mail.sender))]
    why = None if unit.nil else NIL_NOT_ALLOWED.fill(unit=unit.name)
    return [replace(record, unit=unit.name, how="sender", standing=TO_VERIFY if why else COUNTED, why=why)]
