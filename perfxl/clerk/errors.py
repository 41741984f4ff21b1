"""``ClerkError``: a file of the clerk's that cannot be used; and the near names that its message may offer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from perfxl.model import Text

#: the least similarity (of 100) of a known name that is suggested for an unknown one
NEAR = 60
#: how much less similar than the best a second suggestion may be, and how many suggestions there are at most
MARGIN, MOST_NEAR = 15, 3
#: so many keys can be listed in a message
FEW = 8

COMMA = Text("、", ", ")
NOTHING = Text("", "")
MEANT = Text("是不是 {names}？", " Did you mean {names}?")
THERE_ARE = Text("可用的有 {names}。", " There are: {names}.")
NOT_THERE = Text("没有这个文件：{path}。请检查路径。", "There is no such file: {path}. Check the path.")
CANNOT_OPEN = Text("{path} 打不开：{error}。", "{path} cannot be opened: {error}.")
NOT_UTF8 = Text("{path} 不是 UTF-8 编码的文本。", "{path} is no text in UTF-8.")


class ClerkError(ValueError):
    """A file of the clerk's that cannot be used; ``reason`` is the message in both languages."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.render("en"))
        self.reason = reason


def listed(names: Iterable[str | Text]) -> Text:
    """Names with the comma of each language between them."""
    items = [name if isinstance(name, Text) else Text(name, name) for name in names]
    return Text(*(comma.join(item[n] for item in items) for n, comma in enumerate(COMMA)))


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """The known names that are most similar to an unknown one, as a question; empty if none is similar."""
    found = process.extract(word, list(known), scorer=fuzz.ratio, processor=utils.default_process, limit=MOST_NEAR)
    names = [name for name, score, _ in found if score >= max(NEAR, found[0][1] - MARGIN)]
    return MEANT.fill(names=listed(names)) if names else NOTHING


def suggestions(word: str, known: Iterable[str]) -> Text:
    """The known keys that are most similar to an unknown one; where none is, all of them if they are few."""
    keys = list(known)
    near = did_you_mean(word, keys)
    return near if near != NOTHING or len(keys) > FEW else THERE_ARE.fill(names=listed(keys))


def file_bytes(path: Path) -> bytes:
    """The content of a file. Raises ``ClerkError`` if it cannot be opened."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ClerkError(NOT_THERE.fill(path=path)) from error
    except OSError as error:
        raise ClerkError(CANNOT_OPEN.fill(path=path, error=error.strerror)) from error


def file_text(path: Path) -> str:
    """The text of a UTF-8 file, without its byte order mark. Raises ``ClerkError``."""
    try:
        return file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClerkError(NOT_UTF8.fill(path=path)) from error
