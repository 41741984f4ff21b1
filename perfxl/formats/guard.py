"""What kind of file some bytes are, by their content and never by a name, before anything parses them."""

from __future__ import annotations

import io
import re
import struct
from typing import NamedTuple

from perfxl.formats.errors import DAMAGED, ENCRYPTED, MAX_FILE, Reason, Unreadable
from perfxl.formats.other_files import is_text, not_a_workbook, not_a_workbook_in_zip, slides
from perfxl.formats.package import Package
from perfxl.formats.passwords import opened
from perfxl.formats.workbook_parts import main_part
from perfxl.model import Text

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_OLD_OFFICE = Reason.resave(
    "damaged",
    "文件是旧版 Office 格式，但已损坏或不是工作簿。",
    "The file has the old Office format but is damaged or no workbook.",
)
_EMPTY = Text("文件是空的（0 字节）。请重新保存并报送。", "The file is empty (0 bytes). Save and send it again.")
_NOTHING = Text(
    "文件没有内容（全是空白字节），可能在传输或保存时出错。请重新保存并报送。",
    "The file holds nothing but empty bytes; saving or sending it went wrong. Save and send it again.",
)
_TOO_LARGE = Text(
    "文件超过 {n} MB，不像申报表。请删去图片等附件后重新报送。",
    "The file is larger than {n} MB, which no return is. Remove pictures and send it again.",
)
_LETTER = Text(
    "这是邮件，不是工作簿。请报送邮件中的申报表工作簿。", "This is a mail, not a workbook. Send the workbook in it."
)

#: what is in the beginning of an XML 2003 spreadsheet, a Word document of that kind, a page with tables
_XML_2003 = re.compile(rb'progid="excel.sheet"|urn:schemas-microsoft-com:office:spreadsheet')
_FLAT = re.compile(rb"<office:document\s")
_WORDML = re.compile(rb'progid="word.document"|schemas.microsoft.com/office/word/2003/wordml')
_HTML = re.compile(rb"<html|<!doctype html|<table")
#: an MHTML page and a mail both have MIME headers; a mail also has a recipient
_MHTML = re.compile(rb"multipart/related|text/html")
#: the root of the main part -> the kind of file
_ROOT = re.compile(rb"<(?:\w+:)?(workbook|document|presentation)[\s>]")
_ROOTS = {b"workbook": "xlsx", b"document": "docx"}
_SPREADSHEET, _WRITING = re.compile(rb"<office:spreadsheet[\s>/]"), re.compile(rb"<office:text[\s>/]")
#: bytes in front of a workbook, as servers put them there, that are passed over
_MOST_BEFORE = 4096
_BEGINS = re.compile(re.escape(ZIP) + b"|" + re.escape(OLE))
#: a workbook of Excel 2 to 97 without a container: how its first record begins
_BARE = re.compile(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
#: Word: the mark of encryption in the head of the document
_DOC_MAGIC, _DOC_ENCRYPTED = b"\xec\xa5", 0x01


class Examined(NamedTuple):
    """The kind of a file and its bytes, without what does not belong to it; those that are zips with their package.

    ``xlsx`` (also .xlsm), ``xlsb``, ``ods``, ``docx``; ``xls``, ``fods``, ``xml2003``, ``html``, ``mhtml``; ``doc``,
    ``rtf``, ``odt`` and ``wordml`` (Word's XML of 2003), for which LibreOffice is needed.
    """

    kind: str
    package: Package | None
    data: bytes


def examine(data: bytes) -> Examined:
    """The kind of workbook that some bytes are.

    Raises ``Unreadable`` for everything else, for an encrypted file, and for one too large to be a return.
    """
    if not data:
        raise Unreadable(_EMPTY, "empty")
    if len(data) > MAX_FILE:
        raise Unreadable(_TOO_LARGE.fill(n=MAX_FILE >> 20), "large")
    if data[:2] != b"PK" and data[:8] != OLE:
        data = _without_bytes_before(data)
    if data[:8] == OLE:
        return _examine_ole(data)
    if data[:2] == b"PK" or ZIP in data[:_MOST_BEFORE]:
        return _examine_zip(data)
    head = data[:2048].replace(b"\0", b"") if b"\0" in data[:4] else data[:1024]  # UTF-16, too
    if kind := _text_kind(head.lower()):
        return Examined(kind, None, data)
    if _BARE.match(data):
        return Examined("xls", None, data)
    if not data.strip(b"\0"):
        raise Unreadable(_NOTHING, "empty")
    raise not_a_workbook(data)


def _without_bytes_before(data: bytes) -> bytes:
    """The file from where a workbook begins, if only text stands before it; a zip is found as it is."""
    found = _BEGINS.search(data[: _MOST_BEFORE + 8])
    if found is None or b"\0" in data[: found.start()] or not is_text(data[: found.start()]):
        return data
    return data[found.start() :] if found[0] == OLE else data


def _examine_ole(data: bytes) -> Examined:
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            streams = {str(path[0]).lower() for path in ole.listdir() if path}
            head = ole.openstream("WordDocument").read(32) if "worddocument" in streams else b""
    except (OSError, ValueError, TypeError, LookupError, struct.error):
        streams, head = set(), b""
    if streams & {"encryptedpackage", "encryptioninfo"}:
        return _without_password(opened(data))
    if streams & {"workbook", "book"}:
        return Examined("xls", None, data)
    if "worddocument" in streams:
        if head[:2] == _DOC_MAGIC and head[11:12] and head[11] & _DOC_ENCRYPTED:
            raise Unreadable(*ENCRYPTED)
        return Examined("doc", None, data)
    if "powerpoint document" in streams:
        raise slides()
    if "__properties_version1.0" in streams:
        raise Unreadable(_LETTER, "mail")
    raise Unreadable(*_OLD_OFFICE)


def _without_password(data: bytes) -> Examined:
    if data[:2] != b"PK":
        raise Unreadable(*ENCRYPTED)
    return _examine_zip(data)


def _examine_zip(data: bytes) -> Examined:
    package = Package(data)
    names = {name.lower() for name in package.names}
    if "content.xml" in names and "[content_types].xml" not in names:
        return _examine_open_document(package, data)
    main = main_part(package)
    if main.lower().endswith(".bin"):
        return Examined("xlsb", package, data)
    root = _ROOT.search(package.head(main).replace(b"\0", b"")) or _ROOT.search(package.part(main)) if main else None
    if root and root[1] in _ROOTS:
        return Examined(_ROOTS[root[1]], package, data)
    if main.startswith("xl/"):
        raise Unreadable(*DAMAGED)
    raise not_a_workbook_in_zip(names)


def _examine_open_document(package: Package, data: bytes) -> Examined:
    """A spreadsheet or a text by its contents: the file that says its type may be missing."""
    if b"encryption-data" in package.part("META-INF/manifest.xml"):
        raise Unreadable(*ENCRYPTED)
    content = package.part("content.xml")
    content = content.replace(b"\0", b"") if b"\0" in content[:4] else content
    if _SPREADSHEET.search(content):
        return Examined("ods", package, data)
    if _WRITING.search(content):
        return Examined("odt", package, data)
    kind = package.part("mimetype")
    if b"presentation" in kind or b"graphics" in kind:
        raise slides()
    raise Unreadable(*DAMAGED)


def _text_kind(head: bytes) -> str:
    """The kind of text that may hold tables, ``""`` for any other."""
    if b"mime-version:" in head:
        return "mhtml" if _MHTML.search(head) and b"\nto:" not in head else ""
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if _FLAT.search(head):
        return "fods"
    if _WORDML.search(head):
        return "wordml"
    if _XML_2003.search(head) and b"<html" not in head:
        return "xml2003"
    return "html" if _HTML.search(head) else ""
