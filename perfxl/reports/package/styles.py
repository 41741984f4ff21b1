"""The styles part: formats of cells with another fill, and the formats of the list of problems.

Entries are only appended, and only if there is no equal one; existing entries keep their numbers and their text.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree

from perfxl.formats.package import Package
from perfxl.model import Finding, Severity
from perfxl.reports.package import markup
from perfxl.reports.package.markup import declare_part, root_of, save_root
from perfxl.reports.package.workbook import WorkbookPart
from perfxl.workbook_styles import fill_colour

_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles")
_MOST_FORMATS = 65_000  # Excel opens no more than 65,490

#: light red, light amber, light blue: dark text stays readable, also on a grey print
FILLS = {severity: fill_colour(severity) for severity in Severity}
WAIVED_FILL = fill_colour("waived")
_EDGES = ("left", "right", "top", "bottom")
_Signature = tuple[str, tuple[tuple[str, str], ...], tuple["_Signature", ...]]


def fill_of(finding: Finding) -> str:
    """The fill of the cells of a finding, ARGB."""
    return WAIVED_FILL if finding.waived else FILLS[finding.severity]


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


class StylesPart:
    """``xl/styles.xml``, which is made if the workbook has none."""

    def __init__(self, package: Package, workbook: WorkbookPart) -> None:
        self._package = package
        found = [one.target for one in workbook.relationships.of_kind("styles") if one.target in package]
        self._part = found[0] if found else _new_part(package, workbook)
        self._root = root_of(package, self._part)
        # the first entry of a list is the default: it must not be one of ours
        self._fonts = self._list("fonts", "font")
        self._fills = self._list("fills", "fill", "fill")
        self._borders = self._list("borders", "border")
        self._list("cellStyleXfs", "xf")
        self._formats = self._list("cellXfs", "xf")
        self._list("cellStyles", "cellStyle")
        self._nodes = list(markup.children(self._formats, "xf"))
        self._known: dict[etree._Element, dict[_Signature, int]] = {}
        self._fill_ids: dict[str, str] = {}
        self._marked: dict[tuple[int, str], int] = {}
        self._looks: dict[ListLook, int] = {}
        self._changed = False

    def marked(self, style: int, fill: str) -> int:
        """The number of a format like this one but for its fill."""
        key = style, fill
        if key not in self._marked:
            self._marked[key] = self._mark(style, fill)
        return self._marked[key]

    def unmarked(self, style: int, former: int) -> int:
        """The number of a format without our mark: with the fill of the format that the cell had before."""
        if not self._is_mark(style):
            return style
        node = copy.deepcopy(self._nodes[style])
        node.tail = None
        before = self._nodes[former].attrib if former < len(self._nodes) else {}
        node.set("fillId", before.get("fillId", "0"))
        node.attrib.pop("applyFill", None)
        if "applyFill" in before:
            node.set("applyFill", before["applyFill"])
        self._changed = True
        return self._add_format(node)

    def look(self, look: ListLook) -> int:
        """The number of a format of the list."""
        if look not in self._looks:
            node = markup.make(self._formats, "xf", numFmtId="0", fontId=self._font(look), xfId="0")
            node.set("fillId", self._fill(look.fill) if look.fill else "0")
            node.set("borderId", self._border() if look.border else "0")
            # quotePrefix: a text that begins with "=" stays a text even if the cell is edited
            for attribute in ("quotePrefix", "applyFont", "applyFill", "applyBorder", "applyAlignment"):
                node.set(attribute, "1")
            alignment = markup.append(node, "alignment", horizontal=look.horizontal, vertical="center")
            alignment.set("wrapText", "1")
            if look.indent:
                alignment.set("indent", str(look.indent))
            self._looks[look] = self._add_format(node)
        return self._looks[look]

    def default_size(self) -> float:
        """The size in points of the default font, by which widths of columns are measured."""
        font = markup.child(self._fonts, "font")
        size = markup.child(font, "sz")
        try:
            return float(size.get("val")) if size is not None else 11.0
        except (TypeError, ValueError):
            return 11.0

    def save(self) -> None:
        """Write the part if it was changed."""
        if self._marked or self._looks or self._changed:
            save_root(self._package, self._part, self._root)

    def _mark(self, style: int, fill: str) -> int:
        if len(self._nodes) >= _MOST_FORMATS:
            return style
        if style < len(self._nodes):
            node = copy.deepcopy(self._nodes[style])
            node.tail = None
        else:
            node = markup.make(self._formats, "xf", numFmtId="0", fontId="0", borderId="0")
        node.set("fillId", self._fill(fill))
        node.set("applyFill", "1")
        return self._add_format(node)

    def _is_mark(self, style: int) -> bool:
        """Whether a format has the fill of a severity."""
        number = self._nodes[style].get("fillId", "") if style < len(self._nodes) else ""
        fills = list(markup.children(self._fills, "fill"))
        pattern = (
            markup.child(fills[int(number)], "patternFill") if number.isdigit() and int(number) < len(fills) else None
        )
        colour = markup.child(pattern, "fgColor")
        return colour is not None and colour.get("rgb", "").upper() in FILLS.values()

    def _add_format(self, node: etree._Element) -> int:
        return int(self._add(self._formats, node, self._nodes))

    def _add(self, holder: etree._Element, node: etree._Element, present: list[etree._Element]) -> str:
        """The number of an entry; a new one is placed behind those present and before any ``extLst``."""
        if holder not in self._known:
            self._known[holder] = {_signature(other): index for index, other in reversed(list(enumerate(present)))}
        known = self._known[holder]
        number = known.setdefault(_signature(node), len(present))
        if number == len(present):
            holder.insert(holder.index(present[-1]) + 1, node)
            present.append(node)
            holder.set("count", str(len(present)))
        return str(number)

    def _font(self, look: ListLook) -> str:
        node = markup.make(self._fonts, "font")
        for name in [name for name, wanted in (("b", look.bold), ("u", look.underline)) if wanted]:
            markup.append(node, name)
        markup.append(node, "sz", val=look.size)
        markup.append(node, "color", rgb=look.colour)
        markup.append(node, "name", val="微软雅黑")
        markup.append(node, "charset", val="134")
        return self._add(self._fonts, node, list(markup.children(self._fonts, "font")))

    def _fill(self, colour: str) -> str:
        if colour not in self._fill_ids:
            node = markup.make(self._fills, "fill")
            pattern = markup.append(node, "patternFill", patternType="solid")
            markup.append(pattern, "fgColor", rgb=colour)
            markup.append(pattern, "bgColor", indexed="64")
            self._fill_ids[colour] = self._add(self._fills, node, list(markup.children(self._fills, "fill")))
        return self._fill_ids[colour]

    def _border(self) -> str:
        node = markup.make(self._borders, "border")
        for edge in _EDGES:
            markup.append(markup.append(node, edge, style="thin"), "color", rgb="FFBFBFBF")
        markup.append(node, "diagonal")
        return self._add(self._borders, node, list(markup.children(self._borders, "border")))

    def _list(self, name: str, item: str, *more: str) -> etree._Element:
        """The list of that name; a missing or empty one gets its default entries."""
        holder = markup.child(self._root, name)
        if holder is None:
            holder = markup.make(self._root, name)
            markup.insert_after(self._root, holder, _ORDER[: _ORDER.index(name)])
        if markup.child(holder, item) is None:
            _fill_defaults(holder, (item, *more))
        return holder


def _new_part(package: Package, workbook: WorkbookPart) -> str:
    folder = workbook.part.rpartition("/")[0]
    part = f"{folder}/styles.xml".lstrip("/")
    if part in package:  # it is there, but not related to the workbook
        part = package.free(f"{folder}/styles{{}}.xml".lstrip("/"))
    root = etree.Element(f"{{{workbook.namespace}}}styleSheet", nsmap={None: workbook.namespace})
    save_root(package, part, root)
    declare_part(package, part, _STYLES)
    workbook.relationships.add(workbook.base, "styles", part)
    return part


def _fill_defaults(holder: etree._Element, items: Sequence[str]) -> None:
    """Add the entries that Excel requires first: a font, no fill and "gray125", no border, the style "Normal"."""
    for index, item in enumerate(items):
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
    holder.set("count", str(len(items)))


def _signature(node: etree._Element) -> _Signature:
    """The contents of an entry: equal entries have equal signatures."""
    attributes = sorted((str(name), str(value)) for name, value in node.attrib.items())
    return markup.local(node), tuple(attributes), tuple(map(_signature, node))
