"""What is answered: one letter to a unit, about what counts of it, and with it all that came before and since."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from perfxl.ledger.records import COUNTED, TO_VERIFY, FileRecord, MessageRecord, ReplyRecord
from perfxl.letters.letter import REMINDERS
from perfxl.model import Lang, State, Status, Text
from perfxl.rounds.attribution import told_to_sender
from perfxl.rounds.versions import Contents, History
from perfxl.sources.mail.mime import parse

#: kinds of answers by the status of the return
KINDS_OF_RESULTS = {
    Status.PASSED.value: "passed",
    Status.PASSED_WITH_NOTES.value: "passed_with_notes",
    Status.FAILED.value: "failed",
}
#: the answer to a mail from which nothing counts
WITHOUT_RETURN = ("unreadable", "not_a_return", "no_attachment")
#: kinds of reminders by the state of the unit
KINDS_OF_REMINDERS = {State.MISSING: "reminder_missing", State.FAILED: "reminder_failed"}

IDENTICAL = Text("与第 {version} 版完全相同。", "It is identical to version {version}.")
NAMED = Text("“{name}”：{why}", "“{name}”: {why}")
ALSO = {
    "unreadable": Text("“{name}”无法读取，未予审核（{why}）", "“{name}” cannot be read and was not checked ({why})"),
    "not_a_return": Text("“{name}”不是申报表，未予审核", "“{name}” is no return and was not checked"),
    "no_attachment": Text("邮件“{subject}”中没有附件", "the mail “{subject}” has no attachment"),
}
LATER_COUNTS = Text(
    "此后又收到该单位的文件，本函已不适用，未发出。", "The unit has sent something since; it was not sent."
)
VERIFIED = Text("该报送件已不在待核实之列，本函已不适用，未发出。", "The return was verified since; it was not sent.")
OTHER_STATE = Text(
    "该单位的报送情况已有变化，本函已不适用，未发出。", "The unit's state is another now; it was not sent."
)

#: a mail without a file that speaks of one, and one that asks or thanks, so that nothing was forgotten
_ANNOUNCES = re.compile(r"附件|附上|附后|附表|随信|随函|随邮件|查收|请审[核阅收]|attach|enclosed", re.IGNORECASE)
_ASKS = re.compile(r"[?？吗呢]|请问|咨询|如何|怎么|怎样|什么|何时|能否|可否|是否|收到|收悉|thank", re.IGNORECASE)


@dataclass(frozen=True)
class AnswerDue:
    """An answer that is due; ``about`` is its key in the ledger, ``file`` the first of several, if there is any.

    ``covered`` are the keys of what else it answers, with message and file; ``also`` says what came since and does not
    count. ``remedy`` is what a sender whose return waits may do; ``counting`` is the name of the version that counts.
    """

    about: str
    kind: str
    message: MessageRecord
    unit: str
    file: FileRecord | None = None
    reason: str = ""
    version: int = 1
    covered: tuple[tuple[str, int, int | None], ...] = ()
    also: tuple[str, ...] = ()
    remedy: str = ""
    counting: str = ""


def answers_due(contents: Contents, lang: Lang) -> list[AnswerDue]:
    """The answers that are due and not yet written."""
    done = {reply.about for reply in contents.replies}
    of_units: dict[str, list[AnswerDue]] = {}
    alone = []
    for message in sorted(contents.messages, key=lambda one: (one.received, one.id)):
        for item in _items_of(contents, message, lang):
            if item.unit and item.kind != "to_verify":
                of_units.setdefault(item.unit, []).append(item)
            elif item.about not in done:
                alone.append(item)
    letters = (_one_letter(contents, unit, items, done, lang) for unit, items in of_units.items())
    found = [*alone, *(letter for letter in letters if letter is not None)]
    return sorted(found, key=lambda one: one.message.id)


def _one_letter(contents: Contents, unit: str, items: list[AnswerDue], done: set[str], lang: Lang) -> AnswerDue | None:
    """The letter to a unit: about what counts unless that was answered, else about what came since and does not."""
    latest = latest_of(contents.histories.get(unit))
    at = next((n for n, one in enumerate(items) if latest and one.file and one.file.id == latest.id), None)
    if (
        at is None and latest is not None and _by_a_program(contents, latest)
    ):  # it gets no letter, what came before does
        at = next((n for n in reversed(range(len(items))) if items[n].kind not in WITHOUT_RETURN), None)
    after = latest.received if latest else ""
    since = [one for one in items if one.kind in WITHOUT_RETURN and one.message.received > after]
    since = [one for one in since if one.about not in done]
    chosen = items[at] if at is not None and items[at].about not in done else since[-1] if since else None
    if chosen is None:
        return None
    valid = contents.histories[unit].valid if unit in contents.histories else None
    return replace(
        chosen,
        covered=tuple(_key(one) for one in items if one.about not in done and one is not chosen),
        also=tuple(one.also[0] for one in since if one is not chosen and one.also),
        counting=valid.name.rpartition("/")[2] if valid else "",
    )


def _key(item: AnswerDue) -> tuple[str, int, int | None]:
    return item.about, item.message.id, item.file.id if item.file else None


def latest_of(history: History | None) -> FileRecord | None:
    """What came last of what counts: a version, a nil return, or a file that repeats the version that counts.

    A file that came twice in one mail, and one that another completes, is told by the one that it belongs to.
    """
    if history is None:
        return None
    valid = history.valid
    if valid is None:
        return history.nil_return
    again = (one for one, version in history.repeats if history.versions[version - 1].message != one.message)
    return next((one for one in reversed([*again]) if one.received > valid.received), valid)


def _items_of(contents: Contents, message: MessageRecord, lang: Lang) -> Iterator[AnswerDue]:
    """What is to be answered of one message: nothing automatic or handed over, and of strangers only returns."""
    if not message.is_mail or not message.is_done or message.automatic is not None:
        return
    returns = [one for one in contents.files[message.id] if one.is_return or one.is_nil_return]
    for one in returns:
        history = contents.history_of(one)
        if one.standing == COUNTED and history is not None:
            yield _counted(history, message, one, lang)
    listed = contents.round_.roster.named
    waiting = [
        one for one in returns if one.standing == TO_VERIFY and one.sender and (not one.unit or listed(one.unit))
    ]
    if waiting:
        yield _to_verify(contents, message, waiting[0], lang)
    if not returns and message.sender != contents.round_.settings.own_address:
        yield from _without_return(contents, message, lang)


def _to_verify(contents: Contents, message: MessageRecord, one: FileRecord, lang: Lang) -> AnswerDue:
    """To the one who sent it, who learns nothing but what it wrote itself."""
    senders = contents.round_.roster.sending(one.sender)
    unit = senders[0].name if len(senders) == 1 else "" if senders else one.written
    reason, remedy = told_to_sender(contents.round_.roster, one)
    return AnswerDue(
        f"message {message.id} to verify", "to_verify", message, unit, one, reason.render(lang),
        remedy=remedy.render(lang),
    )  # fmt: skip


def _counted(history: History, message: MessageRecord, one: FileRecord, lang: Lang) -> AnswerDue:
    about = f"file {'+'.join(str(number) for number in (*one.parts, one.id))}"
    if one.is_nil_return:
        return AnswerDue(about, "nil_return", message, one.unit, one)
    version = history.repeated(one)
    if version:
        return AnswerDue(about, "identical", message, one.unit, one, IDENTICAL.render(lang, version=version), version)
    return AnswerDue(about, KINDS_OF_RESULTS[one.status], message, one.unit, one, "", history.number(one))


def _without_return(contents: Contents, message: MessageRecord, lang: Lang) -> Iterator[AnswerDue]:
    """The answer to a unit whose mail contains no return; none to one that asks or thanks and attaches nothing."""
    units = contents.round_.roster.sending(message.sender)
    if not units:
        return
    files = contents.files[message.id]
    unreadable = [one for one in files if one.status == Status.UNREADABLE]
    named = unreadable or files
    reasons = [
        NAMED.render(lang, name=one.name.rpartition("/")[2], why=contents.reasons.get(one.id, "")) for one in named
    ]
    reasons += [problem.render(lang) for problem in message.problems]
    kind = "unreadable" if unreadable or message.problems else "not_a_return" if files else "no_attachment"
    if kind == "no_attachment" and not _forgot_the_file(contents, message):
        return
    values = {"name": named[0].name.rpartition("/")[2] if named else "", "subject": message.subject}
    also = ALSO[kind].render(lang, **values, why=contents.reasons.get(named[0].id, "").rstrip("。") if named else "")
    unit = units[0].name if len(units) == 1 else ""
    first = next(iter(named), None)
    yield AnswerDue(
        f"message {message.id}", kind, message, unit, first, "\n".join(reasons),
        also=() if kind == "unreadable" and not named else (also,),
    )  # fmt: skip


def _forgot_the_file(contents: Contents, message: MessageRecord) -> bool:
    """Whether a mail without a file speaks of one, and neither asks nor thanks."""
    mail = parse(contents.round_.below(message.stored).read_bytes())
    return bool(_ANNOUNCES.search(mail.text)) and not _ASKS.search(f"{mail.subject} {mail.text}")


def overtaken(contents: Contents, reply: ReplyRecord) -> Text | None:
    """Why a draft is not true any more, ``None`` while it is."""
    unit = contents.round_.roster.named(reply.unit)
    history = contents.histories.get(unit.name) if unit else None
    if reply.kind == "to_verify":
        waits = any(one.standing == TO_VERIFY for one in contents.files.get(reply.message or 0, ()))
        return None if waits else VERIFIED
    if history is None:
        return None
    if reply.kind in REMINDERS:
        return None if reply.kind == reminder_of(history) and _same(history, reply) else OTHER_STATE
    latest = latest_of(history)
    if latest is None or latest.id == reply.file or _by_a_program(contents, latest):
        return None
    came = next((one.received for one in contents.messages if one.id == reply.message), "")
    return LATER_COUNTS if reply.kind not in WITHOUT_RETURN or latest.received > came else None


def _by_a_program(contents: Contents, file: FileRecord) -> bool:
    """Whether a file came with a mail that a program wrote."""
    return any(one.id == file.message and one.automatic is not None for one in contents.messages)


def _same(history: History, reply: ReplyRecord) -> bool:
    return reply.file is None or reply.file == getattr(reminded_of(history), "id", None)


def reminder_of(history: History) -> str:
    """The kind of reminder for a unit in its present state, ``""`` for none."""
    if history.state is State.FAILED and history.valid is None:
        return "reminder_unreadable"
    return KINDS_OF_REMINDERS.get(history.state, "")


def reminded_of(history: History) -> FileRecord | None:
    """The file that a reminder is about."""
    return history.valid or next(reversed(history.unreadable), None)
