"""Saved mails (.eml, .msg), archives of mail programs (.mbox) and Maildirs: what is attached is what is in them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from perfxl.model import Text
from perfxl.sources.archives.member import CannotUnpack, Member
from perfxl.sources.mail.mbox import messages
from perfxl.sources.mail.message import Mail
from perfxl.sources.mail.parse import parse
from perfxl.sources.mail.problems import MAX_MAIL
from perfxl.sources.mail.stores import kind_of

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
#: letters of a subject that a display name shows
_LONGEST = 60


def members(path: Path) -> Iterator[Member]:
    """The attachments; those of an .mbox lie under the subjects of their mails. What could not be had comes last."""
    if kind_of(path) == "mbox":
        for raw in messages(path):
            yield from _of_one(raw)
        return
    with path.open("rb") as file:
        mail = parse(file.read(MAX_MAIL + 1))
    yield from _attached(mail)
    if reason := _missing(mail):
        raise CannotUnpack(reason)


def _of_one(raw: bytes) -> Iterator[Member]:
    mail = parse(raw)
    subject = _part(mail.subject)
    for member in _attached(mail):
        yield member._replace(name=f"{subject}/{member.name}")
    if reason := _missing(mail):
        yield Member(subject, None, reason)


def _attached(mail: Mail) -> Iterator[Member]:
    for each in mail.attachments:
        name = "/".join((*map(_part, each.inside), _in_one(each.name)))
        yield Member(name, lambda data=each.data: nullcontext(io.BytesIO(data)))  # type: ignore[misc]


def _missing(mail: Mail) -> Text | None:
    """What the mail did not give: the reasons why, or that nothing is attached."""
    if not mail.attachments and not mail.problems and (why := mail.automatic):
        return Text(BY_A_PROGRAM.render("zh", why=why.zh), BY_A_PROGRAM.render("en", why=why.en))
    reasons = mail.problems or (() if mail.attachments else (NO_FILES,))
    return Text("".join(each.zh for each in reasons), " ".join(each.en for each in reasons)) if reasons else None


def _part(subject: str) -> str:
    """A subject as a folder of a display name."""
    return _in_one(subject).strip(" .")[:_LONGEST] or NO_SUBJECT


def _in_one(text: str) -> str:
    """Slashes of a subject or a name lead nowhere."""
    return text.replace("/", "／").replace("\\", "＼")
