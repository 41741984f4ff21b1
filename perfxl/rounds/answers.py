"""What a message is to be answered with: one answer for each return, one for a mail that brings none."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from perfxl import reports
from perfxl.ledger import records
from perfxl.ledger.records import COUNTED, DONE, TO_VERIFY, Entered, Filed, Reply
from perfxl.letters.compose import compose, write_draft
from perfxl.letters.letter import REMINDERS, Letter, Original
from perfxl.model import Finding, Lang, State, Status, Text
from perfxl.rounds.checking import READABLE, judge_file
from perfxl.rounds.compare import compare
from perfxl.rounds.folder import DRAFTS, TEMPLATES, Round, RoundError
from perfxl.rounds.intake import MAIL, After
from perfxl.rounds.versions import History, day_of, histories, local_day

_READABLE = {status.value for status in READABLE}
_KINDS = {
    Status.PASSED.value: "passed",
    Status.PASSED_WITH_NOTES.value: "passed_with_notes",
    Status.FAILED.value: "failed",
}
IDENTICAL = Text("与第 {version} 版完全相同。", "It is identical to version {version}.")
NAMED = Text("“{name}”：{why}", "“{name}”: {why}")


@dataclass(frozen=True)
class Due:
    """An answer that is due. ``about`` is what the ledger calls it; ``unit`` is the roster's name, or as written.

    ``file`` is what it is about, the first of several; ``None`` for a mail that brings no file.
    """

    about: str
    kind: str
    message: Entered
    unit: str
    file: Filed | None = None
    reason: str = ""
    version: int = 1


def due(
    round_: Round,
    message: Entered,
    filed: Sequence[Filed],
    found: Mapping[str, History],
    reasons: Mapping[int, str],
    lang: Lang,
) -> Iterator[Due]:
    """The answers to one message.

    None goes to automatic mail, to files that were handed over, and to strangers without a return. ``reasons`` says of
    each file that is no return why.
    """
    if message.kind != MAIL or message.state != DONE or message.automatic is not None:
        return
    returns = [one for one in filed if one.status in _READABLE or one.status == State.NIL.value]
    for one in returns:
        if one.standing == COUNTED:
            yield _counted(message, one, found, lang)
    waiting = [one for one in returns if one.standing == TO_VERIFY]
    if waiting:
        # to a stranger nothing is told but what it wrote itself
        yield Due(f"message {message.id} to verify", "to_verify", message, waiting[0].written, waiting[0])
    if not returns and message.sender != round_.settings.sender.lower():
        yield from _nothing(round_, message, filed, reasons, lang)


def _counted(message: Entered, one: Filed, found: Mapping[str, History], lang: Lang) -> Due:
    history, about = found[one.unit], f"file {one.id}"
    if one.status == State.NIL.value:
        return Due(about, "nil_return", message, one.unit, one)
    for again, version in history.again:
        if again.id == one.id:
            reason = IDENTICAL.render(lang, version=version)
            return Due(about, "identical", message, one.unit, one, reason, version)
    return Due(about, _KINDS[one.status], message, one.unit, one, "", history.number(one))


def _nothing(
    round_: Round, message: Entered, filed: Sequence[Filed], reasons: Mapping[int, str], lang: Lang
) -> Iterator[Due]:
    """The answer to a unit whose mail brings no return."""
    units = round_.roster.sending(message.sender)
    if not units:
        return
    unit = units[0].name if len(units) == 1 else ""
    unread = [one for one in filed if one.status == Status.UNREADABLE.value]
    named = unread or filed
    told = [NAMED.render(lang, name=one.name, why=reasons.get(one.id, "")) for one in named]
    told += [problem.render(lang) for problem in message.problems]
    kind = "unreadable" if unread or message.problems else "not_a_return"
    yield Due(f"message {message.id}", kind, message, unit, next(iter(named), None), "\n".join(told))


#: where the reports lie that go with the answers, and which those are
ENCLOSED = "回复附件"
ENCLOSURES = ("annotated", "unit_report")
WITH_REPORTS = ("failed", "passed_with_notes")
#: their reason names the files
NAMING = ("unreadable", "not_a_return")

#: with what the names of drafts begin: the number of the file that `perfxl status` shows, else what they are about
WHOLE_MAIL = Text("邮件{number:03d}", "mail{number:03d}")
REMINDER = Text("催报{day:%Y%m%d}-{number:03d}", "reminder{day:%Y%m%d}-{number:03d}")

NO_SENDER = Text(
    '还不能写回复：round.toml 没有写发件邮箱。请加一行 sender = "name@example.gov.cn"，再运行一次。',
    'No answers were written: round.toml names no sender. Add sender = "name@example.gov.cn" and run it again.',
)

#: puts a draft somewhere else too, such as into the mailbox
Append = Callable[[bytes], None]


class Answers(NamedTuple):
    """The answers that were written, and how many to each address wait because it had its number for the day."""

    drafted: list[Reply]
    held: Counter[str]


def draft_answers(
    round_: Round, lang: Lang = "zh", append: Append | None = None, after: After = lambda _: None,
    today: date | None = None,
) -> Answers:  # fmt: skip
    """Write the answers that are due and not yet written. Raises ``RoundError``, ``ClerkError``.

    One address gets no more than ``answers_per_day`` of the settings on one day; the others wait for the next one.
    """
    every, found = records.all_files(round_.ledger), histories(round_)
    told = records.findings_of(round_.ledger, [one.id for one in every])
    wanted = outstanding(round_, every, found, told, lang)
    if wanted and not round_.settings.sender:
        raise RoundError(NO_SENDER)
    day = today or local_day()
    had = Counter(
        one.recipient
        for one in records.all_replies(round_.ledger)
        if one.kind not in REMINDERS and day_of(one.created) == day
    )
    drafted: list[Reply] = []
    held: Counter[str] = Counter()
    for item in wanted:
        to = _recipient(round_, item)
        if had[to] >= round_.settings.answers_per_day:
            held[to] += 1
            continue
        had[to] += 1
        letter = _letter(round_, item, found, told, lang)
        file = item.file.id if item.file else None
        number = f"{file:03d}" if file else WHOLE_MAIL.render(lang, number=item.message.id)
        reply = write(round_, letter, item.about, number, lang, append, after, item.message.id, file)
        drafted += [reply] if reply else []
    return Answers(drafted, held)


def outstanding(
    round_: Round, every: Sequence[Filed], found: dict[str, History], told: dict[int, list[Finding]], lang: Lang
) -> list[Due]:
    """The answers that are due and not yet written."""
    filed: dict[int, list[Filed]] = defaultdict(list)
    for one in every:
        filed[one.message].append(one)
    reasons = {number: findings[-1].message for number, findings in told.items() if findings}
    done = records.answered(round_.ledger)
    return [
        item
        for message in records.all_messages(round_.ledger)
        for item in due(round_, message, filed[message.id], found, reasons, lang)
        if item.about not in done
    ]


def write(
    round_: Round, letter: Letter, about: str, number: str, lang: Lang, append: Append | None, after: After,
    message: int | None = None, file: int | None = None,
) -> Reply | None:  # fmt: skip
    """Write one letter as a draft whose name begins with ``number``, and enter it.

    ``None`` when another process was quicker.
    """
    sender = round_.settings.sender
    message_id = _message_id(round_, about)
    templates = round_.folder / TEMPLATES
    raw = compose(letter, sender, templates=templates if templates.is_dir() else None, lang=lang, message_id=message_id)
    path = write_draft(round_.below(DRAFTS), raw, number=number, unit=letter.unit, kind=letter.kind, lang=lang)
    after("draft")
    if append is not None:
        append(raw)
        after("appended")
    stored = path.relative_to(round_.folder).as_posix()
    reply = Reply(about, letter.kind, letter.unit, letter.to, message_id, stored, message, file)
    entered = records.add_reply(round_.ledger, reply)
    after("answered")
    return reply if entered else None


def _message_id(round_: Round, about: str) -> str:
    """The same for the same answer, so that one that was interrupted is not there twice."""
    digest = hashlib.sha256(f"{round_.settings.id} {about}".encode()).hexdigest()[:32]
    return f"<perfxl.{digest}@{round_.settings.sender.rpartition('@')[2].strip('> ')}>"


def _letter(round_: Round, item: Due, found: dict[str, History], told: dict[int, list[Finding]], lang: Lang) -> Letter:
    message, one = item.message, item.file
    letter = replace(
        blank(round_, item.kind, item.unit, _recipient(round_, item)),
        original=_original(message),
        reason=item.reason,
        version=item.version,
        received=(one.name,) if one and one.stored and item.kind not in NAMING else (),
    )
    if one is None or item.kind not in (*WITH_REPORTS, "passed"):
        return letter
    letter = replace(letter, findings=tuple(told[one.id]))
    if item.version > 1:
        history = found[one.unit]
        was = compare(round_, history.versions[item.version - 2], one)
        changed = tuple(change.render(lang) for change in was.changes)
        letter = replace(letter, closed=was.closed, new=was.new, still=was.still, changed=changed)
    return replace(letter, attachments=_enclosed(round_, one, lang)) if item.kind in WITH_REPORTS else letter


def blank(round_: Round, kind: str, unit: str, to: str) -> Letter:
    """A letter of the round to a unit, before it says anything. Its contact is named at its own address only."""
    settings, member = round_.settings, round_.roster.named(unit)
    name = member.contact if member and to in member.addresses else ""
    return Letter(
        kind, unit, to, name, None, settings.title, settings.year, settings.deadline, settings.signature,
        settings.contact,
    )  # fmt: skip


def _recipient(round_: Round, item: Due) -> str:
    """Who is answered: the sender; another address that the mail asks for only if it is the unit's own.

    What the clerk counted for a unit although another address sent it is answered to the unit; ``""`` where the unit
    has no address and another unit sent it.
    """
    sender = item.file.sender if item.file else item.message.sender
    unit = round_.roster.named(item.unit)
    asked = item.message.reply_to
    if unit and asked in unit.addresses:
        return asked
    if not unit or item.kind == "to_verify" or sender in unit.addresses:
        return sender
    return unit.addresses[0] if unit.addresses else "" if round_.roster.sending(sender) else sender


def _original(message: Entered) -> Original:
    sent = datetime.fromisoformat(message.sent) if message.sent else None
    return Original(message.message_id, message.references, message.subject, sent)


def _enclosed(round_: Round, one: Filed, lang: Lang) -> tuple[Path, ...]:
    """The annotated copy and the report of one file, made anew: they follow from the file."""
    batch, [judged] = judge_file(round_, round_.below(one.stored), lang)
    batch = replace(batch, findings=judged.findings, submissions=(judged.submission,))
    out = round_.below(f"{ENCLOSED}/{one.id:06d}")
    for path in out.rglob("*"):  # a link that somebody put there would lead out of the folder
        round_.below(path.relative_to(round_.folder).as_posix())
    return tuple(reports.write(batch, out, ENCLOSURES))


def remind(
    round_: Round, lang: Lang = "zh", append: Append | None = None, today: date | None = None
) -> tuple[list[Reply], list[str]]:
    """Write reminders to the units that have not sent, or not passed, once a day; and who has no address for one."""
    if not round_.settings.sender:
        raise RoundError(NO_SENDER)
    day = today or local_day()
    kinds = {State.MISSING: "reminder_missing", State.FAILED: "reminder_failed"}
    done, found = records.answered(round_.ledger), histories(round_)
    written, without = [], []
    for number, unit in enumerate(round_.roster.units, 1):
        history = found[unit.name]
        about = f"remind {day} {unit.key}"
        if history.state not in kinds or about in done:
            continue
        if not unit.addresses:
            without.append(unit.name)
            continue
        letter = blank(round_, kinds[history.state], unit.name, unit.addresses[0])
        if history.valid is not None:
            findings = records.findings_of(round_.ledger, [history.valid.id])[history.valid.id]
            letter = replace(letter, findings=tuple(findings), version=history.number(history.valid))
        name = REMINDER.render(lang, day=day, number=number)
        reply = write(round_, letter, about, name, lang, append, lambda _: None)
        written += [reply] if reply else []
    return written, without
