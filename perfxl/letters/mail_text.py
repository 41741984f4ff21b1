"""Text made safe for a mail: one line without hidden characters or links, headers in ASCII, names of attachments."""

from __future__ import annotations

import re
from email.header import Header
from email.utils import encode_rfc2231
from pathlib import PurePath

from perfxl.output_files import safe_name

FOLD = "\r\n "
LONGEST_LINE = 76
#: an id that can be repeated in a header as it is
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
#: exactly one address
ADDRESS = re.compile(r"[!#-'*+\-./-9=?A-Z^-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
#: of a long thread the first id and the last ones are repeated, at most so many
MOST_REFERENCES = 50
_LONGEST_SUFFIX = 8
#: line breaks and other control characters, with which a header or a list item could be injected
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: zero-width characters, marks that change the direction of reading, lone surrogates
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
#: what a mail program would turn into a link
_LINK = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=mailto):|(?<=www)\.")


def one_line(text: str, most: int = 0) -> str:
    """The text on one line, runs of blanks as one, cut to ``most`` characters unless that is 0."""
    plain = " ".join(_INVISIBLE.sub("", _CONTROL.sub(" ", text)).split())
    return f"{plain[: most - 1]}…" if most and len(plain) > most else plain


def without_links(text: str, most: int = 0) -> str:
    """The same for text that a unit sent: marks by which a mail program recognises links become full-width."""
    return _LINK.sub(lambda mark: "：" if mark[0] == ":" else "．", one_line(text, most))


def header_text(text: str, header: str) -> str:
    """Any text as the value of a header: unchanged where it is ASCII, else as encoded words of RFC 2047, folded."""
    plain = one_line(text)
    charset = "utf-8" if _needs_encoding(plain) else "us-ascii"
    return FOLD.join(Header(plain, charset, LONGEST_LINE, header).encode().splitlines()).replace(f"{FOLD} ", FOLD)


def _needs_encoding(text: str) -> bool:
    return not text.isascii() or "=?" in text


def mailbox(name: str, address: str, header: str) -> str:
    """A name and an address: ``=?utf-8?b?…?= <a@example.gov.cn>``."""
    plain = one_line(name)
    if not plain:
        return address
    quoted = '"' + re.sub(r'(["\\])', r"\\\1", plain) + '"'
    shown = header_text(plain, header) if _needs_encoding(plain) else quoted
    return f"{shown}{FOLD}<{address}>"


def thread_headers(message_id: str, references: tuple[str, ...]) -> list[tuple[str, str]]:
    """``In-Reply-To`` and ``References`` of an answer; none where the mail that is answered has no usable id."""
    if not MESSAGE_ID.fullmatch(message_id):
        return []
    old = [one for one in dict.fromkeys(references) if MESSAGE_ID.fullmatch(one) and one != message_id]
    thread = [*old[:1], *old[1:][-MOST_REFERENCES:], message_id]
    return [("In-Reply-To", message_id), ("References", FOLD.join(thread))]


def attachment_name(path: PurePath) -> str:
    """The name of an attached file: safe on every system, without its folder, with its suffix."""
    stem, dot, suffix = path.name.rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        return safe_name(path.name)
    return safe_name(stem) + dot + safe_name(suffix)


def attachment_headers(name: str, kind: str) -> list[tuple[str, str]]:
    """``Content-Type`` and ``Content-Disposition`` of an attachment.

    A Chinese name is given in both as encoded words, which QQ, 163, Foxmail and Outlook read, and by RFC 2231 in one
    piece: a name in parts (``filename*0*``) makes some of them show ``ATT00001.bin``.
    """
    shown = name if name.isascii() else header_text(name, "Content-Disposition; filename")  # adds no quotes
    disposition = f'attachment;{FOLD}filename="{shown}"'
    if not name.isascii():
        disposition += f";{FOLD}filename*={encode_rfc2231(name, 'utf-8')}"
    return [("Content-Type", f'{kind};{FOLD}name="{shown}"'), ("Content-Disposition", disposition)]
