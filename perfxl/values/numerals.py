"""Figures as people write them, ASCII or Chinese, to exact numbers. No float comes near them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

#: a figure longer than this is a number typed without a space, not an amount or a count
_LONGEST = 24
#: from here a spreadsheet's number no longer holds every digit that was typed
_EXACT_BELOW = 10**15

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

_SMALL = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_SMALL |= {"六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_STRICT = str.maketrans("〇两億萬仟佰", "零二亿万千百")
#: every character of a Chinese numeral, everyday and capital (大写)
NUMERALS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟萬億"


def figure(run: str) -> Decimal | None:
    """The number of a run of digits, points and commas, or ``None`` where it is not one number.

    ``'1,234.50' -> 1234.50`` but ``'1,23'``, ``'1.2.3'`` and ``'5,6'`` are refused.
    """
    if len(run) > _LONGEST:
        return None
    if _PLAIN.fullmatch(run):
        return Decimal(run)
    return Decimal(run.replace(",", "")) if _GROUPED.fullmatch(run) else None


@lru_cache(maxsize=4_096)
def chinese(numeral: str) -> int | None:
    """The whole number of a Chinese numeral, ``None`` if it is not well formed: ``'壹拾柒万' -> 170000``."""
    if numeral in _SMALL:
        return _SMALL[numeral]
    import cn2an  # heavy, and most workbooks hold not one Chinese numeral

    try:
        number = cn2an.cn2an(numeral.translate(_STRICT), "strict")
    except (ValueError, KeyError, IndexError):
        return None
    return number if isinstance(number, int) else None


def decimals(number: Decimal) -> int:
    """How many decimals the number was written with: ``17.00 -> 2``, ``1E+3 -> 0``."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def from_cell(value: float | Decimal) -> Decimal | None:
    """The number a cell shows, to Excel's 15 digits: 394.03000000000003 is 394.03; ``None`` for inf, nan."""
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")
    number = Decimal(value)
    return number if number.is_finite() else None


def written(number: Decimal) -> str:
    """The shortest way to write a cell's number: ``17``, ``394.03``, never ``1E+2`` or ``-0``."""
    if not number:
        return "0"
    if number.adjusted() > _LONGEST or number.adjusted() < -_LONGEST:
        return f"{number:.15g}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def inexact(number: Decimal) -> bool:
    """Whether a cell's number may have lost digits: an 18-digit code typed as a number has."""
    return abs(number) >= _EXACT_BELOW


def other_text(value: object) -> str:
    """What a cell that holds neither text nor a number shows: the ISO date, ``TRUE``."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
