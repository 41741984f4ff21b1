"""The register of arrivals (来件登记): every mail and every file handed over, its result, and what was answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from perfxl.ledger.database import local_time
from perfxl.ledger.records import DRAFTED, REFUSED, SENDING, SENT, TO_VERIFY, FileRecord, MessageRecord, ReplyRecord
from perfxl.letters.letter import KINDS
from perfxl.model import Arrival, Lang, State, Status, Text
from perfxl.rounds.answers import IDENTICAL, answers_due
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import unit_of_sender
from perfxl.rounds.versions import BETWEEN, Contents, read_contents

_ADDRESS = re.compile(r"([^\s@，。、；：（）“”<>()])[^\s@，。、；：（）“”<>()]*@")

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


def anonymise(text: str) -> str:
    """A text in which no address of a person can be read: ``z***@example.gov.cn``."""
    return _ADDRESS.sub(r"\1***@", text)


class _Result(NamedTuple):
    """What became of a file or mail, how that is to be taken (``Arrival.tone``), and why."""

    label: Text
    tone: str
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True)
class _Register:
    """What is looked up for each row: the ledger, the replies by file and by message, and what has no reply yet."""

    contents: Contents
    lang: Lang
    of_file: Mapping[int | None, ReplyRecord]
    of_message: Mapping[int | None, ReplyRecord]
    due: frozenset[tuple[int, int]]
    anonymous: bool

    def row(self, message: MessageRecord, file: FileRecord | None) -> Arrival:
        """The row of a file, or of a mail without any."""
        lang, number = self.lang, file.id if file else 0
        history = self.contents.history_of(file) if file else None
        repeated = history.repeated(file) if file and history else 0
        version = repeated or (history.number(file) if file and history else 0)
        result = _result(message, file, repeated)
        unit, how = self._unit(message, file)
        reply = self.of_file.get(number) if file else self.of_message.get(message.id)
        answer, state = self._answer(message, number, reply)
        remarks = [self.contents.reasons[number]] if number in self.contents.reasons else []
        remarks += [text.render(lang) for text in (*result.reasons, *message.problems)]
        remarks += [REFUSAL.render(lang, reason=reply.reason)] if reply and reply.reason else []
        hide = anonymise if self.anonymous else str
        return Arrival(
            message.id, number, local_time(message.received),
            hide(message.sender) if message.is_mail else HANDED_OVER.render(lang),
            hide(message.subject) if message.is_mail else "",
            hide(file.name) if file and file.stored else "",
            unit, HOW[how].render(lang), version, result.label.render(lang), result.tone,
            answer.render(lang), state, reply.stored.rpartition("/")[2] if reply else "",
            hide(BETWEEN.render(lang).join(dict.fromkeys(remarks))),
        )  # fmt: skip

    def _unit(self, message: MessageRecord, file: FileRecord | None) -> tuple[str, str]:
        """The unit and by what it was found; of a mail without a file the only unit that sends from the address."""
        if file is not None:
            return file.unit, file.how
        unit = unit_of_sender(self.contents.round_.roster, message.sender)
        return (unit.name, "sender") if unit else ("", "")

    def _answer(self, message: MessageRecord, number: int, reply: ReplyRecord | None) -> tuple[Text, str]:
        """The answer and its state, or why there is none."""
        if reply is not None:
            return ANSWER.fill(kind=KINDS[reply.kind], state=STATES[reply.state]), reply.state
        if (message.id, number) in self.due:
            return TO_BE_WRITTEN, DUE
        if not message.is_mail or not message.is_done:
            return NO_ANSWER, ""
        if message.automatic is not None:
            return NOT_TO_PROGRAMS, ""
        if message.id in self.of_message:
            return WITH_OTHERS, ""
        round_ = self.contents.round_
        if message.sender == round_.settings.own_address:
            return NOT_TO_US, ""
        return (NO_ANSWER if round_.roster.sending(message.sender) else NOT_TO_STRANGERS), ""


def register(round_: Round, lang: Lang = "zh", *, anonymous: bool = True) -> tuple[Arrival, ...]:
    """One row for each file, and one for each mail without any, in the order in which they were received.

    Addresses of people are made unreadable unless ``anonymous`` is false. Raises ``UserError``, ``UserError``.
    """
    contents = read_contents(round_)
    due = frozenset((item.message.id, item.file.id if item.file else 0) for item in answers_due(contents, lang))
    of_file = {reply.file: reply for reply in contents.replies}
    of_message = {reply.message: reply for reply in contents.replies}
    no_file: list[FileRecord | None] = [None]
    rows = _Register(contents, lang, of_file, of_message, due, anonymous)
    came = sorted(contents.messages, key=lambda one: (one.received, one.id))
    return tuple(rows.row(message, file) for message in came for file in contents.files[message.id] or no_file)


def _result(message: MessageRecord, file: FileRecord | None, repeated: int) -> _Result:
    automatic = (message.automatic,) if message.automatic else ()
    if not message.is_done:
        return _Result(UNFINISHED, "warning", (RESUME,))
    if file is None:
        if automatic:
            return _Result(AUTOMATIC, "faint", automatic)
        return _Result(PROBLEM, "warning") if message.problems else _Result(NO_FILE, "faint")
    if file.standing == TO_VERIFY:
        return _Result(State.TO_VERIFY.label, "warning", (*automatic, *([file.why] if file.why else [])))
    if repeated:
        return _Result(SAME, "notice", (*automatic, IDENTICAL.fill(version=repeated)))
    return _Result(LABELS[file.status], TONES[file.status], automatic)
