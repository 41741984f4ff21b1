"""Output files: names that every system allows, and files that are written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from perfxl.model import Text
from perfxl.temp_folders import in_use

#: the name of the folder or file of a unit that is not known
UNKNOWN_UNIT = Text("未识别单位", "unknown unit")
#: what Windows forbids in names, control characters, marks that change the direction of reading, lone surrogates
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])( *\..*)?")
#: in UTF-8 bytes: leaves room for a suffix within the 255 bytes that a file name may have
_LONGEST = 180


def safe_name(text: str, fallback: str = "_", ending: str = "") -> str:
    """A file or folder name that Windows, macOS and Linux allow, close to ``text``, never a path.

    Where it gets too long, ``ending`` stays whole behind what is left.
    """
    name = _FORBIDDEN.sub("_", text).strip(" .　")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    while len((name + ending).encode()) > _LONGEST:
        name = name[:-1]
    return (name.rstrip(" .") or fallback) + ending


def free_name(name: str, taken: set[str], suffix: str = "", longest: int = 0) -> str:
    """``name`` and ``suffix``, with a number between them if another one is called so: ``甲局 (2).xlsx``.

    ``taken`` are the names so far in folded case, to which this one is added. A name with a number has no more than
    ``longest`` characters, if that is given.
    """
    chosen, number = name + suffix, 2
    while _folded(chosen) in taken:
        mark = f" ({number})"
        chosen, number = (name[: longest - len(mark)] if longest else name) + mark + suffix, number + 1
    taken.add(_folded(chosen))
    return chosen


def _folded(name: str) -> str:
    """Names that are one name on Windows or macOS are equal in this form."""
    return unicodedata.normalize("NFC", name).casefold()


def save(path: Path, data: bytes) -> Path:
    """Write a temporary file beside ``path`` and rename it: readers see the old file or the new one, never half of it.

    Where the old file is open in Excel or WPS, or may not be replaced, the new one gets a dated name beside it.
    Returns the path that was written. Raises ``OSError`` when the folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".perfxl-{os.getpid()}-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        try:
            Path(temporary).replace(path)
        except PermissionError:
            path = path.with_stem(f"{path.stem}_{datetime.now().astimezone():%Y%m%d-%H%M%S}")
            Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def clean_up(out: Path) -> None:
    """Remove the temporary files of ``save`` that crashed runs left below a folder."""
    for path in out.rglob(".perfxl-*.tmp"):
        if not in_use(path):
            with suppress(OSError):
                path.unlink()
