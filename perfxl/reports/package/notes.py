"""The notes of a sheet (comments, before Excel had threaded ones): their texts, and the boxes in the VML drawing.

The VML of Excel is not always well-formed XML (``<br>`` in the text of a form control), so it is edited as text: what
is there keeps its bytes, boxes are added before the end.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from perfxl.formats import Package
from perfxl.model import column_letters
from perfxl.reports.package import markup
from perfxl.reports.package.links import ContentTypes, Relationships
from perfxl.reports.package.markup import LIMIT, size, units, wrapped
from perfxl.reports.package.workbook import CellRange, SheetPart, parse_area

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_AUTHOR = "perfxl"
#: how the author of a note begins that shows a threaded comment in old programs
_STUB = "tc="

#: pixels of a Latin letter and of a line at 9 point, and of the margin of a box
_FONT_UNIT, _LINE, _MARGIN = 6, 16, 14
#: pixels of a box
_NARROWEST, _WIDEST, _HIGHEST = 160, 380, 700
#: pixels between a cell and its box, to the right and upwards
_GAP, _LIFT = 15, 7
#: rows or columns that a box crosses at most; if there are more, they are hidden
_FARTHEST = 500
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NAMESPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
#: boxes are not nested; without this condition a start without an end would cost a search through the whole part
_SHAPE = re.compile(r"<((?:\w+:)?)shape\s(?:(?!<\1shape\s).)*?</\1shape\s*>", re.DOTALL)
_IDMAP = re.compile(r'<\w+:idmap\s[^>]*?\bdata="([\d,]*)"')
_ANCHOR = re.compile(r"<(?:\w+:)?Anchor>([^<]*)<")
_ROW = re.compile(r"<(?:\w+:)?Row>\s*(\d+)\s*<")
_COLUMN = re.compile(r"<(?:\w+:)?Column>\s*(\d+)\s*<")
_SHAPE_ID = re.compile(r"_x0000_s(\d+)")
_END = re.compile(r"</(?:\w+:)?xml\s*>\s*\Z")
_IDS_PER_BLOCK = 1024

_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"{ns}>'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>\n'
)
_BOX = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style=\'position:absolute;margin-left:60pt;'
    "margin-top:2pt;width:{width}pt;height:{height}pt;z-index:{order};visibility:hidden' "
    'fillcolor="#ffffe1" o:insetmode="auto"{ns}><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>"
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{col}</x:Column></x:ClientData></v:shape>\n"
)


class TextRun(NamedTuple):
    """A piece of the text of a note."""

    text: str
    bold: bool = False


#: width and height of a box in pixels
_Size = tuple[int, int]


class SheetNotes:
    """The notes of one sheet: texts in its comments part, boxes in its drawing part; both are made when needed."""

    def __init__(self, package: Package, sheet: SheetPart) -> None:
        self._package, self._sheet = package, sheet
        self._namespace = markup.namespace(sheet.root)
        self._relationships = Relationships(package, sheet.part)
        self._part = next(iter(self._relationships.parts("comments")), "")
        if self._part:
            self._root = markup.root_of(package, self._part)
        else:
            self._root = etree.Element(f"{{{self._namespace}}}comments", nsmap={None: self._namespace})
        self._list = markup.need(self._root, "commentList", ("authors",))
        self._present = {node.get("ref", ""): node for node in markup.children(self._list, "comment")}
        authors = markup.need(self._root, "authors")
        self._authors = [node.text or "" for node in markup.children(authors, "author")]
        self._threads = self._threaded()
        if _AUTHOR not in self._authors:
            markup.append(authors, "author", _AUTHOR)
            self._authors.append(_AUTHOR)
        drawing = self._relationships.target(sheet.legacy_drawing())
        self._drawing_is_new = not drawing
        self._drawing = NoteBoxes(package, sheet, drawing)
        self._changed = False

    def add(self, area: CellRange, runs: Sequence[TextRun], tail: str) -> None:
        """Add a note to a cell, or text to the note that it has; too long a text ends in the tail.

        A cell with a threaded comment is left alone: Excel would show only one of both.
        """
        ref = f"{column_letters(area.left)}{area.top}"
        if ref in self._threads:
            return
        text = self._text_of(ref)
        old = _plain(text)
        gap = [TextRun("\n" if old.endswith("\n") else "\n\n")] if old else []
        for run in _fitted([*gap, *runs], LIMIT - size(old), tail):
            _append_run(text, run)
        self._drawing.show(area, _box(_plain(text)))
        self._changed = True

    def texts(self) -> dict[str, str]:
        """The text of the note of each cell that has one."""
        notes = {ref: markup.child(comment, "text") for ref, comment in self._present.items()}
        return {ref: "" if text is None else _plain(text) for ref, text in notes.items()}

    def keep(self, ref: str, kept: Collection[slice]) -> None:
        """Keep these slices of a note with their formats; a note without text is removed with its box."""
        text = markup.need(self._present[ref], "text")
        _cut_runs(text, kept)
        if not _plain(text).strip():
            self._list.remove(self._present.pop(ref))
            if area := parse_area(ref):
                self._drawing.hide(area.top, area.left)
        self._changed = True

    def save(self) -> None:
        """Write both parts if they were changed, and link them to the sheet."""
        if not self._changed:
            return
        if not self._part:
            self._part = self._package.free(posixpath.join(_folder_of(self._sheet), "comments{}.xml"))
            self._relationships.add("comments", self._part, self._namespace, _COMMENTS)
        markup.save_root(self._package, self._part, self._root)
        for ref, text in self.texts().items():
            if (area := parse_area(ref)) and not self._drawing.has(area):
                self._drawing.show(area, _box(text))
        self._drawing.save()
        if self._drawing_is_new:
            identifier = self._relationships.add("vmlDrawing", self._drawing.part, self._namespace, _VML)
            self._sheet.set_legacy_drawing(identifier)

    def _threaded(self) -> set[str]:
        stubs = {str(index) for index, name in enumerate(self._authors) if name.startswith(_STUB)}
        refs = {ref for ref, node in self._present.items() if node.get("authorId") in stubs}
        for part in self._relationships.parts("threadedComment"):
            refs.update(node.get("ref", "") for node in markup.root_of(self._package, part))
        return refs

    def _text_of(self, ref: str) -> etree._Element:
        """The text of the note of a cell as runs; a missing note is made."""
        comment = self._present.get(ref)
        if comment is None:
            author = str(self._authors.index(_AUTHOR))
            comment = self._present[ref] = markup.append(self._list, "comment", ref=ref, authorId=author)
        text = markup.need(comment, "text")
        for plain in list(markup.children(text, "t")):
            run = markup.make(text, "r")
            text.replace(plain, run)
            run.append(plain)
        return text


def _folder_of(sheet: SheetPart) -> str:
    """The folder above that of the sheet, which is usually that of the workbook."""
    return posixpath.dirname(posixpath.dirname(sheet.part))


def _append_run(text: etree._Element, run: TextRun) -> None:
    node = markup.make(text, "r")
    properties = markup.append(node, "rPr")
    if run.bold:
        markup.append(properties, "b")
    markup.append(properties, "sz", val="9")
    markup.append(properties, "color", indexed="81")
    markup.append(properties, "rFont", val="宋体")
    markup.append(properties, "charset", val="134")
    markup.append(node, "t", run.text)
    markup.insert_after(text, node, ("t", "r"))


def _pieces(text: etree._Element) -> Iterator[etree._Element]:
    """The ``t`` elements of a note, inside and outside of its runs."""
    for node in text:
        piece = node if markup.local(node) == "t" else markup.child(node, "t") if markup.local(node) == "r" else None
        if piece is not None:
            yield piece


def _plain(text: etree._Element) -> str:
    return "".join(node.text or "" for node in _pieces(text))


def _cut_runs(text: etree._Element, kept: Collection[slice]) -> None:
    """Keep only some slices of the text of a note, and no run without text."""
    start = 0
    for piece in list(_pieces(text)):
        whole = piece.text or ""
        spans = [(max(part.start - start, 0), max(part.stop - start, 0)) for part in kept]
        piece.text = "".join(whole[begin:end] for begin, end in spans)
        start += len(whole)
        if not piece.text:
            text.remove(next(node for node in text if node is piece or piece in node))


def _fitted(runs: Sequence[TextRun], room: int, tail: str) -> list[TextRun]:
    """The cleaned runs; if they are too long, as much as fits and the tail."""
    cleaned = [run._replace(text=markup.clean(run.text)) for run in runs]
    if sum(size(run.text) for run in cleaned) <= room:
        return cleaned
    room -= size(tail)
    kept = []
    for run in cleaned:
        if room > 0:
            kept.append(run._replace(text=markup.cut(run.text, room, "")))
            room -= size(run.text)
    return [*kept, TextRun(tail)] if kept else []


def _box(text: str) -> _Size:
    longest = max(map(units, text.split("\n"))) * _FONT_UNIT + 2 * _MARGIN
    width = min(max(longest, _NARROWEST), _WIDEST)
    lines = wrapped(text, (width - _MARGIN) / _FONT_UNIT)
    return width, min(lines * _LINE + _MARGIN, _HIGHEST)


class NoteBoxes:
    """The boxes of the notes of one sheet."""

    def __init__(self, package: Package, sheet: SheetPart, part: str) -> None:
        self._package, self._sheet = package, sheet
        self.part = part or package.free(posixpath.join(_folder_of(sheet), "drawings/vmlDrawing{}.vml"))
        if part:
            # all that is added is ASCII
            self._codec = markup.codec_of(package.part(part))
            self._text = package.part(part).decode(self._codec)
            ids = [int(number) for number in _SHAPE_ID.findall(self._text)]
        else:
            block, self._codec = _free_block(package), "latin-1"
            self._text, ids = _empty(block), [block * _IDS_PER_BLOCK]
        self._next_id = max(ids or [_free_block(package) * _IDS_PER_BLOCK]) + 1
        head = self._text.partition(">")[0]
        missing = [name for name in _NAMESPACES if f"xmlns:{name}=" not in head]
        self._ns = "".join(f' xmlns:{name}="{_NAMESPACES[name]}"' for name in missing)
        self._new: list[str] = []
        self._shown: set[tuple[int, int]] = set()
        notes = (found[0] for found in _SHAPE.finditer(self._text) if 'ObjectType="Note"' in found[0])
        self._boxes = {_cell_of(note): note for note in notes}

    def show(self, area: CellRange, size: _Size) -> None:
        """Add a box of that size beside a cell; if the cell has one, change its size."""
        row, col = area.top - 1, area.left - 1
        present = self._boxes.get((row, col))
        if present is not None:
            self._resize(present, area, size)
            return
        self._shown.add((row, col))
        width, height = (pixels * 0.75 for pixels in size)
        self._new.append(_BOX.format(
            id=self._next_id, anchor=self._beside(area, size), row=row, col=col, ns=self._ns, width=width,
            height=height, order=len(self._new) + 1,
        ))  # fmt: skip
        self._next_id += 1

    def has(self, area: CellRange) -> bool:
        """Whether the first cell has a box, or will have."""
        return (area.top - 1, area.left - 1) in self._boxes.keys() | self._shown

    def hide(self, row: int, col: int) -> None:
        """Remove the box of a cell; row and column count from 1."""
        box = self._boxes.pop((row - 1, col - 1), "")
        line = f"{box}\n"
        self._text = self._text.replace(line if line in self._text else box, "", 1)

    def save(self) -> None:
        """Write the part."""
        end = _END.search(self._text)
        if end is None:
            raise markup.damaged(self.part)
        has_type = 'id="_x0000_t202"' in self._text or not self._new
        added = ("" if has_type else _SHAPE_TYPE.format(ns=self._ns)) + "".join(self._new)
        text = self._text[: end.start()] + added + self._text[end.start() :]
        self._package.write(self.part, text.encode(self._codec))
        ContentTypes(self._package).declare(self.part, _VML)

    def _beside(self, area: CellRange, size: _Size) -> str:
        left, offset = self._side(area, size[0])
        above = max(area.top - 2, 0)
        return self._anchor(size, left, offset, above, max(self._sheet.height(above + 1) - _LIFT, 0))

    def _side(self, area: CellRange, width: int) -> tuple[int, int]:
        """Column and pixels of the left edge: right of the cell, or left of it at the end of the sheet."""
        end, _ = _walk(area.right, _GAP + width, self._sheet.width)
        if end < min(area.right + _FARTHEST, 16_383):
            return area.right, _GAP
        start, room = area.left - 1, width + _GAP
        while start > 0 and room > 0:
            room -= self._sheet.width(start)
            start -= 1
        return start, 0

    def _anchor(self, size: _Size, left: int, dx: int, top: int, dy: int) -> str:
        ends = (*_walk(left, dx + size[0], self._sheet.width), *_walk(top, dy + size[1], self._sheet.height))
        return ", ".join(map(str, (left, dx, top, dy, *ends)))

    def _resize(self, box: str, area: CellRange, size: _Size) -> None:
        found = _ANCHOR.search(box)
        numbers = [int(number) for number in re.findall(r"\d+", found[1])] if found else []
        if found and len(numbers) == 8:
            changed = box[: found.start(1)] + self._anchor(size, *numbers[:4]) + box[found.end(1) :]
        else:
            changed = re.sub(
                r"<((?:\w+:)?)Row>", rf"<\1Anchor>{self._beside(area, size)}</\1Anchor>\g<0>", box, count=1
            )
        for name, pixels in zip(("width", "height"), size, strict=True):
            changed = re.sub(rf"(?<=[;'\"\s]){name}:[^;'\"]*", f"{name}:{pixels * 0.75}pt", changed, count=1)
        self._text = self._text.replace(box, changed, 1)


def _walk(start: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The row or column, from 0, that is so many pixels behind the start, and the pixels into it."""
    index, last = start, start + _FARTHEST
    while index < last and pixels > size(index + 1):
        index += 1
        pixels -= size(index)
    return index, min(pixels, size(index + 1))


def _cell_of(shape: str) -> tuple[int, int]:
    row, col = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]), int(col[1])) if row and col else (-1, -1)


def _free_block(package: Package) -> int:
    """The number of the first block of 1024 shape ids that no drawing of the workbook uses."""
    used = {0}
    for part in package.names:
        text = package.part(part).decode("latin-1") if part.lower().endswith(".vml") else ""
        used.update(int(number) for data in _IDMAP.findall(text) for number in data.split(",") if number)
        used.update(int(number) // _IDS_PER_BLOCK for number in _SHAPE_ID.findall(text))
    return max(used) + 1


def _empty(block: int) -> str:
    names = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _NAMESPACES.items())
    return (
        f'<xml {names}>\n<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>\n'
        f"{_SHAPE_TYPE.format(ns='')}</xml>"
    )
