"""How the cells of the blank workbook look."""

from __future__ import annotations

from functools import cache
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

BODY_FONT = "宋体"
TITLE_FONT = "方正小标宋简体"
#: 134 = GB 2312: what a font is replaced by where it is missing
CHINESE = 134
#: inputs, light enough to vanish in print
TINT = "#FFFBE6"
PAPER_GREY = "#8C8C8C"

_BASE: dict[str, Any] = {
    "font_name": BODY_FONT,
    "font_size": 11,
    "font_charset": CHINESE,
    "valign": "vcenter",
    "text_wrap": True,
}
_BOXED = _BASE | {"border": 1}
_LABEL = _BOXED | {"bold": True, "align": "center"}
_INPUT = _BOXED | {"locked": False, "bg_color": TINT}
_LINE = _BASE | {"text_wrap": False}
_TITLE = _BASE | {"font_name": TITLE_FONT, "align": "center"}

STYLES: dict[str, dict[str, Any]] = {
    # the head of the paper
    "attachment": _LINE | {"font_name": "黑体", "font_size": 12},
    "title": _TITLE | {"font_size": 18},
    "year": _BASE | {"font_size": 12, "align": "center", "locked": False},
    # lines of fields outside the table
    "line_label": _LINE | {"align": "left"},
    "line_label_right": _LINE | {"align": "right"},
    "line_right": _LINE | {"align": "right"},
    "line_input": _LINE | {"locked": False, "bg_color": TINT, "num_format": "@", "shrink": True},
    # the table
    "head": _LABEL,
    "label": _LABEL,
    "label_left": _LABEL | {"align": "left", "indent": 1},
    "open_label": _LABEL | {"locked": False},
    "blank": _BOXED,
    "none": _BOXED | {"align": "center"},
    "text": _INPUT | {"align": "center", "num_format": "@"},
    "text_left": _INPUT | {"align": "left", "num_format": "@"},
    "long_text": _INPUT | {"align": "left", "num_format": "@"},
    "span": _INPUT | {"align": "left", "num_format": "@"},
    "date": _INPUT | {"align": "left", "num_format": "@"},
    "phone": _INPUT | {"align": "left", "num_format": "@"},
    "choice": _INPUT | {"align": "center", "num_format": "@"},
    "amount": _INPUT | {"align": "center", "num_format": "0.00"},
    "points": _INPUT | {"align": "center", "num_format": "General"},
    "rate": _INPUT | {"align": "center", "num_format": "0.00%"},
    "review": _INPUT | {"align": "right", "indent": 1, "valign": "bottom", "num_format": "@"},
    "mark": _BASE | {"align": "center", "bold": True, "font_size": 12},
    # the cover, the instructions and the checks
    "cover_title": _TITLE | {"font_size": 24},
    "cover_year": _TITLE | {"font_size": 16},
    "cover_label": _BASE | {"font_size": 14, "align": "right", "text_wrap": False},
    "cover_input": _BASE
    | {"font_size": 14, "locked": False, "bg_color": TINT, "bottom": 1, "align": "center", "num_format": "@"},
    "cover_head": _BASE | {"font_name": "黑体", "font_size": 12},
    "cover_text": _BASE | {"font_size": 11, "align": "left"},
    "summary": _BASE | {"font_size": 12, "bold": True, "align": "center"},
    "stamp": _LINE | {"font_size": 8, "font_color": PAPER_GREY},
    "section": _BASE | {"font_name": "黑体", "font_size": 12, "align": "left", "text_wrap": False},
    "paragraph": _BASE | {"valign": "top", "align": "left"},
    "heading": _BASE | {"bold": True, "align": "left"},
    "table_head": _LABEL | {"bg_color": "#EFEFEF"},
    "table_text": _BOXED | {"align": "left"},
    "table_centre": _BOXED | {"align": "center"},
    "table_amount": _BOXED | {"align": "right", "num_format": "0.00"},
    "table_count": _BOXED | {"align": "right", "num_format": '0"行"'},
    "good": {"font_color": "#00803C"},
    "bad": {"font_color": "#C00000", "bg_color": "#FDE9E7", "bold": True},
}


#: of these the profile of a form says how many decimals are shown
AMOUNTS = ("amount", "table_amount")


class Styles:
    """The formats of one workbook, each made once; amounts show as many decimals as its forms ask for."""

    def __init__(self, workbook: Workbook, decimals: int) -> None:
        self._add = workbook.add_format
        self._amount = "0." + "0" * decimals if decimals else "0"
        self.get = cache(self._get)

    def _get(self, name: str) -> Format:
        return self._add(STYLES[name] | ({"num_format": self._amount} if name in AMOUNTS else {}))
