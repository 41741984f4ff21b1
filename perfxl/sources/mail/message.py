"""What a mail is once it has been read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from perfxl.model import Text


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail.

    ``name`` is what the sender called it, without control characters: text to show, never a path. ``sender`` is the
    address of the innermost mail it lay in, which anybody can write who forwards a mail; ``inside`` holds the subjects
    of the forwarded mails around it, outermost first. ``sha256`` is the hexadecimal digest of ``data``.
    """

    name: str
    data: bytes = field(repr=False)
    sha256: str
    sender: str
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: who sent it, what came with it, and what could not be had from it.

    Addresses are in lower case, ``""`` where there is none; ``message_id`` and ``references`` keep their ``<>``; times
    have a time zone. ``automatic`` says why the mail must not be answered. Each of ``problems`` says what to do about
    it. ``text`` is what the sender wrote, without the mail that was answered.
    """

    message_id: str
    sender: str
    sender_name: str
    reply_to: str
    subject: str
    sent: datetime | None
    received: datetime | None
    references: tuple[str, ...]
    automatic: Text | None
    attachments: tuple[Attachment, ...]
    problems: tuple[Text, ...]
    text: str
