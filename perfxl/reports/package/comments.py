"""The notes of one sheet (what Excel called comments before it had threaded ones)."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from perfxl.formats.package import Package
from perfxl.model import column_letters
from perfxl.reports.package import markup
from perfxl.reports.package.opc import Relationships, declare_part, relationship_base, root_of, save_root
from perfxl.reports.package.sheets import Area, Sheet, parse_area
from perfxl.reports.package.text import LIMIT, clean, cut, size, units, wrapped
from perfxl.reports.package.vml import Drawing, Size

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_AUTHOR = "perfxl"
_STUB = "tc="  # the author of the note that stands in for a threaded comment in old programs

_FONT_UNIT, _LINE, _MARGIN = 6, 16, 14  # pixels at 9 point
_NARROWEST, _WIDEST, _HIGHEST = 160, 380, 700


class Run(NamedTuple):
    """A piece of a note's text."""

    text: str
    bold: bool = False


class Notes:
    """The texts in the comments part and the boxes in the drawing part, both made when first needed."""

    def __init__(self, package: Package, sheet: Sheet) -> None:
        self._package, self._sheet = package, sheet
        self._namespace = markup.namespace(sheet.root)
        self._base = relationship_base(self._namespace)
        self._relationships = Relationships(package, sheet.part)
        self._part = self._linked("comments")
        self._root = root_of(package, self._part) if self._part else self._new_root()
        self._list = self._holder("commentList")
        self._present = {node.get("ref", ""): node for node in markup.children(self._list, "comment")}
        self._author = self._author_number()
        self._threads = self._threaded()
        drawing = self._relationships.target(sheet.legacy_drawing())
        self._drawing_is_new = not drawing
        self._drawing = Drawing(package, sheet, drawing)
        self._changed = False

    def add(self, area: Area, runs: Sequence[Run], tail: str) -> None:
        """A note at a cell, or more text in the note it has; too long a text ends in the tail.

        A cell under discussion (a threaded comment) is left alone: Excel would show one or the other.
        """
        ref = f"{column_letters(area.left)}{area.top}"
        if ref in self._threads:
            return
        text = self._text_of(ref)
        old = _plain(text)
        gap = [Run("\n" if old.endswith("\n") else "\n\n")] if old else []
        for run in _fitted([*gap, *runs], LIMIT - size(old), tail):
            _append_run(text, run)
        self._drawing.show(area, _box(_plain(text)))
        self._changed = True

    def refs(self) -> list[str]:
        """The cells that have a note."""
        return list(self._present)

    def text(self, ref: str) -> str:
        """The text of a cell's note, ``""`` if it has none."""
        comment = self._present.get(ref)
        text = None if comment is None else markup.child(comment, "text")
        return "" if text is None else _plain(text)

    def keep(self, ref: str, kept: Collection[slice]) -> None:
        """Leave these stretches of a note, each with its format; a note of which nothing is left goes with its box."""
        comment = self._present[ref]
        text = markup.child(comment, "text")
        if text is not None:
            _cut_runs(text, kept)
        if not self.text(ref).strip():
            self._list.remove(self._present.pop(ref))
            area = parse_area(ref)
            if area is not None:
                self._drawing.hide(area.top, area.left)
        self._changed = True

    def save(self) -> None:
        """Write both parts, if there are new notes, and tie them to the sheet."""
        if not self._changed:
            return
        if not self._part:
            folder = posixpath.dirname(posixpath.dirname(self._sheet.part))
            self._part = self._package.free(posixpath.join(folder, "comments{}.xml"))
            declare_part(self._package, self._part, _COMMENTS)
            self._relationships.add(self._base, "comments", self._part)
        save_root(self._package, self._part, self._root)
        self._drawing.save()
        if self._drawing_is_new:
            identifier = self._relationships.add(self._base, "vmlDrawing", self._drawing.part)
            self._sheet.set_legacy_drawing(self._base, identifier)

    def _linked(self, kind: str) -> str:
        found = [one.target for one in self._relationships.of_kind(kind) if one.target in self._package]
        return found[0] if found else ""

    def _new_root(self) -> etree._Element:
        return etree.Element(f"{{{self._namespace}}}comments", nsmap={None: self._namespace})

    def _holder(self, name: str) -> etree._Element:
        found = markup.child(self._root, name)
        if found is None:
            found = markup.make(self._root, name)
            markup.insert_after(self._root, found, ("authors",))
        return found

    def _author_number(self) -> str:
        authors = self._holder("authors")
        names = [node.text or "" for node in markup.children(authors, "author")]
        self._stubs = {str(index) for index, name in enumerate(names) if name.startswith(_STUB)}
        if _AUTHOR not in names:
            markup.append(authors, "author", _AUTHOR)
            names.append(_AUTHOR)
        return str(names.index(_AUTHOR))

    def _threaded(self) -> set[str]:
        """The cells with a threaded comment."""
        refs = {ref for ref, node in self._present.items() if node.get("authorId") in self._stubs}
        for one in self._relationships.of_kind("threadedComment"):
            if one.target in self._package:
                refs.update(node.get("ref", "") for node in root_of(self._package, one.target))
        return refs

    def _text_of(self, ref: str) -> etree._Element:
        comment = self._present.get(ref)
        if comment is None:
            comment = markup.append(self._list, "comment", ref=ref, authorId=self._author)
            self._present[ref] = comment
        text = markup.child(comment, "text")
        if text is None:
            text = markup.make(comment, "text")
            comment.insert(0, text)
        _as_runs(text)
        return text


def _as_runs(text: etree._Element) -> None:
    """Plain text becomes a run, so that runs can follow it."""
    for plain in list(markup.children(text, "t")):
        run = markup.make(text, "r")
        text.replace(plain, run)
        run.append(plain)


def _append_run(text: etree._Element, run: Run) -> None:
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
    """The ``t`` elements of a note, in its runs and outside of them."""
    for node in text:
        piece = node if markup.local(node) == "t" else markup.child(node, "t") if markup.local(node) == "r" else None
        if piece is not None:
            yield piece


def _plain(text: etree._Element) -> str:
    return "".join(node.text or "" for node in _pieces(text))


def _cut_runs(text: etree._Element, kept: Collection[slice]) -> None:
    """Leave only some stretches of a note's text, and no run that has none of it."""
    start = 0
    for piece in list(_pieces(text)):
        whole = piece.text or ""
        spans = [(max(part.start - start, 0), max(part.stop - start, 0)) for part in kept]
        piece.text = "".join(whole[begin:end] for begin, end in spans)
        start += len(whole)
        if not piece.text:
            text.remove(next(node for node in text if node is piece or piece in node))


def _fitted(runs: Sequence[Run], room: int, tail: str) -> list[Run]:
    """The runs, cleaned; where they do not all fit, as much as does and the tail."""
    cleaned = [Run(clean(run.text), run.bold) for run in runs]
    if sum(size(run.text) for run in cleaned) <= room:
        return cleaned
    room -= size(tail)
    kept = []
    for run in cleaned:
        if room <= 0:
            break
        kept.append(Run(cut(run.text, room, ""), run.bold))
        room -= size(run.text)
    return [*kept, Run(tail)] if kept else []


def _box(text: str) -> Size:
    longest = max(map(units, text.split("\n"))) * _FONT_UNIT + 2 * _MARGIN
    width = min(max(longest, _NARROWEST), _WIDEST)
    lines = wrapped(text, (width - _MARGIN) / _FONT_UNIT)
    return Size(width, min(lines * _LINE + _MARGIN, _HIGHEST))
