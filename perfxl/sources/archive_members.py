"""The files in an archive, as all readers of archives give them: limits, names, and why one cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import IO, NamedTuple

from perfxl.model import Text, UserError

#: unpacked bytes of one file: no return is larger (``formats.errors.MAX_FILE`` is the same)
MAX_MEMBER = 100 * 2**20
#: unpacked bytes and files of one archive with all the archives in it
MAX_UNPACKED = 2**30
MAX_MEMBERS = 5_000
#: archives in one archive
MAX_ARCHIVES = 200
#: bytes of the directory of a zip archive, which is read as a whole
MAX_DIRECTORY = 16 * 2**20
DAMAGED = Text(
    "压缩包已损坏，未能读取其中的全部文件。请重新压缩后报送，或直接报送其中的工作簿。",
    "The archive is damaged and not all of it could be read. Pack it again, or send the workbooks themselves.",
)
DAMAGED_MEMBER = Text(
    "压缩包中的该文件已损坏，无法读取。请重新压缩后报送，或直接报送这个文件。",
    "This file in the archive is damaged. Pack it again, or send the file itself.",
)
LOCKED_WHOLE = Text(
    "压缩包设有密码，无法读取。请去掉密码重新压缩后报送。",
    "The archive is protected by a password. Pack it again without one.",
)
TOO_LARGE = Text(
    "压缩包里的这个文件超过 {n} MB，不像申报表，没有打开。",
    "This file in the archive is larger than {n} MB, which no return is; it was not opened.",
).fill(n=MAX_MEMBER >> 20)
TOO_MUCH = Text(
    "压缩包或邮箱文件里的内容过多（超过 {files} 个文件、{archives} 个压缩包或 {mb} MB），"
    "为安全起见未全部读取。请分成几份，或解压后报送。",
    "The archive or mailbox holds too much (more than {files} files, {archives} archives or "
    "{mb} MB) and was not read to its end. Split it, or send the files unpacked.",
).fill(files=MAX_MEMBERS, archives=MAX_ARCHIVES, mb=MAX_UNPACKED >> 20)
LINK = Text(
    "压缩包里的这一项只是快捷方式（链接），没有内容。请报送文件本身。",
    "This is only a link and holds nothing. Send the file itself.",
)
UNKNOWN_METHOD = Text(
    "压缩包用了少见的压缩方法，无法读取该文件。请用普通的 zip 格式重新压缩后报送。",
    "The archive uses a rare method of packing. Pack it again as an ordinary zip.",
)
VOLUMES = Text(
    "这是分卷压缩包的一部分，单独一卷无法打开。请压缩成一个文件后报送。",
    "This is one volume of a split archive and cannot be opened alone. Pack it into one file.",
)
NO_TOOL = Text(
    "这是 RAR 压缩包，本机没有能解开它的程序（unrar、unar、bsdtar 或 7z）。"
    "请安装其中之一，或用 zip 格式重新压缩后报送。",
    "This is a RAR archive and no program that unpacks it is installed (unrar, unar, bsdtar or 7z). Install one, "
    "or pack it again as a zip.",
)


class CannotUnpack(UserError):  # noqa: N818 - it is a verdict on an archive, not a fault of perfxl
    """The archive cannot be read, or not further; ``reason`` says why to its sender."""


class LockedError(Exception):
    """A member asks for a password."""


class Member(NamedTuple):
    """A file in an archive: its name as stored there, and how to open it once, or why it cannot be read.

    ``saved`` and ``came`` are when it was saved, and when it came by mail, in seconds since 1970, 0 if unknown.
    """

    name: str
    stream: Callable[[], AbstractContextManager[IO[bytes]]] | None
    reason: Text | None = None
    saved: float = 0.0
    came: float = 0.0


_DRIVE = re.compile(r"[A-Za-z]:")
#: every Chinese character takes three bytes or more in UTF-8
_FIRST_OF_THREE = "\u0800"


def decoded_name(raw: bytes) -> str:
    """The text of a name without a declared code page: GBK as Windows in China writes it, else UTF-8.

    GBK can look like UTF-8 by chance, but then like that of Latin, Greek or Cyrillic letters, never of Chinese.
    """
    text = ""
    with suppress(UnicodeDecodeError):
        text = raw.decode()
    if text and (text.isascii() or max(text) >= _FIRST_OF_THREE):
        return text
    with suppress(UnicodeDecodeError):
        return raw.decode("gb18030")
    return text or raw.decode("cp437")


def parts_of(name: str) -> list[str]:
    """Folders and file of a name, without all that would lead out of the archive: drives, roots, ``..``."""
    pieces = name.replace("\0", "").replace("\\", "/").split("/")
    if pieces and _DRIVE.match(pieces[0]):
        pieces[0] = pieces[0][2:]
    return [piece for piece in pieces if piece.strip() not in ("", ".", "..")]
