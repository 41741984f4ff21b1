"""What all workbooks that perfxl makes have in common: no text becomes a formula or a link, one style table, A4 pages.

The style table has a family for each kind of workbook: ``form`` for blank forms, ``list`` for lists that the clerk
fills in, ``report`` for the summary, ``rebuilt`` for copies of workbooks that cannot be edited. Names of fonts are
``Text`` where they depend on the language of the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from perfxl.model import Lang, Text
from perfxl.values import FEN_PER_WAN

Style = dict[str, Any]

SONG, HEI, TITLE_FONT = "宋体", "黑体", "方正小标宋简体"
BODY_FONT, HEAD_FONT = Text(SONG, "Calibri"), Text(HEI, "Calibri")
#: 134 = GB 2312: selects the replacement where a font is not installed
CHINESE = 134
#: paper size in the file format
A4 = 9
#: inputs of a form, light enough to vanish in print
TINT = "#FFFBE6"
GREY, DARK_GREY = "#8C8C8C", "#595959"
#: headings and lines of reports; the background of the cards on the overview
INK, LINE, CARD = "#1F3864", "#BFC5CF", "#F3F6FA"

_FORM_BASE: Style = {
    "font_name": SONG,
    "font_size": 11,
    "font_charset": CHINESE,
    "valign": "vcenter",
    "text_wrap": True,
}
_BOXED = _FORM_BASE | {"border": 1}
_LABEL = _BOXED | {"bold": True, "align": "center"}
_INPUT = _BOXED | {"locked": False, "bg_color": TINT}
_ONE_LINE = _FORM_BASE | {"text_wrap": False}
_TITLE = _FORM_BASE | {"font_name": TITLE_FONT, "align": "center"}
_FORM: dict[str, Style] = {
    # above the table
    "attachment": _ONE_LINE | {"font_name": HEI, "font_size": 12},
    "title": _TITLE | {"font_size": 18},
    "year": _FORM_BASE | {"font_size": 12, "align": "center", "locked": False},
    # lines of fields outside the table
    "line_label": _ONE_LINE | {"align": "left"},
    "line_label_right": _ONE_LINE | {"align": "right"},
    "line_right": _ONE_LINE | {"align": "right"},
    "line_input": _ONE_LINE | {"locked": False, "bg_color": TINT, "num_format": "@", "shrink": True},
    # the table; inputs have the name of their kind of field
    "head": _LABEL,
    "label": _LABEL,
    "label_left": _LABEL | {"align": "left", "indent": 1},
    "open_label": _LABEL | {"locked": False},
    "blank": _BOXED,
    "none": _BOXED | {"align": "center"},
    "text": _INPUT | {"align": "center", "num_format": "@"},
    "choice": _INPUT | {"align": "center", "num_format": "@"},
    **dict.fromkeys(("text_left", "long_text", "span", "date", "phone"), _INPUT | {"align": "left", "num_format": "@"}),
    "amount": _INPUT | {"align": "center"},
    "points": _INPUT | {"align": "center", "num_format": "General"},
    "rate": _INPUT | {"align": "center", "num_format": "0.00%"},
    "review": _INPUT | {"align": "right", "indent": 1, "valign": "bottom", "num_format": "@"},
    "mark": _FORM_BASE | {"align": "center", "bold": True, "font_size": 12},
    # the cover, the instructions, the rules and the checks
    "cover_title": _TITLE | {"font_size": 24},
    "cover_year": _TITLE | {"font_size": 16},
    "cover_label": _FORM_BASE | {"font_size": 14, "align": "right", "text_wrap": False},
    "cover_input": _FORM_BASE
    | {"font_size": 14, "locked": False, "bg_color": TINT, "bottom": 1, "align": "center", "num_format": "@"},
    "cover_head": _FORM_BASE | {"font_name": HEI, "font_size": 12},
    "cover_text": _FORM_BASE | {"font_size": 11, "align": "left"},
    "summary": _FORM_BASE | {"font_size": 12, "bold": True, "align": "center"},
    "stamp": _ONE_LINE | {"font_size": 8, "font_color": GREY},
    "section": _ONE_LINE | {"font_name": HEI, "font_size": 12, "align": "left"},
    "paragraph": _FORM_BASE | {"valign": "top", "align": "left"},
    "heading": _FORM_BASE | {"bold": True, "align": "left"},
    "table_head": _LABEL | {"bg_color": "#EFEFEF"},
    "table_text": _BOXED | {"align": "left"},
    "table_centre": _BOXED | {"align": "center"},
    "table_amount": _BOXED | {"align": "right"},
    "table_count": _BOXED | {"align": "right", "num_format": '0"行"'},
    "good": {"font_color": "#00803C"},
    "bad": {"font_color": "#C00000", "bg_color": "#FDE9E7", "bold": True},
}
_LIST = _FORM | {
    "date": _FORM["choice"] | {"num_format": "yyyy-mm-dd"},
    "over": {"font_color": GREY, "font_strikeout": True},
    "heading": _FORM["attachment"] | {"font_size": 16},
    "note": _FORM["line_label"] | {"font_size": 10, "font_color": DARK_GREY},
}

_REPORT_BASE: Style = {"font_name": BODY_FONT, "font_size": 10, "font_charset": CHINESE}
_LARGE = _REPORT_BASE | {"font_name": HEAD_FONT, "valign": "vcenter", "bold": True, "font_color": INK}
_CELL = _REPORT_BASE | {"border": 1, "border_color": LINE, "valign": "vcenter", "text_wrap": True}
_CARD = _REPORT_BASE | {
    "align": "center",
    "valign": "vcenter",
    "bg_color": CARD,
    "left": 1,
    "right": 1,
    "border_color": LINE,
}
_FIGURE = _CARD | {"font_size": 18, "bold": True, "font_color": INK, "bottom": 1}
_REPORT: dict[str, Style] = {
    # tables; cells have the name of their kind of column
    "text": _CELL | {"align": "left", "indent": 1},
    "centre": _CELL | {"align": "center"},
    "count": _CELL | {"align": "center", "num_format": "#,##0"},
    "number": _CELL | {"align": "right", "indent": 1},
    "money": _CELL | {"align": "right", "indent": 1, "text_wrap": False},
    "link": _CELL | {"align": "center", "font_color": "#0563C1", "underline": 1},
    "head": _CELL | _LARGE | {"align": "center", "bg_color": "#D6E0EF"},
    "title": _LARGE | {"font_size": 16},
    "note": _REPORT_BASE | {"valign": "vcenter", "font_size": 9, "font_color": DARK_GREY},
    # the overview
    "cover": _LARGE | {"align": "center", "font_size": 22},
    "about": _REPORT_BASE | {"align": "center", "valign": "vcenter", "font_color": DARK_GREY, "text_wrap": True},
    "remark": _REPORT_BASE | {"align": "left", "valign": "vcenter", "font_color": "#7F6000", "text_wrap": True},
    "section": _LARGE | {"font_size": 13, "bottom": 2, "bottom_color": INK},
    "card": _CARD | {"font_color": DARK_GREY, "top": 1},
    "figure": _FIGURE,
    "money_figure": _FIGURE,
    "data": _REPORT_BASE | {"font_size": 8, "font_color": GREY},
}

_REBUILT_CELL: Style = {"text_wrap": True, "valign": "vcenter", "border": 1, "font_size": 10}
_REBUILT: dict[str, Style] = {
    "plain": _REBUILT_CELL,
    "datetime": _REBUILT_CELL | {"num_format": "yyyy-mm-dd hh:mm"},
    "date": _REBUILT_CELL | {"num_format": "yyyy-mm-dd"},
    "time": _REBUILT_CELL | {"num_format": "hh:mm:ss"},
    "timedelta": _REBUILT_CELL | {"num_format": "[h]:mm:ss"},
}

STYLES: Mapping[str, Mapping[str, Style]] = {"form": _FORM, "list": _LIST, "report": _REPORT, "rebuilt": _REBUILT}
#: of the families ``form`` and ``list``: the number of decimals is that of the profile
AMOUNTS = ("amount", "table_amount")
#: what a tone changes of a style: the words are those of severities and of ``Arrival.tone``
TONES: Mapping[str, Style] = {
    "": {},
    # orange and blue, which everybody tells apart, and neither of which is the tint of inputs
    "error": {"bg_color": "#F8CBAD", "font_color": "#7A2E00"},
    "warning": {"bg_color": "#CFE2F3", "font_color": "#1F4E78"},
    "notice": {"bg_color": "#F2F2F2", "font_color": "#404040"},
    "related": {"bg_color": "#FCE4D6"},
    "waived": {"bg_color": "#EDEDED"},
    "good": {"bg_color": "#E2EFDA", "font_color": "#375623"},
    "faint": {"font_color": GREY},
    "bad": {"font_color": "#C00000"},
    "worse": {"font_color": "#C00000", "bold": True},
    "total": {"bold": True, "bg_color": "#EDF1F7"},
    "sum": {"bg_color": "#F6F8FB", "font_color": "#404040"},
}


def new_workbook(target: BytesIO, *, font: str = "", frugal: bool = False, **options: object) -> Workbook:
    """A workbook that is written to ``target`` when it is closed; a text stays a text, whatever it looks like.

    ``font`` is that of cells without a format; it decides how wide columns are (8 pixels a digit at 11 point).
    ``frugal`` keeps no cells in memory: they must be written row after row. ``options`` are further ones of xlsxwriter.
    """
    texts = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    if font:
        options["default_format_properties"] = {"font_name": font, "font_size": 11, "font_charset": CHINESE}
        options["default_column_width"] = 72
    return Workbook(target, {"in_memory": not frugal, "constant_memory": frugal, **texts, **options})


def set_page(sheet: Worksheet, *, landscape: bool = False, margins: Mapping[str, float] | None = None) -> None:
    """A4, one page wide, no grid lines; centred within ``margins`` (inches) if they are given."""
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    if margins:
        sheet.set_margins(**margins)
        sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)


def fill_colour(tone: str) -> str:
    """The background of a tone as the file format has it: ``FFFFC7CE``."""
    return str(TONES[tone]["bg_color"]).replace("#", "FF")


class Styles:
    """The formats of one workbook, each made when it is first used.

    ``decimals`` is the number of decimals of the styles in ``AMOUNTS``.
    """

    def __init__(self, workbook: Workbook, family: str, lang: Lang = "zh", decimals: int = 2) -> None:
        self._workbook, self._table, self._lang = workbook, STYLES[family], lang
        self._amount = "0." + "0" * decimals if decimals else "0"
        self._made: dict[tuple[str, str, int], Format] = {}

    def get(self, name: str, tone: str = "", places: int = 0) -> Format:
        """The format of a style in a tone; ``places`` are the decimals of an amount in a report."""
        key = (name, tone, places)
        if key not in self._made:
            self._made[key] = self._make(name, tone, places)
        return self._made[key]

    def money(self, fen: int, tone: str = "", name: str = "money") -> Format:
        """The format that shows an amount exactly: with two decimals, more only where the figure has them."""
        part = f"{abs(fen) % FEN_PER_WAN:06d}".rstrip("0")
        return self.get(name, tone, max(2, len(part)))

    def _make(self, name: str, tone: str, places: int) -> Format:
        properties = self._table[name] | TONES[tone]
        font = properties.get("font_name")
        if isinstance(font, Text):
            properties["font_name"] = font.render(self._lang)
        if places:
            shown = "#,##0." + "0" * places
            properties["num_format"] = f"{shown};[Red]-{shown}"
        elif name in AMOUNTS:
            properties["num_format"] = self._amount
        return self._workbook.add_format(properties)
