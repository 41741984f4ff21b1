"""Saved mails (.eml, .msg), mailbox files (.mbox) and Maildirs, unpacked like archives of their attachments."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from perfxl.model import Text
from perfxl.sources.archive_members import CannotUnpack, Member
from perfxl.sources.mail.attachments import MAX_MAIL, Mail
from perfxl.sources.mail.mime import parse
from perfxl.sources.mail.stores import kind_of, mbox_messages

NO_FILES = Text(
    "这封邮件没有附件，没有可审核的申报表。如果应当附有，请让发件单位把工作簿作为附件重发。",
    "This mail has no attachment, so there is no return to check. If there should be one, ask its sender to send the "
    "workbook as an attachment.",
)
BY_A_PROGRAM = Text(
    "这封邮件没有附件，没有可审核的申报表（{why}）。",
    "This mail has no attachment, so there is no return to check ({why}).",
)
NO_SUBJECT = "无主题"
_SLASHES = str.maketrans("/\\", "／＼")
#: characters of a subject in a display name
_LONGEST = 60


def members(path: Path) -> Iterator[Member]:
    """The attachments; those of an .mbox below the subjects of their mails. What could not be read comes last."""
    if kind_of(path) == "mbox":
        for raw in mbox_messages(path):
            mail = parse(raw)
            subject = _folder(mail.subject)
            yield from (member._replace(name=f"{subject}/{member.name}") for member in _attached(mail))
            if reason := _missing(mail):
                yield Member(subject, None, reason)
        return
    with path.open("rb") as file:
        mail = parse(file.read(MAX_MAIL + 1))
    yield from _attached(mail)
    if reason := _missing(mail):
        raise CannotUnpack(reason)


def _attached(mail: Mail) -> Iterator[Member]:
    came = mail.received or mail.sent
    when = came.timestamp() if came else 0.0
    for each in mail.attachments:
        name = "/".join((*map(_folder, each.inside), each.name.translate(_SLASHES)))
        yield Member(name, lambda data=each.data: nullcontext(io.BytesIO(data)), came=when)  # type: ignore[misc]


def _missing(mail: Mail) -> Text | None:
    """What the mail did not give: the reasons why, or that nothing is attached."""
    if not mail.attachments and not mail.problems and mail.automatic:
        return BY_A_PROGRAM.fill(why=mail.automatic)
    reasons = mail.problems or (() if mail.attachments else (NO_FILES,))
    zh, en = zip(*reasons, strict=True) if reasons else ((), ())
    return Text("".join(zh), " ".join(en)) if reasons else None


def _folder(subject: str) -> str:
    """A subject as a folder of a display name."""
    return subject.translate(_SLASHES).strip(" .")[:_LONGEST] or NO_SUBJECT
