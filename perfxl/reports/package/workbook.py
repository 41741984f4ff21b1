"""The workbook part: which part each sheet is, and how a sheet comes to stand in front of the others."""

from __future__ import annotations

import re

from perfxl.formats.package import Package
from perfxl.model import Text
from perfxl.reports.package import markup
from perfxl.reports.package.opc import (
    CannotAnnotate,
    Relationships,
    damaged,
    declare_part,
    relationship_base,
    remove_part,
    root_of,
    save_root,
)

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BEFORE_NAMES = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"),
    *("functionGroups", "externalReferences"),
)
_SELECTED = re.compile(r"""(<(?:[\w.-]+:)?sheetView\s[^<>]*?\btabSelected\s*=\s*["'])(?:1|true)(?=["'])""")
_LONGEST_NAME = 31
#: the kinds of parts that belong to one sheet and to no other
_OF_A_SHEET = ("comments", "drawing", "printerSettings", "table", "threadedComment", "vmlDrawing")


class Workbook:
    """``xl/workbook.xml`` under whatever name: its sheets in order, its names, its views."""

    def __init__(self, package: Package) -> None:
        self._package = package
        start = Relationships(package, "").of_kind("officeDocument")
        if not start:
            raise damaged("_rels/.rels")
        self.part = start[0].target
        if not self.part.lower().endswith(".xml"):
            raise CannotAnnotate(_NOT_XML)
        self._root = root_of(package, self.part)
        sheets = markup.child(self._root, "sheets")
        if markup.local(self._root) != "workbook" or sheets is None:
            raise CannotAnnotate(_NOT_A_WORKBOOK)
        self._sheets = sheets
        self.namespace = markup.namespace(self._root)
        self.base = relationship_base(self.namespace)
        self.relationships = Relationships(package, self.part)
        #: the part of each sheet, ``''`` where it is missing
        self.parts = {
            node.get("name", ""): self.relationships.target(markup.relationship_id(node))
            for node in markup.children(sheets, "sheet")
        }

    def free_name(self, wanted: str) -> str:
        """The wanted sheet name, with a number behind it if a sheet has it already."""
        taken = {name.casefold() for name in self.parts}
        name, number = wanted, 2
        while name.casefold() in taken:
            suffix = f" ({number})"
            name, number = wanted[: _LONGEST_NAME - len(suffix)] + suffix, number + 1
        return name

    def remove(self, name: str) -> None:
        """Take a sheet out, with what belongs to it alone."""
        nodes = list(markup.children(self._sheets, "sheet"))
        place = next(index for index, node in enumerate(nodes) if node.get("name") == name)
        part = self.parts.pop(name)
        self._sheets.remove(nodes[place])
        self.relationships.remove(markup.relationship_id(nodes[place]))
        self._forget_names(place)
        save_root(self._package, self.part, self._root)
        if part:
            self._remove_part(part)

    def put_in_front(self, name: str, sheet: bytes, title_row: int | None) -> None:
        """Add a sheet before all others, select it alone, repeat one of its rows on each printed page."""
        part = self._package.free(f"{self.part.rpartition('/')[0]}/worksheets/sheet{{}}.xml".lstrip("/"))
        self._package.write(part, sheet)
        declare_part(self._package, part, _WORKSHEET)
        identifier = self.relationships.add(self.base, "worksheet", part)
        numbers = [_number(node.get("sheetId")) for node in markup.children(self._sheets, "sheet")]
        node = markup.make(self._sheets, "sheet", name=name, sheetId=str(max(numbers, default=0) + 1))
        node.set(f"{{{self.base}}}id", identifier)
        self._sheets.insert(0, node)
        self._shift_names()
        if title_row is not None:
            self._name_titles(name, title_row)
        self._show_first()
        save_root(self._package, self.part, self._root)
        for other in filter(None, self.parts.values()):
            _deselect(self._package, other)

    def _shift_names(self) -> None:
        """A name that belongs to one sheet counts the sheets before it: there is one more now."""
        names = markup.child(self._root, "definedNames")
        for node in names if names is not None else ():
            if markup.local(node) == "definedName" and node.get("localSheetId"):
                node.set("localSheetId", str(_number(node.get("localSheetId")) + 1))

    def _forget_names(self, place: int) -> None:
        """The names of a sheet that is gone go with it; those of the sheets behind it count one sheet less."""
        names = markup.child(self._root, "definedNames")
        if names is None:
            return
        for node in list(names):
            number = node.get("localSheetId") if markup.local(node) == "definedName" else None
            if number and _number(number) == place:
                names.remove(node)
            elif number and _number(number) > place:
                node.set("localSheetId", str(_number(number) - 1))
        if not len(names):
            self._root.remove(names)

    def _remove_part(self, part: str) -> None:
        if b"<f" in self._package.part(part):
            for one in self.relationships.of_kind("calcChain"):  # it names cells by their sheet; Excel makes it anew
                self.relationships.remove(one.id)
                remove_part(self._package, one.target)
        own = Relationships(self._package, part)
        for one in own.all():
            if one.kind in _OF_A_SHEET and one.target in self._package:
                remove_part(self._package, one.target)
        remove_part(self._package, own.file)
        remove_part(self._package, part)

    def _name_titles(self, sheet: str, row: int) -> None:
        names = markup.child(self._root, "definedNames")
        if names is None:
            names = markup.make(self._root, "definedNames")
            markup.insert_after(self._root, names, _BEFORE_NAMES)
        reference = f"{quoted(sheet)}!${row}:${row}"
        node = markup.make(names, "definedName", reference, name="_xlnm.Print_Titles", localSheetId="0")
        names.insert(0, node)

    def _show_first(self) -> None:
        views = markup.child(self._root, "bookViews")
        for view in views if views is not None else ():
            for attribute in ("activeTab", "firstSheet"):
                if view.get(attribute):
                    view.set(attribute, "0")


_NOT_XML = Text(
    "是二进制工作簿（.xlsb），无法加批注；请另存为 .xlsx",
    "a binary workbook (.xlsb) cannot be annotated; save it as .xlsx",
)
_NOT_A_WORKBOOK = Text("不是 Excel 工作簿，无法加批注", "not an Excel workbook, so it cannot be annotated")


def quoted(sheet: str) -> str:
    """A sheet's name as it stands in a formula or a link: ``'a''b'``."""
    return "'" + sheet.replace("'", "''") + "'"


def _deselect(package: Package, part: str) -> None:
    """Clear ``tabSelected`` and nothing else: two selected sheets would be edited as one."""
    data = package.part(part)
    # Latin-1 maps every byte to one letter and back, whatever the part's own encoding is.
    codec = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    try:
        head, mark, rest = data.decode(codec).partition("sheetData")
    except UnicodeDecodeError as error:
        raise damaged(part) from error
    changed = _SELECTED.sub(r"\g<1>0", head)
    if changed != head:
        package.write(part, (changed + mark + rest).encode(codec))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
