"""Why a file cannot be read as a workbook, in words for its sender; and how much a workbook may hold.

A return of ten forms has some 5,000 cells and 200 KB of text; beyond the limits here a workbook is refused.
"""

from __future__ import annotations

from typing import NamedTuple
from xml.parsers.expat import ExpatError

from perfxl.model import Text, column_letters
from perfxl.untrusted import Unreadable as Unreadable

#: bytes of a file
MAX_FILE = 100 * 2**20
#: rows and columns; beyond them there is nothing of a form
MAX_ROWS = 5_000
MAX_COLS = 256
#: cells of all sheets that have a value or a format of their own
MAX_CELLS = 300_000
#: bytes of all texts; a text that several cells share counts for each
MAX_TEXT = 32 * 2**20

#: what parsers raise on XML that is malformed or in an encoding that they do not know
BROKEN_XML = (SyntaxError, ExpatError, LookupError, ValueError)
#: the same for a part of a package, which may be damaged too
MALFORMED_PART = (*BROKEN_XML, Unreadable)

RESAVE = Text(
    "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。", "Open it in Excel or WPS, save as .xlsx and send it again."
)
_AND_RESAVE = Text("{reason}{resave}", "{reason} {resave}")


class Reason(NamedTuple):
    """What ``Unreadable`` is raised with: ``raise Unreadable(*DAMAGED)``."""

    text: Text
    kind: str

    @classmethod
    def resave(cls, kind: str, zh: str, en: str) -> Reason:
        """One that the sender can mend by saving the file again as .xlsx, which the text then asks for."""
        return cls(_AND_RESAVE.fill(reason=Text(zh, en), resave=RESAVE), kind)


DAMAGED = Reason.resave("damaged", "文件已损坏，无法读取内容。", "The file is damaged and cannot be read.")
BROKEN_ZIP = Reason.resave(
    "damaged", "文件已损坏（压缩包结构不完整）。", "The file is damaged (its zip structure is broken)."
)
TOO_MUCH = Reason.resave(
    "bomb",
    "文件解压后过大，不像申报表，为安全起见没有打开。",
    "The file unpacks to far more than a return holds; it was not opened.",
)
#: the file has declarations that no office program writes and that attacks are made of
UNSAFE = Reason.resave(
    "unsafe",
    "文件里夹带了普通工作簿不会有的代码，为安全起见没有打开。",
    "The file carries code that no ordinary workbook has; it was not opened.",
)
#: the merged cells are not known, and values would be looked for in the wrong cells
UNKNOWN_MERGES = Reason.resave(
    "format",
    "这种格式的工作簿无法读取合并单元格，位置可能有误。",
    "The merged cells of this format cannot be read, and values would be looked for in the wrong places.",
)
ENCRYPTED = Reason(
    Text(
        "文件设有打开密码，无法读取。请取消密码（另存为 → 工具 → 常规选项）后重新报送。",
        "The file is protected by a password. Remove the password and send it again.",
    ),
    "encrypted",
)
TOO_MANY_CELLS = Reason(
    Text(
        "工作表里的单元格、文字或合并区域过多，或离表格过远，不像申报表，未读取。"
        "请删去申报表以外的工作表、行和列（连同格式），保存后重新报送。",
        "The sheets have too many cells, texts or merged areas, or cells too far away; no return is like that. "
        "Delete the sheets, rows and columns that are no part of it, formats too, and send it again.",
    ),
    "large",
)
_FAR_CELL = Text(
    "{cell} 单元格离表格过远（第 {rows} 行或第 {cols} 列以外），未读取。"
    "请删去表格以外的行和列（连同格式），保存后重新报送。",
    "Cell {cell} is too far from the table (beyond row {rows} or column {cols}); the file was not read. Delete the "
    "rows and columns that are no part of it, formats too, and send it again.",
)


def far_cell(row: int, col: int) -> Unreadable:
    """What a file with a cell beyond any form is refused with."""
    return Unreadable(
        _FAR_CELL.fill(cell=f"{column_letters(col)}{row}", rows=MAX_ROWS, cols=column_letters(MAX_COLS)), "large"
    )


DAMAGED_DOCUMENT = Reason(
    Text(
        "文件已损坏，无法读取内容。请用 Word 或 WPS 打开，另存为 .docx 后重新报送。",
        "The file is damaged and cannot be read. Open it in Word or WPS, save as .docx and send it again.",
    ),
    "damaged",
)
