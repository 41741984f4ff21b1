"""Two readers of attachment names, each as one kind of mail program has it."""

from __future__ import annotations

import base64
import quopri
import re
from urllib.parse import unquote_to_bytes

_PARAMETER = re.compile(r';\s*([A-Za-z][\w*]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')
_WORD = re.compile(r"=\?([\w-]+)\?([bBqQ])\?([!->@-~]*)\?=")


def parameters(header: bytes) -> list[tuple[str, str]]:
    """The parameters of an unfolded header in their order; anything that is none raises ``AssertionError``."""
    value = re.sub(r"\r\n(?=[ \t])", "", header.decode("ascii"))
    found = list(_PARAMETER.finditer(value))
    start = value.index(";")
    assert value[start:] == "".join(match[0] for match in found)
    return [
        (match[1].lower(), re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]) for match in found
    ]


def by_rfc_2231(header: bytes, name: str) -> str:
    """The name as a strict reader has it: ``name*=charset'language'%XX``, whole; encoded words mean nothing to it."""
    (value,) = [value for key, value in parameters(header) if key == f"{name}*"]
    charset, _, encoded = value.split("'")
    assert re.fullmatch(r"(?:[A-Za-z0-9!#$&+.^_`{|}~-]|%[0-9A-F]{2})+", encoded)
    return unquote_to_bytes(encoded).decode(charset)


def by_rfc_2047(header: bytes, name: str) -> str:
    """The name as a reader has it that knows encoded words only, and takes ``name*`` for another parameter."""
    (value,) = [value for key, value in parameters(header) if key == name]
    for word in value.split():
        assert len(word) <= 75
    return words(value)


def words(value: str) -> str:
    """Text with its encoded words decoded, each for itself; blanks between two of them are no part of it."""
    joined = re.sub(r"(?<=\?=)\s+(?==\?)", "", value)
    return _WORD.sub(_decoded, joined)


def _decoded(word: re.Match[str]) -> str:
    if word[2] in "bB":
        return base64.b64decode(word[3], validate=True).decode(word[1])
    return quopri.decodestring(word[3].replace("_", " ")).decode(word[1])
