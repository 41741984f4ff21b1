"""Files damaged at random: their bytes, the members of their package, the XML in it. All follows from the die."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

Parts = list[tuple[str, bytes]]
Damage = Callable[[random.Random, bytes], bytes]

#: more than this of a part is not looked through for tags: what is meant to hurt by size is in tests/hostile_cases.py
LOOKED_AT = 200_000
NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
WORDS = (
    "", " ", "0", "-1", "1", "2", "999999", "1048577", "2147483648", "4294967296", "1e400", "-0", "NaN", "INF", "A1",
    "A0", "XFD1048576", "XFE1", "A1:XFD1048576", "B2:A1", "A1:A1:A1", "true", "s", "str", "inlineStr", "b", "e", "d",
    "n", "#REF!", "rId1", "rId99", "../../../x", "/", "xl/", "x" * 5000, "长" * 300, "\U0001f600", "&#0;", "&#xD800;",
    "&#x1F;", "&amp;", "&lt;", "&bogus;", "_x000D_", "_x0000_", "%", "{}", "{0}", "preserve", "hidden", "veryHidden",
    "array", "shared",
)  # fmt: skip
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]{0,2000})"')
_TEXT = re.compile(rb">([^<>]{1,2000})<")
_ELEMENT = re.compile(rb"<([\w:]+)\b[^<>]{0,500}?(?:/>|>[^<>]{0,500}</\1>)")


def any_bytes(dice: random.Random, data: bytes) -> bytes:
    """A few places changed, wherever they fall."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        at = dice.randrange(len(made) + 1)
        dice.choice(_BYTES)(dice, made, at)
        if not made:
            break
    return bytes(made)


def _flip(dice: random.Random, made: bytearray, at: int) -> None:
    if at < len(made):
        made[at] ^= 1 << dice.randrange(8)


def _number(dice: random.Random, made: bytearray, at: int) -> None:
    raw = struct.pack("<I", dice.choice(NUMBERS))[: dice.choice((1, 2, 4))]
    made[at : at + len(raw)] = raw


def _cut(dice: random.Random, made: bytearray, at: int) -> None:
    del made[at : at + dice.choice((1, 2, 16, 512, 5000))]


def _twice(dice: random.Random, made: bytearray, at: int) -> None:
    made[at:at] = made[at : at + dice.choice((1, 4, 64, 2000))] * dice.choice((1, 2, 50))


def _noise(dice: random.Random, made: bytearray, at: int) -> None:
    made[at:at] = dice.randbytes(dice.choice((1, 8, 100)))


def _end(_: random.Random, made: bytearray, at: int) -> None:
    del made[at:]


_BYTES = (_flip, _flip, _flip, _number, _number, _cut, _twice, _noise, _end)


def any_records(dice: random.Random, data: bytes) -> bytes:
    """Numbers changed near the beginnings of things: where the records of a binary file, or its tables, tend to lie."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 2, 5))):
        block = dice.randrange(len(made) // 512 + 1) * 512
        _number(dice, made, min(block + 4 * dice.randrange(32), len(made)))
    return bytes(made)


def any_member(dice: random.Random, data: bytes) -> bytes:
    """The members of a package dropped, doubled, renamed, exchanged, emptied, or told wrongly by its directory."""
    parts = opened(data)
    if parts is None or not parts:
        return any_bytes(dice, data)
    for _ in range(dice.choice((1, 1, 2))):
        dice.choice(_MEMBERS)(dice, parts)
        if not parts:
            break
    made = closed(dice, parts)
    return _wrong_directory(dice, made) if dice.random() < 0.3 else made


def _drop(dice: random.Random, parts: Parts) -> None:
    del parts[dice.randrange(len(parts))]


def _double(dice: random.Random, parts: Parts) -> None:
    name, content = dice.choice(parts)
    parts.insert(dice.randrange(len(parts) + 1), (name, dice.choice(parts)[1] if dice.random() < 0.5 else content))


def _rename(dice: random.Random, parts: Parts) -> None:
    at = dice.randrange(len(parts))
    name = parts[at][0]
    other = dice.choice((
        name.upper(), name.replace("/", "\\"), "/" + name, "./" + name, name + "/", name.replace("1", "01"),
        "x/" + name, "../" + name, dice.choice(parts)[0], name.partition(".")[0], "\U0001f600" + name, "长" * 100,
    ))  # fmt: skip
    parts[at] = other, parts[at][1]


def _exchange(dice: random.Random, parts: Parts) -> None:
    one, other = dice.randrange(len(parts)), dice.randrange(len(parts))
    first, second = parts[one], parts[other]
    parts[one], parts[other] = (first[0], second[1]), (second[0], first[1])


def _shorten(dice: random.Random, parts: Parts) -> None:
    at = dice.randrange(len(parts))
    parts[at] = parts[at][0], parts[at][1][: dice.choice((0, 0, 1, 100, len(parts[at][1]) // 2))]


def _spoil(dice: random.Random, parts: Parts) -> None:
    at = dice.randrange(len(parts))
    parts[at] = parts[at][0], any_bytes(dice, parts[at][1])


_MEMBERS = (_drop, _double, _rename, _exchange, _shorten, _spoil, _spoil)


def _wrong_directory(dice: random.Random, data: bytes) -> bytes:
    """Something else in the head of a member or in the directory: method, flags, sizes, checksum, offsets."""
    heads = [match.start() for match in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", data)]
    made = bytearray(data)
    at = dice.choice(heads) + 4 + dice.randrange(42)
    _number(dice, made, min(at, len(made)))
    return bytes(made)


def any_xml(dice: random.Random, data: bytes) -> bytes:
    """Tags, attributes and texts changed in one or two parts; the package stays whole."""
    parts = opened(data)
    if parts is None:
        return xml(dice, data)
    told = [at for at, (name, content) in enumerate(parts) if name.endswith((".xml", ".rels", ".vml")) and content]
    if not told:
        return any_member(dice, data)
    for _ in range(dice.choice((1, 1, 2))):
        at = dice.choice(told)
        parts[at] = parts[at][0], xml(dice, parts[at][1])
    return closed(dice, parts)


def xml(dice: random.Random, content: bytes) -> bytes:
    """Some XML or HTML with a few tags, attributes or texts changed."""
    for _ in range(dice.choice((1, 1, 2, 5))):
        content = dice.choice(_XML)(dice, content)
    return content


def _found(dice: random.Random, pattern: re.Pattern[bytes], content: bytes) -> re.Match[bytes] | None:
    """One of the places that fit: the next one behind a place where the die falls."""
    start = dice.randrange(min(len(content), LOOKED_AT) + 1)
    return pattern.search(content, start) or pattern.search(content)


def _attribute(dice: random.Random, content: bytes) -> bytes:
    match = _found(dice, _ATTRIBUTE, content)
    if match is None:
        return content
    kind = dice.randrange(4)
    if kind == 0:
        return content[: match.start()] + content[match.end() :]
    if kind == 1:
        return content[: match.end()] + b" " + match[0] + content[match.end() :]
    start, end = match.span(2 if kind == 2 else 1)
    return content[:start] + (_word(dice) if kind == 2 else b"x:" + match[1]) + content[end:]


def _text(dice: random.Random, content: bytes) -> bytes:
    match = _found(dice, _TEXT, content)
    return content if match is None else content[: match.start(1)] + _word(dice) + content[match.end(1) :]


def _tag(dice: random.Random, content: bytes) -> bytes:
    match = _found(dice, _TAG, content)
    if match is None:
        return content
    made = dice.choice((b"", match[0] * 2, b"<x>" + match[0], match[0] + b"</x>", b"<x/>" + match[0]))
    return content[: match.start()] + made + content[match.end() :]


def _element(dice: random.Random, content: bytes) -> bytes:
    match = _found(dice, _ELEMENT, content)
    other = _found(dice, _ELEMENT, content)
    if match is None or other is None:
        return content
    made = dice.choice(
        (b"", match[0] * 2, match[0] * 300, other[0], b"<!--" + match[0] + b"-->", b"<x>" + match[0] + b"</x>")
    )
    return content[: match.start()] + made + content[match.end() :]


def _head(dice: random.Random, content: bytes) -> bytes:
    """Another encoding, a declaration, something before the beginning or behind the end."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    bare = re.sub(r"^<\?xml[^>]*\?>", "", text)
    return dice.choice((
        lambda: text.encode("utf-16"), lambda: b"\xef\xbb\xbf" + content, lambda: bare.encode(),
        lambda: b"\n" + content,
        lambda: f'<?xml version="1.0" encoding="gb18030"?>{bare}'.encode("gb18030"),
        lambda: f'<?xml version="1.0" encoding="moon"?>{bare}'.encode(),
        lambda: f'<?xml version="1.1"?>{bare}'.encode(), lambda: f'<!DOCTYPE x [<!ENTITY y "z">]>{bare}'.encode(),
        lambda: content + b"<x/>", lambda: content + b"\0" * 100,
        lambda: bare.replace(' xmlns="', ' xmlns:q="').encode(),
        lambda: bare.encode("utf-16-le"), lambda: text.replace("http://", "https://").encode(),
    ))()  # fmt: skip


_XML = (_attribute, _attribute, _attribute, _text, _text, _tag, _element, _element, _head)


def _word(dice: random.Random) -> bytes:
    return dice.choice(WORDS).encode()


def opened(data: bytes) -> Parts | None:
    """The members of a zip, ``None`` for any other file."""
    if data[:2] != b"PK":
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(info.filename, package.read(info)) for info in package.infolist()]


def closed(dice: random.Random, parts: Parts) -> bytes:
    """A zip of the members, packed or not."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if dice.random() < 0.1 else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, "w", method) as package:
        for name, content in parts:
            with package.open(zipfile.ZipInfo(name), "w") as member:
                member.write(content)
    return buffer.getvalue()
