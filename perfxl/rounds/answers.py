"""Answers to what came in, and reminders: written as drafts, each once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from perfxl import reports
from perfxl.ledger import records
from perfxl.ledger.records import COVERED, DRAFTED, REFUSED, WITHDRAWN, FileRecord, ReplyRecord
from perfxl.letters.compose import compose, write_draft
from perfxl.letters.letter import REMINDERS, Letter, Original
from perfxl.model import Lang, Status, Text, UserError
from perfxl.rounds.checking import check_parts, received
from perfxl.rounds.compare import compare
from perfxl.rounds.due import KINDS_OF_RESULTS, AnswerDue, answers_due, overtaken, reminded_of, reminder_of
from perfxl.rounds.folder import ASIDE, DRAFTS, ENCLOSURES, TEMPLATES, OnStep, Round, ignore_step
from perfxl.rounds.joining import join_returns
from perfxl.rounds.versions import Contents, History, day_of, local_day, read_contents

#: the kinds that come with reports, and the names of those reports
WITH_REPORTS = ("failed", "passed_with_notes", "identical")
UNIT_REPORTS = ("annotated", "unit_report")
#: the kinds whose letter is about a result
ABOUT_RESULTS = (*KINDS_OF_RESULTS.values(), "identical")
#: the kinds whose reason names the files
NAMING_FILES = ("unreadable", "not_a_return", "no_attachment")

#: the beginning of a draft's name: the number of the file that `perfxl status` shows, else what it is about
WHOLE_MAIL = Text("邮件{number:03d}", "mail{number:03d}")
REMINDER = Text("催报{day:%Y%m%d}-{number:03d}", "reminder{day:%Y%m%d}-{number:03d}")
NO_SENDER = Text(
    '无法起草回复：round.toml 未填写发件邮箱。请加一行 sender = "name@example.gov.cn"，再运行一次。',
    'No answers were written: round.toml names no sender. Add sender = "name@example.gov.cn" and run it again.',
)

#: puts a draft somewhere else too, such as into the mailbox
Append = Callable[[bytes], None]


class Answers(NamedTuple):
    """The answers that were written, and how many to each address wait because it had its number for the day.

    ``withdrawn`` are drafts of before that are not true any more.
    """

    drafted: list[ReplyRecord]
    held: Counter[str]
    withdrawn: list[ReplyRecord]


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
    withdrawn = withdraw(contents, lang)
    due = answers_due(contents, lang)
    if not due:
        return Answers([], Counter(), withdrawn)
    writer = _Writer(round_, lang, append, on_step)
    day = today or local_day()
    had = Counter(
        reply.recipient
        for reply in contents.replies
        if reply.kind not in REMINDERS and reply.state != COVERED and day_of(reply.created) == day
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
        reply = _Entry(item.about, number, item.message.id, file, item.covered)
        drafted += writer.write(_letter(contents, item, to, lang), reply)
    return Answers(drafted, held, withdrawn)


class Reminded(NamedTuple):
    """The reminders that were written, the units without an address, and drafts of before that are withdrawn."""

    drafted: list[ReplyRecord]
    without: list[str]
    withdrawn: list[ReplyRecord]


def remind(round_: Round, lang: Lang = "zh", append: Append | None = None, today: date | None = None) -> Reminded:
    """Write reminders to units that have not sent or passed, once a day; and the names of those without an address."""
    writer = _Writer(round_, lang, append, ignore_step)
    day = today or local_day()
    join_returns(round_)
    contents = read_contents(round_)
    withdrawn = withdraw(contents, lang)
    done = {reply.about for reply in contents.replies}
    # a unit whose mail waits was told so
    waiting = {one.sender for each in contents.histories.values() for one in each.waiting}
    written: list[ReplyRecord] = []
    without: list[str] = []
    for number, unit in enumerate(round_.roster.units, 1):
        history = contents.histories[unit.name]
        about, kind = f"remind {day} {unit.key}", reminder_of(history)
        if not kind or about in done or (kind == "reminder_missing" and waiting & set(unit.addresses)):
            continue
        if not unit.addresses:
            without.append(unit.name)
            continue
        letter, about_file = _reminder(contents, history, kind, unit.addresses[0], lang)
        entry = _Entry(about, REMINDER.render(lang, day=day, number=number), None, about_file)
        written += writer.write(letter, entry)
    return Reminded(written, without, withdrawn)


def _reminder(contents: Contents, history: History, kind: str, to: str, lang: Lang) -> tuple[Letter, int | None]:
    """A reminder to a unit, and the number of the file that it is about."""
    round_, one = contents.round_, reminded_of(history)
    letter = _blank_letter(round_, kind, history.unit, to)
    if one is None or kind == "reminder_missing":
        return letter, None
    if kind == "reminder_unreadable":
        letter = replace(letter, reason=contents.reasons.get(one.id, ""))
    else:
        findings = records.findings_of(round_.ledger, [one.id])[one.id]
        letter = replace(letter, findings=tuple(findings), version=history.number(one))
    names = tuple(each.name.rpartition("/")[2] for each in history.files_of(one)) or (one.name.rpartition("/")[2],)
    return replace(letter, received=names), one.id


def withdraw(contents: Contents, lang: Lang) -> list[ReplyRecord]:
    """Take back the drafts that are not true any more: they are moved aside, and not sent."""
    round_ = contents.round_
    taken = []
    for reply in contents.replies:
        reason = overtaken(contents, reply) if reply.state in (DRAFTED, REFUSED) else None
        if reason is not None and records.change_reply(round_.ledger, reply, WITHDRAWN, reason.render(lang)):
            taken.append(reply)
        if reason is not None or reply.state == WITHDRAWN:
            put_aside(round_, reply)
    return taken


def put_aside(round_: Round, reply: ReplyRecord) -> None:
    """Move a draft out of the folder from which letters are sent."""
    path = round_.below(reply.stored)
    if path.is_file():
        aside = round_.below(f"{DRAFTS}/{ASIDE}")
        aside.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # another process did it
            path.replace(aside / path.name)


class _Entry(NamedTuple):
    """How a letter is entered into the ledger: its key, the beginning of its name, what it is about and answers too."""

    about: str
    number: str
    message: int | None = None
    file: int | None = None
    covered: tuple[tuple[str, int, int | None], ...] = ()


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

    def write(self, letter: Letter, entry: _Entry) -> Sequence[ReplyRecord]:
        """Write one letter as a draft and enter it; the reply, or none if another process entered it first.

        A draft that was interrupted is written again under the same name and with the same ``Message-ID``.
        """
        round_, templates = self.round_, self.round_.folder / TEMPLATES
        digest = hashlib.sha256(f"{round_.settings.id} {entry.about}".encode()).hexdigest()[:32]
        sender = round_.settings.sender
        message_id = f"<perfxl.{digest}@{sender.rpartition('@')[2].strip('> ')}>"
        own = templates if templates.is_dir() else None
        raw = compose(letter, sender, templates=own, lang=self.lang, message_id=message_id)
        folder = round_.below(DRAFTS)
        path = write_draft(folder, raw, number=entry.number, unit=letter.unit, kind=letter.kind, lang=self.lang)
        self.on_step("draft")
        if self.append is not None:
            self.append(raw)
            self.on_step("appended")
        stored = path.relative_to(round_.folder).as_posix()
        reply = ReplyRecord(
            entry.about, letter.kind, letter.unit, letter.to, message_id, stored, entry.message, entry.file
        )
        entered = records.add_reply(round_.ledger, reply, entry.covered)
        self.on_step("answered")
        return [reply] if entered else []


def _letter(contents: Contents, item: AnswerDue, to: str, lang: Lang) -> Letter:
    round_, one = contents.round_, item.file
    letter = replace(
        _blank_letter(round_, item.kind, item.unit, to),
        original=_original(contents, item, to), reason=item.reason, version=item.version, also=item.also,
        remedy=item.remedy, counting=item.counting,
        received=_names(contents, item) if one and one.stored and item.kind not in NAMING_FILES else (),
    )  # fmt: skip
    history = contents.history_of(one) if one is not None else None
    if one is None or history is None or item.kind not in ABOUT_RESULTS:
        return letter
    # of a file that came again, the version that it repeats
    version = history.versions[item.version - 1] if item.kind == "identical" else one
    files = history.files_of(version) or [version]
    letter = replace(letter, findings=tuple(records.findings_of(round_.ledger, [version.id])[version.id]))
    if item.kind != "identical":
        letter = replace(letter, received=tuple(each.name.rpartition("/")[2] for each in files))
        if item.version > 1:
            letter = _compared(round_, letter, history.files_of(history.versions[item.version - 2]), files, lang)
    if item.kind not in WITH_REPORTS or version.status == Status.PASSED:
        return letter
    return replace(letter, attachments=_enclosed(round_, files, lang))


def _compared(
    round_: Round, letter: Letter, before: Sequence[FileRecord], after: Sequence[FileRecord], lang: Lang
) -> Letter:
    """The letter with what changed since the version before."""
    was = compare(round_, before, after)
    changed = tuple(change.render(lang) for change in was.changes)
    return replace(letter, closed=was.closed, new=was.new, still=was.still, changed=changed)


def _original(contents: Contents, item: AnswerDue, to: str) -> Original | None:
    """The mail that is answered; none where the letter goes to somebody else than its sender.

    The subject of a mail with the returns of several units may name them all, and is not repeated.
    """
    message = item.message
    sender = item.file.sender if item.file else message.sender
    member = contents.round_.roster.named(item.unit)
    own = member.addresses if member else ()
    if to not in (sender, message.reply_to) or (sender != to and sender not in own):
        return None
    units = {one.unit or one.written for one in contents.files[message.id] if one.is_return}
    sent = datetime.fromisoformat(message.sent) if message.sent else None
    subject = message.subject if len(units) < 2 else ""
    return Original(message.message_id, message.references, subject, sent)


def _names(contents: Contents, item: AnswerDue) -> tuple[str, ...]:
    """The name of a file without its folder or archive, and of others of its mail that came before as it did."""
    history = contents.history_of(item.file) if item.file and item.kind == "identical" else None
    again = [one.name for one, _ in history.repeats if one.message == item.message.id] if history else []
    return tuple(name.rpartition("/")[2] for name in again or ([item.file.name] if item.file else []))


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
