"""To which unit a file belongs: by the form's own name, an alias, the sender. A conflict is told, never guessed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from perfxl.clerk.roster import Member, Roster
from perfxl.ledger import records
from perfxl.ledger.database import moment, tell
from perfxl.ledger.records import APART, COUNTED, DONE, TO_VERIFY, Entered, Filed
from perfxl.model import Finding, Severity, State, Text, severities
from perfxl.output_files import safe_name
from perfxl.rounds.checking import READABLE, Judged, judge_file
from perfxl.rounds.folder import FILES, MAILS, Round
from perfxl.sources import Received
from perfxl.sources.mail.charsets import clean
from perfxl.sources.mail.errors import MailError
from perfxl.sources.mail.message import Attachment, Mail
from perfxl.sources.mail.parse import parse
from perfxl.sources.mail.stores import fetch
from perfxl.values import name_key, squeeze

OTHER_UNIT = Text(
    "表上的单位是“{unit}”，发件邮箱 {sender} 在名单中属于“{others}”。",
    "The form is of “{unit}”; the address {sender} belongs to “{others}” on the roster.",
)
NOT_ALLOWED = Text(
    "发件邮箱 {sender} 不在名单中“{unit}”的邮箱里。",
    "The address {sender} is not one of those of “{unit}” on the roster.",
)
NOT_LISTED = Text(
    "表上的单位“{written}”不在应报单位名单中{guess}。",
    "The unit of the form, “{written}”, is not on the roster{guess}.",
)
GUESS = Text("（发件邮箱 {sender} 属于“{others}”）", " (the address {sender} belongs to “{others}”)")
NO_NAME = Text(
    "表上没有填单位名称，发件邮箱 {sender} 也不能确定是哪个单位。",
    "The form names no unit, and the address {sender} does not tell one either.",
)
NO_NAME_AT_ALL = Text("表上没有填单位名称。", "The form names no unit.")


@dataclass(frozen=True)
class Sender:
    """Who a file came from. ``inner`` sent the forwarded mail that it lay in; both are empty for a file handed over.

    A forwarded mail is easily made up: its sender counts only where one of ``ours`` forwarded it.
    """

    address: str = ""
    inner: str = ""
    ours: frozenset[str] = frozenset()

    @property
    def counted(self) -> str:
        """The address that says who sent it."""
        return self.inner if self.address in self.ours and self.inner else self.address


@dataclass(frozen=True)
class Attributed:
    """The unit's name on the roster, by what it was found, whether the file counts, and if not, why."""

    unit: str = ""
    how: str = ""
    standing: str = APART
    why: Text | None = None


def attribute(roster: Roster, written: str, sender: Sender) -> Attributed:
    """The unit of a return on which a unit's name is ``written``."""
    named = roster.named(written)
    if named is not None:
        how = "form" if name_key(written) == named.key else "alias"
        why = _doubt(named, roster, sender)
        return Attributed(named.name, how, TO_VERIFY if why else COUNTED, why)
    units = roster.sending(sender.counted)
    if name_key(written):
        guess = GUESS.fill(sender=sender.counted, others=_listed(units)) if units else Text("", "")
        return Attributed("", "", TO_VERIFY, NOT_LISTED.fill(written=written, guess=guess))
    if len(units) == 1:
        return Attributed(units[0].name, "sender", COUNTED)
    why = NO_NAME.fill(sender=sender.counted) if sender.counted else NO_NAME_AT_ALL
    return Attributed("", "", TO_VERIFY, why)


def by_sender(roster: Roster, sender: Sender) -> Member | None:
    """The one unit that sends from an address."""
    units = roster.sending(sender.counted)
    return units[0] if len(units) == 1 else None


def _doubt(unit: Member, roster: Roster, sender: Sender) -> Text | None:
    """Why a file of a unit is to be verified, ``None`` if it came from the unit or from the clerk's own hand."""
    address = sender.counted
    if not address or address in unit.addresses:
        return None
    others = roster.sending(address)
    if others:
        return OTHER_UNIT.fill(unit=unit.name, sender=address, others=_listed(others))
    return NOT_ALLOWED.fill(unit=unit.name, sender=address)


def _listed(units: Sequence[Member]) -> str:
    return "、".join(unit.name for unit in units)


#: a subject that answers another mail may be the bureau's own
_ANSWER = re.compile(r"(?:re|回复|答复|回覆)[:：]", re.IGNORECASE)

UNKNOWN = Text(
    "邮件说的是零报，发件邮箱 {sender} 不能确定是哪个单位。",
    "The mail is a nil return, and its address {sender} does not tell the unit.",
)
NIL_NOT_ALLOWED = Text(
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
        why = UNKNOWN.fill(sender=mail.sender)
        return Nil(status=State.NIL.value, unit="", how="", standing=TO_VERIFY, why=why)
    if not unit.nil:
        why = NIL_NOT_ALLOWED.fill(unit=unit.name)
        return Nil(status=State.NIL.value, unit=unit.name, how="sender", standing=TO_VERIFY, why=why)
    return Nil(status=State.NIL.value, unit=unit.name, how="sender", standing=COUNTED, why=None)


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
    entered, new = records.enter_message(round_.ledger, _entered(mail, identity, stored, received), key)
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
        records.STORED,
    )  # fmt: skip
    entered, first = records.enter_message(round_.ledger, new, f"sha256:{digest}")
    after("message")
    if entered.state != DONE:
        _fill(round_, entered, _handed_over(entered, data), after)
    return Taken(entered, first)


def resume(round_: Round, after: After = nothing) -> list[Taken]:
    """Finish what was interrupted, from what is stored, whether or not the source is still there."""
    taken = []
    for entered in records.unfinished_messages(round_.ledger):
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
        moment(mail.sent), moment(came), mail.references, mail.automatic, mail.problems, stored, records.STORED,
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
        if records.finish_message(connection, entered.id):
            for filed, findings in found:
                number = records.add_file(connection, filed, findings)
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


@dataclass(frozen=True)
class Came:
    """What came of a source: each message, the keys of all, and why it could not be read to its end."""

    taken: tuple[Taken, ...]
    keys: tuple[str, ...]
    failed: MailError | None = None


def collect_mails(round_: Round, source: str, password: Callable[[str], str], after: After = nothing) -> Came:
    """Take in the mails of a source. Raises ``MailError`` when nothing of it could be had."""
    taken = resume(round_, after)
    keys: list[str] = []

    def known(key: str) -> bool:
        found = records.is_known(round_.ledger, key)
        if found:
            keys.append(key)
        return found

    try:
        for mail in fetch(source, known, password):
            taken.append(take_mail(round_, mail.raw, mail.key, mail.received, after))
            keys.append(mail.key)
    except MailError as error:
        if not keys:
            raise
        return Came(tuple(taken), tuple(keys), error)
    return Came(tuple(taken), tuple(keys))


def collect_files(round_: Round, received: Sequence[Received], after: After = nothing) -> list[Taken]:
    """Take in files that the clerk hands over, the oldest first: the last is the version that counts.

    What came with mails is taken in by the mails, which are known if they came from their mailbox before.
    """
    taken = resume(round_, after)
    mails = dict.fromkeys(item.mails for item in received if item.mails is not None)
    alone = [item for item in received if item.mails is None and item.reason is None and item.path.is_file()]
    places = [(path, "") for path in mails] + [(item.path, item.file.rpartition("/")[2]) for item in alone]
    for path, name in sorted(places, key=lambda place: place[0].stat().st_mtime_ns):
        if name:
            taken.append(take_file(round_, path, name, after))
            continue
        for mail in fetch(str(path), lambda _: False, lambda _: ""):
            taken.append(take_mail(round_, mail.raw, mail.key, mail.received, after))
    return taken
