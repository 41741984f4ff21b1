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
#: what a sender whose return waits is told, and what it may do: nothing but what it wrote itself
FORM_OF_ANOTHER = Text(
    "申报表填写的单位是“{written}”，与发件邮箱登记的单位不一致。",
    "The form is of “{written}”, which is not the unit of this address.",
)
SEND_YOUR_OWN = Text(
    "误附文件的，改附本单位的申报表；单位名称填写有误的，改正后重新报送；确系代其他单位报送的，请来电说明",
    "send your own if it is the wrong file, correct the name if that is wrong, ring us up if you send for another",
)
NAME_NOT_LISTED = Text(
    "申报表填写的单位“{written}”不在本次应报单位之列。",
    "The unit of the form, “{written}”, is none of those that have to report.",
)
CORRECT_THE_NAME = Text(
    "单位名称填写有误的，按全称改正后重新报送；名称无误的，请来电说明",
    "correct the name and send it again; if it is right, ring us up",
)
NAME_MISSING = Text(
    "申报表未填写单位名称，按发件邮箱也无法确定是哪个单位报送。",
    "The form names no unit, and the address does not tell which one it is.",
)
FILL_IN_THE_NAME = Text("在申报表中填写单位名称后重新报送", "fill in the name of the unit and send it again")
ADDRESS_NOT_KNOWN = Text("发件邮箱不是单位登记的邮箱。", "The address is not one that the unit has registered.")
CONFIRM_THE_ADDRESS = Text(
    "用单位登记的邮箱重新报送，或由单位联系人来电确认本邮箱",
    "send it again from the registered address, or let the contact of the unit confirm this one by telephone",
)
NIL_OF_NOBODY = Text(
    "来信声明零报，按发件邮箱无法确定是哪个单位。",
    "The mail is a nil return, and the address does not tell of which unit.",
)
NAME_YOUR_UNIT = Text(
    "用单位登记的邮箱重新报送，或来电说明是哪个单位", "send it from the registered address, or ring us up"
)
NIL_NOT_HERE = Text("本次报送，贵单位不适用零报。", "Your unit may not send a nil return this time.")
FILL_IN_THE_FORMS = Text(
    "填报申报表后重新报送；确无申报内容的，请来电说明", "send the forms; if there is nothing, ring us up"
)
NOT_CONFIRMED = Text(
    "来信需与贵单位联系人核对后才能计入。", "It has to be confirmed by the contact of your unit first."
)
RING_US_UP = Text("由单位联系人来电确认本次报送", "let the contact of your unit confirm it by telephone")
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


def told_to_sender(roster: Roster, file: FileRecord) -> tuple[Text, Text]:
    """Why a return waits, in words for the one who sent it, and what that one may do."""
    units, named = roster.sending(file.sender), roster.named(file.written or file.unit)
    if file.is_nil_return:
        nobody = roster.only_sending(file.sender) is None
        return (NIL_OF_NOBODY, NAME_YOUR_UNIT) if nobody else (NIL_NOT_HERE, FILL_IN_THE_FORMS)
    if not name_key(file.written):
        return NAME_MISSING, FILL_IN_THE_NAME
    if named is None:
        return NAME_NOT_LISTED.fill(written=file.written), CORRECT_THE_NAME
    if file.sender in named.addresses:
        return NOT_CONFIRMED, RING_US_UP
    if units:
        return FORM_OF_ANOTHER.fill(written=file.written), SEND_YOUR_OWN
    return ADDRESS_NOT_KNOWN, CONFIRM_THE_ADDRESS


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
