"""winmail.dat (TNEF), into which Outlook packs the attachments of a mail in its own format -> the files in it.

Read here and not by tnefparse, which cuts zero bytes off the end of files, needs a code page that many senders
leave out, and copies the rest of the file once for each of its attributes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from perfxl.sources.mail import problems
from perfxl.sources.mail.charsets import clean, text_of
from perfxl.sources.mail.files import TNEF, File, Files, Place

#: attributes of one file; Outlook writes some ten, and six for each attachment
MAX_ATTRIBUTES = 5_000

_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_OF_ATTACHMENT = 2
_LONG_NAME, _SHORT_NAME = 0x3707, 0x3704
_WIDE, _NARROW = 0x001F, 0x001E
#: bytes of a property by its type; those of other types say how long they are
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8,
          0x0040: 8, 0x0048: 16}  # fmt: skip
_MANY, _NAMED = 0x1000, 0x8000


@dataclass(slots=True)
class _Packed:
    """One attachment while its attributes are read."""

    title: str = ""
    name: str = ""
    data: bytes = b""


def read(data: bytes, place: Place, files: Files) -> None:
    """Put the files of a winmail.dat into ``files``; one from which none can be had is told of, never passed over."""
    packed: list[_Packed] = []
    try:
        for level, number, content in _attributes(data):
            if level != _OF_ATTACHMENT:
                continue
            if number == _BEGINS or not packed:
                packed.append(_Packed())
            _take(packed[-1], number, content)
    except (struct.error, ValueError, IndexError):
        files.tell(problems.WINMAIL)  # what came before the damage counts all the same
    found = [File(one.name or one.title, "application/octet-stream", one.data) for one in packed if one.data]
    if not found or len(found) < len(packed):
        files.tell(problems.WINMAIL)
    for file in found:
        if file.data.startswith(TNEF):  # no program packs twice: this is made to go round in circles
            files.tell(problems.WINMAIL)
        else:
            files.add(file, place)


def _attributes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Level, number and content of each attribute."""
    if not data.startswith(TNEF):
        raise ValueError("no TNEF")
    place, count = 6, 0
    while place + 11 <= len(data):
        level, number, _, length = struct.unpack_from("<BHHI", data, place)
        content = data[place + 9 : place + 9 + length]
        count += 1
        if level not in (1, 2) or len(content) < length or count > MAX_ATTRIBUTES:
            raise ValueError("damaged")
        yield level, number, content
        place += 11 + length


def _take(packed: _Packed, number: int, content: bytes) -> None:
    if number == _TITLE:
        packed.title = clean(text_of(content.partition(b"\0")[0]))
    elif number == _DATA:
        packed.data = content
    elif number == _PROPERTIES:
        packed.name = packed.name or _long_name(content)


def _long_name(content: bytes) -> str:
    """The name in full out of the properties of an attachment; the title is often a short one of DOS."""
    names: dict[int, str] = {}
    try:
        for number, kind, value in _properties(content):
            if number in (_LONG_NAME, _SHORT_NAME) and kind in (_WIDE, _NARROW):
                text = value.decode("utf-16-le", "replace") if kind == _WIDE else text_of(value.partition(b"\0")[0])
                names[number] = clean(text)
    except (struct.error, ValueError):
        pass  # the names before the damage, or the title
    return names.get(_LONG_NAME, "")


def _properties(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, type and first value of each property."""
    place = 4
    for _ in range(min(struct.unpack_from("<I", content)[0], MAX_ATTRIBUTES)):
        kind, number = struct.unpack_from("<HH", content, place)
        place += 4
        if number >= _NAMED:
            form, size = struct.unpack_from("<16xII", content, place)
            place += 24 + (0 if form == 0 else _padded(size))
        many, kind = kind & _MANY, kind & ~_MANY
        count = 1
        if many or kind not in _FIXED:
            count = struct.unpack_from("<I", content, place)[0]
            place += 4
        if count > MAX_ATTRIBUTES:
            raise ValueError("damaged")
        for index in range(count):
            size = _FIXED.get(kind, 0)
            if kind not in _FIXED:
                size = struct.unpack_from("<I", content, place)[0]
                place += 4
            if index == 0:
                yield number, kind, content[place : place + size]
            place += _padded(size)


def _padded(size: int) -> int:
    return -(-size // 4) * 4
