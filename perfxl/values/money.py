"""One amount of money as a cell holds it: exact to the fen, with notes on how it was written.

A text is an amount only where it has no other meaning: ``(12)``, ``5 6``, ``17+3``, ``17..00``, ``△17``, ``17个`` are
refused with a note that gives the reason, and a second figure is never ignored silently. What may be meant by such a
text is a matter of ``perfxl.values.readings``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from perfxl.values import notation
from perfxl.values.dates import without_dates, without_items
from perfxl.values.notation import FEN_IN, MONEY, NUMERALS, PER
from perfxl.values.text import LONGEST, SENTENCE, is_placeholder, one_line_each, squeeze


class RefusedError(ValueError):
    """The text could mean another amount, or none; its message is the machine word for the reason."""


class Figure(NamedTuple):
    """One figure of a text; ``start`` and ``end`` include its operator words, currency and ending."""

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


_APART = re.compile(r"[0-9]\s*[.,]?\s+[.,]?\s*[0-9]")


#: what the spreadsheet should have worked out: 17+3, =SUM(A1), 3人×500元
_EQUATION = re.compile(r"[=@+](?![-+¥.0-9])|=.*[0-9A-Za-z].*[-(]|.*?[\w%)][+*×÷^][-+]?[0-9(]|.*?[0-9]/[0-9]")
_FIGURE = re.compile(
    rf"(?P<sign>[-+−–—负]?)(?P<coin>(?:人民币)?(?:¥|RMB|CNY)?)(?P<inner>[-−]?)"
    rf"(?P<run>\.?[0-9](?:[0-9.,]*[0-9])?)(?P<unit>{MONEY})?(?:{PER})?[整正]?"
)
_DASHES = "-−–"


def figures(text: str) -> list[Figure]:
    """Every figure of a text without blanks, in order; 17万5000元 is one."""
    found: list[Figure] = []
    for match in _FIGURE.finditer(text):
        figure = _figure(text, match, found[-1].end if found else 0)
        if found and not match["sign"] and _continues(found[-1], figure):
            figure = _compound(found.pop(), figure)
        found.append(figure)
    return found


def _figure(text: str, match: re.Match[str], floor: int) -> Figure:
    number = notation.figure(match["run"])
    if number is None:
        raise RefusedError("separators")
    signed, sign_notes = _signed(text, match, number, floor)
    operator = notation.operator_around(text, floor, match.start(), match.end())
    unit, misspelt = notation.money_unit(match["unit"] or "")
    per = match["per"] or match["each"] or ""
    notes = sign_notes + (("thousands",) if "," in match["run"] else ())
    if match["coin"]:
        notes += ("currency",)
        # ¥170000 counts yuan; 人民币17 may still count the form's 万元
        unit = unit or ("" if match["coin"] == "人民币" else "元")
    foreign = not (unit or per) and _goes_on(text, match, operator.end)
    return Figure(signed, operator.start, operator.end, unit, misspelt, per, operator.sign, foreign, notes)


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
    if sign == "—" or (after_word and notation.operator_before(text, floor, at).start == at):
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
    notes = (*whole.notes, *part.notes, "compound")
    return part._replace(number=number, start=whole.start, operator=whole.operator, notes=notes)


_SPELT = re.compile(
    rf"(?P<whole>[{NUMERALS}]+)(?P<yuan>[元圆圓])?零?(?:(?P<jiao>[{NUMERALS}])角)?零?(?:(?P<fen>[{NUMERALS}])分)?[整正]?"
)
_CAPITALS = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟]")
_MULTIPLIERS = "百千万亿佰仟萬億"
_ASIDE = re.compile(r"人民币|大写|[:;,。.]")


def spell_out(text: str) -> list[Figure]:
    """The one figure of a text that is a Chinese numeral: 壹拾柒万元整, 叁佰元伍角; none where it is not."""
    bare = _ASIDE.sub("", text)
    lead = re.match(rf"[^{NUMERALS}]*", bare)
    start = lead.end() if lead else 0
    match = _SPELT.match(bare, start)
    operator = notation.operator_around(bare, 0, start, match.end() if match else start)
    if match is None or operator.start or operator.end != len(bare) or not match["whole"].strip(_MULTIPLIERS):
        return []
    number, unit, misspelt = _spelt(match)
    return [Figure(number, 0, len(text), unit, misspelt, "", operator.sign, notes=("capitals",))]


def _spelt(match: re.Match[str]) -> tuple[Decimal, str, str]:
    """Number, unit, misspelt. The unit is as written, 壹拾柒万元 is 17 万元; without 元 it is the form's."""
    whole = match["whole"].translate(str.maketrans("萬億", "万亿"))
    yuan = notation.chinese(whole)
    if yuan is None or whole == "一":  # a lone 一 is a dash typed with the wrong key
        raise RefusedError("capitals")
    number = Decimal(yuan)
    if match["jiao"] or match["fen"]:
        small = [notation.chinese(digit) or 0 for digit in (match["jiao"] or "零", match["fen"] or "零")]
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


State = Literal["ok", "blank", "placeholder", "unreadable", "several"]

#: what people write where there is no amount; a profile may have its own
PLACEHOLDERS = frozenset(
    ("—", "–", "-", "/", "\\", "*", "×", ".", "无", "暂无", "没有", "同上", "N/A", "n/a", "NA", "None", "null")
)

#: what stands for an amount in an indicator's value, and in an amount's cell says nothing: 0 or a figure somewhere else
_NO_AMOUNT = frozenset(("n/a", "na", "none", "null", "nil", "nan", "同上", "xx", "××", "xxx", "×××", "."))
#: figures that are no digits of the number before them: 17.00①, 17²
_MARKS = re.compile("[²³¹⁰⁴-⁹₀-₉①-⓿❶-➓㉑-㉟㊱-㊿¼-¾⅐-⅞]")
_DOUBLED = re.compile("[0-9][.,]{2}|[.,]{2}[0-9]")
_ODD = "#*?!@&/\\%_^|…·•‧∙"
#: l.00万元, 100.OO
_LETTER_AHEAD, _LETTER_BEHIND = re.compile(r"[A-Za-z][.,]?\Z"), re.compile("[.,;:]?[A-Za-z]")
#: words beside a figure that make it another one, or none yet
_UNSURE_AHEAD = re.compile(
    r"(?:暂定?|预[计估]|估[计算]?|概算|匡算|拟.*|待.*|原|改[为成]?|现|另|追加|[核调]?[增减][加少]?|差|缺|欠|每|百分之)[:为]?\Z"
)
_UNSURE_BEHIND = re.compile("暂|预计|预估|估|待|或|拟|大概|大约|可能|余|多|未|不含|需|整?改|[?]")

_WIDE = re.compile("[０-９．－＋]|，(?=[0-9０-９]{3})")
_UNIT_IN_BRACKETS = re.compile(rf"(?<=[0-9])\(({MONEY})\)")
_INNERMOST = re.compile(r"\(([^()]*)\)")
_TOTAL = re.compile(r"(?:总额|总计|合计|共计|总投资|总金额|总资金|(?<!公)共)[:为是]*\Z")
_SUBSET = re.compile("其中|含")
_PUNCTUATION = " \n;:,。.、!?'\"“”"
_MUCH_TEXT = 0.4


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as understood, with the text as written.

    ``notes`` are machine words.
    On the writing: ``full_width``, ``thousands``, ``spaces``, ``capitals``, ``currency``, ``sign``, ``years``,
    ``compound`` (17万5000元), ``leading_text``, ``trailing_text``, ``embedded`` (much text), ``sentence``
    (much text, and long).
    On the figure: ``sub_fen``, ``precision`` (a number cell past 15 digits).
    On several figures: ``repeated``, ``range``, ``parts_differ``, ``other_figure`` (17万元,3个).
    Why unreadable: ``formula_text``, ``spaces``, ``sign``, ``brackets``, ``separators``, ``no_figure``,
    ``unknown_measure``, ``form_measure``, ``capitals``, ``too_large``, ``not_finite``, ``date``, ``boolean``,
    ``not_text``, ``too_long``, ``symbols`` (△17, 17?), ``unsure`` (预计17), ``limit`` (≤17).
    """

    state: State
    #: exact; with "several" the total where the text states one; else ``None``
    fen: int | None
    #: as written; of a number cell the shortest way to write it
    text: str
    #: whether the cell held a number, not text
    number: bool = False
    #: the unit as understood; "" where the cell writes none and the form's was assumed
    measure: str = ""
    #: the unit as written, where it was corrected: 万无, 万
    misspelt: str = ""
    #: what a unit price is per: 亩, 人·月
    per: str = ""
    #: as written, in the unit as written; ``None`` without a figure
    decimals: int | None = None
    operator: str = "="
    #: fen of each part, where the text breaks the amount down
    parts: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def parse_amount(
    value: object, measure: str = "万元", placeholders: frozenset[str] = PLACEHOLDERS, *, limits: bool = False
) -> Amount:
    """Read a cell's amount; ``measure`` is the form's 金额单位, taken where the cell writes no unit.

    With ``limits`` a figure may be a limit or about so much, as that of a cost indicator may: ≤3万元.

    ``'260元'`` is 26_000 fen with measure ``元``; ``17`` is 17 万元 with measure ``''``. Never raises.
    """
    if value is None:
        return _BLANK
    if isinstance(value, str):
        return _from_text(value, measure, placeholders, limits)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        kind = "boolean" if isinstance(value, bool) else "date" if hasattr(value, "isoformat") else "not_text"
        return Amount("unreadable", None, notation.other_text(value), notes=(kind,))
    # a Decimal may be a signalling NaN, which cannot be a key
    return _of_number(value, measure) if isinstance(value, Decimal) else _from_number(value, measure)


_BLANK = Amount("blank", None, "")


def _of_number(value: float | Decimal, measure: str) -> Amount:
    number = notation.from_cell(value)
    if number is None:
        return Amount("unreadable", None, str(value), number=True, notes=("not_finite",))
    text = notation.written(number)
    try:
        fen, notes = _fen(number, notation.money_unit(measure)[0])
    except RefusedError as refused:
        return Amount("unreadable", None, text, number=True, notes=(str(refused),))
    if notation.inexact(number):
        notes = (*notes, "precision")
    return Amount("ok", fen, text, number=True, decimals=notation.decimals(Decimal(text)), notes=notes)


# 1, 1.0 and True are equal keys but not the same cell, hence typed
_from_number = lru_cache(maxsize=16_384, typed=True)(_of_number)


def _fen(number: Decimal, unit: str) -> tuple[int, tuple[str, ...]]:
    if not unit:
        raise RefusedError("form_measure")
    result = notation.to_fen(number, unit)
    if result is None:
        raise RefusedError("too_large")
    return result[0], () if result[1] else ("sub_fen",)


@lru_cache(maxsize=65_536)
def _from_text(raw: str, measure: str, placeholders: frozenset[str], limits: bool) -> Amount:
    text = one_line_each(raw)
    if not text:
        return _BLANK
    notes = ("full_width",) if _WIDE.search(raw) else ()
    try:
        if len(text) > LONGEST:
            raise RefusedError("too_long")
        if says_nothing(text):
            raise RefusedError("no_figure")
        if is_placeholder(text, placeholders):
            return Amount("placeholder", None, raw)
        if _MARKS.search(raw):
            raise RefusedError("symbols")
        amount = _read(raw, text, notation.money_unit(measure)[0], notes, limits)
        if not limits and amount.operator != "=":
            raise RefusedError("limit")
        return amount
    except RefusedError as refused:
        return Amount("unreadable", None, raw, notes=(*notes, str(refused)))


def says_nothing(text: str) -> bool:
    """Whether the text of an amount cell is a word of a program (``null``, ``N/A``) or only points elsewhere (同上)."""
    return squeeze(text).casefold() in _NO_AMOUNT


def _read(raw: str, text: str, form_unit: str, notes: tuple[str, ...], limits: bool) -> Amount:
    joined = notation.spaced_thousands(text) if " " in text else text
    if _APART.search(joined):  # 5 6 may be 56 or two figures
        raise RefusedError("spaces")
    spaced = ("thousands", "spaces") if joined != text else ()
    bare = joined.replace(" ", "").replace("\n", ";")
    if _EQUATION.match(bare):
        raise RefusedError("formula_text")
    if _DOUBLED.search(bare):
        raise RefusedError("separators")
    undated = without_dates(bare)
    if undated != bare:
        notes += ("years",)
    main, inner = _take_brackets(_UNIT_IN_BRACKETS.sub(r"\1", without_items(undated)))
    found = figures(main) or spell_out(main)
    money = [figure for figure in found if not figure.foreign]
    if not money:
        raise RefusedError("unknown_measure" if found else "brackets" if figures(inner) else "no_figure")
    if len(found) == 1:
        _refuse_doubts(main[: found[0].start], main[found[0].end :], inner, limits)
    first = money[0]
    fen, rounded = _fen(first.number, first.unit or form_unit)
    notes += spaced + first.notes + rounded + _rest_notes(main, found, inner, len(bare))
    places = notation.decimals(first.number)
    amount = Amount("ok", fen, raw, False, first.unit, first.misspelt, first.per, places, first.operator, notes=notes)
    if len(found) > 1:
        return _several(amount, main, inner, found, form_unit)
    return _with_parts(amount, inner, first.unit or form_unit) if inner else amount


def _refuse_doubts(ahead: str, behind: str, inner: str, limits: bool) -> None:
    """Refuse a figure among signs that may be part of it, or beside a word that makes it another: △17, 17?, 预计17."""
    beside_letter = _LETTER_AHEAD.search(ahead) or _LETTER_BEHIND.match(behind)
    if beside_letter or any(char in _ODD or unicodedata.category(char)[0] == "S" for char in ahead + behind):
        raise RefusedError("symbols")
    if limits:
        return
    beside = (behind.strip(_PUNCTUATION), *inner.split(";"))
    if _UNSURE_AHEAD.search(ahead) or any(_UNSURE_BEHIND.match(words) for words in beside):
        raise RefusedError("unsure")


def _take_brackets(text: str) -> tuple[str, str]:
    """The text without the parts in brackets, and these, from the inside out, separated by ``;``."""
    taken: list[str] = []
    while inner := _INNERMOST.findall(text):
        taken += inner
        text = _INNERMOST.sub(";", text)
    return text, ";".join(taken)


def _rest_notes(main: str, found: list[Figure], inner: str, length: int) -> tuple[str, ...]:
    ahead = main[: found[0].start].strip(_PUNCTUATION)
    behind = main[found[-1].end :].strip(_PUNCTUATION)
    between = [main[a.end : b.start].strip(_PUNCTUATION) for a, b in pairwise(found)]
    aside = inner if inner and not figures(inner) else ""
    notes = [word for word, text in (("leading_text", ahead), ("trailing_text", behind or aside)) if text]
    rest = len(ahead) + len(behind) + sum(map(len, between))
    if rest > _MUCH_TEXT * length:
        notes += ["embedded", "sentence"] if length > SENTENCE else ["embedded"]
    return tuple(notes)


def _spelt_beside(inner: str) -> list[Figure]:
    """The amount in words in the brackets behind one in digits."""
    return spell_out(inner) if _CAPITALS.search(inner) else []


def _with_parts(amount: Amount, inner: str, unit: str) -> Amount:
    """The amount with the figures in its brackets as its parts: 854万(400万元,295万元,159万元)."""
    money = [figure for figure in figures(inner) or _spelt_beside(inner) if not figure.foreign]
    if not money:
        return amount
    same = len(money) == 1 and _fen(money[0].number, money[0].unit or unit)[0] == amount.fen
    if same and "capitals" in money[0].notes:  # 17.00万元(壹拾柒万元整)
        return amount
    parts = tuple(_fen(figure.number, figure.unit or unit)[0] for figure in money)
    stated = amount.fen or 0
    agree = sum(parts) <= stated if _SUBSET.search(inner) else sum(parts) == stated
    notes = amount.notes if agree else (*amount.notes, "parts_differ")
    return replace(amount, state="several", parts=parts, notes=notes)


def _several(amount: Amount, main: str, inner: str, found: list[Figure], form_unit: str) -> Amount:
    """Several figures side by side: one amount only if it is repeated, or the first is called the total."""
    money = [figure for figure in found if not figure.foreign]
    fens = tuple(_fen(figure.number, figure.unit or form_unit)[0] for figure in money)
    amount = replace(amount, state="several")
    if len(money) == 1:
        return replace(amount, notes=(*amount.notes, "other_figure"))
    if len(set(fens)) == 1 and len({figure.per for figure in money}) == 1:
        return _with_parts(replace(amount, notes=(*amount.notes, "repeated")), inner, money[0].unit or form_unit)
    if not found[0].foreign and _TOTAL.search(main[: found[0].start]):
        differ = ("parts_differ",) if sum(fens[1:]) != fens[0] else ()
        return replace(amount, parts=fens[1:], notes=amount.notes + differ)
    ranged = len(money) == 2 and main[money[0].end : money[1].start].strip() in ("", "~", "至", "到", "—")
    notes = (*amount.notes, "range") if ranged else amount.notes
    return replace(amount, fen=None, measure="", misspelt="", per="", decimals=None, operator="=", notes=notes)
