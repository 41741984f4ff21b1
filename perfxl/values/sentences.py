"""Figures inside prose, each with what it counts: ``涉改单位达124家，注册率达到95%`` -> 涉改单位 124 家, 注册率 95 %.

Years, dates, document numbers, ordinals, amounts of money and bare figures are none: only what is counted or a share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from perfxl.values.measures import WORDS
from perfxl.values.numerals import written
from perfxl.values.quantities import Quantity, digits_for_words, quantities
from perfxl.values.text import name_key, normal, one_line_each, squeeze

#: words for the same measure: 785个 and 785家 count the same things
_SAME = {"家": "个", "所": "个", "名": "人", "位": "人"}
#: measures of time, rank and size are never what a sentence counts
_NOT_COUNTED = re.compile(r"[年月日天周秒级届度点分节字]|季度|个月|小时|分钟|工作日|自然日|个百分点")
_COUNTED = frozenset(word for word in WORDS.split("|") if not _NOT_COUNTED.fullmatch(word))

_CLAUSES = re.compile(r"[;。!?:\n]|,(?![0-9]{3}(?![0-9]))")
_AND = re.compile(r"、|和|与|以及|及")
_RATE = re.compile(r"(?:率|比例|比重|满意度|覆盖面)\Z")
_FILLERS = re.compile(
    r"(?:均|分别|都|全部|应|要|须|需|将|共计|合计|总计|共有|共|已|总数|提高|提升|保持|维持|稳定|在|到|至|有)+\Z"
)
_LINKS = re.compile(r"(?:(?<=率)|(?<=度)|(?<=例))(?:超过|突破|提高到|提升到|保持在)\Z")
#: where the noun behind a count ends: 12个县市区编办的督察, 4120家事业单位在网上登记
_NOUN_ENDS = re.compile(r"的|在|进行|开展|完成|全部|均|都|能够|及|和|与|、")
_COUNT_ENDS = re.compile(r"(?:总数量|数量|个数|家数|户数|总数|总量|数)\Z")
#: a share in words is rarely the whole clause: 使全市一半以上的单位…
_WORDED = re.compile(
    r"一半|半数|过半|[一二三四五六七八九]成(?=以上|以下|左右)|[百一二两三四五六七八九]分之[一二两三四五六七八九十百零]+"
)
_SHARE_END = re.compile(r"以上|以下|左右|以内")


class Said(NamedTuple):
    """One figure of a text: ``nouns`` what it may count, as written (behind the figure and before it)."""

    nouns: tuple[str, ...]
    number: Decimal
    measure: str
    operator: str

    @property
    def figure(self) -> str:
        """The figure as a person would write it: ``124家``, ``≥95%``."""
        return f"{'' if self.operator == '=' else self.operator}{written(self.number)}{self.measure}"

    @property
    def share(self) -> bool:
        """Whether it is a percentage."""
        return self.measure == "%"


def measure_class(measure: str) -> str:
    """What two measures are compared by: 个 for 家, 人 for 名."""
    return _SAME.get(measure, measure)


@lru_cache(maxsize=16_384)
def figures_of(text: str) -> tuple[Said, ...]:
    """The figures of a text in their order. Never raises."""
    return tuple(said for clause in _clauses(text) for said in _of_clause(clause))


@lru_cache(maxsize=16_384)
def worded_shares(text: str) -> tuple[tuple[str, Said], ...]:
    """The shares that are given in words, each with the words: 一半以上 is ``≥50%``. Never raises."""
    found = []
    plain = normal(text)
    for match in _WORDED.finditer(plain):
        end = _SHARE_END.match(plain, match.end())
        words = plain[match.start() : end.end() if end else match.end()]
        read = quantities(digits_for_words(words))
        if read and len(read) == 1 and read[0].measure == "%":
            operator = "≥" if match[0] == "过半" else read[0].operator
            found.append((words, Said((), read[0].number, "%", operator)))
    return tuple(found)


@lru_cache(maxsize=65_536)
def noun_key(noun: str, noise: tuple[str, ...]) -> str:
    """What two nouns are compared by: without 的, 数量 and leading words that say nothing (完成, 全市, 各类)."""
    key = name_key(noun).replace("的", "")
    if not _RATE.search(key):
        key = _COUNT_ENDS.sub("", key)
    before = None
    while key != before:
        before = key
        for word in noise:
            key = key.removeprefix(word)
    return key if len(key) > 1 else ""


def nouns_of_name(name: str) -> tuple[str, ...]:
    """The nouns of an indicator's name: 注册率和挂标率 are two."""
    return _listed(squeeze(name))


def _clauses(text: str) -> list[str]:
    line = one_line_each(text)
    return [clause.replace(" ", "") for clause in _CLAUSES.split(line) if any(c.isdigit() for c in clause)]


def _of_clause(clause: str) -> Iterator[Said]:
    found = quantities(clause) or []
    starts = [*(quantity.start for quantity in found), len(clause)]
    end, apart = 0, True
    for number, quantity in enumerate(found):
        before, after = clause[end : quantity.start], clause[quantity.end : starts[number + 1]]
        end = quantity.end
        if quantity.money or quantity.measure not in _COUNTED:
            continue
        if quantity.measure == "%":
            yield from (_said(quantity, (noun,)) for noun in _listed(_before(before)))
        else:
            yield _said(quantity, _counted_nouns(before, after, apart=apart or bool(_AND.match(before))))
        apart = False


def _counted_nouns(before: str, after: str, *, apart: bool) -> tuple[str, ...]:
    """124家涉改单位 counts what stands behind it, 涉改单位124家 what stands before it; both where both may be meant.

    ``apart``: what stands before it is not behind another figure.
    """
    behind = _NOUN_ENDS.split(after, maxsplit=1)[0]
    ahead = _before(_AND.split(before)[-1]) if apart or not behind else ""
    return tuple(noun for noun in (behind, ahead) if noun)


def _said(quantity: Quantity, nouns: tuple[str, ...]) -> Said:
    return Said(nouns, quantity.number, quantity.measure, quantity.operator)


def _before(text: str) -> str:
    """The noun that ends where a figure begins."""
    return _FILLERS.sub("", _LINKS.sub("", text.strip('、("“”')))


def _listed(text: str) -> tuple[str, ...]:
    """注册率、挂标率 are two nouns where both are rates; else it is one, its last part if that is a rate."""
    parts = [part for part in _AND.split(text) if part]
    if len(parts) < 2:
        return (text,)
    rates = [part for part in parts if _RATE.search(part)]
    return tuple(rates) if len(rates) == len(parts) else (text,)
