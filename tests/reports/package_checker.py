"""What is wrong with a workbook package by the rules of the standard (OPC, SpreadsheetML), as Excel would mind it.

Written without the code it checks: standard library and lxml only.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote

from lxml import etree

TYPES = "[Content_Types].xml"
RELS = "application/vnd.openxmlformats-package.relationships+xml"
MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml",
)
R = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
#: the children of a worksheet in the order of the schema
ORDER = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors"),
    *("smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
    *("webPublishItems", "tableParts", "extLst"),
)


def faults(data: bytes) -> list[str]:
    """One line for each fault."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = [info.filename for info in archive.infolist() if not info.filename.endswith("/")]
        return sorted(set(_Checker({name.replace("\\", "/"): archive.read(name) for name in names}, names).all()))


class _Checker:
    def __init__(self, parts: dict[str, bytes], names: list[str]) -> None:
        self.parts, self.names = parts, names
        self.keys = {name.lower(): name for name in parts}
        self.roots: dict[str, etree._Element] = {}

    def all(self) -> Iterator[str]:
        yield from _twice("part", (name.replace("\\", "/").lower() for name in self.names))
        yield from self.xml()
        yield from self.types()
        for name in self.parts:
            if name.endswith(".rels"):
                yield from self.relationships(name)
        yield from self.links()
        yield from self.workbook()

    def xml(self) -> Iterator[str]:
        for name, content in self.parts.items():
            if name.lower().endswith((".xml", ".rels")):
                try:
                    self.roots[name] = etree.fromstring(content)
                except etree.XMLSyntaxError as error:
                    yield f"{name}: no XML: {error}"
                    continue
                root = self.roots[name]
                for prefix in (root.get(IGNORABLE) or "").split():
                    if prefix not in root.nsmap:
                        yield f"{name}: mc:Ignorable names {prefix}, which is not declared"

    def types(self) -> Iterator[str]:
        root = self.root(TYPES)
        if root is None:
            yield "no content types"
            return
        self.defaults = {one.get("Extension").lower(): one.get("ContentType") for one in _named(root, "Default")}
        self.own = {one.get("PartName").lstrip("/").lower(): one.get("ContentType") for one in _named(root, "Override")}
        yield from _twice("Default", (one.get("Extension").lower() for one in _named(root, "Default")))
        yield from _twice("Override", (one.get("PartName").lower() for one in _named(root, "Override")))
        for name in self.parts:
            if name != TYPES:
                kind = self.kind(name)
                if not kind:
                    yield f"{name}: no content type"
                elif name.endswith(".rels") and kind != RELS:
                    yield f"{name}: declared as {kind}"

    def kind(self, name: str) -> str:
        return self.own.get(name.lower()) or self.defaults.get(name.rpartition(".")[2].lower(), "")

    def root(self, name: str) -> etree._Element | None:
        return self.roots.get(self.keys.get(name.lower(), ""))

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """id -> (the last word of the type, the part or "")."""
        folder, file = posixpath.split(name)
        root = self.root(posixpath.join(folder, "_rels", f"{file}.rels"))
        found = {}
        for one in _named(root, "Relationship") if root is not None else ():
            target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/")
            outside = one.get("TargetMode") == "External"
            part = self.keys.get(target.lower(), self.keys.get(unquote(target).lower(), target))
            found[one.get("Id")] = one.get("Type").rpartition("/")[2], "" if outside else part
        return found

    def relationships(self, name: str) -> Iterator[str]:
        folder, file = posixpath.split(name)
        source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
        root = self.root(name)
        if root is None:
            return
        if source and source.lower() not in self.keys:
            yield f"{name}: of no part"
        yield from _twice(f"{name}: id", (one.get("Id") for one in _named(root, "Relationship")))
        for kind, part in self.related(source).values():
            if part and part not in self.parts and not (kind == "hyperlink" or "#" in part):
                yield f"{name}: {kind} leads to {part}, which is missing"
        kinds = Counter(kind for kind, _ in self.related(source).values())
        for kind in ("styles", "comments", "sharedStrings", "theme", "officeDocument", "threadedComment"):
            if kinds[kind] > 1:
                yield f"{name}: {kinds[kind]} relationships {kind}"
        if "origin" in kinds:
            yield f"{name}: a signature"

    def links(self) -> Iterator[str]:
        for name, root in self.roots.items():
            if name.endswith(".rels"):
                continue
            known = self.related(name)
            for node in root.iter(etree.Element):
                for key, value in node.attrib.items():
                    space, _, local = key.rpartition("}")
                    if space[1:] in R and local in ("id", "embed", "link", "pict") and value and value not in known:
                        yield f"{name}: {etree.QName(node).localname} has the id {value}, which nothing explains"

    def workbook(self) -> Iterator[str]:
        main = next((part for kind, part in self.related("").values() if kind == "officeDocument"), "")
        root = self.root(main)
        if root is None:
            yield "no workbook"
            return
        if self.kind(main).lower() not in MAIN_TYPES:
            yield f"{main}: declared as {self.kind(main)}"
        related = self.related(main)
        tabs = list(_named(_one(root, "sheets"), "sheet"))
        yield from _twice("tab", (tab.get("name").lower() for tab in tabs))
        yield from _twice("sheetId", (tab.get("sheetId") for tab in tabs))
        if any(not 1 <= int(tab.get("sheetId")) <= 65534 for tab in tabs):
            yield "a sheetId out of range"
        names = [
            (one.get("name"), one.get("localSheetId")) for one in _named(_one(root, "definedNames"), "definedName")
        ]
        yield from _twice("defined name", map(str, names))
        if any(local is not None and int(local) >= len(tabs) for _, local in names):
            yield "a defined name of no tab"
        styles = next((part for kind, part in related.values() if kind == "styles"), "")
        self.formats, self.dxfs = 0, 0
        yield from self.styles(styles)
        sheets = [related.get(_id(tab), ("", ""))[1] for tab in tabs]
        yield from _twice("sheet", filter(None, sheets))
        shapes: Counter[str] = Counter()
        for part in sheets:
            yield from self.sheet(part, shapes)
        yield from (f"shape {shape} of {number} drawings" for shape, number in shapes.items() if number > 1)

    def styles(self, part: str) -> Iterator[str]:
        root = self.root(part)
        if root is None:
            return
        number = {name: len(_one(root, name)) for name in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs")}
        self.formats, self.dxfs = number["cellXfs"], len(_one(root, "dxfs"))
        lists = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}
        for index, xf in enumerate(_one(root, "cellXfs")):
            for key, name in lists.items():
                if not int(xf.get(key) or 0) < max(number[name], 1):
                    yield f"{part}: format {index} has {key} {xf.get(key)}"
        for holder in root:
            given = holder.get("count")
            if given is not None and etree.QName(holder).localname in number and int(given) != len(holder):
                yield f"{part}: {etree.QName(holder).localname} count {given}, has {len(holder)}"

    def sheet(self, part: str, shapes: Counter[str]) -> Iterator[str]:
        root = self.root(part)
        if root is None or etree.QName(root).localname != "worksheet":
            return
        order = [ORDER.index(name) for name in map(_local, root) if name in ORDER]
        if order != sorted(order):
            yield f"{part}: elements out of order"
        yield from self.cells(part, root)
        related = self.related(part)
        comments = next((target for kind, target in related.values() if kind == "comments"), "")
        drawing = related.get(_id(_one(root, "legacyDrawing")), ("", ""))[1]
        vml = self.parts.get(drawing, b"")
        vml_text = vml.decode("utf-16" if vml[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
        shapes.update(set(re.findall(r'\bid="(_x0000_s\d+)"', vml_text)))
        yield from _twice(f"{drawing}: shape", re.findall(r'\bid="(_x0000_s\d+)"', vml_text))
        book = self.root(comments)
        if book is None:
            return
        places = re.findall(r"<(?:\w+:)?Row>\s*(\d+)\s*<.*?<(?:\w+:)?Column>\s*(\d+)\s*<", vml_text, re.DOTALL)
        authors = len(_one(book, "authors"))
        notes = list(_named(_one(book, "commentList"), "comment"))
        yield from _twice(f"{comments}: note at", (note.get("ref") for note in notes))
        for note in notes:
            if not int(note.get("authorId")) < authors:
                yield f"{comments}: a note of no author"
            row, col = _place(note.get("ref"))
            if (str(row - 1), str(col - 1)) not in places:
                yield f"{comments}: the note at {note.get('ref')} has no box"

    def cells(self, part: str, root: etree._Element) -> Iterator[str]:
        lines = [*_named(_one(root, "cols"), "col"), *_named(_one(root, "sheetData"), "row")]
        row_number = 0
        for line in lines:
            if not _below(line.get("s") or line.get("style") or "0", max(self.formats, 1)):
                yield f"{part}: a row or column has a format out of range"
            if _local(line) == "row":
                row = int(line.get("r") or row_number + 1)
                if row <= row_number:
                    yield f"{part}: row {row} behind row {row_number}"
                row_number, last = row, 0
                for cell in _named(line, "c"):
                    at = _place(cell.get("r")) if cell.get("r") else (row, last + 1)
                    if at[0] != row or at[1] <= last:
                        yield f"{part}: {cell.get('r')} in row {row} behind column {last}"
                    last = at[1]
                    if not _below(cell.get("s") or "0", max(self.formats, 1)):
                        yield f"{part}: {cell.get('r')} has format {cell.get('s')} of {self.formats}"
        for rule in root.iter("{*}cfRule"):
            if rule.get("dxfId") and not _below(rule.get("dxfId"), self.dxfs):
                yield f"{part}: a conditional format has dxfId {rule.get('dxfId')}"


def _below(text: str, number: int) -> bool:
    return text.isdigit() and int(text) < number


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _named(node: etree._Element | tuple[()], name: str) -> list[etree._Element]:
    return [one for one in node if _local(one) == name]


def _one(node: etree._Element | tuple[()], name: str) -> etree._Element | tuple[()]:
    return next(iter(_named(node, name)), ())


def _id(node: etree._Element | tuple[()]) -> str:
    attributes = getattr(node, "attrib", {})
    return next((value for key, value in attributes.items() if key.endswith("}id")), "")


def _place(ref: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"\$?([A-Z]+)\$?(\d+)", ref).groups()
    col = 0
    for letter in letters:
        col = col * 26 + ord(letter) - 64
    return int(digits), col


def _twice(what: str, values: Iterator[str]) -> Iterator[str]:
    return (f"{what} {value}: {number} times" for value, number in Counter(values).items() if number > 1)
