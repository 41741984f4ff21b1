"""Text that says in its own first lines, or not at all, how it is encoded."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
#: what people call GBK, which holds more characters than they think
_CHINESE = frozenset(("gb2312", "gbk", "x-gbk", "gb_2312-80", "cp936", "936", "windows-936", "gb18030"))
#: the declaration stands within so many bytes
_HEAD = 4096


def plain_head(data: bytes, size: int = 1024) -> bytes:
    """The beginning in small letters, of UTF-16 too, to look for words in."""
    return data[: 2 * size].replace(b"\0", b"").lower() if b"\0" in data[:4] else data[:size].lower()


def decoded(data: bytes) -> str:
    """The text: by its mark, by what it declares, else UTF-8 or GBK, whichever it can be."""
    for mark, code in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(code, "replace")
    if data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace")
    match = _DECLARED.search(data[:_HEAD])
    codes = [_known(match[1].decode("ascii"))] if match else []
    for code in (*codes, "utf-8", "gb18030"):
        try:
            return data.decode(code)
        except (UnicodeError, LookupError):
            continue
    return _with_gaps(data, codes)


def _with_gaps(data: bytes, declared: list[str]) -> str:
    """The text where a few bytes of it fit no encoding: as declared, else as what leaves the fewest gaps."""
    with suppress(UnicodeError, LookupError):
        if declared:
            return data.decode(declared[0], "replace")
    return min((data.decode(code, "replace") for code in ("utf-8", "gb18030")), key=lambda text: text.count("\ufffd"))


def _known(name: str) -> str:
    return "gb18030" if name.lower() in _CHINESE else name
