"""An .mbox file -> the mails in it. The standard library also ends one at a line of its text that begins with From."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from perfxl.sources.mail.problems import MAX_MAIL

#: a line that begins a mail: From, who sent it, and a time with weekday, month and year
_SEPARATOR = re.compile(
    rb"From (?:.{0,320}? )?(?:- )?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:\d{1,2} +)?"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b[^\r\n]{0,60}\b\d{1,2}:\d{2}[^\r\n]{0,60}\r?\n?\Z"
)
#: what must follow it: the first header of the mail
_HEADER = re.compile(rb"[!-9;-~]{1,80}:")
_QUOTED = re.compile(rb">+From ")
#: bytes of a line that are read at a time: a line may have no end
_LINE = 1 << 16


def begins(head: bytes) -> bool:
    """Whether a file that begins so is an .mbox."""
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").partition(b"\n")
    return bool(_SEPARATOR.match(first + b"\n") and (not rest or _HEADER.match(rest)))


def messages(path: Path) -> Iterator[bytes]:
    """The bytes of each mail, as they were before the file quoted lines that begin with From.

    Of a mail that is too large there is as much as shows that it is. Raises ``OSError``.
    """
    with path.open("rb") as file:
        mail: list[bytes] | None = None
        size = 0
        for line, following in _with_next(file):
            if line.startswith(b"From ") and _SEPARATOR.match(line) and _HEADER.match(following):
                if mail is not None:
                    yield _joined(mail)
                mail, size = [], 0
            elif mail is not None and size <= MAX_MAIL:
                mail.append(line[1:] if _QUOTED.match(line) else line)
                size += len(line)
        if mail is not None:
            yield _joined(mail)


def _with_next(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Each line with the one after it; a piece of a long line counts as a line that nothing is looked for in."""
    line = file.readline(_LINE).removeprefix(b"\xef\xbb\xbf")
    while line:
        following = file.readline(_LINE)
        yield line, following
        line = following


def _joined(lines: list[bytes]) -> bytes:
    """A mail without the blank line that the file puts after it."""
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines.pop()
    return b"".join(lines)
