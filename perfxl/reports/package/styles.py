"""The styles part: formats of cells with another fill, and the formats of the list of problems.

Entries are only appended, and only if there is no equal one; existing entries keep their numbers and their text.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from perfxl.formats import Package
from perfxl.model import Finding
from perfxl.reports.package import markup
from perfxl.reports.package.workbook import WorkbookPart
from perfxl.workbook_styles import fill_colour

_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles")
_MOST_FORMATS = 65_000  # Excel opens no more than 65,490
#: the fills of marks, those of copies made before too: dark text stays readable on each, also on a grey print
_FILLS = {*map(fill_colour, ("error", "warning", "related", "waived")), "FFFFC7CE", "FFFFEB9C", "FFDDEBF7"}
#: a mark is told by more than its hue: errors have a thick edge, what goes with them a dashed one
_EDGE_OF = {"error": "medium", "related": "dashed"}
_EDGE_COLOUR = "FFC55A11"
_EDGES = ("left", "right", "top", "bottom")
#: the format of a cell, row or column, as it is written in a sheet
_STYLE = re.compile(r"""\s(?:s|style)\s*=\s*["']([^"'<>]*)["']""")
_STYLED = re.compile(r"""(<(?:[\w.-]+:)?(?:c|row|col)\s(?:[^<>]*?\s)?(?:s|style)\s*=\s*["'])([^"'<>]*)(?=["'])""")
_CONDITION = re.compile(r"""\sdxfId\s*=\s*["'](\d{1,6})["']""")
_MOST_CONDITIONS = 10_000
_Signature = tuple[str, tuple[tuple[str, str], ...], tuple["_Signature", ...]]


def fill_of(finding: Finding) -> str:
    """The fill of a finding in the list, ARGB."""
    return fill_colour("waived" if finding.waived else finding.severity)


def has_border(tone: str) -> bool:
    """Whether cells of that tone get an edge of their own."""
    return tone in _EDGE_OF


class ListLook(NamedTuple):
    """A format of the list of problems."""

    size: str = "10"
    bold: bool = False
    colour: str = "FF000000"
    underline: bool = False
    fill: str = ""
    border: bool = True
    horizontal: str = "left"
    indent: int = 0


class _Entries:
    """A list of the styles part; its first entry is the default, which must not be one of ours."""

    def __init__(self, root: etree._Element, name: str, *items: str) -> None:
        self._holder = markup.need(root, name, _ORDER[: _ORDER.index(name)])
        self._item = items[0]
        #: Excel draws the entries before this one in its own way, whatever they say
        self._first = len(items) if len(items) > 1 else 0
        self.nodes = list(markup.children(self._holder, self._item))
        _fill_defaults(self._holder, items, len(self.nodes))
        self.nodes = list(markup.children(self._holder, self._item))

    def make(self, **attributes: str) -> etree._Element:
        """A new entry, not yet placed."""
        return markup.make(self._holder, self._item, **attributes)

    @cached_property
    def _known(self) -> dict[_Signature, int]:
        numbered = list(enumerate(self.nodes))[self._first :]
        return {_signature(node): index for index, node in reversed(numbered)}

    def add(self, node: etree._Element) -> int:
        """The number of an entry; a new one is placed behind those present and before any ``extLst``."""
        number = self._known.setdefault(_signature(node), len(self.nodes))
        if number == len(self.nodes):
            self._holder.insert(self._holder.index(self.nodes[-1]) + 1, node)
            self.nodes.append(node)
            self._holder.set("count", str(len(self.nodes)))
        return number


class StylesPart:
    """``xl/styles.xml``, which is made if the workbook has none."""

    def __init__(self, package: Package, workbook: WorkbookPart) -> None:
        self._package = package
        found = [part for part in workbook.relationships.parts("styles") if package.part(part).strip()]
        self._part = found[0] if found else _new_part(package, workbook)
        self._root = markup.root_of(package, self._part)
        self._fonts = _Entries(self._root, "fonts", "font")
        self._fills = _Entries(self._root, "fills", "fill", "fill")
        self._borders = _Entries(self._root, "borders", "border")
        bases = _Entries(self._root, "cellStyleXfs", "xf")
        self._formats = _Entries(self._root, "cellXfs", "xf")
        _Entries(self._root, "cellStyles", "cellStyle")
        entries = {"fontId": self._fonts, "fillId": self._fills, "borderId": self._borders, "xfId": bases}
        for node in self._formats.nodes:
            for name, known in entries.items():
                if (given := node.get(name)) is not None and not _is_below(given, len(known.nodes)):
                    node.set(name, "0")
        self._own_formats = len(self._formats.nodes)
        self._made: dict[object, int] = {}

    def bear(self, part: str) -> None:
        """Let a sheet have no format that is not there: Excel calls such a workbook damaged.

        Other programs show the default, and so it is here: cells, rows and columns get it, formats of conditions are
        added without any looks.
        """
        data = self._package.part(part)
        codec = markup.codec_of(data)
        text, number = markup.decoded(part, data), self._own_formats
        if not all(_is_below(given, number) for given in set(_STYLE.findall(text))):
            changed = _STYLED.sub(lambda found: found[1] + (found[2] if _is_below(found[2], number) else "0"), text)
            self._package.write(part, changed.encode(codec))
        needed = max((int(given) + 1 for given in _CONDITION.findall(text)), default=0)
        present = len(markup.below(self._root, "dxfs", "dxf"))
        if present < needed <= _MOST_CONDITIONS:
            holder = markup.need(self._root, "dxfs", _ORDER)
            for _ in range(present, needed):
                markup.append(holder, "dxf")
            holder.set("count", str(needed))

    def marked(self, style: int, tone: str) -> int:
        """The number of a format like this one but for its fill and edge."""
        key = style, tone
        if key not in self._made:
            self._made[key] = style
            if len(self._formats.nodes) < _MOST_FORMATS:
                node = self._copy(style)
                node.set("fillId", self._fill(fill_colour(tone)))
                node.set("applyFill", "1")
                if has_border(tone):
                    node.set("borderId", self._border(_EDGE_OF[tone], _EDGE_COLOUR))
                    node.set("applyBorder", "1")
                self._made[key] = self._formats.add(node)
        return self._made[key]

    def unmarked(self, style: int, former: int) -> int:
        """The number of a format without our mark: with the fill and edge of the format that the cell had before."""
        if not self._is_mark(style):
            return style
        node = self._copy(style)
        before = self._formats.nodes[former].attrib if former < len(self._formats.nodes) else {}
        restored = {"fillId": "applyFill"}
        if self._has_our_edge(node.get("borderId", "")):
            restored["borderId"] = "applyBorder"
        for number, applied in restored.items():
            node.set(number, before.get(number, "0"))
            node.attrib.pop(applied, None)
            if applied in before:
                node.set(applied, before[applied])
        return self._formats.add(node)

    def look(self, look: ListLook) -> int:
        """The number of a format of the list."""
        if look not in self._made:
            # quotePrefix: a text that begins with "=" stays a text even if the cell is edited
            applied = ("quotePrefix", "applyFont", "applyFill", "applyBorder", "applyAlignment")
            fill, border = self._fill(look.fill) if look.fill else "0", self._border() if look.border else "0"
            node = self._formats.make(
                numFmtId="0", fontId=self._font(look), xfId="0", fillId=fill, borderId=border,
                **dict.fromkeys(applied, "1"),
            )  # fmt: skip
            indent = {"indent": str(look.indent)} if look.indent else {}
            markup.append(node, "alignment", horizontal=look.horizontal, vertical="center", wrapText="1", **indent)
            self._made[look] = self._formats.add(node)
        return self._made[look]

    def default_size(self) -> float:
        """The size in points of the default font, by which widths of columns are measured."""
        size = markup.child(self._fonts.nodes[0], "sz")
        try:
            return float(size.get("val")) if size is not None else 11.0
        except (TypeError, ValueError):
            return 11.0

    def save(self) -> None:
        """Write the part."""
        markup.save_root(self._package, self._part, self._root)

    def _copy(self, style: int) -> etree._Element:
        if style >= len(self._formats.nodes):
            return self._formats.make(numFmtId="0", fontId="0", borderId="0")
        node = copy.deepcopy(self._formats.nodes[style])
        node.tail = None
        return node

    def _is_mark(self, style: int) -> bool:
        number = self._formats.nodes[style].get("fillId", "") if style < len(self._formats.nodes) else ""
        known = number.isdigit() and int(number) < len(self._fills.nodes)
        pattern = markup.child(self._fills.nodes[int(number)], "patternFill") if known else None
        colour = markup.child(pattern, "fgColor")
        return colour is not None and colour.get("rgb", "").upper() in _FILLS

    def _has_our_edge(self, border: str) -> bool:
        known = border.isdigit() and int(border) < len(self._borders.nodes)
        colour = markup.child(markup.child(self._borders.nodes[int(border)], "left"), "color") if known else None
        return colour is not None and colour.get("rgb", "").upper() == _EDGE_COLOUR

    def _font(self, look: ListLook) -> str:
        node = self._fonts.make()
        for name in [name for name, wanted in (("b", look.bold), ("u", look.underline)) if wanted]:
            markup.append(node, name)
        markup.append(node, "sz", val=look.size)
        markup.append(node, "color", rgb=look.colour)
        markup.append(node, "name", val="微软雅黑")
        markup.append(node, "charset", val="134")
        return str(self._fonts.add(node))

    def _fill(self, colour: str) -> str:
        node = self._fills.make()
        pattern = markup.append(node, "patternFill", patternType="solid")
        markup.append(pattern, "fgColor", rgb=colour)
        markup.append(pattern, "bgColor", indexed="64")
        return str(self._fills.add(node))

    def _border(self, style: str = "thin", colour: str = "FFBFBFBF") -> str:
        node = self._borders.make()
        for edge in _EDGES:
            markup.append(markup.append(node, edge, style=style), "color", rgb=colour)
        markup.append(node, "diagonal")
        return str(self._borders.add(node))


def _is_below(text: str, number: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9 and int(text) < number


def _new_part(package: Package, workbook: WorkbookPart) -> str:
    part = f"{workbook.folder}/styles.xml".lstrip("/")
    if part in package:  # it is there, but not related to the workbook
        part = package.free(f"{workbook.folder}/styles{{}}.xml".lstrip("/"))
    root = etree.Element(f"{{{workbook.namespace}}}styleSheet", nsmap={None: workbook.namespace})
    markup.save_root(package, part, root)
    workbook.relationships.add("styles", part, workbook.namespace, _STYLES)
    return part


def _fill_defaults(holder: etree._Element, items: Sequence[str], present: int) -> None:
    """Add what is missing of the entries that Excel requires first.

    They are a font, no fill and "gray125", no border, the style "Normal".
    """
    for index, item in list(enumerate(items))[present:]:
        node = markup.append(holder, item)
        if item == "font":
            markup.append(node, "sz", val="11")
            markup.append(node, "name", val="宋体")
        elif item == "fill":
            markup.append(node, "patternFill", patternType=("none", "gray125")[index])
        elif item == "border":
            for edge in (*_EDGES, "diagonal"):
                markup.append(node, edge)
        elif item == "cellStyle":
            node.attrib.update({"name": "Normal", "xfId": "0", "builtinId": "0"})
        else:
            for attribute in ("numFmtId", "fontId", "fillId", "borderId"):
                node.set(attribute, "0")
        holder.set("count", str(index + 1))


def _signature(node: etree._Element) -> _Signature:
    """The contents of an entry: equal entries have equal signatures."""
    attributes = sorted((str(name), str(value)) for name, value in node.attrib.items())
    return markup.local(node), tuple(attributes), tuple(map(_signature, node))
