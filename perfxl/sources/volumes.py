"""Archives in several volumes: the files that belong together, told as what they are with one sentence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace

from perfxl.model import Text, listed
from perfxl.sources.received import Received

#: how a volume is named: the archive, then its number
_NUMBERED = (
    re.compile(r"(?P<archive>.+)\.\d{3}", re.DOTALL),
    re.compile(r"(?P<archive>.+)\.[zr]\d{2,3}", re.IGNORECASE | re.DOTALL),
    re.compile(r"(?P<archive>.+)\.part\d{1,3}\.(?:rar|exe)", re.IGNORECASE | re.DOTALL),
)
#: the volume without a number: the last one of a zip, the first of an old rar
_WHOLE = re.compile(r"(?P<archive>.+)\.(?:zip|rar|7z|exe)", re.IGNORECASE | re.DOTALL)
_VOLUMES = Text(
    "{names} 是同一个压缩包的分卷（分卷压缩），未读取。请压缩成一个文件后报送，或直接报送其中的工作簿。",
    "{names} are volumes of one split archive and were not read. Pack it into one file, or send the workbooks in it.",
)
_VOLUME = Text(
    "这是分卷压缩包的一卷，单独一卷无法打开。请压缩成一个文件后报送，或直接报送其中的工作簿。",
    "This is one volume of a split archive and cannot be opened alone. Pack it into one file, or send the workbooks in "
    "it.",
)
_MOST_NAMED = 5


def joined_volumes(files: Sequence[Received]) -> list[Received]:
    """The files, with one in place of all volumes of an archive, which names them."""
    archives: dict[str, list[Received]] = {}
    for item in files:
        name = next((found["archive"] for pattern in _NUMBERED if (found := pattern.fullmatch(item.file))), "")
        if name and not _is_whole(item):
            archives.setdefault(name, []).append(item)
    for item in files:
        found = _WHOLE.fullmatch(item.file)
        if found and (volumes := archives.get(found["archive"])) and item not in volumes:
            volumes.append(item)
    first = {volumes[0].file: volumes for volumes in archives.values()}
    others = {item.file for volumes in archives.values() for item in volumes[1:]}
    return [
        replace(item, reason=_reason(first[item.file])) if item.file in first else item
        for item in files
        if item.file not in others
    ]


def _is_whole(item: Received) -> bool:
    """Whether a file is a whole zip, whatever its name; the last volume of one ends like one."""
    try:
        with item.path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04" and zipfile.is_zipfile(file)
    except OSError:
        return True


def _reason(volumes: Sequence[Received]) -> Text:
    if len(volumes) == 1:
        return _VOLUME
    names = listed(f"“{item.file}”" for item in volumes[:_MOST_NAMED])
    if len(volumes) > _MOST_NAMED:
        more = Text("等 {n} 个文件", " and others, {n} in all,").fill(n=len(volumes))
        names = Text(names.zh + more.zh, names.en + more.en)
    return _VOLUMES.fill(names=names)
