"""What an attachment is called: the parameters of its headers, as RFC 2231, RFC 2047 and neither of them write it."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

from perfxl.sources.mail.charsets import clean, text_of
from perfxl.sources.mail.headers import Headers, decoded, pieces

#: pieces of one parameter; a name of 300 Chinese characters takes some 40
MAX_PIECES = 1_000

_NUMBERED = re.compile(r"(?P<name>[^*]+)(?:\*(?P<number>\d{1,6}))?(?P<encoded>\*)?")
_CHARSET = re.compile(r"([\w.:+-]*)'[^']*'(.*)", re.DOTALL)
#: characters that a program put where it could not write the right ones
_LOST = re.compile(r"\ufffd|\?{2,}|^_+\.")


def parameters(value: str) -> dict[str, str]:
    """The parameters of a header by name in lower case. Where one is given both ways, RFC 2231 counts."""
    plain: dict[str, str] = {}
    parts: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, piece in enumerate(pieces(value)):
        label, equals, content = piece.partition("=")
        found = _NUMBERED.fullmatch(label.strip().lower())
        if not equals or not found or count > MAX_PIECES:
            continue
        unquoted = _unquoted(content.strip())
        if found["number"] is None and found["encoded"] is None:
            plain.setdefault(found["name"], clean(decoded(unquoted)))
        else:
            numbered = parts.setdefault(found["name"], {})
            numbered.setdefault(int(found["number"] or 0), (unquoted, found["encoded"] is not None))
    extended = {name: _joined(numbered) for name, numbered in parts.items()}
    return plain | {name: text for name, text in extended.items() if text and (name not in plain or not _is_lost(text))}


def name_of(headers: Headers) -> str:
    """What the attachment is called, ``""`` if nothing says so. Of two names the one that came through whole."""
    names = [
        found[key]
        for header, key in (("content-disposition", "filename"), ("content-type", "name"))
        if key in (found := parameters(headers.first(header))) and found[key]
    ]
    return next((name for name in names if not _is_lost(name)), names[0] if names else "")


def _is_lost(name: str) -> bool:
    return _LOST.search(name) is not None


def _unquoted(content: str) -> str:
    if not content.startswith('"'):
        return content
    inner = content[1:].rpartition('"')[0] if '"' in content[1:] else content[1:]
    return re.sub(r'\\(["\\])', r"\1", inner)


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    """The pieces put together as octets before anything is decoded: they are cut anywhere, even inside ``%BD``."""
    ordered = [numbered[number] for number in sorted(numbered)]
    if not any(encoded for _, encoded in ordered):
        return clean(decoded("".join(text for text, _ in ordered)))
    joined = "".join(text if encoded else quote(text) for text, encoded in ordered)
    found = _CHARSET.fullmatch(joined)
    charset, rest = (found[1], found[2]) if found else ("", joined)
    return clean(text_of(unquote_to_bytes(rest.lstrip("'")), charset))
