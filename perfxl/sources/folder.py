"""Paths given on the command line -> the files to read, each with a display name that is unique in the batch."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from perfxl.model import Lang, Text
from perfxl.sources.archives import Unpacker, kind_of
from perfxl.sources.received import NOT_THERE, SYSTEM_FOLDER, Received, is_ignored
from perfxl.sources.volumes import joined_volumes
from perfxl.temp_folders import TempFolder

EMPTY = Text("文件夹里没有文件：{path}。", "The folder holds no files: {path}.")
CANNOT_LIST = Text(
    "文件夹无法打开，其中的文件没有审核：{path}。请检查权限；路径太长的，请移到路径短些的文件夹。",
    "The folder cannot be opened, and the files in it were not checked: {path}. Check its permissions; if its path is "
    "too long, move it to a folder with a shorter one.",
)
MAILBOX = Text(
    "服务器上的邮箱请用 perfxl mail check {path} --round 批次 收取；已下载的邮件（.eml、.msg、.mbox）可以直接审核。",
    "Fetch from a mailbox on a server with perfxl mail check {path} --round FOLDER; saved mails (.eml, .msg, .mbox) "
    "can be checked as they are.",
)
URL = Text("不支持网址：{path}。请先下载到本机。", "Addresses are not supported: {path}. Download the file first.")


@dataclass(frozen=True, slots=True)
class Problem:
    """An input that gives no files, and why."""

    path: str
    reason: Text

    def render(self, lang: Lang) -> str:
        """The reason with the path filled in."""
        return self.reason.render(lang, path=self.path)


def collect(inputs: Sequence[str | Path], leave_out: Path | None = None) -> tuple[list[Received], list[Problem]]:
    """Files as they are, folders with all below them, archives and saved mails with the files in them.

    A folder, but for ``leave_out``, is walked in the order of its names, without following links. Archives are unpacked
    into a private folder, which is removed with the received files.
    """
    found: list[tuple[Path, Path]] = []
    problems: list[Problem] = []
    for given in inputs:
        path = Path(given)
        if "://" in str(given):
            mailbox = str(given).lower().startswith("imaps://")
            problems.append(Problem(str(given), MAILBOX if mailbox else URL))
        elif os.path.isdir(path):  # noqa: PTH112 - that of pathlib raises on a name too long to be one
            closed: list[Problem] = []
            files = list(_below(path, leave_out, closed))
            found.extend((file, path) for file in files)
            problems.extend(closed)
            if not files and not closed:
                problems.append(Problem(str(given), EMPTY))
        elif os.path.exists(path):  # noqa: PTH110
            found.append((path, path.parent))
        else:
            problems.append(Problem(str(given), NOT_THERE))
    by_path: dict[str, tuple[Path, Path]] = {}
    for file, base in found:
        by_path.setdefault(os.path.realpath(file), (file, base))  # unlike resolve, it accepts a link to itself
    return list(_opened(joined_volumes(list(_named(by_path.values()))))), problems


def _opened(files: Iterable[Received]) -> Iterator[Received]:
    """The files, with the contents of archives and mails in their place."""
    folder = TempFolder()
    for item in files:
        if item.reason is None and (kind := kind_of(item.path, item.file)):
            yield from Unpacker(folder).files(item, kind)
        else:
            yield item


def _below(folder: Path, leave_out: Path | None, closed: list[Problem]) -> Iterator[Path]:
    """The files of a folder; folders that cannot be opened are added to ``closed``."""
    skip = leave_out.resolve() if leave_out is not None else None

    def missed(error: OSError) -> None:
        closed.append(Problem(str(error.filename), CANNOT_LIST))

    for base, folders, names in os.walk(folder, onerror=missed):
        folders[:] = sorted(
            name
            for name in folders
            if name != SYSTEM_FOLDER and (skip is None or (Path(base) / name).resolve() != skip)
        )
        for name in sorted(names):
            if not is_ignored(name):
                yield Path(base) / name


def _named(files: Iterable[tuple[Path, Path]]) -> Iterator[Received]:
    """Display names: the path below the given folder; with more of the path where two would be alike."""
    pairs = list(files)
    names = [file.relative_to(base).as_posix() if file.is_relative_to(base) else file.name for file, base in pairs]
    counts = Counter(names)
    taken: set[str] = set()
    for (file, base), name in zip(pairs, names, strict=True):
        unique = name if counts[name] == 1 else f"{base.resolve().name}/{name}"
        while unique in taken:
            unique = f"{file.parent.resolve().name}/{unique}"
        taken.add(unique)
        yield Received(unique, file)
