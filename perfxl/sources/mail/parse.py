"""The bytes of a mail -> what it is: the mail as it travels (.eml), or as Outlook saves it (.msg)."""

from __future__ import annotations

from datetime import datetime
from email.message import Message

from perfxl.sources.mail import mime, problems, tnef
from perfxl.sources.mail.automatic import why_automatic
from perfxl.sources.mail.body import links_large
from perfxl.sources.mail.files import Files, Place, is_outlook
from perfxl.sources.mail.headers import address_of, author_of, message_id_of, received_of, references_of, time_of
from perfxl.sources.mail.message import Mail


def parse(raw: bytes, received: datetime | None = None) -> Mail:
    """Read a mail. ``received`` is when it arrived, where its store knows better than the mail itself.

    Never raises for what a mail holds: what cannot be had is among ``problems``.
    """
    files = Files()
    letter = _read(raw, None, files)
    headers = letter.headers
    if not any(map(headers.first, ("from", "sender", "subject", "date", "received"))):
        files.tell(problems.NOT_A_MAIL)
    _read_what_is_inside(files)
    author = author_of(headers)
    subject = headers.text("subject")
    return Mail(
        message_id=message_id_of(headers),
        sender=author.address,
        sender_name=author.name,
        reply_to=address_of(headers.first("reply-to")).address,
        subject=subject,
        sent=time_of(headers.first("date")),
        received=received or received_of(headers),
        references=references_of(headers),
        automatic=why_automatic(headers, author.address, subject),
        attachments=files.attachments(),
        problems=tuple(files.problems),
        text=letter.text,
    )


def _read(mail: bytes | Message, around: Place | None, files: Files) -> mime.Letter:
    if isinstance(mail, bytes) and is_outlook(mail):
        from perfxl.sources.mail import outlook

        letter = outlook.read(mail, around, files)
    else:
        letter = mime.read(mail, around, files)
    if links_large(letter.linked):
        files.tell(problems.LINKED)
    return letter


def _read_what_is_inside(files: Files) -> None:
    """One after the other, not one within the other: no depth of mails in mails exhausts the stack."""
    while files.mails or files.packed:
        if files.packed:
            tnef.read(*files.packed.popleft(), files)
        else:
            _read(*files.mails.popleft(), files)
