"""The look of the workbooks that perfxl gives the clerk to fill in: a title, a note, frozen heads, room to write."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from perfxl.model import Lang, Text
from perfxl.workbook_styles import Styles, new_workbook, set_page

#: where the heads stand, from 0; the first row to fill in is the next
HEAD = 2
FIRST = HEAD + 1


class Column(NamedTuple):
    """A column: its head, its width, and the format of its cells."""

    head: Text
    width: float
    style: str = "table_text"


class Paper:
    """A workbook in memory, to be written sheet after sheet."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._target = BytesIO()
        self._book = new_workbook(self._target)
        self._styles = Styles(self._book, "list")

    def render(self, text: Text) -> str:
        """A sentence in the language of the workbook."""
        return text.render(self.lang)

    def style(self, name: str) -> Format:
        """A format of the style table."""
        return self._styles.get(name)

    def sheet(self, name: Text, title: Text, note: Text, columns: Sequence[Column]) -> Worksheet:
        """A sheet with its title, a note and the heads of a list; it prints on A4 across."""
        sheet = self._book.add_worksheet(self.render(name))
        set_page(sheet, landscape=True)
        sheet.set_default_row(22)
        sheet.set_row(0, 34)
        sheet.set_row(1, 20)
        sheet.write_string(0, 0, self.render(title), self.style("heading"))
        sheet.write_string(1, 0, self.render(note), self.style("note"))
        sheet.set_row(HEAD, 26)
        for col, column in enumerate(columns):
            sheet.set_column(col, col, column.width)
            sheet.write_string(HEAD, col, self.render(column.head), self.style("table_head"))
        sheet.freeze_panes(FIRST, 0)
        sheet.repeat_rows(HEAD)
        return sheet

    def data(self) -> bytes:
        """Finish the workbook; its bytes."""
        self._book.close()
        return self._target.getvalue()
