"""Headers of a mail that every program reads, in ASCII, folded; nothing in them can begin a header of its own."""

from __future__ import annotations

import re
from email.header import Header
from email.utils import encode_rfc2231
from pathlib import PurePath

from perfxl.letters.plain import line
from perfxl.output_files import safe_name

FOLD = "\r\n "
LONGEST_LINE = 76
#: an id that can be repeated in a header as it is
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
#: one address and nothing else
ADDRESS = re.compile(r"[!#-'*+\-./-9=?A-Z^-~]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
#: so many ids of a long thread are repeated: the first and the last ones
MOST_REFERENCES = 50
_LONGEST_SUFFIX = 8


def words(text: str, header: str) -> str:
    """Any text as the value of a header: as it is where it is ASCII, else as encoded words of RFC 2047."""
    plain = line(text)
    charset = "us-ascii" if plain.isascii() and "=?" not in plain else "utf-8"
    return FOLD.join(Header(plain, charset, LONGEST_LINE, header).encode().splitlines()).replace(f"{FOLD} ", FOLD)


def mailbox(name: str, address: str, header: str) -> str:
    """A name and an address: ``=?utf-8?b?…?= <a@example.gov.cn>``."""
    plain = line(name)
    if not plain:
        return address
    if plain.isascii() and "=?" not in plain:
        shown = '"' + re.sub(r'(["\\])', r"\\\1", plain) + '"'
    else:
        shown = words(plain, header)
    return f"{shown}{FOLD}<{address}>"


def threading(message_id: str, references: tuple[str, ...]) -> list[tuple[str, str]]:
    """``In-Reply-To`` and ``References`` of an answer; none where the mail that is answered has no id."""
    if not MESSAGE_ID.fullmatch(message_id):
        return []
    old = [one for one in dict.fromkeys(references) if MESSAGE_ID.fullmatch(one) and one != message_id]
    thread = [*old[:1], *old[1:][-MOST_REFERENCES:], message_id]
    return [("In-Reply-To", message_id), ("References", FOLD.join(thread))]


def file_name(path: PurePath) -> str:
    """The name of a file that goes with a mail: no path, its suffix kept."""
    stem, dot, suffix = path.name.rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        return safe_name(path.name)
    return safe_name(stem) + dot + safe_name(suffix)


def attached(name: str, kind: str) -> list[tuple[str, str]]:
    """``Content-Type`` and ``Content-Disposition`` of an attachment.

    A Chinese name stands in both as encoded words, which QQ, 163, Foxmail and Outlook read, and by RFC 2231 in one
    piece: parts of a name (``filename*0*``) make some of them show ``ATT00001.bin``.
    """
    if name.isascii():
        return [
            ("Content-Type", f'{kind};{FOLD}name="{name}"'),
            ("Content-Disposition", f'attachment;{FOLD}filename="{name}"'),
        ]
    # encoded words inside quotes hold no quotes themselves
    encoded = words(name, "Content-Disposition; filename")
    return [
        ("Content-Type", f'{kind};{FOLD}name="{encoded}"'),
        (
            "Content-Disposition",
            f'attachment;{FOLD}filename="{encoded}";{FOLD}filename*={encode_rfc2231(name, "utf-8")}',
        ),
    ]
