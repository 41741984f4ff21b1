"""Answers to what came in, and reminders: written as drafts, each once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from perfxl import reports
from perfxl.ledger import records
from perfxl.ledger.records import COUNTED, TO_VERIFY, FileRecord, MessageRecord, ReplyRecord
from perfxl.letters.compose import compose, write_draft
from perfxl.letters.letter import REMINDERS, Letter, Original
from perfxl.model import Lang, State, Status, Text, UserError
from perfxl.rounds.checking import check_parts, received
from perfxl.rounds.compare import compare
from perfxl.rounds.folder import DRAFTS, ENCLOSURES, TEMPLATES, OnStep, Round, ignore_step
from perfxl.rounds.joining import join_returns
from perfxl.rounds.versions import Contents, History, day_of, local_day, read_contents

#: kinds of answers by the status of the return
_KINDS = {
    Status.PASSED.value: "passed",
    Status.PASSED_WITH_NOTES.value: "passed_with_notes",
    Status.FAILED.value: "failed",
}
#: the kinds that come with reports, and the names of those reports
WITH_REPORTS = ("failed", "passed_with_notes")
UNIT_REPORTS = ("annotated", "unit_report")
#: the kinds whose reason names the files
NAMING_FILES = ("unreadable", "not_a_return")

IDENTICAL = Text("与第 {version} 版完全相同。", "It is identical to version {version}.")
NAMED = Text("“{name}”：{why}", "“{name}”: {why}")
#: the beginning of a draft's name: the number of the file that `perfxl status` shows, else what it is about
WHOLE_MAIL = Text("邮件{number:03d}", "mail{number:03d}")
REMINDER = Text("催报{day:%Y%m%d}-{number:03d}", "reminder{day:%Y%m%d}-{number:03d}")
NO_SENDER = Text(
    '无法起草回复：round.toml 未填写发件邮箱。请加一行 sender = "name@example.gov.cn"，再运行一次。',
    'No answers were written: round.toml names no sender. Add sender = "name@example.gov.cn" and run it again.',
)

#: puts a draft somewhere else too, such as into the mailbox
Append = Callable[[bytes], None]


@dataclass(frozen=True)
class AnswerDue:
    """An answer that is due; ``about`` is its key in the ledger, ``file`` the first of several, if there is any."""

    about: str
    kind: str
    message: MessageRecord
    unit: str
    file: FileRecord | None = None
    reason: str = ""
    version: int = 1


class Answers(NamedTuple):
    """The answers that were written, and how many to each address wait because it had its number for the day."""

    drafted: list[ReplyRecord]
    held: Counter[str]


def answers_due(contents: Contents, lang: Lang) -> list[AnswerDue]:
    """The answers that are due and not yet written: one for each return, one for a mail that contains none."""
    done = {reply.about for reply in contents.replies}
    every = (item for message in contents.messages for item in _answers_to(contents, message, lang))
    return [item for item in every if item.about not in done]


def _answers_to(contents: Contents, message: MessageRecord, lang: Lang) -> Iterator[AnswerDue]:
    """The answers to one message: none to automatic mail, files handed over, and strangers without a return."""
    if not message.is_mail or not message.is_done or message.automatic is not None:
        return
    returns = [one for one in contents.files[message.id] if one.is_return or one.is_nil_return]
    answered: set[str] = set()
    # what came before is answered with what is new, or once
    for one in sorted(returns, key=lambda one: _is_repeat(contents, one)):
        history = contents.history_of(one)
        if one.standing != COUNTED or history is None or (one.unit in answered and history.repeated(one)):
            continue
        answered.add(one.unit)
        if history.completed_by(one) is None:  # what another file completes is answered with it
            yield _counted(history, message, one, lang)
    waiting = [one for one in returns if one.standing == TO_VERIFY]
    if waiting:
        # a stranger learns nothing but what it wrote itself
        yield AnswerDue(f"message {message.id} to verify", "to_verify", message, waiting[0].written, waiting[0])
    if not returns and message.sender != contents.round_.settings.own_address:
        yield from _without_return(contents, message, lang)


def _is_repeat(contents: Contents, one: FileRecord) -> bool:
    history = contents.history_of(one)
    return history is not None and bool(history.repeated(one))


def _counted(history: History, message: MessageRecord, one: FileRecord, lang: Lang) -> AnswerDue:
    about = f"file {'+'.join(str(number) for number in (*one.parts, one.id))}"
    if one.is_nil_return:
        return AnswerDue(about, "nil_return", message, one.unit, one)
    version = history.repeated(one)
    if version:
        return AnswerDue(about, "identical", message, one.unit, one, IDENTICAL.render(lang, version=version), version)
    return AnswerDue(about, _KINDS[one.status], message, one.unit, one, "", history.number(one))


def _without_return(contents: Contents, message: MessageRecord, lang: Lang) -> Iterator[AnswerDue]:
    """The answer to a unit whose mail contains no return."""
    units = contents.round_.roster.sending(message.sender)
    if not units:
        return
    files = contents.files[message.id]
    unreadable = [one for one in files if one.status == Status.UNREADABLE]
    named = unreadable or files
    reasons = [NAMED.render(lang, name=one.name, why=contents.reasons.get(one.id, "")) for one in named]
    reasons += [problem.render(lang) for problem in message.problems]
    kind = "unreadable" if unreadable or message.problems else "not_a_return"
    unit = units[0].name if len(units) == 1 else ""
    yield AnswerDue(f"message {message.id}", kind, message, unit, next(iter(named), None), "\n".join(reasons))


def draft_answers(
    round_: Round,
    lang: Lang = "zh",
    append: Append | None = None,
    on_step: OnStep = ignore_step,
    today: date | None = None,
) -> Answers:
    """Write the answers that are due, no more than ``answers_per_day`` to one address. Raises ``UserError``."""
    join_returns(round_)
    contents = read_contents(round_)
    due = answers_due(contents, lang)
    if not due:
        return Answers([], Counter())
    writer = _Writer(round_, lang, append, on_step)
    day = today or local_day()
    had = Counter(
        reply.recipient for reply in contents.replies if reply.kind not in REMINDERS and day_of(reply.created) == day
    )
    drafted: list[ReplyRecord] = []
    held: Counter[str] = Counter()
    for item in due:
        to = _recipient(round_, item)
        if had[to] >= round_.settings.answers_per_day:
            held[to] += 1
            continue
        had[to] += 1
        file = item.file.id if item.file else None
        number = f"{file:03d}" if file else WHOLE_MAIL.render(lang, number=item.message.id)
        drafted += writer.write(_letter(contents, item, to, lang), item.about, number, item.message.id, file)
    return Answers(drafted, held)


def remind(
    round_: Round, lang: Lang = "zh", append: Append | None = None, today: date | None = None
) -> tuple[list[ReplyRecord], list[str]]:
    """Write reminders to units that have not sent or passed, once a day; and the names of those without an address."""
    writer = _Writer(round_, lang, append, ignore_step)
    day = today or local_day()
    kinds = {State.MISSING: "reminder_missing", State.FAILED: "reminder_failed"}
    join_returns(round_)
    contents = read_contents(round_)
    done = {reply.about for reply in contents.replies}
    written: list[ReplyRecord] = []
    without: list[str] = []
    for number, unit in enumerate(round_.roster.units, 1):
        history = contents.histories[unit.name]
        about = f"remind {day} {unit.key}"
        if history.state not in kinds or about in done:
            continue
        if not unit.addresses:
            without.append(unit.name)
            continue
        letter = _blank_letter(round_, kinds[history.state], unit.name, unit.addresses[0])
        if history.valid is not None:
            findings = records.findings_of(round_.ledger, [history.valid.id])[history.valid.id]
            letter = replace(letter, findings=tuple(findings), version=history.number(history.valid))
        written += writer.write(letter, about, REMINDER.render(lang, day=day, number=number))
    return written, without


@dataclass(frozen=True)
class _Writer:
    """Writes letters as drafts and enters them into the ledger. Raises ``UserError`` if there is no sender."""

    round_: Round
    lang: Lang
    append: Append | None
    on_step: OnStep

    def __post_init__(self) -> None:
        if not self.round_.settings.sender:
            raise UserError(NO_SENDER)

    def write(
        self, letter: Letter, about: str, number: str, message: int | None = None, file: int | None = None
    ) -> Sequence[ReplyRecord]:
        """Write one letter as a draft and enter it; the reply, or none if another process entered it first.

        A draft that was interrupted is written again under the same name and with the same ``Message-ID``.
        """
        round_, templates = self.round_, self.round_.folder / TEMPLATES
        digest = hashlib.sha256(f"{round_.settings.id} {about}".encode()).hexdigest()[:32]
        sender = round_.settings.sender
        message_id = f"<perfxl.{digest}@{sender.rpartition('@')[2].strip('> ')}>"
        own = templates if templates.is_dir() else None
        raw = compose(letter, sender, templates=own, lang=self.lang, message_id=message_id)
        folder = round_.below(DRAFTS)
        path = write_draft(folder, raw, number=number, unit=letter.unit, kind=letter.kind, lang=self.lang)
        self.on_step("draft")
        if self.append is not None:
            self.append(raw)
            self.on_step("appended")
        stored = path.relative_to(round_.folder).as_posix()
        reply = ReplyRecord(about, letter.kind, letter.unit, letter.to, message_id, stored, message, file)
        entered = records.add_reply(round_.ledger, reply)
        self.on_step("answered")
        return [reply] if entered else []


def _letter(contents: Contents, item: AnswerDue, to: str, lang: Lang) -> Letter:
    round_, message, one = contents.round_, item.message, item.file
    sent = datetime.fromisoformat(message.sent) if message.sent else None
    letter = replace(
        _blank_letter(round_, item.kind, item.unit, to),
        original=Original(message.message_id, message.references, message.subject, sent),
        reason=item.reason,
        version=item.version,
        received=_names(contents, item) if one and one.stored and item.kind not in NAMING_FILES else (),
    )
    if one is None or item.kind not in _KINDS.values():
        return letter
    letter = replace(letter, findings=tuple(records.findings_of(round_.ledger, [one.id])[one.id]))
    history = contents.history_of(one)
    files = history.files_of(one) if history is not None else []
    letter = replace(letter, received=tuple(each.name for each in files) or letter.received)
    if item.version > 1 and history is not None:
        was = compare(round_, history.files_of(history.versions[item.version - 2]), files)
        changed = tuple(change.render(lang) for change in was.changes)
        letter = replace(letter, closed=was.closed, new=was.new, still=was.still, changed=changed)
    return replace(letter, attachments=_enclosed(round_, files or [one], lang)) if item.kind in WITH_REPORTS else letter


def _names(contents: Contents, item: AnswerDue) -> tuple[str, ...]:
    """The name of a file, and of others of its mail that came before as it did."""
    history = contents.history_of(item.file) if item.file and item.kind == "identical" else None
    again = [one.name for one, _ in history.repeats if one.message == item.message.id] if history else []
    return tuple(again) or ((item.file.name,) if item.file else ())


def _blank_letter(round_: Round, kind: str, unit: str, to: str) -> Letter:
    """A letter of the round to a unit, before it has a text. Its contact is named at its own address only."""
    settings, member = round_.settings, round_.roster.named(unit)
    name = member.contact if member and to in member.addresses else ""
    return Letter(
        kind, unit, to, name, None, settings.title, settings.year, settings.deadline, settings.signature,
        settings.contact,
    )  # fmt: skip


def _recipient(round_: Round, item: AnswerDue) -> str:
    """The address of an answer: the sender, or one that the mail asks for if it is the unit's own.

    A return that was counted for a unit although another one sent it is answered to the unit, to ``""`` if it has none.
    """
    sender = item.file.sender if item.file else item.message.sender
    unit = round_.roster.named(item.unit)
    asked = item.message.reply_to
    if unit and asked in unit.addresses:
        return asked
    if not unit or item.kind == "to_verify" or sender in unit.addresses:
        return sender
    return unit.addresses[0] if unit.addresses else "" if round_.roster.sending(sender) else sender


def _enclosed(round_: Round, files: Sequence[FileRecord], lang: Lang) -> tuple[Path, ...]:
    """The annotated copies and the report of a return, rebuilt from its files."""
    batch, checked = check_parts(round_, received(round_, files), lang)
    findings = tuple(finding for one in checked for finding in one.findings)
    batch = replace(batch, findings=findings, submissions=tuple(one.submission for one in checked))
    out = round_.below(f"{ENCLOSURES}/{files[-1].id:06d}")
    for path in out.rglob("*"):  # a link that somebody put there would lead out of the folder
        round_.below(path.relative_to(round_.folder).as_posix())
    return tuple(reports.write(batch, out, UNIT_REPORTS))
