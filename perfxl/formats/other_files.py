"""What a file is that is no workbook, by how it begins or by the parts of its zip; and what its sender should do."""

from __future__ import annotations

import re
from collections.abc import Collection

from perfxl.formats.errors import Reason, Unreadable
from perfxl.model import Text

_SEND = Text("请报送申报表工作簿（.xlsx）。", "Send the workbook itself (.xlsx).")
_ARCHIVE = Text(
    "这是压缩包，不是工作簿。请解压后报送其中的工作簿。",
    "This is an archive, not a workbook. Unpack it and send the workbook in it.",
)
_PLAIN_TEXT = Reason.resave("text", "这是文本文件，不是 Excel 工作簿。", "This is a text file, not an Excel workbook.")
_UNKNOWN = Reason.resave(
    "unknown",
    "认不出这是什么文件，不是 Excel 工作簿。",
    "This is not an Excel workbook, nor any kind of file known here.",
)
_PICTURE = Text(
    "这是 {name} 图片，不是工作簿。请报送 Excel 工作簿，不要拍照或截图。",
    "This is a {name} picture. Send the Excel workbook, not a photograph or screenshot.",
)
_PDF = Text("这是 PDF 文件，不是工作簿。请报送 Excel 工作簿。", "This is a PDF file. Send the Excel workbook.")
_SLIDES = Text(
    "这是演示文稿，不是工作簿。请报送申报表工作簿。", "This is a presentation, not a workbook. Send the workbook."
)
_SHORTCUT = Text(
    "这是指向文件的快捷方式，里面没有内容。请报送文件本身，不要发送快捷方式。",
    "This is a shortcut to a file and holds nothing. Send the file itself.",
)
_PROGRAM = Text(
    "这是程序（.exe）或自解压文件，为安全起见没有打开。请报送其中的工作簿（.xlsx）。",
    "This is a program or a self-extracting archive; it was not opened. Send the workbook in it (.xlsx).",
)
_MAILBOX = Text(
    "这是 Outlook 的邮箱数据文件（.pst），没有打开。请只报送邮件中的申报表工作簿。",
    "This is a mailbox of Outlook (.pst); it was not opened. Send the workbook that came in its mails.",
)
_LOCKED = Text(
    "文件被加密软件（单位的文档加密系统）加密，本机无法读取。请解密后重新报送。",
    "The file was encrypted by software of the unit and cannot be read elsewhere. Decrypt it and send it again.",
)
_FIXED_PAGES = Text(
    "这是 {name} 版式文件，不是工作簿。请报送 Excel 工作簿。",
    "This is a file of fixed pages ({name}). Send the Excel workbook.",
)
_OTHER = Text("这是{name}，不是 Excel 工作簿。", "This is {name}, not an Excel workbook.")
_AND_SEND = Text("{what}{send}", "{what} {send}")
_NUMBERS = Text(
    "这是苹果 {name} 的文件，Excel 和 WPS 不能打开。请在 {name} 中导出为 Excel（.xlsx）后重新报送。",
    "This is a file of Apple {name}. Export it from there as an Excel workbook (.xlsx) and send that.",
)

PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"8BPS": "PSD",
    b"\xd7\xcd\xc6\x9a": "WMF",
}
_BOXED = {b"WEBP": "WebP", b"heic": "HEIC", b"heix": "HEIC", b"mif1": "HEIC", b"avif": "AVIF"}
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"LHA", b"\x60\xea", b"PK\x07\x08")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_SHORTCUTS = (b"L\0\0\0\x01\x14\x02\0", b"[InternetShortcut]", b"[{000214A0", b"[Desktop Entry]")
_SOUND_OR_FILM = (b"ID3", b"OggS", b"\x1aE\xdf\xa3", b"FLV", b"#!AMR", b"\0\0\x01\xba", b"\x30\x26\xb2\x75")
_DATABASES = (b"\0\x01\0\0Standard ", b"SQLite format 3\0")
#: kinds that are named: how the file begins -> what it is
_NAMED: dict[bytes, Text] = {
    **dict.fromkeys(_SOUND_OR_FILM, Text("音频或视频文件", "a sound or a film")),
    **dict.fromkeys(_DATABASES, Text("数据库文件", "a database")),
    b"AC10": Text("CAD 图纸", "a drawing"),
    b"%!PS": Text("打印文件", "a file for a printer"),
    b"\x1b%-12345X": Text("打印文件", "a file for a printer"),
}
#: fixed pages of other makers
_PAGES = {b"CAJ": "CAJ", b"HN\0": "CAJ", b"KDH": "KDH", b"SURSEN": "SEP/GD", b"\xc5d[": "CEB", b"Foun": "CEB"}
#: what encryption software of offices writes in front of a file
_LOCKS = re.compile(rb"E-SafeNet|\x62\x14\x23\x65|TSD-Header|%TSD|LOCK\0\0\0")
#: a part of a zip -> whose file it is
_PARTS = (
    (re.compile(r"ofd\.xml"), _FIXED_PAGES.fill(name="OFD")),
    (re.compile(r"fixeddocseq\.fdseq|fixeddocumentsequence\.fdseq"), _FIXED_PAGES.fill(name="XPS")),
    (re.compile(r"(?:ppt/presentation|.*/presentation)\.xml"), _SLIDES),
    (re.compile(r"visio/document\.xml"), Text("这是 Visio 图，不是工作簿。", "This is a drawing of Visio.")),
    (re.compile(r"index/(?:tables/.*|calculationengine.*)\.iwa"), _NUMBERS.fill(name="Numbers 表格")),
    (re.compile(r"index(?:\.zip|/.*\.iwa)|index\.apxl|index\.xml\.gz"), _NUMBERS.fill(name="iWork")),
    (re.compile(r"androidmanifest\.xml|meta-inf/manifest\.mf"), _PROGRAM),
)


def not_a_workbook(data: bytes) -> Unreadable:
    """Why a file is no workbook that begins like none."""
    for magic, name in PICTURES.items():
        if data.startswith(magic):
            return Unreadable(_PICTURE.fill(name=name), "picture")
    if name := _BOXED.get(data[8:12], ""):
        return Unreadable(_PICTURE.fill(name=name), "picture")
    if b"%PDF-" in data[:1024]:
        return Unreadable(_PDF, "pdf")
    for begins, reason, kind in (
        (_ARCHIVES, _ARCHIVE, "archive"), (_PROGRAMS, _PROGRAM, "program"), (_SHORTCUTS, _SHORTCUT, "shortcut"),
        (b"!BDN", _MAILBOX, "mailbox"),
    ):  # fmt: skip
        if data.lstrip(b"\xef\xbb\xbf").startswith(begins):
            return Unreadable(reason, kind)
    if data[4:8] == b"ftyp":
        return _other(_NAMED[b"ID3"])
    for magic, what in _NAMED.items():
        if data.startswith(magic):
            return _other(what)
    for magic, name in _PAGES.items():
        if data.startswith(magic):
            return Unreadable(_FIXED_PAGES.fill(name=name), "pages")
    if _LOCKS.search(data[:512]):
        return Unreadable(_LOCKED, "encrypted")
    return Unreadable(*(_PLAIN_TEXT if is_text(data) else _UNKNOWN))


def _other(what: Text) -> Unreadable:
    return Unreadable(_AND_SEND.fill(what=_OTHER.fill(name=what), send=_SEND), "other")


def not_a_workbook_in_zip(names: Collection[str]) -> Unreadable:
    """The same of a zip with parts of these names, in small letters."""
    for pattern, reason in _PARTS:
        if any(map(pattern.fullmatch, names)):
            return Unreadable(reason, "slides" if reason is _SLIDES else "other")
    return Unreadable(_ARCHIVE, "archive")


def slides() -> Unreadable:
    """What a presentation is refused with."""
    return Unreadable(_SLIDES, "slides")


def is_text(data: bytes) -> bool:
    """Whether a file is text, of one byte a letter or of two."""
    head = data[:4096]
    if b"\0" not in head:
        return True
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head[: len(head) // 2 * 2].decode("utf-16", "ignore")
    else:
        text = head[: len(head) // 2 * 2].decode("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "ignore")
        if head.count(b"\0") < len(head) // 8:
            return False
    return bool(text) and not any(ord(letter) < 9 for letter in text[:2000])
