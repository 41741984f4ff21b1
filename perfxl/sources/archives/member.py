"""What every kind of archive is taken apart into, and why a piece of it cannot be had."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO, NamedTuple

from perfxl.model import Text

#: unpacked bytes of one file: no return is larger (``cells.guard`` would refuse it)
MAX_MEMBER = 100 * 2**20
#: unpacked bytes and files of one archive with all the archives in it
MAX_UNPACKED = 2**30
MAX_MEMBERS = 5_000
#: archives in one archive, and how deep they may lie in each other
MAX_ARCHIVES = 200
MAX_DEPTH = 4

DAMAGED = Text(
    "压缩包已损坏，没有读到其中的全部文件。请重新压缩后报送，或直接报送其中的工作簿。",
    "The archive is damaged and not all of it could be read. Pack it again, or send the workbooks themselves.",
)
DAMAGED_MEMBER = Text(
    "压缩包里的这个文件已损坏，读不出来。请重新压缩后报送，或直接报送这个文件。",
    "This file in the archive is damaged. Pack it again, or send the file itself.",
)
LOCKED = Text(
    "压缩包设有密码，{names}没有读取。请去掉密码重新压缩后报送。",
    "The archive is protected by a password; {names} not read. Pack it again without one.",
)
LOCKED_WHOLE = Text(
    "压缩包设有密码，无法读取。请去掉密码重新压缩后报送。",
    "The archive is protected by a password. Pack it again without one.",
)
TOO_LARGE = Text(
    f"压缩包里的这个文件超过 {MAX_MEMBER >> 20} MB，不像申报表，没有打开。",
    f"This file in the archive is larger than {MAX_MEMBER >> 20} MB, which no return is; it was not opened.",
)
TOO_MUCH = Text(
    f"压缩包或邮箱文件里的内容过多（超过 {MAX_MEMBERS} 个文件、{MAX_ARCHIVES} 个压缩包或 {MAX_UNPACKED >> 20} MB），"
    "为安全起见没有读完。请分成几份，或解压后报送。",
    f"The archive or mailbox holds too much (more than {MAX_MEMBERS} files, {MAX_ARCHIVES} archives or "
    f"{MAX_UNPACKED >> 20} MB) and was not read to its end. Split it, or send the files unpacked.",
)
TOO_DEEP = Text(
    f"压缩包一层套一层，超过 {MAX_DEPTH} 层，没有再打开。请解压后报送其中的工作簿。",
    f"Archives lie in each other more than {MAX_DEPTH} deep; this one was not opened. Send the workbooks in it.",
)
NOTHING = Text("压缩包里没有文件。", "The archive holds no files.")
LINK = Text(
    "压缩包里的这一项只是快捷方式（链接），没有内容。请报送文件本身。",
    "This is only a link and holds nothing. Send the file itself.",
)
UNKNOWN_METHOD = Text(
    "压缩包用了少见的压缩方法，读不出这个文件。请用普通的 zip 格式重新压缩后报送。",
    "The archive uses a rare method of packing. Pack it again as an ordinary zip.",
)
VOLUMES = Text(
    "这是分卷压缩包的一部分，单独一卷打不开。请压缩成一个文件后报送。",
    "This is one volume of a split archive and cannot be opened alone. Pack it into one file.",
)
NO_TOOL = Text(
    "这是 RAR 压缩包，本机没有能解开它的程序（unrar、unar、bsdtar 或 7z）。"
    "请安装其中之一，或用 zip 格式重新压缩后报送。",
    "This is a RAR archive and no program that unpacks it is installed (unrar, unar, bsdtar or 7z). Install one, "
    "or pack it again as a zip.",
)

Stream = Callable[[], AbstractContextManager[IO[bytes]]]


class Member(NamedTuple):
    """A file in an archive: its name as the archive gives it, and how to read it once, or why it cannot be read."""

    name: str
    stream: Stream | None
    reason: Text | None = None


class CannotUnpack(Exception):  # noqa: N818 - it is a verdict on an archive, not a fault of ours
    """The archive cannot be read, or not further; ``reason`` tells its sender why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class LockedError(Exception):
    """A member asks for a password."""
