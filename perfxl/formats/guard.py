"""What kind of file some bytes are, by their content and never by a name, before anything parses them."""

from __future__ import annotations

import io
import re
import struct
from typing import NamedTuple

from perfxl.formats.errors import DAMAGED, ENCRYPTED, MAX_FILE, UNSAFE, Reason, Unreadable
from perfxl.formats.package import Package
from perfxl.formats.word import MAIN as WORD_MAIN
from perfxl.model import Text

_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}
_ARCHIVE = Text(
    "这是压缩包，不是工作簿。请解压后报送其中的工作簿。",
    "This is an archive, not a workbook. Unpack it and send the workbook in it.",
)
_OLD_OFFICE = Reason.resave(
    "damaged",
    "文件是旧版 Office 格式，但已损坏或不是工作簿。",
    "The file has the old Office format but is damaged or no workbook.",
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
_EMPTY = Text("文件是空的（0 字节）。请重新保存并报送。", "The file is empty (0 bytes). Save and send it again.")
_TOO_LARGE = Text(
    "文件超过 {n} MB，不像申报表。请删去图片等附件后重新报送。",
    "The file is larger than {n} MB, which no return is. Remove pictures and send it again.",
)

#: what is in the beginning of an XML 2003 spreadsheet, a Word document of that kind, a page with tables
_XML_2003 = re.compile(rb'progid="excel.sheet"|urn:schemas-microsoft-com:office:spreadsheet')
_WORDML = re.compile(rb'progid="word.document"|schemas.microsoft.com/office/word/2003/wordml')
_HTML = re.compile(rb"<html|<!doctype html|<table")
#: an MHTML page and a mail both have MIME headers; a mail also has a recipient
_MHTML = re.compile(rb"multipart/related|text/html")
#: the declarations that entities are made of, which no .xml part of an office file has
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


class Examined(NamedTuple):
    """The kind of a file; the kinds that are zips come with their package.

    ``xlsx`` (also .xlsm), ``xlsb``, ``ods``, ``docx``; ``xls``, ``xml2003``, ``html``, ``mhtml``; ``doc``, ``rtf``,
    ``odt`` and ``wordml`` (Word's XML of 2003), for which LibreOffice is needed.
    """

    kind: str
    package: Package | None


def examine(data: bytes) -> Examined:
    """The kind of workbook that some bytes are.

    Raises ``Unreadable`` for everything else, for an encrypted file, and for one too large to be a return.
    """
    if not data:
        raise Unreadable(_EMPTY, "empty")
    if len(data) > MAX_FILE:
        raise Unreadable(_TOO_LARGE.fill(n=MAX_FILE >> 20), "large")
    if data[:8] == OLE:
        return _examine_ole(data)
    if data[:2] == b"PK":
        return _examine_zip(data)
    head = data[:2048].replace(b"\0", b"") if b"\0" in data[:4] else data[:1024]  # UTF-16, too
    if kind := _text_kind(head.lower()):
        return Examined(kind, None)
    raise _not_a_workbook(data)


def _examine_ole(data: bytes) -> Examined:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = {str(path[0]).lower() for path in ole.listdir() if path}
    except (OSError, ValueError, TypeError, LookupError, struct.error):
        streams = set()
    if streams & {"encryptedpackage", "encryptioninfo"}:
        raise Unreadable(*ENCRYPTED)
    if streams & {"workbook", "book"}:
        return Examined("xls", None)
    if "worddocument" in streams:
        return Examined("doc", None)
    if "powerpoint document" in streams:
        raise Unreadable(_SLIDES, "slides")
    raise Unreadable(*_OLD_OFFICE)


def _examine_zip(data: bytes) -> Examined:
    package = Package(data)
    names = {name.lower() for name in package.names}
    for name in package.names:
        if name.endswith((".xml", ".rels")):
            head = package.head(name)
            if _DECLARATION.search(head):
                raise Unreadable(*UNSAFE)
            if b"\0" in head[:4]:  # UTF-16: calamine would find nothing in it without any error
                raise Unreadable(*DAMAGED)
    if "xl/workbook.bin" in names:
        return Examined("xlsb", package)
    if "xl/workbook.xml" in names or any(name.startswith("xl/worksheets/") for name in names):
        return Examined("xlsx", package)
    if any(WORD_MAIN.fullmatch(name) for name in names):
        return Examined("docx", package)
    if "content.xml" in names and "mimetype" in names:
        text = package.part("mimetype").strip().endswith((b"opendocument.text", b"opendocument.text-template"))
        return Examined("odt" if text else "ods", package)
    if "ppt/presentation.xml" in names:
        raise Unreadable(_SLIDES, "slides")
    raise Unreadable(_ARCHIVE, "archive")


def _text_kind(head: bytes) -> str:
    """The kind of text that may hold tables, ``""`` for any other."""
    if b"mime-version:" in head:
        return "mhtml" if _MHTML.search(head) and b"\nto:" not in head else ""
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if _WORDML.search(head):
        return "wordml"
    if _XML_2003.search(head) and b"<html" not in head:
        return "xml2003"
    return "html" if _HTML.search(head) else ""


def _not_a_workbook(data: bytes) -> Unreadable:
    for magic, name in PICTURES.items():
        if data.startswith(magic):
            return Unreadable(_PICTURE.fill(name=name), "picture")
    if data.startswith(b"%PDF"):
        return Unreadable(_PDF, "pdf")
    if data.startswith(_ARCHIVES):
        return Unreadable(_ARCHIVE, "archive")
    if b"\0" not in data[:4096]:
        return Unreadable(*_PLAIN_TEXT)
    return Unreadable(*_UNKNOWN)
