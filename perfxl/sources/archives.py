"""Archives and saved mails -> the files in them, unpacked by counted bytes into a private folder, nested ones too.

What cannot be read, because it is damaged, locked or too much, is named and costs nothing else. Zip and tar archives
are read here with the standard library; the readers of the other kinds are imported when one is met.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

from perfxl.model import Text, UserError, listed
from perfxl.sources.received import MAIL_ENDINGS, Received, is_ignored_path
from perfxl.temp_folders import TempFolder

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: unpacked bytes of one file: no return is larger (``formats.errors.MAX_FILE`` is the same)
MAX_MEMBER = 100 * 2**20
#: unpacked bytes and files of one archive with all the archives in it
MAX_UNPACKED = 2**30
MAX_MEMBERS = 5_000
#: archives in one archive, and how deep they may be nested
MAX_ARCHIVES = 200
MAX_DEPTH = 4
#: bytes of the directory of a zip archive, which is read as a whole
MAX_DIRECTORY = 16 * 2**20

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
    "压缩包里的这个文件超过 {n} MB，不像申报表，没有打开。",
    "This file in the archive is larger than {n} MB, which no return is; it was not opened.",
).fill(n=MAX_MEMBER >> 20)
TOO_MUCH = Text(
    "压缩包或邮箱文件里的内容过多（超过 {files} 个文件、{archives} 个压缩包或 {mb} MB），"
    "为安全起见没有读完。请分成几份，或解压后报送。",
    "The archive or mailbox holds too much (more than {files} files, {archives} archives or "
    "{mb} MB) and was not read to its end. Split it, or send the files unpacked.",
).fill(files=MAX_MEMBERS, archives=MAX_ARCHIVES, mb=MAX_UNPACKED >> 20)
TOO_DEEP = Text(
    "压缩包一层套一层，超过 {n} 层，没有再打开。请解压后报送其中的工作簿。",
    "Archives lie in each other more than {n} deep; this one was not opened. Send the workbooks in it.",
).fill(n=MAX_DEPTH)
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

Kind = Literal["", "zip", "tar", "7z", "rar", "mail"]
_HEAD = 512
_PIECE = 1 << 18
_SEVEN_ZIP, _RAR = b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
#: how a packed stream begins -> what unpacks it
_PACKERS: dict[bytes, Callable[[IO[bytes]], io.BufferedIOBase]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\0": lzma.LZMAFile,
}
_PACKED_ENDINGS = (".gz", ".bz2", ".xz")


class CannotUnpack(UserError):  # noqa: N818 - it is a verdict on an archive, not a fault of perfxl
    """The archive cannot be read, or not further; ``reason`` says why to its sender."""


class LockedError(Exception):
    """A member asks for a password."""


class Member(NamedTuple):
    """A file in an archive: its name as stored there, and how to open it once, or why it cannot be read."""

    name: str
    stream: Callable[[], AbstractContextManager[IO[bytes]]] | None
    reason: Text | None = None


def kind_of(path: Path, name: str) -> Kind:
    """The kind of archive that a file called ``name`` is, by its content; ``""`` for others, such as documents."""
    try:
        if not path.is_file():
            return ""  # a pipe would be read for ever
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.startswith(_ZIP):
            return "" if _is_document(path, head) else "zip"
    except OSError:
        return ""  # the reader of workbooks reports why
    if _is_tar(head) or head.startswith(tuple(_PACKERS)):
        return "tar"
    if head.startswith(_SEVEN_ZIP):
        return "7z"
    if head.startswith(_RAR):
        return "rar"
    return "mail" if _is_mail(path, name) else ""


def _is_mail(path: Path, name: str) -> bool:
    """Whether a file holds mails. Its name is asked first: any text may begin as a header does."""
    in_maildir = path.parent.name in ("cur", "new") and (path.parent.parent / "tmp").is_dir()
    if not (name.lower().endswith(MAIL_ENDINGS) or in_maildir):
        return False
    from perfxl.sources.mail.stores import kind_of  # what mails need is slow to import

    return kind_of(path) != ""


def _members(path: Path, kind: Kind) -> Iterator[Member]:
    if kind == "zip":
        return _zip_members(path)
    if kind == "tar":
        return _tar_members(path)
    if kind == "mail":
        from perfxl.sources.mail.stores import members

        return members(path)
    from perfxl.sources import rar_7z

    return rar_7z.rar_members(path) if kind == "rar" else rar_7z.seven_zip_members(path)


class Unpacker:
    """Takes one archive apart, with all the archives in it, within limits for the whole."""

    def __init__(self, folder: TempFolder) -> None:
        self._folder = folder
        self._members = self._archives = self._size = 0
        self._taken: set[str] = set()

    def files(self, item: Received, kind: Kind, depth: int = 1) -> Iterator[Received]:
        """The files in an archive, those that cannot be read with a reason; one for the whole archive comes last."""
        if kind == "mail":
            item = replace(item, mails=item.mails or item.path)
        locked: list[str] = []
        reason: Text | None = None
        before = self._members
        try:
            self._archives += 1
            if self._archives > MAX_ARCHIVES:
                raise CannotUnpack(TOO_MUCH)
            for member in _members(item.path, kind):
                parts = self._parts(member, item)
                if is_ignored_path(parts):
                    continue
                self._members += 1
                if self._members > MAX_MEMBERS:
                    raise CannotUnpack(TOO_MUCH)
                name = self._free("/".join((item.file, *parts)))
                try:
                    yield from self._member(member, name, item, depth)
                except LockedError:
                    locked.append(parts[-1])
        except CannotUnpack as error:
            reason = error.reason
        except Exception:  # the libraries raise many kinds of errors on damaged bytes; no other file is to suffer
            reason = DAMAGED
        if reason is None and self._members == before:
            reason = NOTHING
        if locked:
            yield replace(item, reason=_locked(locked, whole=len(locked) == self._members - before))
        elif reason is not None:
            yield replace(item, reason=reason)

    def _member(self, member: Member, name: str, item: Received, depth: int) -> Iterator[Received]:
        if member.reason is not None or member.stream is None:
            yield replace(item, file=name, reason=member.reason)
            return
        path = self._folder.new_path()
        reason = self._copy(member.stream, path)
        if reason is not None:
            path.unlink(missing_ok=True)
            yield replace(item, file=name, reason=reason)
        elif not (kind := kind_of(path, name)):
            yield replace(item, file=name, path=path, folder=self._folder)
        elif depth >= MAX_DEPTH:
            path.unlink()
            yield replace(item, file=name, reason=TOO_DEEP)
        else:
            yield from self.files(replace(item, file=name, path=path, folder=self._folder), kind, depth + 1)

    def _copy(self, stream: Callable[[], AbstractContextManager[IO[bytes]]], path: Path) -> Text | None:
        """Write a member to disk by counted bytes; why it cannot be, if so."""
        size = 0
        try:
            with stream() as source, path.open("wb") as file:
                while piece := source.read(_PIECE):
                    size += len(piece)
                    self._size += len(piece)
                    if self._size > MAX_UNPACKED:
                        raise CannotUnpack(TOO_MUCH)
                    if size > MAX_MEMBER:
                        return TOO_LARGE
                    file.write(piece)
        except (CannotUnpack, LockedError) as error:
            path.unlink(missing_ok=True)
            if isinstance(error, LockedError) or error.reason in (TOO_MUCH, NO_TOOL):
                raise
            return error.reason
        except Exception:  # as above; the other members are not to suffer
            return DAMAGED_MEMBER
        return None

    def _parts(self, member: Member, item: Received) -> list[str]:
        """The name of a member in pieces; a single packed file is called like its archive, without .gz."""
        if member.name:
            return parts_of(member.name)
        last = item.file.rpartition("/")[2]
        return [last[: -len(ending)] if (ending := Path(last).suffix) in _PACKED_ENDINGS else last]

    def _free(self, name: str) -> str:
        """A name that no other file of the archive has: an archive may hold two of one name."""
        free, number = name, 2
        folder, slash, last = name.rpartition("/")
        stem, dot, ending = last.rpartition(".")
        while free in self._taken:
            free = folder + slash + (f"{stem} ({number}){dot}{ending}" if dot else f"{last} ({number})")
            number += 1
        self._taken.add(free)
        return free


def _locked(names: list[str], *, whole: bool) -> Text:
    """The reason for files with a password; when it is all of them, the archive has it."""
    if whole:
        return LOCKED_WHOLE
    some = listed(f"“{name}”" for name in names[:3])
    more = Text("等 {all} 个文件", " and {more} more were") if len(names) > 3 else Text("", " was")
    more = more.fill(all=len(names), more=len(names) - 3)
    return LOCKED.fill(names=Text(some.zh + more.zh, some.en + more.en))


# ---------------------------------------------------------------- names in archives

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


# ---------------------------------------------------------------- zip

_UTF8, _ENCRYPTED = 0x800, 0x1
_UNICODE_PATH = 0x7075
_END = b"PK\x05\x06"
#: how the name of the first part of an office document begins
_OFFICE = (b"[content_types].xml", b"_rels", b"docprops", b"xl/", b"xl\\", b"word", b"customxml", b"mimetype")


def _is_document(path: Path, head: bytes) -> bool:
    """Whether a zip is an office document, which is read as one file: by its first name, else by all of them."""
    length = int.from_bytes(head[26:28], "little")
    if head[30 : 30 + length].lower().startswith(_OFFICE):
        return True
    try:
        with _opened_zip(path) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
    except CannotUnpack as error:
        return error.reason is DAMAGED  # the reader of workbooks has a better message
    return bool(
        "[content_types].xml" in names
        or {"mimetype", "content.xml"} <= names
        or any(name.startswith(("xl/workbook.", "xl/worksheets/", "word/document.")) for name in names)
    )


def _zip_members(path: Path) -> Iterator[Member]:
    with _opened_zip(path) as archive:
        for info in archive.infolist():
            name = _zip_name(info)
            if name.endswith(("/", "\\")):
                continue
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) == stat.S_IFLNK:
                yield Member(name, None, LINK)
            else:
                yield Member(name, partial(_zip_stream, archive, info))


def _zip_stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> AbstractContextManager[IO[bytes]]:
    if info.flag_bits & _ENCRYPTED:
        raise LockedError
    try:
        return archive.open(info)
    except NotImplementedError as error:
        raise CannotUnpack(UNKNOWN_METHOD) from error


def _opened_zip(path: Path) -> zipfile.ZipFile:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    place = tail.rfind(_END)
    if place >= 0 and int.from_bytes(tail[place + 12 : place + 16], "little") > MAX_DIRECTORY:
        raise CannotUnpack(TOO_MUCH)
    try:
        return zipfile.ZipFile(path)
    except Exception as error:  # the library raises many kinds of errors on a damaged directory
        raise CannotUnpack(VOLUMES if "disk" in str(error) else DAMAGED) from error


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name of a file. Without the mark for UTF-8 the library decodes the bytes as CP437, which is undone."""
    if info.flag_bits & _UTF8:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    return _unicode_path(info.extra, raw) or decoded_name(raw)


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name in UTF-8 that some programs add beside the old one; ``""`` if there is none that belongs to it."""
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        field = extra[place + 4 : place + 4 + size]
        if kind == _UNICODE_PATH and size > 5 and int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
            return field[5:].decode("utf-8", "replace")
        place += 4 + size
    return ""


# ---------------------------------------------------------------- tar, and single packed files (.gz .bz2 .xz)

_BLOCK = 512


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _tar_members(path: Path) -> Iterator[Member]:
    """The files of a tar archive, packed or not, as a counted stream; another packed file is one without a name."""
    with path.open("rb") as file:
        head = file.peek(8)[:8]
        unpacker = next((opened for magic, opened in _PACKERS.items() if head.startswith(magic)), None)
        counted = _Counted(unpacker(file) if unpacker else file)
        stream = io.BufferedReader(counted, _BLOCK * 32)
        if not _is_tar(stream.peek(_BLOCK)):
            yield Member("", lambda: nullcontext(stream))
            return
        with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
            for info in archive:
                name = decoded_name(info.name.encode("utf-8", "surrogateescape"))
                if info.isfile():
                    yield Member(name, partial(_tar_stream, archive, info))
                elif info.issym() or info.islnk():
                    yield Member(name, None, LINK)


def _tar_stream(archive: tarfile.TarFile, info: tarfile.TarInfo) -> AbstractContextManager[IO[bytes]]:
    stream = archive.extractfile(info)
    if stream is None:
        raise CannotUnpack(DAMAGED)
    return stream


class _Counted(io.RawIOBase):
    """A stream that stops once it has given more than any archive of returns holds; skipped bytes count too."""

    def __init__(self, inner: io.BufferedIOBase) -> None:
        self._inner = inner
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        piece = self._inner.read(len(room))
        self._given += len(piece)
        if self._given > MAX_UNPACKED + MAX_UNPACKED // 8:
            raise CannotUnpack(TOO_MUCH)
        room[: len(piece)] = piece
        return len(piece)
