"""Intake of mails and files: each is stored, entered, opened, checked, attributed to its unit, and filed.

Each step may be the last before a power cut: files are written whole, under names that follow from their content, and
what a message brings is entered in one transaction, so that it can be taken in again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from perfxl.engine.returns import is_whole
from perfxl.ledger import records
from perfxl.ledger.database import moment, now
from perfxl.ledger.records import FILE, MAIL, FileRecord, MessageRecord
from perfxl.model import Finding, Severity, severities
from perfxl.output_files import free_name, safe_name
from perfxl.rounds.attribution import Attribution, attribute, nil_return
from perfxl.rounds.checking import CheckedFile, check_file
from perfxl.rounds.folder import FILES, MAILS, OnStep, Round, ignore_step
from perfxl.rounds.joining import join_returns
from perfxl.sources import Received
from perfxl.sources.mail.attachments import Attachment, Mail
from perfxl.sources.mail.fetch import fetch
from perfxl.sources.mail.headers import clean
from perfxl.sources.mail.mime import parse
from perfxl.sources.mail.stores import MailError
from perfxl.untrusted import Unreadable, run


@dataclass(frozen=True)
class Taken:
    """A message that was taken in; ``new`` is false for one that was in the ledger already."""

    message: MessageRecord
    new: bool


@dataclass(frozen=True)
class Collected:
    """The messages taken in from a source, the keys of all that it holds, and why it could not be read to its end."""

    taken: tuple[Taken, ...]
    keys: tuple[str, ...]
    failed: MailError | None = None


def collect_mails(
    round_: Round, source: str, password: Callable[[str], str], on_step: OnStep = ignore_step
) -> Collected:
    """Take in the mails of a source, after what was interrupted before. Raises ``MailError`` if none could be read."""
    taken = resume(round_, on_step)
    keys: list[str] = []

    def is_known(key: str) -> bool:
        found = records.is_known(round_.ledger, key)
        if found:
            keys.append(key)
        return found

    failed = None
    try:
        for mail in fetch(source, is_known, password):
            taken.append(take_mail(round_, mail.raw, mail.key, mail.received, on_step))
            keys.append(mail.key)
    except MailError as error:
        if not keys:
            raise
        failed = error
    join_returns(round_)
    return Collected(tuple(taken), tuple(keys), failed)


def collect_files(round_: Round, received: Sequence[Received], on_step: OnStep = ignore_step) -> list[Taken]:
    """Take in files that the clerk hands over, the oldest first, as the last version counts; saved mails as mails."""
    taken = resume(round_, on_step)
    mails = dict.fromkeys(item.mails for item in received if item.mails is not None)
    alone = [item for item in received if item.mails is None and item.reason is None and item.path.is_file()]
    found = [(path, "") for path in mails] + [(item.path, item.file.rpartition("/")[2]) for item in alone]
    for path, name in sorted(found, key=lambda one: one[0].stat().st_mtime_ns):
        if name:
            taken.append(take_file(round_, path, name, on_step))
            continue
        for mail in fetch(str(path), lambda _: False, lambda _: ""):
            taken.append(take_mail(round_, mail.raw, mail.key, mail.received, on_step))
    join_returns(round_)
    return taken


def take_mail(
    round_: Round, raw: bytes, key: str, received: datetime | None = None, on_step: OnStep = ignore_step
) -> Taken:
    """Take in a mail as it came from its source, where ``key`` names it. A mail that was taken in before is left."""
    mail = parsed(raw, received)
    identity = _identity(mail, raw)
    stored = f"{MAILS}/{identity}.eml"
    if not round_.below(stored).is_file():  # by another way the same mail has other headers: the first copy is kept
        stored = round_.store(raw, MAILS, f"{identity}.eml")
    came = mail.received or mail.sent or datetime.now(UTC)
    new = MessageRecord(
        0, identity, MAIL, mail.message_id, mail.sender, mail.sender_name, mail.reply_to, mail.subject,
        moment(mail.sent), moment(came), mail.references, mail.automatic, mail.problems, stored,
    )  # fmt: skip
    return _take(round_, new, key, mail, on_step)


def take_file(round_: Round, path: Path, name: str, on_step: OnStep = ignore_step) -> Taken:
    """Take in a file that the clerk hands over under a name, once for the same bytes. Raises ``OSError``."""
    data, name = path.read_bytes(), clean(name)
    digest = hashlib.sha256(data).hexdigest()
    stored = round_.store(data, MAILS, digest, name)
    new = MessageRecord(0, f"file:{digest}", FILE, "", "", "", "", name, "", now(), (), None, (), stored)
    return _take(round_, new, f"sha256:{digest}", _as_mail(name, data), on_step)


def parsed(raw: bytes, received: datetime | None = None) -> Mail:
    """A mail, taken apart where its death costs nothing else; of one that cannot be, what its head says, and why."""
    for part in (raw, raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n", b""):
        try:
            mail = run(parse, part, received)
        except Unreadable as error:
            reason = error.reason
            continue
        return mail if part is raw else replace(mail, problems=(*mail.problems, reason))
    raise Unreadable(reason, "died")  # not even one without anything in it


def resume(round_: Round, on_step: OnStep = ignore_step) -> list[Taken]:
    """Finish what was interrupted, from what is stored, whether or not the source is still there."""
    taken = []
    for entered in records.unfinished_messages(round_.ledger):
        data = round_.below(entered.stored).read_bytes()
        _file_all(round_, entered, parsed(data) if entered.is_mail else _as_mail(entered.subject, data), on_step)
        taken.append(Taken(entered, True))
    return taken


def _take(round_: Round, new: MessageRecord, key: str, mail: Mail, on_step: OnStep) -> Taken:
    """Enter a message whose bytes are stored, and file everything in it unless that was done before."""
    on_step("raw")
    entered, is_new = records.enter_message(round_.ledger, new, key)
    on_step("message")
    if not entered.is_done:
        _file_all(round_, entered, mail, on_step)
    return Taken(entered, is_new)


def _identity(mail: Mail, raw: bytes) -> str:
    """The digest that a mail has by whatever way it comes. Two mails that share a Message-ID are still two."""
    if not mail.message_id:
        return hashlib.sha256(raw).hexdigest()
    parts = [mail.message_id, mail.sender, mail.subject, *sorted(each.sha256 for each in mail.attachments)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _as_mail(name: str, data: bytes) -> Mail:
    """A file that was handed over as if it had come in a mail without a sender."""
    attachment = Attachment(name, data, hashlib.sha256(data).hexdigest(), "", ())
    return Mail("", "", "", "", "", None, None, (), None, (attachment,), (), "")


def _file_all(round_: Round, entered: MessageRecord, mail: Mail, on_step: OnStep) -> None:
    """Open, check and file everything in a message."""
    found: list[tuple[FileRecord, tuple[Finding, ...]]] = []
    taken: set[str] = set()
    for attachment in mail.attachments:
        # anybody can make up a forwarded mail: its sender counts only if we forwarded it ourselves
        own = mail.sender and mail.sender == round_.settings.own_address
        sender = attachment.sender if own and attachment.sender else mail.sender
        for name, stored, checked in _opened(round_, entered, attachment, taken):
            on_step("attachment")
            found.append((_record(round_, entered, len(found), name, stored, checked, sender), checked.findings))
    on_step("checked")
    if entered.is_mail and not any(file.is_return for file, _ in found):
        found += [(record, ()) for record in nil_return(round_, entered, len(found), mail)]
    with round_.ledger.begin() as connection:
        if records.finish_message(connection, entered.id):
            for file, findings in found:
                number = records.add_file(connection, file, findings)
                round_.ledger.log(connection, "filed", file.standing, message=entered.id, file=number)
            on_step("filed")
    on_step("done")


def _opened(
    round_: Round, entered: MessageRecord, attachment: Attachment, taken: set[str]
) -> Iterator[tuple[str, str, CheckedFile]]:
    """The files in an attachment, itself or what an archive holds: name as given, where it is stored, its check."""
    folder = f"{entered.id:06d}"
    stored = round_.store(attachment.data, FILES, folder, _free_name(attachment.name, taken))
    path = round_.below(stored)
    batch, checked = check_file(round_, path)
    for one in checked:
        name = clean(one.submission.file)
        if one.path == path:
            yield attachment.name, stored, one
            continue
        if not one.path.is_file():  # an archive that was not unpacked any further
            yield name, stored, replace(one, path=path)
            continue
        inner_stored = round_.store(one.path.read_bytes(), FILES, folder, _free_name(name.rpartition("/")[2], taken))
        inner = round_.below(inner_stored)
        # checked by itself: a finding across the files of an archive may be about another unit
        _, alone = check_file(round_, inner)
        # a damaged archive in an archive gives more files by itself than within: it is reported as it was found there
        yield name, inner_stored, next((each for each in alone if each.path == inner), replace(one, path=inner))
    del batch  # the unpacked files exist as long as it does


def _free_name(name: str, taken: set[str]) -> str:
    """A safe name that no other file of the message has."""
    wanted = Path(safe_name(name, "附件"))
    return free_name(wanted.stem, taken, wanted.suffix)


def _record(
    round_: Round, entered: MessageRecord, place: int, name: str, stored: str, checked: CheckedFile, sender: str
) -> FileRecord:
    item, counts = checked.submission, severities(checked.findings)
    file = FileRecord(entered.id, place, name, stored, item.sha256, sender, item.status.value, clean(item.unit))
    if file.is_return:
        to = attribute(round_.roster, item.unit, sender)
    else:
        unit = round_.roster.only_sending(sender)
        to = Attribution(unit.name, "sender") if unit else Attribution()
    if len(item.sha256) != 64:
        file = replace(file, sha256=hashlib.sha256(checked.path.read_bytes()).hexdigest())
    return replace(
        file, unit=to.unit, how=to.how, standing=to.standing, why=to.why, year=item.year, total=checked.total,
        whole=int(is_whole(round_.profile, item.forms)),
        errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], notices=counts[Severity.NOTICE],
    )  # fmt: skip
