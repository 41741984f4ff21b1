"""Bytes in whatever code page they declare, or do not declare -> text."""

from __future__ import annotations

import base64
import codecs
import re
import unicodedata

#: GB18030 holds all of GB2312 and GBK, and programs write GBK under each of these names
_GB = frozenset(
    (
        "gb2312", "gb_2312", "gb2312_80", "gb_2312_80", "gbk", "x_gbk", "cp936", "ms936", "windows_936", "936",
        "euc_cn", "euccn", "chinese", "csgb2312", "csiso58gb231280", "iso_ir_58", "gb18030", "x_gb18030",
    )
)  # fmt: skip
#: declared encodings that Chinese text may have all the same
_SILENT = frozenset(
    ("", "us_ascii", "ascii", "unknown", "unknown_8bit", "x_unknown", "8bit", "default", "default_charset")
)
#: codecs of Python that are no code page of any mail, some of them slow on hostile bytes
_NOT_TEXT = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
#: characters that change the direction of text, with which a name can hide its ending
_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")

#: controls, surrogates, and separators of lines
_INVISIBLE = frozenset(("Cc", "Cs", "Zl", "Zp"))
#: every Chinese character takes three bytes or more in UTF-8
_FIRST_OF_THREE = "\u0800"
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDING = re.compile(rb"=+")


def text_of(raw: bytes, charset: str = "") -> str:
    """The text of bytes. Where the charset is none or cannot be right, UTF-8 and then GB18030 are tried."""
    if raw.isascii() and not _shifts(charset):
        return raw.decode("ascii")
    declared = _declared(charset)
    if declared in ((), ("gb18030",)) and (text := _utf8(raw)):
        return text
    for name in (*declared, "utf-8", "gb18030"):
        try:
            return raw.decode(name)
        except (UnicodeError, LookupError):
            continue
    return raw.decode((declared or ("gb18030",))[0], "replace")


def from_base64(raw: bytes) -> bytes:
    """The bytes of base64, as many as there are: text that was cut off or has other characters gives what it can."""
    pieces = (piece[: len(piece) - (len(piece) % 4 == 1)] for piece in _PADDING.split(_FOREIGN.sub(b"", raw)))
    return b"".join(base64.b64decode(piece + b"=" * (-len(piece) % 4)) for piece in pieces)


def clean(text: str) -> str:
    """One line of text to show: no control characters, none that change its direction, no lone surrogates."""
    kept = (
        " " if char in "\r\n\t" else char
        for char in text
        if char in "\r\n\t" or (unicodedata.category(char) not in _INVISIBLE and char not in _DIRECTION)
    )
    return "".join(kept).strip()


def _declared(charset: str) -> tuple[str, ...]:
    name = charset.strip().strip("\"'").lower().replace("-", "_").replace(" ", "_")
    if name in _GB:
        return ("gb18030",)
    if name in _SILENT:
        return ()
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ()
    return () if known.replace("-", "_") in _NOT_TEXT else (known,)


def _utf8(raw: bytes) -> str:
    """Bytes that are UTF-8 whatever they declare. GBK can look like it by chance, but then like no Chinese letters."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return ""
    return text if max(text) >= _FIRST_OF_THREE else ""


def _shifts(charset: str) -> bool:
    """Whether the code page encodes other letters as ASCII bytes (HZ, ISO-2022, UTF-7, UTF-16)."""
    return any(name.startswith(("hz", "iso2022", "utf-7", "utf-16", "utf-32")) for name in _declared(charset))
