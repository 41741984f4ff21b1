"""The parts of a workbook package as they are edited: XML and texts.

XML is parsed safely, extended in the order of its schema, and written behind the declaration that it had. Elements are
matched by local name and made in the namespace of their parent, so that Strict documents and documents with a
namespace prefix need no code of their own. Texts get no more and no other characters than XML and Excel allow.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator

from lxml import etree

from perfxl.formats import Package, Unreadable
from perfxl.model import Text, UserError

_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\?>\s*")
#: the beginning of a part up to the name of its root element
_ROOT = re.compile(r"(?:\ufeff|\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*<[^\s/>]+", re.DOTALL)
#: the prefix of ``r:id``
_USUAL = "r"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: bytes of a part that is parsed as a whole; parsed it takes thirty times as much
_LARGEST = 16 * 2**20
#: UTF-16 units of the text of a cell or a note in Excel
LIMIT = 32_767
_FORBIDDEN = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Excel reads _x0041_ as the character with that code; an escape for the underscore itself prevents this
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_DAMAGED = Text("文件已损坏，无法加批注（{detail}）", "the file is damaged ({detail})")
_NO_ZIP = Text("不是 .xlsx/.xlsm 工作簿，无法加批注", "not an .xlsx/.xlsm workbook, so it cannot be annotated")


class CannotAnnotate(UserError):  # noqa: N818 - the file is to blame, not the program
    """A file that cannot be annotated."""


def damaged(detail: object) -> CannotAnnotate:
    """The error for a damaged package; ``detail`` is the part."""
    return CannotAnnotate(_DAMAGED, detail=detail)


def opened(source: bytes) -> Package:
    """The package of a workbook file. Raises ``CannotAnnotate`` if the bytes are no zip container."""
    try:
        return Package(source)
    except Unreadable as error:
        raise CannotAnnotate(_NO_ZIP) from error


def root_of(package: Package, part: str) -> etree._Element:
    """The parsed XML of a part. Raises ``CannotAnnotate`` if it is too large or no XML."""
    data = package.part(part)
    if len(data) > _LARGEST:
        raise damaged(part)
    return parsed(part, data)


def with_usual_prefix(part: str, data: bytes) -> etree._Element:
    """The parsed XML of a part in which links that are added read ``r:id``, as many programs expect it to the letter.

    Where the root does not declare that prefix, or another one before it, the declaration is put in front.
    """
    root = parsed(part, data)
    base = relationship_base(namespace(root))
    bound = next((prefix for prefix, uri in root.nsmap.items() if uri == base), "")
    if bound == _USUAL or (bound and root.nsmap.get(_USUAL) not in (None, base)):
        return root
    codec = codec_of(data)
    text = data.decode(codec)
    start = _ROOT.match(text)
    if start is None or root.nsmap.get(_USUAL) is not None:
        return root
    declared = f'{text[: start.end()]} xmlns:{_USUAL}="{base}"{text[start.end() :]}'
    return parsed(part, declared.encode(codec))


def codec_of(data: bytes) -> str:
    """How the bytes of a part become text and the same bytes again: as UTF-16, else one letter a byte."""
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"


def decoded(part: str, data: bytes) -> str:
    """The data of a part as text by ``codec_of``. Raises ``CannotAnnotate`` for half a letter at its end."""
    try:
        return data.decode(codec_of(data))
    except UnicodeDecodeError as error:
        raise damaged(part) from error


def parsed(part: str, data: bytes) -> etree._Element:
    """The parsed XML of the data of a part. Raises ``CannotAnnotate`` if it is no XML or has a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, strip_cdata=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise damaged(part) from error
    if root.getroottree().docinfo.doctype:
        raise damaged(part)
    return root


def save_root(package: Package, part: str, root: etree._Element) -> None:
    """Write a part, which need not exist yet."""
    package.write(part, serialise(root, package.part(part)))


def relationship_base(main_namespace: str) -> str:
    """The namespace of ``r:id``, with which types of relationships begin, in a document of that main namespace."""
    return _STRICT if "purl.oclc.org" in main_namespace else _TRANSITIONAL


def serialise(root: etree._Element, source: bytes = b"") -> bytes:
    """The bytes of a part, behind the declaration (encoding, standalone) of its source.

    In an encoding that not every reader knows (gb18030), characters beyond ASCII are written as references.
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


def below(parent: etree._Element, holder: str, name: str) -> list[etree._Element]:
    """The children of that local name of the first ``holder`` below the parent; none if there is no holder."""
    found = child(parent, holder)
    return [] if found is None else list(children(found, name))


def make(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """A new element in the namespace of the parent, not yet placed; the blanks of its text are preserved."""
    uri = namespace(parent)
    node = parent.makeelement(f"{{{uri}}}{name}" if uri else name, attributes)
    if text is not None:
        node.text = text
        if text != text.strip() or "\n" in text:
            node.set(_SPACE, "preserve")
    return node


def need(parent: etree._Element, name: str, earlier: Collection[str] = ()) -> etree._Element:
    """The first child of that local name; a missing one is made behind the elements that precede it in the schema."""
    node = child(parent, name)
    if node is None:
        node = make(parent, name)
        insert_after(parent, node, earlier)
    return node


def append(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """A new last child in the namespace of the parent."""
    node = make(parent, name, text, **attributes)
    parent.append(node)
    return node


def insert_after(parent: etree._Element, node: etree._Element, earlier: Collection[str]) -> None:
    """Place a child behind the last of the elements that precede it in the schema."""
    places = [index for index, other in enumerate(parent) if local(other) in earlier]
    parent.insert(places[-1] + 1 if places else 0, node)


def relationship_id(node: etree._Element) -> str:
    """The value of ``r:id``, whatever its prefix and the edition of its namespace."""
    return next((str(node.get(key)) for key in node.attrib if key.endswith("}id")), "")


def printable(text: str) -> str:
    """The text with line feeds only and without characters that XML forbids."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean(text: str) -> str:
    """The printable text, escaped where Excel would read an escape."""
    return _ESCAPE.sub("_x005F_", printable(text))


def size(text: str) -> int:
    """The length in UTF-16 units, as Excel counts it."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int = LIMIT, tail: str = "…") -> str:
    """The text, cut to the limit with a tail if it is longer."""
    if size(text) <= limit:
        return text
    room = max(limit - size(tail), 0)
    return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + tail


def units(line: str) -> int:
    """The width of a line in Latin letters; characters beyond Latin-1 take two."""
    return len(line) + sum(letter > "\u00ff" for letter in line)


def wrapped(text: str, width: float) -> int:
    """How many lines the text takes in a column of that many units."""
    # about two units of each line stay empty, because lines are broken between words
    usable = max(width - 2, 1)
    return sum(max(math.ceil(units(line) / usable), 1) for line in text.split("\n"))
