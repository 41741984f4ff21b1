"""What a message about a file of the clerk's needs: its content, or why there is none, and near names to offer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from perfxl.model import Text, UserError, listed

#: the least similarity (of 100) of a known name that is suggested for an unknown one
NEAR = 60
#: how much less similar than the best a second suggestion may be, and how many suggestions there are at most
MARGIN, MOST_NEAR = 15, 3
#: so many keys can be listed in a message
FEW = 8

NOTHING = Text("", "")
MEANT = Text("是否为 {names}？", " Did you mean {names}?")
THERE_ARE = Text("可用的有 {names}。", " There are: {names}.")
NOT_THERE = Text("文件不存在：{path}。请检查路径。", "There is no such file: {path}. Check the path.")
CANNOT_OPEN = Text("{path} 无法打开：{error}。", "{path} cannot be opened: {error}.")
NOT_UTF8 = Text("{path} 不是 UTF-8 编码的文本。", "{path} is no text in UTF-8.")


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
    """The content of a file. Raises ``UserError`` if it cannot be opened."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(NOT_THERE, path=path) from error
    except OSError as error:
        raise UserError(CANNOT_OPEN, path=path, error=error.strerror) from error


def file_text(path: Path) -> str:
    """The text of a UTF-8 file, without its byte order mark. Raises ``UserError``."""
    try:
        return file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(NOT_UTF8.fill(path=path)) from error
