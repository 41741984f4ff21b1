"""XML of parts: parsed safely, extended in schema order, written back behind the declaration it came with.

Elements are matched by local name and made in the namespace of their parent, so that Strict documents and
documents with a namespace prefix need no code of their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml import etree

_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\?>\s*")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def parse(data: bytes) -> etree._Element:
    """The root of a part. A document type, which no package may hold, is refused: ``ValueError``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, strip_cdata=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type is not allowed here")
    return root


def serialise(root: etree._Element, source: bytes = b"") -> bytes:
    """The bytes of a part, behind the very declaration (encoding, standalone) of its source.

    Where that is an encoding that not every reader knows (gb18030), letters beyond ASCII are written as references.
    """
    tree = root.getroottree()
    encoding = (tree.docinfo.encoding or "UTF-8") if source else "UTF-8"
    if not encoding.upper().startswith("UTF"):
        encoding = "ASCII"
    declaration = _DECLARATION.match(source)
    if declaration:
        return declaration.group() + bytes(etree.tostring(tree, encoding=encoding, xml_declaration=False))
    declared = not source or encoding.upper() != "UTF-8"
    standalone = tree.docinfo.standalone if source else True
    return bytes(etree.tostring(tree, encoding=encoding, xml_declaration=declared, standalone=standalone))


def local(node: etree._Element) -> str:
    """The name without its namespace; ``''`` for comments and processing instructions."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def namespace(node: etree._Element) -> str:
    """The namespace of an element, ``''`` if it has none."""
    return str(node.tag).rpartition("}")[0].removeprefix("{")


def children(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that local name."""
    return (node for node in parent if local(node) == name)


def child(parent: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that local name, or ``None`` (also below nothing)."""
    return None if parent is None else next(children(parent, name), None)


def make(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """A new element in the parent's namespace, not yet placed; its text keeps its blanks."""
    uri = namespace(parent)
    node = parent.makeelement(f"{{{uri}}}{name}" if uri else name, attributes)
    if text is not None:
        node.text = text
        if text != text.strip() or "\n" in text:
            node.set(_SPACE, "preserve")
    return node


def append(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """A new last child in the parent's namespace."""
    node = make(parent, name, text, **attributes)
    parent.append(node)
    return node


def insert_after(parent: etree._Element, node: etree._Element, earlier: Collection[str]) -> None:
    """Place a child behind the last of those that the schema puts before it."""
    places = [index for index, other in enumerate(parent) if local(other) in earlier]
    parent.insert(places[-1] + 1 if places else 0, node)


def relationship_id(node: etree._Element) -> str:
    """The value of ``r:id``, whichever prefix and edition of the namespace it is written with."""
    return next((str(node.get(key)) for key in node.attrib if key.endswith("}id")), "")
