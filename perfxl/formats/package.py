"""The parts of a zip container, unpacked by counted bytes: what its headers declare is never believed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from perfxl.formats.refusal import broken_zip, damaged, encrypted, too_much

#: a filled workbook of ten forms is some 60 KB and unpacks to 1 MB; these bounds leave room for pictures
MAX_UNPACKED = 200 * 2**20
MAX_PARTS = 10_000
#: unpacked bytes of one part, which may be read as a whole
MAX_PART = 120 * 2**20
#: unpacked bytes of a part that is read beside the sheets: texts, formats, names
MAX_READ = 32 * 2**20
#: deflate makes a byte into no more than this many
_MOST_PER_BYTE = 1032
_SLICE = 16_384
#: the parts with the texts and formats of the cells; those with the cells are unpacked for their addresses
_READ = re.compile(r"xl/[^/]+\.xml", re.IGNORECASE)
_ENCRYPTED = 0x1
_ZIP_ERRORS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError)


class Package:
    """A zip container in memory. Parts go by their path with forward slashes, as Office looks them up."""

    def __init__(self, data: bytes) -> None:
        """Read the directory of the container; raises ``Unreadable`` if it has none or it cannot be right."""
        self.data = data
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                infos = archive.infolist()
        except _ZIP_ERRORS as error:
            raise broken_zip() from error
        packed = sum(info.compress_size for info in infos)
        if len(infos) > MAX_PARTS or packed > len(data):  # parts that overlap count more than there is
            raise too_much()
        self.infos: Mapping[str, zipfile.ZipInfo] = {
            info.filename.replace("\\", "/").lstrip("/"): info for info in infos if not info.filename.endswith("/")
        }
        if len(self.infos) < sum(not info.filename.endswith("/") for info in infos):
            raise broken_zip()  # two parts of one name: which of them would be read?
        self._parts: dict[str, bytes] = {}
        self._heads: dict[str, bytes] = {}
        if packed * _MOST_PER_BYTE > MAX_PART:
            self._count()

    def part(self, name: str) -> bytes:
        """The bytes of a part, ``b""`` if there is none of that name."""
        if name not in self._parts:
            self._parts[name] = self._unpack(name) if name in self.infos else b""
        return self._parts[name]

    def check(self) -> None:
        """Raise ``Unreadable`` if a part that is read is not what was packed: one other bit may be another figure."""
        for name in self.infos:
            if _READ.fullmatch(name) and len(self.part(name)) > MAX_READ:
                raise too_much()

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a part, without unpacking the rest; always asked for with one ``size``."""
        if name not in self._heads:
            info = self.infos[name]
            packed = self._packed(info)
            try:
                stored = info.compress_type == zipfile.ZIP_STORED
                self._heads[name] = bytes(packed[:size]) if stored else _inflater().decompress(packed, size)
            except zlib.error as error:
                raise damaged() from error
        return self._heads[name]

    def replace(self, parts: Mapping[str, bytes]) -> None:
        """Put other bytes in the place of some parts and write the container anew, without its pictures."""
        self._parts.update(parts)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name in self.infos:
                if "/media/" not in name:
                    archive.writestr(name, self.part(name))
        self.data = buffer.getvalue()
        with zipfile.ZipFile(buffer) as archive:
            self.infos = {info.filename: info for info in archive.infolist()}

    def _unpack(self, name: str) -> bytes:
        info = self.infos[name]
        packed = self._packed(info)
        if info.compress_type == zipfile.ZIP_STORED:
            content = bytes(packed)
        else:
            inflater = _inflater()
            try:
                content = inflater.decompress(packed, MAX_PART)
            except zlib.error as error:
                raise damaged() from error
            if not inflater.eof:
                raise too_much() if len(content) >= MAX_PART else damaged()
        if zlib.crc32(content) != info.CRC:
            raise damaged()
        return content

    def _packed(self, info: zipfile.ZipInfo) -> memoryview:
        """The packed bytes of a part; its local header tells where they begin."""
        if info.flag_bits & _ENCRYPTED:
            raise encrypted()
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
        start = info.header_offset
        names = int.from_bytes(self.data[start + 26 : start + 28], "little")
        extra = int.from_bytes(self.data[start + 28 : start + 30], "little")
        begin = start + 30 + names + extra
        return memoryview(self.data)[begin : begin + info.compress_size]

    def _count(self) -> None:
        """Unpack everything into nothing and stop once it is too much; only for a container that could hold so much."""
        whole = 0
        for info in self.infos.values():
            packed, part = self._packed(info), 0
            inflater = _inflater() if info.compress_type != zipfile.ZIP_STORED else None
            for start in range(0, len(packed), _SLICE):
                piece: bytes | memoryview = packed[start : start + _SLICE]
                try:
                    part += len(inflater.decompress(piece) if inflater else piece)
                except zlib.error as error:
                    raise damaged() from error
                if part > MAX_PART or whole + part > MAX_UNPACKED:
                    raise too_much()
            whole += part


def _inflater() -> zlib._Decompress:
    return zlib.decompressobj(-zlib.MAX_WBITS)
