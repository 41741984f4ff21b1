"""Everything that a source holds, taken in; what was interrupted before is finished first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from perfxl.ledger import messages
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import After, Taken, nothing, resume, take_file, take_mail
from perfxl.sources import Received
from perfxl.sources.mail.errors import MailError
from perfxl.sources.mail.stores import fetch


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
        found = messages.known(round_.ledger, key)
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
