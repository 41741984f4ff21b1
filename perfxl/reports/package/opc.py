"""What is changed in the package of a workbook: parts of XML, relationships, content types."""

from __future__ import annotations

import posixpath

from lxml import etree

from perfxl.formats import Unreadable
from perfxl.formats.package import Package, Relationship, relationships_part
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


def opened(source: bytes) -> Package:
    """The package of a workbook file. Raises ``CannotAnnotate`` if the bytes are no zip container."""
    try:
        return Package(source)
    except Unreadable as error:
        reason = Text(
            "不是 .xlsx/.xlsm 工作簿，无法加批注",
            "not an .xlsx/.xlsm workbook, so it cannot be annotated",
        )
        raise CannotAnnotate(reason) from error


def root_of(package: Package, part: str) -> etree._Element:
    """The parsed XML of a part."""
    data = package.part(part)
    if len(data) > _LARGEST:
        raise damaged(part)
    return parsed(part, data)


def parsed(part: str, data: bytes) -> etree._Element:
    """The XML of what was read of a part."""
    try:
        return markup.parse(data)
    except ValueError as error:
        raise damaged(part) from error


def save_root(package: Package, part: str, root: etree._Element) -> None:
    """Change a part to this XML, or add one of this XML."""
    package.write(part, markup.serialise(root, package.part(part)))


def remove_part(package: Package, part: str) -> None:
    """Take a part out, with what the content types say of it."""
    package.remove(part)
    root = root_of(package, TYPES)
    for node in list(markup.children(root, "Override")):
        if node.get("PartName", "").replace("\\", "/").lower() == f"/{part}".lower():
            root.remove(node)
            save_root(package, TYPES, root)


class Relationships:
    """The arrows that leave one part (the package itself is the part ``''``)."""

    def __init__(self, package: Package, part: str) -> None:
        self._package, self._part = package, part
        #: the part that lists them
        self.file = relationships_part(part)
        if self.file in package:
            self._root = root_of(package, self.file)
        else:
            self._root = etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})
        self._all = [Relationship.of(part, node.attrib) for node in markup.children(self._root, "Relationship")]

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
        self._all.append(Relationship.of(self._part, node.attrib))
        save_root(self._package, self.file, self._root)
        return f"rId{number}"

    def remove(self, identifier: str) -> None:
        """Take an arrow out."""
        for node in list(markup.children(self._root, "Relationship")):
            if node.get("Id") == identifier:
                self._root.remove(node)
        self._all = [one for one in self._all if one.id != identifier]
        save_root(self._package, self.file, self._root)


def relationship_base(main_namespace: str) -> str:
    """What the types of relationships, and ``r:id``, begin with in a document of that main namespace."""
    return _STRICT if "purl.oclc.org" in main_namespace else _TRANSITIONAL


def declare_part(package: Package, part: str, content_type: str) -> None:
    """Say in the content types what a new part is."""
    root = root_of(package, TYPES)
    markup.append(root, "Override", PartName=f"/{part}", ContentType=content_type)
    save_root(package, TYPES, root)


def declare_extension(package: Package, extension: str, content_type: str) -> None:
    """Say in the content types what all parts with an extension are, unless that is said already."""
    root = root_of(package, TYPES)
    known = {node.get("Extension", "").lower() for node in markup.children(root, "Default")}
    if extension not in known:
        node = markup.make(root, "Default", Extension=extension, ContentType=content_type)
        markup.insert_after(root, node, ("Default",))
        save_root(package, TYPES, root)
