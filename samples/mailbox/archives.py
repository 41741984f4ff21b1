"""Archives as Windows and macOS make them."""

from __future__ import annotations

import io
import zipfile


def windows(name: str, data: bytes) -> bytes:
    """A zip with the name in GBK and no mark that says so."""
    octets = name.encode("gbk")
    stand_in = "".join(chr(97 + place % 26) for place in range(len(octets)))  # a library would write UTF-8 and mark it
    return _stored({stand_in: data}).replace(stand_in.encode(), octets)


def macos(name: str, data: bytes) -> bytes:
    """A zip with the name in UTF-8, and what macOS adds by itself."""
    folder, _, file = name.rpartition("/")
    halves = {f"__MACOSX/{folder}/._{file}": b"\0\5\x16\7" + b"\0" * 159, ".DS_Store": b"\0\0\0\1Bud1"}
    return _stored({name: data} | halves)


def _stored(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return buffer.getvalue()
