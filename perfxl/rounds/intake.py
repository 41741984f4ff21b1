"""Taking in a mail or a file: stored, entered, opened, checked, filed. Each step may be the last before a power cut.

What lies on the disk is written whole and under names that follow from the content, and all that one message brings
into the ledger gets there in one transaction. So a message that was interrupted is simply taken in again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from perfxl.ledger import files, messages
from perfxl.ledger.files import APART, Filed
from perfxl.ledger.messages import DONE, Entered
from perfxl.ledger.store import moment, tell
from perfxl.model import Finding, Severity, severities
from perfxl.output_files import safe_name
from perfxl.rounds.attribute import Attributed, Sender, attribute, by_sender
from perfxl.rounds.folder import FILES, MAILS, Round
from perfxl.rounds.judged import READABLE, Judged, judge_file
from perfxl.rounds.nil import nil_return
from perfxl.sources.mail.charsets import clean
from perfxl.sources.mail.message import Attachment, Mail
from perfxl.sources.mail.parse import parse

#: called with the name of each step when it is done
After = Callable[[str], None]
MAIL, FILE = "mail", "file"


def nothing(_step: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Taken:
    """What came of a message; ``new`` is false for one that was in the ledger already."""

    message: Entered
    new: bool


def take_mail(round_: Round, raw: bytes, key: str, received: datetime | None = None, after: After = nothing) -> Taken:
    """Take in a mail as it came from its source, where ``key`` names it. A mail that was taken in before is left."""
    mail = parse(raw, received)
    identity = _identity(mail, raw)
    stored = (Path(MAILS) / f"{identity}.eml").as_posix()
    if not round_.below(stored).is_file():
        stored = round_.store(raw, MAILS, f"{identity}.eml")
    after("raw")
    entered, new = messages.enter(round_.ledger, _entered(mail, identity, stored, received), key)
    after("message")
    if entered.state != DONE:
        _fill(round_, entered, mail, after)
    return Taken(entered, new)


def take_file(round_: Round, path: Path, name: str, after: After = nothing) -> Taken:
    """Take in a file that the clerk hands over under a name; its bytes say if it came before. Raises ``OSError``."""
    data, name = path.read_bytes(), clean(name)
    digest = hashlib.sha256(data).hexdigest()
    stored = round_.store(data, MAILS, digest, name)
    after("raw")
    new = Entered(
        0, f"file:{digest}", FILE, "", "", "", "", name, "", moment(datetime.now(UTC)), (), None, (), stored,
        messages.STORED,
    )  # fmt: skip
    entered, first = messages.enter(round_.ledger, new, f"sha256:{digest}")
    after("message")
    if entered.state != DONE:
        _fill(round_, entered, _handed_over(entered, data), after)
    return Taken(entered, first)


def resume(round_: Round, after: After = nothing) -> list[Taken]:
    """Finish what was interrupted, from what is stored, whether or not the source is still there."""
    taken = []
    for entered in messages.unfinished(round_.ledger):
        data = round_.below(entered.stored).read_bytes()
        mail = _handed_over(entered, data) if entered.kind == FILE else parse(data)
        _fill(round_, entered, mail, after)
        taken.append(Taken(entered, True))
    return taken


def _identity(mail: Mail, raw: bytes) -> str:
    """The digest that a mail has by whatever way it comes. Two mails that share a Message-ID are still two."""
    if not mail.message_id:
        return hashlib.sha256(raw).hexdigest()
    parts = [mail.message_id, mail.sender, mail.subject, *sorted(each.sha256 for each in mail.attachments)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _entered(mail: Mail, identity: str, stored: str, received: datetime | None) -> Entered:
    came = mail.received or received or mail.sent or datetime.now(UTC)
    return Entered(
        0, identity, MAIL, mail.message_id, mail.sender, mail.sender_name, mail.reply_to, mail.subject,
        moment(mail.sent), moment(came), mail.references, mail.automatic, mail.problems, stored, messages.STORED,
    )  # fmt: skip


def _handed_over(entered: Entered, data: bytes) -> Mail:
    """A file as if it had come by a mail that nobody sent."""
    digest = hashlib.sha256(data).hexdigest()
    attachment = Attachment(entered.subject, data, digest, "", ())
    return Mail("", "", "", "", "", None, None, (), None, (attachment,), (), "")


def _fill(round_: Round, entered: Entered, mail: Mail, after: After) -> None:
    """Open, check and file all that a message holds."""
    ours = frozenset(address for address in (round_.settings.sender.lower(),) if address)
    found: list[tuple[Filed, tuple[Finding, ...]]] = []
    taken: set[str] = set()
    for attachment in mail.attachments:
        sender = Sender(mail.sender, attachment.sender, ours)
        for name, stored, judged in _opened(round_, entered, attachment, taken):
            after("attachment")
            found.append((_filed(round_, entered, len(found), name, stored, judged, sender), judged.findings))
    after("checked")
    if entered.kind == MAIL and not any(filed.status in READABLE for filed, _ in found):
        nil = nil_return(round_, mail)
        if nil is not None:
            found.append((Filed(entered.id, len(found), mail.subject, "", "", mail.sender, **nil), ()))
    with round_.ledger.begin() as connection:
        if messages.finish(connection, entered.id):
            for filed, findings in found:
                number = files.add(connection, filed, findings)
                tell(connection, round_.ledger.round, "filed", filed.standing, message=entered.id, file=number)
            after("filed")
    after("done")


def _opened(
    round_: Round, entered: Entered, attachment: Attachment, taken: set[str]
) -> Iterator[tuple[str, str, Judged]]:
    """The files in an attachment, itself or what an archive holds: name as given, where it is stored, its check."""
    folder = f"{entered.id:06d}"
    stored = round_.store(attachment.data, FILES, folder, _free(attachment.name, taken))
    path = round_.below(stored)
    batch, judged = judge_file(round_, path)
    for one in judged:
        name = clean(one.submission.file)
        if one.path == path:
            yield attachment.name, stored, one
            continue
        if not one.path.is_file():  # an archive that was not unpacked any further
            yield name, stored, replace(one, path=path)
            continue
        inner = name.rpartition("/")[2]
        place = round_.store(one.path.read_bytes(), FILES, folder, _free(inner, taken))
        # by itself: what is said across the files of an archive may be of another unit
        placed = round_.below(place)
        _, alone = judge_file(round_, placed)
        # a damaged archive within gives up more by itself than within: it is told as it was found there
        yield name, place, next((each for each in alone if each.path == placed), replace(one, path=placed))
    del batch  # the paths of what was unpacked live as long as it does


def _free(name: str, taken: set[str]) -> str:
    """A safe name that no other file of the message has."""
    wanted = Path(safe_name(name, "附件"))
    free, number = wanted.name, 2
    while free.casefold() in taken:
        free, number = f"{wanted.stem} ({number}){wanted.suffix}", number + 1
    taken.add(free.casefold())
    return free


def _filed(
    round_: Round, entered: Entered, place: int, name: str, stored: str, judged: Judged, sender: Sender
) -> Filed:
    item, counts = judged.submission, severities(judged.findings)
    if item.status in READABLE:
        to = attribute(round_.roster, item.unit, sender)
    else:
        unit = by_sender(round_.roster, sender)
        to = Attributed(unit.name, "sender", APART) if unit else Attributed()
    digest = item.sha256 if len(item.sha256) == 64 else hashlib.sha256(judged.path.read_bytes()).hexdigest()
    return Filed(
        entered.id, place, name, stored, digest, sender.counted, item.status.value, clean(item.unit), to.unit, to.how,
        to.standing, to.why, item.year, counts[Severity.ERROR], counts[Severity.WARNING], counts[Severity.NOTICE],
        judged.total,
    )  # fmt: skip
