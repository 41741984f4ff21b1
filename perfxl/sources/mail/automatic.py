"""Whether a mail was written by a program and must not be answered, lest two programs answer each other for ever."""

from __future__ import annotations

from perfxl.model import Text
from perfxl.sources.mail.headers import Headers
from perfxl.sources.mail.known import known

BOUNCE = Text("退信，不作回复", "a bounce, not answered")
REPORT = Text("系统回执或退信，不作回复", "a receipt or bounce of a mail system, not answered")
ANSWER = Text("自动答复，不作回复", "an automatic answer, not answered")
SYSTEM = Text("系统自动发出的邮件，不作回复", "sent by a program, not answered")
NO_REPLY = Text("发件地址不收回复（no-reply），不作回复", "sent from an address that takes no answers, not answered")
BULK = Text("群发或订阅邮件，不作回复", "bulk mail or a mailing list, not answered")


def why_automatic(headers: Headers, sender: str, subject: str) -> Text | None:
    """Why the mail must not be answered; ``None`` for one that a person sent."""
    name = sender.partition("@")[0]
    kind = headers.first("content-type").partition(";")[0].strip().lower()
    submitted = headers.first("auto-submitted").partition(";")[0].strip().lower()
    precedence = headers.first("precedence").strip().lower()
    answers = headers.first("x-autoreply") or headers.first("x-autorespond") or precedence == "auto_reply"
    if any(value.replace(" ", "") == "<>" for value in headers.all("return-path")) or name == "mailer-daemon":
        return BOUNCE
    if kind == "multipart/report":
        return REPORT
    if submitted == "auto-replied" or answers or known().subjects.match(subject.lower()):
        return ANSWER
    if submitted not in ("", "no"):
        return SYSTEM
    if known().senders.fullmatch(name):
        return NO_REPLY
    if precedence in known().precedence or headers.first("list-id") or headers.first("list-unsubscribe"):
        return BULK
    return None
