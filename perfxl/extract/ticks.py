"""Boxes of a choice: which mark stands beside which option, before it or after it."""

from __future__ import annotations

import re

from perfxl.values import squeeze

TICKED = "☑■√✓✔☒●✅Rþ"
UNTICKED = "□☐○口▢◻⬜\u0308"
_MARK = f"[{TICKED}{UNTICKED}]"
_OPEN, _CLOSE = r"[(\[]?", r"[)\]]?"
_AROUND = re.compile(rf"^{_OPEN}{_MARK}*{_CLOSE}|{_OPEN}{_MARK}+{_CLOSE}$")
#: a character beside an option that may be meant as a mark: a letter like a tick, or neither word nor punctuation
_ODD = re.compile(r"[VvXxYyPpÖ](?!\w)|[^\w\s()\[\]、,;:/.。…—\ue000-\uf8ff-]")


def marks(text: str, options: tuple[str, ...]) -> dict[str, str]:
    """Option -> the marks beside it, usually one; only options that have any, in the order of the form.

    ``其他☑``, ``√ 其他``, ``其他(√)``; ``□√其他`` has both.
    """
    return _read(text, options)[0]


def odd_marks(text: str, options: tuple[str, ...]) -> dict[str, str]:
    """Option -> a character beside it that stands where a mark would, but is none that is known: ``其他V``."""
    found, rest, before = _read(text, options)
    known = set(found)
    odd = {}
    for option in options:
        place = rest.find(_hole(options, option))
        if option in known or place < 0:
            continue
        beside = rest[:place].rstrip("()[]")[-1:] if before else rest[place + 1 :].lstrip("([")[:2]
        if mark := _ODD.match(beside):
            odd[option] = mark[0]
    return odd


def ticked(text: str, options: tuple[str, ...]) -> list[str]:
    """The options that carry a tick, in the order of the form."""
    return [option for option, beside in marks(text, options).items() if set(beside) & set(TICKED)]


def is_option(text: str, options: tuple[str, ...]) -> bool:
    """Whether a text is one option and nothing else, with a mark or without: ``其他``, ``其他(✔)``."""
    return _AROUND.sub("", squeeze(text)) in map(squeeze, options)


def _hole(options: tuple[str, ...], option: str) -> str:
    """A character of the private use area that stands for an option once it is found."""
    return chr(0xE000 + options.index(option))


def _read(text: str, options: tuple[str, ...]) -> tuple[dict[str, str], str, bool]:
    """The marks; the text with the options replaced; whether marks stand before their options."""
    plain = squeeze(text)
    keys = tuple(map(squeeze, options))
    before = bool(re.match(f"{_OPEN}{_MARK}", plain)) or (not plain.startswith(keys) and plain.endswith(keys))
    found = {}
    for option in sorted(options, key=len, reverse=True):
        key, hole = re.escape(squeeze(option)), _hole(options, option)
        beside = rf"{_OPEN}({_MARK}+){_CLOSE}{key}" if before else rf"{key}{_OPEN}({_MARK}+){_CLOSE}"
        match = re.search(beside, plain)
        if match:
            found[option] = match[1]
            plain = plain[: match.start()] + hole + plain[match.end() :]
        else:
            plain = plain.replace(squeeze(option), hole, 1)
    return {option: found[option] for option in options if option in found}, plain, before
