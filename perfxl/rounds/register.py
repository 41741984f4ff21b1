"""Addresses of people made unreadable, for what leaves the round."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from perfxl.ledger import records
from perfxl.ledger.records import DONE, DRAFTED, REFUSED, SENDING, SENT, TO_VERIFY, Entered, Filed, Reply
from perfxl.letters.letter import KINDS
from perfxl.model import Arrival, Lang, State, Status, Text
from perfxl.rounds.answers import IDENTICAL, outstanding
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import MAIL
from perfxl.rounds.versions import History, histories

_ADDRESS = re.compile(r"([^\s@，。、；：（）“”<>()])[^\s@，。、；：（）“”<>()]*@")


def mask(text: str) -> str:
    """A text in which no address of a person can be read: ``z***@example.gov.cn``."""
    return _ADDRESS.sub(r"\1***@", text)


HANDED_OVER = Text("（直接交来）", "(handed over)")
HOW = {
    "": Text("", ""),
    "form": Text("表上单位名称", "name on the form"),
    "alias": Text("表上别名", "alias on the form"),
    "sender": Text("发件邮箱", "sender"),
    "clerk": Text("人工核实", "clerk"),
}
LABELS = {word.value: word.label for word in (*Status, State.NIL)}
TONES = {
    Status.PASSED.value: "good",
    Status.PASSED_WITH_NOTES.value: "good",
    Status.FAILED.value: "error",
    Status.UNREADABLE.value: "warning",
    Status.NOT_A_RETURN.value: "faint",
    State.NIL.value: "notice",
}
NO_RETURN = (Status.UNREADABLE.value, Status.NOT_A_RETURN.value)
SAME = Text("重复报送", "identical")
AUTOMATIC = Text("自动邮件", "automatic mail")
PROBLEM = Text("附件未能取出", "attachment not had")
NO_FILE = Text("没有附件", "no attachment")
UNFINISHED = Text("未处理完", "not finished")
RESUME = Text("收取时中断，再运行一次 perfxl mail check 即可。", "It was interrupted; perfxl mail check finishes it.")

DUE = "due"
STATES = {
    DRAFTED: Text("草稿", "draft"),
    SENDING: Text("发送中断", "interrupted"),
    SENT: Text("已发出", "sent"),
    REFUSED: Text("未能发出", "refused"),
}
ANSWER = Text("{kind}（{state}）", "{kind} ({state})")
NO_ANSWER = Text("", "")
TO_BE_WRITTEN = Text("待写", "to be written")
NOT_TO_PROGRAMS = Text("不回复（自动邮件）", "none (automatic mail)")
NOT_TO_US = Text("不回复（本单位邮箱）", "none (our own mail)")
NOT_TO_STRANGERS = Text("不回复（陌生邮箱）", "none (a stranger)")
WITH_OTHERS = Text("同封邮件已回复", "with others of the mail")
REFUSAL = Text("回复未能发出：{reason}", "The answer was refused: {reason}")
BETWEEN = Text("；", "; ")


@dataclass(frozen=True)
class _Book:
    """What is looked up for each row: files by message, histories, answers, and what has no answer yet."""

    round_: Round
    lang: Lang
    filed: Mapping[int, list[Filed]]
    found: Mapping[str, History]
    of_file: Mapping[int | None, Reply]
    of_message: Mapping[int | None, Reply]
    due: frozenset[tuple[int, int]]
    #: of files that are no return: what was found
    reasons: Mapping[int, str]


def register(round_: Round, lang: Lang = "zh", *, masked: bool = True) -> tuple[Arrival, ...]:
    """One row for each file, and one for each mail without any, in the order in which they were received.

    Addresses are ``masked`` unless asked for.
    """
    book = _looked_up(round_, lang)
    came = sorted(records.all_messages(round_.ledger), key=lambda one: (one.received, one.id))
    return tuple(
        _row(book, message, one, masked=masked) for message in came for one in book.filed.get(message.id, (None,))
    )


def _looked_up(round_: Round, lang: Lang) -> _Book:
    every, found, answers = records.all_files(round_.ledger), histories(round_), records.all_replies(round_.ledger)
    filed: dict[int, list[Filed]] = defaultdict(list)
    for one in every:
        filed[one.message].append(one)
    due = outstanding(round_, every, found, {}, lang)
    none = [one.id for one in every if one.status in NO_RETURN]
    reasons = {number: told[-1].message for number, told in records.findings_of(round_.ledger, none).items() if told}
    return _Book(
        round_, lang, filed, found, {one.file: one for one in answers}, {one.message: one for one in answers},
        frozenset((item.message.id, item.file.id if item.file else 0) for item in due),
        reasons,
    )  # fmt: skip


def _row(book: _Book, message: Entered, one: Filed | None, *, masked: bool) -> Arrival:
    lang, number = book.lang, one.id if one else 0
    version = _version(book, one)
    result, tone, why = _result(message, one, again=version if one and _is_again(book, one) else 0)
    unit, how = _unit(book, message, one)
    reply = book.of_file.get(number) if one else book.of_message.get(message.id)
    answer, state = _answer(book, message, number, reply)
    remarks = [book.reasons[number]] if number in book.reasons else []
    remarks += [text.render(lang) for text in (*why, *message.problems)]
    remarks += [REFUSAL.render(lang, reason=reply.reason)] if reply and reply.reason else []
    hide = mask if masked else str
    return Arrival(
        message.id, number, datetime.fromisoformat(message.received).astimezone(),
        hide(message.sender) if message.kind == MAIL else HANDED_OVER.render(lang),
        hide(message.subject) if message.kind == MAIL else "",
        hide(one.name) if one and one.stored else "",
        unit, HOW[how].render(lang), version,
        result.render(lang), tone, answer.render(lang), state, reply.stored.rpartition("/")[2] if reply else "",
        hide(BETWEEN.render(lang).join(dict.fromkeys(remarks))),
    )  # fmt: skip


def _unit(book: _Book, message: Entered, one: Filed | None) -> tuple[str, str]:
    """The unit and by what it was found; of a mail without a file the one unit that sends from the address."""
    if one is not None:
        return one.unit, one.how
    units = book.round_.roster.sending(message.sender)
    return (units[0].name, "sender") if len(units) == 1 else ("", "")


def _is_again(book: _Book, one: Filed) -> bool:
    return any(again.id == one.id for again, _ in book.found[one.unit].again) if one.unit in book.found else False


def _version(book: _Book, one: Filed | None) -> int:
    """The number of a version, or of the one that a file repeats."""
    history = book.found.get(one.unit) if one else None
    if one is None or history is None:
        return 0
    return history.number(one) or next((version for again, version in history.again if again.id == one.id), 0)


def _result(message: Entered, one: Filed | None, again: int) -> tuple[Text, str, list[Text]]:
    """What became of it, what is to be thought of that, and why."""
    automatic = [message.automatic] if message.automatic else []
    if message.state != DONE:
        return UNFINISHED, "warning", [RESUME]
    if one is None:
        if automatic:
            return AUTOMATIC, "faint", automatic
        return (PROBLEM, "warning", []) if message.problems else (NO_FILE, "faint", [])
    if one.standing == TO_VERIFY:
        return State.TO_VERIFY.label, "warning", [*automatic, *([one.why] if one.why else [])]
    if again:
        same = Text(IDENTICAL.render("zh", version=again), IDENTICAL.render("en", version=again))
        return SAME, "notice", [*automatic, same]
    return LABELS[one.status], TONES[one.status], automatic


def _answer(book: _Book, message: Entered, number: int, reply: Reply | None) -> tuple[Text, str]:
    """What was answered and how far that is, or why nothing is answered."""
    if reply is not None:
        said = {lang: KINDS[reply.kind].render(lang) for lang in ("zh", "en")}
        states = STATES[reply.state]
        zh, en = ANSWER.zh.format(kind=said["zh"], state=states.zh), ANSWER.en.format(kind=said["en"], state=states.en)
        return Text(zh, en), reply.state
    if (message.id, number) in book.due:
        return TO_BE_WRITTEN, DUE
    if message.kind != MAIL or message.state != DONE:
        return NO_ANSWER, ""
    if message.automatic is not None:
        return NOT_TO_PROGRAMS, ""
    if message.id in book.of_message:
        return WITH_OTHERS, ""
    if message.sender == book.round_.settings.sender.lower():
        return NOT_TO_US, ""
    return (NO_ANSWER if book.round_.roster.sending(message.sender) else NOT_TO_STRANGERS), ""
