"""What may be meant by an amount that cannot be read: 286.O4, 334。03, 17..00, 17 或 18, 45万零5300元.

Only for people to confirm: no reading is ever taken for the amount.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from perfxl.values.money import RefusedError, figures, parse_amount
from perfxl.values.notation import figure, written
from perfxl.values.text import LONGEST, one_line_each

#: no more readings than these are of use to anybody
MOST = 4
#: what is typed, scanned or pasted in place of a digit
_ALIKE = "OoQ〇○ΟοОоDlI|iіІΙSsBZz"
_DIGITS = str.maketrans(_ALIKE, "00000000001111111" + "55822")
#: what is typed in place of the decimal point
_POINT = "点。.,·・•‧∙،٫、'’‘´`_:;"
_POINTS = re.compile(rf"(?<=[0-9])[{_POINT}]+(?=[0-9])")
_BLANKS = re.compile(r"(?<=[0-9.,])\s+(?=[0-9.,])")
_AND_SMALLER = re.compile("(?<=[万亿元角])零(?=[0-9])")
_MINUS = re.compile(r"^[△▲▽▼–—‐‑⁻](?=\.?[0-9])")
_RANGE = re.compile(r"[0-9万元]\s*(?:[-~—–－]+|至|到)\s*[0-9]")
_ADDED = re.compile(r"[0-9.]+(?:[+][0-9.]+)+")
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,2}")
_SPELT = re.compile("([零〇一二两三四五六七八九十百]+(?:[点點][零〇一二三四五六七八九]{1,2})?)(万元|元|)")
#: the sign of a cost's limit
_LIMIT = re.compile(r"^\s*[≤≥<>＜＞=＝≈]+\s*(?=[^\s])")
_FIGURE_LIKE = re.compile(rf"[-+¥0-9.,{_ALIKE}]*[0-9.][-+0-9.,{_ALIKE}]*(?:万元?|亿元?|千元|元)?整?")
#: words that say a figure is not final, or stand between two of which one counts
_WORDS = re.compile("暂定?|暂估|预计|预估|待[定核]?|大约|约|左右|上下|余|多|以上|以内|[?]|[-—]+\\Z")
_EITHER = re.compile("或者?|改[为成]?|原|现|和|及|→|/|[|]|;|、|与")
_NO_CHOICE = re.compile("[×*÷^=]")


class Readings(NamedTuple):
    """The amounts in fen that may be meant, the likeliest first; ``between`` where any amount between two may be."""

    fens: tuple[int, ...] = ()
    between: bool = False


@lru_cache(maxsize=4_096)
def readings(raw: str, measure: str) -> Readings:
    """What the text of an amount cell may mean; nothing where it says no figure."""
    raw = _LIMIT.sub("", raw)
    text = one_line_each(raw)
    if not text or len(text) > LONGEST:
        return Readings()
    whole = _fens(_whole(raw, text), measure)
    several = _EITHER.search(text) and not re.search("[、;/]0", text)
    if not whole or several or _ADDED.fullmatch(text):
        whole += _fens(_each(text), measure)
    found = tuple(dict.fromkeys(whole))[:MOST]
    return Readings(found, bool(_RANGE.search(text)) and len(found) == 2)


def _fens(candidates: Iterator[str], measure: str) -> list[int]:
    amounts = (parse_amount(candidate, measure) for candidate in candidates)
    return [one.fen for one in amounts if one.state == "ok" and one.fen is not None]


def _whole(raw: str, text: str) -> Iterator[str]:
    """Texts that would be one amount, one for each slip that the text may have."""
    digits = _ascii_digits(raw)
    closed = _BLANKS.sub("", _AND_SMALLER.sub("", digits))
    yield closed
    yield _MINUS.sub("-", closed)
    bare = closed.replace(" ", "")
    if _FIGURE_LIKE.fullmatch(bare) or (bare in _ALIKE and len(bare) == 1):
        yield bare.translate(_DIGITS)
        yield from _pointed(bare.translate(_DIGITS))
    yield from _pointed(bare)
    yield _WORDS.sub("", bare).strip("*=#")
    yield text
    if bare.startswith("(") and bare.endswith(")"):
        yield bare[1:-1]
        yield f"-{bare[1:-1]}"
    if _ADDED.fullmatch(bare):
        yield written(sum((figure(part) or Decimal(0) for part in bare.split("+")), Decimal(0)))
    if _SCIENTIFIC.fullmatch(bare):
        yield written(Decimal(bare))
    if spelt := _SPELT.fullmatch(bare):
        yield f"{_in_digits(spelt[1].replace('點', '点'))}{spelt[2]}"


def _ascii_digits(raw: str) -> str:
    """Digits of other scripts as ours; marks that are no digits (①, ²) left out, unless nothing else is there."""
    kept = "".join(c for c in raw if unicodedata.digit(c, None) is None or unicodedata.decimal(c, None) is not None)
    text = one_line_each(kept or raw)
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def _in_digits(spelt: str) -> str:
    """``十七点五`` as 17.5, ``一七`` as 17; ``""`` for what is no number."""
    import cn2an  # heavy, and seldom needed

    try:
        return str(cn2an.cn2an(spelt, "smart"))
    except (ValueError, KeyError, IndexError):
        return ""


def _pointed(text: str) -> Iterator[str]:
    """With one point: the last separator, or the first where nothing follows the last; then without any comma."""
    one = _POINTS.sub(".", text)
    head, _, tail = one.rpartition(".")
    if "." in head:
        if tail.strip("0元万") == "":
            yield head
        one = f"{head.replace('.', '')}.{tail}"
    yield one
    if re.search("[0-9],[0-9]", text):
        yield text.replace(",", "")


def _each(text: str) -> Iterator[str]:
    """Every figure of money that the text has, with its unit: 17或18, 17.00万元(其中上年结转2万元)."""
    outside = re.sub(r"\([^()]*\)", ";", text.replace(" ", "").replace("\n", ";"))
    if _NO_CHOICE.search(outside):
        return
    for piece in _EITHER.split(outside):
        try:
            found = [one for one in figures(piece) if not one.foreign]
        except RefusedError:
            continue
        for one in found[:MOST]:
            yield f"{written(one.number)}{one.unit}"
