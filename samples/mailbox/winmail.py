"""Files packed as Outlook packs them into winmail.dat (TNEF)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SIGNATURE = 0x223E9F78
TITLE, DATA, BEGINS, PROPERTIES = 0x18010, 0x6800F, 0x69002, 0x69005
LONG_NAME = 0x3707001F


def packed(files: Sequence[tuple[str, bytes]], short: str = "ATT.XLS") -> bytes:
    """A winmail.dat: of each file a short name of DOS, its bytes, and its name in full among the properties."""
    out = [struct.pack("<IH", SIGNATURE, 1), attribute(1, 0x89006, struct.pack("<I", 0x10000))]
    for name, data in files:
        out += [
            attribute(2, BEGINS, b"\1\0" + b"\0" * 12),
            attribute(2, TITLE, short.encode() + b"\0"),
            attribute(2, DATA, data),
            attribute(2, PROPERTIES, struct.pack("<I", 1) + named(name)),
        ]
    return b"".join(out)


def attribute(level: int, number: int, content: bytes) -> bytes:
    """One attribute with its check sum."""
    return struct.pack("<BII", level, number, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def named(name: str) -> bytes:
    """The property with the name in full."""
    text = f"{name}\0".encode("utf-16-le")
    return struct.pack("<III", LONG_NAME, 1, len(text)) + text + b"\0" * (-len(text) % 4)
