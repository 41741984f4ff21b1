"""Everything that a source holds, taken in; what was interrupted before is finished first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from perfxl.ledger import messages
from perfxl.rounds.folder import Round
from perfxl.rounds.intake import After, Taken, nothing, resume, take_file, take_mail
from perfxl.sources import Received
from perfxl.sources.mail.errors import MailError
from perfxl.sources.mail.stores import ENDINGS, fetch, kind_of


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

    A mail among them is taken in as the mail it is, and is known if it came from its mailbox before.
    """
    taken = resume(round_, after)
    there = [item for item in received if item.reason is None and item.path.is_file()]
    for item in sorted(there, key=lambda item: item.path.stat().st_mtime_ns):
        if PurePath(item.file).suffix.lower() in ENDINGS and kind_of(item.path):
            for mail in fetch(str(item.path), lambda _: False, lambda _: ""):
                taken.append(take_mail(round_, mail.raw, mail.key, mail.received, after))
        else:
            taken.append(take_file(round_, item.path, item.file.rpartition("/")[2], after))
    return taken
