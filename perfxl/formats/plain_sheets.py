"""A sheet as Excel itself writes its XML: rows and cells in their order, each with its address and each once.

All that reads sheets here, and calamine too, expects that form. Where a cell cannot be right (an address that is none,
two different contents), the file is refused, and the cell is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from perfxl.formats import errors
from perfxl.formats.errors import TOO_MANY_CELLS, Unreadable
from perfxl.formats.package import Package, whole_number
from perfxl.formats.plain_xml import (
    PLAIN_TEXT,
    PlainWriter,
    in_utf8,
    is_bare,
    is_text_of,
    opened,
    plain_root,
    plain_styles,
    plain_texts,
    text_element,
)
from perfxl.formats.workbook_parts import Parts
from perfxl.formats.xlsx_volume import near_cells
from perfxl.model import Text, column_letters, column_number

_ROOT = plain_root("worksheet")
_FORMULA = rb'(?:<f(?: (?!xmlns)\w+="[^"<>]*+")*+(?: ?/>|>[^<]*+</f>))?+'
_BEFORE = rb'<c r="[A-Z]{1,3}\1"(?: s="[0-9]++")?+'
#: the cells that are plain: with a number, with a shared text, with another value, with a text of their own
_PLAIN_CELL = (
    rb"(?:" + _BEFORE + rb'(?: t="n")?+(?: ?/>|>' + _FORMULA
    + rb"(?:<v>(?:-?[0-9][0-9.]*+(?:[eE][-+]?[0-9]{1,2})?+)?+</v>|<v ?/>)?+</c>)"
    rb"|" + _BEFORE + rb' t="s"(?: ?/>|>' + _FORMULA + rb"(?:<v>[0-9]{1,7}</v>)?+</c>)"
    rb"|" + _BEFORE + rb' t="(?:str|e)"(?: ?/>|>' + _FORMULA + rb"(?:<v>[^<]*+</v>|<v ?/>)?+</c>)"
    rb"|" + _BEFORE + rb' t="b"(?: ?/>|>' + _FORMULA + rb"(?:<v>[01]</v>)?+</c>)"
    rb"|" + _BEFORE + rb' t="inlineStr"(?: ?/>|>(?:<is>(?:' + PLAIN_TEXT + rb")</is>|<is ?/>)?+</c>))"
)  # fmt: skip
_PLAIN_ROW = re.compile(
    rb'<row r="([1-9][0-9]{0,6})"(?: (?!xmlns)[\w:]+="[^"<>&]*+")*+(?: ?/>|>(?:' + _PLAIN_CELL + rb")*+</row>)"
)
_DATA = re.compile(rb"<sheetData ?/>|<sheetData>")
_DATA_ENDS = b"</sheetData>"
_CELL = re.compile(rb'<c r="([A-Z0-9]++)"')
_MERGES = re.compile(
    rb'<mergeCells(?: count="[0-9]++")?+>(?:<mergeCell ref="[A-Z]++[0-9]++:[A-Z]++[0-9]++" ?/>)*+</mergeCells>'
)

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")
_ITEM = re.compile(rb"<si[\s>/]")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
#: what is read beside the cells
_BESIDE = ("sheetFormatPr", "cols", "mergeCells")
#: types of cells whose value is kept as it is
_TEXTS = ("str", "inlineStr", "d")

CELL_DAMAGED = Text(
    "文件已损坏：“{sheet}”工作表的 {cell} 单元格{why}，无法确定内容。{resave}",
    "The file is damaged: cell {cell} of the sheet {sheet} {why}. {resave}",
)
TWO_VALUES = Text("有两个不同的内容", "has two different contents")
NO_ADDRESS = Text("地址无效", "has no valid address")
WITHIN = Text("的内容结构有误", "holds what no cell can hold")


def make_plain(package: Package, parts: Parts) -> None:
    """Bring the parts of a workbook that are read into the plain form, the sheets without cells far away."""
    for part, plain in ((parts.strings, plain_texts), (parts.styles, plain_styles)):
        xml = package.part(part)
        if part and (text := plain(in_utf8(xml))) != xml:
            package.write(part, text)
    for tab in parts.tabs:
        if tab.has_cells:
            xml = package.part(tab.part)
            text = in_utf8(xml)
            text = near_cells(text) if is_plain(text) else _Sheet(tab.name, _texts(package, parts)).written(text)
            if text != xml:
                package.write(tab.part, text)


def mend_values(package: Package, parts: Parts) -> None:
    """Write the sheets anew though they are plain: some value in them is none."""
    for tab in parts.tabs:
        if tab.has_cells:
            package.write(tab.part, _Sheet(tab.name, _texts(package, parts)).written(package.part(tab.part)))


def _texts(package: Package, parts: Parts) -> int:
    """How many shared texts a workbook has."""
    return len(_ITEM.findall(package.part(parts.strings)))


def is_plain(xml: bytes) -> bool:
    """Whether a sheet has the plain form; what is not known here is none."""
    root, data = _ROOT.match(xml), _DATA.search(xml)
    if root is None or data is None or not is_bare(xml, root.end(), data.start()):
        return False
    place, last = data.end(), 0
    while row := _PLAIN_ROW.match(xml, place):
        if int(row[1]) <= last:
            return False
        place, last = row.end(), int(row[1])
    if data[0] == b"<sheetData>":
        if not xml.startswith(_DATA_ENDS, place):
            return False
        place += len(_DATA_ENDS)
    merges = _MERGES.search(xml, place)
    merged = merges[0].count(b"<mergeCell ") if merges else 0
    once = not xml.count(b"sheetData", 0, data.start()) and not xml.count(b"sheetData", place)
    cells = _CELL.findall(xml)
    return once and is_bare(xml, place) and xml.count(b"mergeCell ", place) == merged and len(set(cells)) == len(cells)


class _Sheet(PlainWriter):
    """Writes a sheet anew, without the cells far away; ``texts`` is the number of shared texts."""

    def __init__(self, name: str, texts: int) -> None:
        super().__init__()
        self._name, self._texts = name, texts
        self._rows: dict[int, dict[int, str]] = {}
        self._hidden: set[int] = set()
        self._row = self._col = self._cells = self._at_rows = 0
        self._cell: Mapping[str, str] = {}
        self._parts: dict[str, str] = {}
        self._formula: Mapping[str, str] = {}

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins: one of the cells, or one before or behind them."""
        path = self.path
        if path[1:2] != ["sheetData"]:
            if len(path) == 1 or path[1] in _BESIDE:
                self.write(opened(name, attributes, root=len(path) == 1))
        elif path[2:] == ["row"]:
            self._begin_row(attributes)
        elif path[2:] == ["row", "c"]:
            self._begin_cell(attributes)
        elif path[2:3] == ["row"]:
            if (
                path[3] != "c"
                or name in ("row", "c")
                or (path[4:] in (["v"], ["f"], ["is"]) and name in self._parts and name != "v")
            ):
                self._damaged(WITHIN)
            if path[4:] == ["f"]:
                self._formula = attributes
            if path[4:] in (["v"], ["f"]) or (path[4] == "is" and is_text_of(path, "is")):
                self.listen()
            elif path[4:] == ["is"]:
                self._parts["is"] = ""

    def finish(self, name: str) -> None:
        """An element ends."""
        path = self.path
        if name == "sheetData" and len(path) == 1:
            self._at_rows = self._at_rows or self.keep_place()  # written at the end: there may be more of them
            return
        if path[1:2] != ["sheetData"]:
            if not path and self._at_rows:
                self.write_at(self._at_rows, "".join(self._written_rows()))
            if not path or (*path, name)[1] in _BESIDE:
                self.write(f"</{name}>")
        elif path[2:] == ["row"] and name == "c":
            self._finish_cell()
        elif self._text is not None:
            self._take(name, self.heard())

    def inside(self) -> None:
        """A value, a formula or a text is that alone."""
        self._damaged(WITHIN)

    def within_foreign(self, name: str) -> None:
        """A cell that stands inside of something else is shown by one program and not by another."""
        if self.path[1:2] == ["sheetData"] and name in ("row", "c", "v"):
            self._damaged(WITHIN)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        given = attributes.get("r", "").strip()
        self._row, self._col = whole_number(given) if given else self._row + 1, 0
        if not 0 < self._row <= _LAST_ROW:
            self._damaged(NO_ADDRESS, given)
        if self._row <= errors.MAX_ROWS:
            self._rows.setdefault(self._row, {})
        height = attributes.get("ht", "")
        if attributes.get("hidden", "").strip() in ("1", "true") or (_NUMBER.fullmatch(height) and not float(height)):
            self._hidden.add(self._row)

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        given = attributes.get("r", "").strip()
        self._cell, self._parts, self._formula = attributes, {}, {}
        self._at = self._row, self._col + 1
        if given:
            found = _ADDRESS.fullmatch(given)
            self._at = (int(found[2]), column_number(found[1].upper())) if found else (0, 0)
        if not (0 < self._at[0] <= _LAST_ROW and self._at[1] <= _LAST_COLUMN):
            self._damaged(NO_ADDRESS, given)
        self._col = self._at[1]

    def _take(self, name: str, text: str) -> None:
        """A value, a formula, or a piece of a text of the cell."""
        if name == "t":
            self._parts["is"] += text
        elif self._parts.setdefault(name, text) != text:
            self._damaged(TWO_VALUES)

    def _finish_cell(self) -> None:
        row, col = self._at
        if row > errors.MAX_ROWS or col > errors.MAX_COLS:
            return
        self._cells += 1
        if self._cells > errors.MAX_CELLS:
            raise Unreadable(*TOO_MANY_CELLS)
        cells = self._rows.setdefault(row, {})
        head = opened("c", {"r": f"{column_letters(col)}{row}", **self._style()})[:-1]
        content = self._content()
        before = cells.get(col, "")
        old = before.partition("\0")[2]
        if old != "/>" and before and content != "/>" and content != old:
            self._damaged(TWO_VALUES)
        if not before or old == "/>":
            cells[col] = f"{head}\0{content}"

    def _style(self) -> dict[str, str]:
        style = self._cell.get("s", "").strip()
        return {"s": style} if style.isascii() and style.isdigit() else {}

    def _content(self) -> str:
        """All of the cell behind its address and format."""
        kind, value = self._value(self._cell.get("t", "").strip())
        given = {key: text for key, text in self._formula.items() if key in ("t", "ref", "si")}
        formula = f"{opened('f', given)}{escape(self._parts['f'])}</f>" if "f" in self._parts else ""
        if value is None:
            inner = formula
        elif kind == "inlineStr":
            inner = f"{formula}<is>{text_element(value)}</is>"
        else:
            inner = f"{formula}<v>{escape(value, {chr(13): '&#13;'})}</v>"
        typed = f' t="{kind}"' if kind and (inner or kind == "e") else ""
        return f"{typed}>{inner}</c>" if inner or typed else "/>"

    def _value(self, kind: str) -> tuple[str, str | None]:
        """Type and value of the cell as a reader may believe them; a text that is not there is an error value."""
        text = self._parts.get("v")
        if kind == "inlineStr":
            text = self._parts.get("is", text)
        if text is None or (kind not in _TEXTS and not text.strip()):
            return ("e", "#N/A") if kind == "e" else ("", None)
        if kind in _TEXTS:
            return kind, text
        text = text.strip()
        if kind == "s":
            known = text.isascii() and text.isdigit() and len(text) < 9 and int(text) < self._texts
            return ("s", text) if known else ("e", "#REF!")
        if kind == "b":
            return kind, str(int(text.lower() in ("1", "true")))
        return (kind if kind == "e" else "", text) if kind == "e" or _NUMBER.fullmatch(text) else ("str", text)

    def _written_rows(self) -> Iterator[str]:
        yield "<sheetData>"
        for number, cells in sorted(self._rows.items()):
            hidden = ' hidden="1"' if number in self._hidden else ""
            yield f'<row r="{number}"{hidden}>'
            for _, cell in sorted(cells.items()):
                yield cell.replace("\0", "")
            yield "</row>"
        yield "</sheetData>"

    def _damaged(self, why: Text, given: str = "") -> None:
        """Raise ``Unreadable`` with the cell that cannot be right."""
        row, col = getattr(self, "_at", (0, 0))
        cell = given or (f"{column_letters(col)}{row}" if row and col else str(self._row))
        raise Unreadable(CELL_DAMAGED.fill(sheet=self._name, cell=cell, why=why, resave=errors.RESAVE), "damaged")
