"""The signs and words by which a figure is a limit or approximate: ``≥``, 不低于 …, … 以上, 约, … 左右."""

from __future__ import annotations

import re
from typing import NamedTuple

_SIGNS = {"≥": "≥", "≧": "≥", "⩾": "≥", "≮": "≥", ">=": "≥", "=>": "≥", "≥=": "≥"}
_SIGNS |= {"≤": "≤", "≦": "≤", "⩽": "≤", "≯": "≤", "<=": "≤", "=<": "≤", "≤=": "≤"}
_SIGNS |= {">": ">", "<": "<", "=": "=", "≈": "≈", "〉": ">", "〈": "<"}

_WORDS = {
    "≥": "不低于 不少于 不小于 不得低于 不得少于 不下于 至少 最少 大于等于 大于或等于 高于或等于",
    "≤": "不高于 不超过 不大于 不多于 不得高于 不得超过 不超 控制在 小于等于 小于或等于 至多 最多",
    ">": "大于 高于 超过 多于 超",
    "<": "小于 低于 少于 不足 不到",
    "≈": "约为 大约 约 近",
    "=": "等于 达到 达 为 力争",
}
_OF_WORD = {word: sign for sign, words in _WORDS.items() for word in words.split()}
_OF_TOKEN = _SIGNS | _OF_WORD
#: words that only link a name to its figure, 满意率达95%; 力争 is none: it makes the figure a hope
_LINKS = frozenset({"等于", "达到", "达", "为"})

_ENDINGS = {"以上": "≥", "以下": "≤", "以内": "≤", "之内": "≤", "内": "≤", "左右": "≈", "上下": "≈"}


#: words that are often the end of another: 节约, 预约, 附近
_WHOLE = {"约": "(?<![节预条合契公集签])", "近": "(?<![附最邻靠就])"}


def _longest_first(tokens: dict[str, str]) -> str:
    return "|".join(_WHOLE.get(token, "") + re.escape(token) for token in sorted(tokens, key=len, reverse=True))


#: every sign and word that may precede a figure
LEADING = _longest_first(_OF_TOKEN)
_TOKEN = re.compile(LEADING)
_LAST = frozenset(token[-1] for token in _OF_TOKEN)
_BEFORE = re.compile(rf"(?:{LEADING})+\Z")
#: the ending of a figure; (含)以上 and 及以上 mean no more than 以上, which includes the figure itself
ENDING = rf"(?:\(含\)|\(含本数\)|[及或含])?(?:{_longest_first(_ENDINGS).replace('|内', '|内(?![部容涵])')})"
_AFTER = re.compile(ENDING)


class Side(NamedTuple):
    """The operator on one side of a figure, ``''`` for none; ``end`` is where its words begin or end.

    ``worded``: by a word, not a sign.
    """

    operator: str
    worded: bool
    approx: bool
    end: int


def before(text: str, start: int, stop: int) -> Side:
    """The operator directly before the figure at ``stop``, looking back no further than ``start``."""
    found = _BEFORE.search(text, start, stop) if start < stop and text[stop - 1] in _LAST else None
    if found is None:
        return Side("", False, False, stop)
    tokens = _TOKEN.findall(found[0])
    signs = [sign for sign in map(_OF_TOKEN.__getitem__, tokens) if sign not in "=≈"]
    approx = any(_OF_TOKEN[token] == "≈" for token in tokens)
    operator = signs[-1] if signs else "≈" if approx else "="
    worded = any(token in _OF_WORD and token not in _LINKS for token in tokens)
    return Side(operator, worded, approx, found.start())


def after(text: str, start: int) -> Side:
    """The operator directly behind the figure that ends at ``start``."""
    found = _AFTER.match(text, start)
    if found is None:
        return Side("", False, False, start)
    operator = next(sign for ending, sign in _ENDINGS.items() if found[0].endswith(ending))
    return Side(operator, True, operator == "≈", found.end())


def both(lead: Side, tail: Side) -> tuple[str, bool, bool]:
    """Operator, whether it is worded, whether approximate; 控制在 … 以内 is one operator written twice."""
    approx = lead.approx or tail.approx
    signs = [side.operator for side in (lead, tail) if side.operator not in ("", "=", "≈")]
    operator = signs[0] if signs else "≈" if approx else "="
    return operator, lead.worded or tail.worded, approx
