"""What holds the parts of a package together: their content types, and their relationships to each other."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from perfxl.formats import Package, Relationship, relationships_part
from perfxl.reports.package import markup

TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


#: the kinds of parts of which another part has no more than one
_ONLY_ONE = ("styles", "comments")


class ContentTypes:
    """``[Content_Types].xml``: each part has the type of its own name, else that of the extension of its name."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._root = markup.root_of(package, TYPES)

    def of(self, part: str) -> str:
        """The type of a part, ``""`` if it has none."""
        own = next(self._own(part), None)
        node = self._default(part) if own is None else own
        return "" if node is None else node.get("ContentType", "")

    def declare(self, part: str, content_type: str) -> None:
        """Give a part this type, once; the extension of a kind of parts that has none yet gets it as a whole."""
        if self.of(part) == content_type and len(list(self._own(part))) < 2:
            return
        self._remove(part)
        if self._default(part) is None and not part.lower().endswith(".xml"):
            node = markup.make(self._root, "Default", Extension=_extension(part), ContentType=content_type)
            markup.insert_after(self._root, node, ("Default",))
        elif self.of(part) != content_type:
            markup.append(self._root, "Override", PartName=f"/{part}", ContentType=content_type)
        self._save()

    def forget(self, part: str) -> None:
        """Remove what is declared of a part by its name."""
        if self._remove(part):
            self._save()

    def forget_kind(self, beginning: str) -> None:
        """Remove the types of extensions that begin so."""
        for node in list(markup.children(self._root, "Default")):
            if node.get("ContentType", "").startswith(beginning):
                self._root.remove(node)
                self._save()

    def settle(self) -> None:
        """Declare each part no more than once, and each list of relationships at all."""
        seen: set[tuple[str, str]] = set()
        for node in [*markup.children(self._root, "Default"), *markup.children(self._root, "Override")]:
            name = _plain(node.get("PartName")) if node.get("PartName") else node.get("Extension", "").lower()
            if (markup.local(node), name) in seen:
                self._root.remove(node)
                self._save()
            seen.add((markup.local(node), name))
        for part in self._package.names:
            if part.lower().endswith(".rels"):
                self.declare(part, _RELATIONSHIPS_TYPE)

    def _own(self, part: str) -> Iterator[etree._Element]:
        name = _plain(part)
        return (node for node in markup.children(self._root, "Override") if _plain(node.get("PartName")) == name)

    def _default(self, part: str) -> etree._Element | None:
        extension = _extension(part)
        nodes = markup.children(self._root, "Default")
        return next((node for node in nodes if node.get("Extension", "").lower() == extension), None)

    def _remove(self, part: str) -> bool:
        found = list(self._own(part))
        for node in found:
            self._root.remove(node)
        return bool(found)

    def _save(self) -> None:
        markup.save_root(self._package, TYPES, self._root)


class Relationships:
    """The relationships of one part to others (of the package itself: ``""``), and changes to them."""

    def __init__(self, package: Package, part: str) -> None:
        part = package.named(part)  # as it is there, whatever the case in which it is asked for
        self._package, self._part = package, part
        #: the part that contains them
        self.file = relationships_part(part)
        if package.part(self.file):
            self._root = markup.root_of(package, self.file)
        else:
            self._root = etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})
        self.all = [self._link(node) for node in markup.children(self._root, "Relationship")]

    def of_kind(self, kind: str) -> list[Relationship]:
        """Those whose type ends in this word."""
        return [one for one in self.all if one.kind == kind]

    def parts(self, kind: str) -> list[str]:
        """The existing parts that relationships of a kind point to."""
        return [one.target for one in self.of_kind(kind) if one.target in self._package]

    def target(self, identifier: str) -> str:
        """The existing part that an id points to, ``""`` if there is none."""
        found = next((one.target for one in self.all if one.id == identifier), "")
        return found if found in self._package else ""

    def add(self, kind: str, target: str, namespace: str, content_type: str) -> str:
        """Add a relationship, of that main namespace, to a new part of that content type; returns the id."""
        types = ContentTypes(self._package)
        types.declare(target, content_type)
        for one in self.of_kind(kind) if kind in _ONLY_ONE else ():  # it leads nowhere, else no part would be new
            self.remove(one.id)
        taken = {one.id for one in self.all}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(self._part) or ".")
        kind = f"{markup.relationship_base(namespace)}/{kind}"
        node = markup.append(self._root, "Relationship", Id=f"rId{number}", Type=kind, Target=path)
        self.all.append(self._link(node))
        markup.save_root(self._package, self.file, self._root)
        types.declare(self.file, _RELATIONSHIPS_TYPE)
        return f"rId{number}"

    def _link(self, node: etree._Element) -> Relationship:
        """What an entry says, with the part under the name that it has."""
        link = Relationship.of(self._part, node.attrib)
        folder = posixpath.dirname(self._part)
        if link.target not in self._package and folder and link.target.startswith(f"{folder}/{folder}/"):
            link = link._replace(target=link.target.removeprefix(f"{folder}/"))  # written from the root of the package
        return link._replace(target=self._package.named(link.target))

    def remove(self, identifier: str) -> None:
        """Remove a relationship."""
        for node in list(markup.children(self._root, "Relationship")):
            if node.get("Id") == identifier:
                self._root.remove(node)
        self.all = [one for one in self.all if one.id != identifier]
        markup.save_root(self._package, self.file, self._root)


def drop_twins(package: Package) -> None:
    """Of parts whose names differ in case alone, leave the one that is linked to: they are one name to Excel."""
    names = Counter(name.lower() for name in package.names)
    twins = {name for name, number in names.items() if number > 1}
    if not twins:
        return
    lists = [name for name in package.names if name.lower().endswith(".rels")]
    sources = [
        posixpath.join(posixpath.dirname(posixpath.dirname(name)), name[:-5].rpartition("/")[2]) for name in lists
    ]
    linked = {one.target for source in sources for one in Relationships(package, source).all}
    for twin in twins:
        found = [name for name in package.names if name.lower() == twin]
        kept = next((name for name in found if name in linked), found[0])
        for name in found:
            if name != kept:
                package.remove(name)


def remove_part(package: Package, part: str) -> None:
    """Remove a part and its entry in the content types."""
    package.remove(part)
    ContentTypes(package).forget(part)


def _plain(name: str | None) -> str:
    """The name of a part as it is compared: without regard to case."""
    return unquote((name or "").replace("\\", "/").lstrip("/")).lower()


def _extension(part: str) -> str:
    return posixpath.basename(part).rpartition(".")[2].lower()
