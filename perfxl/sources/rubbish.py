"""What programs and systems leave beside a workbook, in folders and in archives: not submissions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

#: Excel's and WPS's owner files, the halves that macOS splits its own data into, and what we write beside
_OWNER = ("~$", ".~", "._", ".perfxl-")
_SYSTEM = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_FOLDERS = frozenset(("__MACOSX",))


def is_rubbish(name: str) -> bool:
    """Whether a file of this name is left behind by a program."""
    return name.startswith(_OWNER) or name.lower() in _SYSTEM


def is_open_elsewhere(path: Path) -> bool:
    """Whether Excel, WPS or LibreOffice has left its owner file beside a file: somebody has it open."""
    beside = (f"~${path.name}", f".~{path.name}", f".~lock.{path.name}#")
    try:
        return any(path.with_name(name).exists() for name in beside)
    except OSError:
        return False


def is_rubbish_folder(name: str) -> bool:
    """Whether all that lies in a folder of this name is rubbish."""
    return name in _FOLDERS


def is_rubbish_path(parts: Sequence[str]) -> bool:
    """The same for a file with all its folders."""
    return not parts or is_rubbish(parts[-1]) or any(map(is_rubbish_folder, parts[:-1]))
