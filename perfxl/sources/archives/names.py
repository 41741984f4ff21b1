"""The names of files in archives: bytes in whatever code page, with whatever slashes, made into names to show."""

from __future__ import annotations

import re

_DRIVE = re.compile(r"[A-Za-z]:")
#: every Chinese character takes three bytes or more in UTF-8
_FIRST_OF_THREE = "\u0800"


def decoded(raw: bytes) -> str:
    """The text of a name that does not say in which code page it is.

    Windows in China writes GBK, macOS and Linux UTF-8. GBK can look like UTF-8 by chance, but then like that of
    Latin, Greek or Cyrillic letters, never of Chinese.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = ""
    if text and (text.isascii() or max(text) >= _FIRST_OF_THREE):
        return text
    for code in ("gb18030", "utf-8", "cp437"):
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def parts_of(name: str) -> list[str]:
    """Folders and file of a name, without all that would lead out of the archive: drives, roots, ``..``."""
    pieces = name.replace("\0", "").replace("\\", "/").split("/")
    if pieces and _DRIVE.match(pieces[0]):
        pieces[0] = pieces[0][2:]
    return [piece for piece in pieces if piece.strip() not in ("", ".", "..")]
