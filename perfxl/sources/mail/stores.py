"""Where mails are stored on this machine (files, folders, Maildirs) -> their bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import chain, pairwise
from pathlib import Path

from perfxl.model import Text, UserError
from perfxl.sources.mail.attachments import MAX_MAIL, OLE, is_outlook
from perfxl.sources.received import MAIL_ENDINGS, NOT_THERE, SYSTEM_FOLDER

NO_MAILS = Text(
    "文件夹里没有邮件（.eml、.msg、.mbox）：{path}。请先从邮箱把邮件另存到这里。",
    "The folder holds no mails (.eml, .msg, .mbox): {path}. Save mails from the mailbox there first.",
)
NO_MAIL = Text(
    "这不是邮件文件：{path}。可以读取 .eml、.msg、.mbox 文件，放这些文件的文件夹，Maildir，以及 imaps:// 邮箱地址。",
    "This is no mail: {path}. Readable are .eml, .msg and .mbox files, folders of them, a Maildir, and imaps:// "
    "addresses.",
)
CANNOT_OPEN = Text(
    "无法打开：{paths}（{error}）。其余的邮件已经读取；请检查这些文件是否被占用或没有权限，然后再运行一次。",
    "Cannot be opened: {paths} ({error}). All other mails were read. Check whether the files are in use or locked, and "
    "run it again.",
)

_HEADER = re.compile(rb"[!-9;-~]{1,80}:")
#: the name of a mail in a Maildir begins with the second of its arrival
_ARRIVED = re.compile(r"(\d{9,11})\.")
_HEAD = 4096
_BOM = b"\xef\xbb\xbf"
#: the line of an .mbox that begins a mail: From, who sent it, and a time with weekday, month and year
_SEPARATOR = re.compile(
    rb"From (?:.{0,320}? )?(?:- )?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:\d{1,2} +)?"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b[^\r\n]{0,60}\b\d{1,2}:\d{2}[^\r\n]{0,60}\r?\n?\Z"
)
_QUOTED_FROM = re.compile(rb">+From ")
#: bytes of a line that are read at a time: a line may have no end
_MAX_LINE = 1 << 16


class MailError(UserError):
    """A source of mail that cannot be opened, or not be read to its end."""


def local_mails(path: Path) -> Iterator[tuple[bytes, datetime | None]]:
    """The mails of a file, a folder or a Maildir with the time of their arrival, if known. Raises ``MailError``."""
    if path.is_dir():
        maildir = all((path / name).is_dir() for name in ("cur", "new"))
        yield from _of_files(_in_maildir(path) if maildir else _in_folder(path), maildir=maildir)
    elif path.exists():
        if kind_of(path) == "":
            raise MailError(NO_MAIL, path=path)
        yield from _of_files([path], maildir=False)
    else:
        raise MailError(NOT_THERE, path=path)


def _of_files(files: list[Path], *, maildir: bool) -> Iterator[tuple[bytes, datetime | None]]:
    """The mails in files, one file after the other; those that cannot be opened are reported after all the others."""
    failed: list[tuple[Path, OSError]] = []
    for file in files:
        try:
            if not maildir and kind_of(file) == "mbox":
                for raw in mbox_messages(file):
                    yield raw, None
            else:
                with file.open("rb") as stream:
                    raw = stream.read(MAX_MAIL + 1)
                arrived = _ARRIVED.match(file.name) if maildir else None
                yield raw, datetime.fromtimestamp(int(arrived[1]), UTC) if arrived else None
        except OSError as error:
            failed.append((file, error))
    if failed:
        paths = "、".join(str(file) for file, _ in failed[:5]) + ("…" if len(failed) > 5 else "")
        raise MailError(CANNOT_OPEN, paths=paths, error=failed[0][1].strerror or failed[0][1])


def _in_folder(folder: Path) -> list[Path]:
    """The mails below a folder, in the order of their names. Other files are ignored, and so are links."""
    found: list[Path] = []
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != SYSTEM_FOLDER)
        paths = (Path(base) / name for name in sorted(names) if not name.startswith("._"))
        found.extend(path for path in paths if path.suffix.lower() in MAIL_ENDINGS and _is_file(path))
    if not found:
        raise MailError(NO_MAILS, path=folder)
    return found


def _in_maildir(folder: Path) -> list[Path]:
    """The mails of a Maildir in the order of their names, which begin with the time of arrival. It may be empty."""
    found = [path for name in ("cur", "new") for path in (folder / name).iterdir()]
    return sorted((path for path in found if not path.name.startswith(".") and _is_file(path)), key=lambda p: p.name)


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def kind_of(path: Path) -> str:
    """``mbox``, ``msg`` or ``eml`` by the content of a file, ``""`` if it is no mail."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            text = head.removeprefix(_BOM)
            first, _, rest = text.lstrip(b"\r\n").partition(b"\n")
            if _SEPARATOR.match(first + b"\n") and (not rest or _HEADER.match(rest)):
                return "mbox"
            if head.startswith(OLE):
                return "msg" if is_outlook(head + file.read(MAX_MAIL)) else ""
    except OSError:
        return "eml"  # the reader reports why
    return "eml" if _HEADER.match(text.lstrip()) else ""


def mbox_messages(path: Path) -> Iterator[bytes]:
    """The mails of an .mbox file as they were; of one that is too large enough to show that.

    The standard library also ends a mail at a line of its text that begins with From. Raises ``OSError``.
    """
    with path.open("rb") as file:
        mail: list[bytes] | None = None
        size = 0
        # a piece of a long line counts as a line
        lines = iter(partial(file.readline, _MAX_LINE), b"")
        for line, following in pairwise(chain([next(lines, b"").removeprefix(_BOM)], lines, [b""])):
            if line.startswith(b"From ") and _SEPARATOR.match(line) and _HEADER.match(following):
                if mail is not None:
                    yield _joined(mail)
                mail, size = [], 0
            elif mail is not None and size <= MAX_MAIL:
                mail.append(line[1:] if _QUOTED_FROM.match(line) else line)
                size += len(line)
        if mail is not None:
            yield _joined(mail)


def _joined(lines: list[bytes]) -> bytes:
    """A mail without the blank line that the file has after it."""
    if lines and lines[-1] in (b"\n", b"\r\n"):
        lines.pop()
    return b"".join(lines)
