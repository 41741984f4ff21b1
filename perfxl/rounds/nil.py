"""A mail that says that there is nothing to report (零报), from a unit that may say so."""

from __future__ import annotations

import re
from typing import TypedDict

from perfxl.clerk.errors import filled
from perfxl.ledger.files import COUNTED, TO_VERIFY
from perfxl.model import State, Text
from perfxl.rounds.attribute import Sender, by_sender
from perfxl.rounds.folder import Round
from perfxl.sources.mail.message import Mail
from perfxl.values import squeeze

#: a subject that answers another mail may be the bureau's own
_ANSWER = re.compile(r"(?:re|回复|答复|回覆)[:：]", re.IGNORECASE)

UNKNOWN = Text(
    "邮件说的是零报，发件邮箱 {sender} 不能确定是哪个单位。",
    "The mail is a nil return, and its address {sender} does not tell the unit.",
)
NOT_ALLOWED = Text(
    "邮件说的是零报，名单没有允许“{unit}”零报。",
    "The mail is a nil return, which the roster does not allow “{unit}”.",
)


class Nil(TypedDict):
    """How a nil return is filed."""

    status: str
    unit: str
    how: str
    standing: str
    why: Text | None


def nil_return(round_: Round, mail: Mail) -> Nil | None:
    """How a mail without a return is filed that says 零报, by the profile's words; ``None`` for one that does not."""
    lexicon = round_.profile.lexicon
    subject = "" if _ANSWER.match(squeeze(mail.subject)) else mail.subject
    said = squeeze(f"{subject} {mail.text}")
    for word in lexicon.get("not_nil", ()):
        said = said.replace(word, "")
    if mail.automatic is not None or not any(word in said for word in lexicon.get("nil_return", ())):
        return None
    unit = by_sender(round_.roster, Sender(mail.sender))
    if unit is None:
        why = filled(UNKNOWN, sender=mail.sender)
        return Nil(status=State.NIL.value, unit="", how="", standing=TO_VERIFY, why=why)
    if not unit.nil:
        why = filled(NOT_ALLOWED, unit=unit.name)
        return Nil(status=State.NIL.value, unit=unit.name, how="sender", standing=TO_VERIFY, why=why)
    return Nil(status=State.NIL.value, unit=unit.name, how="sender", standing=COUNTED, why=None)
