"""The workbook in memory: its sheets with their page set-up, and links that stay within what Excel allows."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from xlsxwriter.worksheet import Worksheet

from perfxl.model import Lang, Text
from perfxl.workbook_styles import BODY_FONT, Styles, new_workbook, set_page

#: inches
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
#: of the 65,530 links that a sheet may hold
LINKS = 65_000
FOOT = Text("&L{title}&C第 &P 页，共 &N 页&R&A", "&L{title}&CPage &P of &N&R&A")
#: what may not stand in the path of a link as it is; Chinese characters may
_ESCAPED = {ord(character): f"%{ord(character):02X}" for character in '%#?"<>[]^`{}| \\'}


class Book:
    """A workbook that is written row after row. ``frugal`` keeps no cells in memory, for very large batches."""

    def __init__(self, lang: Lang, title: str, when: datetime, *, frugal: bool = False) -> None:
        self.lang = lang
        self.when = when
        self._target = BytesIO()
        self.workbook = new_workbook(self._target, font=BODY_FONT.render(lang), frugal=frugal)
        self.workbook.set_properties({"title": title, "created": when.replace(tzinfo=None)})
        self.workbook.set_size(28_000, 16_000)
        if frugal:
            self.workbook.use_zip64()
        self.styles = Styles(self.workbook, "report", lang)
        self._foot = FOOT.render(lang, title=title.replace("&", "&&"))

    def render(self, text: Text, **values: object) -> str:
        """A sentence in the language of the workbook."""
        return text.render(self.lang, **values)

    def sheet(self, name: str) -> Worksheet:
        """A new sheet that prints on A4 across, one page wide, with page numbers."""
        sheet = self.workbook.add_worksheet(name)
        set_page(sheet, landscape=True, margins=MARGINS)
        sheet.set_footer(self._foot)
        sheet.set_default_row(20)
        return sheet

    def data(self) -> bytes:
        """Finish the workbook; its bytes."""
        self.workbook.close()
        return self._target.getvalue()


def path_link(path: str) -> str:
    """A link to a file beside the workbook, from its path with ``/``."""
    return f"external:{path.translate(_ESCAPED)}"


def cell_link(sheet: str, row: int, col: int = 0) -> str:
    """A link to a cell of this workbook (row and column from 0)."""
    return f"internal:'{sheet}'!{chr(65 + col)}{row + 1}"
