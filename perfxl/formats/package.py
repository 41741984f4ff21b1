"""A zip package (Office, OpenDocument): its parts by name, read by counted bytes, changed and written back.

What the headers of the container declare is never trusted: sizes are counted while unpacking and checksums compared.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from perfxl.formats.errors import BROKEN_ZIP, DAMAGED, ENCRYPTED, TOO_MUCH, UNSAFE, Unreadable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: a filled workbook of ten forms is some 60 KB and unpacks to 1 MB; these bounds leave room for pictures
MAX_UNPACKED = 200 * 2**20
MAX_PARTS = 10_000
#: unpacked bytes of one part, which may be read as a whole
MAX_PART = 120 * 2**20
#: unpacked bytes of a part that is read beside the sheets: texts, formats, names
MAX_READ = 32 * 2**20
#: the root element of a part begins within so many bytes
_HEAD = 2048
#: deflate expands one byte to at most this many
_MAX_EXPANSION = 1032
_SLICE = 16_384
_ENCRYPTED = 0x1
_ZIP_ERRORS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError)


class Relationship(NamedTuple):
    """A link from one part to another: its id, the last word of its type, the part it points to (``""``: outside)."""

    id: str
    kind: str
    target: str

    @classmethod
    def of(cls, part: str, attributes: Mapping[str, str]) -> Relationship:
        """The link that a ``<Relationship>`` element with these attributes describes in the list of a part."""
        target = attributes.get("Target", "").replace("\\", "/")
        path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
        outside = attributes.get("TargetMode") == "External"
        return cls(attributes.get("Id", ""), attributes.get("Type", "").rpartition("/")[2], "" if outside else path)


def relationships_part(part: str) -> str:
    """The name of the part that lists the relationships of a part (of the package itself: ``""``)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def local_name(node: Element) -> str:
    """The tag without its namespace, which differs between editions of the standard and programs."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def first_child(node: Element | None, name: str) -> Element | None:
    """The first child of a local name; ``None`` if there is none, or no node."""
    return next((child for child in (node if node is not None else ()) if local_name(child) == name), None)


def whole_number(text: str, digits: int = 9) -> int:
    """The number that an attribute is, 0 for anything but up to so many digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0


class Package:
    """The parts of a zip container in memory.

    Names use forward slashes and are found whatever their case, as the standard requires. Parts keep their order and,
    unless they are written, their bytes.
    """

    def __init__(self, data: bytes) -> None:
        """Read the directory of the container. Raises ``Unreadable`` if there is none or it cannot be right."""
        self._data = data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                infos = archive.infolist()
        except _ZIP_ERRORS as error:
            raise Unreadable(*BROKEN_ZIP) from error
        packed = sum(info.compress_size for info in infos)
        if len(infos) > MAX_PARTS or packed > len(data):  # overlapping parts add up to more than the file
            raise Unreadable(*TOO_MUCH)
        self._infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in infos}
        if len(self.names) < sum(not info.filename.endswith("/") for info in infos):
            raise Unreadable(*BROKEN_ZIP)  # two parts of one name: which of them would be read?
        self._by_key: dict[str, str] = {}
        for name in self._infos:
            self._by_key.setdefault(name.lower(), name)
        self._parts: dict[str, bytes] = {}
        self._heads: dict[str, bytes] = {}
        if packed * _MAX_EXPANSION > MAX_PART:
            self._count()

    @property
    def names(self) -> list[str]:
        """The names of all parts, in their order."""
        return [name for name, info in self._infos.items() if not info.filename.endswith("/")]

    def __contains__(self, part: str) -> bool:
        return self._find(part) in self._infos

    def named(self, part: str) -> str:
        """The name under which a part is kept, whatever its case; ``part`` itself if there is none."""
        return self._find(part)

    def part(self, part: str) -> bytes:
        """The bytes of a part as they are now, ``b""`` if there is none. Raises ``Unreadable`` for a damaged one."""
        name = self._find(part)
        if name not in self._parts:
            if name not in self._infos:
                return b""
            self._parts[name] = self._content(name)
        return self._parts[name]

    def head(self, part: str) -> bytes:
        """The first bytes of a part, in which its root element begins, without unpacking the rest."""
        name = self._find(part)
        if name in self._parts:
            return self._parts[name][:_HEAD]
        if name not in self._heads:
            info = self._infos[name]
            packed = self._packed(info)
            try:
                stored = info.compress_type == zipfile.ZIP_STORED
                self._heads[name] = bytes(packed[:_HEAD]) if stored else _inflater().decompress(packed, _HEAD)
            except zlib.error as error:
                raise Unreadable(*DAMAGED) from error
        return self._heads[name]

    def check(self, parts: Iterable[str]) -> None:
        """Raise ``Unreadable`` if one of these parts is too large or damaged: one wrong bit may be another figure."""
        if any(len(self.part(name)) > MAX_READ for name in parts):
            raise Unreadable(*TOO_MUCH)

    def elements(self, part: str) -> list[Element]:
        """The elements below the root of a part of XML; none if there is no such part.

        Raises one of ``errors.BROKEN_XML`` if it is malformed.
        """
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import fromstring

        data = self.part(part)
        try:
            return list(fromstring(data)) if data else []
        except DefusedXmlException as error:
            raise Unreadable(*UNSAFE) from error

    def relationships(self, part: str) -> list[Relationship]:
        """The links that leave a part (``""``: the package itself). Raises as ``elements``."""
        return [Relationship.of(part, node.attrib) for node in self.elements(relationships_part(part))]

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that a part links to with links of a kind, whether they are there or not."""
        return [link.target for link in self.relationships(part) if link.kind == kind]

    def write(self, part: str, data: bytes) -> None:
        """Change a part, or add one behind all others."""
        name = self._find(part)
        if name not in self._infos:
            self._infos[name] = zipfile.ZipInfo(name)
            self._infos[name].compress_type = zipfile.ZIP_DEFLATED
            self._by_key[name.lower()] = name
        self._parts[name] = data

    def remove(self, part: str) -> None:
        """Take a part out, if it is there."""
        name = self._find(part)
        self._infos.pop(name, None)
        self._parts.pop(name, None)
        if self._by_key.get(name.lower()) == name:
            del self._by_key[name.lower()]
            for other in self._infos:
                self._by_key.setdefault(other.lower(), other)

    def free(self, pattern: str) -> str:
        """The first name of a pattern like ``xl/comments{}.xml`` that no part has."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def save(self, *, level: int | None = None, leave_out: str = "") -> bytes:
        """The bytes of the whole container.

        ``level`` is that of the compression; parts with ``leave_out`` in their name are left out. Raises
        ``Unreadable`` if a part that is kept is damaged.
        """
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name, info in self._infos.items():
                if leave_out and leave_out in name:
                    continue
                entry = zipfile.ZipInfo(name, info.date_time)
                entry.compress_type = info.compress_type
                entry.external_attr = info.external_attr
                target.writestr(entry, self._content(name), compresslevel=level)
        return out.getvalue()

    def _find(self, part: str) -> str:
        """As ``named``; a link may write blanks and Chinese letters of a name with percent signs."""
        if part in self._infos:
            return part
        return self._by_key.get(part.lower()) or self._by_key.get(unquote(part).lower(), part)

    def _content(self, name: str) -> bytes:
        """The bytes of a part as they are now, unpacked anew unless they are kept already."""
        info = self._infos[name]
        if name in self._parts or info.filename.endswith("/"):
            return self._parts.get(name, b"")
        packed = self._packed(info)
        if info.compress_type == zipfile.ZIP_STORED:
            content = bytes(packed)
        else:
            inflater = _inflater()
            try:
                content = inflater.decompress(packed, MAX_PART)
            except zlib.error as error:
                raise Unreadable(*DAMAGED) from error
            if not inflater.eof:
                raise Unreadable(*(TOO_MUCH if len(content) >= MAX_PART else DAMAGED))
        if zlib.crc32(content) != info.CRC:
            raise Unreadable(*DAMAGED)
        return content

    def _packed(self, info: zipfile.ZipInfo) -> memoryview:
        """The packed bytes of a part; they begin where its local header ends."""
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable(*ENCRYPTED)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(*DAMAGED)
        start = info.header_offset
        names = int.from_bytes(self._data[start + 26 : start + 28], "little")
        extra = int.from_bytes(self._data[start + 28 : start + 30], "little")
        begin = start + 30 + names + extra
        return memoryview(self._data)[begin : begin + info.compress_size]

    def _count(self) -> None:
        """Unpack every part into nothing and stop once it is too much; only for a container that could hold so much."""
        whole = 0
        for name in self.names:
            info = self._infos[name]
            packed, part = self._packed(info), 0
            inflater = _inflater() if info.compress_type != zipfile.ZIP_STORED else None
            for start in range(0, len(packed), _SLICE):
                piece: bytes | memoryview = packed[start : start + _SLICE]
                try:
                    part += len(inflater.decompress(piece) if inflater else piece)
                except zlib.error as error:
                    raise Unreadable(*DAMAGED) from error
                if part > MAX_PART or whole + part > MAX_UNPACKED:
                    raise Unreadable(*TOO_MUCH)
            whole += part


def _inflater() -> zlib._Decompress:
    return zlib.decompressobj(-zlib.MAX_WBITS)
