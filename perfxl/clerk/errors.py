"""What is wrong with a file of the clerk's: which file, where in it, what was read, what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from perfxl.model import Text

#: from this likeness on (of 100), a name is offered in place of one that is not known
NEAR = 60
#: so much less alike than the nearest may another one be that is offered beside it, and so many are
BESIDE, MOST_NEAR = 15, 3
#: so many keys can be listed in a message
FEW = 8

MEANT = Text("是不是 {names}？", " Did you mean {names}?")
THERE_ARE = Text("可用的有 {names}。", " There are: {names}.")
NOT_THERE = Text("没有这个文件：{path}。请检查路径。", "There is no such file: {path}. Check the path.")
CANNOT_OPEN = Text("{path} 打不开：{error}。", "{path} cannot be opened: {error}.")


class ClerkError(ValueError):
    """A file of the clerk's that cannot be used; ``reason`` says why in both languages."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """The known names that are nearest to one that is not known, as a question; nothing if none is near."""
    found = process.extract(word, list(known), scorer=fuzz.ratio, processor=utils.default_process, limit=MOST_NEAR)
    names = [name for name, score, _ in found if score >= max(NEAR, found[0][1] - BESIDE)]
    return MEANT.fill(names=Text("、".join(names), ", ".join(names))) if names else Text("", "")


def suggestions(word: str, known: Iterable[str]) -> Text:
    """The known keys that are nearest to one that is not known; where none is near, all of a few."""
    keys = list(known)
    near = did_you_mean(word, keys)
    if near.zh or len(keys) > FEW:
        return near
    return THERE_ARE.fill(names=Text("、".join(keys), ", ".join(keys)))


def file_bytes(path: Path) -> bytes:
    """The bytes of a file; a ``ClerkError`` says why there are none."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ClerkError(NOT_THERE.fill(path=path)) from error
    except OSError as error:
        raise ClerkError(CANNOT_OPEN.fill(path=path, error=error.strerror)) from error


NOT_UTF8 = Text("{path} 不是 UTF-8 编码的文本。", "{path} is no text in UTF-8.")


def file_text(path: Path) -> str:
    """The text of a file, with or without a byte order mark."""
    try:
        return file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClerkError(NOT_UTF8.fill(path=path)) from error
