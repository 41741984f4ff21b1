"""Marks beside options: which of the options of a choice are ticked in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from perfxl.values import one_line_each, squeeze

TICKED = "☑■√✓✔☒⊠●✅⬛◼◉⦿🗹🗷🗸Rþ"
UNTICKED = "□☐○◯〇口囗ロ▢◻◽▫⬜❑❏❒"
#: the same marks as the letters and codes under which the fonts Wingdings and Wingdings 2 have them
_FONT = {
    "S": "☒", "ý": "☒", "ü": "√", "£": "□", "\u0308": "□", "o": "□",
    "\uf0fe": "☑", "\uf052": "☑", "\uf0fc": "√", "\uf050": "√", "\uf0fd": "☒", "\uf053": "☒", "\uf054": "☒",
    "\uf06e": "■", "\uf06c": "●", "\uf06f": "□", "\uf0a8": "□", "\uf0a3": "□", "\uf02a": "□", "\uf0a1": "○",
    "\uf071": "□", "\uf072": "□",
}  # fmt: skip
#: marks that are no part of a word only where they are alone
_WORDLIKE = frozenset("口囗ロ〇RþSýüo")
_MARK = f"[{re.escape(TICKED + UNTICKED + ''.join(_FONT))}]"
_OPEN, _CLOSE = r"[(\[【〔{]", r"[)\]】〕}]"
#: a letter before an option, or the number of one
_ORDINAL = r"[(]?(?:[0-9]{1,2}|[A-Za-z])[.、)](?!\d)|[①-⑳]|[0-9]{1,2}(?=[^\W\d])"
#: what explains an option and is no mark: 优（90分以上）, 良 80-90分, 其他（请注明）
_SCORES = r"[≥≤<>]*\d{2,3}(?:\.\d+)?分?(?:\s*[-~—–至]\s*[≥≤<>]*\d{2,3}(?:\.\d+)?)?分?(?:\((?:不?含)\))?(?:及?以[上下])?"
_INSIDE = rf"[^()\[\]【】〔〕{{}}\n{re.escape(TICKED + UNTICKED)}]"
_NOTE = rf"{_OPEN}(?=\s*(?:[≥≤<>]*\d|[^\W\da-zA-Z_]{{2}}))(?:{_INSIDE}|{_OPEN}{_INSIDE}*{_CLOSE})+{_CLOSE}|{_SCORES}"
#: what may be meant as a mark: a letter or one of these words alone, or neither word nor punctuation
_ODD = r"[A-Za-zÀ-ÿ是对勾选有]|[^\w\s()\[\]【】〔〕{}、,;:/.。…—_-]"

#: what may follow an option of one letter: 优秀, 良好, 中等, 差级
_FULLER = "[秀好等]?级?"

#: every option has a mark, each before its option or each after it
_EVERY = re.compile("(?:[ms]o)+|(?:o[ms])+")


class _Item(NamedTuple):
    """A piece of the text, and how far it is from the one before: 0 next to it, 1 behind a blank, 2 a line end."""

    kind: str
    text: str
    gap: int


class Marks(NamedTuple):
    """What a text with options has, each by option in the order of the form.

    ``beside`` are the marks of those that have any, usually one; ``odd`` a character that is where a mark would be, but
    is none that is known: ``其他V``; ``open`` are marks that may belong to the option before, for which they were
    taken, or to the one after: mark and both.
    """

    beside: dict[str, str]
    odd: dict[str, str]
    open: list[tuple[str, str, str]]


def ticked(text: str, options: tuple[str, ...]) -> list[str]:
    """The options that carry a tick, in the order of the form."""
    return [option for option, beside in read_marks(text, options).beside.items() if set(beside) & set(TICKED)]


def chosen(text: str, options: tuple[str, ...]) -> list[str]:
    """The options that carry a tick; where the text is one option and nothing else, that one."""
    plain = squeeze(text)
    return ticked(text, options) or [option for option in options if squeeze(option) == plain]


def is_option(text: str, options: tuple[str, ...]) -> bool:
    """Whether a text is one option and nothing else, with a mark or without: ``其他``, ``其他(✔)``."""
    items = _items(text, options)
    kinds = [item.kind for item in items]
    return kinds.count("option") == 1 and set(kinds) <= {"option", "mark"}


def is_mark(text: str) -> bool:
    """Whether a text is marks and nothing else."""
    items = _items(text, ())
    return bool(items) and all(item.kind in ("mark", "strange") for item in items)


@lru_cache(maxsize=4096)
def read_marks(text: str, options: tuple[str, ...]) -> Marks:
    """The marks of a text with options: ``其他☑``, ``√ 其他``, ``其他(√)``; ``□√其他`` has both."""
    items = [item for item in _items(text, options) if item.kind != "skip"]
    known = [item.text for item in items if item.kind == "option"]
    found: dict[str, str] = {}
    unsure: list[tuple[str, str, str]] = []
    shape = _shape(items)
    for place, beside in _owners(items, shape):
        item = items[place]
        if len(beside) > 1:
            unsure.append((item.text, items[beside[0]].text, items[beside[1]].text))
        if beside:
            option = items[beside[0]].text
            found[option] = found.get(option, "") + item.text
    odd: dict[str, str] = {}
    before = shape.startswith(("m", "s")) and not shape.endswith(("m", "s"))
    for place, item in ((place, item) for place, item in enumerate(items) if item.kind == "strange"):
        near = [items[n].text for n in (place - 1, place + 1) if 0 <= n < len(items) and items[n].kind == "option"]
        free = [option for option in near if option not in found]
        if free:
            odd.setdefault(free[-1] if before else free[0], item.text)
    order = [option for option in options if option in known]
    odd = {option: odd[option] for option in order if option in odd and option not in found}
    return Marks({option: found[option] for option in order if option in found}, odd, unsure)


def _owners(items: Sequence[_Item], shape: str) -> Iterator[tuple[int, list[int]]]:
    """Each mark with the option that it belongs to, or with both neighbours where that is open; with none."""
    places = [n for n, item in enumerate(items) if item.kind == "mark"]
    if _EVERY.fullmatch(shape):
        step = 1 if shape.startswith(("m", "s")) else -1
        yield from ((n, [n + step]) for n in places)
        return
    sides = {n: _sides(items, n) for n in places}
    clear = {side[0] - n for n, side in sides.items() if len(side) == 1}
    for n in places:
        side = sides[n]
        if len(side) > 1 and len(clear) == 1:  # as all the others are
            step = next(iter(clear))
            side = [n + step] if n + step in side else side
        if not side:  # □ √其他: a mark whose neighbour is a mark goes with it
            side = [option for other in (n + 1, n - 1) for option in sides.get(other, ())][:1]
        yield n, side


def _sides(items: Sequence[_Item], n: int) -> list[int]:
    """The options beside a mark, or the one that is nearer."""
    before = n - 1 if n and items[n - 1].kind == "option" else None
    after = n + 1 if n + 1 < len(items) and items[n + 1].kind == "option" else None
    if before is not None and after is not None and items[n].gap != items[after].gap:
        return [before] if items[n].gap < items[after].gap else [after]
    return [place for place in (before, after) if place is not None]


def _items(text: str, options: tuple[str, ...]) -> list[_Item]:
    """The pieces of a text; of an option that is named twice the first."""
    items: list[_Item] = []
    seen: set[str] = set()
    gap, bare = 2, False
    for match in _pattern(options).finditer(one_line_each(text)):
        kind, piece = match.lastgroup or "", match[0]
        if kind == "blank":
            gap = max(gap, 1 if piece.isspace() and "\n" not in piece else 2)
            continue
        if kind == "option":
            piece = next(option for option in options if re.fullmatch(_written(squeeze(option)), squeeze(piece)))
            kind = "x" if piece in seen else kind
            seen.add(piece)
        elif kind == "mark":
            inner = re.sub(rf"\s|{_OPEN}|{_CLOSE}", "", piece)
            bare = bare or inner == piece
        items.append(_Item("x" if kind == "word" else kind, inner if kind == "mark" else piece, gap))
        gap = 0
    items = [item._replace(kind="x") if _is_word(items, n) else item for n, item in enumerate(items)]
    if bare and not _EVERY.fullmatch(_shape(items)):
        # where the marks have no brackets, brackets with nothing in them are there to be written in
        items = [item for item in items if item.kind != "mark" or item.text]
    return [item._replace(text=_shown(item.text)) if item.kind == "mark" else item for item in items]


def _shape(items: Sequence[_Item]) -> str:
    """The order of options and marks: ``o``, ``m``, ``s`` for a strange one, ``x`` for anything else."""
    return "".join(item.kind[0] for item in items if item.kind != "skip")


def _is_word(items: Sequence[_Item], n: int) -> bool:
    """Whether a mark is only a letter or character of the words beside it: 人口."""
    item = items[n]
    before = n > 0 and not item.gap and items[n - 1].kind == "x"
    after = n + 1 < len(items) and not items[n + 1].gap and items[n + 1].kind == "x"
    wordlike = item.text.isalpha() if item.kind == "strange" else item.text and _WORDLIKE.issuperset(item.text)
    return item.kind in ("mark", "strange") and bool(wordlike) and (before or after)


def _shown(text: str) -> str:
    return "".join(_FONT.get(char, char) for char in text) or "□"


def _written(name: str) -> str:
    """The ways to write an option, as a pattern."""
    return r"\s*".join(map(re.escape, name)) + (_FULLER if len(name) == 1 else "")


@lru_cache(maxsize=64)
def _pattern(options: tuple[str, ...]) -> re.Pattern[str]:
    named = sorted(map(squeeze, options), key=len, reverse=True)
    option = "|".join(map(_written, named))
    mark = rf"{_OPEN}\s*(?:{_MARK}+)?\s*{_CLOSE}|{_MARK}+"
    return re.compile(
        rf"(?P<option>{option or '(?!)'})|(?P<mark>{mark})|(?P<blank>[\s、,;，；]+)|(?P<skip>{_NOTE}|{_ORDINAL})"
        rf"|(?P<word>[A-Za-zÀ-ÿ]{{2,}})|(?P<strange>{_OPEN}?(?:{_ODD}){_CLOSE}?)|(?P<x>.)"
    )
