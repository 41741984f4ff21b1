"""How the cells look: a kind says what stands in a cell, a tone what is to be thought of it."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from perfxl.model import Lang, Severity, Status
from perfxl.values import FEN_PER_WAN

FONT = {"zh": "宋体", "en": "Calibri"}
HEAD_FONT = {"zh": "黑体", "en": "Calibri"}
#: 134 = GB 2312: what a font is replaced by where it is missing
CHINESE = 134
INK = "#1F3864"
LINE = "#BFC5CF"

_CELL: dict[str, Any] = {"border": 1, "border_color": LINE, "valign": "vcenter", "text_wrap": True}
_KINDS: dict[str, dict[str, Any]] = {
    "text": _CELL | {"align": "left", "indent": 1},
    "centre": _CELL | {"align": "center"},
    "count": _CELL | {"align": "center", "num_format": "#,##0"},
    "number": _CELL | {"align": "right", "indent": 1},
    "money": _CELL | {"align": "right", "indent": 1, "text_wrap": False},
    "link": _CELL | {"align": "center", "font_color": "#0563C1", "underline": 1},
    "head": _CELL | {"align": "center", "bold": True, "bg_color": "#D6E0EF", "font_color": INK},
    "title": {"valign": "vcenter", "font_size": 16, "bold": True, "font_color": INK},
    "note": {"valign": "vcenter", "font_size": 9, "font_color": "#595959"},
    # the overview
    "cover": {"align": "center", "valign": "vcenter", "font_size": 22, "bold": True, "font_color": INK},
    "about": {"align": "center", "valign": "vcenter", "font_color": "#595959", "text_wrap": True},
    "remark": {"align": "left", "valign": "vcenter", "font_color": "#7F6000", "text_wrap": True},
    "section": {"valign": "vcenter", "font_size": 13, "bold": True, "font_color": INK, "bottom": 2,
                "bottom_color": INK},
    "card": {"align": "center", "valign": "vcenter", "bg_color": "#F3F6FA", "font_color": "#595959", "top": 1,
             "left": 1, "right": 1, "border_color": LINE},
    "figure": {"align": "center", "valign": "vcenter", "bg_color": "#F3F6FA", "font_size": 18, "bold": True,
               "font_color": INK, "bottom": 1, "left": 1, "right": 1, "border_color": LINE},
    "data": {"font_size": 8, "font_color": "#8C8C8C"},
}  # fmt: skip
_TONES: dict[str, dict[str, Any]] = {
    "": {},
    "error": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
    "warning": {"bg_color": "#FFEB9C", "font_color": "#7F6000"},
    "notice": {"bg_color": "#DDEBF7", "font_color": "#1F4E78"},
    "good": {"bg_color": "#E2EFDA", "font_color": "#375623"},
    "faint": {"font_color": "#8C8C8C"},
    "bad": {"font_color": "#C00000"},
    "worse": {"font_color": "#C00000", "bold": True},
    "strong": {"bold": True},
    "total": {"bold": True, "bg_color": "#EDF1F7"},
    "sum": {"bg_color": "#F6F8FB", "font_color": "#404040"},
}
STATUS_TONES = {
    Status.PASSED: "good",
    Status.PASSED_WITH_NOTES: "notice",
    Status.FAILED: "error",
    Status.UNREADABLE: "warning",
    Status.NOT_A_RETURN: "warning",
}
#: of the charts
COLOURS = {
    Status.PASSED: "#70AD47",
    Status.PASSED_WITH_NOTES: "#9DC3E6",
    Status.FAILED: "#D9534F",
    Status.UNREADABLE: "#A5A5A5",
    Status.NOT_A_RETURN: "#D0CECE",
    Severity.ERROR: "#D9534F",
    Severity.WARNING: "#F0AD4E",
    Severity.NOTICE: "#9DC3E6",
}


def decimals(fen: int) -> int:
    """How many decimals an amount has in 万元: two, more only where the figure has them."""
    part = f"{abs(fen) % FEN_PER_WAN:06d}".rstrip("0")
    return max(2, len(part))


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook, lang: Lang) -> None:
        self._workbook = workbook
        self._lang = lang
        self._made: dict[tuple[str, str, int], Format] = {}

    def get(self, kind: str, tone: str = "", places: int = 0) -> Format:
        """The format of a kind of cell in a tone; ``places`` decimals for money."""
        key = (kind, tone, places)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make(kind, tone, places)
        return found

    def money(self, fen: int, tone: str = "", kind: str = "money") -> Format:
        """The format that shows an amount exactly."""
        return self.get(kind, tone, decimals(fen))

    def _make(self, kind: str, tone: str, places: int) -> Format:
        big = kind in ("title", "cover", "section", "head")
        font = (HEAD_FONT if big else FONT)[self._lang]
        properties = {"font_name": font, "font_size": 10, "font_charset": CHINESE} | _KINDS[kind] | _TONES[tone]
        if places:
            shown = "#,##0." + "0" * places
            properties["num_format"] = f"{shown};[Red]-{shown}"
        return self._workbook.add_format(properties)
