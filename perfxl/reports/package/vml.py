"""The legacy drawing part: one box per note.

Excel's own VML is not always well-formed XML (``<br>`` in the text of a form control), so it is edited as
text: what is there keeps its bytes, boxes are added before the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from perfxl.formats.package import Package
from perfxl.reports.package.opc import damaged, declare_extension
from perfxl.reports.package.sheets import Area, Sheet

_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NAMESPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
#: a box does not hold another one: a beginning without an end must not cost a search to the end of the part
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

_GAP, _LIFT = 15, 7  # pixels between the cell and its box, to the right and upwards
_FARTHEST = 500  # rows or columns that a box may cross; beyond that they are hidden ones


class Size(NamedTuple):
    """Pixels of a box."""

    width: int
    height: int


class Drawing:
    """The boxes of one sheet's notes."""

    def __init__(self, package: Package, sheet: Sheet, part: str) -> None:
        self._package, self._sheet = package, sheet
        self.part = part or package.free("xl/drawings/vmlDrawing{}.vml")
        if part:
            # Latin-1 maps every byte to one letter and back; all that is added is ASCII.
            self._text = package.part(part).decode("latin-1")
            ids = [int(number) for number in _SHAPE_ID.findall(self._text)]
        else:
            block = _free_block(package)
            self._text, ids = _empty(block), [block * _IDS_PER_BLOCK]
        self._next_id = max(ids or [_free_block(package) * _IDS_PER_BLOCK]) + 1
        head = self._text.partition(">")[0]
        missing = [name for name in _NAMESPACES if f"xmlns:{name}=" not in head]
        self._ns = "".join(f' xmlns:{name}="{_NAMESPACES[name]}"' for name in missing)
        self._new: list[str] = []
        self._boxes = {_place(found[0]): found[0] for found in _SHAPE.finditer(self._text) if _is_note(found[0])}

    def show(self, area: Area, size: Size) -> None:
        """A box of that size beside a cell; the box that the cell has grows from where it stands."""
        row, col = area.top - 1, area.left - 1
        present = self._boxes.get((row, col))
        if present is not None:
            self._resize(present, area, size)
            return
        anchor = self._beside(area, size)
        values = {"width": size.width * 0.75, "height": size.height * 0.75, "order": len(self._new) + 1}
        box = _BOX.format(id=self._next_id, anchor=anchor, row=row, col=col, ns=self._ns, **values)
        self._new.append(box)
        self._next_id += 1

    def hide(self, row: int, col: int) -> None:
        """Take away the box of a cell; row and column count from 1."""
        box = self._boxes.pop((row - 1, col - 1), "")
        line = f"{box}\n"
        self._text = self._text.replace(line if line in self._text else box, "", 1)

    def save(self) -> None:
        """Write the part."""
        end = _END.search(self._text)
        if end is None:
            raise damaged(self.part)
        has_type = 'id="_x0000_t202"' in self._text or not self._new
        added = ("" if has_type else _SHAPE_TYPE.format(ns=self._ns)) + "".join(self._new)
        text = self._text[: end.start()] + added + self._text[end.start() :]
        self._package.write(self.part, text.encode("latin-1"))
        declare_extension(self._package, "vml", _VML)

    def _beside(self, area: Area, size: Size) -> str:
        left, offset = self._side(area, size.width)
        above = max(area.top - 2, 0)
        return self._anchor(left, offset, above, max(self._sheet.height(above + 1) - _LIFT, 0), size)

    def _side(self, area: Area, width: int) -> tuple[int, int]:
        """Where the left edge goes: right of the cell, or left of it where the sheet ends there."""
        end, _ = _walk(area.right, _GAP + width, lambda index: self._sheet.width(index + 1))
        if end < min(area.right + _FARTHEST, 16_383):
            return area.right, _GAP
        start, room = area.left - 1, width + _GAP
        while start > 0 and room > 0:
            start -= 1
            room -= self._sheet.width(start + 1)
        return start, 0

    def _anchor(self, left: int, dx: int, top: int, dy: int, size: Size) -> str:
        right, right_dx = _walk(left, dx + size.width, lambda index: self._sheet.width(index + 1))
        bottom, bottom_dy = _walk(top, dy + size.height, lambda index: self._sheet.height(index + 1))
        return f"{left}, {dx}, {top}, {dy}, {right}, {right_dx}, {bottom}, {bottom_dy}"

    def _resize(self, box: str, area: Area, size: Size) -> None:
        """Give a box another size where it stands; one that stands nowhere is put beside its cell."""
        found = _ANCHOR.search(box)
        numbers = [int(number) for number in re.findall(r"\d+", found[1])] if found else []
        if found and len(numbers) == 8:
            left, dx, top, dy, *_ = numbers
            changed = box[: found.start(1)] + self._anchor(left, dx, top, dy, size) + box[found.end(1) :]
        else:
            changed = re.sub(
                r"<((?:\w+:)?)Row>", rf"<\1Anchor>{self._beside(area, size)}</\1Anchor>\g<0>", box, count=1
            )
        for name, pixels in (("width", size.width), ("height", size.height)):
            changed = re.sub(rf"(?<=[;'\"\s]){name}:[^;'\"]*", f"{name}:{pixels * 0.75}pt", changed, count=1)
        self._text = self._text.replace(box, changed, 1)


def _walk(start: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The row or column, and the pixels into it, that lie so many pixels behind the start."""
    index, last = start, start + _FARTHEST
    while index < last and pixels > size(index):
        pixels -= size(index)
        index += 1
    return index, min(pixels, size(index))


def _is_note(shape: str) -> bool:
    return 'ObjectType="Note"' in shape


def _place(shape: str) -> tuple[int, int]:
    row, col = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]), int(col[1])) if row and col else (-1, -1)


def _free_block(package: Package) -> int:
    """The first block of 1024 shape ids that no drawing of the workbook uses."""
    used = {0}
    for part in package.names:
        if not part.lower().endswith(".vml"):
            continue
        text = package.part(part).decode("latin-1")
        used.update(int(number) for data in _IDMAP.findall(text) for number in data.split(",") if number)
        used.update(int(number) // _IDS_PER_BLOCK for number in _SHAPE_ID.findall(text))
    return max(used) + 1


def _empty(block: int) -> str:
    names = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _NAMESPACES.items())
    return (
        f'<xml {names}>\n<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>\n'
        f"{_SHAPE_TYPE.format(ns='')}</xml>"
    )
