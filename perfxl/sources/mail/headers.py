"""Bytes of a mail in whatever code page they declare, or do not declare -> text: its headers, and what is in them."""

from __future__ import annotations

import base64
import codecs
import quopri
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

#: GB18030 holds all of GB2312 and GBK, and programs write GBK under each of these names
_GB = frozenset(
    (
        "gb2312", "gb_2312", "gb2312_80", "gb_2312_80", "gbk", "x_gbk", "cp936", "ms936", "windows_936", "936",
        "euc_cn", "euccn", "chinese", "csgb2312", "csiso58gb231280", "iso_ir_58", "gb18030", "x_gb18030",
    )
)  # fmt: skip
#: declared encodings that Chinese text may have all the same
_SILENT = frozenset(
    ("", "us_ascii", "ascii", "unknown", "unknown_8bit", "x_unknown", "8bit", "default", "default_charset")
)
#: codecs of Python that are no code page of any mail, some of them slow on hostile bytes
_NOT_TEXT = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
#: characters that change the direction of text, with which a name can hide its ending
_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")

#: controls, surrogates, and separators of lines
_INVISIBLE = frozenset(("Cc", "Cs", "Zl", "Zp"))
#: every Chinese character takes three bytes or more in UTF-8
_FIRST_OF_THREE = "\u0800"
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDING = re.compile(rb"=+")

#: characters of one header that are read; no useful header is longer
MAX_HEADER = 100_000
#: characters of a header with an address that are read
MAX_ADDRESS = 4_000
#: references that are kept, the first and the newest
MAX_REFERENCES = 100

_WORD = re.compile(r"=\?([^?\s]{0,60})\?([bBqQ])\?([^?]*)\?=")
_ANGLED = re.compile(r"<\s*([^<>\s\",;@]+@[^<>\s\",;@]+)\s*>")
_BARE = re.compile(r"(?<![^\s,;:(])([^<>\s\",;:()@]+@[^<>\s\",;:()@]+)(?![^\s,;)])")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ID = re.compile(r"<[^<>\s]+>")
_YEARS = range(1990, 2200)

#: pieces of one parameter; a name of 300 Chinese characters takes some 40
MAX_PIECES = 1_000

_NUMBERED = re.compile(r"(?P<name>[^*]+)(?:\*(?P<number>\d{1,6}))?(?P<encoded>\*)?")
_CHARSET = re.compile(r"([\w.:+-]*)'[^']*'(.*)", re.DOTALL)
#: what programs write in place of characters that they cannot encode
_LOST = re.compile(r"\ufffd|\?{2,}|^_+\.")


def text_of(raw: bytes, charset: str = "") -> str:
    """The text of bytes. Where the charset is none or cannot be right, UTF-8 and then GB18030 are tried."""
    if raw.isascii() and not _shifts(charset):
        return raw.decode("ascii")
    declared = _declared(charset)
    if declared in ((), ("gb18030",)) and (text := _utf8(raw)):
        return text
    for name in (*declared, "utf-8", "gb18030"):
        with suppress(UnicodeError, LookupError):
            return raw.decode(name)
    return raw.decode((declared or ("gb18030",))[0], "replace")


def from_base64(raw: bytes) -> bytes:
    """The bytes of base64, as many as there are: text that was cut off or has other characters gives what it can."""
    pieces = (piece[: len(piece) - (len(piece) % 4 == 1)] for piece in _PADDING.split(_FOREIGN.sub(b"", raw)))
    return b"".join(base64.b64decode(piece + b"=" * (-len(piece) % 4)) for piece in pieces)


def clean(text: str) -> str:
    """One line of text to show: no control characters, none that change its direction, no lone surrogates."""
    kept = (
        " " if char in "\r\n\t" else char
        for char in text
        if char in "\r\n\t" or (unicodedata.category(char) not in _INVISIBLE and char not in _DIRECTION)
    )
    return "".join(kept).strip()


def _declared(charset: str) -> tuple[str, ...]:
    name = charset.strip().strip("\"'").lower().replace("-", "_").replace(" ", "_")
    if name in _GB:
        return ("gb18030",)
    if name in _SILENT:
        return ()
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ()
    return () if known.replace("-", "_") in _NOT_TEXT else (known,)


def _utf8(raw: bytes) -> str:
    """Bytes that are UTF-8 whatever they declare. GBK can look like it by chance, but then like no Chinese letters."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return ""
    return text if max(text) >= _FIRST_OF_THREE else ""


def _shifts(charset: str) -> bool:
    """Whether the code page encodes other letters as ASCII bytes (HZ, ISO-2022, UTF-7, UTF-16)."""
    return any(name.startswith(("hz", "iso2022", "utf-7", "utf-16", "utf-32")) for name in _declared(charset))


class MailAddress(NamedTuple):
    """An address in lower case and the name before it; both ``""`` where there is none."""

    address: str
    name: str


class Headers:
    """The headers of one mail or of one of its parts, by name in lower case, as text that is not yet decoded."""

    def __init__(self, pairs: Iterable[tuple[str, bytes]]) -> None:
        """The headers with their bytes as they arrived."""
        self._values: dict[str, list[str]] = {}
        for name, raw in pairs:
            unfolded = re.sub(rb"\r\n|\r|\n", b"", raw[:MAX_HEADER])
            self._values.setdefault(name.lower(), []).append(text_of(unfolded).strip())

    @classmethod
    def of(cls, message: Message) -> Headers:
        """Those of a message that the standard library parsed: it keeps raw bytes as surrogates."""
        return cls((name, str(value).encode("utf-8", "surrogateescape")) for name, value in message.raw_items())

    def all(self, name: str) -> list[str]:
        """Every value under a name, from the top."""
        return self._values.get(name, [])

    def first(self, name: str) -> str:
        """The topmost value, ``""`` if there is none."""
        return next(iter(self.all(name)), "")

    def text(self, name: str) -> str:
        """The topmost value for people, on one line."""
        return clean(decoded_words(self.first(name)))

    def word(self, name: str) -> str:
        """The topmost value in lower case, without its parameters."""
        return self.first(name).partition(";")[0].strip().lower()

    @property
    def author(self) -> MailAddress:
        """The address and name that the mail gives as its author."""
        return address_of(self.first("from") or self.first("sender"))

    @property
    def message_id(self) -> str:
        """The id of the mail with its ``<>``, ``""`` if it has none."""
        value = self.first("message-id")
        token = clean(value).replace("<", "").replace(">", "")
        return next(iter(ids_of(value)), f"<{token}>" if token and " " not in token else "")

    @property
    def references(self) -> tuple[str, ...]:
        """The mails that this one answers, oldest first."""
        return ids_of(self.first("references")) or ids_of(self.first("in-reply-to"))

    @property
    def received(self) -> datetime | None:
        """When the last server took the mail in: the topmost of its Received lines."""
        return time_of(self.first("received").rpartition(";")[2].strip())

    @property
    def file_name(self) -> str:
        """The name of an attachment, ``""`` if it has none. Of two names the one without lost characters."""
        places = (("content-disposition", "filename"), ("content-type", "name"))
        names = list(filter(None, (parameters(self.first(header)).get(key) for header, key in places)))
        return next((name for name in names if not _is_lost(name)), names[0] if names else "")

    def __bool__(self) -> bool:
        """Whether there are any headers."""
        return bool(self._values)


def decoded_words(value: str) -> str:
    """Text with its encoded words (``=?gb2312?B?…?=``) decoded, neighbours as one: programs cut characters."""
    out: list[str] = []
    run: list[tuple[str, str, str]] = []
    end = 0
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        charset = found[1].partition("*")[0].lower()
        if run and (between.strip() or run[-1][0] != charset):
            out.append(_joined_words(run))
            run = []
            between = between if between.strip() else ""
        elif run:
            between = ""
        out.append(between)
        run.append((charset, found[2].lower(), found[3]))
        end = found.end()
    out += [_joined_words(run), value[end:]]
    return "".join(out)


def _joined_words(words: list[tuple[str, str, str]]) -> str:
    if not words:
        return ""
    raw = rest = b""
    for _, kind, content in words:
        octets = content.encode("utf-8", "surrogateescape")
        if kind == "q":
            raw += quopri.decodestring(octets.replace(b"_", b" "))
            continue
        rest += b"".join(octets.split())
        if rest.endswith(b"=") or len(rest) % 4 == 0:
            raw += from_base64(rest)
            rest = b""
    return text_of(raw + from_base64(rest), words[0][0])


def address_of(value: str) -> MailAddress:
    """The first address of a header. A name that looks like an address is a name all the same."""
    value = value[:MAX_ADDRESS]
    bare = _QUOTED.sub(lambda found: " " * len(found[0]), value)
    for pattern in (_ANGLED, _BARE):
        found = pattern.search(bare)
        if found:
            before = value[: found.start()].rpartition(",")[2] if pattern is _BARE else value[: found.start()]
            return MailAddress(clean(found[1]).lower(), _name(before))
    whole = decoded_words(value)
    if whole != value:
        return address_of(whole)
    return MailAddress("", _name(value))


def _name(raw: str) -> str:
    text = raw.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return clean(decoded_words(text)).strip("\"' ")


def ids_of(value: str) -> tuple[str, ...]:
    """The message ids in a header, each once and with its ``<>``; of very many the first and the newest."""
    found = tuple(dict.fromkeys(clean(match) for match in _ID.findall(value)))
    return found if len(found) <= MAX_REFERENCES else (found[0], *found[1 - MAX_REFERENCES :])


def time_of(value: str) -> datetime | None:
    """The time of a header with its zone (without one: UTC); ``None`` if it is no time."""
    try:
        time = parsedate_to_datetime(value)
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        return time if time.astimezone(UTC).year in _YEARS else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def pieces(value: str) -> Iterator[str]:
    """The pieces between the semicolons of a header; semicolons in quotation marks do not count."""
    start, quoted, escaped = 0, False, False
    for place, char in enumerate(value):
        if escaped:
            escaped = False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            yield value[start:place]
            start = place + 1
    yield value[start:]


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
            plain.setdefault(found["name"], clean(decoded_words(unquoted)))
        else:
            numbered = parts.setdefault(found["name"], {})
            numbered.setdefault(int(found["number"] or 0), (unquoted, found["encoded"] is not None))
    extended = {name: _joined_pieces(numbered) for name, numbered in parts.items()}
    return plain | {name: text for name, text in extended.items() if text and (name not in plain or not _is_lost(text))}


def _is_lost(name: str) -> bool:
    return _LOST.search(name) is not None


def _unquoted(content: str) -> str:
    if not content.startswith('"'):
        return content
    inner = content[1:].rpartition('"')[0] if '"' in content[1:] else content[1:]
    return re.sub(r'\\(["\\])', r"\1", inner)


def _joined_pieces(numbered: dict[int, tuple[str, bool]]) -> str:
    """The pieces joined as octets before anything is decoded: they are cut anywhere, even inside ``%BD``."""
    ordered = [numbered[number] for number in sorted(numbered)]
    if not any(encoded for _, encoded in ordered):
        return clean(decoded_words("".join(text for text, _ in ordered)))
    joined = "".join(text if encoded else quote(text) for text, encoded in ordered)
    found = _CHARSET.fullmatch(joined)
    charset, rest = (found[1], found[2]) if found else ("", joined)
    return clean(text_of(unquote_to_bytes(rest.lstrip("'")), charset))
