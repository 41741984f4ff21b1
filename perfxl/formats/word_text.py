"""The text of a paragraph as Word shows it: fields, symbols, tick boxes, tracked changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

TICKED, UNTICKED = "☑", "☐"
#: font -> code of a symbol -> what it looks like
_SYMBOLS = {
    "wingdings": {
        0xFE: TICKED, 0xFD: "☒", 0xFC: "√", 0xFB: "×", 0xA8: "□", 0x6F: "□", 0x71: "□", 0x72: "□", 0xA1: "○",
    },
    "wingdings 2": {0x50: "√", 0x52: TICKED, 0x53: "☒", 0x54: "☒", 0x4F: "×", 0x51: "×", 0xA3: "□", 0x2A: "□"},
    "symbol": {0xD6: "√", 0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xA5: "∞"},
}  # fmt: skip
_PRIVATE = re.compile("[\uf020-\uf0ff]")
#: a circle or square with a tick in it, written as a formula
_BOXED = re.compile(r"\\o.*?[(（].*?[□○◻].*?[,，;；].*?[√✓✔].*?[)）]", re.IGNORECASE | re.DOTALL)
_PLAIN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
#: properties, what was deleted, and what stands elsewhere on the page
_SILENT = frozenset(
    ("del", "moveFrom", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt", "rubyPr", "tbl", "Fallback",
     "footnoteReference", "endnoteReference", "annotationRef", "ffData")
)  # fmt: skip
_DRAWN = frozenset(("drawing", "pict", "object", "shape", "wsp"))
_YES = frozenset(("1", "true", "on"))


def local(node: Element) -> str:
    """The tag without its namespace: Strict documents and WPS use others."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def value(node: Element, name: str = "val") -> str:
    """An attribute by its local name."""
    return next((text for key, text in node.attrib.items() if key.rpartition("}")[2] == name), "")


class Inline:
    """Reads paragraphs one after the other; ``boxes`` counts the text boxes, which stand beside the text."""

    def __init__(self) -> None:
        self.boxes = 0
        self._fields: list[list[str] | None] = []  # of each open field its code, ``None`` once its result begins

    def text(self, paragraph: Element) -> str:
        """The text of a paragraph."""
        out: list[str] = []
        self._walk(paragraph, out)
        return "".join(out)

    def _walk(self, node: Element, out: list[str]) -> None:
        for child in node:
            name = local(child)
            if name in _SILENT:
                continue
            if name in _PLAIN:
                out.append(_PLAIN[name])
            elif name == "r":
                self._run(child, out)
            elif name == "t":
                self._say(child.text or "", out)
            elif name in _DRAWN:
                self.boxes += any(local(inner) == "txbxContent" for inner in child.iter())
            elif name == "sdt" and (box := _check_box(child)):
                out.append(box)
            else:
                self._special(name, child, out)

    def _special(self, name: str, node: Element, out: list[str]) -> None:
        if name == "sym":
            code = value(node, "char")
            font = value(node, "font").lower()
            out.append(_symbol(font, int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else "")
        elif name == "fldChar":
            self._field(node, out)
        elif name == "instrText" and self._fields and (codes := self._fields[-1]) is not None:
            codes.append(node.text or "")
        else:
            self._walk(node, out)

    def _run(self, run: Element, out: list[str]) -> None:
        """A run in a font of symbols holds letters that only look like ticks; a hidden one holds nothing."""
        said: list[str] = []
        self._walk(run, said)
        properties = next((child for child in run if local(child) == "rPr"), None)
        if properties is None:
            out += said
            return
        named = {local(child): child for child in properties}
        if "vanish" in named and value(named["vanish"]).lower() not in ("0", "false", "off"):
            return
        fonts = {text.lower() for text in named["rFonts"].attrib.values()} if "rFonts" in named else set()
        font = next((font for font in ("wingdings", "wingdings 2") if font in fonts), "")
        out += ["".join(_symbol(font, ord(char)) for char in piece) if font else piece for piece in said]

    def _say(self, text: str, out: list[str]) -> None:
        out.append(_PRIVATE.sub(lambda match: _symbol("wingdings", ord(match[0])), text))

    def _field(self, node: Element, out: list[str]) -> None:
        kind = value(node, "fldCharType")
        if kind == "begin":
            self._fields.append([])
            box = next((inner for inner in node.iter() if local(inner) == "checkBox"), None)
            if box is not None:
                states = {local(child): value(child) or "1" for child in box}
                out.append(TICKED if states.get("checked", states.get("default", "0")) in _YES else UNTICKED)
        elif kind in ("separate", "end") and self._fields:
            codes = self._fields[-1]
            if codes is not None and _BOXED.search("".join(codes)):
                out.append(TICKED)
            self._fields[-1] = None
            if kind == "end":
                self._fields.pop()


def _check_box(control: Element) -> str:
    """The state of a content control that is a tick box, ``""`` for any other."""
    properties = next((child for child in control if local(child) == "sdtPr"), None)
    box = next((child for child in properties if local(child) == "checkbox"), None) if properties is not None else None
    if box is None:
        return ""
    checked = next((child for child in box if local(child) == "checked"), None)
    return TICKED if checked is not None and (value(checked) or "1").lower() in _YES else UNTICKED


def _symbol(font: str, code: int) -> str:
    """What a character of a font of symbols looks like; itself where that is not known."""
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    return _SYMBOLS.get(font, _SYMBOLS["wingdings"]).get(low, chr(code))
