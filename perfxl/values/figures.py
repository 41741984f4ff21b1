"""The figures of an amount's text, each with its unit, sign and place; what is no figure is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from perfxl.values import operators
from perfxl.values.measures import FEN_IN, MONEY, PER, money_unit
from perfxl.values.numerals import NUMERALS, chinese
from perfxl.values.numerals import figure as number_of


class RefusedError(ValueError):
    """The text could mean another amount, or none; ``note`` is the machine word that says why."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


class Figure(NamedTuple):
    """One figure of a text; ``start`` and ``end`` take in its operator words, currency and ending."""

    number: Decimal
    start: int
    end: int
    unit: str = ""
    misspelt: str = ""
    per: str = ""
    operator: str = "="
    #: a figure of something else: 3个, 95%
    foreign: bool = False
    notes: tuple[str, ...] = ()


_SPACED_THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})+(?![0-9])(?! ?[.,]? [0-9])")
_APART = re.compile(r"[0-9]\s*[.,]?\s+[.,]?\s*[0-9]")


def close_up(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without blanks, lines ended by ``;``; refuses ``5 6``, which may be 56 or two figures."""
    joined = _SPACED_THOUSANDS.sub(lambda found: found[0].replace(" ", ""), text) if " " in text else text
    if _APART.search(joined):
        raise RefusedError("spaces")
    notes = ("thousands", "spaces") if joined != text else ()
    return joined.replace(" ", "").replace("\n", ";"), notes


_SINGLE_DIGITS = re.compile(r"(?<![0-9.,])([0-9]) ([0-9])(?![0-9])")
_GAP = re.compile(r"(?<=[0-9])\s+(?=[0-9])")


def close_digits(text: str) -> str:
    """The text with ``9 5%`` and ``1 234`` closed up; other figures that a blank divides are kept two."""
    if not _GAP.search(text):
        return text
    joined = _SPACED_THOUSANDS.sub(lambda found: found[0].replace(" ", ""), text)
    return _GAP.sub(";", _SINGLE_DIGITS.sub(r"\1\2", joined))


_EQUATION = re.compile(r"[=@+](?![-+¥.0-9])|=.*[0-9A-Za-z].*[-(]|.*?[\w%)][+*×÷^][-+]?[0-9(]|.*?[0-9]/[0-9]")


def refuse_formula(text: str) -> None:
    """Refuse what the spreadsheet should have worked out: ``17+3``, ``=SUM(A1)``, ``3人×500元``."""
    if _EQUATION.match(text):
        raise RefusedError("formula_text")


_FIGURE = re.compile(
    rf"(?P<sign>[-+−–—负]?)(?P<coin>(?:人民币)?(?:¥|RMB|CNY)?)(?P<inner>[-−]?)"
    rf"(?P<run>\.?[0-9](?:[0-9.,]*[0-9])?)(?P<unit>{MONEY})?(?:{PER})?[整正]?"
)
_DASHES = "-−–"


def figures(text: str) -> list[Figure]:
    """Every figure of a text that ``close_up`` has passed, in order; 17万5000元 is one."""
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        figure = _figure(text, match, found[-1].end if found else 0)
        if found and not match["sign"] and _continues(found[-1], figure):
            figure = _compound(found.pop(), figure)
        found.append(figure)
    return found


def _figure(text: str, match: re.Match[str], floor: int) -> Figure:
    number = number_of(match["run"])
    if number is None:
        raise RefusedError("separators")
    signed, sign_notes = _signed(text, match, number, floor)
    lead = operators.before(text, floor, match.start())
    tail = operators.after(text, match.end())
    unit, misspelt = money_unit(match["unit"] or "")
    per = match["per"] or match["each"] or ""
    operator, _, _ = operators.both(lead, tail)
    notes = sign_notes + (("thousands",) if "," in match["run"] else ())
    if match["coin"]:
        notes += ("currency",)
        # ¥170000 counts yuan; 人民币17 may still count the form's 万元
        unit = unit or ("" if match["coin"] == "人民币" else "元")
    foreign = not (unit or per) and _goes_on(text, match, tail.end)
    return Figure(signed, lead.end, tail.end, unit, misspelt, per, operator, foreign, notes)


def _signed(text: str, match: re.Match[str], number: Decimal, floor: int) -> tuple[Decimal, tuple[str, ...]]:
    """The number with its sign; a dash after a word is none (合同-17万元), after a figure it is a range."""
    sign = match["sign"] or match["inner"]
    if text[match.end() : match.end() + 1] in tuple(_DASHES) and match.end() + 1 == len(text):
        raise RefusedError("sign")
    if not sign:
        return number, ()
    at = match.start()
    if floor == at > 0 and match["sign"]:
        return number, ()
    after_word = at > 0 and (text[at - 1].isalnum() or text[at - 1] == ")")
    if sign == "—" or (after_word and operators.before(text, floor, at).end == at):
        raise RefusedError("sign")
    return (number if sign == "+" else -number), ("sign",)


def _goes_on(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a bare figure belongs to a word or another currency: 3个, 95%, A1, 第3, $5."""
    behind, ahead = text[end : end + 1], text[match.start() - 1 : match.start()] if match.start() else ""
    ended = end > match.end() or text[match.end() - 1] in "整正"
    counts_else = not ended and (behind.isalpha() or behind in tuple("%‰°"))
    return counts_else or ahead in tuple("第$€£") or (ahead.isascii() and ahead.isalpha())


def _continues(whole: Figure, part: Figure) -> bool:
    """17万 + 5000元, 3亿 + 2000万元, 10元 + 5角: the next figure, directly behind, counts a smaller unit."""
    if whole.end != part.start or whole.per or not (whole.unit and part.unit):
        return False
    open_ended = whole.misspelt[-1:] in tuple("万亿千百萬") or whole.unit in ("元", "角")
    return open_ended and FEN_IN[part.unit] < FEN_IN[whole.unit]


def _compound(whole: Figure, part: Figure) -> Figure:
    ratio = Decimal(FEN_IN[whole.unit]) / FEN_IN[part.unit]
    number = whole.number * ratio + part.number.copy_sign(whole.number)
    return part._replace(
        number=number,
        start=whole.start,
        operator=whole.operator,
        notes=(*whole.notes, *part.notes, "compound"),
    )


_SPELT = re.compile(
    rf"(?P<whole>[{NUMERALS}]+)(?P<yuan>[元圆圓])?零?(?:(?P<jiao>[{NUMERALS}])角)?零?(?:(?P<fen>[{NUMERALS}])分)?[整正]?"
)
_MULTIPLIERS = "百千万亿佰仟萬億"
_ASIDE = re.compile(r"人民币|大写|[:;,。.]")


def spell_out(text: str) -> list[Figure]:
    """The one figure of a text that is a Chinese numeral: 壹拾柒万元整, 叁佰元伍角; none where it is not."""
    bare = _ASIDE.sub("", text)
    lead = re.match(rf"[^{NUMERALS}]*", bare)
    start = lead.end() if lead else 0
    match = _SPELT.match(bare, start)
    side = operators.before(bare, 0, start)
    if match is None or side.end or not match["whole"].strip(_MULTIPLIERS):
        return []
    tail = operators.after(bare, match.end())
    if tail.end != len(bare):
        return []
    number, unit, misspelt = _spelt(match)
    operator, _, _ = operators.both(side, tail)
    return [Figure(number, 0, len(text), unit, misspelt, "", operator, notes=("capitals",))]


def _spelt(match: re.Match[str]) -> tuple[Decimal, str, str]:
    """Number, unit, misspelt. The unit is as written, 壹拾柒万元 is 17 万元; without 元 it is the form's."""
    whole = match["whole"].translate(str.maketrans("萬億", "万亿"))
    yuan = chinese(whole)
    if yuan is None or whole == "一":  # a lone 一 is a dash typed with the wrong key
        raise RefusedError("capitals")
    number = Decimal(yuan)
    if match["jiao"] or match["fen"]:
        small = [chinese(digit) or 0 for digit in (match["jiao"] or "零", match["fen"] or "零")]
        places = 2 if match["fen"] else 1
        number = (number + Decimal(small[0]) / 10 + Decimal(small[1]) / 100).quantize(Decimal(1).scaleb(-places))
        return number, "元", ""
    last = whole[-1] if whole[-1] in "万亿" and len(whole) > 1 else ""
    if last:
        factor = {"万": 10_000, "亿": 100_000_000}[last]
        return number / factor, f"{last}元", "" if match["yuan"] else last
    if match["yuan"]:
        return number, "元", ""
    if re.search("[千仟万亿]", whole):  # 壹拾柒万伍仟 of what?
        raise RefusedError("capitals")
    return number, "", ""
