"""The package: parts by name, their relationships, their content types.

Entries stay in their order; a part that nobody wrote keeps its bytes. Names are compared without case, as the
standard has it. Backslashes, which some programs write and most cannot read, become slashes.
"""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from perfxl.model import Text
from perfxl.reports.package import markup

_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
#: bytes of a part that is parsed as a whole; parsed it takes thirty times as much
_LARGEST = 16 * 2**20
TYPES = "[Content_Types].xml"


class CannotAnnotate(Exception):  # noqa: N818 - it says what cannot be done, not what broke
    """The bytes are no workbook that can carry marks; ``reason`` says why, for people."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def damaged(detail: object) -> CannotAnnotate:
    """The error for a package that is broken."""
    return CannotAnnotate(Text(f"文件已损坏，无法加批注（{detail}）", f"the file is damaged ({detail})"))


class Package:
    """The parts of a workbook file."""

    def __init__(self, source: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(source))
        except (BadZipFile, ValueError, OSError) as error:
            reason = Text(
                "不是 .xlsx/.xlsm 工作簿，无法加批注",
                "not an .xlsx/.xlsm workbook, so it cannot be annotated",
            )
            raise CannotAnnotate(reason) from error
        self._entries = {_key(info.filename): info for info in self._zip.infolist()}
        self._written: dict[str, bytes] = {}
        self._new: dict[str, str] = {}

    def __contains__(self, part: str) -> bool:
        return _key(part) in self._entries or _key(part) in self._new

    def read(self, part: str) -> bytes:
        """The bytes of a part as they now are."""
        key = _key(part)
        if key in self._written:
            return self._written[key]
        if key not in self._entries:
            raise damaged(part)
        try:
            return self._zip.read(self._entries[key])
        except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            raise damaged(part) from error

    def root(self, part: str) -> etree._Element:
        """The parsed XML of a part."""
        data = self.read(part)
        if len(data) > _LARGEST:
            raise damaged(part)
        return self.parsed(part, data)

    def parsed(self, part: str, data: bytes) -> etree._Element:
        """The XML of what was read of a part."""
        try:
            return markup.parse(data)
        except ValueError as error:
            raise damaged(part) from error

    def write(self, part: str, data: bytes) -> None:
        """Change a part, or add one behind all others."""
        if part not in self:
            self._new[_key(part)] = part
        self._written[_key(part)] = data

    def remove(self, part: str) -> None:
        """Take a part out, with what the content types say of it."""
        for holder in (self._entries, self._new, self._written):
            holder.pop(_key(part), None)
        root = self.root(TYPES)
        for node in list(markup.children(root, "Override")):
            if _key(node.get("PartName", "")) == f"/{_key(part)}":
                root.remove(node)
                self.save_root(TYPES, root)

    def save_root(self, part: str, root: etree._Element) -> None:
        """Change a part to this XML, or add one of this XML."""
        self.write(part, markup.serialise(root, self.read(part) if part in self else b""))

    def free(self, pattern: str) -> str:
        """The first name of a pattern like ``xl/comments{}.xml`` that no part has."""
        number = 1
        while pattern.format(number) in self:
            number += 1
        return pattern.format(number)

    def parts(self, extension: str) -> Iterator[str]:
        """The names of all parts with that extension."""
        return (key for key in (*self._entries, *self._new) if key.endswith(extension))

    def save(self) -> bytes:
        """The bytes of the whole file."""
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as target:
            for key, info in self._entries.items():
                entry = ZipInfo(_slashed(info.filename), info.date_time)
                entry.compress_type = info.compress_type
                entry.external_attr = info.external_attr
                target.writestr(entry, self.read(key))
            for key, part in self._new.items():
                entry = ZipInfo(part)
                entry.compress_type = ZIP_DEFLATED
                target.writestr(entry, self._written[key])
        return out.getvalue()


class Relationship(NamedTuple):
    """One arrow from a part: its id, the last word of its type, the part it points at (``''``: outside)."""

    id: str
    kind: str
    target: str


class Relationships:
    """The arrows that leave one part (the package itself is the part ``''``)."""

    def __init__(self, package: Package, part: str) -> None:
        self._package, self._part = package, part
        folder, name = posixpath.split(part)
        #: the part in which they stand
        self.file = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.file in package:
            self._root = package.root(self.file)
        else:
            self._root = etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})
        self._all = [self._read(node) for node in markup.children(self._root, "Relationship")]

    def of_kind(self, kind: str) -> list[Relationship]:
        """Those whose type ends in this word."""
        return [one for one in self._all if one.kind == kind]

    def all(self) -> tuple[Relationship, ...]:
        """Every arrow."""
        return tuple(self._all)

    def target(self, identifier: str) -> str:
        """The part behind an id that is really there, ``''`` if none is."""
        found = next((one.target for one in self._all if one.id == identifier), "")
        return found if found in self._package else ""

    def add(self, base: str, kind: str, target: str) -> str:
        """A new arrow; returns its id."""
        taken = {one.id for one in self._all}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(self._part) or ".")
        node = markup.append(self._root, "Relationship", Id=f"rId{number}", Type=f"{base}/{kind}", Target=path)
        self._all.append(self._read(node))
        self._package.save_root(self.file, self._root)
        return f"rId{number}"

    def remove(self, identifier: str) -> None:
        """Take an arrow out."""
        for node in list(markup.children(self._root, "Relationship")):
            if node.get("Id") == identifier:
                self._root.remove(node)
        self._all = [one for one in self._all if one.id != identifier]
        self._package.save_root(self.file, self._root)

    def _read(self, node: etree._Element) -> Relationship:
        target = _slashed(node.get("Target", ""))
        if node.get("TargetMode") == "External":
            target = ""
        elif target.startswith("/"):
            target = target.lstrip("/")
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(self._part), target))
        return Relationship(node.get("Id", ""), node.get("Type", "").rpartition("/")[2], target)


def relationship_base(main_namespace: str) -> str:
    """What the types of relationships, and ``r:id``, begin with in a document of that main namespace."""
    return _STRICT if "purl.oclc.org" in main_namespace else _TRANSITIONAL


def declare_part(package: Package, part: str, content_type: str) -> None:
    """Say in the content types what a new part is."""
    root = package.root(TYPES)
    markup.append(root, "Override", PartName=f"/{part}", ContentType=content_type)
    package.save_root(TYPES, root)


def declare_extension(package: Package, extension: str, content_type: str) -> None:
    """Say in the content types what all parts with an extension are, unless that is said already."""
    root = package.root(TYPES)
    known = {node.get("Extension", "").lower() for node in markup.children(root, "Default")}
    if extension not in known:
        node = markup.make(root, "Default", Extension=extension, ContentType=content_type)
        markup.insert_after(root, node, ("Default",))
        package.save_root(TYPES, root)


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def _key(name: str) -> str:
    return _slashed(name).lower()
